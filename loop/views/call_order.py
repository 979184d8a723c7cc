"""Why was this customer not called before others? Asked on the page of a case that was passed over."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from loop import access, call_order
from loop.locking import TEXT_LIMIT, StepRefused
from loop.views.session import reader, signed_in


class WhyForm(forms.Form):
    why = forms.ChoiceField(
        label=gettext_lazy("Why others were called first"),
        choices=[("", gettext_lazy("choose")), *call_order.Why.choices],  # nobody's reason is chosen for them
        error_messages={"required": gettext_lazy("Choose the reason.")},
    )
    text = forms.CharField(label=gettext_lazy("In your words"), max_length=TEXT_LIMIT, required=False)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="why-%s")


@require_POST
@signed_in
def say_why(request: HttpRequest, case_id: int) -> HttpResponse:
    """Write down the reason, and back to the case; refused, the form with what was typed."""
    user = reader(request)
    case = get_object_or_404(access.visible_cases(user).select_related("contact", "account"), pk=case_id)
    form = WhyForm(request.POST)
    try:
        access.require(user, "note", case)
        if form.is_valid():
            call_order.say_why(case_id=case.pk, **form.cleaned_data, actor=user, now=timezone.now())
            messages.success(request, _("Saved."))
            return redirect("case", case_id=case.pk)
    except access.NotAllowed as error:
        raise PermissionDenied from error
    except StepRefused as refused:
        form.add_error(refused.field, refused.message)
    return render(request, "loop/cases/why.html", {"case": case, "form": form, "now": timezone.now()}, status=400)


def form_for(*, needs_reason: bool, may_note: bool) -> WhyForm | None:
    """The form for the page of a case that was passed over without a reason, if its reader may give one."""
    return WhyForm() if may_note and needs_reason else None
