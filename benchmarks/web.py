"""What pages cost beside a bare page, at 120,000 customers, for three people, on both databases.

The ratio is the median time of the page over that of the yardstick (`benchmarks.served`), both answered by the same
single process to the same single client, in alternating blocks.
"""

from __future__ import annotations

import base64
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.client import YARDSTICK, Answer, Browser, Unexpected, require, token_in
from benchmarks.environment import ROOT, environment, last_line, run_module
from benchmarks.server import Server
from benchmarks.timing import Once, Race, race
from tests.postgres import NoServer, free_port, throwaway_server

Tell = Callable[[str], None]
Case = dict[str, Any]
TARGETS = {"empty": 4.0, "list": 8.0, "open": 8.0, "search": 10.0, "visit": 15.0}
USERS = ("rep", "area", "sfe")
DATABASES = ("sqlite", "postgresql")
PEER = "50×8 Jinja2 page, no middleware, same process"
SPREAD = 3.0
SEED = 11
NOTE = "陈列在货架二层，缺一个规格，店长答应下周补货，价格牌已更新"


def measure(tell: Tell, *, only: str = "", scale: float = 1.0, folder: Path | None = None) -> Iterator[Case]:
    with ExitStack() as stack:
        home = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="keqing-bench-")))
        home = home.resolve()
        try:
            _build(home, scale, tell)
        except subprocess.CalledProcessError as problem:
            yield from _nothing(only, DATABASES, f"the data could not be built: {last_line(problem)}")
            return
        for database in DATABASES:
            names = [name for name in _names(database) if only in name]
            if names:
                yield from _measure_database(home, database, names, tell)


def _names(database: str) -> list[str]:
    return [f"{case}/{user}/{database}" for case in TARGETS for user in USERS]


def _nothing(only: str, databases: tuple[str, ...], reason: str) -> Iterator[Case]:
    for database in databases:
        yield from (_unmeasured(name, reason) for name in _names(database) if only in name)


def _unmeasured(name: str, reason: str) -> Case:
    return {"case": name, "value": None, "unit": "requests/s", "peer": PEER, "ratio": None, "reason": reason}


# ---- data and servers ----------------------------------------------------------------------------------------------


def _build(home: Path, scale: float, tell: Tell) -> None:
    mark = home / "built.json"
    if mark.exists() and json.loads(mark.read_text())["scale"] == scale:
        tell(f"using {home}")
    else:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        counts = run_module(home, "benchmarks.build", str(scale))
        mark.write_text(json.dumps({**counts, "scale": scale}))
        tell(f"built: {counts}")
    collect = [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=environment(home), check=True, capture_output=True, text=True)


@contextmanager
def _database(home: Path, name: str, tell: Tell) -> Iterator[str]:
    if name == "sqlite":
        yield f"sqlite:///{home / 'keqing.sqlite3'}"
        return
    with throwaway_server(durable=True) as url:
        done = run_module(home, "benchmarks.carry", str(home / "keqing.sqlite3"), url=url)
        tell(f"carried to PostgreSQL: {done}")
        yield url


@contextmanager
def _served(home: Path, url: str) -> Iterator[Server]:
    """One granian worker."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--no-access-log", "--log-level", "warning", "benchmarks.served:application",
    ]  # fmt: skip
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(home, url), stdout=log, stderr=log)
    try:
        _wait_for(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            if Browser(port).get(YARDSTICK).status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise Unexpected("the server did not start")


# ---- cases ---------------------------------------------------------------------------------------------------------


def _measure_database(home: Path, database: str, names: list[str], tell: Tell) -> Iterator[Case]:
    try:
        with _database(home, database, tell) as url, _served(home, url) as server:
            plan = run_module(home, "benchmarks.planning", str(SEED), url=url)
            tell(f"{database}: " + ", ".join(f"{user} sees {plan['users'][user]['sees']:,}" for user in USERS))
            for name in names:
                yield _measure_case(name, server, plan, tell)
    except subprocess.CalledProcessError as problem:
        yield from (_unmeasured(name, last_line(problem)) for name in names)
    except (NoServer, Unexpected) as problem:
        yield from (_unmeasured(name, str(problem)) for name in names)


def _measure_case(name: str, server: Server, plan: Mapping[str, Any], tell: Tell) -> Case:
    case, user, _database_name = name.split("/")
    person = plan["users"][user]
    if case == "visit" and not person["may_visit"]:
        who = "、".join(person["personas"])
        return _unmeasured(name, f"{who} may not record visits (territory/personas.py: visit without c)")
    browser, bare = Browser(server.port, {plan["cookie"]: person["session"]}), Browser(server.port)
    try:
        once = _CASES[case](browser, plan, person)
        result = race(once, lambda: [bare.page(YARDSTICK).seconds], processor=server.processor_seconds)
    except (Unexpected, OSError) as problem:
        return _unmeasured(name, str(problem)[:300])
    finally:
        browser.close()
        bare.close()
    answer = _answer(name, TARGETS[case], result)
    tell(f"{name:<26}{answer['value']:>9} /s  {answer['ratio']:>6.2f}×  p95/median {answer['p95_over_median']:.2f}")
    return answer


def _answer(name: str, target: float, result: Race) -> Case:
    # a visit's processor time holds the pages between its posts too, so it says nothing about them
    busy = {} if name.startswith("visit/") else {"processor_ratio": round(result.processor_ratio, 2)}
    return {
        "case": name,
        "value": round(result.per_second, 1),
        "unit": "requests/s",
        "peer": PEER,
        "ratio": round(result.ratio, 2),
        "target": target,
        "is_met": result.ratio <= target and result.p95_over_median <= SPREAD,
        "p95_over_median": round(result.p95_over_median, 2),
        "median_ms": round(1000 * result.per_request, 2),
        "yardstick_ms": round(1000 * result.per_peer_request, 2),
        "requests": len(result.own),
        **busy,
    }


def _empty(browser: Browser, plan: Mapping[str, Any], person: Mapping[str, Any]) -> Once:
    return lambda: [browser.page(plan["urls"]["about"]).seconds]


def _list(browser: Browser, plan: Mapping[str, Any], person: Mapping[str, Any]) -> Once:
    """The first page and pages anywhere further down, in turn."""
    first = browser.page(plan["urls"]["list"])
    _require_known_cursor(first)
    deeper = cycle([f"{plan['urls']['list']}?after={_cursor(party['cursor'])}" for party in person["parties"]])
    addresses = (address for pair in zip(cycle([plan["urls"]["list"]]), deeper, strict=False) for address in pair)
    return lambda: [browser.page(next(addresses)).seconds]


def _cursor(value: list[Any]) -> str:
    """As `core.lists` writes it: the value sorted by, and the key."""
    return base64.urlsafe_b64encode(json.dumps(value, ensure_ascii=False).encode()).decode().rstrip("=")


def _require_known_cursor(first: Answer) -> None:
    """The list is paged by the pinyin of the name: else the deeper addresses would not be what they say."""
    found = re.search(r"[?&;]after=([\w-]+)", first.text)
    if found is None:
        raise Unexpected("the first page of the list leads nowhere further")
    value = json.loads(base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4)))
    if not (isinstance(value[0], str) and value[0].isascii() and isinstance(value[1], int)):
        raise Unexpected(f"the list is paged by {value!r}")


def _open(browser: Browser, plan: Mapping[str, Any], person: Mapping[str, Any]) -> Once:
    addresses = cycle([plan["urls"]["customer"].format(party["id"]) for party in person["parties"]])
    return lambda: [browser.page(next(addresses)).seconds]


def _search(browser: Browser, plan: Mapping[str, Any], person: Mapping[str, Any]) -> Once:
    addresses = cycle([f"{plan['urls']['list']}?q={quote(word)}" for word in person["words"]])

    def once() -> list[float]:
        answer = browser.page(next(addresses))
        if "data-row" not in answer.text:
            raise Unexpected("a search for a piece of a visible customer's name found nothing")
        return [answer.seconds]

    return once


def _visit(browser: Browser, plan: Mapping[str, Any], person: Mapping[str, Any]) -> Once:
    """Check in and finish: both posts count, the pages between them are looked at but not counted."""
    chance = random.Random(SEED)
    visitable = [party["id"] for party in person["parties"] if party["may_visit"]]
    if not visitable:
        raise Unexpected("none of the visible customers may be visited by these personas")
    ids = cycle(chance.sample(visitable, len(visitable)))

    def once() -> list[float]:
        public_id = next(ids)
        form = browser.get(plan["urls"]["check_in"].format(public_id))
        if form.status != 200:
            raise Unexpected(f"check-in page: HTTP {form.status}")
        arrived = browser.post(
            plan["urls"]["check_in"].format(public_id),
            {"csrfmiddlewaretoken": token_in(form), "lat": "", "lng": "", "accuracy": ""},
        )
        require(arrived, 303, "check-in")
        visit = browser.page(arrived.location)
        version = re.search(r'name="version"[^>]*value="(\d+)"', visit.text)
        if version is None:
            raise Unexpected("the open visit has no form to finish it")
        path = plan["urls"]["finish"].format(arrived.location.rstrip("/").rsplit("/", 1)[-1])
        done = browser.post(path, {"csrfmiddlewaretoken": token_in(visit), "version": version[1], "note": NOTE})
        require(done, 303, "finish")
        return [arrived.seconds, done.seconds]

    return once


_CASES: dict[str, Callable[[Browser, Mapping[str, Any], Mapping[str, Any]], Once]] = {
    "empty": _empty,
    "list": _list,
    "open": _open,
    "search": _search,
    "visit": _visit,
}
