// Notes that rise and go. Good news leaves by itself; what went wrong stays until it is closed.
import { icon, word } from "./words.js";

const GONE_AFTER_MS = 6000;

export function toast(text, { stays = false } = {}) {
  const area = document.querySelector("[data-toasts]");
  if (!area || !text) return;
  const note = document.createElement("div");
  note.className = "toast";
  const said = document.createElement("span");
  said.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.setAttribute("aria-label", word("close"));
  close.append(icon("x"));
  close.addEventListener("click", () => leave(note));
  note.append(said, close);
  area.append(note);
  while (area.children.length > 3) area.firstElementChild.remove();
  if (!stays) dismissLater(note);
}

function dismissLater(note) {
  let timer = setTimeout(() => leave(note), GONE_AFTER_MS);
  note.addEventListener("pointerenter", () => clearTimeout(timer));
  note.addEventListener("pointerleave", () => { timer = setTimeout(() => leave(note), GONE_AFTER_MS); });
}

function leave(note) {
  note.classList.add("is-leaving");
  setTimeout(() => note.remove(), 220);
}

// The server's good news was printed as notes at the top, for browsers without scripts; here it rises instead.
function liftNotes() {
  for (const note of document.querySelectorAll("[data-messages] > .notice")) {
    if (note.matches(".notice-red, .notice-amber") || note.querySelector("a, button")) continue;
    toast(note.textContent.trim());
    note.remove();
  }
}

function sayFailure(status) {
  if (status === 422) return;
  const name = { 401: "expired", 403: "refused", 404: "gone", 429: "busy" }[status] ?? "failed";
  toast(word(name), { stays: true });
}

document.addEventListener("htmx:response:error", (event) => sayFailure(event.detail.ctx?.response?.status));
document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx && !event.detail.ctx.response) toast(word(navigator.onLine ? "failed" : "offline"), { stays: true });
});
document.addEventListener("htmx:after:swap", liftNotes);
liftNotes();

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast(button.dataset.copied || word("copied"));
  } catch {
    const range = document.createRange();
    range.selectNodeContents(button);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }
});
