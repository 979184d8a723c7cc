"""How is it written in JSON whom a survey thanks, how, and what it asks?"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from loop.api.fields import LARGEST_INTEGER, Choice, StrictSerializer, Text, WholeNumber
from loop.models import Ask, Thank

LANGUAGES = [code for code, _name in settings.LANGUAGES]
LONGEST_ADDRESS = 500  # characters
NO_ASK = [("", _("nothing")), *Ask.choices]


TEXTS = {
    "type": "object",
    "properties": {language: {"type": "string"} for language in LANGUAGES},
    "additionalProperties": False,
}


@extend_schema_field(
    {
        "type": "object",
        "properties": dict.fromkeys(Ask.values, TEXTS),
        "additionalProperties": False,
        "example": {"review": {"en": "Would you write a few lines about us?"}},
    }
)
class OwnWords(serializers.Field[Any, Any, Any, Any]):
    """Words of one's own by ask and language; what is left out is in Loop's words."""

    default_error_messages = {
        "invalid": _("This must be an object from what is asked to an object from languages to texts."),
    }

    def to_internal_value(self, data: Any) -> dict[str, dict[str, str]]:
        if not isinstance(data, Mapping) or not set(data) <= set(Ask.values):
            self.fail("invalid")
        for texts in data.values():
            if not isinstance(texts, Mapping) or not set(texts) <= set(LANGUAGES):
                self.fail("invalid")
            if not all(isinstance(text, str) for text in texts.values()):
                self.fail("invalid")
        return {ask: dict(texts) for ask, texts in data.items()}

    def to_representation(self, value: Any) -> Any:
        return value


class ThanksPolicyBody(StrictSerializer):
    promoter_thanks = Choice(Thank.choices)
    promoter_ask = Choice(NO_ASK, help_text="Empty: nothing is asked of them.")
    passive_thanks = Choice(Thank.choices)
    passive_ask = Choice(NO_ASK, help_text="Empty: nothing is asked of them.")
    review_url = Text(max_length=LONGEST_ADDRESS, allow_blank=True, required=False, default="")
    referral_url = Text(max_length=LONGEST_ADDRESS, allow_blank=True, required=False, default="")
    quiet_days = WholeNumber(
        min_value=0, max_value=LARGEST_INTEGER, help_text="Nobody is asked again within so many days: 30 to 3650."
    )
    own_words = OwnWords(required=False, default=dict)
    version = WholeNumber(
        min_value=0,
        max_value=LARGEST_INTEGER,
        required=False,
        help_text="The version the caller last saw; refused with 409 when somebody was faster. Left out: overwrites.",
    )


class ThanksPolicyShown(serializers.Serializer[Any]):
    survey = serializers.CharField(source="survey.key")
    promoter_thanks = serializers.CharField()
    promoter_ask = serializers.CharField()
    passive_thanks = serializers.CharField()
    passive_ask = serializers.CharField()
    review_url = serializers.CharField()
    referral_url = serializers.CharField()
    quiet_days = serializers.IntegerField()
    own_words = OwnWords()
    version = serializers.IntegerField(help_text="0 until somebody sets it up.")
