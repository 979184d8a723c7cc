"""An instant that is part of the statement finds the same rows as one that is handed over beside it."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.instants import Written
from feedback.models import Invitation
from loop.reporting.filters import ReportFilters
from loop.reporting.scope import invitations_of
from tests import factories

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)  # the night the clocks go forward
TICK = timedelta(microseconds=1)


def asked(at):
    """Somebody who was asked at this moment."""
    invitation = Invitation.objects.create(
        survey=factories.survey(), contact=factories.contact(f"Person {at.microsecond}"), due_at=at, sent_at=at,
        created_at=at, expires_at=at + timedelta(days=30), token_hash=f"{at}",
    )  # fmt: skip
    return invitation.pk


@pytest.mark.parametrize(
    "zone", [UTC, ZoneInfo("Europe/Stockholm"), timezone(-timedelta(hours=3, minutes=30))], ids=str
)
def test_is_the_same_instant_in_every_zone(zone):
    sent = [asked(AT + n * TICK) for n in (-1, 0, 1)]
    at = AT.astimezone(zone)

    for bound, found in (("sent_at__gte", sent[1:]), ("sent_at__lt", sent[:1])):
        written, handed_over = (Invitation.objects.filter(**{bound: value}) for value in (Written(at), at))
        assert sorted(written.values_list("pk", flat=True)) == found
        assert sorted(handed_over.values_list("pk", flat=True)) == found


@pytest.mark.postgres
def test_a_report_over_a_year_is_planned_for_that_year():
    """Prepared as any year's, the statement took fourteen seconds of a million questions; for this one a second."""
    year = ReportFilters(first=AT.date() - timedelta(days=365), last=AT.date())
    statement, params = invitations_of(None, year).query.sql_with_params()

    assert not any(isinstance(value, datetime) for value in params)
    with CaptureQueriesContext(connection) as statements:
        assert invitations_of(None, year).count() == 0
    assert "'2026-03-30T00:00:00+02:00'::timestamptz" in statements.captured_queries[0]["sql"]
    assert "'2026-03-30T00:00:00+02:00'::timestamptz" in statement
