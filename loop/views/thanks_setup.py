"""How does a survey thank, and which words open a case? Set up beside the survey, with what a change would do."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feedback.editing import ChangedMeanwhile
from feedback.models import Survey
from feedback.models.survey import SurveyKind
from loop import changes, thanks, thanks_policies, word_rules
from loop.changes import ChangeRefused
from loop.models import ThanksPolicy, WordRule
from loop.survey_forms import refused
from loop.thanks_forms import ThanksForm, WordRuleForm
from loop.views.editing import edit_of, seen, was_faster
from loop.views.session import reader
from loop.views.setup import for_managers

FOUND_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def policy(request: HttpRequest, survey_id: int) -> HttpResponse:
    """How promoters and passives of a survey are thanked and what they are asked."""
    survey = get_object_or_404(Survey, pk=survey_id)
    stands, status = thanks.policy_of(survey), 200
    form, shown, told = seen(ThanksForm(policy=stands), stands.version), stands, None
    if request.method == "POST":
        edit = edit_of(request)
        form, status = seen(ThanksForm(request.POST, policy=stands), edit.version), 400
        if form.is_valid():
            try:
                shown = thanks_policies.changed(survey, form.facts())
                if "look" not in request.POST:
                    thanks_policies.change(survey, form.facts(), actor=reader(request), edit=edit, now=timezone.now())
                    messages.success(request, _("Saved. It holds for answers that come in from now on."))
                    return redirect("survey-thanks", survey_id=survey.pk)
                told, status = thanks_policies.differences(stands, shown), 200
            except ChangeRefused as error:
                refused(form, error.field, error.message)
            except ChangedMeanwhile as error:
                stands = thanks.policy_of(survey)
                was_faster(form, error, lambda: ThanksForm(policy=stands))
                status = 409
    language = _language(request)
    context: dict[str, Any] = {
        **_around(survey, "thanks"),
        "form": form,
        "changes": told,
        "languages": settings.LANGUAGES,
        "language": language,
        "previews": thanks_policies.preview(shown, language=language, who=reader(request).name_told),
        "policy": shown,
        "lately": thanks_policies.lately(survey, now=timezone.now()),
        "reasons": thanks_policies.reasons(survey, now=timezone.now()),
        "history": changes.of(ThanksPolicy, only=[stands.pk]) if stands.pk else [],
        "is_recovery": survey.kind == SurveyKind.RECOVERY,
    }
    return render(request, "loop/surveys/thanks.html", context, status=status)


def _language(request: HttpRequest) -> str:
    """In which language the preview is shown: as chosen, else the reader's, else the project's."""
    known = dict(settings.LANGUAGES)
    wanted = (request.POST.get("language", ""), request.GET.get("language", ""), reader(request).language)
    return next((code for code in wanted if code in known), settings.LANGUAGE_CODE)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def word_rule(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Which words open a case for an answer that is no low score; tried on the last 30 days before it is saved."""
    survey = get_object_or_404(Survey, pk=survey_id)
    stands, status, would_open = word_rules.rule_of(survey), 200, None
    form = seen(WordRuleForm(rule=stands), stands.version)
    if request.method == "POST":
        edit = edit_of(request)
        form, status = seen(WordRuleForm(request.POST, rule=stands), edit.version), 400
        if form.is_valid():
            try:
                if "save" in request.POST:
                    word_rules.change(survey, form.facts(), actor=reader(request), edit=edit, now=timezone.now())
                    messages.success(request, _("Saved. It holds for answers that come in from now on."))
                    return redirect("survey-words", survey_id=survey.pk)
                wanted = word_rules.changed(survey, form.facts())
                would_open, status = word_rules.would_open(wanted, now=timezone.now()), 200
            except ChangeRefused as error:
                refused(form, error.field, error.message)
            except ChangedMeanwhile as error:
                stands = word_rules.rule_of(survey)
                was_faster(form, error, lambda: WordRuleForm(rule=stands))
                status = 409
    context: dict[str, Any] = {
        **_around(survey, "complaint-words"),
        "form": form,
        "would_open": would_open,
        "found": would_open.found[:FOUND_SHOWN] if would_open else [],
        "history": changes.of(WordRule, only=[stands.pk]) if stands.pk else [],
    }
    return render(request, "loop/surveys/complaint_words.html", context, status=status)


def _around(survey: Survey, part: str) -> dict[str, Any]:
    return {"survey": survey, "part": part, "tab": "surveys", "may_manage": True}
