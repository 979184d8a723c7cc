"""answer-sources/: which survey tools tell us of answers, and what arrived from each? Never what proves the sender.

What arrived is told without its body: that holds whatever a tool sent, and stays on the page of administrators.
"""

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from rest_framework import serializers

from feedback.models import AnswerSource, ArrivalState, ArrivedAnswer, SourceKind
from loop import access
from loop.api.caller import Caller
from loop.api.fields import Choice, ExternalId, Instant, Text
from loop.api.filters import DayOrInstant, QueryFlag
from loop.api.listing import Listing, ListQuery

SCOPE = "manage"


class SourceQuery(ListQuery):
    kind = Choice(SourceKind.choices, required=False)
    survey = Text(max_length=50, required=False, help_text="The key of a survey.")
    is_active = QueryFlag(required=False)


class SourceLine(serializers.Serializer[AnswerSource]):
    """A survey tool that tells us, without its address and secrets."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(SourceKind.choices)
    survey = serializers.CharField(source="survey.key")
    is_active = serializers.BooleanField()
    only_survey = serializers.CharField(help_text="The tool's id of the survey to take. Empty: any.")
    score_question = serializers.CharField()
    comment_question = serializers.CharField()
    mapping: Any = serializers.JSONField(help_text="Of any JSON: each field with its JSON Pointer.")
    refused_count = serializers.IntegerField(help_text="Calls that were not believed.")
    refused_at = Instant(allow_null=True)
    refused_why = serializers.CharField()
    waiting = serializers.IntegerField(help_text="What arrived and is not read yet.")
    not_taken = serializers.IntegerField(help_text="What could not be read, or was given up.")
    created_at = Instant()
    version = serializers.IntegerField()


def _number(*states: str) -> Coalesce:
    found = ArrivedAnswer.objects.filter(source=OuterRef("pk"), state__in=states).order_by()
    return Coalesce(Subquery(found.values("source").annotate(n=Count("pk")).values("n")), 0)


def _sources(_caller: Caller) -> QuerySet[AnswerSource]:
    return AnswerSource.objects.select_related("survey").annotate(
        waiting=_number(ArrivalState.WAITING), not_taken=_number(ArrivalState.REFUSED, ArrivalState.FAILED)
    )


SOURCES = Listing(
    address="answer-sources",
    one="answer_source",
    many="answer_sources",
    summary="List survey tools that tell us of answers",
    rows=_sources,
    line=SourceLine,
    place="<int:source_id>",
    people=access.may_manage,
    scope=SCOPE,
    query=SourceQuery,
    narrows={"kind": "kind", "survey": "survey__key", "is_active": "is_active"},
    example={
        "id": 1,
        "name": "Our form",
        "kind": "typeform",
        "survey": "relational",
        "is_active": True,
        "only_survey": "",
        "score_question": "nps",
        "comment_question": "",
        "mapping": {},
        "refused_count": 0,
        "refused_at": None,
        "refused_why": "",
        "waiting": 0,
        "not_taken": 1,
        "created_at": "2026-09-01T08:00:00Z",
        "version": 2,
    },
)


class ArrivalQuery(ListQuery):
    state = Choice(ArrivalState.choices, required=False)
    external_id = ExternalId(required=False, help_text="The tool's id of the answer.")
    arrived_after = DayOrInstant(required=False)
    arrived_before = DayOrInstant(required=False)


class ArrivalLine(serializers.Serializer[ArrivedAnswer]):
    """One answer as a tool told it, and what became of it."""

    id = serializers.IntegerField()
    event = serializers.CharField(help_text="What the tool calls it: told twice, it is stored once.")
    state = serializers.ChoiceField(ArrivalState.choices)
    why = serializers.CharField(help_text="Such as no_score or older; empty where it was taken.")
    detail = serializers.CharField()
    attempts = serializers.IntegerField()
    arrived_at = Instant()
    finished_at = Instant(allow_null=True)
    told_at = Instant(allow_null=True, help_text="Since when the answer said this.")
    external_id = serializers.CharField()
    response = serializers.IntegerField(source="response_id", allow_null=True, help_text="The answer it became.")


ARRIVALS = Listing(
    address="answer-sources/<int:source_id>/arrivals",
    one="arrival",
    many="arrivals",
    summary="List what arrived from a survey tool",
    rows=lambda _caller, source: ArrivedAnswer.objects.filter(source=source).defer("body", "headers"),
    line=ArrivalLine,
    people=access.may_manage,
    scope=SCOPE,
    within=SOURCES,
    query=ArrivalQuery,
    narrows={
        "state": "state",
        "external_id": "external_id",
        "arrived_after": "arrived_at__gte",
        "arrived_before": "arrived_at__lt",
    },
    example={
        "id": 70,
        "event": "01HXYZ",
        "state": "done",
        "why": "",
        "detail": "",
        "attempts": 1,
        "arrived_at": "2026-11-19T08:12:00Z",
        "finished_at": "2026-11-19T08:12:01Z",
        "told_at": "2026-11-19T08:11:59Z",
        "external_id": "9f31",
        "response": 512,
    },
)
