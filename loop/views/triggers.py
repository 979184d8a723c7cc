"""What happens with a customer that causes a survey? The rules of triggers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feedback import trigger_rules
from feedback import triggers as triggers_of
from feedback.editing import ChangedMeanwhile
from feedback.models import TriggerRule
from feedback.sampling import Quiet
from loop import access
from loop.programme_forms import TriggerForm
from loop.survey_forms import refused
from loop.views.editing import edit_of, seen, was_faster
from loop.views.session import reader
from loop.views.setup import for_managers
from loop.views.surveys import for_programme


@require_safe
@for_programme
def triggers(request: HttpRequest) -> HttpResponse:
    """The rules, those in use first, and a form for a new one."""
    return _page(request)


@require_POST
@for_managers
def add(request: HttpRequest) -> HttpResponse:
    """Write down a new rule."""
    form = TriggerForm(request.POST)
    if form.is_valid():
        try:
            trigger_rules.create(**form.facts())
        except trigger_rules.RuleRefused as error:
            refused(form, error.field, error.message)
        else:
            messages.success(request, _("The rule holds for events that come in from now on."))
            return redirect("triggers")
    return _page(request, new=form, status=400)


@require_POST
@for_managers
def change(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Change a rule, or take it out of use."""
    rule = get_object_or_404(TriggerRule, pk=rule_id)
    edit = edit_of(request)
    form = seen(TriggerForm(request.POST, rule=rule), edit.version)
    if form.is_valid():
        try:
            trigger_rules.change(rule, edit, **form.facts())
        except trigger_rules.RuleRefused as error:
            refused(form, error.field, error.message)
        except ChangedMeanwhile as error:
            was_faster(form, error, lambda: TriggerForm(rule=TriggerRule.objects.get(pk=rule_id)))
            return _page(request, changed=(rule_id, form), status=409)
        else:
            messages.success(request, _("The rule is changed, for events that come in from now on."))
            return redirect("triggers")
    return _page(request, changed=(rule_id, form), status=400)


def _page(
    request: HttpRequest,
    *,
    new: TriggerForm | None = None,
    changed: tuple[int, TriggerForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    refused_id, refused_form = changed or (0, None)
    programme = Quiet.of_programme()
    rows = [
        {
            "rule": rule,
            "quiet": triggers_of.quiet_of(rule, programme),
            "form": refused_form if rule.pk == refused_id else seen(TriggerForm(rule=rule), rule.version),
        }
        for rule in TriggerRule.objects.select_related("survey").order_by("-is_active", "touchpoint", "pk")
    ]
    context = {
        "tab": "triggers",
        "rows": rows,
        "new": new or TriggerForm(),
        "may_manage": access.may_manage(reader(request)),
    }
    return render(request, "loop/programme/triggers.html", context, status=status)
