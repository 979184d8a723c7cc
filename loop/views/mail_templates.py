"""How does an administrator change the templates of mails to customers? By language, with preview and history."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from feedback import wording
from feedback.editing import ChangedMeanwhile
from loop import changes, mail_templates, mail_variables
from loop.mail_templates import TemplateRefused
from loop.models import MailTemplate
from loop.views.editing import edit_of, opened, sent, was_faster
from loop.views.session import reader
from loop.views.setup import for_managers

#: What stands for a customer in a preview.
EXAMPLE = {"first_name": "Eva", "name": "Eva Lind", "account": "Fjord AB", "score": "4"}


class TemplateForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    text = forms.CharField(label=gettext_lazy("Mail"), widget=forms.Textarea(attrs={"rows": 14}))


class ChangeForm(TemplateForm):
    is_active = forms.BooleanField(label=gettext_lazy("Offer it when somebody writes a mail"), required=False)


class NewForm(TemplateForm):
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    key = forms.SlugField(
        label=gettext_lazy("Key"),
        max_length=50,
        required=False,
        help_text=gettext_lazy("The same for all languages of one template; made from the name when left empty."),
    )
    field_order = ("language", "name", "key", "subject", "text")


@require_safe
@for_managers
def templates(request: HttpRequest) -> HttpResponse:
    """All templates, one table for each language."""
    rows = list(MailTemplate.objects.order_by("position", "pk"))
    by_language = [(name, code, [row for row in rows if row.language == code]) for code, name in settings.LANGUAGES]
    return render(request, "loop/mail/templates.html", {"by_language": by_language})


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def new(request: HttpRequest) -> HttpResponse:
    """Add a template, or the words of one in another language."""
    if request.method != "POST":
        wanted = request.GET.get("language", "")
        known = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        return _page(request, NewForm(initial={"language": known}))
    form = NewForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    if "save" not in request.POST:
        return _page(request, form, language=form.cleaned_data["language"])
    try:
        made = mail_templates.create(**form.cleaned_data, by=reader(request), now=timezone.now())
    except TemplateRefused as refused:
        form.add_error(refused.field, refused.message)
        return _page(request, form, status=400)
    messages.success(request, _("The template is there."))
    return redirect("mail-template", template_id=made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def change(request: HttpRequest, template_id: int) -> HttpResponse:
    """One template: its words, how a mail of it looks, and what was changed when by whom."""
    row = get_object_or_404(MailTemplate, pk=template_id)
    known = {field: getattr(row, field) for field in ("name", "subject", "text", "is_active")}
    if request.method != "POST":
        return _page(request, opened(ChangeForm(initial=known), row), row=row, language=row.language)
    form = sent(ChangeForm(request.POST), request)
    if not form.is_valid():
        return _page(request, form, row=row, status=400)
    if "save" not in request.POST:
        return _page(request, form, row=row, language=row.language)
    try:
        edit = edit_of(request)
        changed = mail_templates.change(row, **form.cleaned_data, by=reader(request), now=edit.at, seen=edit.version)
    except TemplateRefused as refused:
        form.add_error(refused.field, refused.message)
        return _page(request, form, row=row, status=400)
    except ChangedMeanwhile as error:
        was_faster(form, error, lambda: ChangeForm(initial=known))
        return _page(request, form, row=row, language=row.language, status=409)
    messages.success(request, _("Saved. Mails that were written stay as they are.") if changed else _("As it was."))
    return redirect("mail-template", template_id=row.pk)


def _page(
    request: HttpRequest,
    form: TemplateForm,
    *,
    row: MailTemplate | None = None,
    language: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page; with a language it shows the mail as it would look in that language."""
    context: dict[str, Any] = {
        "form": form,
        "row": row,
        "variables": [(f"{{{name}}}", meaning) for name, (meaning, _value) in mail_variables.VARIABLES.items()],
        "history": changes.of(MailTemplate, only=[row.pk]) if row is not None else [],
    }
    if language:
        subject, text = str(form["subject"].value() or ""), str(form["text"].value() or "")
        if wrong := mail_variables.unknown(subject, text):
            context["wrong"] = f"{{{wrong[0]}}}"
        else:
            context["preview"] = _example(request, subject, text, language)
    return render(request, "loop/mail/template.html", context, status=status)


def _example(request: HttpRequest, subject: str, text: str, language: str) -> dict[str, str]:
    """The words as Eva Lind of Fjord AB would read them."""
    with translation.override(language):
        day = mail_variables.day_in_words(timezone.localdate())
    known = {**EXAMPLE, "answered_on": day, "sender": reader(request).display_name, "company": wording.company()}
    return {"subject": mail_variables.fill(subject, known), "text": mail_variables.fill(text, known)}
