"""waves/{id}/members/: about whom was it decided in a wave, why, and what became of it?"""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from feedback.models import Wave, WaveMember
from loop import access, search
from loop.api.caller import Caller
from loop.api.fields import Instant, Text
from loop.api.filters import QueryFlag
from loop.api.listing import Listing, ListQuery, Rows
from loop.api.lists.waves import WAVES
from loop.api.serializers.cases import CaseAccount, CaseContact
from loop.reporting import wave_progress


class MemberQuery(ListQuery):
    q = Text(max_length=200, required=False, help_text="Part of a name, an address or an account's name.")
    asked = QueryFlag(required=False)
    reason = Text(max_length=30, required=False, help_text="Such as drawn, not_drawn or opted_out.")


class MemberLine(serializers.Serializer[Any]):
    """What was decided about one contact in a wave, and what became of it."""

    id = serializers.IntegerField(source="member.id")
    contact = CaseContact(source="member.contact")
    account = CaseAccount(source="member.contact.account", allow_null=True)
    asked = serializers.BooleanField(source="member.asked")
    reason = serializers.CharField(source="member.reason", help_text="Why they are asked, or not.")
    stratum = serializers.CharField(source="member.stratum")
    due_at = Instant(source="invitation.due_at", allow_null=True, default=None)
    sent_at = Instant(source="invitation.sent_at", allow_null=True, default=None)
    reminded_at = Instant(source="invitation.reminded_at", allow_null=True, default=None)
    bounced_at = Instant(source="invitation.bounced_at", allow_null=True, default=None)
    cancelled_at = Instant(source="invitation.cancelled_at", allow_null=True, default=None)
    cancel_reason = serializers.CharField(source="invitation.cancel_reason", allow_null=True, default=None)
    answered_at = serializers.SerializerMethodField()

    @extend_schema_field(Instant(allow_null=True))
    def get_answered_at(self, told: wave_progress.Member) -> Any:
        """When an answer that counts came in."""
        answer = getattr(told.invitation, "response", None)
        if answer is None or answer.retracted_at is not None:
            return None
        return Instant().to_representation(answer.responded_at)


def _members(caller: Caller, wave: Wave) -> QuerySet[WaveMember]:
    found = access.visible_members(caller.person, wave) if caller.person else WaveMember.objects.filter(wave=wave)
    return found.select_related("contact__account")


def _named(rows: Rows, q: str) -> Rows:
    return rows.filter(search.containing(q, "contact__name", "contact__email", "contact__account__name"))


MEMBERS = Listing(
    address="waves/<int:wave_id>/members",
    one="wave_member",
    many="wave_members",
    summary="List those decided about in a wave",
    description="Asked or not, each with the reason and what became of it.",
    rows=_members,
    line=MemberLine,
    read=wave_progress.with_what_became,
    alone=False,
    within=WAVES,
    query=MemberQuery,
    narrows={"q": _named, "asked": "asked", "reason": "reason"},
    example={
        "id": 901,
        "contact": {
            "external_id": "C-2001",
            "name": "Ingrid Moe",
            "email": "ingrid@nordlys.example",
            "phone": "",
            "title": "",
            "language": "nb",
        },
        "account": {"external_id": "A-1001", "name": "Nordlys AS", "segment": "enterprise"},
        "asked": True,
        "reason": "drawn",
        "stratum": "enterprise",
        "due_at": "2026-11-16T08:10:00Z",
        "sent_at": "2026-11-16T08:10:05Z",
        "reminded_at": None,
        "bounced_at": None,
        "cancelled_at": None,
        "cancel_reason": "",
        "answered_at": "2026-11-16T10:41:00Z",
    },
)
