"""Which languages were added, and what does Loop itself say to customers in them? Written with the page beside."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback import fixed_texts, languages, wording
from feedback.editing import ChangedMeanwhile
from feedback.models import AddedLanguage, SurveyWording
from loop.fixed_text_forms import FixedTextsForm
from loop.views import survey_drafts
from loop.views.editing import edit_of, seen, was_faster
from loop.views.frames import with_a_frame
from loop.views.setup import for_managers


@require_safe
@for_managers
def languages_page(request: HttpRequest) -> HttpResponse:
    """Every language some survey has words in that Loop does not ship, and how much of Loop's own is in it."""
    ours = list(dict(settings.LANGUAGES))
    asked = SurveyWording.objects.exclude(language__in=ours).values_list("language", flat=True)
    stored = {row.language: row for row in AddedLanguage.objects.all()}
    rows = [
        (code, fixed_texts.translated(stored.get(code) or AddedLanguage(language=code)))
        for code in sorted({*asked, *stored})
    ]
    context = {"rows": rows, "total": len(fixed_texts.all_texts())}
    return render(request, "loop/setup/added_languages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
@with_a_frame
def edit(request: HttpRequest, language: str) -> HttpResponse:
    """Loop's own words in one added language, with the English beside and the page as customers see it."""
    stands = _standing(language)
    if request.method != "POST":
        return _page(request, seen(FixedTextsForm(language=stands), stands.version), language)
    edit = edit_of(request)
    form = seen(FixedTextsForm(request.POST, language=stands), edit.version)
    survey_drafts.keep_texts(request, language, form.texts())
    if "look" in request.POST:
        return _page(request, form, language, draft=True)
    try:
        row = fixed_texts.store(language, form.texts(), edit)
    except fixed_texts.TextsRefused as refused:
        form.refuse(refused.why)
        return _page(request, form, language, draft=True, status=400)
    except ChangedMeanwhile as error:
        form.full_clean()
        was_faster(form, error, lambda: FixedTextsForm(language=_standing(language)))
        return _page(request, form, language, draft=True, status=409)
    told = {"done": fixed_texts.translated(row), "total": len(fixed_texts.all_texts())}
    messages.success(request, _("Saved: %(done)d of %(total)d translated.") % told)
    return redirect("fixed-texts", language=language)


@require_POST
@for_managers
def preview(request: HttpRequest, language: str) -> HttpResponse:
    """Keep what is being typed and answer with the frames that show it; asked by htmx as one types."""
    form = FixedTextsForm(request.POST, language=_standing(language))
    survey_drafts.keep_texts(request, language, form.texts())
    context = {"example": _example(language), "language": language, "draft": True, "form": form}
    return render(request, "loop/setup/_fixed_texts_preview.html", context)


def _standing(language: str) -> AddedLanguage:
    if languages.is_ours(language) or not languages.is_known(language):
        raise Http404
    return fixed_texts.standing(language)


def _example(language: str) -> SurveyWording | None:
    """Some survey that is asked in this language, to show the texts around its words."""
    found = SurveyWording.objects.select_related("survey").filter(language=language)
    return found.order_by("-survey__is_active", "survey_id").first()


def _page(
    request: HttpRequest, form: FixedTextsForm, language: str, *, draft: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "language": language,
        "example": _example(language),
        "draft": draft,
        "total": len(fixed_texts.all_texts()),
        "company": wording.company(),
    }
    return render(request, "loop/setup/fixed_texts.html", context, status=status)
