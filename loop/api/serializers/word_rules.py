"""How is it written in JSON which words open a case for an answer that is no low score?"""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from feedback.models.response import Category
from loop.api.fields import LARGEST_INTEGER, Flag, StrictSerializer, Text, WholeNumber

LANGUAGES = [code for code, _name in settings.LANGUAGES]


class WordRuleBody(StrictSerializer):
    for_promoters = Flag()
    for_passives = Flag()
    words = serializers.DictField(
        child=serializers.ListField(child=Text(max_length=200)),
        help_text=f"By language ({', '.join(LANGUAGES)}): beginnings of words, or several words in a row. A language "
        "that is left out has none.",
    )

    def validate_words(self, words: dict[str, list[str]]) -> dict[str, list[str]]:
        unknown = {code: [_("There is no such field.")] for code in words if code not in LANGUAGES}
        if unknown:
            raise serializers.ValidationError(unknown)
        return words


class WordRuleChange(WordRuleBody):
    version = WholeNumber(
        min_value=0,
        max_value=LARGEST_INTEGER,
        required=False,
        help_text="The version the caller last saw; refused with 409 when somebody was faster. Left out: overwrites.",
    )


class WordRuleShown(serializers.Serializer[Any]):
    survey = serializers.CharField(source="survey.key")
    for_promoters = serializers.BooleanField()
    for_passives = serializers.BooleanField()
    words = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    version = serializers.IntegerField(help_text="0 until somebody sets it up.")


class WouldOpenLine(serializers.Serializer[Any]):
    response = serializers.IntegerField(source="response.pk")
    score = serializers.IntegerField(source="response.score")
    category = serializers.ChoiceField(Category.choices, source="response.category")
    word = serializers.CharField(help_text="The entry of the list that stands in the answer.")


class WouldOpenAnswer(serializers.Serializer[Any]):
    looked_at = serializers.IntegerField(help_text="Answers of the last 30 days with words and without a case.")
    would_open = serializers.IntegerField()
    answers = WouldOpenLine(many=True, help_text="The latest first, at most 200.")
