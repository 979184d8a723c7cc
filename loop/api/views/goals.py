"""goals/ and benchmarks/: what is the NPS to become, is it on its way, and what have others published?"""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.models import Survey
from loop import access, benchmarks, goals
from loop.api.caller import Caller
from loop.api.idempotency import idempotent
from loop.api.operation import LoopView, operation
from loop.api.serializers.goals import BenchmarkBody, BenchmarkLine, Benchmarks, GoalBody, GoalLine, Goals
from loop.benchmarks import BenchmarkFacts
from loop.goals import GoalFacts
from loop.models import Benchmark, Goal
from loop.reporting.goals import goals_of, progress

GOAL_EXAMPLE = OpenApiExample(
    "Five points by the end of the second quarter",
    value={
        "points": 5,
        "due_on": "2027-06-30",
        "baseline_first": "2026-10-01",
        "baseline_last": "2026-12-31",
        "survey": "relational",
    },
    request_only=True,
)
BENCHMARK_EXAMPLE = OpenApiExample(
    "A published value",
    value={
        "name": "Software companies in the Nordics",
        "value": 38,
        "source": "Example Research, Nordic NPS report, page 12",
        "year": 2025,
    },
    request_only=True,
)


class GoalsView(LoopView):
    @operation(
        scope="read",
        name="list_goals",
        summary="Goals in use, and whether the change so far is more than chance",
        description="Counted by the answers the caller may see. Those due next come first; at most twelve.",
        answers={200: Goals},
    )
    def get(self, request: Request) -> Response:
        found = goals_of(Caller.of(request).person, timezone.now())
        return Response({"results": [each.as_dict() for each in found]})

    @operation(
        scope="manage",
        people=access.may_set_goals,
        name="create_goal",
        summary="Set a goal",
        description="In the browser leadership and administrators may.",
        request=GoalBody,
        answers={201: GoalLine},
        examples=[GOAL_EXAMPLE],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        return Response(_save_goal(request), status=201)


class GoalView(LoopView):
    @operation(
        scope="manage",
        people=access.may_set_goals,
        name="put_goal",
        summary="Change a goal, retire it or bring it back",
        description="What is left out is as for a new goal.",
        request=GoalBody,
        answers={200: GoalLine},
        problems=[404],
        examples=[GOAL_EXAMPLE],
    )
    def put(self, request: Request, goal_id: int) -> Response:
        return Response(_save_goal(request, get_object_or_404(Goal, pk=goal_id)))


class BenchmarksView(LoopView):
    @operation(
        scope="read",
        name="list_benchmarks",
        summary="Values of others, with their sources",
        answers={200: Benchmarks},
    )
    def get(self, request: Request) -> Response:
        rows = Benchmark.objects.order_by("-is_active", "-year", "pk")
        return Response({"results": BenchmarkLine(rows, many=True).data})

    @operation(
        scope="manage",
        people=access.may_manage,
        name="create_benchmark",
        summary="Add a value somebody published",
        request=BenchmarkBody,
        answers={201: BenchmarkLine},
        examples=[BENCHMARK_EXAMPLE],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        return Response(_save_benchmark(request), status=201)


class BenchmarkView(LoopView):
    @operation(
        scope="manage",
        people=access.may_manage,
        name="put_benchmark",
        summary="Change a value of others, retire it or bring it back",
        request=BenchmarkBody,
        answers={200: BenchmarkLine},
        problems=[404],
        examples=[BENCHMARK_EXAMPLE],
    )
    def put(self, request: Request, benchmark_id: int) -> Response:
        return Response(_save_benchmark(request, get_object_or_404(Benchmark, pk=benchmark_id)))


def _save_goal(request: Request, goal: Goal | None = None) -> dict[str, object]:
    caller, now = Caller.of(request), timezone.now()
    body = GoalBody(data=request.data)
    body.is_valid(raise_exception=True)
    values: dict[str, Any] = dict(body.validated_data)
    key = values.pop("survey")
    survey = Survey.objects.filter(key=key).first() if key else None
    if key and survey is None:
        raise ValidationError({"survey": _("There is no survey “%(key)s”.") % {"key": key}})
    saved = goals.save(GoalFacts(survey=survey, **values), goal=goal, actor=caller.person, now=now)
    return progress(caller.person, saved, now).as_dict()


def _save_benchmark(request: Request, benchmark: Benchmark | None = None) -> Any:
    caller = Caller.of(request)
    body = BenchmarkBody(data=request.data)
    body.is_valid(raise_exception=True)
    facts = BenchmarkFacts(**body.validated_data)
    saved = benchmarks.save(facts, benchmark=benchmark, actor=caller.person, now=timezone.now())
    return BenchmarkLine(saved).data
