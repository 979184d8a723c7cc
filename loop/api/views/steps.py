"""POST cases/{id}/{step}/: which steps can be taken from outside, as a table; `loop.workflow` takes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from loop import access, conflicts, workflow
from loop.api import step_values
from loop.api.caller import Caller
from loop.api.fields import StrictSerializer
from loop.api.idempotency import idempotent
from loop.api.operation import LoopView, operation
from loop.api.serializers.cases import CaseState
from loop.api.serializers.steps import (
    AssignBody,
    AttemptBody,
    HoldBody,
    NoteBody,
    OptionalReasonBody,
    PlanNextBody,
    PromiseBody,
    ReasonBody,
    ResolveBody,
    ResumeBody,
    SomeoneElseBody,
    TakeBody,
)
from loop.api.step_values import Values
from loop.models import Case


@dataclass(frozen=True)
class Step:
    """One step: what it takes, and how that becomes what its workflow function takes."""

    name: str
    summary: str
    take: Callable[..., Case]
    body: type[StrictSerializer]
    example: Mapping[str, Any]
    prepared: Callable[[Values, Caller], Values] = lambda values, _caller: values


STEPS = (
    Step(
        "assign",
        "Give the case to somebody",
        workflow.assign,
        AssignBody,
        {"owner": "anna@example.com", "version": 3},
        step_values.assignment,
    ),
    Step(
        "take",
        "Take a case that waits in a queue",
        workflow.take,
        TakeBody,
        {"version": 2},
        step_values.taken,
    ),
    Step(
        "attempt",
        "Log a try to reach the customer",
        step_values.attempt,
        AttemptBody,
        {"channel": "phone", "reached": False, "outcome": "voicemail", "note": "Asked for a call back.", "version": 3},
        step_values.seen_as_well,
    ),
    Step(
        "plan_next",
        "Plan when to try the customer next",
        workflow.plan_next,
        PlanNextBody,
        {"at": "2026-11-23T08:30:00Z", "reason": "Back from leave on Monday.", "version": 3},
    ),
    Step(
        "hold",
        "Wait, as the customer asked: the staff's clock stands still",
        workflow.hold,
        HoldBody,
        {"until": "2026-12-07T08:00:00Z", "reason": "Back from leave on Monday.", "version": 4},
    ),
    Step(
        "resume",
        "Let the staff's clock run again before the hold ends",
        workflow.resume,
        ResumeBody,
        {"version": 5},
    ),
    Step(
        "promise",
        "Note what was promised to the customer",
        workflow.promise,
        PromiseBody,
        {"what": "A corrected invoice", "due_at": "2026-11-24T15:00:00Z", "version": 4},
        step_values.promise,
    ),
    Step(
        "resolve",
        "Close a contacted case as solved",
        step_values.resolve,
        ResolveBody,
        {"root_cause": "billing", "summary": "Invoice corrected and credited.", "version": 4},
        step_values.solution,
    ),
    Step(
        "close_unreached",
        "Close a case whose customer could not be reached",
        workflow.close_unreached,
        OptionalReasonBody,
        {"reason": "No answer in three days."},
    ),
    Step(
        "withdraw",
        "Close a case that should not be followed up",
        workflow.withdraw,
        ReasonBody,
        {"reason": "A test answer."},
    ),
    Step(
        "reopen",
        "Open a resolved case again",
        workflow.reopen,
        ReasonBody,
        {"reason": "The next invoice was wrong again."},
    ),
    Step(
        "escalate",
        "Raise the case one level",
        workflow.escalate,
        ReasonBody,
        {"reason": "Threatens to leave."},
    ),
    Step(
        "someone_else",
        "The customer asks for somebody other than their usual contact",
        conflicts.ask_for_someone_else,
        SomeoneElseBody,
        {"version": 2},
    ),
    Step(
        "note",
        "Add words to the timeline",
        workflow.note,
        NoteBody,
        {"note": "Speaks Finnish only."},
        step_values.words,
    ),
)


HOW_VERSIONS_COUNT = (
    "Without `version` the last one wins among the steps the state allows; with it a case that "
    "somebody changed meanwhile is left alone (409, with its state and version now)."
)


def view_taking(step: Any, name: str, called: str, post: Any) -> type[LoopView]:
    """A view whose POST takes a step, described as all of them are.

    Args:
        step: with its `summary`, `body` and `example`.
        name: of the operation.
        called: the name of the class.
    """
    described = operation(
        scope="write",
        name=name,
        summary=step.summary,
        description=HOW_VERSIONS_COUNT,
        request=step.body,
        answers={200: CaseState},
        problems=[HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
        examples=[OpenApiExample(step.summary, value=dict(step.example), request_only=True)],
    )
    return type(called, (LoopView,), {"post": described(idempotent(post))})


def view_of(step: Step) -> type[LoopView]:
    """The view of one step: case in sight (else 404), allowed (else 403), body in order (else 400), then the step."""

    def post(self: LoopView, request: Request, case_id: int) -> Response:
        caller = Caller.of(request)
        case = get_object_or_404(caller.cases(), pk=case_id)
        access.require(caller.person, step.name, case)  # the workflow asks again under the row's lock
        body = step.body(data=request.data)
        body.is_valid(raise_exception=True)
        values = step.prepared(dict(body.validated_data), caller)
        changed = step.take(case_id=case_id, actor=caller.person, via=caller.via, now=timezone.now(), **values)
        return Response(CaseState(changed).data)

    return view_taking(step, f"{step.name}_case", f"{step.name.title().replace('_', '')}View", post)
