"""studies/: who is called first is drawn by lot. Reading what the studies say, starting one, stopping it."""

from http import HTTPStatus

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.models import Survey
from loop import access, studies
from loop.api.caller import Caller
from loop.api.idempotency import idempotent
from loop.api.operation import LoopView, operation
from loop.api.serializers.studies import StopBody, StudyBody, StudyLine, StudyList
from loop.changes import ChangeRefused
from loop.models import Study
from loop.reporting.studies import figures

EXAMPLE = {
    "survey": "recovery",
    "decides_at": "2027-11-30T00:00:00+01:00",
    "expected_share": 0.45,
    "smallest_effect": 0.15,
    "exempt_up_to": 2,
    "exempt_value": "250000.00",
}


class StudiesView(LoopView):
    @operation(
        scope="read",
        people=access.may_manage,
        name="list_studies",
        summary="What the studies in random order say",
        description="The latest first. Before `decides_at` a study has its interval and no verdict.",
        answers={200: StudyList},
    )
    def get(self, request: Request) -> Response:
        found = figures(studies.all_of_them(), timezone.now())
        return Response({"results": [StudyLine(one.as_dict()).data for one in found]})

    @operation(
        scope="manage",
        people=access.may_manage,
        name="start_study",
        summary="Start drawing who is called first",
        description="Of the cases that open from now on. There is one study at a time, and nothing of it can be "
        "changed afterwards.",
        request=StudyBody,
        answers={201: StudyLine},
        examples=[OpenApiExample("A year", value=EXAMPLE, request_only=True)],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = StudyBody(data=request.data)
        body.is_valid(raise_exception=True)
        facts, now = dict(body.validated_data), timezone.now()
        survey = Survey.objects.filter(key=facts.pop("survey")).first()
        if survey is None:
            raise ChangeRefused("survey", _("There is no such survey."))
        study = studies.start(survey=survey, **facts, actor=Caller.of(request).person, now=now)
        return Response(StudyLine(figures([study], now)[0].as_dict()).data, status=HTTPStatus.CREATED)


class StopStudyView(LoopView):
    @operation(
        scope="manage",
        people=access.may_manage,
        name="stop_study",
        summary="Stop a study before its day, without a verdict",
        request=StopBody,
        answers={200: StudyLine},
        problems=[HTTPStatus.NOT_FOUND],
        examples=[OpenApiExample("Why", value={"reason": "The team is half its size."}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request, study_id: int) -> Response:
        body = StopBody(data=request.data)
        body.is_valid(raise_exception=True)
        study, now = get_object_or_404(Study, pk=study_id), timezone.now()
        study = studies.stop(study.pk, reason=body.validated_data["reason"], actor=Caller.of(request).person, now=now)
        return Response(StudyLine(figures([study], now)[0].as_dict()).data)
