"""root-causes/, guides/, mail-templates/: with which causes, questions and words are cases worked on?"""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from feedback.models.response import Category
from loop import access
from loop.api.caller import Caller
from loop.api.fields import Choice, Text
from loop.api.filters import QueryFlag
from loop.api.listing import Listing, ListQuery
from loop.models import ConversationGuide, MailTemplate, RootCause


class CauseQuery(ListQuery):
    is_active = QueryFlag(required=False)


class CauseLine(serializers.Serializer[RootCause]):
    """A reason a case can be resolved with, by its `key`."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    names = serializers.DictField(child=serializers.CharField(), help_text="By language, where it is another one.")
    is_active = serializers.BooleanField()


def _causes(caller: Caller) -> QuerySet[RootCause]:
    """Those in use are offered to everybody who resolves a case; the retired ones stand on a page of setup alone."""
    everything = caller.person is None or access.may_manage(caller.person)
    return RootCause.objects.all() if everything else RootCause.objects.filter(is_active=True)


ROOT_CAUSES = Listing(
    address="root-causes",
    one="root_cause",
    many="root_causes",
    summary="List root causes",
    description="In the browser those in use; administrators all.",
    rows=_causes,
    line=CauseLine,
    place="<line:key>",
    key="key",
    query=CauseQuery,
    narrows={"is_active": "is_active"},
    example={"id": 1, "key": "billing", "name": "Billing", "names": {"sv": "Fakturering"}, "is_active": True},
)


class GuideQuery(ListQuery):
    survey = Text(max_length=50, required=False, help_text="The key of a survey.")
    category = Choice(Category.choices, required=False)


class GuideQuestion(serializers.Serializer[Any]):
    key = serializers.CharField()
    kind = serializers.CharField(help_text="text, choice, yes_no or number.")
    required = serializers.BooleanField(default=False)  # type: ignore[assignment]
    labels = serializers.JSONField(default=dict, help_text="By language.")
    options = serializers.JSONField(default=dict, help_text="Of a choice, by language.")


class GuideLine(serializers.Serializer[ConversationGuide]):
    """What a caller says and asks; the most specific guide holds."""

    id = serializers.IntegerField()
    survey = serializers.CharField(source="survey.key", allow_null=True, default=None, help_text="null: of any survey.")
    category = serializers.ChoiceField(Category.choices, allow_blank=True, help_text="Empty: of any.")
    texts = serializers.JSONField(help_text="Lines by language.")
    questions = GuideQuestion(many=True)


GUIDES = Listing(
    address="guides",
    one="guide",
    many="guides",
    summary="List guides for calls",
    description="In the browser administrators; on a case its own stands beside it.",
    rows=lambda _caller: ConversationGuide.objects.select_related("survey"),
    line=GuideLine,
    people=access.may_manage,
    query=GuideQuery,
    narrows={"survey": "survey__key", "category": "category"},
    example={
        "id": 1,
        "survey": None,
        "category": "detractor",
        "texts": {"en": ["Thank them for their answer."]},
        "questions": [
            {
                "key": "expected",
                "kind": "text",
                "required": True,
                "labels": {"en": "What had they expected?"},
                "options": {},
            }
        ],
    },
)


class TemplateQuery(ListQuery):
    key = Text(max_length=50, required=False)
    language = Text(max_length=10, required=False)
    is_active = QueryFlag(required=False)


class TemplateLine(serializers.Serializer[MailTemplate]):
    """Words to begin a mail to a customer with; variables stand in braces."""

    id = serializers.IntegerField()
    key = serializers.CharField(help_text="The same in every language.")
    language = serializers.CharField()
    name = serializers.CharField()
    subject = serializers.CharField()
    text = serializers.CharField()
    position = serializers.IntegerField()
    is_active = serializers.BooleanField()


MAIL_TEMPLATES = Listing(
    address="mail-templates",
    one="mail_template",
    many="mail_templates",
    summary="List templates for mails to customers",
    description="In the browser administrators.",
    rows=lambda _caller: MailTemplate.objects.all(),
    line=TemplateLine,
    place="<int:template_id>",
    people=access.may_manage,
    query=TemplateQuery,
    narrows={"key": "key", "language": "language", "is_active": "is_active"},
    example={
        "id": 1,
        "key": "sorry",
        "language": "en",
        "name": "We are sorry",
        "subject": "Your answer",
        "text": "Dear {name}, …",
        "position": 1,
        "is_active": True,
    },
)
