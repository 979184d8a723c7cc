"""Who is asked in a wave, and why? The list of waves, a new one, and the page of one for whoever may know of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from feedback import complaints, fixed_texts, sampling, waves
from feedback.models import Contact, OpenComplaint, Wave, WaveMember
from feedback.models.wave import WaveState
from loop import access, bell, list_file, search, tasks
from loop.exports import members as members_table
from loop.models import User
from loop.reporting import repeats, wave_progress
from loop.survey_forms import refused
from loop.views.session import reader, signed_in
from loop.views.setup import for_managers
from loop.wave_forms import ComplaintForm, RepeatForm, WaveForm

PAGE_SIZE = 50
LAST_PAGE = 1000
PLANNED_AT_ONCE = 5_000  # contacts; more are planned in the background


@dataclass(frozen=True)
class Step:
    """How a step of a wave appears on its page; what it leads to stands in `loop/waves/_step.html`."""

    key: str
    name: Promise


STEPS = {
    WaveState.DRAFT: (Step("plan", gettext_lazy("Work out who is asked")), Step("discard", gettext_lazy("Throw away"))),
    WaveState.PLANNED: (
        Step("approve", gettext_lazy("Approve")),
        Step("plan", gettext_lazy("Work it out again")),
        Step("discard", gettext_lazy("Throw away")),
    ),
    WaveState.SENDING: (Step("pause", gettext_lazy("Pause")), Step("close", gettext_lazy("Close the wave"))),
    WaveState.PAUSED: (Step("resume", gettext_lazy("Go on")), Step("close", gettext_lazy("Close the wave"))),
    WaveState.CLOSED: (),
}


@require_safe
@signed_in
def wave_list(request: HttpRequest) -> HttpResponse:
    """The waves somebody may know of, the latest first, with how far each is with the customers they see."""
    user = reader(request)
    seen = None if access.sees_programme(user) else access.visible_contacts(user)
    rows = access.visible_waves(user).select_related("survey").order_by("-pk")
    found = wave_progress.with_figures(rows, contacts=seen)[:200]
    closed = frozenset(sampling.rules().closed_months)
    context = {
        "waves": [(wave, waves.first_day(wave, closed)) for wave in found],
        "tab": "waves",
        "sees_all": access.sees_programme(user),
        "may_manage": access.may_manage(user),
    }
    return render(request, "loop/waves/waves.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def new(request: HttpRequest) -> HttpResponse:
    """Whom to ask and how fast. Saving works out who would be asked; nobody is asked before somebody approves."""
    if request.method != "POST":
        preset = waves.PRESETS.get(request.GET.get("preset", ""))
        again = RepeatForm(initial={"every": preset.every if preset else ""})
        return _form_page(request, WaveForm(initial=_preset(preset)), again)
    form, again, now = WaveForm(request.POST), RepeatForm(request.POST), timezone.now()
    if form.is_valid() and again.is_valid():
        try:
            made = _write(form, again, reader(request), now)
        except waves.WaveRefused as error:
            field = "attributes" if ":" in error.field else error.field
            refused(again if field in again.fields else form, field, error.message)
        else:
            plan(request, made, now=now)
            return redirect("wave", wave_id=made.pk)
    return _form_page(request, form, again, status=400)


@transaction.atomic
def _write(form: WaveForm, again: RepeatForm, user: User, now: datetime) -> Wave:
    """The wave, and how it comes again: both or neither. Raises WaveRefused."""
    made = waves.draft(**form.facts(), created_by=user.email, now=now)
    if facts := again.facts():
        waves.repeat(made, **facts, by=user.email, now=now)
    return made


def _preset(preset: waves.Preset | None) -> dict[str, Any]:
    if preset is None:
        return {}
    size = {"share": preset.share, "strata": list(preset.strata), "at_least": preset.at_least}
    return {"method": preset.method, **size, **preset.filters}


def _form_page(request: HttpRequest, form: WaveForm, again: RepeatForm, status: int = 200) -> HttpResponse:
    presets, preset = waves.PRESETS.items(), request.GET.get("preset")
    context = {"form": form, "again": again, "presets": presets, "preset": preset, "tab": "waves"}
    return render(request, "loop/waves/new.html", context, status=status)


def plan(request: HttpRequest, wave: Wave, *, now: datetime) -> None:
    """Work out who is asked: at once where the base is small, else in the background, and tell the reader which.

    Raises:
        waves.WaveStepNotAllowed: it has been approved.
    """
    if Contact.objects.count() > PLANNED_AT_ONCE:
        if wave.state == WaveState.PLANNED:
            waves.replan(wave)
        bell.ring(tasks.plan_waves)
        messages.success(request, _("Who is asked is being worked out. This page follows it."))
        return
    waves.plan(wave, now=now)
    messages.success(request, _("Who is asked has been worked out. Nothing leaves before it is approved."))


@require_safe
@signed_in
def wave(request: HttpRequest, wave_id: int) -> HttpResponse:
    """One wave: all of it for administrators and leadership, their own customers for everybody else."""
    return wave_page(request, find(reader(request), wave_id))


def find(user: User, wave_id: int) -> Wave:
    """The wave, or 404 when it lies outside what this person may know of."""
    return get_object_or_404(access.visible_waves(user).select_related("survey"), pk=wave_id)


def wave_page(
    request: HttpRequest,
    found: Wave,
    *,
    complaint: ComplaintForm | None = None,
    again: RepeatForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a wave; with a form, the complaint or repetition that was refused stands in it."""
    user, now = reader(request), timezone.now()
    sees_all, may_manage = access.sees_programme(user), access.may_manage(user)
    members = access.visible_members(user, found)
    context: dict[str, Any] = {
        "wave": found,
        "now": now,
        "tab": "waves",
        "sees_all": sees_all,
        "may_manage": may_manage,
        "first_day": waves.first_day(found),
        "may_report": access.may_report_complaint(user),
        "complaint_form": complaint or ComplaintForm(),
        "refused_contact": complaint["contact"].value() if complaint else None,
        "complaints": _complaints(found, members),
        **_members(request, members),
    }
    if sees_all:
        context["repeat"], context["again"] = repeats.of_wave(found, now=now), again or RepeatForm()
        context["strata_in_words"] = wave_progress.strata_in_words(found.strata)
        context["filters_in_words"] = wave_progress.filters_in_words(found.filters)
        if found.state == WaveState.DRAFT:
            context["decided"] = wave_progress.decided(found)
            context["in_background"] = context["decided"].n > PLANNED_AT_ONCE
        elif found.state == WaveState.PLANNED:
            context["preview"] = waves.preview(found, now=now)
            context |= {"halves": fixed_texts.halves(found.survey), "otherwise": settings.LANGUAGE_CODE}
        else:
            context["progress"] = wave_progress.progress(found)
        context["reasons"] = wave_progress.reasons_in_words(waves.reasons(found))
    if may_manage:
        nobody = "preview" in context and not context["preview"].asked
        context["steps"] = [step for step in STEPS[WaveState(found.state)] if not (nobody and step.key == "approve")]
    return render(request, "loop/waves/wave.html", context, status=status)


def _members(request: HttpRequest, members: QuerySet[WaveMember]) -> dict[str, Any]:
    """A page of those decided about, searched by name, address or account, and narrowed by reason."""
    q, reason = _searched(request)
    page = request.GET.get("page", "")
    number = min(max(int(page), 1), LAST_PAGE) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    start = (number - 1) * PAGE_SIZE
    found = _narrowed(members, q, reason).select_related("contact__account")
    rows = list(found[start : start + PAGE_SIZE + 1])
    return {
        "members": wave_progress.with_what_became(rows[:PAGE_SIZE]),
        "q": q,
        "reason": reason,
        "all_reasons": [(key, str(words)) for key, words in sampling.words().items()],
        "page": number,
        "query": urlencode({"q": q, "reason": reason}),
        "has_next": len(rows) > PAGE_SIZE and number < LAST_PAGE,
    }


def _searched(request: HttpRequest) -> tuple[str, str]:
    """What the members are searched for, and the reason they are narrowed to."""
    q = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    return q, request.GET.get("reason", "asked" if not q else "").replace("\x00", "")


def _narrowed(members: QuerySet[WaveMember], q: str, reason: str) -> QuerySet[WaveMember]:
    if q:
        members = members.filter(search.containing(q, "contact__name", "contact__email", "contact__account__name"))
    if reason == "asked":
        members = members.filter(asked=True)
    elif reason:
        members = members.filter(reason=reason)
    return members.order_by("contact__name", "pk")


@require_safe
@signed_in
def members_file(request: HttpRequest, wave_id: int, kind: str = "csv") -> HttpResponseBase:
    """All that the list of members shows with its search and reason, on whichever page, as a file."""
    user = reader(request)
    found = _narrowed(access.visible_members(user, find(user, wave_id)), *_searched(request))
    return list_file.answer(f"wave-{wave_id}", members_table.HEAD, members_table.rows(found), kind=kind)


def _complaints(wave: Wave, members: QuerySet[WaveMember]) -> QuerySet[OpenComplaint]:
    """The complaints of those who would be asked, and of those who are not because of one, the open ones first.

    Those ended since the wave was made stay to be read: whoever they took out of it is out.
    """
    concerned = members.filter(Q(asked=True) | Q(reason=complaints.REASON)).values("contact")
    found = OpenComplaint.objects.filter(Q(ended_at=None) | Q(ended_at__gte=wave.created_at), contact__in=concerned)
    return found.select_related("contact__account").order_by(F("ended_at").asc(nulls_first=True), "-reported_at", "pk")
