"""How fast is the work nobody waits for: reminders, mails?"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from feedback import invitations
from loop import bell, deadlines, reminders
from loop.models import Case, CaseEvent
from notifications import announce, delivery
from notifications.models import Message
from tests import factories
from tests.bench import bare
from tests.bench.rows import row, seconds
from tests.factories import NOW
from tests.notifications import smtp_server


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def rows(*, quick: bool) -> Iterator[dict[str, Any]]:
    bare.make_tables()
    yield from _mails(100 if quick else 1_000)
    yield from _reminders(200 if quick else 2_000)


def _reminders(number: int) -> Iterator[dict[str, Any]]:
    """Due reminders become events and messages."""
    now = timezone.now()
    anna = factories.user("Anna", team=factories.team("North"))
    with bell.silenced():
        for _ in range(number):
            factories.case(6, owner=anna, now=now)
    CaseEvent.objects.update(announced_at=now)
    Case.objects.filter(remind_level=deadlines.HALF_TIME).update(remind_at=now)
    took = seconds(lambda: reminders.remind_due(now=now))
    by_hand = seconds(lambda: _update_by_hand(number))
    yield row(
        "reminders given, against one bare insert and update each", number / took, baseline=number / by_hand,
        unit="a second", target=1_000, at_least=True,
    )  # fmt: skip
    took = seconds(lambda: announce.announce_missed(now=now))
    yield row("messages made of events", number / took, unit="a second")


def _mails(number: int) -> Iterator[dict[str, Any]]:
    """Surveys that are due become mails, each to another customer, in a local sink."""
    survey = factories.survey()
    for _ in range(number):
        invitations.invite(survey=survey, contact=factories.contact(), due_at=NOW, now=NOW)
    took = seconds(lambda: announce.enqueue_invitations(now=NOW))
    yield row("messages made of surveys that are due", number / took, unit="a second")
    with smtp_server.running() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        waiting = Message.objects.filter(kind="survey_invitation")
        took = seconds(lambda: delivery.deliver_due(now=NOW))
        assert waiting.filter(state="sent").count() == number
    yield row("mails into a local SMTP sink, one worker", number / took, unit="a second", target=100, at_least=True)


def _update_by_hand(number: int) -> None:
    with connection.cursor() as cursor:
        for place in range(number):
            cursor.execute("INSERT INTO bare_event (case_id, kind, at, data) VALUES (%s, 'due', 'now', '{}')", [place])
            cursor.execute("UPDATE loop_case SET remind_round = remind_round WHERE id = %s", [place])
