"""How is a study in random order written in JSON? It says it itself by `as_dict`; this tells readers of the API."""

from typing import Any

from rest_framework import serializers

from loop.api.fields import Instant, StrictSerializer, Text, WholeNumber
from loop.api.serializers.reports import FINDINGS, Interval, ShareOf
from loop.reporting.trial import Undecided


class StudyBody(StrictSerializer):
    """What it takes to start a study; shares are between 0 and 1."""

    survey = Text(max_length=200, help_text="The key of a recovery survey in use.")
    decides_at = Instant(help_text="Before this there is no verdict.")
    expected_share = serializers.FloatField(min_value=0.01, max_value=0.99)
    smallest_effect = serializers.FloatField(min_value=0.01, max_value=0.99)
    exempt_up_to = WholeNumber(min_value=0, max_value=6, required=False, allow_null=True, default=None)
    exempt_value = serializers.DecimalField(
        max_digits=14, decimal_places=2, min_value=0, required=False, allow_null=True, default=None
    )


class StopBody(StrictSerializer):
    reason = Text(max_length=300)


class ArmLine(serializers.Serializer[Any]):
    """One group: those who were asked, and of those who answered how many had recovered."""

    asked = serializers.IntegerField()
    answered = ShareOf()
    recovered = ShareOf()


class StudyLine(serializers.Serializer[Any]):
    """`called_later` had not been called when they were asked: their share is what to expect without a call."""

    id = serializers.IntegerField()
    survey = serializers.CharField()
    starts_at = Instant()
    decides_at = Instant()
    stopped_at = Instant(allow_null=True)
    stop_reason = serializers.CharField(allow_blank=True)
    seed = serializers.CharField()
    expected_share = serializers.FloatField()
    smallest_effect = serializers.FloatField()
    answers_planned = serializers.IntegerField()
    exempt_up_to = serializers.IntegerField(allow_null=True)
    exempt_value = serializers.CharField(allow_null=True)
    drawn = serializers.IntegerField()
    called_first = ArmLine()
    called_later = ArmLine()
    effect = serializers.FloatField(allow_null=True)
    interval = Interval(allow_null=True)
    bounds = Interval(allow_null=True)
    smallest_detectable = serializers.FloatField(allow_null=True)
    finding = serializers.ChoiceField(FINDINGS)
    reason = serializers.ChoiceField([reason.value for reason in Undecided], allow_blank=True)
    words = serializers.CharField()


class StudyList(serializers.Serializer[Any]):
    results = StudyLine(many=True)
