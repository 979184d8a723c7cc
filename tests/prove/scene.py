"""What does every task find to do? A plant with something due for each; `python -m tests.prove.scene 3 once`.

Makes the scene, so many of each kind, runs every registered task once, twice, or four at a time, and prints in JSON
what then stands in the tables, without the numbers that depend on the order rows were made in.
"""

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import django

django.setup()

import time_machine  # noqa: E402
from django.utils import timezone  # noqa: E402

from feedback import invitations, trigger_rules, triggers, waves  # noqa: E402
from feedback.models import Invitation, Response, Wave, WaveMember  # noqa: E402
from loop import triage  # noqa: E402
from loop.config.celery import app  # noqa: E402
from loop.models import Case, CaseEvent, IdempotencyRecord, Outcome, Role  # noqa: E402
from notifications import outbox  # noqa: E402
from notifications.models import Message  # noqa: E402
from tests import factories  # noqa: E402
from tests.prove.inside import in_threads, patched, silence, without_locks  # noqa: E402

#: A Tuesday at half past nine in Stockholm, when survey mails may leave.
NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def ago(**delta: float) -> datetime:
    return NOW - timedelta(**delta)


def make(number: int) -> None:
    """Something due for every task."""
    north = factories.team("North")
    anna = factories.user("Anna", team=north)
    factories.user("Lars", role=Role.LEAD, team=north)
    survey = factories.survey()
    trigger_rules.create(
        touchpoint="delivered", survey=factories.survey("transactional"), delay_minutes=0, weekday=NOW.weekday(),
        quiet_days=10, is_active=True,
    )  # fmt: skip
    for place in range(number):
        with patched(triage, "triage", lambda *args, **kwargs: 1 / 0), suppress(ZeroDivisionError):
            factories.response(2, contact=_customer(anna), now=ago(hours=1))  # open missed cases
        factories.case(3, owner=anna, now=ago(days=5))  # remind, announce missed
        solved = factories.resolved_case(3, owner=anna, now=ago(days=60))
        invitations.mark_sent(solved.recovery_invitation_id, now=ago(days=29))  # close recovery checks
        factories.resolved_case(2, owner=anna, now=ago(days=31))  # enqueue invitations
        asked = invitations.invite(survey=survey, contact=_customer(anna), due_at=ago(days=8), now=ago(days=8))
        invitations.mark_sent(asked.pk, now=ago(days=8))  # enqueue reminders
        invitations.invite(survey=survey, contact=_customer(anna), due_at=ago(minutes=1), now=ago(minutes=1))
        triggers.record_event(
            touchpoint="delivered", contact=_customer(anna), external_id=str(place), occurred_at=ago(days=3),
            now=ago(days=3),
        )  # fmt: skip
        IdempotencyRecord.objects.create(principal="key", key=str(place), request_hash="x", created_at=ago(days=9))
        stuck = factories.case(4, owner=anna, now=ago(minutes=30))
        _message(stuck, anna, f"stuck:{place}", state="sending", lease_until=ago(minutes=9), attempts=1)
        _message(stuck, anna, f"old:{place}", state="sent", sent_at=ago(days=95), created_at=ago(days=95))
    approved = _wave(seed=1)
    waves.plan(approved, now=ago(days=6))
    waves.approve(Wave.objects.get(pk=approved.pk), by="ada@loop.example", now=ago(days=6))
    _wave(seed=2)


def _customer(owner: Any) -> Any:
    return factories.contact(account=factories.account(owner=owner, country="SE"))


def _wave(seed: int) -> Wave:
    return waves.draft(
        survey=factories.survey("product"), share="1/2", seed=seed, starts_on=NOW.date(), now=ago(days=6)
    )


def _message(case: Case, user: Any, key: str, **fields: Any) -> None:
    given = {"created_at": ago(hours=1), "send_after": ago(hours=1), **fields}
    Message.objects.create(key=key, kind="case_assigned", user=user, to=user.email, case=case, **given)


def tasks() -> list[Callable[[], Any]]:
    """Every registered task of ours, each with what it is given; those told of an event, once for each event."""
    work: list[Callable[[], Any]] = []
    for name in sorted(app.tasks):
        if name.partition(".")[0] not in {"feedback", "loop", "notifications"}:
            continue
        task = app.tasks[name]
        if name == "notifications.tasks.announce":
            events = CaseEvent.objects.filter(announced_at=None).values_list("pk", flat=True)
            work += [partial(task, event_id=event_id) for event_id in events]
        else:
            work.append(task)
    return work


def stands() -> dict[str, Any]:
    """What is in the tables, as counts of alike rows."""

    def rows(queryset: Any, *names: str) -> list[str]:
        return sorted(str(row) for row in queryset.values_list(*names))

    return {
        "responses": rows(Response.objects, "contact", "score", "triaged_at", "retracted_at"),
        "cases": rows(
            Case.objects, "response", "state", "version", "owner", "remind_at", "remind_level", "escalation_level"
        ),
        "events": rows(CaseEvent.objects, "case__response", "kind", "at", "announced_at"),
        "outcomes": rows(Outcome.objects, "case__response", "verdict"),
        "invitations": rows(
            Invitation.objects, "contact", "survey", "wave", "sent_at", "reminded_at", "remind_at", "cancel_reason"
        ),
        "waves": rows(Wave.objects, "seed", "state", "scheduled_at", "announced_at"),
        "members": rows(WaveMember.objects, "wave", "contact", "asked", "reason"),
        "messages": rows(
            Message.objects, "kind", "user", "contact", "case__response", "invitation__contact", "event__kind", "state"
        ),
        "notices": rows(Message.notices, "kind", "user", "case__response", "event__kind"),
        "requests": rows(IdempotencyRecord.objects, "pk"),
    }


def main(number: int, how: str, guards: str) -> None:
    silence()
    with time_machine.travel(NOW, tick=False):
        assert timezone.now() == NOW
        make(number)
        if guards == "off":
            without_locks()
            enqueue = outbox.enqueue
            outbox.enqueue = lambda *, key, **facts: enqueue(key=str(uuid4()), **facts)
        # Three rounds, since one task's work is another's.
        errors = 0
        for _round in range(3):
            for work in tasks():
                if how == "parallel":
                    done = in_threads(lambda _each, work=work: work(), range(4), threads=4)
                    errors += sum(isinstance(result, Exception) for result in done)
                else:
                    for _time in range(2 if how == "twice" else 1):
                        work()
        print(json.dumps({**stands(), "errors": errors}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3] if sys.argv[3:] else "")
