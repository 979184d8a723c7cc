"""programme/: how is the asking going: who answers, who does not and why, who is asked how often, what leaves next?"""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from loop import access
from loop.api.serializers.reports import ShareOf
from loop.api.single import Single
from loop.reporting.programme import programme
from loop.reporting.shares import Share


class CountedShare(ShareOf):
    """A share between 0 and 1; null when n is 0."""

    def to_representation(self, instance: Share) -> dict[str, Any]:
        return instance.as_dict()


class RateOf(serializers.Serializer[Any]):
    """How many of the mails that arrived were answered, in one part of what was sent."""

    name = serializers.CharField()
    wave = serializers.IntegerField(allow_null=True)
    sent = serializers.IntegerField()
    answered = CountedShare()


class UnaskedLine(serializers.Serializer[Any]):
    name = serializers.CharField()
    answers = serializers.IntegerField()


class ReasonLine(serializers.Serializer[Any]):
    reason = serializers.CharField()
    words = serializers.CharField()
    count = serializers.IntegerField()


class FatigueLine(serializers.Serializer[Any]):
    """So many contacts were asked so many times within a year, the last row: or more often."""

    times = serializers.IntegerField()
    or_more = serializers.BooleanField()
    contacts = serializers.IntegerField()
    share = CountedShare()


class LeavingLine(serializers.Serializer[Any]):
    day = serializers.DateField()
    mails = serializers.IntegerField()
    reminders = serializers.IntegerField()
    held = serializers.IntegerField(help_text="Of these wait for a wave that is paused.")


class ProgrammeAnswer(serializers.Serializer[Any]):
    total = RateOf()
    by_wave = RateOf(many=True)
    by_channel = RateOf(many=True)
    by_segment = RateOf(many=True)
    unasked = UnaskedLine(many=True, help_text="By ways of which nobody knows how many saw them.")
    silent = ReasonLine(many=True, help_text="Why there is no answer to what was sent.")
    never_left = ReasonLine(many=True, help_text="Why what was planned never left.")
    fatigue = FatigueLine(many=True)
    leaving = LeavingLine(many=True, help_text="What leaves in the next 30 days.")


SHARE = {"count": 412, "n": 1130, "share": 0.3646, "interval": [0.337, 0.3931]}
RATE = {"name": "", "wave": None, "sent": 1150, "answered": SHARE}

PROGRAMME = Single(
    address="programme",
    name="programme",
    summary="How the asking is going",
    description="The year up to now, and the days ahead. Its rules are `programme/rules/`, what comes again is "
    "`repeated-waves/`. In the browser leadership and administrators.",
    read=lambda _caller: programme(now=timezone.now()),
    answer=ProgrammeAnswer,
    people=access.sees_programme,
    example={
        "total": RATE,
        "by_wave": [{**RATE, "name": "November", "wave": 12}],
        "by_channel": [{**RATE, "name": "e-mail"}],
        "by_segment": [{**RATE, "name": "retail"}],
        "unasked": [{"name": "poster", "answers": 14}],
        "silent": [{"reason": "came_back", "words": "the mail came back", "count": 20}],
        "never_left": [{"reason": "opted_out", "words": "wants no surveys", "count": 3}],
        "fatigue": [{"times": 1, "or_more": False, "contacts": 800, "share": SHARE}],
        "leaving": [{"day": "2026-11-20", "mails": 40, "reminders": 12, "held": 0}],
    },
)
