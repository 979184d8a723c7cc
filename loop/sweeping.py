"""What is all the work that can be due, and how is it done without a broker?

`manage.py sweep` runs the whole list; Celery runs the same functions, each by its own clock. A package above registers
its jobs here, since `loop` does not know it.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from feedback import triggers, waves
from feedback.answer_sources import keeping, processing
from loop import (
    absences,
    callbacks,
    customer,
    erased_list,
    figures,
    holds,
    outcomes,
    reminders,
    snoozes,
    solved,
    thanks,
    triage,
)
from loop.imports import cleaning, work
from loop.models import SweepRun
from loop.pulls import fetching, following

logger = logging.getLogger(__name__)

Job = Callable[..., int]

_jobs: dict[str, Job] = {
    "mind_erased": erased_list.mind,  # first of all: whom a backup brought back nobody must write to
    "settle_absences": absences.settle,  # first: who is told of what follows depends on who is here
    "read_arrived": processing.read_due,
    "open_missed_cases": triage.open_missed,
    "take_customers_at_their_word": solved.take_effect,
    "close_missed_calls": callbacks.close_missed,
    "remind_of_calls": callbacks.remind_due,
    "ask_why": customer.ask_why,
    "decide_missed_thanks": thanks.decide_missed,
    "end_holds": holds.end_due,  # before reminding: what was held has another due time
    "wake_due": snoozes.wake_due,  # before reminding: one mail says both
    "remind": reminders.remind_due,
    "close_recovery_checks": outcomes.close_unanswered,
    "plan_waves": waves.plan_drafts,
    "repeat_waves": waves.repeat_due,
    "schedule_waves": waves.schedule_approved,
    "close_waves": waves.close_finished,
    "settle_weekly_touchpoints": triggers.settle_weekly,
    "tally_days": figures.keep_ready,
    "fetch_files": fetching.work,
    "follow_fetched": following.follow,  # after fetching: one run brings a file in
    "work_on_imports": work.work,
    "forget_imports": cleaning.forget,
    "forget_arrived": keeping.forget_old,
    "fetch_arrived": processing.fetch_due,  # last: it waits for others
}


class SweepFailed(Exception):
    """Some jobs failed; the others were done. `done` has their counts, `failed` the names."""

    def __init__(self, done: dict[str, int], failed: list[str]) -> None:
        super().__init__(f"failed: {', '.join(failed)}")
        self.done = done
        self.failed = failed


# What is counted is marked by those who write at the real time; whoever imports a file says how long they are alive.
_about_processes = {"tally_days", "follow_fetched", "work_on_imports"}


def register(name: str, job: Job, *, about_processes: bool = False) -> None:
    """Add a job after those already there. It takes the keyword `now` and returns how many things it did.

    Args:
        about_processes: it judges whether other processes are still alive, so a sweep that acts as if it were another
            time tells this job the real one: a sender at work must not be taken for dead.
    """
    _jobs[name] = job
    if about_processes:
        _about_processes.add(name)


def run(name: str, *, now: datetime) -> int:
    """Run one job to its end and note that it did. Returns how many things it did.

    Raises:
        KeyError: there is no job of that name.
    """
    done = _jobs[name](now=now)
    SweepRun.objects.bulk_create(
        [SweepRun(job=name, finished_at=now, done=done)],
        update_conflicts=True,
        unique_fields=["job"],
        update_fields=["finished_at", "done"],
    )
    return done


def stood_still(name: str, *, for_: timedelta, now: datetime) -> bool:
    """Whether a job has run before, but not for that long."""
    return SweepRun.objects.filter(job=name, finished_at__lt=now - for_).exists()


def run_all(*, now: datetime, wall_clock: datetime | None = None) -> dict[str, int]:
    """Run every job in order. A job that fails does not keep the later ones from running.

    Args:
        now: the instant to act as if it were.
        wall_clock: the real instant, where `now` is not.

    Raises:
        SweepFailed: afterwards, when a job failed.
    """
    done: dict[str, int] = {}
    failed = []
    for name in list(_jobs):
        try:
            done[name] = run(name, now=wall_clock if wall_clock and name in _about_processes else now)
        except Exception:
            logger.exception("sweep: %s failed", name)
            failed.append(name)
    if failed:
        raise SweepFailed(done, failed)
    return done
