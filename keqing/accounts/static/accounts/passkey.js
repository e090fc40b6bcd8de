// Passkeys need a safe origin: shown only where the browser has them, and a refusal is said on the page.
(function () {
  const show = (selector) => document.querySelectorAll(selector).forEach((element) => { element.hidden = false; });
  const hide = (selector) => document.querySelectorAll(selector).forEach((element) => { element.hidden = true; });
  document.addEventListener("DOMContentLoaded", () => {
    show(window.PublicKeyCredential ? "[data-passkey]" : "[data-passkey-missing]");
    document.addEventListener("click", () => hide("[data-passkey-failed]"), true);
  });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    show("[data-passkey-failed]");
  });
})();
