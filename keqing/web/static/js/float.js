// Sheets (<dialog>) and popovers (<details data-pop>). Both open without scripts; here they also close as one expects.
export function openSheet(id) {
  const sheet = document.getElementById(id);
  if (!(sheet instanceof HTMLDialogElement) || sheet.open) return false;
  closePopovers();
  sheet.showModal();
  return true;
}

function closePopovers(except = null) {
  const open = [...document.querySelectorAll("details[data-pop][open]")].filter((one) => !one.contains(except));
  for (const one of open) one.open = false;
  return open.length > 0;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener && openSheet(opener.dataset.open)) return event.preventDefault();

  const closer = event.target.closest("[data-close]");
  const sheet = closer?.closest("dialog") ?? (event.target instanceof HTMLDialogElement ? event.target : null);
  if (closer || (sheet && isOutside(sheet, event))) {
    if (sheet?.open) {
      event.preventDefault();
      sheet.close();
    }
    return;
  }
  if (event.target.closest("[data-pop-close]")) return closePopovers();
  // The press that closes a panel does nothing else, unless it lands on a control.
  if (closePopovers(event.target) && !event.target.closest("a, button, input, label, select, summary")) event.preventDefault();
  const back = event.target.closest("[data-back]");
  if (back) history.back();
});

// A click on the backdrop has the dialog itself as target, but lies outside its box.
function isOutside(sheet, event) {
  const box = sheet.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const pop = document.querySelector("details[data-pop][open]");
  if (!pop) return;
  event.preventDefault();
  pop.open = false;
  pop.querySelector("summary").focus();
});

// On a phone the popover's veil belongs to its summary, so a press beside the panel closes it.
function ready() {
  for (const back of document.querySelectorAll("[data-back]")) back.hidden = history.length < 2;
  for (const sheet of document.querySelectorAll("dialog[data-open-now]")) {
    delete sheet.dataset.openNow;
    if (!sheet.open) sheet.showModal();
  }
}
ready();
document.addEventListener("htmx:after:swap", ready);
