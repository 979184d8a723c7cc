"""Is everything due done once, though workers are killed, clocks double, and tasks fail by the thousand?"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from tests.faults.plant import MESSAGES, ROOT, Plant
from tests.prove import nursery
from tests.prove.proofs import SQLITE, Outcome, Run, proof

SWEEPS = 5  # at most; in an installation they come every minute
REMINDERS = "kind = 'reminder_half_time'"
GROWTH_MB = 30.0
WARM = 1_500  # tasks after which a worker has reached its size


def raise_workers(plant: Plant, workers: int, *, tick: float, without: str = "") -> "subprocess.Popen[bytes]":
    """Start a nursery in the plant, and wait until its workers are there."""
    with (plant.home / "worker.log").open("ab") as log:
        argv = [sys.executable, "-m", "tests.prove.nursery", str(workers), str(tick), without]
        process = subprocess.Popen(argv, cwd=ROOT, env=plant.env, stdout=log, stderr=log)
    plant.processes.append(process)
    deadline = time.monotonic() + 60
    while len(worker_ids(plant)) < workers:
        assert process.poll() is None, plant.log()
        assert time.monotonic() < deadline, plant.log()
        time.sleep(0.05)
    return process


def worker_ids(plant: Plant) -> list[int]:
    with suppress(FileNotFoundError):
        return [int(word) for word in (plant.home / nursery.LIST).read_text().split()]
    return []


def wait_until(plant: Plant, rows: int, table: str, where: str, *, seconds: float) -> float:
    """Wait until so many rows are there, or the time is up. Returns how long it took."""
    started = time.monotonic()
    while plant.count(table, where) < rows and time.monotonic() - started < seconds:
        time.sleep(0.1)
    return time.monotonic() - started


def copies(plant: Plant) -> tuple[int, int]:
    """How many different mails have left, and how many further copies of them."""
    ids = Counter(mail["Message-ID"] for mail in plant.mails())
    return len(ids), sum(ids.values()) - len(ids)


@proof(
    "R1",
    "workers killed by SIGKILL",
    must="lost 0, effects doubled 0, extra mails at most one a kill, left 0",
    guard="the leases of what a killed worker had claimed",
    full=5_000,
    quick=100,
    off=100,
    heavy=True,
)
def workers_killed(run: Run) -> Outcome:
    """So many reminders due, four workers: all killed while a mail leaves, then one every 0.2 to 1 second.

    At least one kill for 25 rows.
    """
    wanted = max(10, run.count // 25)
    chance, kills = run.chance, 0
    with run.plant() as plant:
        plant.inside("fill", str(run.count))
        plant.start_broker()
        raising = raise_workers(plant, 4, tick=0.5, without="" if run.guarded else "leases")
        kills += _kill_all_while_sending(plant)
        deadline = time.monotonic() + 120 + run.count
        while kills < wanted and time.monotonic() < deadline:
            if kills >= wanted // 2 and plant.count("loop_caseevent", REMINDERS) < run.count // 4:
                time.sleep(1)  # let them get somewhere
            time.sleep(chance.uniform(0.2, 1.0))
            if ids := worker_ids(plant):
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(ids), signal.SIGKILL)
                    kills += 1
        wait_until(plant, run.count - kills * 4, MESSAGES, "state = 'sent'", seconds=300)
        time.sleep(3)
        raising.kill()
        raising.wait()
        # What the killed ones had claimed is taken back when their leases have run out, after five minutes. A sweep
        # ends after four minutes: on a busy machine it leaves some to the next.
        for _ in range(SWEEPS):
            plant.inside("sweep" if run.guarded else "sweep_without_leases", "6")
            if plant.count(MESSAGES, f"{REMINDERS} AND state = 'sent'") == run.count:
                break
        events = plant.count("loop_caseevent", REMINDERS)
        cases = plant.query(f"SELECT COUNT(DISTINCT case_id) FROM loop_caseevent WHERE {REMINDERS}")[0][0]
        messages = plant.count(MESSAGES, REMINDERS)
        left = plant.count(MESSAGES, f"{REMINDERS} AND state <> 'sent'") + run.count - messages
        mails, extra = copies(plant)
    return Outcome(
        f"{run.count:,} due rows, 4 workers, {kills} kills",
        f"lost {run.count - mails}, doubled {events - cases}, extra mails {extra}, left {left}",
        abs(run.count - mails) + events - cases + max(0, extra - kills) + left + int(kills < wanted),
    )


def _kill_all_while_sending(plant: Plant) -> int:
    """Kill every worker at a moment when one of them has claimed a message. Returns how many were killed."""
    killed, deadline = 0, time.monotonic() + 60
    while time.monotonic() < deadline:
        if not plant.count(MESSAGES, "state = 'sending'"):
            continue
        for worker in worker_ids(plant):
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
                killed += 1
        time.sleep(0.2)
        if plant.count(MESSAGES, "state = 'sending' AND lease_until IS NOT NULL"):
            break
    return killed


@proof(
    "R6",
    "two beats, and none for two hours",
    must="told twice 0, told never 0",
    guard="keys that say what was told: a tick means the last minute",
    full=600,
    quick=12,
    off=12,
    heavy=True,
)
def two_beats(run: Run) -> Outcome:
    """Two workers with a scheduler each, every job every second, so long; before that rows due for two hours."""
    lot = 30
    with run.plant() as plant:
        plant.inside("fill", str(lot), "120")
        plant.start_broker()
        raise_workers(plant, 2, tick=0, without="" if run.guarded else "keys")
        ends = time.monotonic() + run.count
        filled = lot
        while time.monotonic() < ends:
            filled += plant.inside("fill", "10", "0")
            time.sleep(min(20, run.count / 6))
        wait_until(plant, filled, MESSAGES, f"state = 'sent' AND {REMINDERS}", seconds=60)
        time.sleep(2)
        told = plant.query(f"SELECT case_id, COUNT(*) FROM {MESSAGES} WHERE {REMINDERS} GROUP BY case_id")
        twice, mails, extra = sum(number > 1 for _case, number in told), *copies(plant)
    never = filled - len(told)
    return Outcome(
        f"{run.count} s of two beats, {filled} reminders, {lot} of them due two hours before",
        f"told twice {twice}, told never {never}, mails {mails}, copies {extra}",
        twice + never + extra + (max(0, filled - mails)),
    )


@proof(
    "R7",
    "memory of a worker",
    must=f"growth under {GROWTH_MB:.0f} MB once it is warm",
    guard="tasks that leave nothing behind",
    full=50_000,
    quick=1_000,
    off=1_200,
    databases=(SQLITE,),
)
def memory(run: Run) -> Outcome:
    """So many tasks, every tenth raising, after a tenth of them or some more to warm up."""
    with run.plant() as plant:
        plant.start_broker()
        raise_workers(plant, 1, tick=600, without="" if run.guarded else "thrift")
        (worker,) = worker_ids(plant)
        plant.inside("ring_many", str(max(WARM, run.count // 10)))
        _wait_until_idle(plant)
        before = _rss_mb(worker)
        plant.inside("ring_many", str(run.count))
        _wait_until_idle(plant)
        growth = _rss_mb(worker) - before
        same = int(worker_ids(plant) != [worker])
    return Outcome(
        f"{run.count:,} tasks, 10 % raising",
        f"grew {growth:.1f} MB from {before:.0f} MB; workers that died {same}",
        int(growth >= GROWTH_MB) + same,
    )


def _wait_until_idle(plant: Plant) -> None:
    deadline = time.monotonic() + 1800
    while plant.inside("queued") and time.monotonic() < deadline:
        time.sleep(0.5)
    time.sleep(1)


def _rss_mb(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
