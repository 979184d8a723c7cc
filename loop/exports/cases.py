"""What leaves when somebody exports cases? One line a case; the names of the columns are those of the API."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

from django.conf import settings

from loop import wishes
from loop.models import Case
from loop.models.case_query import CaseQuerySet

AT_ONCE = 1000
HEAD = (
    "case", "state", "resolution", "score", "category", "comment", "survey", "contact", "email", "phone", "account",
    "account_external_id", "segment", "annual_value", "currency", "owner", "team", "escalation_level",
    "wants_callback", "wish", "opened_at", "due_at", "contacted_at", "closed_at", "root_cause", "link",
)  # fmt: skip


def rows(cases: CaseQuerySet, zone: tzinfo) -> Iterator[list[Any]]:
    """A row for each case, read a thousand at a time; times by the clock of `zone`."""
    for case in cases.for_display().order_by("next_due_at", "pk").iterator(chunk_size=AT_ONCE):
        yield _row(case, zone)


def _row(case: Case, zone: tzinfo) -> list[Any]:
    answer, contact, account = case.response, case.contact, case.account

    def at(time: datetime | None) -> str:
        return time.astimezone(zone).isoformat(sep=" ", timespec="minutes")[:16] if time else ""

    return [
        case.pk, case.state, case.resolution, answer.score, answer.category, answer.comment, answer.survey.name,
        contact.display_name if contact else answer.respondent_name,
        contact.email if contact else answer.respondent_email,
        answer.phone or (contact.phone if contact else ""),
        account.name if account else "", account.external_id if account else "", account.segment if account else "",
        account.annual_value if account else None, account.currency if account else "",
        case.owner.display_name if case.owner else "", case.team.name if case.team else "", case.escalation_level,
        "yes" if wishes.is_call_wanted(case) else "no", wishes.wish_of(case), at(case.opened_at),
        at(case.due_at if case.is_open else None),
        at(case.contacted_at), at(case.closed_at), case.root_cause.name if case.root_cause else "",
        f"{settings.BASE_URL}/cases/{case.pk}/",
    ]  # fmt: skip
