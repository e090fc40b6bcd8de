"""Refresh the browser files that the product ships: `python tools/vendor_assets.py WORKDIR`.

Run by a person when a version changes, never at run time or in a build. It packs the npm packages named below into
WORKDIR, copies the few files we serve with their licences, cuts Tabler down to the parts we use, and builds the icon
sprite. Needs npm and the network.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "keqing" / "web" / "static"


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    folder: str
    files: tuple[str, ...]
    licence: tuple[str, ...] = ("LICENSE",)


PACKAGES = (
    Package("@tabler/core", "1.6.1", "tabler", (), ()),
    Package("htmx.org", "4.0.1", "htmx", ("dist/htmx.min.js",)),
    Package(
        "tom-select",
        "2.6.2",
        "tom-select",
        ("dist/js/tom-select.complete.min.js", "dist/css/tom-select.min.css"),
    ),
    Package("@fontsource-variable/inter", "5.3.0", "inter", ("files/inter-latin-wght-normal.woff2",)),
    Package("@tabler/icons", "3.51.0", "tabler-icons", ()),
)

ICONS = """
sun moon sun-high users user user-plus user-check user-off logout language settings search bell cloud-check cloud-off
cloud-upload calendar calendar-week calendar-event clipboard-check inbox link building-warehouse arrows-sort lock
affiliate coin chart-bar shield-check shield-x map-pin map navigation phone chevron-left chevron-right chevron-up
chevron-down arrow-right arrow-left arrow-back-up plus minus x check download upload file-import file-spreadsheet
file-text columns-3 filter dots dots-vertical edit trash restore history refresh alert-triangle info-circle help
building-hospital building-store building-community building truck package pill tags tag key device-mobile clock star
star-filled note message hierarchy hierarchy-2 beach eye player-play printer microphone flag home external-link menu-2
list circle-check circle-dashed circle-x database code copy grip-vertical bolt school gift receipt wallet camera photo
mail id certificate stethoscope sitemap adjustments route target trending-up trending-down player-pause paperclip
world medical-cross report-money trophy ban qrcode keyboard
""".split()  # noqa: SIM905 words read better than a hundred quotes

# Of Tabler: resets, form controls, the grid, and spacing, flow and text utilities. Everything else is ours.
KEPT_CLASSES = re.compile(
    r"^(form-(control|select|check|label|text|switch|range|file)[\w-]*"
    r"|input-(group|icon)[\w-]*|(in)?valid-feedback|is-invalid|was-validated"
    r"|row|col|col-(auto|\d+)|col-lg(-(auto|\d+))?|g[xy]?-[0-4]|row-cols-\d"
    r"|d-(lg-)?(none|block|flex|grid|inline|inline-block|inline-flex)|flex-(row|column|wrap|nowrap|fill)|flex-(grow|shrink)-\d"
    r"|justify-content-[a-z]+|align-(items|self)-[a-z]+|gap-[0-5]"
    r"|[mp][tbsexy]?-(auto|[0-5])|text-(start|end|center|nowrap|wrap|break|truncate|uppercase)"
    r"|fw-(bold|normal)|w-(25|50|75|100|auto)|h-100|position-(relative|absolute|sticky)|overflow-(auto|hidden)"
    r"|visually-hidden(-focusable)?|list-unstyled|order-\d)$"
)
THEME_SELECTORS = re.compile(r"^(:root|\[data-bs-theme=\w+\]|:root,\[data-bs-theme=light\]|\[data-bs-theme=dark\]|)$")


def main(workdir: Path) -> None:
    workdir.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        root = unpack(package, workdir)
        if package.files:
            copy_files(package, root)
    write_tabler(workdir / "tabler")
    write_sprite(workdir / "tabler-icons")


def unpack(package: Package, workdir: Path) -> Path:
    target = workdir / package.folder
    if not target.exists():
        name = subprocess.run(
            ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
            cwd=workdir,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()[-1]
        with tarfile.open(workdir / name) as archive:
            archive.extractall(target, filter="data")
    return target / "package"


def copy_files(package: Package, root: Path) -> None:
    folder = STATIC / "vendor" / package.folder
    folder.mkdir(parents=True, exist_ok=True)
    for name in package.files:
        content = (root / name).read_bytes()
        if name.endswith((".js", ".css")):
            # A source map that is not served makes the static file store stop.
            content = re.sub(rb"\s*(//|/\*)# sourceMappingURL=[^\s*]+( ?\*/)?\s*$", b"\n", content)
        (folder / Path(name).name).write_bytes(content)
    for name in package.licence:
        shutil.copy(root / name, folder / name)


def write_tabler(root: Path) -> None:
    folder = STATIC / "vendor" / "tabler"
    folder.mkdir(parents=True, exist_ok=True)
    source = (root / "package" / "dist" / "css" / "tabler.min.css").read_text()
    banner = re.search(r"/\*!.*?\*/", source, re.S)
    body = source[banner.end() :] if banner else source
    kept = "".join(keep(body))
    kept = drop_unused_variables(kept)
    if re.search(r"@import|url\((?!\s*[\"']?data:)", kept):
        raise SystemExit("the cut of Tabler still points at another file")
    shutil.copy(root.parent / "tabler-icons" / "package" / "LICENSE", folder / "LICENSE")  # same author, same MIT text
    # A layer of its own: our rules win whatever their specificity, Tabler's !important utilities still hold.
    text = (banner.group(0) if banner else "") + "\n/* cut by tools/vendor_assets.py */\n@layer tabler{" + kept + "}\n"
    (folder / "tabler.min.css").write_text(text)


def keep(css: str) -> Iterator[str]:
    for head, body in blocks(css):
        if head.startswith(("@media", "@supports")):
            inner = "".join(keep(body))
            if inner and "print" not in head:
                yield f"{head}{{{inner}}}"
        elif not head.startswith("@"):
            selectors = [one for one in split_selectors(head) if is_kept(one)]
            if selectors:
                yield f"{','.join(selectors)}{{{body}}}"


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """Top-level rules of minified CSS as (selector or at-rule, content between its braces)."""
    depth, start, head, quote = 0, 0, "", ""
    for at, char in enumerate(css):
        if quote:
            quote = "" if char == quote and css[at - 1] != "\\" else quote
        elif char in "\"'":
            quote = char
        elif char == "{":
            depth += 1
            if depth == 1:
                head, start = css[start:at].strip(), at + 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                yield head, css[start:at]
                start = at + 1
        elif char == ";" and depth == 0:
            start = at + 1


def split_selectors(head: str) -> list[str]:
    return re.split(r",(?![^(\[]*[)\]])", head)


def is_kept(selector: str) -> bool:
    if THEME_SELECTORS.match(selector):
        return True
    if re.search(r"data-bs-|#|^body\.|rtl", selector):
        return False
    classes = re.findall(r"\.(-?[A-Za-z_][\w-]*)", selector)
    return all(KEPT_CLASSES.match(name) for name in classes)


def drop_unused_variables(css: str) -> str:
    """Leave out each custom property that nothing kept reads, directly or through another."""
    while True:
        read = set(re.findall(r"var\((--[\w-]+)", css))
        unused = set(re.findall(r"(--[\w-]+):", css)) - read
        if not unused:
            return re.sub(r"[^{}]+\{\}", "", css)
        names = "|".join(sorted(re.escape(name) for name in unused))
        css = re.sub(rf"({names}):[^;{{}}]*(;|(?=\}}))", "", css)


def write_sprite(root: Path) -> None:
    folder = STATIC / "vendor" / "tabler-icons"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(root / "package" / "LICENSE", folder / "LICENSE")
    symbols = "".join(symbol(root / "package" / "icons", name) for name in sorted(ICONS))
    (STATIC / "icons.svg").write_text(
        "<!-- Tabler Icons 3.51.0, MIT, see vendor/tabler-icons/LICENSE; built by tools/vendor_assets.py -->\n"
        f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}</svg>\n'
    )


def symbol(icons: Path, name: str) -> str:
    is_filled = name.endswith("-filled")
    path = icons / ("filled" if is_filled else "outline") / f"{name.removesuffix('-filled')}.svg"
    inner = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(), re.S)
    if inner is None:
        raise SystemExit(f"no drawing in {path}")
    body = re.sub(r"\s*\n\s*", "", inner.group(1)).replace(" />", "/>")
    paint = ' fill="currentColor" stroke="none"' if is_filled else ""
    return f'<symbol id="{name}" viewBox="0 0 24 24"{paint}>{body}</symbol>\n'


if __name__ == "__main__":
    main(Path(sys.argv[1]))
