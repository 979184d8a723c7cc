"""Does an answer's case and alert survive a broker that forgets, dies, comes back, or was never there?"""

import json
import os
import signal
import subprocess
import sys
import time

import redis

from loop import embedded
from tests.faults.plant import MESSAGES, ROOT, Plant
from tests.prove.proofs import SQLITE, Outcome, Run, proof
from tests.prove.workers import copies, raise_workers, wait_until, worker_ids


def told(plant: Plant) -> int:
    """How many alerts have been sent."""
    return plant.count(MESSAGES, "kind = 'case_assigned' AND state = 'sent'")


@proof(
    "R2",
    "a broker that is flushed and killed while answers come in",
    must="lost 0, told twice 0, caught up within 2 minutes, every page answered",
    guard="the sweep",
    full=1_000,
    quick=60,
    off=60,
    heavy=True,
)
def broker_killed(run: Run) -> Outcome:
    """So many answers by the page, one FLUSHALL for each 50 and one SIGKILL of the broker for each 100 of them."""
    flushes, kills = max(2, run.count // 50), max(1, run.count // 100)
    with run.plant() as plant:
        broker = plant.start_broker()
        raise_workers(plant, 1, tick=15, without="" if run.guarded else "sweeps")
        faults = ["flush"] * flushes + ["kill"] * kills
        run.chance.shuffle(faults)
        argv = [sys.executable, "-m", "tests.faults.inside", "answer_by_page", str(run.count)]
        answering = subprocess.Popen(argv, cwd=ROOT, env=plant.env, stdout=subprocess.PIPE, text=True)
        plant.processes.append(answering)
        for number, fault in enumerate(faults):
            # Evenly over the answers, so that each fault meets work that is queued.
            goal = int(run.count * (number + 1) / (len(faults) + 1))
            while plant.count("feedback_response") < goal and answering.poll() is None:
                time.sleep(0.02)
            if fault == "flush":
                socket = embedded.socket_path(plant.home)
                with redis.Redis(unix_socket_path=str(socket), socket_timeout=5) as client:
                    client.flushall()
            else:
                broker.kill()
                broker.wait()
                time.sleep(1.5)
                broker = plant.start_broker()
        refused, p95 = json.loads(answering.communicate()[0].splitlines()[-1])
        took = wait_until(plant, run.count, MESSAGES, "state = 'sent'", seconds=125 if run.guarded else 30)
        cases, sent = plant.count("loop_case"), told(plant)
        mails, extra = copies(plant)
    return Outcome(
        f"{run.count:,} answers, {flushes} FLUSHALL, {kills} SIGKILL",
        f"cases {cases:,}, told {sent:,}, copies {extra}, pages refused {refused}, p95 {p95} ms, "
        f"caught up in {took:.0f} s",
        run.count - cases + abs(run.count - sent) + abs(mails - sent) + extra + refused + int(took > 120),
    )


@proof(
    "R3",
    "a broker that is away for 10 seconds",
    must="work goes on within 60 s, each time",
    guard="the worker's reconnecting",
    full=20,
    quick=1,
    off=1,
    databases=(SQLITE,),
)
def outages(run: Run) -> Outcome:
    """So many outages; afterwards a reminder falls due."""
    longest, resumed = 0.0, 0
    limit = 60.0 if run.guarded else 15.0
    with run.plant() as plant:
        broker = plant.start_broker()
        raise_workers(plant, 1, tick=2, without="" if run.guarded else "reconnecting")
        plant.inside("fill", "1")
        wait_until(plant, 1, "loop_caseevent", "kind = 'reminder_half_time'", seconds=60)
        for number in range(run.count):
            broker.kill()
            broker.wait()
            time.sleep(10 if run.count > 2 else 4)
            plant.inside("fill", "1")
            back = time.monotonic()
            broker = plant.start_broker()
            wait_until(plant, number + 2, "loop_caseevent", "kind = 'reminder_half_time'", seconds=limit)
            took = time.monotonic() - back
            longest, resumed = max(longest, took), resumed + (took < limit)
    return Outcome(
        f"{run.count} outages", f"went on after {resumed} of {run.count}, slowest {longest:.1f} s", run.count - resumed
    )


@proof(
    "R3b",
    "a worker that hangs",
    must="/healthz is red when something has been due for 3 minutes",
    guard="the look at how long rows have waited",
    full=180,
    quick=8,
    off=4,
    databases=(SQLITE,),
)
def hanging(run: Run) -> Outcome:
    """SIGSTOP of the worker with a reminder that will have been due for three minutes in so many seconds."""
    with run.plant() as plant:
        plant.start_broker()
        raise_workers(plant, 1, tick=1)
        for worker in worker_ids(plant):
            os.kill(worker, signal.SIGSTOP)
        plant.inside("fill", "1", str((180 - run.count) / 60))
        started = time.monotonic()
        ask = "health" if run.guarded else "health_that_waits_for_ever"
        early = plant.inside(ask) if run.count > 60 else ""
        red = ""
        while not red and time.monotonic() - started < run.count + 20:
            red = plant.inside(ask)
        seen = 180 - run.count + time.monotonic() - started
        for worker in worker_ids(plant):
            os.kill(worker, signal.SIGKILL)
    return Outcome(
        f"1 SIGSTOP, {run.count} s", f"red at {seen:.0f} s: {red}" if red else "not red", int(not red) + bool(early)
    )


@proof(
    "R0",
    "no broker at all",
    must="the same cases and mails as with one, by `sweep`; a page waits for no broker",
    guard="the sweep",
    full=500,
    quick=40,
    off=20,
    heavy=True,
)
def no_broker(run: Run) -> Outcome:
    """So many answers in a plant where nothing but the database runs, then one sweep, then another."""
    with run.plant() as plant:
        refused, p95 = plant.inside("answer_by_page", str(run.count))
        cases = plant.count("loop_case")
        if run.guarded:
            plant.inside("sweep")
            plant.inside("sweep", "1")
        sent = told(plant)
        mails, extra = copies(plant)
    return Outcome(
        f"{run.count} answers",
        f"cases {cases}, told {sent}, mails {mails}, copies {extra}, pages refused {refused}, p95 {p95} ms",
        run.count - cases + abs(run.count - sent) + abs(run.count - mails) + extra + refused,
    )
