"""How is a touchpoint handed in, and what is said back about it?"""

from typing import Any

from rest_framework import serializers

from feedback.models import TouchpointEvent
from loop.api.fields import ExternalId, Instant, Pattern, StrictSerializer
from loop.api.filters import QueryNumber
from loop.api.pagination import DEFAULT_SIZE, LARGEST_SIZE, Order
from loop.api.serializers.cases import CaseAccount, CaseContact

ORDERINGS = {"id": Order("pk", int)}
NEWEST_FIRST = "-id"


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


class EventQuery(StrictSerializer):
    """What `GET events/` takes in its address."""

    touchpoint = serializers.CharField(required=False, max_length=50)
    contact = ExternalId(required=False, help_text="The external id of a contact.")
    external_id = ExternalId(required=False, help_text="What your system calls the event.")
    received_after = Instant(required=False)
    received_before = Instant(required=False)
    page_size = QueryNumber(min_value=1, max_value=LARGEST_SIZE, required=False, default=DEFAULT_SIZE)
    cursor = serializers.CharField(required=False, max_length=500, help_text="From `next` or `previous`.")


class AskedBecause(serializers.Serializer[Any]):
    """The invitation an event led to."""

    id = serializers.IntegerField()
    survey = serializers.CharField(source="survey.key")
    send_after = Instant(source="due_at")
    sent_at = Instant(allow_null=True)
    cancelled_at = Instant(allow_null=True)


class EventLine(serializers.Serializer[TouchpointEvent]):
    """An event as it was told, and what became of it."""

    id = serializers.IntegerField()
    touchpoint = serializers.CharField()
    external_id = serializers.CharField()
    occurred_at = Instant()
    received_at = Instant()
    settled_at = Instant(allow_null=True, help_text="Empty while it waits for the day of a weekly rule.")
    reason = serializers.CharField(help_text="Why nobody is asked because of it; empty where somebody is.")
    contact = CaseContact()
    account = CaseAccount(source="contact.account", allow_null=True)
    invitation = AskedBecause(allow_null=True)


class EventPage(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = EventLine(many=True)
