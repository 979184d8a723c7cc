"""Who works with Loop? People invited, changed, leaving and coming back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from feedback.editing import ChangedMeanwhile
from loop import changes, leaving, people, working_weeks
from loop.leaving import HomeRefused, LastAdmin, StillHolds
from loop.models import Absence, Membership, User
from loop.people import PersonRefused
from loop.setup_forms import LeavingForm, PersonForm, chosen_receiver
from loop.views.editing import edit_of, opened, sent, was_faster
from loop.views.session import reader
from loop.views.setup import for_managers

ACCOUNTS_SHOWN = 200  # to be handed over one by one; the rest goes together


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def person_list(request: HttpRequest) -> HttpResponse:
    """Everybody, those who left last; and a form to invite somebody."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        try:
            user, _new = people.add(
                email=data["email"], role=data["role"], name=data["name"], teams=[team.name for team in data["teams"]]
            )
        except PersonRefused as refused:
            form.add_error("email", str(refused))
        else:
            people.change_own(user, name=user.name, language=data["language"], time_zone=data["time_zone"], now=now)
            people.invite(user, now=now)
            messages.success(request, _("%(name)s is mailed the way in.") % {"name": user.display_name})
            return redirect("setup-people")
    everybody = User.objects.prefetch_related("teams").select_related("stand_in")
    context = {
        "form": form,
        "people": everybody.order_by("-is_active", "name", "email"),
        "history": changes.of(User),
    }
    return render(request, "loop/setup/people.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person: what they are called, may do and belong to. What a change means is shown before it is saved."""
    user = get_object_or_404(User, pk=user_id)
    if request.method != "POST":
        return _page(request, user, opened(PersonForm(user=user), user))
    form, edit = sent(PersonForm(request.POST, user=user), request), edit_of(request)
    if not form.is_valid():
        return _page(request, user, form, status=400)
    if "save" not in request.POST:
        return _page(request, user, form, differs=_changes(user, form))
    try:
        people.change(user, **form.cleaned_data, actor=reader(request), now=edit.at, seen=edit.version)
    except ChangedMeanwhile as error:
        was_faster(form, error, lambda: PersonForm(user=User.objects.get(pk=user.pk)))
        return _page(request, user, form, status=409)
    except PersonRefused as refused:
        form.add_error("email", str(refused))
    except (StillHolds, LastAdmin) as refused:
        form.add_error("role", str(refused))
    else:
        messages.success(request, _("Saved."))
        return redirect("setup-person", user_id=user.pk)
    return _page(request, user, form, status=400)


def _changes(user: User, form: PersonForm) -> list[str]:
    """What saving would change, each in a sentence."""
    data, told, now = form.cleaned_data, [], timezone.now()
    for name in ("name", "email", "role", "language", "time_zone"):
        if data[name] != getattr(user, name):
            shown = {"what": form.fields[name].label, "before": getattr(user, name) or "–", "after": data[name] or "–"}
            told.append(_("%(what)s: %(before)s becomes %(after)s.") % shown)
    before, after = set(user.teams.all()), set(data["teams"])
    told += [_("Joins %(team)s.") % {"team": team.name} for team in sorted(after - before, key=lambda one: one.name)]
    told += [_("Leaves %(team)s.") % {"team": team.name} for team in sorted(before - after, key=lambda one: one.name)]
    without = leaving.teams_left_without_lead(user)
    stays_lead = data["role"] == user.role
    for team in without:
        if not stays_lead or team not in after:
            told.append(_("%(team)s is left without a lead: the other leads see its cases.") % {"team": team.name})
    cases = leaving.open_cases(user).count()
    if before != after and after and cases:
        told.append(_("%(n)d open cases go along into the new team.") % {"n": cases})
    held = leaving.holdings(user, now)
    if data["role"] == "leadership" and user.role != "leadership" and held:
        things = ", ".join(f"{holding.count} {holding.name}" for holding in held)
        told.append(
            _("This will be refused: leadership only reads, and there still is: %(things)s.") % {"things": things}
        )
    return told


def _page(
    request: HttpRequest, user: User, form: PersonForm, *, differs: list[str] | None = None, status: int = 200
) -> HttpResponse:
    memberships = Membership.objects.filter(user=user).values_list("pk", flat=True)
    context = {
        "person": user,
        "form": form,
        "changes": differs,
        "holdings": leaving.holdings(user, timezone.now()),
        "working_days": working_weeks.days(user, user),
        "outside": working_weeks.calls_outside(user, now=timezone.now()),
        "absences": user.absences.order_by("-starts_on")[:5],
        "history": changes.of(User, only=[user.pk]),
        "memberships": changes.of(Membership, only=list(memberships)),
    }
    return render(request, "loop/setup/person.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def leave(request: HttpRequest, user_id: int) -> HttpResponse:
    """All that hangs on somebody, a new home for all of it in one go, and then the door."""
    user, now, actor = get_object_or_404(User, pk=user_id, is_active=True), timezone.now(), reader(request)
    accounts = list(leaving.accounts_of(user).order_by("name", "pk")[:ACCOUNTS_SHOWN])
    absences = list(leaving.substitutions(user, now).select_related("user").order_by("starts_on", "pk"))
    sent_in = request.POST if request.method == "POST" else None
    form = LeavingForm(sent_in, leaver=user, accounts=accounts, absences=absences)
    held = leaving.holdings(user, now)
    if not held:
        form.fields["to"].required = False
    if request.method == "POST" and form.is_valid():
        try:
            if held:
                homes = {name: leaving.Home(*chosen_receiver(said)) for name, said in form.cleaned_data.items() if said}
                apart = {account.pk: homes[f"account-{account.pk}"] for account in accounts
                         if f"account-{account.pk}" in homes}  # fmt: skip
                stand_ins = {absence.pk: named for absence in absences if (named := _named(homes, absence))}
                leaving.hand_over_and_leave(
                    user, to=homes["to"], apart=apart, stand_ins=stand_ins, actor=actor, now=now
                )
            else:
                leaving.leave(user, actor=actor, now=now)
        except HomeRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else "to", refused.message)
        except (StillHolds, LastAdmin) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(name)s has left; everything has a new home.") % {"name": user.display_name})
            return redirect("setup-person", user_id=user.pk)
    context: dict[str, Any] = {
        "person": user,
        "form": form,
        "holdings": held,
        "cases": leaving.open_cases(user).for_display().order_by("contact_due_at", "pk")[:50],
        "rules": leaving.rules_naming(user),
        "without_lead": leaving.teams_left_without_lead(user),
        "now": now,
    }
    return render(request, "loop/setup/leaving.html", context, status=400 if form.is_bound else 200)


def _named(homes: dict[str, leaving.Home], absence: Absence) -> User | None:
    home = homes.get(f"absence-{absence.pk}")
    return home.person if home is not None else None


@require_POST
@for_managers
def come_back(request: HttpRequest, user_id: int) -> HttpResponse:
    """Somebody who had left works here again."""
    user = get_object_or_404(User, pk=user_id, is_active=False)
    people.come_back(user, actor=reader(request), now=timezone.now())
    messages.success(request, _("%(name)s can sign in again.") % {"name": user.display_name})
    return redirect("setup-person", user_id=user.pk)


@require_POST
@for_managers
def invite(request: HttpRequest, user_id: int) -> HttpResponse:
    """Mail them the link once more."""
    user = get_object_or_404(User, pk=user_id, is_active=True)
    people.invite(user, now=timezone.now())
    messages.success(request, _("%(name)s is mailed the way in.") % {"name": user.display_name})
    return redirect("setup-person", user_id=user.pk)
