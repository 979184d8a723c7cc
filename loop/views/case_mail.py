"""How does somebody write to the customer from a case? Choose words, see the mail as it will arrive, send it once."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods

from loop import access, correspondence, mail_templates, mail_variables, mailing, timeline, workflow
from loop.models import Case, CaseMail, MailTemplate
from loop.views.cases import load
from loop.views.session import reader, signed_in


class MailForm(forms.Form):
    """A mail as it is typed; `key` names this form, so that sending it twice sends once."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    template = forms.SlugField(required=False, max_length=50, widget=forms.HiddenInput)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=mailing.SUBJECT_LIMIT)
    text = forms.CharField(label=gettext_lazy("Mail"), widget=forms.Textarea(attrs={"rows": 14}))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def write(request: HttpRequest, case_id: int) -> HttpResponse:
    """Begin a mail with `?template=`, look at it, send it."""
    user = reader(request)
    case = load(user, case_id)
    if not access.may(user, "attempt", case):
        raise PermissionDenied
    if request.method != "POST":
        return _begin(request, case)
    form = MailForm(request.POST)
    if not form.is_valid():
        return _page(request, case, form, status=400)
    if "send" in request.POST:
        return _send(request, case, form)
    shown = mailing.fill(case, form.cleaned_data["subject"], form.cleaned_data["text"], user)
    return _page(request, case, form, shown=shown)


def _begin(request: HttpRequest, case: Case) -> HttpResponse:
    template = _chosen(case, request.GET.get("template", ""))
    draft = mailing.draft(case, template, reader(request))
    last = correspondence.unanswered(timeline.story(case))
    mail: CaseMail | None = last.mail if last is not None else None  # type: ignore[attr-defined]
    subject = draft.subject or (_answering(mail.subject) if mail is not None else "")
    typed = {"subject": subject, "text": draft.text, "template": template.key if template else ""}
    form = MailForm(initial={**typed, "version": case.version, "key": uuid.uuid4()})
    return _page(request, case, form)


def _answering(subject: str) -> str:
    return subject if subject[:3].casefold() in ("re:", "sv:", "vs:") else f"Re: {subject}"


def _chosen(case: Case, key: str) -> MailTemplate | None:
    return next((template for template in mail_templates.offered(case) if template.key == key), None)


def _send(request: HttpRequest, case: Case, form: MailForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        mailing.send(
            case_id=case.pk,
            subject=data["subject"],
            text=data["text"],
            key=str(data["key"]),
            template=_chosen(case, data["template"]),
            actor=reader(request),
            version=data["version"],
            now=timezone.now(),
        )
    except access.NotAllowed as error:
        raise PermissionDenied from error
    except workflow.StepRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return _page(request, case, form, status=400)
    except workflow.StepNotAllowed as conflict:
        return _conflict(request, case, conflict)
    messages.success(request, _sent(Case.objects.get(pk=case.pk)))
    return redirect("case", case_id=case.pk)


def _sent(case: Case) -> str:
    """What has become of the mail, and of the try that was planned."""
    told = _("The mail is on its way. It counts as an attempt until the customer answers.")
    if case.next_try_at is None:
        return told
    at = date_format(timezone.localtime(case.next_try_at), pgettext("date format: weekday, day, time", "D j M H:i"))
    return f"{told} {_('The next try stays planned: %(at)s.') % {'at': at}}"


def _conflict(request: HttpRequest, case: Case, conflict: workflow.StepNotAllowed) -> HttpResponse:
    """What was typed stays, ready to be sent for the case as it is now."""
    case = load(reader(request), case.pk)
    typed = request.POST.copy()
    typed["version"] = str(case.version)
    form = MailForm(typed)
    form.add_error(None, conflict.message)
    form.add_error(None, _("Read what changed; if your step still makes sense, send it again."))
    return _page(request, case, form, status=409)


def _page(
    request: HttpRequest, case: Case, form: MailForm, *, shown: mailing.Draft | None = None, status: int = 200
) -> HttpResponse:
    user = reader(request)
    now_said = shown or mailing.Draft(str(form["subject"].value() or ""), str(form["text"].value() or ""))
    context: dict[str, Any] = {
        "case": case,
        "now": timezone.now(),
        "form": form,
        "shown": shown,
        "left": now_said.left,
        "barred": mailing.why_not(case),
        "templates": mail_templates.offered(case),
        "chosen": form["template"].value(),
        "variables": [(f"{{{name}}}", meaning) for name, (meaning, _value) in mail_variables.VARIABLES.items()],
        "sender": user,
        "answers_are_filed": bool(settings.REPLY_ADDRESS),
        "language": dict(settings.LANGUAGES)[mail_templates.language_of(case)],
    }
    return render(request, "loop/mail/write.html", context, status=status)
