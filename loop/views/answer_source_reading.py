"""How is what a survey tool sends read? Trying it with a body, and saying which place of any JSON is what."""

from typing import Any

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feedback.answer_sources import pointers, processing, reasons, setting_up, trying
from feedback.answer_sources.any_json import FIELDS
from feedback.answer_sources.setting_up import SourceRefused
from feedback.answer_sources.tools import TOOLS
from feedback.editing import ChangedMeanwhile
from feedback.models import AnswerSource
from loop.source_forms import FIELD_WORDS, BodyForm, MappingForm
from loop.survey_forms import refused
from loop.views.answer_sources import read_soon
from loop.views.editing import edit_of, seen, was_faster
from loop.views.setup import for_managers


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def try_out(request: HttpRequest, source_id: int) -> HttpResponse:
    """Read a body as if it had come, and show what would be stored. Nothing is."""
    found = _found(source_id)
    if TOOLS[found.kind].by_id:
        raise Http404  # there is nothing to read in an id
    form = BodyForm(request.POST if request.method == "POST" else None, body=trying.last_body(found))
    context: dict[str, Any] = {"source": found, "form": form}
    if form.is_bound and form.is_valid():
        told = trying.payload(form.cleaned_data["body"].encode())
        context.update(_shown(trying.read_as(found, told)))
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "loop/sources/try.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def mapping(request: HttpRequest, source_id: int) -> HttpResponse:
    """Say which place of a body is what: look at a body, see how it would be read, save."""
    found = _found(source_id)
    if not TOOLS[found.kind].mapped:
        raise Http404
    if request.method != "POST":
        body = trying.last_body(found)
        told = trying.payload(body.encode()) if body else None
        form = seen(_form(None, body, told, found.mapping), found.version)
        shown = _shown(trying.read_as(found, told)) if found.mapping and told is not None else {}
        return _mapping(request, found, form, has_body=told is not None, **shown)
    body = request.POST.get("body", "")[:262_144]
    told = trying.payload(body.encode()) if body else None
    if request.POST.get("do") == "show":  # another body: what was chosen stays, what was not is guessed
        chosen = {name: request.POST.get(name, "") for name in FIELDS}
        form = seen(_form(None, body, told, chosen), edit_of(request).version)
        why = "" if told is not None else reasons.WORDS["not_json"]
        return _mapping(request, found, form, has_body=told is not None, why=why)
    return _sent(request, found, seen(_form(request.POST, body, told, found.mapping), edit_of(request).version), told)


def _sent(request: HttpRequest, found: AnswerSource, form: MappingForm, told: Any) -> HttpResponse:
    """A mapping to preview, or to save."""
    edit = edit_of(request)
    if not form.is_valid():
        return _mapping(request, found, form, has_body=told is not None, status=400)
    if request.POST.get("do") == "preview":
        return _mapping(request, found, form, has_body=True, **_shown(trying.read_as(found, told, form.mapping())))
    try:
        setting_up.map_fields(found, form.mapping(), edit=edit)
    except SourceRefused as error:
        refused(form, error.field, error.message)
        return _mapping(request, found, form, has_body=told is not None, status=400)
    except ChangedMeanwhile as error:
        body = form.cleaned_data["body"]
        was_faster(form, error, lambda: _form(None, body, told, _found(found.pk).mapping))
        return _mapping(request, found, form, has_body=told is not None, status=409)
    again = processing.replay(found.arrivals.filter(why="no_mapping").order_by("pk"), now=timezone.now())
    if again:
        read_soon(found)
    flash.success(request, _("Saved. It holds for what arrives from now on, and for what waited for it."))
    return redirect("answer-source", source_id=found.pk)


def _form(data: QueryDict | None, body: str, told: Any, chosen: dict[str, str]) -> MappingForm:
    found = pointers.places(told) if told is not None else []
    known = {name: pointer for name, pointer in chosen.items() if pointer}
    return MappingForm(data, body=body, found=found, mapping=known or pointers.guess(found, FIELDS))


def _mapping(
    request: HttpRequest, found: AnswerSource, form: MappingForm, *, has_body: bool, status: int = 200, **shown: Any
) -> HttpResponse:
    context = {"source": found, "form": form, "has_body": has_body, "fields": [form[name] for name in FIELDS], **shown}
    return render(request, "loop/sources/mapping.html", context, status=status)


def _shown(tried: trying.Tried) -> dict[str, Any]:
    if tried.reading is None:
        return {"why": reasons.WORDS.get(tried.why, tried.why), "detail": tried.detail}
    values = [(FIELD_WORDS[name], getattr(tried.reading, name)) for name in FIELDS]
    return {"read": [(words, value) for words, value in values if value not in ("", None)]}


def _found(source_id: int) -> AnswerSource:
    return get_object_or_404(AnswerSource.objects.select_related("survey"), pk=source_id)
