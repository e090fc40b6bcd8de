"""Builds the shipped table of administrative divisions from two public tables.

    python tools/build_divisions.py SHARED_DATA OUT

reads ``SHARED_DATA/regions/cpca_adcodes.csv`` (points) and ``SHARED_DATA/regions/xiangyuecn_level4.csv`` (the tree)
and writes ``OUT/divisions.csv.gz``, ``OUT/former_divisions.csv`` and ``OUT/NOTICE``. Same input, same bytes.

Points: the point table goes back to Vonng/adcode, whose documentation states GCJ-02; the points of the governments in
Shanghai, Hong Kong and Macao confirm it (they fall on the buildings only after conversion). They are stored as WGS-84.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from keqing.territory.geography.datum import Datum, to_wgs84

PROVINCE, CITY, COUNTY, TOWNSHIP = 1, 2, 3, 4
ABROAD = "91"
PSEUDO_NAMES = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "中沙群岛的岛礁及其海域"}

DIRECT_CITIES = {"北京市", "天津市", "上海市"}  # their one city row repeats the province

# Divisions that went whole into another one, where the name alone does not tell. What was split among several is left
# out on purpose: an old name must not be guessed into one of its parts.
MERGED = {
    "140202": "140213", "140203": "140214", "140227": "140215", "140402": "140403", "140411": "140403",
    "140421": "140404", "230702": "230717", "230705": "230751", "230706": "230718", "230707": "230724",
    "230708": "230717", "230709": "230751", "230710": "230724", "230711": "230718", "230712": "230723",
    "230713": "230725", "230714": "230723", "230715": "230724", "320611": "320613", "330204": "330212",
    "340208": "340209", "340221": "340210", "350402": "350404", "360105": "360112", "360421": "360404",
    "361121": "361104", "370634": "370614", "371202": "370116", "371203": "370117", "410211": "410202",
    "410306": "410308", "411023": "411003", "430221": "430212", "450127": "450181", "511521": "511504",
    "520222": "520281", "542421": "540602", "542400": "540600", "610125": "610118", "610427": "610482",
    "130223": "130284", "460321": "460301", "460322": "460302", "130526": "130505", "510124": "510117",
}  # fmt: skip
SPLIT = {"371200"}
RENAMED_BEFORE = [("420600", "襄樊市"), ("530800", "思茅市"), ("420607", "襄阳区"), ("360402", "庐山区")]


@dataclass(frozen=True)
class Row:
    code: str
    name: str
    short_name: str
    parent: str
    level: int
    lng: str = ""
    lat: str = ""


@dataclass(frozen=True)
class Former:
    code: str
    name: str
    successor: str


def main(shared: Path, out: Path) -> None:
    points = read_table(shared / "regions/cpca_adcodes.csv")
    rows = tree(read_table(shared / "regions/xiangyuecn_level4.csv"))
    former = sorted(former_divisions(points, rows), key=lambda f: (f.successor, f.name))
    rows = with_points(rows, points, former)
    problems = faults(rows, former)
    if problems:
        sys.exit("\n".join(problems))
    write_gzip(out / "divisions.csv.gz", table_text(rows))
    (out / "former_divisions.csv").write_text(table_text(former), encoding="utf-8")
    (out / "NOTICE").write_text(NOTICE, encoding="utf-8")
    report(rows, former)


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def tree(source: Iterable[dict[str, str]]) -> list[Row]:
    """One row per code: a place that the source repeats on lower levels under the same code is kept once.

    A city without counties (Dongguan) keeps its townships as its own children; a county directly under its province
    (PP90DD) is a county; Hong Kong and Macao have districts directly under them.
    """
    rows: dict[str, Row] = {}
    for line in sorted(source, key=lambda line: (int(line["deep"]), line["id"])):
        if line["id"].startswith(ABROAD):
            continue
        code = own_code(line, rows)
        if code in rows:
            continue
        rows[code] = Row(code, line["ext_name"], line["name"], parent_code(code, rows), level_of(code))
    return sorted(rows.values(), key=lambda row: (len(row.code), row.code))


def own_code(line: dict[str, str], rows: dict[str, Row]) -> str:
    full, short = line["ext_id"], line["id"]
    if not full.endswith("000000"):
        return full[:9]
    # A township numbered 000 shares all 12 digits with its county; under another name it is real, else a filler row.
    county = rows.get(full[:6])
    is_real_township = len(short) == 9 and county is not None and line["ext_name"] != county.name
    return short if is_real_township else full[:6]


def level_of(code: str) -> int:
    if len(code) == 9:
        return TOWNSHIP
    if code.endswith("0000"):
        return PROVINCE
    return CITY if code.endswith("00") else COUNTY


def parent_code(code: str, rows: dict[str, Row]) -> str:
    candidates = [code[:6], code[:4] + "00", code[:2] + "0000"]
    return next((c for c in candidates if c in rows and c != code), "")


def real_points(points: Iterable[dict[str, str]]) -> Iterator[dict[str, str]]:
    return (point for point in points if point["name"] not in PSEUDO_NAMES)


def former_divisions(points: Iterable[dict[str, str]], rows: list[Row]) -> Iterator[Former]:
    """Codes of the older table that are gone or renamed, with the division that took the whole place over."""
    by_code = {row.code: row for row in rows}
    for point in real_points(points):
        code, name = point["adcode"][:6], point["name"]
        if code in by_code:
            if by_code[code].name != name:
                yield Former(code, name, code)
            continue
        successor = None if code in SPLIT else MERGED.get(code) or same_stem(code, name, rows)
        if successor:
            yield Former(code, name, successor)
        else:
            print(f"no single successor: {code} {name}")
    for successor, name in RENAMED_BEFORE:
        yield Former(successor, name, successor)


def same_stem(code: str, name: str, rows: list[Row]) -> str | None:
    """The county that kept the name when its kind or city changed: 永年县 is now 永年区."""
    stem = name[:-1]
    found = [row for row in rows if row.level == COUNTY and row.code[:2] == code[:2] and stem_of(row) in (stem, name)]
    near = [row for row in found if row.code[:4] == code[:4]]
    chosen = near or found
    return chosen[0].code if len(chosen) == 1 else None


def stem_of(row: Row) -> str:
    return row.name[:-1]


def with_points(rows: list[Row], points: Iterable[dict[str, str]], former: list[Former]) -> list[Row]:
    known = {point["adcode"][:6]: point for point in real_points(points) if point["longitude"]}
    return [placed(row, known.get(row.code) or known.get(origin_of(row, former))) for row in rows]


def origin_of(row: Row, former: list[Former]) -> str:
    """The code under which the older table holds this place's point, "" when several merged and none kept the name."""
    if row.name in DIRECT_CITIES:
        return row.parent or row.code
    origins = [item for item in former if item.successor == row.code]
    same_name = [item for item in origins if item.name[:-1] in (stem_of(row), row.name)]
    chosen = same_name or origins
    return chosen[0].code if len(chosen) == 1 else ""


def placed(row: Row, point: dict[str, str] | None) -> Row:
    if point is None:
        return row
    lng, lat = to_wgs84(float(point["longitude"]), float(point["latitude"]), Datum.GCJ02)
    return replace(row, lng=f"{lng:.5f}", lat=f"{lat:.5f}")


def faults(rows: list[Row], former: list[Former]) -> list[str]:
    codes = {row.code for row in rows}
    orphans = [row for row in rows if row.level != PROVINCE and row.parent not in codes]
    outside = [row for row in rows if row.lng and not (73 <= float(row.lng) <= 136 and 3 <= float(row.lat) <= 54)]
    lost = [item for item in former if item.successor not in codes]
    found = [f"orphan: {row.code} {row.name}" for row in orphans]
    found += [f"outside China: {row.code} {row.name} {row.lng} {row.lat}" for row in outside]
    return found + [f"successor missing: {item.code} {item.name} {item.successor}" for item in lost]


def table_text(items: list[Row] | list[Former]) -> str:
    text = io.StringIO()
    fields = list(items[0].__dataclass_fields__)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(fields)
    writer.writerows([getattr(item, field) for field in fields] for item in items)
    return text.getvalue()


def write_gzip(path: Path, text: str) -> None:
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(text.encode("utf-8"))


def report(rows: list[Row], former: list[Former]) -> None:
    names = {PROVINCE: "provinces", CITY: "cities", COUNTY: "counties", TOWNSHIP: "townships"}
    for level, name in names.items():
        these = [row for row in rows if row.level == level]
        print(f"{name}: {len(these)}, with a point: {sum(bool(row.lng) for row in these)}")
    print(f"former names: {len(former)}; orphans: 0")


MIT = """\
Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""

NOTICE = f"""\
divisions.csv.gz and former_divisions.csv are built by tools/build_divisions.py from:

1. AreaCity-JsSpider-StatsGov (https://github.com/xiangyuecn/AreaCity-JsSpider-StatsGov): codes, names, tree.
   MIT License. Copyright (c) 2019 xiangyuecn

2. chinese_province_city_area_mapper (https://github.com/DQinYuan/chinese_province_city_area_mapper): points and
   former names of provinces, cities and counties.
   MIT License. Copyright (c) 2018 QinYuan Du
   Its table is taken from ADCODE (https://github.com/Vonng/adcode) by Vonng, published under Creative Commons
   Attribution 4.0 International (https://creativecommons.org/licenses/by/4.0/).

Changed here: filler rows removed, codes cut to 6 or 9 digits, points converted from GCJ-02 to WGS-84, some former
names and successors added by hand.

The MIT License of both:

{MIT}"""

if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: build_divisions.py SHARED_DATA OUT")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
