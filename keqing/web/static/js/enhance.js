// select[data-enhance] becomes searchable. The library is fetched only by pages that have one.
import { asset, word } from "./words.js";

let library = null;

function load() {
  library ??= new Promise((resolve, reject) => {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = asset("select-css");
    document.head.prepend(style); // before our own rules, which dress it
    const script = document.createElement("script");
    script.src = asset("select-js");
    script.onload = () => resolve(window.TomSelect);
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
}

function options(select) {
  const remote = select.dataset.source;
  return {
    plugins: select.multiple ? ["remove_button"] : [],
    maxOptions: 200,
    placeholder: select.dataset.placeholder ?? "",
    render: { no_results: () => `<div class="no-results">${word("nothing")}</div>` },
    ...(remote && { load: (text, done) => ask(remote, text).then(done, () => done()), valueField: "value", labelField: "text", searchField: [] }),
  };
}

async function ask(address, text) {
  const url = new URL(address, location.href);
  url.searchParams.set("q", text);
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  return answer.ok ? (await answer.json()).items : [];
}

async function enhance() {
  const found = [...document.querySelectorAll("select[data-enhance]:not(.tomselected)")];
  if (!found.length) return;
  try {
    const TomSelect = await load();
    for (const select of found) if (!select.tomselect) new TomSelect(select, options(select));
  } catch {
    library = null; // the plain select stays and works
  }
}
enhance();
document.addEventListener("htmx:after:swap", enhance);
