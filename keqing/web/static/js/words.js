// Texts that scripts say come translated from the page, so no script holds a language.
const holder = document.querySelector('meta[name="kq-words"]');

export function word(name) {
  return holder?.dataset[name] ?? "";
}

export function asset(name) {
  return document.querySelector(`meta[name="kq-${name}"]`)?.content ?? "";
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("width", "18");
  svg.setAttribute("height", "18");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${asset("icons")}#${name}`);
  svg.append(use);
  return svg;
}
