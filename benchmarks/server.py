"""The server that is measured: where it answers, and how much processor time it has taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Server:
    port: int
    pid: int

    def processor_seconds(self) -> float:
        """Of the server and its workers, all threads; 0 where the system does not tell."""
        return sum(_ran_ns(task) for pid in self._processes() for task in _tasks(pid)) / 1e9

    def _processes(self) -> Iterator[int]:
        yield self.pid
        try:
            yield from map(int, (PROC / f"{self.pid}/task/{self.pid}/children").read_text().split())
        except OSError:
            return


def _tasks(pid: int) -> list[Path]:
    try:
        return list((PROC / str(pid) / "task").iterdir())
    except OSError:
        return []


def _ran_ns(task: Path) -> int:
    try:
        return int((task / "schedstat").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0
