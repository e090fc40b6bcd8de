// A list's rows: J K to move, X to select, Shift X to select a stretch, Enter to open; and the bar for what is selected.
import { isPlain, isTyping } from "./keys.js";

let lastChecked = null;

const rows = () => [...document.querySelectorAll("tr[data-row]")].filter((row) => row.offsetParent !== null);
const boxOf = (row) => row?.querySelector(".row-check");
const currentRow = () => document.activeElement?.closest?.("tr[data-row]") ?? null;

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(currentRow());
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function select(row, stretch) {
  const box = boxOf(row);
  if (!box) return false;
  if (stretch && lastChecked) {
    const all = rows();
    const [from, to] = [all.indexOf(lastChecked.closest("tr")), all.indexOf(row)].sort((a, b) => a - b);
    for (const one of all.slice(Math.max(from, 0), to + 1)) if (boxOf(one)) boxOf(one).checked = true;
  } else {
    box.checked = !box.checked;
  }
  lastChecked = box;
  tell(box.form ?? document);
  return true;
}

function tell(scope) {
  const boxes = [...scope.querySelectorAll(".row-check")];
  const picked = boxes.filter((box) => box.checked);
  const all = scope.querySelector("[data-check-all]");
  if (all) {
    all.checked = picked.length > 0 && picked.length === boxes.length;
    all.indeterminate = picked.length > 0 && picked.length < boxes.length;
  }
  const bar = scope.querySelector("[data-bulk]");
  if (!bar) return;
  bar.classList.toggle("is-open", picked.length > 0);
  bar.querySelector("[data-bulk-count]").textContent = picked.length.toLocaleString("en-US");
  const sum = bar.querySelector("[data-bulk-sum]");
  const total = picked.reduce((so_far, box) => so_far + Number(box.dataset.amount ?? 0), 0);
  if (sum) sum.textContent = total.toLocaleString("en-US").replace("-", "−");
}

function clear(scope) {
  const picked = [...scope.querySelectorAll(".row-check:checked")];
  for (const box of picked) box.checked = false;
  if (picked.length) tell(scope);
  return picked.length > 0;
}

document.addEventListener("change", (event) => {
  const scope = event.target.form ?? document;
  if (event.target.matches("[data-check-all]")) {
    for (const box of scope.querySelectorAll(".row-check")) box.checked = event.target.checked;
    tell(scope);
  } else if (event.target.matches(".row-check")) {
    tell(scope);
  }
});

document.addEventListener("click", (event) => {
  const bar = event.target.closest("[data-bulk-clear]");
  if (bar) return clear(bar.form ?? document);
  const box = event.target.closest(".row-check");
  if (box) {
    if (event.shiftKey && lastChecked && lastChecked !== box) select(box.closest("tr"), true);
    lastChecked = box;
    return;
  }
  // The whole row opens what its name links to; text being selected and controls in the row keep their own meaning.
  const row = event.target.closest("tr[data-row]");
  if (!row || event.defaultPrevented || event.target.closest("a, button, input, label, select, summary") || String(getSelection())) return;
  open(row, event.ctrlKey || event.metaKey);
});

function open(row, inNewTab) {
  const link = row.querySelector("a.name") ?? row.querySelector("a[href]");
  if (!link) return;
  if (inNewTab) window.open(link.href, "_blank", "noopener");
  else link.click();
}

document.addEventListener("keydown", (event) => {
  if (!isPlain(event) || event.defaultPrevented || isTyping(event.target) || document.querySelector("dialog[open]:modal")) return;
  const key = event.key.toLowerCase();
  let done = false;
  if (key === "j") done = move(1);
  else if (key === "k") done = move(-1);
  else if (key === "x" && currentRow()) done = select(currentRow(), event.shiftKey);
  else if (event.key === "Enter" && event.target.matches("tr[data-row]")) done = open(event.target, false) ?? true;
  else if (event.key === "Escape" && !document.querySelector("details[data-pop][open]")) {
    for (const bar of document.querySelectorAll("[data-bulk]")) done = clear(bar.closest("form") ?? document) || done;
  }
  if (done) event.preventDefault();
}, true);

document.addEventListener("scroll", (event) => {
  if (event.target.classList?.contains("tbl-box")) event.target.classList.toggle("is-scrolled", event.target.scrollLeft > 0);
}, { capture: true, passive: true });

const refresh = () => {
  for (const bar of document.querySelectorAll("[data-bulk]")) tell(bar.closest("form") ?? document);
};
refresh();
document.addEventListener("htmx:after:swap", refresh);
