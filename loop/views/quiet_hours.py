"""When are people of each role told, and what reaches them at any hour? Setup of quiet hours."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from feedback.editing import ChangedMeanwhile
from loop import changes, quiet_hours
from loop.changes import ChangeRefused
from loop.models import QuietHours, Role
from loop.views.editing import edit_of, opened, sent, was_faster
from loop.views.session import reader
from loop.views.setup import for_managers


class QuietForm(forms.Form):
    begins = forms.IntegerField(label=gettext_lazy("Told from, hour"), min_value=0, max_value=23)
    ends = forms.IntegerField(label=gettext_lazy("Told until, hour"), min_value=1, max_value=24)
    on_days_off = forms.BooleanField(label=gettext_lazy("Also on weekends and holidays"), required=False)
    urgent_anyway = forms.BooleanField(label=gettext_lazy("What is urgent at any hour"), required=False)

    def __init__(self, data: QueryDict | None = None, *, rule: QuietHours) -> None:
        super().__init__(data, auto_id=f"quiet-{rule.role}-%s")
        self.rule = rule
        self.initial = {name: getattr(rule, name) for name in self.fields}


@require_safe
@for_managers
def quiet(request: HttpRequest) -> HttpResponse:
    """Every role and when its people are told."""
    return _page(request)


@require_POST
@for_managers
def change(request: HttpRequest, role: str) -> HttpResponse:
    """Say when people of a role are told."""
    if role not in Role.values:
        raise Http404
    found = quiet_hours.of_role(role)
    form, edit = sent(QuietForm(request.POST, rule=found), request), edit_of(request)
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        quiet_hours.change(role, **form.cleaned_data, actor=reader(request), now=edit.at, seen=edit.version)
    except ChangeRefused as refused:
        form.add_error(refused.field, refused.message)
        return _page(request, form, status=400)
    except ChangedMeanwhile as error:
        was_faster(form, error, lambda: QuietForm(rule=quiet_hours.of_role(role)))
        return _page(request, form, status=409)
    messages.success(request, _("Saved."))
    return redirect("quiet-hours")


def _page(request: HttpRequest, refused: QuietForm | None = None, status: int = 200) -> HttpResponse:
    rules = [quiet_hours.of_role(role) for role in Role.values]
    shown = [
        refused if refused is not None and refused.rule.role == rule.role else opened(QuietForm(rule=rule), rule)
        for rule in rules
    ]
    context = {"forms": shown, "history": changes.of(QuietHours)}
    return render(request, "loop/setup/quiet_hours.html", context, status=status)
