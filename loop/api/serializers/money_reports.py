"""What do the reports about response rates and revenue look like in JSON?"""

from typing import Any

from rest_framework import serializers

from loop.api.serializers.reports import Covered, Interval, NpsFigures, ShareOf


class RateLine(ShareOf):
    """Those asked in one part of the customers; `stands_out` from all others, allowing for how many parts there are."""

    key = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    stands_out = serializers.BooleanField()


class ResponseRateAnswer(serializers.Serializer[Any]):
    """Of what left on these days; the NPS of all asked, had the silent all been detractors or all promoters."""

    filters = Covered()
    sent = serializers.IntegerField()
    came_back = serializers.IntegerField()
    answered = ShareOf()
    silent = serializers.IntegerField()
    by_segment = RateLine(many=True)
    by_size = RateLine(many=True)
    by_channel = RateLine(many=True)
    nps_of_those_who_answered = NpsFigures()
    nps_of_all_asked_lies_between = Interval(allow_null=True)
    detractors_of_all_asked_lie_between = Interval(allow_null=True)
    if_silent_20_points_less_happy = serializers.FloatField(allow_null=True, help_text="Of the NPS, in points.")


class MoneyOf(serializers.Serializer[Any]):
    """Accounts and their yearly value together, as a decimal number in text."""

    accounts = serializers.IntegerField()
    value = serializers.CharField()


class CurrencyLine(serializers.Serializer[Any]):
    currency = serializers.CharField()
    all = MoneyOf()
    at_risk = MoneyOf()
    heard = MoneyOf()
    recovered = MoneyOf()
    coverage = serializers.FloatField(allow_null=True, help_text="The share of the revenue that was heard from.")
    share_at_risk = serializers.FloatField(allow_null=True)


class WithoutValue(serializers.Serializer[Any]):
    """Accounts without a value or a currency: they are in none of the sums."""

    all = serializers.IntegerField()
    at_risk = serializers.IntegerField()
    heard = serializers.IntegerField()
    recovered = serializers.IntegerField()


class RevenueAnswer(serializers.Serializer[Any]):
    """By currency; `together` only where rates of exchange were entered for all of them."""

    filters = Covered()
    currencies = CurrencyLine(many=True)
    without_value = WithoutValue()
    together = CurrencyLine(allow_null=True)
    rates_of = serializers.DateField(allow_null=True)
