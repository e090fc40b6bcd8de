// What was typed into a form and never arrived (the sign-in had ended, an error page came) is filled in again when the
// same form is opened. It lies in this tab only, until its answer comes; passwords, files and hidden fields never do.
import { toast } from "./toast.js";
import { word } from "./words.js";

const STORE = "kq-unsent";
const SIGN_OUT = "/accounts/logout/";
const NEVER = new Set(["hidden", "password", "file", "submit", "button", "reset", "image", "fieldset", "output"]);
const reader = word("reader"); // nobody on the pages of sign-in and of errors: those are no answers

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}

function write(all) {
  try {
    sessionStorage.setItem(STORE, JSON.stringify(all));
  } catch {
    // No room, or not allowed: then nothing is kept.
  }
}

const addressOf = (form) => new URL(form.getAttribute("action") || location.href, location.href).pathname;
const fieldsOf = (form) => [...form.elements].filter((one) => one.name && !NEVER.has(one.type) && !one.hasAttribute("data-autosubmit"));
const isTick = (field) => field.type === "checkbox" || field.type === "radio";
const chosen = (select) => [...select.selectedOptions].map((one) => [one.value, one.text]);

function isChanged(field) {
  if (isTick(field)) return field.checked !== field.defaultChecked;
  if (!(field instanceof HTMLSelectElement)) return field.value !== field.defaultValue;
  const before = [...field.options].filter((one) => one.defaultSelected);
  if (!before.length && !field.multiple) return field.selectedIndex > 0;
  return [...field.options].some((one) => one.selected !== before.includes(one));
}

// Only what was changed, so that what others wrote meanwhile stays; on a page of mistakes all of it was typed earlier.
function typed(form) {
  const isReturned = document.querySelector("main [role=alert]") !== null;
  return fieldsOf(form)
    .filter((field) => isReturned || isChanged(field))
    .map((field) => {
      if (isTick(field)) return { name: field.name, value: field.value, checked: field.checked };
      if (field instanceof HTMLSelectElement) return { name: field.name, options: chosen(field) };
      return { name: field.name, value: field.value };
    });
}

function keep(form) {
  const all = read();
  const values = typed(form);
  if (values.length) all[addressOf(form)] = { reader, values };
  else delete all[addressOf(form)];
  write(all);
}

document.addEventListener("submit", (event) => {
  if (addressOf(event.target) === SIGN_OUT) write({});
  else if (reader && event.target.method === "post") keep(event.target);
}, true);

// A form that asks in the background leads to the sign-in by itself, before anybody sent it.
document.addEventListener("htmx:response:error", (event) => {
  if (event.detail.ctx?.response?.status !== 401) return;
  for (const form of document.forms) if (form.method === "post") keep(form);
  document.dispatchEvent(new Event("kq:kept"));
});

// The first page of the house after a form was sent is its answer. Any other page, or coming back, means that none came.
function settle() {
  const all = read();
  const isAnswer = reader && performance.getEntriesByType("navigation")[0]?.type === "navigate";
  for (const [address, kept] of Object.entries(all)) {
    if (kept.isLost) continue;
    if (isAnswer) delete all[address];
    else kept.isLost = true;
  }
  write(all);
}

function put(form, kept) {
  const fields = fieldsOf(form).filter((one) => one.name === kept.name);
  const field = "checked" in kept ? fields.find((one) => one.value === kept.value) : fields[0];
  if (!field) return false;
  if ("checked" in kept) field.checked = kept.checked;
  else if (kept.options) choose(field, kept.options);
  else field.value = kept.value;
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  return true;
}

function choose(select, options) {
  for (const one of select.options) one.selected = options.some(([value]) => value === one.value);
  for (const [value, text] of options) {
    if (![...select.options].some((one) => one.value === value)) select.add(new Option(text, value, false, true));
  }
  select.tomselect?.sync();
}

let late = []; // fields that appear only when another one is filled

function giveBack() {
  const all = read();
  for (const form of document.forms) {
    const kept = all[addressOf(form)];
    if (!reader || form.method !== "post" || !kept?.isLost || kept.reader !== reader) continue;
    const missing = kept.values.filter((one) => !put(form, one));
    if (missing.length === kept.values.length) continue;
    late = missing.map((one) => [form, one]);
    delete all[addressOf(form)];
    toast(word("kept"), { stays: true });
  }
  write(all);
}

settle();
document.addEventListener("DOMContentLoaded", giveBack); // after htmx, which listens to what is filled in
document.addEventListener("htmx:after:swap", () => {
  late = late.filter(([form, kept]) => form.isConnected && !put(form, kept));
});
