"""How are accounts and contacts written in JSON?"""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from feedback import codes
from feedback.models import Account, Contact
from loop.api.fields import Amount, Attributes, Code, Email, ExternalId, Flag, Instant, StrictSerializer, Text, Zone
from loop.models import AccountOwner


class AccountBody(StrictSerializer):
    """What may be said about an account. What is left out stays as it is."""

    name = Text(max_length=300, required=False)
    owner = Email(required=False, help_text="The address of the person who looks after this account.")
    segment = Text(max_length=100, required=False, allow_blank=True)
    country = Code(
        _("a two-letter country code such as SE (ISO 3166-1)"), codes.is_country, help_text="ISO 3166-1, such as SE."
    )
    annual_value = Amount(required=False, min_value=0)
    currency = Code(
        _("a three-letter currency code such as SEK (ISO 4217)"), codes.is_currency, help_text="ISO 4217, such as SEK."
    )
    size = Text(max_length=50, required=False, allow_blank=True, help_text="In your own words, such as large.")
    attributes = Attributes(required=False, help_text="Whatever else you select by; null takes one away.")


class AccountAnswer(serializers.Serializer[Account]):
    external_id = serializers.CharField()
    name = serializers.CharField()
    owner = serializers.SerializerMethodField()
    segment = serializers.CharField()
    country = serializers.CharField()
    annual_value = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    currency = serializers.CharField()
    size = serializers.CharField()
    attributes = Attributes()

    def get_owner(self, account: Account) -> str | None:
        ownership = AccountOwner.objects.select_related("user").filter(account=account).first()
        return ownership.user.email if ownership else None


class ContactBody(StrictSerializer):
    """What may be said about a contact. What is left out stays as it is."""

    account = ExternalId(required=False, help_text="The external id of an account Loop knows.")
    name = Text(max_length=300, required=False, allow_blank=True)
    email = Email(required=False, allow_blank=True)
    phone = Text(max_length=50, required=False, allow_blank=True)
    language = Code(_("a language code such as sv (ISO 639)"), codes.is_language, help_text="Such as sv.")
    time_zone = Zone(required=False, allow_blank=True, help_text="Such as Europe/Stockholm.")
    title = Text(max_length=200, required=False, allow_blank=True)
    is_decision_maker = Flag(required=False)
    last_activity_at = Instant(required=False, help_text="When they last had to do with you.")
    attributes = Attributes(required=False, help_text="Whatever else you select by; null takes one away.")


class ContactAnswer(serializers.Serializer[Contact]):
    external_id = serializers.CharField(allow_null=True)
    account = serializers.CharField(source="account.external_id", allow_null=True, default=None)
    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    language = serializers.CharField()
    time_zone = serializers.CharField()
    title = serializers.CharField()
    is_decision_maker = serializers.BooleanField()
    last_activity_at = Instant(allow_null=True)
    attributes = Attributes()
