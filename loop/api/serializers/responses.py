"""How is an answer handed in, and what is said back about it?"""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction
from rest_framework import serializers

from feedback.models.response import Category
from feedback.responses import COMMENT_LIMIT
from loop.api.fields import Email, ExternalId, Flag, Instant, Score, StrictSerializer, Text
from loop.models import State

MOST_AT_ONCE = 1000


class Respondent(StrictSerializer):
    """A respondent that the caller's system has no id for."""

    email = Email()
    name = Text(max_length=300, required=False, allow_blank=True)
    account = ExternalId(required=False, help_text="The external id of an account Loop knows.")


class RespondentField(serializers.Field[Any, Any, Any, Any]):
    """The external id of a contact, or an object that names the person."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.by_id, self.by_address = ExternalId(), Respondent()

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str):
            return self.by_id.run_validation(data)
        if isinstance(data, dict):
            return self.by_address.run_validation(data)
        raise serializers.ValidationError("This must be the external id of a contact, or {email, name, account}.")


class RespondentDescription(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Tells the OpenAPI description of both, so that it holds what it refers to."""

    target_class = RespondentField

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        by_id = {"type": "string", "maxLength": 200, "minLength": 1, "description": "The external id of a contact."}
        return {
            "oneOf": [by_id, auto_schema.resolve_serializer(Respondent, direction).ref],
            "nullable": True,
            "description": "Who answered: the external id of a contact, or an address; null for an anonymous answer.",
        }


class AnswerBody(StrictSerializer):
    """One answer to a survey."""

    survey = Text(max_length=50, required=False, default="relational", help_text="The key of a survey.")
    contact = RespondentField(allow_null=True)
    score = Score(help_text="On the survey's scale: 0-10, or 1-10 where the survey says so.")
    comment = Text(required=False, allow_blank=True, max_length=COMMENT_LIMIT, default="")
    responded_at = Instant(required=False, allow_null=True, default=None, help_text="Now, when left out.")
    source = ExternalId(  # type: ignore[assignment]
        max_length=100, required=False, default="api", help_text="Which system the answer was given in."
    )
    external_id = ExternalId(
        required=False, allow_blank=True, default="", help_text="What that system calls it: told twice, stored once."
    )
    wants_callback = Flag(required=False, default=False)
    wants_someone_else = Flag(
        required=False, default=False, help_text="They asked for somebody other than their usual contact."
    )
    phone = Text(max_length=50, required=False, allow_blank=True, default="")


class OpenedCase(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(State.choices)
    owner = serializers.CharField(allow_null=True)
    contact_due_at = Instant()
    url = serializers.URLField()


class AnswerTaken(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    category = serializers.ChoiceField(Category.choices)
    case = OpenedCase(allow_null=True)


class AnswersBody(StrictSerializer):
    """The second way to hand in many answers; the first is the bare list."""

    responses = serializers.ListField(child=serializers.JSONField())


class AnswerOutcome(serializers.Serializer[Any]):
    """What became of one of many: what `POST responses/` would have answered."""

    status = serializers.IntegerField(help_text="201 stored, 200 told before, 400 not acceptable, 500 our fault.")
    id = serializers.IntegerField(required=False)
    category = serializers.ChoiceField(Category.choices, required=False)
    case = OpenedCase(allow_null=True, required=False)
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


class AnswerOutcomes(serializers.Serializer[Any]):
    results = AnswerOutcome(many=True, help_text="In the order of the answers handed in.")
