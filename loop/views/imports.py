"""How does an administrator bring in a file? Upload, see what it holds, correct, import, look back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.importing import UnusableFile
from loop import bell, tasks
from loop.import_forms import FOLLOW_UP, ImportChoicesForm, ImportUploadForm
from loop.imports import files, handing_back, looking, steps
from loop.imports.steps import ImportRefused
from loop.models import FileImport, FilePull, ImportKind, ImportState
from loop.views.session import reader
from loop.views.setup import for_managers

SHOWN = 50  # earlier imports


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def import_list(request: HttpRequest) -> HttpResponse:
    """A form to upload a file, and the files before it."""
    form = ImportUploadForm()
    if request.GET.get("kind") in ImportKind.values:
        form.initial["kind"] = request.GET["kind"]
    if request.method == "POST":
        form = ImportUploadForm(request.POST, request.FILES)
        if form.is_valid():
            data, now = form.cleaned_data, timezone.now()
            kind = ImportKind(data["kind"])
            try:
                one = steps.upload(data["file"], kind=kind, survey=data["survey"], actor=reader(request), now=now)
            except UnusableFile as unusable:
                form.add_error("file", str(unusable))
            else:
                looking.look_through(one, now=now)
                return redirect("import", import_id=one.pk)
    earlier = FileImport.objects.select_related("uploaded_by", "survey").order_by("-uploaded_at", "-pk")[:SHOWN]
    context = {"form": form, "imports": earlier}
    return render(request, "loop/imports/list.html", context, status=400 if form.is_bound else 200)


@require_safe
@for_managers
def one_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """How far a file is: being looked through, waiting for a word, being imported, or what became of it."""
    return _page(request, _found(import_id))


@require_POST
@for_managers
def choose(request: HttpRequest, import_id: int) -> HttpResponse:
    """Correct what was recognised, and look again."""
    one = _found(import_id)
    if one.state != ImportState.CHECKED:
        return _refused(request, one, steps.refusal(one))
    form = ImportChoicesForm(request.POST, one=one, columns=files.seen(one).get("columns", []))
    if not form.is_valid():
        return _page(request, one, form=form, status=400)
    one.version = form.cleaned_data["version"]
    survey = form.cleaned_data.get("survey")
    try:
        one = steps.choose(one, survey=survey, choices=form.decided(), actor=reader(request), now=timezone.now())
    except ImportRefused as refused:
        return _refused(request, one, str(refused))
    looking.look_through(one, now=timezone.now())
    return redirect("import", import_id=one.pk)


@require_POST
@for_managers
def start(request: HttpRequest, import_id: int) -> HttpResponse:
    """Have it imported in the background."""
    return _step(request, import_id, steps.start)


@require_POST
@for_managers
def stop(request: HttpRequest, import_id: int) -> HttpResponse:
    """Stop it after the rows that are being written."""
    return _step(request, import_id, steps.stop)


@require_POST
@for_managers
def resume(request: HttpRequest, import_id: int) -> HttpResponse:
    """Go on where it was stopped."""
    return _step(request, import_id, steps.resume)


@require_POST
@for_managers
def discard(request: HttpRequest, import_id: int) -> HttpResponse:
    """Give the file up."""
    return _step(request, import_id, steps.discard)


@require_safe
@for_managers
def result(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """The rows of the file with what became of each, as CSV no spreadsheet takes for a program."""
    return handing_back.result_file(_found(import_id))


def _found(import_id: int) -> FileImport:
    return get_object_or_404(FileImport.objects.select_related("uploaded_by", "survey"), pk=import_id)


def _step(request: HttpRequest, import_id: int, step: Any) -> HttpResponse:
    one = _found(import_id)
    said = request.POST.get("version", "")
    if said.isascii() and said.isdecimal() and len(said) < 10:
        one.version = int(said)
    try:
        one = step(one, actor=reader(request), now=timezone.now())
    except ImportRefused as refused:
        return _refused(request, one, str(refused))
    if one.state == ImportState.RUNNING:
        bell.ring(tasks.work_on_imports)
    if one.state == ImportState.DISCARDED:
        messages.success(request, _("The file is deleted."))
        return redirect("imports")
    return redirect("import", import_id=one.pk)


def _refused(request: HttpRequest, one: FileImport, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect("import", import_id=one.pk)


def _page(
    request: HttpRequest, one: FileImport, *, form: ImportChoicesForm | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"one": one, "is_of_answers": one.kind == ImportKind.ANSWERS}
    if one.state == ImportState.CHECKED:
        seen = files.seen(one)
        form = form or ImportChoicesForm(one=one, columns=seen.get("columns", []))
        follow_up = dict(FOLLOW_UP)[one.choices.get("follow_up", "new")]
        context |= {
            "seen": seen,
            "form": form,
            "told": one.found.get("counts", {}),
            "reasons": one.found.get("reasons", []),
            "cannot_start": steps.cannot_start(one),
            "before": steps.imported_before(one),
            "follow_up": follow_up,
        }
    else:
        context |= {
            "told": one.counts,
            "reasons": one.counts.get("reasons", []),
            "has_result": one.result_size and one.files_gone_at is None,
        }
    context["pull"] = FilePull.objects.filter(runs__file_import=one).first()
    context["story"] = one.events.select_related("actor").order_by("at", "pk")
    return render(request, "loop/imports/import.html", context, status=status)
