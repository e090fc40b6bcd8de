// Keyboard: / search, ? help, and any control marked data-key. Rows (J K X Enter) are in list.js.
import { openSheet } from "./float.js";

export function isTyping(target) {
  return target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") !== null;
}

export function isPlain(event) {
  return !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
}

function focusSearch() {
  const field = document.querySelector("[data-page-search]") ?? document.querySelector("[data-global-search]");
  if (!field) return false;
  field.focus();
  field.select();
  return true;
}

function press(key) {
  const scope = document.querySelector("dialog[open]") ?? document;
  const control = scope.querySelector(`[data-key="${CSS.escape(key.toLowerCase())}"]:not(:disabled)`);
  if (!control || control.offsetParent === null) return false;
  control.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (!isPlain(event) || event.defaultPrevented) return;
  if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
  if (isTyping(event.target) || document.querySelector("dialog[open]:modal")) return;
  if (event.key === "/" && focusSearch()) event.preventDefault();
  else if (event.key === "?" && openSheet("keys")) event.preventDefault();
  else if (event.key.length === 1 && event.key !== " " && press(event.key)) event.preventDefault();
});
