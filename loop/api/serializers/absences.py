"""What does an absence look like from outside, and what does trying the assignment take and tell?"""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from loop.api.fields import Email, ExternalId, Flag, StrictSerializer, Text, WholeNumber
from loop.models import Absence


class Day(serializers.DateField):
    """A day, as JSON text."""

    default_error_messages = {"invalid": _("This must be a day such as 2026-11-21.")}

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str):
            self.fail("invalid", format="2026-11-21")
        return super().to_internal_value(value)


class AbsenceBody(StrictSerializer):
    person = Email(required=False, help_text="The address of who is away; your own when left out.")
    starts_on = Day(help_text="The first day away.")
    ends_on = Day(help_text="The last day away.")
    substitute = Email(required=False, allow_null=True, help_text="The address of who stands in; null: nobody.")


class AbsenceLine(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    person = serializers.SerializerMethodField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    substitute = serializers.SerializerMethodField()

    def get_person(self, absence: Absence) -> str:
        return absence.user.email

    def get_substitute(self, absence: Absence) -> str | None:
        return absence.substitute.email if absence.substitute is not None else None


class TryBody(StrictSerializer):
    contact = ExternalId(help_text="The external id of a contact.")
    score = WholeNumber(min_value=0, max_value=10)
    survey = Text(max_length=50, required=False, default="relational", help_text="The key of a survey.")
    comment = Text(required=False, allow_blank=True, default="", max_length=10_000)
    touchpoint = Text(required=False, allow_blank=True, default="", max_length=50)
    wants_someone_else = Flag(required=False, default=False)


class TryLook(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="What was looked at: the account's owner, a rule, the queue.")
    decided = serializers.BooleanField()
    why = serializers.CharField()


class TryAnswer(serializers.Serializer[Any]):
    owner = serializers.CharField(allow_null=True, help_text="The address of who would get the case.")
    team = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    looked_at = TryLook(many=True)
