"""What do we ask, in which words? The list of surveys, a new one, and the page of one."""

from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback import fixed_texts, languages, library, surveys, wording
from feedback.editing import ChangedMeanwhile
from feedback.models import Invitation, Response, Survey
from feedback.models.survey import SurveyKind
from loop import access
from loop.survey_forms import LanguageForm, NewSurveyForm, SurveyForm, refused
from loop.views.editing import edit_of, seen, was_faster
from loop.views.frames import with_a_frame
from loop.views.session import View, reader, signed_in
from loop.views.setup import for_managers


def for_programme(view: View) -> View:
    """Let only those see a page who see the whole programme: administrators and leadership."""

    @signed_in
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not access.sees_programme(reader(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


@require_safe
@for_programme
def survey_list(request: HttpRequest) -> HttpResponse:
    """All surveys, with what they are and how much they are used."""
    found = Survey.objects.prefetch_related("wordings").order_by("-is_active", "pk")
    return render(
        request,
        "loop/surveys/surveys.html",
        {"surveys": surveys.with_use(found), "tab": "surveys", "may_manage": access.may_manage(reader(request))},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def new(request: HttpRequest) -> HttpResponse:
    """A new survey, with the words of a template in all its languages."""
    form = NewSurveyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            made = surveys.create(kind=library.TEMPLATES[facts["template"]].kind, **facts)
        except surveys.SurveyRefused as error:
            refused(form, "name" if error.field == "key" else error.field, error.message)
        else:
            messages.success(request, _("The survey is made. Nobody is asked yet."))
            return redirect("survey", survey_id=made.pk)
    templates = [
        {"radio": radio, "template": library.TEMPLATES[radio.data["value"]], "words": _sample(radio.data["value"])}
        for radio in form["template"]
    ]
    context = {"form": form, "templates": templates, "tab": "surveys"}
    return render(request, "loop/surveys/new.html", context, status=400 if form.is_bound else 200)


def _sample(template: str) -> dict[str, str]:
    return library.TEMPLATES[template].words["en"]


@require_safe
@for_programme
@with_a_frame
def survey(request: HttpRequest, survey_id: int) -> HttpResponse:
    """One survey: what it is, its words by language, and how mail and page look in one of them."""
    return survey_page(request, get_object_or_404(Survey, pk=survey_id))


def survey_page(
    request: HttpRequest,
    found: Survey,
    *,
    form: SurveyForm | None = None,
    language_form: LanguageForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a survey; with a form, what was refused is shown in it."""
    wordings = list(found.wordings.order_by("pk"))
    wanted = request.GET.get("language", "")
    shown = next((one for one in wordings if one.language == wanted), wordings[0] if wordings else None)
    waiting = Invitation.objects.filter(survey=found, sent_at=None, cancelled_at=None).count()
    user = reader(request)
    return render(
        request,
        "loop/surveys/survey.html",
        {
            "survey": found,
            "form": form or seen(SurveyForm(survey=found, was_asked=surveys.was_asked(found)), found.version),
            "language_form": language_form or LanguageForm(besides=[one.language for one in wordings]),
            "wordings": wordings,
            "halves": fixed_texts.halves(found),
            "otherwise": settings.LANGUAGE_CODE,
            "added": [one.language for one in wordings if not languages.is_ours(one.language)],
            "shown": shown,
            "words": wording.with_our_name(shown) if shown else None,
            "waiting": waiting,
            "answers": Response.objects.counted().filter(survey=found).count(),
            "is_recovery": found.kind == SurveyKind.RECOVERY,
            "may_manage": access.may_manage(user),
            "tab": "surveys",
        },
        status=status,
    )


@require_POST
@for_managers
@with_a_frame
def change(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Change what a survey is."""
    found = get_object_or_404(Survey, pk=survey_id)
    edit, was_asked = edit_of(request), surveys.was_asked(found)
    form = seen(SurveyForm(request.POST, survey=found, was_asked=was_asked), edit.version)
    if form.is_valid():
        try:
            surveys.change(found, **form.facts(), edit=edit)
        except surveys.SurveyRefused as error:
            refused(form, error.field, error.message)
        except ChangedMeanwhile as error:
            found = Survey.objects.get(pk=survey_id)
            was_faster(form, error, lambda: SurveyForm(survey=found, was_asked=was_asked))
            return survey_page(request, found, form=form, status=409)
        else:
            messages.success(request, _("The settings are saved."))
            return redirect("survey", survey_id=found.pk)
    return survey_page(request, found, form=form, status=400)


@require_POST
@for_managers
@with_a_frame
def add_language(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Begin a further language with a copy of the words of the first one."""
    found = get_object_or_404(Survey, pk=survey_id)
    form = LanguageForm(request.POST)
    if form.is_valid():
        language = form.cleaned_data["language"]
        first = found.wordings.order_by("pk").first()
        if first is not None and found.wordings.filter(language=language).exists():
            form.add_error("language", _("It has words in this language already."))
        elif first is not None:
            try:
                surveys.set_wording(found, language, {name: getattr(first, name) for name in surveys.WORDS})
            except surveys.SurveyRefused as error:
                refused(form, error.field, error.message)
            else:
                messages.success(request, _("Now put these words into the new language."))
                return redirect("survey-wording", survey_id=found.pk, language=language)
    return survey_page(request, found, language_form=form, status=400)
