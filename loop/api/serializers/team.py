"""How are a lead's board and the weekly huddle written: their sections by name, each empty where it has nothing?"""

from typing import Any

from rest_framework import serializers

from feedback.models.response import Category
from loop.api.fields import Instant, StrictSerializer, Text
from loop.api.links import case_url
from loop.api.serializers.absences import AbsenceLine
from loop.api.serializers.cases import CaseAccount, CaseContact, CaseRespondent
from loop.models import Case, State


class BoardQuery(StrictSerializer):
    team = Text(max_length=200, required=False, help_text="The name of a team; left out: all the caller leads.")


class BoardCase(serializers.Serializer[Case]):
    """A case as it stands on the board; `cases/{id}/` has the whole."""

    id = serializers.IntegerField()
    url = serializers.SerializerMethodField()
    state = serializers.ChoiceField(State.choices)
    version = serializers.IntegerField()
    owner = serializers.CharField(source="owner.email", allow_null=True, default=None)
    team = serializers.CharField(source="team.name", allow_null=True, default=None)
    score = serializers.IntegerField(source="response.score")
    category = serializers.ChoiceField(Category.choices, source="response.category")
    comment = serializers.CharField(source="response.comment")
    contact = CaseContact(allow_null=True)
    respondent = CaseRespondent(source="response")
    account = CaseAccount(allow_null=True)
    opened_at = Instant()
    next_due_at = Instant(allow_null=True, help_text="The due time that counts in its state; null when it is closed.")

    def get_url(self, case: Case) -> str:
        return case_url(case.pk)


class BoardItem(serializers.Serializer[Any]):
    case = BoardCase()
    why = serializers.CharField(help_text="Why it stands there.")


class BoardAgreed(serializers.Serializer[Any]):
    """A call or a promise."""

    case = serializers.IntegerField(source="case.pk")
    url = serializers.SerializerMethodField()
    owner = serializers.CharField(source="case.owner.email", allow_null=True, default=None)
    contact = CaseContact(source="case.contact", allow_null=True)
    account = CaseAccount(source="case.account", allow_null=True)
    at = Instant()
    what = serializers.CharField()

    def get_url(self, agreed: Any) -> str:
        return case_url(agreed.case.pk)


class BoardPerson(serializers.Serializer[Any]):
    person = serializers.CharField(source="person.email")
    name = serializers.CharField(source="person.display_name")
    role = serializers.CharField(source="person.role")
    open = serializers.IntegerField()
    overdue = serializers.IntegerField()
    this_week = serializers.IntegerField(help_text="Due before next Monday, and not overdue.")
    takes_cases = serializers.BooleanField()
    away_until = serializers.DateField(source="person.away_until", allow_null=True)
    stand_in = serializers.CharField(source="person.stand_in.email", allow_null=True, default=None)


class BoardAnswer(serializers.Serializer[Any]):
    teams = serializers.ListField(child=serializers.CharField(), help_text="Whose board it is.")
    nobody = BoardItem(many=True, help_text="What nobody can act on as it is; at most 50, as the other lists of cases.")
    calls = BoardAgreed(many=True, help_text="Agreed for today.")
    people = BoardPerson(many=True, help_text="Whoever has most overdue first.")
    queue = BoardItem(many=True, help_text="What anybody of the team can take.")
    overdue = BoardItem(many=True)
    promises = BoardAgreed(many=True, help_text="Promised by today and not kept.")
    absences = AbsenceLine(many=True, help_text="Of this week and the four after it.")
    receivers = serializers.ListField(
        child=serializers.CharField(), help_text="The addresses of those a case can be given to, by `assign/`."
    )


class HuddleLesson(serializers.Serializer[Any]):
    cause = serializers.CharField()
    cases = serializers.SerializerMethodField()

    def get_cases(self, lesson: Any) -> list[dict[str, Any]]:
        """What was done each time."""
        return [{"id": case.pk, "url": case_url(case.pk), "summary": case.summary} for case in lesson.cases]


class HuddleAnswer(serializers.Serializer[Any]):
    teams = serializers.ListField(child=serializers.CharField(), help_text="Whose huddle it is.")
    voices = BoardCase(many=True, help_text="Of the last seven days, the unhappiest first; at most 12.")
    overdue = BoardItem(many=True)
    promised = BoardAgreed(many=True, help_text="Promised by today and not kept.")
    learned = HuddleLesson(many=True, help_text="Why the customers of cases resolved in seven days were unhappy.")
