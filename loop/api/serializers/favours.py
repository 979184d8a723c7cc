"""How is a customer's yes written in JSON?"""

from typing import Any

from rest_framework import serializers

from loop.api.fields import Choice, ExternalId, Instant, StrictSerializer
from loop.api.filters import QueryFlag, QueryNumber
from loop.api.pagination import DEFAULT_SIZE, LARGEST_SIZE, Order
from loop.api.serializers.cases import CaseAccount, CaseContact
from loop.models import Ask, Favour

KINDS = [(ask.value, ask.label) for ask in (Ask.REFERENCE, Ask.REFERRAL)]
ORDERINGS = {"id": Order("pk", int)}
NEWEST_FIRST = "-id"


class FavourQuery(StrictSerializer):
    """What `GET favours/` takes in its address."""

    account = ExternalId(required=False, help_text="The external id of an account.")
    kind = Choice(KINDS, required=False)
    stands = QueryFlag(required=False, help_text="Whether the customer still agrees.")
    page_size = QueryNumber(min_value=1, max_value=LARGEST_SIZE, required=False, default=DEFAULT_SIZE)
    cursor = serializers.CharField(required=False, max_length=500, help_text="From `next` or `previous`.")


class FavourLine(serializers.Serializer[Favour]):
    """To what a customer agreed, and whether they still do."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(KINDS)
    may_name = serializers.BooleanField(help_text="We may name them as a customer.")
    may_call = serializers.BooleanField(help_text="Somebody who considers us may call them.")
    text = serializers.CharField(help_text="In their own words.")
    said_at = Instant()
    revoked_at = Instant(allow_null=True, help_text="When it was taken back: it must not be used any more.")
    survey = serializers.CharField(source="thanks.response.survey.key")
    score = serializers.IntegerField(source="thanks.response.score")
    contact = CaseContact()
    account = CaseAccount(source="contact.account", allow_null=True)


class FavourPage(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = FavourLine(many=True)
