"""GET reports/{name}/: the figures of `loop.reporting`, for what the caller may see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.models.survey import SurveyKind
from feedback.reporting import By
from loop import sight
from loop.api.caller import Caller
from loop.api.operation import LoopView, operation
from loop.api.serializers.money_reports import ResponseRateAnswer, RevenueAnswer
from loop.api.serializers.overview import OverviewAnswer
from loop.api.serializers.people_reports import ChangeAnswer, IntegrityAnswer, PeopleAnswer
from loop.api.serializers.reports import LoopAnswer, NpsAnswer, RecoveryAnswer
from loop.models import User
from loop.report_pages.overview import overview
from loop.reporting import filters
from loop.reporting.change import change_report
from loop.reporting.filters import ReportFilters
from loop.reporting.integrity import integrity_report
from loop.reporting.loop_metrics import loop_report
from loop.reporting.nps import nps_details
from loop.reporting.people import people_report
from loop.reporting.recovery import recovery_report
from loop.reporting.responses import response_report
from loop.reporting.revenue import revenue_report


class Figures(Protocol):
    def as_dict(self) -> dict[str, object]: ...


@dataclass(frozen=True)
class Report:
    """One report: who counts it, and what it looks like."""

    name: str
    summary: str
    count: Callable[[User | None, ReportFilters, datetime], Figures]
    answer: type[serializers.Serializer[Any]]


REPORTS = (
    Report("overview", "One figure of each report, and the goal due next", overview, OverviewAnswer),
    Report("nps", "NPS with its interval, and how it moved", nps_details, NpsAnswer),
    Report("loop", "How fast and how well cases are followed up", loop_report, LoopAnswer),
    Report("recovery", "What became of the scores after following up", recovery_report, RecoveryAnswer),
    Report("responses", "Who answers, and what the silent could have made of it", response_report, ResponseRateAnswer),
    Report("revenue", "Revenue at risk, heard from and recovered", revenue_report, RevenueAnswer),
    Report("change", "How the same customers answered before and after", change_report, ChangeAnswer),
    Report("people", "Who stands out, and is it more than chance", people_report, PeopleAnswer),
    Report("integrity", "What is worth a look before figures are believed", integrity_report, IntegrityAnswer),
)

PARAMETERS = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="The first day; left out: eleven months before `to`'s."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="The last day; today when left out."),
    OpenApiParameter("kind", OpenApiTypes.STR, enum=SurveyKind.values, description="Surveys of one kind."),
    OpenApiParameter("survey", OpenApiTypes.STR, description="The key of a survey."),
    OpenApiParameter("touchpoint", OpenApiTypes.STR, description="What caused the question, such as ticket_closed."),
    OpenApiParameter("segment", OpenApiTypes.STR, description="A segment some account is in."),
    OpenApiParameter("country", OpenApiTypes.STR, description="Two letters (ISO 3166-1): a country with an account."),
    OpenApiParameter("account", OpenApiTypes.STR, description="The number of an account in the system it comes from."),
    OpenApiParameter("team", OpenApiTypes.STR, description="The name of a team, or its number."),
    OpenApiParameter("by", OpenApiTypes.STR, enum=[by.value for by in By], description="What a row stands for."),
]


def view_of(report: Report) -> type[LoopView]:
    """The view of one report."""

    def get(self: LoopView, request: Request) -> Response:
        now = timezone.now()
        person = Caller.of(request).person
        chosen = filters.parse(request.query_params, now=now, reader=person)
        with sight.remembering():
            return Response(report.count(person, chosen, now).as_dict())

    described = operation(
        scope="read",
        name=f"report_{report.name}",
        summary=report.summary,
        description="Days are those of the installation's time zone.",
        parameters=PARAMETERS,
        answers={200: report.answer},
        problems=[HTTPStatus.BAD_REQUEST],
    )
    return type(f"{report.name.title()}ReportView", (LoopView,), {"get": described(get)})
