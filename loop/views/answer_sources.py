"""Which survey tools tell us of answers, what has arrived from them, what became of it? For administrators."""

from typing import Any

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback import sealing
from feedback.answer_sources import processing, reasons, setting_up
from feedback.answer_sources.setting_up import SourceRefused
from feedback.answer_sources.tools import BY_ID, TOOLS
from feedback.editing import ChangedMeanwhile
from feedback.models import AnswerSource, ArrivalState, ArrivedAnswer, SourceKind
from loop import bell, tasks
from loop.source_forms import SecretForm, SourceForm
from loop.survey_forms import refused
from loop.views.answer_source_words import STEPS
from loop.views.editing import edit_of, seen, was_faster
from loop.views.session import reader
from loop.views.setup import for_managers

PAGE = 50
SHOWN_ONCE = "answer_source_secret"  # in the session, sealed, until the page after it was made has shown it


@require_safe
@for_managers
def sources(request: HttpRequest) -> HttpResponse:
    """All of them, and the tools a new one may be for."""
    rows = AnswerSource.objects.select_related("survey").order_by("name", "pk")
    waiting = ArrivedAnswer.objects.filter(state__in=[ArrivalState.REFUSED, ArrivalState.FAILED])
    untaken = set(waiting.values_list("source", flat=True))
    listed = [{"source": row, "has_untaken": row.pk in untaken} for row in rows]
    return render(request, "loop/sources/sources.html", {"rows": listed, "kinds": SourceKind.choices})


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """An address for this tool."""
    if kind not in TOOLS:
        raise Http404
    form = SourceForm(request.POST if request.method == "POST" else None, kind=kind)
    if form.is_bound and form.is_valid():
        try:
            made, secret = setting_up.create(
                kind=kind,
                facts=form.facts(),
                secret=form.told_secret(),
                by=reader(request).email,
                now=timezone.now(),
            )
        except SourceRefused as error:
            refused(form, error.field, error.message)
        else:
            _show_once(request, made, secret)
            return redirect("answer-source", source_id=made.pk)
    context = {"form": form, "tool": SourceKind(kind).label, "makes_secret": TOOLS[kind].makes_secret}
    return render(request, "loop/sources/new.html", context, status=400 if form.is_bound else 200)


@require_safe
@never_cache
@for_managers
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    """One of them: what to do in the tool, what arrived; right after it was made, its secret, this once."""
    return _page(request, _found(source_id))


def _page(request: HttpRequest, found: AnswerSource, form: SecretForm | None = None, status: int = 200) -> HttpResponse:
    log = found.arrivals.select_related("response").defer("body").order_by("-pk")
    state = request.GET.get("state", "")
    if state in ArrivalState.values:
        log = log.filter(state=state)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) <= 18:
        log = log.filter(pk__lt=int(before))
    page = list(log[: PAGE + 1])
    tool, secret = TOOLS[found.kind], _shown_once(request, found)
    now = timezone.now()
    before_counts = found.secret_before_until is not None and now < found.secret_before_until
    context = {
        "source": found,
        "tool": tool,
        "steps": STEPS[found.kind],
        "address": setting_up.address_of(found, secret),
        "secret": secret,
        "secret_before_until": found.secret_before_until if before_counts else None,
        "refused_why": reasons.VERDICTS.get(found.refused_why, ""),
        "rows": [{"row": row, "why": reasons.WORDS.get(row.why, row.why)} for row in page[:PAGE]],
        "older": page[PAGE - 1].pk if len(page) > PAGE else 0,
        "states": ArrivalState.choices,
        "state": state,
        "untaken": found.arrivals.filter(state__in=[ArrivalState.REFUSED, ArrivalState.FAILED]).count(),
        "form": form or SecretForm(kind=found.kind),
    }
    return render(request, "loop/sources/source.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def change(request: HttpRequest, source_id: int) -> HttpResponse:
    """Another name, survey, question or token."""
    found = _found(source_id)
    edit, status = edit_of(request), 200
    if request.method == "POST":
        form, status = seen(SourceForm(request.POST, kind=found.kind, source=found), edit.version), 400
        if form.is_valid():
            try:
                setting_up.change(found, form.facts(), edit=edit)
            except SourceRefused as error:
                refused(form, error.field, error.message)
            except ChangedMeanwhile as error:
                was_faster(form, error, lambda: SourceForm(kind=found.kind, source=_found(source_id)))
                status = 409
            else:
                flash.success(request, _("Saved."))
                return redirect("answer-source", source_id=found.pk)
    else:
        form = seen(SourceForm(kind=found.kind, source=found), found.version)
    return render(request, "loop/sources/change.html", {"form": form, "source": found}, status=status)


@require_POST
@for_managers
def secret(request: HttpRequest, source_id: int) -> HttpResponse:
    """A new secret, the one before counting for a week; or the end of the one before."""
    found = _found(source_id)
    if "end" in request.POST:
        setting_up.drop_secret_before(found)
        flash.success(request, _("Only the newest secret counts from now on."))
        return redirect("answer-source", source_id=found.pk)
    form = SecretForm(request.POST, kind=found.kind)
    if form.is_valid():
        try:
            shown = setting_up.renew_secret(found, form.told_secret(), now=timezone.now())
        except SourceRefused as error:
            refused(form, error.field, error.message)
        else:
            _show_once(request, found, shown)
            flash.success(request, _("The new secret counts from now on, and the one before for a week."))
            return redirect("answer-source", source_id=found.pk)
    return _page(request, found, form, status=400)


@require_POST
@for_managers
def switch(request: HttpRequest, source_id: int) -> HttpResponse:
    """Off, or on again."""
    found, on = _found(source_id), request.POST.get("to") == "on"
    setting_up.switch(found, on=on)
    flash.success(request, _("It listens again.") if on else _("Nobody listens there any more. What arrived is kept."))
    return redirect("answer-source", source_id=found.pk)


@require_POST
@for_managers
def replay(request: HttpRequest, source_id: int) -> HttpResponse:
    """Read one of what arrived again, or all that was not taken."""
    found = _found(source_id)
    one = request.POST.get("arrival", "")
    rows = found.arrivals.filter(state__in=[ArrivalState.REFUSED, ArrivalState.FAILED])
    if one.isascii() and one.isdigit() and len(one) <= 18:
        rows = found.arrivals.filter(pk=int(one))
    again = processing.replay(rows.order_by("pk"), now=timezone.now())
    if again:
        read_soon(found)
        flash.success(request, _("Being read again: %(n)d.") % {"n": again})
    else:
        flash.warning(request, _("There is nothing to read again."))
    return redirect("answer-source", source_id=found.pk)


@require_safe
@for_managers
def arrival(request: HttpRequest, source_id: int, arrival_id: int) -> HttpResponse:
    """One of what arrived, as it came."""
    rows = ArrivedAnswer.objects.select_related("source", "response")
    row = get_object_or_404(rows, pk=arrival_id, source=source_id)
    context = {
        "source": row.source,
        "row": row,
        "why": reasons.WORDS.get(row.why, row.why),
        "body": bytes(row.body).decode("utf-8", "replace"),
    }
    return render(request, "loop/sources/arrival.html", context)


def read_soon(found: AnswerSource) -> None:
    """Have what waits read soon."""
    bell.ring(tasks.fetch_arrived if found.kind in BY_ID else tasks.read_arrived)


def _found(source_id: int) -> AnswerSource:
    return get_object_or_404(AnswerSource.objects.select_related("survey"), pk=source_id)


def _show_once(request: HttpRequest, found: AnswerSource, secret: str) -> None:
    if secret:
        sealed = sealing.seal(secret, purpose=setting_up.PURPOSE)
        request.session[SHOWN_ONCE] = {"source": found.pk, "sealed": sealed}


def _shown_once(request: HttpRequest, found: AnswerSource) -> str:
    """The secret, when the page before made it."""
    kept: dict[str, Any] = request.session.get(SHOWN_ONCE) or {}
    if request.method != "GET" or kept.get("source") != found.pk:
        return ""
    del request.session[SHOWN_ONCE]
    return sealing.unseal(kept["sealed"], purpose=setting_up.PURPOSE)
