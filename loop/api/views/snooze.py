"""POST cases/{id}/snooze/ and wake/: put off being reminded of a case, and have it back."""

from http import HTTPStatus

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from loop import access, snoozes
from loop.api.caller import Caller
from loop.api.idempotency import idempotent
from loop.api.operation import LoopView, operation
from loop.api.serializers.snooze import SnoozeBody, Snoozed, WakeBody
from loop.locking import StepNotAllowed
from loop.models import Case, User


def _person(caller: Caller, case_id: int) -> tuple[User, Case]:
    """Whose reminders: the caller's, or with a key those of the owner."""
    case = get_object_or_404(caller.cases().select_related("owner"), pk=case_id)
    person = caller.person or case.owner
    if person is None:
        raise StepNotAllowed(_("Nobody has this case yet, so nobody is reminded of it."), case)
    if not snoozes.may(person, case):
        raise access.NotAllowed(f"{person} is not reminded of {case}.")
    return person, case


class SnoozeView(LoopView):
    @operation(
        scope="write",
        name="snooze_case",
        summary="Put off being reminded of a case",
        description="The reminders of the person who asks, or with a key those of the owner; nobody else's wait, and "
        "no clock stands still. At the latest until the due time, a promise or an agreed call; any news ends it.",
        request=SnoozeBody,
        answers={200: Snoozed},
        problems=[HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
        examples=[OpenApiExample("Until Monday", value={"until": "2026-11-23T07:00:00Z"}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request, case_id: int) -> Response:
        person, case = _person(Caller.of(request), case_id)
        body = SnoozeBody(data=request.data)
        body.is_valid(raise_exception=True)
        made = snoozes.snooze(
            case_id=case.pk, until=body.validated_data["until"], actor=person, now=timezone.now()
        )  # fmt: skip
        return Response(Snoozed({"case": case.pk, "until": made.until}).data)


class WakeView(LoopView):
    @operation(
        scope="write",
        name="wake_case",
        summary="Be reminded of a case as usual again",
        description="`until` is null: nothing is put off any more, whether anything was or not.",
        request=WakeBody,
        answers={200: Snoozed},
        problems=[HTTPStatus.NOT_FOUND],
        examples=[OpenApiExample("Without conditions", value={}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request, case_id: int) -> Response:
        person, case = _person(Caller.of(request), case_id)
        WakeBody(data=request.data).is_valid(raise_exception=True)
        snoozes.wake(case_id=case.pk, actor=person, now=timezone.now())
        return Response(Snoozed({"case": case.pk, "until": None}).data)
