// Offline is a calm amber pill, never a blocking page. Others may tell how much waits: kq:queue with detail.count.
const paint = () => document.body.classList.toggle("is-offline", !navigator.onLine);

addEventListener("online", paint);
addEventListener("offline", paint);
document.addEventListener("kq:queue", (event) => {
  for (const place of document.querySelectorAll("[data-sync-queue]")) {
    place.textContent = event.detail.count ? ` · ${event.detail.text ?? event.detail.count}` : "";
  }
});
paint();
