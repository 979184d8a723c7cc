"""How does somebody put off being reminded of a case, and have it back? From the page of the case, POST only."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from loop import access, snoozes
from loop.locking import StepNotAllowed, StepRefused
from loop.snooze_forms import SnoozeForm
from loop.surroundings import Surroundings
from loop.views.cases import case_page, load
from loop.views.session import reader, signed_in


@require_POST
@signed_in
def snooze(request: HttpRequest, case_id: int) -> HttpResponse:
    """Not before then; where that is refused the page says why, with what was chosen."""
    user, now = reader(request), timezone.now()
    case = load(user, case_id)
    if not snoozes.may(user, case):
        raise PermissionDenied
    form = SnoozeForm(request.POST, case=case, hours=Surroundings(user, case, now).hours, now=now)
    if not form.is_valid():
        return case_page(request, case, snooze_form=form, status=400)
    try:
        made = snoozes.snooze(case_id=case_id, until=form.cleaned_data["at"], actor=user, now=now)
    except access.NotAllowed as error:
        raise PermissionDenied from error
    except StepRefused as error:
        form.add_error(error.field, error.message)
        return case_page(request, case, snooze_form=form, status=400)
    except StepNotAllowed as error:
        messages.error(request, error.message)
        return case_page(request, load(user, case_id), status=409)
    told = date_format(timezone.localtime(made.until), pgettext("date format: weekday, day, time", "D j M H:i"))
    messages.success(request, _("You are reminded on %(time)s, or sooner if there is news.") % {"time": told})
    return redirect("case", case_id=case_id)


@require_POST
@signed_in
def wake(request: HttpRequest, case_id: int) -> HttpResponse:
    """As usual from now on."""
    user = reader(request)
    load(user, case_id)
    if snoozes.wake(case_id=case_id, actor=user, now=timezone.now()):
        messages.success(request, _("You are reminded as usual."))
    return redirect("case", case_id=case_id)
