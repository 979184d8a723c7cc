"""Which files come in by themselves, from where and when, and what became of each time? For administrators."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.editing import ChangedMeanwhile
from loop import bell, tasks
from loop.models import FileImport, FilePull, ImportKind
from loop.pull_forms import KINDS, PullForm
from loop.pulls import setting_up
from loop.pulls.setting_up import PullRefused
from loop.survey_forms import refused
from loop.views.editing import edit_of, say_late, seen, was_faster
from loop.views.session import reader
from loop.views.setup import for_managers

SHOWN = 30  # times a file was fetched


@require_safe
@for_managers
def pulls(request: HttpRequest) -> HttpResponse:
    """All of them, with what became of each the last time."""
    rows = FilePull.objects.select_related("survey").order_by("name", "pk")
    listed = [{"pull": row, "last": row.runs.order_by("-at", "-pk").first()} for row in rows]
    return render(request, "loop/pulls/pulls.html", {"rows": listed, "kinds": KINDS.items()})


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """One more, which may begin with what was said about an import."""
    if kind not in ImportKind.values:
        raise Http404
    form = PullForm(request.POST if request.method == "POST" else None, kind=kind, like=_like(request, kind))
    if form.is_bound and form.is_valid():
        try:
            made = setting_up.create(form.facts(), actor=reader(request), now=timezone.now())
        except PullRefused as error:
            refused(form, error.field, error.message)
        else:
            messages.success(request, _("Saved. “Fetch now” shows whether it works."))
            return redirect("pull", pull_id=made.pk)
    context = {"form": form, "kind": KINDS[ImportKind(kind)]}
    return render(request, "loop/pulls/new.html", context, status=400 if form.is_bound else 200)


@require_safe
@for_managers
def pull(request: HttpRequest, pull_id: int) -> HttpResponse:
    """One of them: how it is set up, and what became of each time."""
    found = _found(pull_id)
    runs = list(found.runs.select_related("file_import", "asked_by").order_by("-at", "-pk")[:SHOWN])
    problem = next((run.problem for run in runs if run.problem), "")
    context = {"pull": found, "runs": runs, "problem": problem}
    return render(request, "loop/pulls/pull.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def change(request: HttpRequest, pull_id: int) -> HttpResponse:
    """Another place, time or way to read it."""
    found, status = _found(pull_id), 200
    edit = edit_of(request)
    if request.method == "POST":
        form, status = seen(PullForm(request.POST, kind=found.kind, pull=found), edit.version), 400
        if form.is_valid():
            try:
                setting_up.change(found, form.facts(), actor=reader(request), edit=edit)
            except PullRefused as error:
                refused(form, error.field, error.message)
            except ChangedMeanwhile as error:
                was_faster(form, error, lambda: PullForm(kind=found.kind, pull=_found(pull_id)))
                status = 409
            else:
                messages.success(request, _("Saved."))
                return redirect("pull", pull_id=found.pk)
    else:
        form = seen(PullForm(kind=found.kind, pull=found), found.version)
    return render(request, "loop/pulls/change.html", {"form": form, "pull": found}, status=status)


@require_POST
@for_managers
def fetch_now(request: HttpRequest, pull_id: int) -> HttpResponse:
    """Have it fetched now, out of its turn."""
    found = _found(pull_id)
    try:
        setting_up.ask_now(found, actor=reader(request), now=timezone.now())
    except PullRefused as error:
        messages.warning(request, error.message)
    else:
        bell.ring(tasks.fetch_files)
        messages.success(request, _("It is being fetched; what becomes of it stands here in a moment."))
    return redirect("pull", pull_id=found.pk)


@require_POST
@for_managers
def switch(request: HttpRequest, pull_id: int) -> HttpResponse:
    """Pause it, or go on."""
    found, on = _found(pull_id), request.POST.get("to") == "on"
    try:
        setting_up.switch(found, on=on, actor=reader(request), edit=edit_of(request))
    except ChangedMeanwhile as error:
        say_late(request, error)
    else:
        messages.success(request, _("It is fetched again.") if on else _("It is not fetched any more."))
    return redirect("pull", pull_id=found.pk)


@require_POST
@for_managers
def delete(request: HttpRequest, pull_id: int) -> HttpResponse:
    """Forget it; what came in stays."""
    setting_up.delete(_found(pull_id), actor=reader(request))
    messages.success(request, _("Deleted. What came in by it stays."))
    return redirect("pulls")


def _found(pull_id: int) -> FilePull:
    return get_object_or_404(FilePull.objects.select_related("survey", "set_up_by"), pk=pull_id)


def _like(request: HttpRequest, kind: str) -> FileImport | None:
    """The import whose choices a new one begins with, where one is named."""
    said: Any = request.GET.get("like", "")
    if not (said.isascii() and said.isdigit() and len(said) <= 18):
        return None
    return FileImport.objects.filter(pk=int(said), kind=kind).first()
