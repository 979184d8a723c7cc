"""me/notices/ and me/messages/: what has somebody been told inside Loop, and of what do they want to be told?"""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers

from feedback.models.response import Category
from loop.api.caller import Caller
from loop.api.fields import Instant
from loop.api.filters import QueryFlag
from loop.api.listing import Listing, ListQuery
from loop.api.single import Single
from notifications import notices, preferences, staff_addresses
from notifications.models import Message


class NoticeQuery(ListQuery):
    is_read = QueryFlag(required=False)


class NoticeLine(serializers.Serializer[Message]):
    """One line behind the bell."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    case = serializers.IntegerField(source="case_id")
    who = serializers.SerializerMethodField()
    score = serializers.IntegerField(source="case.response.score")
    category = serializers.ChoiceField(Category.choices, source="case.response.category")
    at = Instant(source="event.at", allow_null=True, default=None)
    read_at = Instant(allow_null=True)

    def get_who(self, message: Message) -> str:
        """The customer, as the page names them."""
        return notices.told(message).who


def _notices(caller: Caller) -> QuerySet[Message]:
    if caller.person is None:
        return Message.notices.none()
    found = notices.in_sight(caller.person, timezone.now())
    return found.select_related("event", "case__response", "case__contact", "case__account")


NOTICES = Listing(
    address="me/notices",
    one="notice",
    many="notices",
    summary="List what you were told inside Loop",
    description="Of cases you may see now, the newest first; reading marks none of them. A key is told nothing.",
    rows=_notices,
    line=NoticeLine,
    query=NoticeQuery,
    narrows={"is_read": lambda rows, is_read: rows.filter(read_at__isnull=not is_read)},
    example={
        "id": 4712,
        "kind": "case_assigned",
        "case": 88,
        "who": "Ingrid Moe, Nordlys AS",
        "score": 3,
        "category": "detractor",
        "at": "2026-11-19T08:12:00Z",
        "read_at": None,
    },
)


class Kind(serializers.Serializer[Any]):
    kind = serializers.CharField()
    is_wanted = serializers.BooleanField()


class FurtherAddress(serializers.Serializer[Any]):
    """A chat or a telephone: of its address only what its owner's page shows."""

    channel = serializers.CharField()
    shown = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField())
    trouble = serializers.CharField(help_text="Why the last one did not arrive.")
    arrived_at = Instant(allow_null=True)


class MyMessages(serializers.Serializer[Any]):
    kinds = Kind(many=True)
    addresses = FurtherAddress(many=True)


def _mine(caller: Caller) -> dict[str, Any]:
    if caller.person is None:
        return {"kinds": [], "addresses": []}
    unwanted = preferences.unwanted(caller.person)
    return {
        "kinds": [{"kind": kind, "is_wanted": kind not in unwanted} for kind in preferences.OPTIONAL],
        "addresses": list(staff_addresses.of_person(caller.person).values()),
    }


MY_MESSAGES = Single(
    address="me/messages",
    name="my_messages",
    summary="Of what you are told, and where else than by e-mail",
    description="The kinds that may be switched off. A key is told nothing.",
    read=_mine,
    answer=MyMessages,
    example={
        "kinds": [{"kind": "digest", "is_wanted": True}],
        "addresses": [
            {
                "channel": "chat",
                "shown": "Slack …fQ",
                "kinds": ["case_assigned"],
                "trouble": "",
                "arrived_at": "2026-11-19T08:12:00Z",
            }
        ],
    },
)

LISTS = (NOTICES,)
SINGLES = (MY_MESSAGES,)
