"""A PostgreSQL server of one's own for the length of a test or a measurement; no server need be installed as a service."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

OWNER, NAME = "postgres", "keqing"
START_S = 60
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
MODEST = ("shared_buffers=256MB", "effective_cache_size=2GB", "work_mem=16MB", "random_page_cost=1.1")


class NoServer(Exception):
    """There are no PostgreSQL programs on this machine, or they would not start."""


def programs() -> Path:
    """The folder of `initdb` and `postgres`, the newest version first. Raises NoServer."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: _version(folder.parent.name), reverse=True
    )
    on_path = shutil.which("postgres")
    for folder in [*installed, *([Path(on_path).resolve().parent] if on_path else [])]:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise NoServer("no PostgreSQL programs in /usr/lib/postgresql/*/bin or on PATH")


def _version(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split(".") if part.isdigit())


@contextmanager
def throwaway_server(*, durable: bool = False) -> Iterator[str]:
    """Yields the DATABASE_URL of an empty database. `durable` keeps what an installation keeps: fsync and all."""
    bin_folder, user = programs(), _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="keqing-pg-"))
    process: subprocess.Popen[bytes] | None = None
    try:
        _give(folder, user)
        _run([bin_folder / "initdb", "-D", folder / "data", "-U", OWNER, "-A", "trust", "-E", "UTF8",
              "--locale=C.UTF-8", "--no-sync"], folder, user)  # fmt: skip
        port = free_port()
        process = _start(bin_folder, folder, user, port, () if durable else FAST)
        _wait_until_up(process, port, folder)
        with psycopg.connect(_url(port, "postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {NAME}")
        yield _url(port, NAME)
    finally:
        if process is not None:
            _stop(process)
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root: then the name of somebody else."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


def _give(folder: Path, user: str | None) -> None:
    if user is not None:
        shutil.chown(folder, user)


def _as(user: str | None) -> dict[str, object]:
    if user is None:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _run(command: Sequence[str | Path], folder: Path, user: str | None) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env=_environment(folder),
        capture_output=True,
        text=True,
        **_as(user),  # type: ignore[call-overload]
    )
    if done.returncode:
        raise NoServer(f"{Path(command[0]).name}: {done.stderr.strip()[-500:]}")


def _start(
    bin_folder: Path, folder: Path, user: str | None, port: int, settings: Sequence[str]
) -> subprocess.Popen[bytes]:
    given = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", *MODEST, *settings]
    command = [str(bin_folder / "postgres"), "-D", str(folder / "data")]
    for setting in given:
        command += ["-c", setting]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal is ours to pass on
            **_as(user),  # type: ignore[call-overload]
        )


def _wait_until_up(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    def answers() -> bool:
        try:
            psycopg.connect(_url(port, "postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    if not _within(START_S, lambda: process.poll() is not None or answers()) or process.poll() is not None:
        raise NoServer(f"postgres did not start: {(folder / 'log').read_text(errors='replace')[-500:]}")


def _within(seconds: float, is_done: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_done():
            return True
        time.sleep(0.05)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown, then immediate, then by force."""
    for number, patience in ((signal.SIGINT, 20), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _url(port: int, name: str) -> str:
    return f"postgresql://{OWNER}@127.0.0.1:{port}/{name}"
