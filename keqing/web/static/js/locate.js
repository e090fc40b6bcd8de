// Fills lat, lng and accuracy when asked. A refusal or a failure is said calmly, and the form goes without a position.
const OPTIONS = { enableHighAccuracy: true, timeout: 10000, maximumAge: 30000 };
const WAIT_MS = 6000;

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

function locate(place, done) {
  if (!navigator.geolocation || !window.isSecureContext) {
    say(place, "failed");
    done();
    return;
  }
  say(place, "wait");
  navigator.geolocation.getCurrentPosition(
    (position) => {
      fill(place, position.coords);
      done();
    },
    (error) => {
      say(place, error.code === error.PERMISSION_DENIED ? "refused" : "failed");
      done();
    },
    OPTIONS,
  );
}

document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-locate]")?.closest("[data-place]");
  if (place) locate(place, () => {});
});

// A form that wants the position asks for it on the way: one press, and the form goes with it or without it.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const place = form.querySelector("[data-place][data-on-submit]");
  if (!place || form.dataset.located) return;
  event.preventDefault();
  const button = event.submitter;
  button?.setAttribute("aria-busy", "true");
  const send = () => {
    form.dataset.located = "yes";
    form.submit();
  };
  const late = setTimeout(send, WAIT_MS);
  locate(place, () => {
    clearTimeout(late);
    if (!form.dataset.located) send();
  });
});
