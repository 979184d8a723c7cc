"""What can a test have done inside a plant? `python -m tests.faults.inside fill 200` and the like; answers in JSON."""

import json
import statistics
import sys
import time
from datetime import timedelta

import django

django.setup()

import redis  # noqa: E402
from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from loop import bell, deadlines, sweeping, tasks  # noqa: E402
from loop.config import schedule  # noqa: E402
from loop.models import Case, CaseEvent, User  # noqa: E402
from notifications import tasks as telling  # noqa: E402
from notifications.models import Message  # noqa: E402
from notifications.webhooks import endpoints, outgoing  # noqa: E402
from tests import factories  # noqa: E402
from tests.feedback import survey_page  # noqa: E402


def fill(cases: str, minutes_ago: str = "0") -> object:
    """That many cases of Anna's, announced, whose first reminder fell due so many minutes ago."""
    now = timezone.now()
    with bell.silenced():
        made = [factories.case(6, comment="Late again.", owner=anna(), now=now).pk for _ in range(int(cases))]
    CaseEvent.objects.filter(case__in=made, announced_at=None).update(announced_at=now)
    # The reminder after this one is planned from the due time, so only this one is due.
    due = now - timedelta(minutes=float(minutes_ago))
    return Case.objects.filter(pk__in=made, remind_level=deadlines.HALF_TIME).update(remind_at=due)


def anna() -> User:
    """Anna of the team North, made when first needed."""
    return User.objects.filter(name="Anna").first() or factories.user("Anna", team=factories.team("North"))


def ring() -> object:
    """What the scheduler does at a tick: have the worker do what is due."""
    for task in (tasks.remind, telling.announce_missed, telling.deliver_due):
        task.apply_async()
    return None


def sweep(minutes: str = "0") -> object:
    """All that is due that many minutes from now, without a broker."""
    return sweeping.run_all(now=timezone.now() + timedelta(minutes=int(minutes)))


def sweep_without_leases(minutes: str = "0") -> object:
    """As `sweep`, without taking back what a killed sender had claimed."""
    sweeping._jobs["release_stuck"] = lambda *, now: 0
    return sweep(minutes)


def answers(number: str) -> object:
    """So many detractors answer. Returns how many cases there are then."""
    for _ in range(int(number)):
        customer = factories.contact(account=factories.account(owner=anna()))
        factories.response(2, contact=customer, now=timezone.now())
    return Case.objects.filter(owner=anna()).count()


def answer_by_page(number: str) -> object:
    """So many detractors answer by their link, and say that they are done: otherwise their owner is told ten minutes
    later. Returns how many were refused, and the 95th percentile of the answers in ms."""
    customers = [factories.contact(account=factories.account(owner=anna())) for _ in range(int(number))]
    addresses = [survey_page.link(survey_page.invited(customer)) for customer in customers]
    refused, times = 0, []
    for address in addresses:
        form = survey_page.open_form(address)
        started = time.perf_counter()
        thanks = survey_page.send(address, form, score="2", page=survey_page.SEEN)
        times.append(time.perf_counter() - started)
        refused += thanks.status_code != 303 or survey_page.say_done(thanks.headers["Location"]).status_code != 302
    return refused, round(statistics.quantiles(times, n=20)[-1] * 1000)


def ring_many(number: str) -> object:
    """So many tasks, of which every tenth raises: what it is given is no number."""
    for place in range(int(number)):
        telling.announce.apply_async(kwargs={"event_id": "none" if place % 10 == 0 else 0})
    return None


def webhooks_due(url: str, number: str) -> object:
    """So many webhooks are due for this address."""
    now = timezone.now()
    made, _secret = endpoints.create(url=url, name="Tarpit", types=["case.opened"], actor=None, now=now)
    for _ in range(int(number)):
        outgoing.tell_test(made, now=now)
    return outgoing.is_due(now=now)


def slowest_alert() -> object:
    """How many seconds it took at most from a case to the mail about it."""
    alerts = Message.objects.filter(kind="case_assigned", sent_at__isnull=False).select_related("case")
    return max(((alert.sent_at - alert.case.opened_at).total_seconds() for alert in alerts), default=None)


def queued() -> object:
    """How many tasks wait for a worker, or are with one."""
    with redis.Redis(unix_socket_path=str(settings.EMBEDDED_BROKER)) as client:
        return sum(client.llen(name) for name in schedule.QUEUES) + client.zcard("unacked_index")


def health() -> object:
    """Why /healthz is ill; empty when it is well."""
    return Client().get("/healthz").json()["reason"]


def health_that_waits_for_ever() -> object:
    """As `health`, without the look at how long rows have waited."""
    from loop.views import health as looking

    looking.LONGEST_WAIT = float("inf")
    return health()


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
