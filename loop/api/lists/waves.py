"""waves/: which sendings of a survey are there, how is each made, how far is it?

Agents and leads see the waves that ask customers of theirs, once approved, and are told about those customers alone.
"""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from feedback import waves
from feedback.models import Wave
from feedback.models.wave import Method, WaveState
from loop import access
from loop.api.caller import Caller
from loop.api.fields import Choice, Instant, Text
from loop.api.listing import Listing, ListQuery
from loop.api.lists.customers import seen_contacts
from loop.reporting import wave_progress


def sees_all(caller: Caller) -> bool:
    """Whether this caller is told about everybody in a wave: a key, leadership, administrators."""
    return caller.person is None or access.sees_programme(caller.person)


class WaveQuery(ListQuery):
    state = Choice(WaveState.choices, required=False)
    survey = Text(max_length=50, required=False, help_text="The key of a survey.")


class WaveLine(serializers.Serializer[Wave]):
    """A wave, and how far it is with the customers the caller sees."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    survey = serializers.CharField(source="survey.key")
    state = serializers.ChoiceField(WaveState.choices)
    channel = serializers.CharField()
    starts_on = serializers.DateField()
    asked = serializers.IntegerField()
    sent = serializers.IntegerField()
    answered = serializers.IntegerField()
    created_at = Instant()
    approved_at = Instant(allow_null=True)
    closed_at = Instant(allow_null=True)


class WavePlan(serializers.Serializer[Wave]):
    """How it is decided who is asked, and how fast."""

    method = serializers.ChoiceField(Method.choices)
    share = serializers.CharField(help_text="A fraction of those who may be asked, such as 1/11.")
    count = serializers.IntegerField(allow_null=True)
    strata = serializers.ListField(child=serializers.CharField())
    at_least = serializers.IntegerField()
    filters = serializers.JSONField()
    seed = serializers.IntegerField()
    per_hour = serializers.IntegerField()
    remind_after_days = serializers.IntegerField()
    open_days = serializers.IntegerField()
    created_by = serializers.CharField()
    planned_at = Instant(allow_null=True)
    approved_by = serializers.CharField()
    scheduled_at = Instant(allow_null=True)
    halted_at = Instant(allow_null=True, help_text="When it last paused itself.")


class WaveLeftOut(serializers.Serializer[Any]):
    reason = serializers.CharField()
    count = serializers.IntegerField()


class WaveFar(serializers.Serializer[Any]):
    """What became of those asked: each is sent, waiting, or left out since."""

    asked = serializers.IntegerField()
    sent = serializers.IntegerField()
    answered = serializers.IntegerField(source="answered.count")
    reminded = serializers.IntegerField()
    bounced = serializers.IntegerField()
    waiting = serializers.IntegerField()
    left_out = WaveLeftOut(many=True)


class WaveWhole(WaveLine):
    """A wave; to those who see the whole programme also its plan, its progress and the reasons."""

    plan = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()
    reasons = serializers.SerializerMethodField()

    @extend_schema_field(WavePlan(allow_null=True))
    def get_plan(self, wave: Wave) -> dict[str, Any] | None:
        return dict(WavePlan(wave).data) if sees_all(self.context["caller"]) else None

    @extend_schema_field(WaveFar(allow_null=True))
    def get_progress(self, wave: Wave) -> dict[str, Any] | None:
        """null before it is approved."""
        if not sees_all(self.context["caller"]) or wave.approved_at is None:
            return None
        return dict(WaveFar(wave_progress.progress(wave)).data)

    @extend_schema_field(WaveLeftOut(many=True, allow_null=True))
    def get_reasons(self, wave: Wave) -> list[dict[str, Any]] | None:
        """How many contacts are asked, or not, for which reason."""
        if not sees_all(self.context["caller"]):
            return None
        return [{"reason": reason, "count": n} for reason, n in waves.reasons(wave).items()]


def _waves(caller: Caller) -> QuerySet[Wave]:
    found = access.visible_waves(caller.person) if caller.person else Wave.objects.all()
    contacts = None if sees_all(caller) else seen_contacts(caller)
    return wave_progress.with_figures(found.select_related("survey"), contacts=contacts)


WAVES = Listing(
    address="waves",
    one="wave",
    many="waves",
    summary="List waves",
    description="The newest first. In the browser agents and leads get those that ask customers of theirs, with the "
    "figures of those customers.",
    rows=_waves,
    line=WaveLine,
    whole=WaveWhole,
    whole_description="`plan`, `progress` and `reasons` are null for those who do not see the whole programme.",
    query=WaveQuery,
    narrows={"state": "state", "survey": "survey__key"},
    example={
        "id": 8,
        "name": "Customer survey, November",
        "survey": "relational",
        "state": "sending",
        "channel": "email",
        "starts_on": "2026-11-16",
        "asked": 400,
        "sent": 230,
        "answered": 61,
        "created_at": "2026-11-10T09:00:00Z",
        "approved_at": "2026-11-12T09:00:00Z",
        "closed_at": None,
    },
    besides={
        "plan": {
            "method": "random",
            "share": "1/11",
            "count": None,
            "strata": ["segment"],
            "at_least": 20,
            "filters": {"country": ["SE"]},
            "seed": 42,
            "per_hour": 500,
            "remind_after_days": 7,
            "open_days": 30,
            "created_by": "ada@example.com",
            "planned_at": "2026-11-10T09:00:02Z",
            "approved_by": "ada@example.com",
            "scheduled_at": "2026-11-12T09:01:00Z",
            "halted_at": None,
        },
        "progress": {
            "asked": 400,
            "sent": 230,
            "answered": 61,
            "reminded": 0,
            "bounced": 3,
            "waiting": 168,
            "left_out": [{"reason": "opted_out", "count": 2}],
        },
        "reasons": [{"reason": "drawn", "count": 400}, {"reason": "not_drawn", "count": 3600}],
    },
)
