"""What does a rate of exchange look like from outside, and what does it take to enter one?"""

from typing import Any

from rest_framework import serializers

from loop.api.fields import Amount, StrictSerializer, Text
from loop.api.serializers.absences import Day
from loop.exchange_rates import SOURCE_LIMIT


class ExchangeRateBody(StrictSerializer):
    currency = Text(max_length=3, help_text="ISO 4217, such as NOK.")
    into = Text(max_length=3, help_text="ISO 4217, such as SEK: what one unit of `currency` was worth.")
    rate = Amount(max_digits=18, decimal_places=8, help_text="A number, or text with a decimal point.")
    on = Day(help_text="The day of the rate; not one to come.")
    source = Text(  # type: ignore[assignment]
        max_length=SOURCE_LIMIT, required=False, allow_blank=True, default="", help_text="Who says so."
    )


class ExchangeRateLine(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    currency = serializers.CharField()
    into = serializers.CharField()
    rate = serializers.DecimalField(max_digits=18, decimal_places=8)
    on = serializers.DateField()
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]


class ExchangeRateList(serializers.Serializer[Any]):
    """The latest first, at most a thousand."""

    results = ExchangeRateLine(many=True)
