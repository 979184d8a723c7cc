"""Which cases did the caller ask for? The filters and orderings of `GET cases/`, and no others."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from feedback.models.response import Category
from loop import search
from loop.api.fields import Choice, ExternalId, Instant, StrictSerializer, Text
from loop.api.pagination import DEFAULT_SIZE, LARGEST_SIZE, Order
from loop.models import State
from loop.models.case_query import CaseQuerySet

# Everything the list can be ordered by; nothing else, or sorting would tell what may not be seen.
ORDERINGS = {
    "opened_at": Order("opened_at", datetime),
    "contact_due_at": Order("contact_due_at", datetime),
    "resolve_due_at": Order("resolve_due_at", datetime),
    "escalation_level": Order("escalation_level", int),
    "score": Order("response__score", int),
    "id": Order("pk", int),
}
DEFAULT_ORDERING = "-opened_at"
YES_OR_NO = {"true": True, "false": False}


class QueryFlag(Choice):
    """true or false, in an address."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=list(YES_OR_NO), **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        return YES_OR_NO[super().to_internal_value(data)]


class QueryNumber(serializers.IntegerField):
    """A whole number, in an address."""


class DayOrInstant(Instant):
    """A moment, or a day, which begins at midnight in the time zone of the installation."""

    def to_internal_value(self, value: Any) -> datetime:
        try:
            day = date.fromisoformat(value) if len(value) == len("2026-11-21") else None
        except ValueError:
            self.fail("invalid")
        if day is None:
            return super().to_internal_value(value)
        return self.enforce_timezone(datetime.combine(day, time(), timezone.get_default_timezone()))


class CaseQuery(StrictSerializer):
    """What `GET cases/` takes in its address."""

    state = Choice(State.choices, required=False)
    owner = Text(max_length=254, required=False, help_text="The owner's address; `none` for cases nobody owns.")
    team = Text(max_length=200, required=False, help_text="The name of a team.")
    overdue = QueryFlag(required=False, help_text="Past the due time that counts in the case's state, or not.")
    account = ExternalId(required=False, help_text="The external id of an account.")
    category = Choice(Category.choices, required=False)
    opened_after = DayOrInstant(required=False, help_text="At this time or later; a day means its first moment.")
    opened_before = DayOrInstant(required=False, help_text="Before this time.")
    q = Text(
        max_length=200,
        required=False,
        help_text="Words, or parts of them, of names, an address or a comment; or a case's number.",
    )
    ordering = Choice(
        [name for field in ORDERINGS for name in (field, f"-{field}")], required=False, default=DEFAULT_ORDERING
    )
    page_size = QueryNumber(min_value=1, max_value=LARGEST_SIZE, required=False, default=DEFAULT_SIZE)
    cursor = serializers.CharField(required=False, max_length=500, help_text="From `next` or `previous`.")


def chosen(cases: CaseQuerySet, query: dict[str, Any], *, now: datetime) -> CaseQuerySet:
    """Those of `cases` that a checked query asks for. Names that do not exist choose nothing."""
    if "state" in query:
        cases = cases.filter(state=query["state"])
    if "owner" in query:
        nobody = query["owner"] == "none"
        cases = cases.filter(owner=None) if nobody else cases.filter(owner__email__iexact=query["owner"])
    if "team" in query:
        cases = cases.filter(team__name=query["team"])
    if "overdue" in query:
        overdue = cases.overdue(now)
        cases = overdue if query["overdue"] else cases.exclude(pk__in=overdue.values("pk"))
    if "account" in query:
        cases = cases.filter(account__external_id=query["account"])
    if "category" in query:
        cases = cases.filter(response__category=query["category"])
    if "opened_after" in query:
        cases = cases.filter(opened_at__gte=query["opened_after"])
    if "opened_before" in query:
        cases = cases.filter(opened_at__lt=query["opened_before"])
    return search.matching(cases, query["q"]) if "q" in query else cases
