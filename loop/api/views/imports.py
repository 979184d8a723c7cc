"""POST imports/{id}/{step}/: start, stop, go on with or discard a file, as a table; `loop.imports.steps` takes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from loop import access, bell, tasks
from loop.api.caller import Caller
from loop.api.fields import StrictSerializer, Version
from loop.api.idempotency import idempotent
from loop.api.lists.imports import SCOPE, ImportWhole
from loop.api.operation import LoopView, operation
from loop.api.problems import problem
from loop.imports import steps
from loop.imports.steps import ImportRefused
from loop.models import FileImport, ImportState


class ImportStepBody(StrictSerializer):
    version = Version(help_text="Of the import, as it was last seen; left out: whatever it is.")


@dataclass(frozen=True)
class ImportStep:
    name: str
    summary: str
    take: Callable[..., FileImport]


IMPORT_STEPS = (
    ImportStep("start", "Have a file imported that was looked through", steps.start),
    ImportStep("stop", "Stop an import after the rows that are being written", steps.stop),
    ImportStep("resume", "Go on with an import where it was stopped", steps.resume),
    ImportStep("discard", "Give a file up", steps.discard),
)


def refused(import_id: int, why: str) -> Response:
    """The answer where a step is not possible: with what the import is now."""
    now = FileImport.objects.get(pk=import_id)
    return problem(HTTPStatus.CONFLICT, why, kind="step-not-allowed", state=now.state, version=now.version)


def view_of(step: ImportStep) -> type[LoopView]:
    """The view of one step: the import there (else 404), the step possible now (else 409)."""

    @operation(
        scope=SCOPE,
        people=access.may_manage,
        name=f"{step.name}_import",
        summary=step.summary,
        description="409 where its state forbids it, or somebody was faster.",
        request=ImportStepBody,
        answers={200: ImportWhole},
        problems=[404],
        examples=[OpenApiExample("Request", value={"version": 2}, request_only=True)],
    )
    @idempotent
    def post(_view: LoopView, request: Request, import_id: int) -> Response:
        caller = Caller.of(request)
        one = get_object_or_404(FileImport, pk=import_id)
        body = ImportStepBody(data=request.data)
        body.is_valid(raise_exception=True)
        one.version = body.validated_data.get("version", one.version)
        try:
            one = step.take(one, actor=caller.person, now=timezone.now(), via=caller.via)
        except ImportRefused as why:
            return refused(import_id, str(why))
        if one.state == ImportState.RUNNING:
            bell.ring(tasks.work_on_imports)
        found = FileImport.objects.select_related("uploaded_by", "survey").get(pk=one.pk)
        return Response(ImportWhole(found).data)

    told: Mapping[str, Any] = {"post": post, "__module__": __name__}
    return type(f"{step.name.capitalize()}ImportView", (LoopView,), dict(told))
