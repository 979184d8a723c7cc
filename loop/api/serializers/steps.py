"""What does each step on a case take?"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from loop.api.fields import (
    LARGEST_INTEGER,
    Choice,
    Email,
    Flag,
    Instant,
    StrictSerializer,
    Text,
    Version,
    WholeNumber,
)
from loop.calls import REASON_LIMIT
from loop.holds import REASON_LIMIT as HOLD_REASON_LIMIT
from loop.models import CallOutcome, Channel
from loop.promises import WHAT_LIMIT
from loop.together import MOST_TOGETHER
from loop.workflow import TEXT_LIMIT


@extend_schema_field({"type": "object", "additionalProperties": True, "example": {"leaving": False}})
class Answers(serializers.Field[Any, Any, Any, Any]):
    """What the call form asked, by the keys of its questions; `loop.guides` checks the values."""

    default_error_messages = {"invalid": _("This must be an object of questions and answers.")}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class AlsoCase(StrictSerializer):
    """Another case of the same account that the same call deals with."""

    case = WholeNumber(min_value=1, max_value=LARGEST_INTEGER)
    version = Version()


class AlsoCases(serializers.ListSerializer[Any]):
    """One call, three cases: the same is noted on each of them, or on none."""

    def __init__(self) -> None:
        told = "Other cases of the same account that this deals with as well: all of them, or nothing is done."
        super().__init__(child=AlsoCase(), required=False, max_length=MOST_TOGETHER, help_text=told)


class TakeBody(StrictSerializer):
    version = Version()


class CallBody(StrictSerializer):
    starts_at = Instant(help_text="A whole or half hour that is still to come.")
    version = Version()


class CancelCallBody(StrictSerializer):
    version = Version()


class AssignBody(StrictSerializer):
    owner = Email(allow_null=True, help_text="The new owner's address; null gives the case to the queue of `team`.")
    team = Text(max_length=200, required=False, help_text="The name of a team; the owner's own when left out.")
    reason = Text(max_length=300, required=False, help_text="Shown beside the owner.")
    note = Text(
        max_length=TEXT_LIMIT, required=False, allow_blank=True, default="", help_text="Words to whoever gets it."
    )
    version = Version()


class AttemptBody(StrictSerializer):
    channel = Choice(Channel.choices)
    reached = Flag()
    outcome = Choice(
        CallOutcome.choices, required=False, help_text="`reached` exactly when `reached` is true; `sent` for a message."
    )
    note = Text(max_length=TEXT_LIMIT, required=False, allow_blank=True, default="")
    answers = Answers(required=False, help_text="By the keys of the questions of the case's call form.")
    also = AlsoCases()
    version = Version()


class PlanNextBody(StrictSerializer):
    at = Instant(allow_null=True, help_text="When to try next; null drops the plan.")
    reason = Text(max_length=REASON_LIMIT, required=False, allow_blank=True, default="")
    version = Version()


class HoldBody(StrictSerializer):
    until = Instant(help_text="When the customer wants to hear from us again; within 90 days.")
    reason = Text(max_length=HOLD_REASON_LIMIT, help_text="What the customer asked for.")
    version = Version()


class ResumeBody(StrictSerializer):
    version = Version()


class PromiseBody(StrictSerializer):
    what = Text(max_length=WHAT_LIMIT, help_text="In words the customer may read.")
    due_at = Instant()
    promised_by = Email(required=False, help_text="The address of whoever promised; the caller, or else the owner.")
    version = Version()


class KeepPromiseBody(StrictSerializer):
    version = Version()


class MovePromiseBody(StrictSerializer):
    due_at = Instant()
    reason = Text(max_length=TEXT_LIMIT, help_text="What was agreed with the customer.")
    version = Version()


class ResolveBody(StrictSerializer):
    root_cause = Text(max_length=50, help_text="The key of a root cause.")
    summary = Text(max_length=TEXT_LIMIT, help_text="What was done.")
    promises_reason = Text(
        max_length=TEXT_LIMIT,
        required=False,
        allow_blank=True,
        default="",
        help_text="Needed while a promise is unkept: why it is resolved all the same.",
    )
    also = AlsoCases()
    version = Version()


class ReasonBody(StrictSerializer):
    reason = Text(max_length=TEXT_LIMIT)
    version = Version()


class OptionalReasonBody(StrictSerializer):
    reason = Text(max_length=TEXT_LIMIT, required=False, allow_blank=True, default="")
    version = Version()


class SomeoneElseBody(StrictSerializer):
    version = WholeNumber(
        min_value=1, max_value=LARGEST_INTEGER, help_text="The version of the case the caller last saw."
    )


class NoteBody(StrictSerializer):
    note = Text(max_length=TEXT_LIMIT)
    version = Version()
