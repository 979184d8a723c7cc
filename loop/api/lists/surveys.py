"""surveys/ and languages/: what is asked, in which words, by which standing links? Never what opens a link."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from rest_framework import serializers

from feedback import fixed_texts, survey_links, surveys
from feedback.models import AddedLanguage, Survey, SurveyLink, SurveyWording
from feedback.models.survey import SurveyKind
from feedback.models.survey_link import LinkKind
from loop import access
from loop.api.caller import Caller
from loop.api.fields import Choice, Instant
from loop.api.filters import QueryFlag
from loop.api.listing import Listing, ListQuery


class SurveyQuery(ListQuery):
    kind = Choice(SurveyKind.choices, required=False)
    is_active = QueryFlag(required=False)


class SurveyLine(serializers.Serializer[Survey]):
    """A survey, and how much it is used."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(SurveyKind.choices)
    scale_min = serializers.IntegerField()
    scale_max = serializers.IntegerField()
    is_active = serializers.BooleanField()
    sender_name = serializers.CharField()
    closes_at = Instant(allow_null=True)
    open_days = serializers.IntegerField()
    remind_after_days = serializers.IntegerField(help_text="Outside waves; 0: no reminder.")
    languages = serializers.SerializerMethodField()
    answers = serializers.IntegerField(help_text="Those that count.")
    waves = serializers.IntegerField(source="wave_count")
    version = serializers.IntegerField()

    def get_languages(self, survey: Survey) -> list[str]:
        return [wording.language for wording in survey.wordings.all()]


class Wording(serializers.Serializer[SurveyWording]):
    """A survey's words in one language; `{company}` becomes the name of the sender."""

    language = serializers.CharField()
    subject = serializers.CharField()
    reminder_subject = serializers.CharField(help_text="Empty: the subject again.")
    introduction = serializers.CharField()
    question = serializers.CharField()
    low_label = serializers.CharField()
    high_label = serializers.CharField()
    follow_up_promoter = serializers.CharField()
    follow_up_other = serializers.CharField()
    thanks = serializers.CharField()
    who_reads = serializers.CharField()
    version = serializers.IntegerField()


class SurveyWhole(SurveyLine):
    """A survey with its words in every language."""

    wordings = Wording(many=True)


def _surveys(_caller: Caller) -> QuerySet[Survey]:
    words = Prefetch("wordings", SurveyWording.objects.order_by("pk"))
    return surveys.with_use(Survey.objects.prefetch_related(words))


SURVEYS = Listing(
    address="surveys",
    one="survey",
    many="surveys",
    summary="List surveys",
    description="In the browser leadership and administrators.",
    rows=_surveys,
    line=SurveyLine,
    whole=SurveyWhole,
    whole_description="With its words in every language.",
    place="<line:key>",
    key="key",
    people=access.sees_programme,
    query=SurveyQuery,
    narrows={"kind": "kind", "is_active": "is_active"},
    example={
        "id": 1,
        "key": "relational",
        "name": "Customer survey",
        "kind": "relational",
        "scale_min": 0,
        "scale_max": 10,
        "is_active": True,
        "sender_name": "",
        "closes_at": None,
        "open_days": 60,
        "remind_after_days": 0,
        "languages": ["en", "sv"],
        "answers": 5120,
        "waves": 4,
        "version": 3,
    },
    besides={
        "wordings": [
            {
                "language": "en",
                "subject": "One question from {company}",
                "reminder_subject": "",
                "introduction": "",
                "question": "How likely are you to recommend us?",
                "low_label": "Not at all likely",
                "high_label": "Extremely likely",
                "follow_up_promoter": "What do you like most?",
                "follow_up_other": "What should we do better?",
                "thanks": "Thank you.",
                "who_reads": "",
                "version": 2,
            }
        ]
    },
)


class LinkLine(serializers.Serializer[SurveyLink]):
    """A standing link, without its address: whoever knows that can answer."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(LinkKind.choices)
    language = serializers.CharField(help_text="Empty: the reader's.")
    is_active = serializers.BooleanField()
    is_open = serializers.SerializerMethodField(help_text="Whether it takes answers now.")
    expires_at = Instant(allow_null=True)
    allowed_origins = serializers.ListField(child=serializers.CharField())
    created_at = Instant()

    def get_is_open(self, link: SurveyLink) -> bool:
        return link.is_open(timezone.now())


class LinkWhole(LinkLine):
    """A standing link and how many answers came in by it."""

    answers = serializers.SerializerMethodField()

    def get_answers(self, link: SurveyLink) -> int:
        return survey_links.answers_by([link])[link.pk]


SURVEY_LINKS = Listing(
    address="surveys/<line:key>/links",
    one="standing_link",
    many="standing_links",
    summary="List the standing links of a survey",
    rows=lambda _caller, survey: SurveyLink.objects.filter(survey=survey),
    line=LinkLine,
    whole=LinkWhole,
    place="<int:link_id>",
    people=access.sees_programme,
    within=SURVEYS,
    example={
        "id": 3,
        "name": "The counter in Malmö",
        "kind": "kiosk",
        "language": "sv",
        "is_active": True,
        "is_open": True,
        "expires_at": None,
        "allowed_origins": [],
        "created_at": "2026-05-04T08:00:00Z",
    },
    besides={"answers": 211},
)


class LanguageLine(serializers.Serializer[AddedLanguage]):
    """A language that was added, and how much of what Loop itself says is in it."""

    id = serializers.IntegerField()
    language = serializers.CharField()
    translated = serializers.SerializerMethodField()
    texts_in_all = serializers.SerializerMethodField()
    version = serializers.IntegerField()

    def get_translated(self, row: AddedLanguage) -> int:
        return fixed_texts.translated(row)

    def get_texts_in_all(self, _row: AddedLanguage) -> int:
        return len(fixed_texts.all_texts())


class LanguageWhole(LanguageLine):
    """A language with its texts."""

    texts: Any = serializers.DictField(child=serializers.CharField(), help_text="By the English text.")


LANGUAGES = Listing(
    address="languages",
    one="language",
    many="languages",
    summary="List added languages",
    description="Those Loop does not ship and somebody has begun to translate. In the browser administrators.",
    rows=lambda _caller: AddedLanguage.objects.all(),
    line=LanguageLine,
    whole=LanguageWhole,
    place="<line:language>",
    key="language",
    people=access.may_manage,
    example={"id": 1, "language": "is", "translated": 31, "texts_in_all": 64, "version": 5},
    besides={"texts": {"Send": "Senda"}},
)
