"""messages/ and stopped-addresses/: what was or will be sent, what became of it, and where must nothing go?

Never what a message says: links in it open pages without signing in.
"""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from feedback import suppressions
from feedback.contacts import address_hash
from feedback.models import Suppression
from loop import access
from loop.api.caller import Caller
from loop.api.fields import Choice, Email, ExternalId, Instant, Text
from loop.api.filters import DayOrInstant, QueryNumber
from loop.api.listing import Listing, ListQuery
from loop.api.pagination import LARGEST_NUMBER
from loop.api.serializers.cases import CaseContact
from notifications import kinds
from notifications.models import Message, MessageState

SCOPE = "manage"


class MessageQuery(ListQuery):
    state = Choice(MessageState.choices, required=False)
    kind = Choice([(kind, kind) for kind in kinds.BY_NAME], required=False)
    to = Text(max_length=254, required=False, help_text="Part of the recipient's address.")
    case = QueryNumber(min_value=1, max_value=LARGEST_NUMBER, required=False)
    contact = ExternalId(required=False, help_text="The external id of a contact.")
    created_after = DayOrInstant(required=False, help_text="At this time or later; a day means its first moment.")
    created_before = DayOrInstant(required=False, help_text="Before this time.")


class MessageLine(serializers.Serializer[Message]):
    """A message of the outbox, without its words."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    channel = serializers.CharField()
    state = serializers.ChoiceField(MessageState.choices)
    to = serializers.CharField(help_text="Empty before it is put into words.")
    person = serializers.CharField(source="user.email", allow_null=True, default=None)
    contact = CaseContact(allow_null=True)
    team = serializers.CharField(
        source="team.name", allow_null=True, default=None, help_text="In whose chat it is said."
    )
    case = serializers.IntegerField(source="case_id", allow_null=True)
    wave = serializers.IntegerField(source="wave_id", allow_null=True)
    language = serializers.CharField()
    attempts = serializers.IntegerField()
    error = serializers.CharField(help_text="Why it was not sent, or not at once.")
    send_after = Instant()
    created_at = Instant()
    sent_at = Instant(allow_null=True)


def _messages(_caller: Caller) -> QuerySet[Message]:
    return Message.objects.select_related("user", "contact", "team").defer("subject", "body", "body_html")


MESSAGES = Listing(
    address="messages",
    one="message",
    many="messages",
    summary="List what was or will be sent",
    description="The newest first, without its words. Notices inside Loop are listed by `me/notices/`.",
    rows=_messages,
    line=MessageLine,
    people=access.may_manage,
    scope=SCOPE,
    query=MessageQuery,
    narrows={
        "state": "state",
        "kind": "kind",
        "to": "to__icontains",
        "case": "case",
        "contact": "contact__external_id",
        "created_after": "created_at__gte",
        "created_before": "created_at__lt",
    },
    example={
        "id": 4711,
        "kind": "case_assigned",
        "channel": "email",
        "state": "sent",
        "to": "anna@example.com",
        "person": "anna@example.com",
        "contact": None,
        "team": None,
        "case": 88,
        "wave": None,
        "language": "sv",
        "attempts": 1,
        "error": "",
        "send_after": "2026-11-19T08:12:00Z",
        "created_at": "2026-11-19T08:12:00Z",
        "sent_at": "2026-11-19T08:12:02Z",
    },
)


class StoppedQuery(ListQuery):
    address = Email(required=False)
    reason = Text(max_length=50, required=False, help_text="Such as bounced, complained or unsubscribed.")


class StoppedLine(serializers.Serializer[Any]):
    """An address to which mail has stopped; one no contact has any more is not known in words."""

    id = serializers.IntegerField(source="suppression.id")
    reason = serializers.CharField(source="suppression.reason")
    created_at = Instant(source="suppression.created_at")
    contacts = CaseContact(many=True)
    bounce_status = serializers.CharField(
        source="bounce.status", allow_null=True, default=None, help_text="RFC 3463, of the last mail that came back."
    )


STOPPED = Listing(
    address="stopped-addresses",
    one="stopped_address",
    many="stopped_addresses",
    summary="List addresses to which mail has stopped",
    rows=lambda _caller: Suppression.objects.all(),
    read=lambda rows: suppressions.listed(list(rows)),
    line=StoppedLine,
    alone=False,
    people=access.may_manage,
    scope=SCOPE,
    query=StoppedQuery,
    narrows={
        "address": lambda rows, address: rows.filter(address_hash=address_hash(address)),
        "reason": "reason",
    },
    example={
        "id": 3,
        "reason": "bounced",
        "created_at": "2026-11-02T10:00:00Z",
        "contacts": [],
        "bounce_status": "5.1.1",
    },
)

LISTS = (MESSAGES, STOPPED)
