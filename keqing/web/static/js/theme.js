// The theme changes at once; the form it stands in tells the server in the background.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-set-theme]");
  if (!button?.form) return;
  event.preventDefault();
  const root = document.documentElement;
  const choice = button.dataset.setTheme;
  const isDark = choice === "dark" || (choice === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.themeChoice = choice;
  root.dataset.bsTheme = isDark ? "dark" : "light";
  for (const one of document.querySelectorAll("[data-set-theme]")) {
    one.setAttribute("aria-pressed", String(one.dataset.setTheme === choice));
  }
  const body = new FormData(button.form);
  body.set("theme", choice);
  try {
    await fetch(button.form.action, { method: "POST", body, redirect: "manual" });
  } catch {
    // Offline: the choice holds for this page and is asked again on the next.
  }
});
