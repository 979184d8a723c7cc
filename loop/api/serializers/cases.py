"""How is a case written in JSON: as a line of a list, as a whole, and as a step leaves it?"""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from feedback.models.response import Category
from loop import callbacks, timeline, wishes
from loop.api.fields import Instant
from loop.api.links import case_url
from loop.api.serializers.case_mail import MailLine
from loop.models import Callback, Case, CaseEvent, Promise, Resolution, State, Verdict, Wish
from loop.models.event import EventKind
from loop.models.promise import Ending


class CaseContact(serializers.Serializer[Any]):
    external_id = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    title = serializers.CharField()
    language = serializers.CharField()


class CaseRespondent(serializers.Serializer[Any]):
    name = serializers.CharField(source="respondent_name")
    email = serializers.CharField(source="respondent_email")
    phone = serializers.CharField()


class CaseAccount(serializers.Serializer[Any]):
    external_id = serializers.CharField()
    name = serializers.CharField()
    segment = serializers.CharField()


class CaseOutcome(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(Verdict.choices)
    before = serializers.IntegerField()
    after = serializers.IntegerField(allow_null=True)
    at = Instant()


class CaseState(serializers.Serializer[Case]):
    """What steps change about a case, and nothing a customer said: a key that may only write need not read that."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(State.choices)
    version = serializers.IntegerField()
    resolution = serializers.ChoiceField(Resolution.choices, allow_blank=True)
    owner = serializers.CharField(source="owner.email", allow_null=True, default=None)
    owner_reason = serializers.CharField()
    team = serializers.CharField(source="team.name", allow_null=True, default=None)
    opened_at = Instant()
    opened_by_word = serializers.CharField(
        help_text="The word in the answer for which the survey's rule opened the case; empty for all others."
    )
    contact_due_at = Instant()
    contacted_at = Instant(allow_null=True)
    resolve_due_at = Instant()
    resolved_at = Instant(allow_null=True)
    policy = serializers.CharField(
        source="policy.name", allow_null=True, default=None, help_text="The name of the SLA policy it was opened under."
    )
    held_until = Instant(allow_null=True, help_text="Until when the customer asked us to wait.")
    next_try_at = Instant(allow_null=True)
    next_try_reason = serializers.CharField()
    promise_due_at = Instant(allow_null=True, help_text="When the first unkept promise is due.")
    escalation_level = serializers.IntegerField()
    reopened_count = serializers.IntegerField()
    root_cause = serializers.CharField(source="root_cause.key", allow_null=True, default=None)
    url = serializers.SerializerMethodField()

    def get_url(self, case: Case) -> str:
        return case_url(case.pk)


class CaseLine(CaseState):
    """A case in a list."""

    survey = serializers.CharField(source="response.survey.key")
    score = serializers.IntegerField(source="response.score")
    category = serializers.ChoiceField(Category.choices, source="response.category")
    comment = serializers.CharField(source="response.comment")
    responded_at = Instant(source="response.responded_at")
    contact = CaseContact(allow_null=True)
    respondent = CaseRespondent(source="response", help_text="What somebody without a contact left to be reached by.")
    account = CaseAccount(allow_null=True)
    summary = serializers.CharField()
    outcome = CaseOutcome(allow_null=True, default=None)


class TimelineLine(serializers.Serializer[CaseEvent]):
    kind = serializers.ChoiceField(EventKind.choices)
    at = Instant()
    actor = serializers.CharField(
        source="actor.email",
        allow_null=True,
        default=None,
        help_text="null: Loop itself, or a key named in `data.via`.",
    )
    data = serializers.DictField()  # type: ignore[assignment]
    mail = MailLine(allow_null=True, default=None, help_text="The mail the line is about; null on all other lines.")


class CasePromise(serializers.Serializer[Promise]):
    """Something the customer was promised."""

    id = serializers.IntegerField()
    what = serializers.CharField()
    promised_by = serializers.CharField(source="promised_by.email", allow_null=True, default=None)
    due_at = Instant()
    created_at = Instant()
    ended_at = Instant(allow_null=True)
    ending = serializers.ChoiceField(Ending.choices, allow_blank=True, help_text="Empty while it is unkept.")
    end_reason = serializers.CharField()


class CaseCall(serializers.Serializer[Callback]):
    """The call that is agreed with the customer."""

    starts_at = Instant()
    ends_at = Instant()
    owner = serializers.CharField(
        source="owner.email", allow_null=True, default=None, help_text="Who calls; null while nobody has the case."
    )
    booked_at = Instant()


class CaseWithCall(CaseState):
    """The case as a step on its call left it, and the call."""

    callback = serializers.SerializerMethodField()

    @extend_schema_field(CaseCall(allow_null=True))
    def get_callback(self, case: Case) -> dict[str, Any] | None:
        call = callbacks.of_case(case)
        return dict(CaseCall(call).data) if call is not None else None


class CaseWhole(CaseLine, CaseWithCall):
    """A case with what was agreed and promised, and its story, newest first."""

    wish = serializers.SerializerMethodField()
    wants_someone_else = serializers.BooleanField(
        help_text="The customer asked for somebody other than their usual contact."
    )
    waiting_since = Instant(
        allow_null=True, help_text="Since when we wait for the customer to answer what we wrote; null when we do not."
    )
    customer_confirmed_at = Instant(allow_null=True, help_text="When the customer said themselves that it is solved.")
    promises = serializers.SerializerMethodField()
    promises_reason = serializers.CharField(help_text="Why it was resolved although a promise was unkept.")
    timeline = serializers.SerializerMethodField()

    @extend_schema_field(CasePromise(many=True))
    def get_promises(self, case: Case) -> list[dict[str, Any]]:
        made: Any = CasePromise(case.promises.select_related("promised_by").order_by("due_at", "pk"), many=True)  # type: ignore[arg-type]
        return list(made.data)

    @extend_schema_field(
        serializers.ChoiceField(
            Wish.choices, allow_blank=True, help_text="How else the customer wants to hear from us than by telephone."
        )
    )
    def get_wish(self, case: Case) -> str:
        return wishes.wish_of(case)

    def get_timeline(self, case: Case) -> list[dict[str, Any]]:
        lines: Any = TimelineLine(timeline.story(case), many=True)  # type: ignore[arg-type]
        return list(lines.data)
