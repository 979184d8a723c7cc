"""promises/ and calls/: what was promised to customers and which calls were agreed, of cases in the caller's sight?"""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from loop.api.caller import Caller
from loop.api.fields import Choice, ExternalId, Instant, Text
from loop.api.filters import DayOrInstant, QueryFlag, QueryNumber
from loop.api.listing import Listing, ListQuery
from loop.api.pagination import LARGEST_NUMBER
from loop.api.serializers.cases import CaseAccount, CaseContact, CasePromise
from loop.models import Callback, CallbackState, Promise


class PromiseQuery(ListQuery):
    case = QueryNumber(min_value=1, max_value=LARGEST_NUMBER, required=False)
    account = ExternalId(required=False, help_text="The external id of an account.")
    promised_by = Text(max_length=254, required=False, help_text="The address of whoever made it.")
    unkept = QueryFlag(required=False, help_text="Whether it still stands.")
    due_before = DayOrInstant(required=False)


class PromiseLine(CasePromise):
    case = serializers.IntegerField(source="case_id")
    contact = CaseContact(source="case.contact", allow_null=True)
    account = CaseAccount(source="case.account", allow_null=True)


def _promises(caller: Caller) -> QuerySet[Promise]:
    found = Promise.objects.filter(case__in=caller.cases().order_by().values("pk"))
    return found.select_related("promised_by", "case__contact", "case__account")


PROMISES = Listing(
    address="promises",
    one="promise",
    many="promises",
    summary="List what customers were promised",
    description="Of cases in the caller's sight, the newest first.",
    rows=_promises,
    line=PromiseLine,
    query=PromiseQuery,
    narrows={
        "case": "case",
        "account": "case__account__external_id",
        "promised_by": "promised_by__email__iexact",
        "unkept": lambda rows, still: rows.filter(ended_at__isnull=still),
        "due_before": "due_at__lt",
    },
    example={
        "id": 12,
        "what": "A credit note",
        "promised_by": "anna@example.com",
        "due_at": "2026-11-26T15:00:00Z",
        "created_at": "2026-11-20T09:30:00Z",
        "ended_at": None,
        "ending": "",
        "end_reason": "",
        "case": 88,
        "contact": None,
        "account": {"external_id": "A-1001", "name": "Nordlys AS", "segment": "enterprise"},
    },
)


class CallQuery(ListQuery):
    case = QueryNumber(min_value=1, max_value=LARGEST_NUMBER, required=False)
    owner = Text(max_length=254, required=False, help_text="The address of whoever calls.")
    state = Choice(CallbackState.choices, required=False)
    starts_after = DayOrInstant(required=False, help_text="At this time or later; a day means its first moment.")
    starts_before = DayOrInstant(required=False, help_text="Before this time.")


class CallLine(serializers.Serializer[Any]):
    """A call agreed with a customer."""

    id = serializers.IntegerField()
    case = serializers.IntegerField(source="case_id")
    owner = serializers.CharField(source="owner.email", allow_null=True, default=None)
    starts_at = Instant()
    ends_at = Instant()
    state = serializers.ChoiceField(CallbackState.choices)
    booked_at = Instant()
    settled_at = Instant(allow_null=True, help_text="When it was held, missed or cancelled.")
    contact = CaseContact(source="case.contact", allow_null=True)
    account = CaseAccount(source="case.account", allow_null=True)


def _calls(caller: Caller) -> QuerySet[Callback]:
    found = Callback.objects.filter(case__in=caller.cases().order_by().values("pk"))
    return found.select_related("owner", "case__contact", "case__account")


CALLS = Listing(
    address="calls",
    one="call",
    many="calls",
    summary="List calls agreed with customers",
    description="Of cases in the caller's sight, the newest first; also those that are over.",
    rows=_calls,
    line=CallLine,
    query=CallQuery,
    narrows={
        "case": "case",
        "owner": "owner__email__iexact",
        "state": "state",
        "starts_after": "starts_at__gte",
        "starts_before": "starts_at__lt",
    },
    example={
        "id": 5,
        "case": 88,
        "owner": "anna@example.com",
        "starts_at": "2026-11-24T09:00:00Z",
        "ends_at": "2026-11-24T09:15:00Z",
        "state": "booked",
        "booked_at": "2026-11-20T09:30:00Z",
        "settled_at": None,
        "contact": None,
        "account": {"external_id": "A-1001", "name": "Nordlys AS", "segment": "enterprise"},
    },
)
