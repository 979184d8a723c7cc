"""What do the reports about people, integrity and change look like in JSON?"""

from typing import Any

from rest_framework import serializers

from loop.api.serializers.reports import Covered, Interval, ShareOf


class PersonFigures(serializers.Serializer[Any]):
    """`outside`: beyond the 99.8 % limits, of the share and with first scores allowed for."""

    solved = ShareOf()
    solved_shrunk = serializers.FloatField(help_text="The share pulled towards that of all: the one to go by.")
    limits_95 = Interval()
    limits_998 = Interval()
    expected = serializers.FloatField(help_text="How many would have been solved, by the first scores.")
    observed_minus_expected = serializers.FloatField()
    outside = serializers.BooleanField()
    confirmed = ShareOf()
    in_time = ShareOf()


class Person(serializers.Serializer[Any]):
    """`figures` is null below `fewest_to_tell` cases; below `fewest_to_rank` no order among people means anything."""

    email = serializers.EmailField()
    name = serializers.CharField()
    n = serializers.IntegerField()
    may_rank = serializers.BooleanField()
    figures = PersonFigures(allow_null=True)


class PeopleAnswer(serializers.Serializer[Any]):
    filters = Covered()
    overall = ShareOf()
    fewest_to_tell = serializers.IntegerField()
    fewest_to_rank = serializers.IntegerField()
    people = Person(many=True)


class IntegrityLine(serializers.Serializer[Any]):
    """Worth a look, and perhaps quite all right. `ids` are the latest fifty."""

    key = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField()
    of = serializers.IntegerField()
    about = serializers.ChoiceField(["case", "contact"])
    ids = serializers.ListField(child=serializers.IntegerField())


class IntegrityAnswer(serializers.Serializer[Any]):
    filters = Covered()
    lines = IntegrityLine(many=True)


class NpsOfTheSame(serializers.Serializer[Any]):
    points = serializers.FloatField()
    interval = Interval()


class ChiSquare(serializers.Serializer[Any]):
    statistic = serializers.FloatField()
    df = serializers.IntegerField()
    p = serializers.FloatField()


class ChangeAnswer(serializers.Serializer[Any]):
    """Rows: the first answer, detractor, passive, promoter; columns: the second. A change, never an effect."""

    filters = Covered()
    n = serializers.IntegerField()
    table = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    nps_change = NpsOfTheSame(allow_null=True)
    bowker = ChiSquare(allow_null=True)
    stuart_maxwell = ChiSquare(allow_null=True)
    bhapkar = ChiSquare(allow_null=True)
    mcnemar_exact_p = serializers.FloatField(allow_null=True)
    mcnemar = ChiSquare(allow_null=True)
    wilcoxon_p = serializers.FloatField(allow_null=True)
