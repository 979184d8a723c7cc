"""By which ways is a survey asked besides waves and triggers? Its open links, stations, widgets and links in mails."""

from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from feedback import survey_links, widget_identity
from feedback.editing import ChangedMeanwhile
from feedback.models import Contact, Survey, SurveyLink
from feedback.models.survey import SurveyKind
from feedback.models.survey_link import LinkKind
from feedback.survey_links import LinkRefused
from loop import access
from loop.link_forms import LinkForm
from loop.survey_forms import refused
from loop.views.editing import edit_of, say_late, seen, was_faster
from loop.views.session import reader
from loop.views.setup import for_managers
from loop.views.surveys import for_programme

MADE = {
    LinkKind.OPEN: gettext_lazy("The link is made and takes answers from now on."),
    LinkKind.KIOSK: gettext_lazy("The feedback station is made. Open its page on the tablet."),
    LinkKind.WIDGET: gettext_lazy("The widget is made. Have its secret shown, and give it to whoever builds the page."),
    LinkKind.MAIL: gettext_lazy("The links work from now on."),
}


class Row(NamedTuple):
    """One standing link in the list."""

    link: SurveyLink
    answers: int
    is_open: bool


@require_safe
@for_programme
def ways(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The standing links of a survey by kind, and a form for a further one of each."""
    return _ways(request, get_object_or_404(Survey, pk=survey_id))


def _ways(request: HttpRequest, survey: Survey, refused_form: LinkForm | None = None, kind: str = "") -> HttpResponse:
    links, now = list(survey.links.order_by("-is_active", "name", "pk")), timezone.now()
    answers = survey_links.answers_by(links)
    rows = [Row(link, answers[link.pk], link.is_open(now)) for link in links]
    kinds = [
        {
            "kind": one,
            "rows": [row for row in rows if row.link.kind == one],
            "form": refused_form if one == kind else LinkForm(survey=survey, kind=one),
            "is_refused": one == kind,
        }
        for one in LinkKind
    ]
    context = {
        "survey": survey,
        "kinds": kinds,
        "has_mail": any(link.kind == LinkKind.MAIL for link in links),
        "may_add": access.may_manage(reader(request)) and survey.is_active and survey.kind != SurveyKind.RECOVERY,
        "tab": "surveys",
        "part": "ways",
    }
    return render(request, "loop/ways/ways.html", context, status=400 if refused_form else 200)


@require_POST
@for_managers
def add(request: HttpRequest, survey_id: int, kind: str) -> HttpResponse:
    """Make a standing link."""
    survey = get_object_or_404(Survey, pk=survey_id)
    if kind not in LinkKind.values:
        raise Http404
    form = LinkForm(request.POST, survey=survey, kind=kind)
    if form.is_valid():
        try:
            link = survey_links.create(survey=survey, kind=kind, now=timezone.now(), **form.facts())
        except LinkRefused as error:
            refused(form, "expires_on" if error.field == "expires_at" else error.field, error.message)
        else:
            messages.success(request, MADE[LinkKind(kind)])
            return redirect("survey-link", link_id=link.pk)
    return _ways(request, survey, form, kind)


@require_safe
@for_programme
def link(request: HttpRequest, link_id: int) -> HttpResponse:
    """One standing link: its address, how it is used, and what it is."""
    return _link(request, _found(link_id))


@require_POST
@for_managers
def change(request: HttpRequest, link_id: int) -> HttpResponse:
    """Change a standing link, or switch it off or on."""
    found = _found(link_id)
    edit = edit_of(request)
    form = seen(LinkForm(request.POST, survey=found.survey, kind=found.kind, link=found), edit.version)
    if form.is_valid():
        try:
            survey_links.change(found, now=edit.at, edit=edit, **form.facts())
        except LinkRefused as error:
            refused(form, "expires_on" if error.field == "expires_at" else error.field, error.message)
        except ChangedMeanwhile as error:
            found = _found(link_id)
            was_faster(form, error, lambda: LinkForm(survey=found.survey, kind=found.kind, link=found))
            return _link(request, found, form=form, status=409)
        else:
            messages.success(request, _("The settings are saved."))
            return redirect("survey-link", link_id=found.pk)
    return _link(request, found, form=form, status=400)


@require_POST
@for_managers
@never_cache
def secret(request: HttpRequest, link_id: int) -> HttpResponse:
    """Make another secret for a widget and show it, this once."""
    found = _found(link_id)
    if found.kind != LinkKind.WIDGET:
        raise Http404
    try:
        survey_links.new_secret(found, edit_of(request))
    except ChangedMeanwhile as error:
        found = _found(link_id)
        form = LinkForm(survey=found.survey, kind=found.kind, link=found)
        say_late(request, error)
        return _link(request, found, form=seen(form, found.version), status=409)
    found = _found(link_id)
    return _link(request, found, secret=widget_identity.secret(found))


def _found(link_id: int) -> SurveyLink:
    return get_object_or_404(SurveyLink.objects.select_related("survey"), pk=link_id)


def _link(
    request: HttpRequest, found: SurveyLink, *, form: LinkForm | None = None, secret: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "link": found,
        "survey": found.survey,
        "form": form or seen(LinkForm(survey=found.survey, kind=found.kind, link=found), found.version),
        "answers": survey_links.answers_by([found])[found.pk],
        "is_open": found.is_open(timezone.now()),
        "secret": secret,
        "may_manage": access.may_manage(reader(request)),
        "tab": "surveys",
        "part": "ways",
        **(_in_mails(request, found) if found.kind == LinkKind.MAIL else _addresses(found)),
    }
    return render(request, f"loop/ways/{_TEMPLATES[LinkKind(found.kind)]}.html", context, status=status)


_TEMPLATES = {LinkKind.OPEN: "open", LinkKind.KIOSK: "open", LinkKind.WIDGET: "widget", LinkKind.MAIL: "mail"}


def _addresses(found: SurveyLink) -> dict[str, Any]:
    """Where it leads; nothing where the key it was made with is gone."""
    try:
        address, token = survey_links.address(found), survey_links.token(found)
    except LookupError:
        return {"address": ""}
    return {"address": address, "token": token, "script": settings.BASE_URL + reverse("widget-script")}


def _in_mails(request: HttpRequest, found: SurveyLink) -> dict[str, Any]:
    """The link of one contact, where one is looked for."""
    wanted = request.GET.get("contact", "").strip()[:200]
    known = wanted != "" and survey_links.mergeable().filter(external_id=wanted).exists()
    return {
        "wanted": wanted,
        "is_stopped": wanted != "" and not known and Contact.objects.filter(external_id=wanted).exists(),
        "found": survey_links.address_for(found, found.survey.key, wanted) if known else "",
        "pattern": f"{settings.BASE_URL}/l/{found.survey.key}/",
        "contacts": survey_links.mergeable().count(),
        "without": Contact.objects.filter(external_id=None, opted_out_at=None).count(),
    }
