"""board/ and huddle/: how is a team doing, and what does it talk about this week?

Put together by `loop.board` and `loop.huddle`, as the pages are.
"""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from loop import access, board, huddle
from loop.api.caller import Caller
from loop.api.operation import LoopView, operation
from loop.api.serializers.team import BoardAnswer, BoardQuery, HuddleAnswer
from loop.board import Scope
from loop.models import Team

CASE = {
    "id": 88,
    "url": "https://loop.example.com/cases/88/",
    "state": "new",
    "version": 3,
    "owner": "anna@example.com",
    "team": "North",
    "score": 3,
    "category": "detractor",
    "comment": "The invoice was wrong, again.",
    "contact": {
        "external_id": "C-2001",
        "name": "Ingrid Moe",
        "email": "ingrid@nordlys.example",
        "phone": "",
        "title": "",
        "language": "nb",
    },
    "respondent": {"name": "", "email": "", "phone": ""},
    "account": {"external_id": "A-1001", "name": "Nordlys AS", "segment": "retail"},
    "opened_at": "2026-11-19T08:12:00Z",
    "next_due_at": "2026-11-20T08:12:00Z",
}
LATE = {"case": CASE, "why": "nobody has tried to reach the customer"}
AGREED = {
    **{name: CASE[name] for name in ("url", "owner", "contact", "account")},
    "case": 88,
    "at": "2026-11-20T13:00:00Z",
    "what": "agreed call",
}


class BoardView(LoopView):
    @operation(
        scope="read",
        people=access.may_lead,
        name="get_board",
        summary="How a team is doing",
        description="Who has how much, what is late and why, what nobody can act on, who is away when. In the browser "
        "leads of their teams, leadership and administrators of all; 404 for a team that is not theirs.",
        parameters=[BoardQuery],
        answers={200: BoardAnswer},
        problems=[400, 404],
        examples=[
            OpenApiExample(
                "Answer",
                value={
                    "teams": ["North"],
                    "nobody": [],
                    "calls": [AGREED],
                    "people": [
                        {
                            "person": "anna@example.com",
                            "name": "Anna",
                            "role": "agent",
                            "open": 4,
                            "overdue": 1,
                            "this_week": 2,
                            "takes_cases": True,
                            "away_until": None,
                            "stand_in": None,
                        }
                    ],
                    "queue": [],
                    "overdue": [LATE],
                    "promises": [],
                    "absences": [],
                    "receivers": ["anna@example.com"],
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request) -> Response:
        scope = _scope(request)
        shown = {section.key: section.context for section in board.sections(scope)}
        away = {
            absence.pk: absence
            for row in shown.get("absences", {}).get("rows", [])
            for week in row.weeks
            for absence in week
        }
        told = {
            "teams": [team.name for team in scope.teams],
            "people": shown.get("people", {}).get("loads", []),
            **{key: shown.get(key, {}).get("items", []) for key in ("nobody", "queue", "overdue")},
            **{key: shown.get(key, {}).get("agreed", []) for key in ("calls", "promises")},
            "absences": list(away.values()),
            "receivers": [person.email for person in board.receivers(scope)],
        }
        return Response(BoardAnswer(told).data)


class HuddleView(LoopView):
    @operation(
        scope="read",
        people=access.may_lead,
        name="get_huddle",
        summary="What a team talks about in its ten minutes a week",
        description="New voices, what is late, what was promised, what was learned. For whom the board is.",
        parameters=[BoardQuery],
        answers={200: HuddleAnswer},
        problems=[400, 404],
        examples=[
            OpenApiExample(
                "Answer",
                value={
                    "teams": ["North"],
                    "voices": [CASE],
                    "overdue": [LATE],
                    "promised": [],
                    "learned": [
                        {
                            "cause": "Billing",
                            "cases": [{"id": 81, "url": "https://loop.example.com/cases/81/", "summary": "Credited."}],
                        }
                    ],
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request) -> Response:
        scope = _scope(request)
        shown: dict[str, dict[str, Any]] = {part.key: part.context for part in huddle.parts(scope)}
        told = {
            "teams": [team.name for team in scope.teams],
            "voices": shown.get("voices", {}).get("cases", []),
            "overdue": shown.get("overdue", {}).get("items", []),
            "promised": shown.get("promised", {}).get("agreed", []),
            "learned": shown.get("learned", {}).get("lessons", []),
        }
        return Response(HuddleAnswer(told).data)


def _scope(request: Request) -> Scope:
    """Whose board is asked for. Raises Http404 for a team that is not the caller's to lead."""
    asked = BoardQuery(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    person = Caller.of(request).person
    teams = (Team.objects.all() if person is None else access.boards_of(person)).order_by("name")
    if "team" in asked.validated_data:
        return Scope(person, [get_object_or_404(teams, name=asked.validated_data["team"])], timezone.now())
    return Scope(person, list(teams), timezone.now())
