"""What do goals and values of others look like from outside, and what do they take?"""

from typing import Any

from rest_framework import serializers

from loop.api.fields import LARGEST_INTEGER, Amount, Flag, StrictSerializer, Text, WholeNumber
from loop.api.serializers.absences import Day
from loop.api.serializers.reports import Move, NpsFigures
from loop.goals import MOST_POINTS
from loop.reporting.goals import Finding

FINDINGS = [finding.value for finding in Finding]


class GoalBody(StrictSerializer):
    points = WholeNumber(min_value=1, max_value=MOST_POINTS, help_text="By how many points the NPS is to rise.")
    due_on = Day(help_text="The day by which it is to have risen.")
    baseline_first = Day(help_text="The first day of the time it is compared with.")
    baseline_last = Day(help_text="The last day of it.")
    survey = Text(
        max_length=50, required=False, allow_blank=True, default="", help_text="Empty: all but recovery surveys."
    )
    segment = Text(max_length=100, required=False, allow_blank=True, default="", help_text="Empty: all customers.")
    is_active = Flag(required=False, default=True, help_text="false retires it.")


class GoalLine(serializers.Serializer[Any]):
    """A goal, how far it is, and whether the change is more than chance."""

    id = serializers.IntegerField()
    points = serializers.IntegerField()
    survey = serializers.CharField(allow_blank=True)
    segment = serializers.CharField(allow_blank=True)
    baseline_first = serializers.DateField()
    baseline_last = serializers.DateField()
    due_on = serializers.DateField()
    is_active = serializers.BooleanField()
    is_over = serializers.BooleanField()
    target = serializers.FloatField(allow_null=True)
    baseline = NpsFigures()
    current = NpsFigures()
    change = Move(allow_null=True)
    finding = serializers.ChoiceField(FINDINGS)
    out_of_reach = serializers.BooleanField()
    answers_needed = serializers.IntegerField(allow_null=True)
    words = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        days = {"from": serializers.DateField(), "to": serializers.DateField()}
        return {**super().get_fields(), **days}


class Goals(serializers.Serializer[Any]):
    results = GoalLine(many=True)


class BenchmarkBody(StrictSerializer):
    name = Text(max_length=100, help_text="Whose it is.")
    value = Amount(max_digits=4, decimal_places=1, min_value=-100, max_value=100, help_text="The NPS, in points.")
    source = Text(max_length=300, help_text="Who published it, and where.")  # type: ignore[assignment]
    year = WholeNumber(min_value=0, max_value=LARGEST_INTEGER)
    is_active = Flag(required=False, default=True, help_text="false retires it.")


class BenchmarkLine(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    value = serializers.FloatField()
    source = serializers.CharField()  # type: ignore[assignment]
    year = serializers.IntegerField()
    is_active = serializers.BooleanField()


class Benchmarks(serializers.Serializer[Any]):
    results = BenchmarkLine(many=True)
