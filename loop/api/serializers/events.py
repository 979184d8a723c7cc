"""How is a touchpoint handed in, and what is said back about it?"""

from typing import Any

from rest_framework import serializers

from loop.api.fields import ExternalId, Instant, Pattern, StrictSerializer


class EventBody(StrictSerializer):
    """Something that happened with a customer."""

    touchpoint = Pattern(
        r"[-a-zA-Z0-9_]+",
        shape="ticket_closed",
        max_length=50,
        help_text="One that a rule is for, such as ticket_closed.",
    )
    contact = ExternalId(help_text="The external id of a contact.")
    occurred_at = Instant()
    external_id = ExternalId(help_text="What your system calls it: told twice, it counts once.")


class PlannedInvitation(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    send_after = Instant()


class EventTaken(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    invitation = PlannedInvitation(allow_null=True)
    reason = serializers.CharField(
        allow_blank=True, help_text="Why nobody is asked because of it, or not yet; empty when somebody is."
    )
