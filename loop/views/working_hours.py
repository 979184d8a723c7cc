"""When does somebody work? Everybody sets their own hours, leads those of their people, administrators all."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loop import access, changes, deadlines, working_weeks
from loop.changes import ChangeRefused
from loop.models import User
from loop.views.session import reader, signed_in
from loop.week_forms import OwnHoursForm


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def working_hours(request: HttpRequest, user_id: int) -> HttpResponse:
    """The week of one person, what a change of it would mean for their customers, and its history."""
    actor, now = reader(request), timezone.now()
    person = get_object_or_404(access.plannable_people(actor), pk=user_id)
    calendar = deadlines.office_of(person)
    form = OwnHoursForm(
        request.POST if request.method == "POST" else None,
        week=working_weeks.week_of(person),
        is_own=person.working_week is not None,
        is_for_another=person != actor,
    )
    then, status = person, 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                then = working_weeks.changed(person, form.week())
                if "look" in request.POST:
                    status = 200
                else:
                    working_weeks.change(person, form.week(), actor=actor, now=now)
                    messages.success(request, _("The working hours are saved."))
                    return redirect("working-hours", user_id=person.pk)
            except ChangeRefused as refused:
                form.add_error(refused.field, refused.message)
    context = {
        "person": person,
        "is_own": person == actor,
        "form": form,
        "preview": working_weeks.preview(person, then, now=now),
        "zone": (person.time_zone or calendar.time_zone).replace("_", " "),
        "office_zone": calendar.time_zone.replace("_", " "),
        "history": changes.of(User, only=[person.pk], about="working_week"),
    }
    return render(request, "loop/people/working_hours.html", context, status=status)
