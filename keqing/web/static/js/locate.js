// Fills lat, lng and accuracy when asked. A refusal or a failure is said calmly, and the form goes without a position.
const OPTIONS = { enableHighAccuracy: true, timeout: 10000, maximumAge: 30000 };

function say(place, kind, metres) {
  const line = place.querySelector(".place-said");
  line.textContent = (line.dataset[kind] ?? "").replace("{m}", metres ?? "");
  line.dataset.tone = kind === "refused" || kind === "failed" ? "amber" : "";
}

function fill(place, { latitude, longitude, accuracy }) {
  const values = { lat: latitude.toFixed(6), lng: longitude.toFixed(6), accuracy: Math.round(accuracy) };
  for (const [name, value] of Object.entries(values)) place.querySelector(`input[name$="${name}"]`).value = value;
  say(place, "done", values.accuracy);
  place.dispatchEvent(new CustomEvent("kq:located", { bubbles: true, detail: values }));
}

document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-locate]")?.closest("[data-place]");
  if (!place) return;
  if (!navigator.geolocation || !window.isSecureContext) return say(place, "failed");
  say(place, "wait");
  navigator.geolocation.getCurrentPosition(
    (position) => fill(place, position.coords),
    (error) => say(place, error.code === error.PERMISSION_DENIED ? "refused" : "failed"),
    OPTIONS,
  );
});
