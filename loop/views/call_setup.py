"""What do callers say, ask and choose from? Setup of conversation guides and call forms."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from feedback.editing import ChangedMeanwhile
from loop import changes, guides, setup_versions
from loop.call_setup_forms import GuideForm, NewGuideForm, QuestionForm
from loop.changes import ChangeRefused
from loop.models import ConversationGuide
from loop.views.editing import edit_of, seen, sent, was_faster
from loop.views.session import reader
from loop.views.setup import for_managers


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def guide_list(request: HttpRequest) -> HttpResponse:
    """Every guide, and where another begins."""
    form, status = NewGuideForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = guides.create(**form.cleaned_data, actor=reader(request), now=timezone.now())
            except ChangeRefused as refused:
                form.add_error(None, refused.message)
            else:
                messages.success(request, _("The guide begins as a copy of the one that held there. Change its words."))
                return redirect("guide", guide_id=made.pk)
        status = 400
    found = ConversationGuide.objects.select_related("survey").order_by("survey", "category")
    context = {"guides": found, "form": form}
    return render(request, "loop/setup/guides.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def guide(request: HttpRequest, guide_id: int) -> HttpResponse:
    """One guide: its words by language with a preview, its call form, and its history."""
    found = _guide(guide_id)
    if request.method != "POST":
        return _guide_page(request, found)
    form = sent(GuideForm(request.POST, guide=found), request)
    if not form.is_valid():
        return _guide_page(request, found, form=form, status=400)
    try:
        if "look" in request.POST:
            return _guide_page(request, found, form=form, texts=guides.cleaned_texts(form.cleaned_data))
        edit = edit_of(request)
        guides.change_texts(
            guide_id=found.pk, texts=form.cleaned_data, actor=reader(request), now=edit.at, seen=edit.version
        )
    except ChangedMeanwhile as error:
        was_faster(form, error, lambda: GuideForm(guide=_guide(guide_id)))
        return _guide_page(request, found, form=form, status=409)
    except ChangeRefused as refused:
        form.add_error(refused.field or None, refused.message)
        return _guide_page(request, found, form=form, status=400)
    messages.success(request, _("The guide is saved."))
    return redirect("guide", guide_id=found.pk)


@require_POST
@for_managers
def question_add(request: HttpRequest, guide_id: int) -> HttpResponse:
    """Add a question to the call form."""
    return _question(request, _guide(guide_id), "")


@require_POST
@for_managers
def question(request: HttpRequest, guide_id: int, key: str) -> HttpResponse:
    """Change a question of the call form, or remove it."""
    found = _guide(guide_id)
    if found.question(key) is None:
        raise Http404
    if "remove" in request.POST:
        guides.remove_question(guide_id=found.pk, key=key, actor=reader(request), now=timezone.now())
        messages.success(request, _("The question is removed. What was answered stays on the timelines."))
        return redirect("guide", guide_id=found.pk)
    return _question(request, found, key)


def _question(request: HttpRequest, found: ConversationGuide, key: str) -> HttpResponse:
    form = sent(QuestionForm(request.POST, question=found.question(key) if key else None), request)
    status, edit = 400, edit_of(request)
    if form.is_valid():
        try:
            guides.save_question(
                guide_id=found.pk,
                key=key,
                question=form.question(),
                actor=reader(request),
                now=edit.at,
                seen=edit.version,
            )
        except ChangeRefused as refused:
            form.add_error(None, refused.message)
        except ChangedMeanwhile as error:
            now_asked = _guide(found.pk).question(key) if key else None
            was_faster(form, error, lambda: QuestionForm(question=now_asked))
            status = 409
        else:
            messages.success(request, _("The call form is saved."))
            return redirect("guide", guide_id=found.pk)
    return _guide_page(request, found, refused=(key, form), status=status)


def _guide(guide_id: int) -> ConversationGuide:
    return get_object_or_404(ConversationGuide.objects.select_related("survey"), pk=guide_id)


def _guide_page(
    request: HttpRequest,
    found: ConversationGuide,
    *,
    form: GuideForm | None = None,
    texts: dict[str, str] | None = None,
    refused: tuple[str, QuestionForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    language, version = translation.get_language() or "", setup_versions.standing(found).version
    asked: list[dict[str, Any]] = [
        {
            "key": each["key"],
            "label": guides.words(each["labels"], language),
            "form": refused[1] if refused and refused[0] == each["key"] else seen(QuestionForm(question=each), version),
            "open": bool(refused and refused[0] == each["key"]),
        }
        for each in found.questions
    ]
    shown = texts if texts is not None else found.texts
    context = {
        "guide": found,
        "form": form or seen(GuideForm(guide=found), version),
        "previews": [
            (name, code, guides.lines({code: shown[code]}, code)[1])
            for code, name in settings.LANGUAGES
            if shown.get(code)
        ],
        "open_cases": guides.open_cases(found),
        "questions": asked,
        "new_question": refused[1] if refused and not refused[0] else seen(QuestionForm(), version),
        "new_is_open": bool(refused and not refused[0]),
        "history": changes.of(ConversationGuide, only=[found.pk]),
    }
    return render(request, "loop/setup/guide.html", context, status=status)
