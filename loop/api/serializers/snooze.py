"""How is it written in JSON that somebody is not reminded for a while?"""

from typing import Any

from rest_framework import serializers

from loop.api.fields import Instant, StrictSerializer


class SnoozeBody(StrictSerializer):
    until = Instant(help_text="When to be reminded again.")


class WakeBody(StrictSerializer):
    """Nothing to say."""


class Snoozed(serializers.Serializer[Any]):
    case = serializers.IntegerField()
    until = Instant(allow_null=True)
