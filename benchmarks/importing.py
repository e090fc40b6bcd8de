"""An import of 100,000 customers beside Django's `bulk_create` of the very rows it leaves behind.

The import reads an xlsx file of 26 columns, judges each row against the archive, stages it with its sentence, writes
customers, names, grades, history and search tokens in short transactions, and publishes. The peer is handed all of
these rows ready made (instances with keys, tokens cut, history encoded) and only writes them, table by table, each in
one transaction, into an empty copy of the same database; the fastest of three batch sizes counts.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.customer_list import HEADER, write_list
from benchmarks.environment import ROOT, environment, last_line, run_module
from benchmarks.importing_run import BATCHES

Tell = Callable[[str], None]
Case = dict[str, Any]
ROWS = 100_000
TARGET, LONGEST_WAIT_S = 3.0, 1.0
PEER = "bulk_create of the same rows, fastest batch size"
SPEED, RATE, WAIT = "customers-100k", "rows-per-second", "others-wait"


def measure(tell: Tell, *, only: str = "", scale: float = 1.0, folder: Path | None = None) -> Iterator[Case]:
    with tempfile.TemporaryDirectory(prefix="keqing-bench-") as temporary:
        home = folder.resolve() if folder else Path(temporary)
        home.mkdir(parents=True, exist_ok=True)
        rows = max(500, round(ROWS * scale))
        try:
            file = _list(home, rows, tell)
            if only in SPEED or only in RATE:
                yield from _speed(home, file, tell)
            if only in WAIT:
                yield from _others_wait(home, file, tell)
        except subprocess.CalledProcessError as problem:
            yield _unmeasured(SPEED, "s", last_line(problem))
            yield _unmeasured(WAIT, "s", last_line(problem))


def _unmeasured(name: str, unit: str, reason: str) -> Case:
    return {"case": name, "value": None, "unit": unit, "peer": PEER, "ratio": None, "reason": reason}


def _list(home: Path, rows: int, tell: Tell) -> Path:
    file = home / f"customers-{rows}.xlsx"
    if not file.exists():
        write_list(file, rows)
    if not (home / "keqing.sqlite3").exists():
        run_module(home, "benchmarks.build", "0")
    tell(f"{file.name}: {rows:,} rows, {len(HEADER)} columns, {file.stat().st_size / 2**20:.1f} MB")
    return file


def _fresh(home: Path, name: str) -> Path:
    """An empty, set-up database: a copy each time."""
    target = home / f"{name}.sqlite3"
    for leftover in home.glob(f"{name}.sqlite3*"):
        leftover.unlink()
    shutil.copy(home / "keqing.sqlite3", target)
    return target


def _speed(home: Path, file: Path, tell: Tell) -> Iterator[Case]:
    target = _fresh(home, "import")
    peers = [str(_fresh(home, f"peer{size}")) for size in BATCHES]
    answer = run_module(home, "benchmarks.importing_run", str(file), "--peer", *peers, url=f"sqlite:///{target}")
    peer = answer.pop("peer")
    seconds, ratio = answer["seconds"], answer["seconds"] / peer["seconds"]
    tell(f"import {seconds:.1f} s, bulk_create {peer['seconds']:.1f} s: {answer} {peer}")
    yield {
        "case": SPEED,
        "value": round(seconds, 2),
        "unit": "s",
        "peer": PEER,
        "ratio": round(ratio, 2),
        "target": TARGET,
        "is_met": ratio <= TARGET,
        "steps": {key: answer[key] for key in ("receive_s", "judge_s", "write_s")},
        "verdicts": answer["counts"],
        "cpu_s": answer["cpu_s"],
        "peer_s": round(peer["seconds"], 2),
        "peer_cpu_s": peer["cpu_s"],
        "processor_ratio": round(answer["cpu_s"] / peer["cpu_s"], 2),
        "peer_batch_size": peer["batch_size"],
        "peer_tried": peer["tried"],
        "peer_wrote": peer["wrote"],
        "longest_transaction_s": answer["longest_transaction_s"],
    }
    yield {
        "case": RATE,
        "value": round(answer["rows_read"] / seconds),
        "unit": "rows/s",
        "peer": PEER,
        "ratio": None,
    }


def _others_wait(home: Path, file: Path, tell: Tell) -> Iterator[Case]:
    """The same import again, while another process saves a customer every 50 ms."""
    url = f"sqlite:///{_fresh(home, 'others')}"
    other = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.other_hand"],
        cwd=ROOT,
        env=environment(home, url),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    other.stdout.readline()
    try:
        answer = run_module(home, "benchmarks.importing_run", str(file), url=url)
    finally:
        said, complaint = other.communicate()
    if other.returncode:
        yield _unmeasured(WAIT, "s", complaint.strip().splitlines()[-1][:200])
        return
    waits = json.loads(said.strip().splitlines()[-1])
    tell(f"others: {waits}, import {answer}")
    yield {
        "case": WAIT,
        "value": waits["longest_s"],
        "unit": "s",
        "peer": "no import running: a few ms",
        "ratio": None,
        "target": LONGEST_WAIT_S,
        "is_met": waits["longest_s"] <= LONGEST_WAIT_S,
        **{key: waits[key] for key in ("p99_s", "median_s", "saves")},
        "longest_transaction_s": answer["longest_transaction_s"],
        "import_s": round(answer["seconds"], 2),
    }
