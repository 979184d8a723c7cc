"""How is somebody's working week written in JSON? By day, 0 is Monday, each span like "08:00-12:00"."""

from collections.abc import Mapping
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from loop.api.fields import StrictSerializer
from loop.week_forms import read_spans, shown_spans

MOST_SPANS = 10  # of one day
LONGEST_SPAN = 20  # characters
DAYS = tuple(map(str, WEEKDAYS))
SPANS = {"type": "array", "maxItems": MOST_SPANS, "items": {"type": "string", "maxLength": LONGEST_SPAN}}


@extend_schema_field(
    {
        "type": "object",
        "properties": dict.fromkeys(DAYS, SPANS),
        "additionalProperties": False,
        "example": {"0": ["08:00-12:00", "13:00-17:00"], "1": ["08:00-16:00"]},
    }
)
class WeekField(serializers.Field[Any, Any, Any, Any]):
    """Spans by day of the week, "0" is Monday; a day left out is a day off."""

    default_error_messages = {
        "invalid": _("This must be an object from the days 0 (Monday) to 6 to lists such as [“08:00-17:00”]."),
    }

    def to_internal_value(self, data: Any) -> dict[str, list[list[int]]]:
        if not isinstance(data, Mapping) or not set(data) <= set(DAYS):
            self.fail("invalid")
        week = {}
        for day, spans in data.items():
            is_list = isinstance(spans, list) and len(spans) <= MOST_SPANS
            if not is_list or not all(isinstance(span, str) and len(span) <= LONGEST_SPAN for span in spans):
                self.fail("invalid")
            try:
                week[day] = read_spans(", ".join(spans))
            except ValueError as error:
                raise serializers.ValidationError({day: [str(error)]}) from None
        return week

    def to_representation(self, value: Any) -> dict[str, list[str]]:
        return {day: [shown_spans([span]) for span in value[day]] for day in sorted(value) if value[day]}


class HoursBody(StrictSerializer):
    week = WeekField(allow_null=True, help_text="null: the week of the office.")


class HoursShown(serializers.Serializer[Any]):
    person = serializers.CharField(help_text="Their address.")
    is_own = serializers.BooleanField(help_text="Whether it is a week of their own, else that of the office.")
    week = WeekField()
    time_zone = serializers.CharField(help_text="On whose clock these hours are.")
    calls_outside = serializers.ListField(
        child=serializers.DateTimeField(), help_text="When agreed calls begin that lie outside these hours; they stand."
    )
