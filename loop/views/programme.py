"""How is the asking going, and by which rules? The programme page."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feedback import sampling
from feedback.editing import ChangedMeanwhile
from feedback.programme import RulesRefused, change_rules
from loop import access
from loop.programme_forms import RulesForm
from loop.reporting import repeats
from loop.reporting.programme import programme as read
from loop.survey_forms import refused
from loop.views.editing import edit_of, seen, was_faster
from loop.views.session import reader
from loop.views.setup import for_managers
from loop.views.surveys import for_programme


@require_safe
@for_programme
def programme(request: HttpRequest) -> HttpResponse:
    """Who answers, who does not and why, how often people are asked, what leaves next, and the rules."""
    in_force = sampling.rules()
    return _page(request, seen(RulesForm(rules=in_force), in_force.version))


@require_POST
@for_managers
def rules(request: HttpRequest) -> HttpResponse:
    """Change the rules of asking."""
    edit = edit_of(request)
    form = seen(RulesForm(request.POST, rules=sampling.rules()), edit.version)
    if form.is_valid():
        try:
            change_rules(**form.cleaned_data, edit=edit)
        except RulesRefused as error:
            refused(form, error.field, error.message)
        except ChangedMeanwhile as error:
            was_faster(form, error, lambda: RulesForm(rules=sampling.rules()))
            return _page(request, form, status=409)
        else:
            messages.success(request, _("The rules are changed."))
            return redirect("programme")
    return _page(request, form, status=400)


def _page(request: HttpRequest, form: RulesForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    context: dict[str, Any] = {
        "now": now,
        "tab": "programme",
        "programme": read(now=now),
        "repeats": repeats.of_programme(now=now),
        "rules": sampling.rules(),
        "form": form,
        "may_manage": access.may_manage(reader(request)),
    }
    return render(request, "loop/programme/programme.html", context, status=status)
