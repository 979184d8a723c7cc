"""What does `make run` take at rest, and how long does a warm start?"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.rows import row
from tests.faults.databases import ROOT

PORT = "8197"
TICKS = os.sysconf("SC_CLK_TCK")


def rows(*, quick: bool) -> Iterator[dict[str, Any]]:
    home = Path(os.environ["BENCH_FOLDER"]) / "serving"
    _start_and_stop(home)  # tables, static files
    started = time.monotonic()
    process = _start(home)
    warm = time.monotonic() - started
    try:
        yield row("warm start", warm, unit="s", target=6)
        time.sleep(15 if quick else 60)
        before, at = _cpu_seconds(process.pid), time.monotonic()
        time.sleep(10 if quick else 60)
        busy = (_cpu_seconds(process.pid) - before) / (time.monotonic() - at) * 100
        yield row("at rest: memory (PSS) of all processes", _pss_mb(process.pid), unit="MB", target=350)
        yield row("at rest: processor time", busy, unit="% of one core", target=2)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _start(home: Path) -> "subprocess.Popen[str]":
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "BASE_URL"}}
    env |= {"DJANGO_SETTINGS_MODULE": "loop.config.settings", "LOOP_HOME": str(home), "LOOP_DEMO": "0", "PORT": PORT,
            "DEBUG": "1", "LOG_LEVEL": "ERROR"}  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Loop is ready"):
            return process
    raise RuntimeError("it never was ready")


def _start_and_stop(home: Path) -> None:
    process = _start(home)
    process.terminate()
    process.wait(timeout=30)


def _family(root: int) -> list[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = [root]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def _pss_mb(root: int) -> float:
    texts = [Path(f"/proc/{each}/smaps_rollup").read_text() for each in _family(root)]
    return sum(int(text.partition("\nPss:")[2].split()[0]) for text in texts) / 1024


def _cpu_seconds(root: int) -> float:
    fields = [Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split() for each in _family(root)]
    return sum(int(field[11]) + int(field[12]) for field in fields) / TICKS
