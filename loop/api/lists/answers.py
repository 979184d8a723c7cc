"""responses/ and suspect-answers/: what did customers say, and what may a machine have sent in their place?

The words of an answer that has a case are for those who see the case, as on the page of its account.
"""

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from feedback.models import Response, SuspectAnswer
from feedback.models.response import Category
from feedback.models.suspicion import Settlement, Suspicion
from loop import access
from loop.api.caller import Caller
from loop.api.fields import Choice, ExternalId, Instant, Text
from loop.api.filters import DayOrInstant, QueryFlag, QueryNumber
from loop.api.listing import Listing, ListQuery
from loop.api.lists.customers import seen_contacts
from loop.api.serializers.cases import CaseAccount, CaseContact, CaseRespondent
from loop.models import Case


class ResponseQuery(ListQuery):
    survey = Text(max_length=50, required=False, help_text="The key of a survey.")
    contact = ExternalId(required=False, help_text="The external id of a contact.")
    account = ExternalId(required=False, help_text="The external id of an account.")
    category = Choice(Category.choices, required=False)
    score = QueryNumber(min_value=0, max_value=10, required=False)
    source = Text(max_length=100, required=False, help_text="By which way it came, as it was told.")  # type: ignore[assignment]
    responded_after = DayOrInstant(required=False, help_text="At this time or later; a day means its first moment.")
    responded_before = DayOrInstant(required=False, help_text="Before this time.")


class ResponseLine(serializers.Serializer[Response]):
    """An answer as it stands."""

    id = serializers.IntegerField()
    survey = serializers.CharField(source="survey.key")
    source = serializers.CharField()  # type: ignore[assignment]
    external_id = serializers.CharField()
    score = serializers.IntegerField()
    category = serializers.ChoiceField(Category.choices)
    comment = serializers.SerializerMethodField()
    responded_at = Instant()
    received_at = Instant()
    revised_at = Instant(allow_null=True, help_text="When it was last corrected by whoever gave it.")
    is_late = serializers.BooleanField()
    wants_callback = serializers.SerializerMethodField()
    wants_someone_else = serializers.SerializerMethodField()
    language = serializers.CharField()
    contact = CaseContact(allow_null=True)
    respondent = serializers.SerializerMethodField()
    account = CaseAccount(source="contact.account", allow_null=True, default=None)
    case = serializers.IntegerField(source="seen_case", allow_null=True, help_text="Its case, if the caller sees it.")

    @extend_schema_field(
        serializers.CharField(allow_null=True, help_text="null: it has a case that is not in the caller's sight.")
    )
    def get_comment(self, answer: Response) -> str | None:
        return answer.comment if _may_read(answer) else None

    @extend_schema_field(serializers.BooleanField(allow_null=True))
    def get_wants_callback(self, answer: Response) -> bool | None:
        """Whether they want to be called."""
        return answer.wants_callback if _may_read(answer) else None

    @extend_schema_field(serializers.BooleanField(allow_null=True))
    def get_wants_someone_else(self, answer: Response) -> bool | None:
        """Whether they want somebody else than their usual contact."""
        return answer.wants_someone_else if _may_read(answer) else None

    @extend_schema_field(CaseRespondent(allow_null=True))
    def get_respondent(self, answer: Response) -> dict[str, Any] | None:
        """What somebody without a contact left to be reached by."""
        return dict(CaseRespondent(answer).data) if _may_read(answer) else None


def _may_read(answer: Any) -> bool:
    return answer.seen_case is not None or answer.any_case is None


def _responses(caller: Caller) -> QuerySet[Response]:
    found = Response.objects.counted()
    cases = caller.cases().filter(response=OuterRef("pk")).order_by()
    if caller.person is not None and not access.sees_programme(caller.person):
        known = Q(contact__in=seen_contacts(caller).values("pk"))
        found = found.filter(known | Q(pk__in=caller.cases().order_by().values("response")))
    any_case = Case.objects.filter(response=OuterRef("pk")).order_by()
    return found.select_related("survey", "contact__account").annotate(
        seen_case=Subquery(cases.values("pk")[:1]), any_case=Subquery(any_case.values("pk")[:1])
    )


RESPONSES = Listing(
    address="responses",
    one="response",
    many="responses",
    summary="List answers",
    description="Those that count, the newest first: of contacts, and of cases, in the caller's sight.",
    rows=_responses,
    line=ResponseLine,
    query=ResponseQuery,
    narrows={
        "survey": "survey__key",
        "contact": "contact__external_id",
        "account": "contact__account__external_id",
        "category": "category",
        "score": "score",
        "source": "source",
        "responded_after": "responded_at__gte",
        "responded_before": "responded_at__lt",
    },
    example={
        "id": 512,
        "survey": "relational",
        "source": "survey-tool",
        "external_id": "9f31",
        "score": 3,
        "category": "detractor",
        "comment": "The invoice was wrong twice.",
        "responded_at": "2026-11-19T08:12:00Z",
        "received_at": "2026-11-19T08:12:04Z",
        "revised_at": None,
        "is_late": False,
        "wants_callback": True,
        "wants_someone_else": False,
        "language": "nb",
        "contact": {
            "external_id": "C-2001",
            "name": "Ingrid Moe",
            "email": "ingrid@nordlys.example",
            "phone": "",
            "title": "",
            "language": "nb",
        },
        "respondent": {"name": "", "email": "", "phone": ""},
        "account": {"external_id": "A-1001", "name": "Nordlys AS", "segment": "enterprise"},
        "case": 88,
    },
)


class SuspectQuery(ListQuery):
    settled = QueryFlag(required=False, help_text="Whether somebody has decided about it.")
    suspicion = Choice(Suspicion.choices, required=False)


class SuspectLine(serializers.Serializer[SuspectAnswer]):
    """An answer that counts nowhere until a person says that a person gave it."""

    id = serializers.IntegerField()
    survey = serializers.SerializerMethodField()
    score = serializers.IntegerField()
    comment = serializers.CharField()
    suspicion = serializers.ChoiceField(Suspicion.choices)
    at = Instant()
    contact = CaseContact(source="invitation.contact", allow_null=True, default=None)
    link = serializers.CharField(
        source="link.name", allow_null=True, default=None, help_text="The standing link it came by."
    )
    settled_at = Instant(allow_null=True)
    settlement = serializers.ChoiceField(Settlement.choices, allow_blank=True)
    settled_by = serializers.CharField()

    def get_survey(self, suspect: SuspectAnswer) -> str:
        came_by: Any = suspect.invitation or suspect.link
        return str(came_by.survey.key)


def _suspects(caller: Caller) -> QuerySet[SuspectAnswer]:
    found = access.visible_suspects(caller.person) if caller.person else SuspectAnswer.objects.all()
    return found.select_related("invitation__survey", "invitation__contact", "link__survey")


SUSPECTS = Listing(
    address="suspect-answers",
    one="suspect_answer",
    many="suspect_answers",
    summary="List answers a machine may have given",
    description="The newest first. In the browser leads and administrators, each those they may decide about.",
    rows=_suspects,
    line=SuspectLine,
    people=access.may_verify,
    query=SuspectQuery,
    narrows={
        "settled": lambda rows, settled: rows.filter(settled_at__isnull=not settled),
        "suspicion": "suspicion",
    },
    example={
        "id": 9,
        "survey": "relational",
        "score": 0,
        "comment": "",
        "suspicion": "hidden_link",
        "at": "2026-11-19T08:12:00Z",
        "contact": {
            "external_id": "C-2001",
            "name": "Ingrid Moe",
            "email": "ingrid@nordlys.example",
            "phone": "",
            "title": "",
            "language": "nb",
        },
        "link": None,
        "settled_at": None,
        "settlement": "",
        "settled_by": "",
    },
)
