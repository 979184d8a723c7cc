"""POST promises/{id}/{step}/: what becomes of a promise, as a table; `loop.workflow` takes the steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from loop import access, workflow
from loop.api.caller import Caller
from loop.api.fields import StrictSerializer
from loop.api.operation import LoopView
from loop.api.serializers.cases import CaseState
from loop.api.serializers.steps import KeepPromiseBody, MovePromiseBody, ReasonBody
from loop.api.views.steps import view_taking
from loop.models import Case, Promise


@dataclass(frozen=True)
class PromiseStep:
    """One step on a promise; `step` is the step of its case."""

    name: str
    step: str
    summary: str
    take: Callable[..., Case]
    body: type[StrictSerializer]
    example: Mapping[str, Any]


PROMISE_STEPS = (
    PromiseStep(
        "keep", "keep_promise", "Say that a promise is kept", workflow.keep_promise, KeepPromiseBody, {"version": 5}
    ),
    PromiseStep(
        "move",
        "move_promise",
        "Agree another time for a promise",
        workflow.move_promise,
        MovePromiseBody,
        {"due_at": "2026-11-26T15:00:00Z", "reason": "Told her that the credit note comes on Thursday."},
    ),
    PromiseStep(
        "withdraw",
        "withdraw_promise",
        "Take a promise back",
        workflow.withdraw_promise,
        ReasonBody,
        {"reason": "She found the invoice."},
    ),
)


def view_of(step: PromiseStep) -> type[LoopView]:
    """The view of one step on a promise: its case in sight (else 404), allowed (else 403), body in order (else 400)."""

    def post(self: LoopView, request: Request, promise_id: int) -> Response:
        caller = Caller.of(request)
        promise = get_object_or_404(Promise, pk=promise_id, case__in=caller.cases().values("pk"))
        access.require(caller.person, step.step, promise.case)
        body = step.body(data=request.data)
        body.is_valid(raise_exception=True)
        changed = step.take(
            case_id=promise.case_id,
            promise_id=promise.pk,
            actor=caller.person,
            via=caller.via,
            now=timezone.now(),
            **body.validated_data,
        )
        return Response(CaseState(changed).data)

    return view_taking(step, f"{step.name}_promise", f"{step.name.title()}PromiseView", post)
