"""reports/planner/: how many answers are enough, planned with what our own answers are like?"""

from http import HTTPStatus
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from loop import sight
from loop.api.caller import Caller
from loop.api.fields import StrictSerializer
from loop.api.filters import QueryFlag
from loop.api.operation import LoopView, operation
from loop.api.serializers.reports import Covered, ShareOf
from loop.api.views.reports import PARAMETERS
from loop.report_pages.responses import USUAL, planner_figures
from loop.reporting import filters


class PlannerQuery(StrictSerializer):
    width = serializers.FloatField(
        min_value=0.5, max_value=100, required=False, default=float(USUAL["width"]), help_text="Know the NPS to ± that."
    )
    change = serializers.FloatField(
        min_value=0.5, max_value=200, required=False, default=float(USUAL["change"]), help_text="See such a change."
    )
    population = QueryFlag(required=False, default=False, help_text="Correct for the finite number of customers.")


OWN: tuple[str, ...] = tuple(PlannerQuery().fields)  # beside the filters of all reports


class Plan(serializers.Serializer[Any]):
    answers = serializers.IntegerField()
    asked = serializers.IntegerField(allow_null=True, help_text="At the rate of today; null where there is none.")
    too_many = serializers.BooleanField(help_text="There are not so many people to ask.")


class HalfWidth(serializers.Serializer[Any]):
    answers = serializers.IntegerField()
    points = serializers.FloatField()


class PlannerAnswer(serializers.Serializer[Any]):
    filters = Covered()
    contacts = serializers.IntegerField(help_text="People who may be asked at all.")
    variance = serializers.FloatField(help_text="Of the codes -1, 0 and +1.")
    is_own = serializers.BooleanField(help_text="Of our own answers; else the largest there can be.")
    n = serializers.IntegerField(allow_null=True, help_text="How many answers of our own there are.")
    response_rate = ShareOf()
    width = serializers.FloatField()
    for_width = Plan()
    change = serializers.FloatField()
    for_change = Plan(help_text="In each of two waves; found four times out of five.")
    half_widths = HalfWidth(many=True, help_text="How sure so many answers are.")


EXAMPLE = {
    "filters": {
        **dict.fromkeys(("kind", "survey", "touchpoint", "segment", "country", "account", "team"), ""),
        "from": "2025-12-01",
        "to": "2026-11-19",
    },
    "contacts": 1200,
    "variance": 0.61,
    "is_own": True,
    "n": 412,
    "response_rate": {"count": 412, "n": 1130, "share": 0.3646, "interval": [0.337, 0.3931]},
    "width": 10.0,
    "for_width": {"answers": 235, "asked": 645, "too_many": False},
    "change": 10.0,
    "for_change": {"answers": 958, "asked": 2628, "too_many": True},
    "half_widths": [{"answers": 100, "points": 15.31}],
}


class PlannerView(LoopView):
    @operation(
        scope="read",
        name="report_planner",
        summary="How many answers are enough",
        description="The others of its parameters are those of every report: whose answers it is planned with.",
        parameters=[PlannerQuery, *PARAMETERS],
        answers={200: PlannerAnswer},
        problems=[HTTPStatus.BAD_REQUEST],
        examples=[OpenApiExample("Answer", value=EXAMPLE, response_only=True, status_codes=["200"])],
    )
    def get(self, request: Request) -> Response:
        now, person = timezone.now(), Caller.of(request).person
        query = request.query_params.copy()
        said = {name: query.pop(name)[-1] for name in OWN if name in query}
        chosen = filters.parse(query, now=now, reader=person)
        asked = PlannerQuery(data=said)
        asked.is_valid(raise_exception=True)
        own = {name: str(value) for name, value in asked.validated_data.items() if value}
        with sight.remembering():
            found = planner_figures(person, chosen, now, own)
        if not found["form"].is_valid():
            raise ValidationError(found["form"].errors)
        return Response(PlannerAnswer(_told(found, chosen)).data)


def _told(found: dict[str, Any], chosen: filters.ReportFilters) -> dict[str, Any]:
    names = ("contacts", "variance", "is_own", "width", "change", "for_width", "for_change")
    return {
        **{name: found[name] for name in names},
        "filters": chosen.as_dict(),
        "n": found["total"].n if found["total"] is not None else None,
        "response_rate": found["rate"].as_dict(),
        "half_widths": [{"answers": n, "points": points} for n, points in found["widths"]],
    }
