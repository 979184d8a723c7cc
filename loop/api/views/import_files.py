"""imports/, imports/{id}/ and its result/: hand a file in, correct how it is read, fetch what became of its rows.

Through the forms and steps of the page, so that the same is taken and refused, in the same words.
"""

from typing import Any

from django.http import FileResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.importing import UnusableFile
from feedback.models import Survey
from loop import access
from loop.api.caller import Caller
from loop.api.idempotency import idempotent
from loop.api.listing import handler_of_one, handler_of_page
from loop.api.lists.imports import IMPORTS, SCOPE, ImportWhole
from loop.api.operation import LoopView, operation
from loop.api.problems import Errors
from loop.api.serializers.imports import ImportChoicesBody, ImportUploadBody
from loop.api.views.imports import refused
from loop.import_forms import ImportChoicesForm, ImportUploadForm
from loop.imports import files, handing_back, looking, steps
from loop.imports.steps import ImportRefused
from loop.models import FileImport, ImportKind, ImportState, User

COLUMN = "field_"  # before the name of a field, in the form

WHOLE = {**IMPORTS.example, **IMPORTS.besides}


class ImportsView(LoopView):
    parser_classes = [MultiPartParser]

    get = handler_of_page(IMPORTS)

    @operation(
        scope=SCOPE,
        people=access.may_manage,
        name="upload_import",
        summary="Hand in a file, to be looked through",
        description="Nothing of it is stored yet. A small file has been looked through when the answer comes, and its "
        "`state` is `checked`; another is `uploaded`, and `checked` a little later. `reading` says what was "
        "recognised, `counts` and `reasons` what importing it would do; `start/` has it imported.",
        request=ImportUploadBody,
        answers={201: ImportWhole},
        examples=[
            OpenApiExample(
                "Answers from a survey tool",
                value={
                    "kind": "answers",
                    "survey": "relational",
                    "file": "answers.csv",
                    "uploaded_by": "ada@example.com",
                },
                media_type="multipart/form-data",
                request_only=True,
            ),
            OpenApiExample("Answer", value=WHOLE, response_only=True),
        ],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        caller, now = Caller.of(request), timezone.now()
        body = ImportUploadBody(data=request.data)
        body.is_valid(raise_exception=True)
        values = body.validated_data
        actor = _in_whose_name(caller, values.get("uploaded_by"))
        data = QueryDict(mutable=True)
        data.update({"kind": values["kind"], "survey": str(_survey(values["survey"]).pk)})
        form = ImportUploadForm(data, request._request.FILES)
        if not form.is_valid():
            raise ValidationError(_told(form.errors))
        kind, survey = ImportKind(form.cleaned_data["kind"]), form.cleaned_data["survey"]
        try:
            one = steps.upload(
                form.cleaned_data["file"], kind=kind, survey=survey, actor=actor, now=now, via=caller.via
            )
        except UnusableFile as unusable:
            raise ValidationError({"file": str(unusable)}) from None
        looking.look_through(one, now=now)
        return Response(ImportWhole(_found(one.pk)).data, status=201)


class ImportView(LoopView):
    get = handler_of_one(IMPORTS)

    @operation(
        scope=SCOPE,
        people=access.may_manage,
        name="correct_import",
        summary="Correct how a file is read, and look through it again",
        description="As long as its `state` is `checked`; 409 otherwise, and where somebody was faster. Which columns "
        "there are, and what each is read as, stands in `reading`.",
        request=ImportChoicesBody,
        answers={200: ImportWhole},
        problems=[404, 409],
        examples=[
            OpenApiExample(
                "Month first, and the third column is the score",
                value={"version": 1, "dates": "month-first", "columns": {"score": 3, "comment": None}},
                request_only=True,
            ),
            OpenApiExample("Answer", value=WHOLE, response_only=True),
        ],
    )
    def patch(self, request: Request, import_id: int) -> Response:
        caller, now = Caller.of(request), timezone.now()
        one = _found(import_id)
        body = ImportChoicesBody(data=request.data)
        body.is_valid(raise_exception=True)
        if one.state != ImportState.CHECKED:
            return refused(import_id, steps.refusal(one))
        form = _filled_in(one, body.validated_data)
        if not form.is_valid():
            raise ValidationError(_told(form.errors))
        one.version = form.cleaned_data["version"]
        survey, choices = form.cleaned_data.get("survey"), form.decided()
        try:
            one = steps.choose(one, survey=survey, choices=choices, actor=caller.person, now=now, via=caller.via)
        except ImportRefused as why:
            return refused(import_id, str(why))
        looking.look_through(one, now=now)
        return Response(ImportWhole(_found(import_id)).data)


class ImportResultView(LoopView):
    @operation(
        scope=SCOPE,
        people=access.may_manage,
        name="get_import_result",
        summary="What became of each row, as a file",
        description="CSV: the rows as they were, with the outcome and the reason. 404 before anything was imported, "
        "while it is being written, and 30 days after.",
        answers={(200, "text/csv"): OpenApiTypes.BINARY},
        problems=[404],
    )
    def get(self, request: Request, import_id: int) -> FileResponse:
        return handing_back.result_file(_found(import_id))


def _found(import_id: int) -> FileImport:
    return get_object_or_404(FileImport.objects.select_related("uploaded_by", "survey"), pk=import_id)


def _in_whose_name(caller: Caller, email: str | None) -> User:
    """Who uploads. Raises ValidationError."""
    if caller.person is not None:
        if email and email.lower() != caller.person.email.lower():
            raise ValidationError({"uploaded_by": _("In the browser everybody uploads in their own name.")})
        return caller.person
    if not email:
        raise ValidationError({"uploaded_by": _("A key must say in whose name: the address of an administrator.")})
    found = User.objects.filter(email__iexact=email, is_active=True).first()
    if found is None or not access.may_manage(found):
        raise ValidationError({"uploaded_by": _("“%(email)s” is no administrator.") % {"email": email}})
    return found


def _survey(key: str) -> Survey:
    found = Survey.objects.filter(key=key).first()
    if found is None:
        raise ValidationError({"survey": _("There is no survey “%(key)s”.") % {"key": key}})
    return found


def _filled_in(one: FileImport, said: dict[str, Any]) -> ImportChoicesForm:
    """The form of the page as it would be shown, but for what is said. Raises ValidationError for what it lacks."""
    seen = files.seen(one).get("columns", [])
    shown = ImportChoicesForm(one=one, columns=seen)
    changed = {f"{COLUMN}{name}": number for name, number in said.pop("columns", {}).items()} | said
    lacking = [name for name in changed if name not in shown.fields]
    if lacking:
        raise ValidationError({_in_body(name): _("There is no such field.") for name in lacking})
    if "survey" in changed:
        changed["survey"] = _survey(changed["survey"]).pk
    told = {name: changed.get(name, shown.initial.get(name)) for name in shown.fields}
    data = QueryDict(mutable=True)
    data.update({name: str(value) for name, value in told.items() if value not in (None, False)})
    return ImportChoicesForm(data, one=one, columns=seen)


def _told(errors: Any) -> Errors:
    return {_in_body(name): [str(message) for message in messages] for name, messages in errors.items()}


def _in_body(name: str) -> str:
    return f"columns.{name.removeprefix(COLUMN)}" if name.startswith(COLUMN) else name
