"""data-requests/: who asked for a copy of their data or for its erasure, and what became of it? Never the data."""

from typing import Any

from rest_framework import serializers

from loop import access
from loop.api.fields import Choice, ExternalId, Instant
from loop.api.filters import QueryFlag
from loop.api.listing import Listing, ListQuery
from loop.api.serializers.cases import CaseAccount, CaseContact
from loop.models import Answer, DataRequest, Wanted


class DataRequestQuery(ListQuery):
    wanted = Choice(Wanted.choices, required=False)
    answered = QueryFlag(required=False)
    contact = ExternalId(required=False, help_text="The external id of a contact.")


class DataRequestLine(serializers.Serializer[DataRequest]):
    """What one customer asked about their data."""

    id = serializers.IntegerField()
    wanted = serializers.ChoiceField(Wanted.choices)
    contact = CaseContact(allow_null=True)
    account = CaseAccount(source="contact.account", allow_null=True, default=None)
    case = serializers.IntegerField(
        source="case_id", allow_null=True, help_text="On whose page it was asked; null: asked otherwise."
    )
    asked_at = Instant()
    noted_by = serializers.CharField(
        source="noted_by.email", allow_null=True, default=None, help_text="null: the customer, on their page."
    )
    answer = serializers.ChoiceField(Answer.choices, allow_blank=True)
    answered_at = Instant(allow_null=True)
    answered_by = serializers.CharField(source="answered_by.email", allow_null=True, default=None)
    reason = serializers.CharField(help_text="Why it was declined.")
    counts: Any = serializers.DictField(
        child=serializers.IntegerField(), help_text="How much was erased, by what it was."
    )


DATA_REQUESTS = Listing(
    address="data-requests",
    one="data_request",
    many="data_requests",
    summary="List what customers asked about their data",
    description="The newest first.",
    rows=lambda _caller: DataRequest.objects.select_related("contact__account", "noted_by", "answered_by"),
    line=DataRequestLine,
    place="<int:request_id>",
    people=access.may_manage,
    scope="manage",
    query=DataRequestQuery,
    narrows={
        "wanted": "wanted",
        "answered": lambda rows, answered: rows.filter(answered_at__isnull=not answered),
        "contact": "contact__external_id",
    },
    example={
        "id": 7,
        "wanted": "export",
        "contact": None,
        "account": None,
        "case": 88,
        "asked_at": "2026-11-19T08:12:00Z",
        "noted_by": None,
        "answer": "",
        "answered_at": None,
        "answered_by": None,
        "reason": "",
        "counts": {},
    },
)
