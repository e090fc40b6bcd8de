"""`keqing bench NAME`: measure, print a table for people and, as the last line, one JSON object for machines."""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

ROOT = Path(__file__).resolve().parents[4]
#: benches whose name cannot be a module's
MODULES = {"import": "importing"}
CASE = ("case", "value", "unit", "peer", "ratio")


class Command(BaseCommand):
    help = "Measure; the last line printed is one JSON object"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("name")
        parser.add_argument("--json", action="store_true", help="only the JSON line on standard output")
        parser.add_argument("--only", default="", help="only cases whose name contains this")
        parser.add_argument("--scale", type=float, default=1.0, help="a fraction of the full size, to try a bench out")
        parser.add_argument("--folder", type=Path, help="keep what is built here and use it again next time")

    def handle(self, *args: Any, **options: Any) -> None:
        module = _find(options["name"])
        out: TextIO = sys.stderr if options["json"] else self.stdout  # type: ignore[assignment]

        def tell(line: str) -> None:
            out.write(f"{line}\n")
            out.flush()

        before = os.getloadavg()[0]
        measure: Callable[..., Iterable[Mapping[str, Any]]] = module.measure
        cases = list(measure(tell, only=options["only"], scale=options["scale"], folder=options["folder"]))
        for line in _table(cases):
            tell(line)
        answer = {"bench": options["name"], "cases": cases, "machine": {**_machine(), "load_before": round(before, 2)}}
        self.stdout.write(json.dumps(answer, ensure_ascii=False))


def _find(name: str) -> ModuleType:
    """`benchmarks.<name>` beside the package's folder (a checkout), or installed with it."""
    if not name.replace("_", "").isalnum():
        raise CommandError(f"no bench is called {name!r}")
    if (ROOT / "benchmarks").is_dir() and str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    wanted = f"benchmarks.{MODULES.get(name, name)}"
    try:
        module = importlib.import_module(wanted)
    except ModuleNotFoundError as problem:
        if problem.name not in {"benchmarks", wanted}:
            raise
        raise CommandError(f"no bench is called {name!r}") from problem
    if not hasattr(module, "measure"):
        raise CommandError(f"no bench is called {name!r}")
    return module


def _table(cases: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    yield f"{'case':<26}{'value':>12} {'unit':<12}{'ratio':>8}  {'target':>7}  more"
    for case in cases:
        if case["value"] is None:
            yield f"{case['case']:<26}{'-':>12} {case['unit']:<12}{'-':>8}  {'':>7}  {case.get('reason', '')}"
            continue
        ratio, target = case.get("ratio"), case.get("target")
        more = ", ".join(f"{key} {value}" for key, value in case.items() if key not in {*CASE, "target"})
        yield (
            f"{case['case']:<26}{case['value']:>12,} {case['unit']:<12}{'-' if ratio is None else f'{ratio:.2f}':>8}"
            f"  {'' if target is None else f'≤ {target:g}':>7}  {more}"
        )


def _machine() -> dict[str, Any]:
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_after": round(os.getloadavg()[0], 2),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
