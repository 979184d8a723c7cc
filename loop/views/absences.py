"""Who is away when, and who stands in? Everybody plans their own absences, leads those of their people."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loop import absences, access, changes
from loop.models import Absence, Case, User
from loop.models.people import AbsenceQuerySet
from loop.setup_forms import AbsenceForm
from loop.views.session import reader, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def absence_list(request: HttpRequest) -> HttpResponse:
    """What is planned and running, and a form for another one."""
    user = reader(request)
    people = access.plannable_people(user)
    if request.method != "POST":
        return _page(request)
    form = AbsenceForm(request.POST, people=people, own=user)
    if form.is_valid() and _plan(form, user, form.cleaned_data["user"]):
        messages.success(request, _told(form, form.cleaned_data["user"]))
        return redirect("absences")
    return _page(request, new=form, status=400)


@require_POST
@signed_in
def change(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Other days or another substitute."""
    user = reader(request)
    absence = get_object_or_404(_visible(user), pk=absence_id)
    form = AbsenceForm(request.POST, people=access.plannable_people(user), own=user, absence=absence)
    if form.is_valid() and _plan(form, user, absence.user, absence):
        messages.success(request, _("The absence is changed."))
        return redirect("absences")
    return _page(request, changed=(absence_id, form), status=400)


@require_POST
@signed_in
def end(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Back early, or not going at all."""
    user = reader(request)
    absence = get_object_or_404(_visible(user), pk=absence_id)
    name, has_begun = absence.user.display_name, absence.starts_on <= absences.day_of(absence.user, timezone.now())
    try:
        absences.end(absence, actor=user, now=timezone.now())
    except absences.AbsenceRefused as refused:
        messages.error(request, refused.message)
    else:
        told = _("%(name)s is here from today on.") if has_begun else _("The absence of %(name)s is struck out.")
        messages.success(request, told % {"name": name})
    return redirect("absences")


def _plan(form: AbsenceForm, actor: User, user: User, absence: Absence | None = None) -> bool:
    """Whether the absence was planned; if not the form says why."""
    data = form.cleaned_data
    try:
        absences.plan(
            user=user,
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            substitute=data["substitute"],
            actor=actor,
            now=timezone.now(),
            absence=absence,
        )
    except absences.AbsenceRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return False
    except access.NotAllowed as error:
        raise PermissionDenied from error
    return True


def _told(form: AbsenceForm, user: User) -> str:
    """What will happen now, in a sentence."""
    count = Case.objects.open().filter(owner=user).count()
    substitute = form.cleaned_data["substitute"]
    if substitute is None:
        return _("Planned. Meanwhile the leads are reminded of %(n)d open cases, and new ones wait in the queue.") % {
            "n": count
        }
    return _("Planned. Meanwhile %(name)s sees and does the work: %(n)d open cases and the new ones.") % {
        "name": substitute.display_name,
        "n": count,
    }


def _visible(user: User) -> AbsenceQuerySet:
    return Absence.objects.filter(user__in=access.plannable_people(user).values("pk")).select_related("user")


def _page(
    request: HttpRequest,
    *,
    new: AbsenceForm | None = None,
    changed: tuple[int, AbsenceForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    user, now = reader(request), timezone.now()
    people = access.plannable_people(user)
    today = absences.day_of(user, now)
    planned = _visible(user).filter(ends_on__gte=today).select_related("substitute").order_by("starts_on", "pk")
    refused_id, refused_form = changed or (0, None)
    rows = [
        {
            "absence": one,
            "running": one.starts_on <= today,
            "form": refused_form if one.pk == refused_id else AbsenceForm(people=people, own=user, absence=one),
        }
        for one in planned
    ]
    covering = User.objects.filter(pk__in=user.covering_people).order_by("away_until", "name")
    context = {
        "now": now,
        "rows": rows,
        "new": new or AbsenceForm(people=people, own=user),
        "people": people.order_by("name", "email"),
        "for_others": people.count() > 1,
        "covering": covering,
        "history": changes.of(Absence, user__in=people.values("pk")),
    }
    return render(request, "loop/absences/absences.html", context, status=status)
