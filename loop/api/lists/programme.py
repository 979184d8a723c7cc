"""repeated-waves/, triggers/, complaints/: what makes Loop ask customers, and what keeps it from asking?"""

from typing import Any

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from feedback import sampling
from feedback.models import OpenComplaint, ProgrammeRules, TriggerRule, WaveSeries, WaveTurn
from feedback.models.series import Every
from loop import access
from loop.api.caller import Caller
from loop.api.fields import ExternalId, Instant, Text
from loop.api.filters import QueryFlag
from loop.api.listing import Listing, ListQuery
from loop.api.lists.customers import seen_contacts
from loop.api.serializers.cases import CaseAccount, CaseContact
from loop.api.single import Single


class TurnLine(serializers.Serializer[WaveTurn]):
    on = serializers.DateField()
    wave = serializers.IntegerField(source="wave_id", allow_null=True)
    skipped = serializers.CharField(help_text="Why it has no wave.")
    note = serializers.CharField()


class SeriesLine(serializers.Serializer[WaveSeries]):
    """A wave that comes again, and what became of each of its turns."""

    id = serializers.IntegerField()
    survey = serializers.CharField(source="survey.key")
    plan = serializers.JSONField(help_text="How each of its waves is made.")
    every = serializers.ChoiceField(Every.choices)
    left_out = serializers.ListField(child=serializers.IntegerField(), help_text="Months in which none is made.")
    approves_itself = serializers.BooleanField()
    first_on = serializers.DateField()
    next_on = serializers.DateField()
    created_at = Instant()
    created_by = serializers.CharField()
    stopped_at = Instant(allow_null=True)
    stopped_by = serializers.CharField()
    turns = TurnLine(many=True)


class SeriesQuery(ListQuery):
    survey = Text(max_length=50, required=False, help_text="The key of a survey.")
    stopped = QueryFlag(required=False)


def _series(_caller: Caller) -> QuerySet[WaveSeries]:
    turns = Prefetch("turns", WaveTurn.objects.order_by("-on"))
    return WaveSeries.objects.select_related("survey").prefetch_related(turns)


REPEATED = Listing(
    address="repeated-waves",
    one="repeated_wave",
    many="repeated_waves",
    summary="List waves that come again",
    rows=_series,
    line=SeriesLine,
    people=access.sees_programme,
    query=SeriesQuery,
    narrows={
        "survey": "survey__key",
        "stopped": lambda rows, stopped: rows.filter(stopped_at__isnull=not stopped),
    },
    example={
        "id": 2,
        "survey": "relational",
        "plan": {"share": "1/11"},
        "every": "monthly",
        "left_out": [7],
        "approves_itself": False,
        "first_on": "2026-09-01",
        "next_on": "2026-12-01",
        "created_at": "2026-08-20T09:00:00Z",
        "created_by": "ada@example.com",
        "stopped_at": None,
        "stopped_by": "",
        "turns": [{"on": "2026-11-01", "wave": 8, "skipped": "", "note": ""}],
    },
)


class TriggerQuery(ListQuery):
    touchpoint = Text(max_length=50, required=False)
    is_active = QueryFlag(required=False)


class TriggerLine(serializers.Serializer[TriggerRule]):
    """After which touchpoint which survey is sent."""

    id = serializers.IntegerField()
    touchpoint = serializers.CharField()
    survey = serializers.CharField(source="survey.key")
    delay_minutes = serializers.IntegerField()
    weekday = serializers.IntegerField(
        allow_null=True, help_text="0 is Monday: asks then about the seven days before; null: after each event."
    )
    quiet_days = serializers.IntegerField()
    asks_sooner = serializers.BooleanField()
    channel = serializers.CharField()
    is_active = serializers.BooleanField()
    version = serializers.IntegerField()


TRIGGERS = Listing(
    address="triggers",
    one="trigger",
    many="triggers",
    summary="List the rules by which events cause surveys",
    description="What was told by other systems is listed by `events/`.",
    rows=lambda _caller: TriggerRule.objects.select_related("survey"),
    line=TriggerLine,
    people=access.sees_programme,
    query=TriggerQuery,
    narrows={"touchpoint": "touchpoint", "is_active": "is_active"},
    example={
        "id": 4,
        "touchpoint": "ticket_closed",
        "survey": "transactional",
        "delay_minutes": 1440,
        "weekday": None,
        "quiet_days": 90,
        "asks_sooner": False,
        "channel": "email",
        "is_active": True,
        "version": 1,
    },
)


class ComplaintQuery(ListQuery):
    contact = ExternalId(required=False, help_text="The external id of a contact.")
    account = ExternalId(required=False, help_text="The external id of an account.")
    ended = QueryFlag(required=False)


class ComplaintLine(serializers.Serializer[OpenComplaint]):
    """Somebody said of a contact: not now, a complaint is open."""

    id = serializers.IntegerField()
    contact = CaseContact()
    account = CaseAccount(source="contact.account", allow_null=True)
    reason = serializers.CharField()
    reported_by = serializers.CharField()
    reported_at = Instant()
    ended_at = Instant(allow_null=True)
    ended_by = serializers.CharField()


def _complaints(caller: Caller) -> QuerySet[OpenComplaint]:
    found = OpenComplaint.objects.select_related("contact__account")
    everybody = caller.person is None or access.sees_programme(caller.person)
    return found if everybody else found.filter(contact__in=seen_contacts(caller).values("pk"))


COMPLAINTS = Listing(
    address="complaints",
    one="complaint",
    many="complaints",
    summary="List complaints that hold surveys back",
    description="Of contacts in the caller's sight, the newest first; also those that have ended.",
    rows=_complaints,
    line=ComplaintLine,
    query=ComplaintQuery,
    narrows={
        "contact": "contact__external_id",
        "account": "contact__account__external_id",
        "ended": lambda rows, ended: rows.filter(ended_at__isnull=not ended),
    },
    example={
        "id": 6,
        "contact": {
            "external_id": "C-2001",
            "name": "Ingrid Moe",
            "email": "ingrid@nordlys.example",
            "phone": "",
            "title": "",
            "language": "nb",
        },
        "account": {"external_id": "A-1001", "name": "Nordlys AS", "segment": "enterprise"},
        "reason": "The new machine stands still.",
        "reported_by": "anna@example.com",
        "reported_at": "2026-11-17T12:00:00Z",
        "ended_at": None,
        "ended_by": "",
    },
)


class Rules(serializers.Serializer[ProgrammeRules]):
    """How often anybody may be asked, over all surveys."""

    after_answer_days = serializers.IntegerField()
    after_silence_days = serializers.IntegerField()
    between_mails_days = serializers.IntegerField()
    closed_months = serializers.ListField(child=serializers.IntegerField())
    version = serializers.IntegerField()


def _rules(_caller: Caller) -> Any:
    return sampling.rules()


RULES = Single(
    address="programme/rules",
    name="programme_rules",
    summary="How often anybody may be asked",
    read=_rules,
    answer=Rules,
    people=access.sees_programme,
    example={
        "after_answer_days": 365,
        "after_silence_days": 90,
        "between_mails_days": 14,
        "closed_months": [7],
        "version": 1,
    },
)
