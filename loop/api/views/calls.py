"""POST cases/{id}/call/ and call/cancel/: agree with the customer on a time to be called, on another, or on none."""

from http import HTTPStatus

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from loop import access, callbacks
from loop.api.caller import Caller
from loop.api.idempotency import idempotent
from loop.api.operation import LoopView, operation
from loop.api.serializers.cases import CaseWithCall
from loop.api.serializers.steps import CallBody, CancelCallBody
from loop.api.views.steps import HOW_VERSIONS_COUNT
from loop.models import Case
from loop.workflow import StepNotAllowed, StepRefused


def _case(caller: Caller, case_id: int) -> Case:
    case = get_object_or_404(caller.cases(), pk=case_id)
    access.require(caller.person, "attempt", case)
    return case


def _answer(case_id: int) -> Response:
    return Response(CaseWithCall(Case.objects.for_display().get(pk=case_id)).data)


class CallView(LoopView):
    @operation(
        scope="write",
        name="call_case",
        summary="Agree on a call, or move it",
        description="The customer gets a mail with a calendar file. A case has one agreed call at most: with another "
        f"time it is moved. Not possible (409) when whoever calls has another call then. {HOW_VERSIONS_COUNT}",
        request=CallBody,
        answers={200: CaseWithCall},
        problems=[HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
        examples=[OpenApiExample("A time", value={"starts_at": "2026-11-23T08:30:00Z"}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request, case_id: int) -> Response:
        caller = Caller.of(request)
        _case(caller, case_id)
        body = CallBody(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            callbacks.book(
                case_id=case_id, actor=caller.person, via=caller.via, now=timezone.now(), **body.validated_data
            )
        except callbacks.CallRefused as refused:
            case = Case.objects.get(pk=case_id)
            if case.is_open and not isinstance(refused, callbacks.TimeTaken):
                raise StepRefused("starts_at", refused.message) from refused
            raise StepNotAllowed(refused.message, case) from refused
        return _answer(case_id)


class CancelCallView(LoopView):
    @operation(
        scope="write",
        name="cancel_call_case",
        summary="Call an agreed call off",
        description=f"The customer is told and offered new times. {HOW_VERSIONS_COUNT}",
        request=CancelCallBody,
        answers={200: CaseWithCall},
        problems=[HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
        examples=[OpenApiExample("Without conditions", value={}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request, case_id: int) -> Response:
        caller = Caller.of(request)
        case = _case(caller, case_id)
        body = CancelCallBody(data=request.data)
        body.is_valid(raise_exception=True)
        version = body.validated_data.get("version")
        if not callbacks.cancel(
            case_id=case_id, actor=caller.person, version=version, via=caller.via, now=timezone.now()
        ):
            raise StepNotAllowed(_("There is no call to cancel any more."), case)
        return _answer(case_id)
