"""Which parts of Loop's own work does Celery start? Each body is one domain call; see `loop.config.schedule`."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from loop import sweeping


@shared_task
def open_missed_cases(**_kwargs: Any) -> None:
    """Decide about answers that are still undecided."""
    _run("open_missed_cases")


@shared_task
def read_arrived(**_kwargs: Any) -> None:
    """Read what survey tools told of answers."""
    _run("read_arrived")


@shared_task
def fetch_arrived(**_kwargs: Any) -> None:
    """Fetch answers of which survey tools told only the ids."""
    _run("fetch_arrived")


@shared_task
def forget_arrived(**_kwargs: Any) -> None:
    """Delete what survey tools sent 90 days ago."""
    _run("forget_arrived")


@shared_task
def settle_absences(**_kwargs: Any) -> None:
    """Note who is away and who does their work; hand back what is over."""
    _run("settle_absences")


@shared_task
def take_customers_at_their_word(**_kwargs: Any) -> None:
    """Do what follows when customers have said whether it is solved."""
    _run("take_customers_at_their_word")


@shared_task
def close_missed_calls(**_kwargs: Any) -> None:
    """Tell customers whom nobody called as agreed."""
    _run("close_missed_calls")


@shared_task
def remind_of_calls(**_kwargs: Any) -> None:
    """Remind both sides of calls that begin soon."""
    _run("remind_of_calls")


@shared_task
def ask_why(**_kwargs: Any) -> None:
    """Ask those who left a low score without a word."""
    _run("ask_why")


@shared_task
def decide_missed_thanks(**_kwargs: Any) -> None:
    """Decide whom to thank where that failed when the answer came in."""
    _run("decide_missed_thanks")


@shared_task
def end_holds(**_kwargs: Any) -> None:
    """Let the clock run again on cases whose customer asked us to wait until now."""
    _run("end_holds")


@shared_task
def wake_due(**_kwargs: Any) -> None:
    """Remind whoever put a case off until now."""
    _run("wake_due")


@shared_task
def remind(**_kwargs: Any) -> None:
    """Give the reminders that are due."""
    _run("remind")


@shared_task
def close_recovery_checks(**_kwargs: Any) -> None:
    """Record silence where a recovery survey was not answered."""
    _run("close_recovery_checks")


@shared_task
def plan_waves(**_kwargs: Any) -> None:
    """Work out who is asked in the waves of a large base."""
    _run("plan_waves")


@shared_task
def repeat_waves(**_kwargs: Any) -> None:
    """Make the next ones of waves that come again."""
    _run("repeat_waves")


@shared_task
def schedule_waves(**_kwargs: Any) -> None:
    """Invite the members of approved waves."""
    _run("schedule_waves")


@shared_task
def close_waves(**_kwargs: Any) -> None:
    """Close the waves whose last link has run out."""
    _run("close_waves")


@shared_task
def settle_weekly_touchpoints(**_kwargs: Any) -> None:
    """Ask those in contact in the week before, on the day of the rule."""
    _run("settle_weekly_touchpoints")


@shared_task
def mind_erased(**_kwargs: Any) -> None:
    """Erase again whom a restored backup brought back."""
    _run("mind_erased")


@shared_task
def tally_days(**_kwargs: Any) -> None:
    """Count the answers of ended days, so that reports need not."""
    _run("tally_days")


@shared_task
def fetch_files(**_kwargs: Any) -> None:
    """Fetch the files that are fetched regularly and are due."""
    _run("fetch_files")


@shared_task
def follow_fetched(**_kwargs: Any) -> None:
    """Import what was fetched, or leave it to somebody's word."""
    _run("follow_fetched")


@shared_task
def work_on_imports(**_kwargs: Any) -> None:
    """Look through uploaded files, and import those somebody said yes to."""
    _run("work_on_imports")


@shared_task
def forget_imports(**_kwargs: Any) -> None:
    """Delete files of imports that nobody needs any more."""
    _run("forget_imports")


@shared_task
def forget_requests(**_kwargs: Any) -> None:
    """Delete the kept answers of requests that nobody may repeat any more."""
    _run("forget_requests")


def _run(job: str) -> None:
    sweeping.run(job, now=timezone.now())
