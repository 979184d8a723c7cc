"""In which words is this asked in one language? Writing them with the mail and the page beside, and trying the page."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST

from feedback import fixed_texts, nps, surveys, wording
from feedback.editing import ChangedMeanwhile
from feedback.forms import AnswerForm
from feedback.models import Contact, Invitation, Response, Survey, SurveyWording
from feedback.views.customer_page import customer_page, is_sealed, seal, show
from loop.models import User
from loop.survey_forms import WordingForm, refused
from loop.views import survey_drafts
from loop.views.editing import edit_of, say_late, seen, was_faster
from loop.views.frames import page_in_a_frame, with_a_frame
from loop.views.session import reader
from loop.views.setup import for_managers
from loop.views.surveys import for_programme

SEALED_FOR = "survey-try"  # no customer's link has this token


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
@with_a_frame
def edit(request: HttpRequest, survey_id: int, language: str) -> HttpResponse:
    """The words in one language, with the mail and the page as they would be."""
    survey = get_object_or_404(Survey, pk=survey_id)
    stored = get_object_or_404(survey.wordings, language=language)
    if request.method != "POST":
        return _page(request, stored, seen(_as_stored(stored), stored.version))
    edit = edit_of(request)
    form = seen(WordingForm(request.POST, language=language), edit.version)
    typed = survey_drafts.keep(request, survey, language, request.POST.dict())
    if "look" in request.POST:
        looking = seen(WordingForm(initial=request.POST.dict(), language=language), edit.version)
        return _page(request, typed, looking, draft=True)
    if form.is_valid():
        try:
            surveys.set_wording(survey, language, form.cleaned_data, edit)
        except surveys.SurveyRefused as error:
            refused(form, error.field, error.message)
        except ChangedMeanwhile as error:
            was_faster(form, error, lambda: _as_stored(survey.wordings.get(language=language)))
            return _page(request, typed, form, draft=True, status=409)
        else:
            survey_drafts.drop(request)
            messages.success(request, _("The words are saved."))
            return redirect("survey-wording", survey_id=survey.pk, language=language)
    return _page(request, typed, form, draft=True, status=400)


def _as_stored(stored: SurveyWording) -> WordingForm:
    return WordingForm(initial={name: getattr(stored, name) for name in surveys.WORDS}, language=stored.language)


def _page(
    request: HttpRequest, typed: SurveyWording, form: WordingForm, *, draft: bool = False, status: int = 200
) -> HttpResponse:
    survey, language = typed.survey, typed.language
    waiting = Invitation.objects.filter(survey=survey, sent_at=None, cancelled_at=None).count()
    context = {
        "survey": survey,
        "language": language,
        "form": form,
        "draft": draft,
        "words": wording.with_our_name(typed),
        "waiting": waiting,
        "stored_version": form.version,  # type: ignore[attr-defined]
        "may_remove": survey.wordings.count() > 1,
        "tab": "surveys",
    }
    return render(request, "loop/surveys/wording.html", context, status=status)


@require_POST
@for_managers
def preview(request: HttpRequest, survey_id: int, language: str) -> HttpResponse:
    """Keep what is being typed and answer with the frames that show it; asked by htmx as one types."""
    survey = get_object_or_404(Survey, pk=survey_id)
    typed = survey_drafts.keep(request, survey, language, request.POST.dict())
    context = {"survey": survey, "language": language, "draft": True, "words": wording.with_our_name(typed)}
    return render(request, "loop/surveys/_preview.html", context)


@require_POST
@for_managers
def remove(request: HttpRequest, survey_id: int, language: str) -> HttpResponse:
    """Ask in this language no more."""
    survey = get_object_or_404(Survey, pk=survey_id)
    get_object_or_404(survey.wordings, language=language)
    try:
        surveys.remove_wording(survey, language, edit_of(request))
    except ChangedMeanwhile as error:
        say_late(request, error)
        stored = survey.wordings.get(language=language)
        return _page(request, stored, seen(_as_stored(stored), stored.version), status=409)
    except surveys.SurveyRefused as error:
        messages.error(request, error.message)
        return redirect("survey-wording", survey_id=survey.pk, language=language)
    messages.success(request, _("The language is removed."))
    return redirect("survey", survey_id=survey.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@xframe_options_sameorigin
@page_in_a_frame
@for_programme
@customer_page
def try_out(request: HttpRequest, survey_id: int, language: str) -> HttpResponse:
    """The page customers answer on, to try it. Nothing is recorded, whatever is sent."""
    survey = get_object_or_404(Survey, pk=survey_id)
    stored = survey_drafts.wording(request, survey, language)
    if stored is None:
        raise Http404
    words = wording.with_our_name(stored)
    with fixed_texts.speaking(language, survey_drafts.texts(request, language)):
        if request.method != "POST" and "thanks" in request.GET:
            return _thank(request, words, Response(score=survey.scale_max))
        if request.method != "POST":
            form = AnswerForm(initial={"score": request.GET.get("score", "")}, survey=survey)
            return _ask(request, survey, words, form)
        form = AnswerForm(request.POST, survey=survey)
        if not is_sealed(request, SEALED_FOR):
            return _ask(request, survey, words, form, status=403)
        if not form.is_valid():
            return _ask(request, survey, words, form, status=400)
        answer = form.cleaned_data
        said = Response(
            score=answer["score"],
            comment=answer["comment"],
            wants_callback=answer["wants_callback"],
            phone=answer["phone"],
        )
        return _thank(request, words, said)


def _thank(request: HttpRequest, words: wording.Words, said: Response) -> HttpResponse:
    return _show(request, "loop/surveys/try_thanks.html", words, {"standing": said})


def _ask(
    request: HttpRequest, survey: Survey, words: wording.Words, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "scores": [(text, nps.category(int(text), survey.scale) is nps.Category.PROMOTER) for text in form.scale],
        "chosen": str(form["score"].value() or ""),
        "seal": seal(SEALED_FOR),
        "stale": status == 403,
        "contact": example_contact(reader(request)),
    }
    return _show(request, "loop/surveys/try_form.html", words, context, status=status)


def _show(
    request: HttpRequest, template: str, words: wording.Words, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    in_frame = "draft" in request.GET or "frame" in request.GET
    return show(request, template, {"words": words, "in_frame": in_frame, **context}, status=status)


def example_contact(user: User) -> Contact:
    """Whom a preview addresses: its reader, as if they were a customer. It is never stored."""
    return Contact(name=user.display_name, email=user.email, language=user.language)
