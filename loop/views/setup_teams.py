"""Which teams are there, who is in them, and who leads them?"""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feedback.editing import ChangedMeanwhile
from loop import changes, sight, teams
from loop.models import Case, Role, Team
from loop.models.case_query import OPEN_STATES
from loop.setup_forms import TeamForm
from loop.views.editing import edit_of, opened, sent, was_faster
from loop.views.session import reader
from loop.views.setup import for_managers


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def team_list(request: HttpRequest) -> HttpResponse:
    """All teams, and a form for a new one."""
    form = TeamForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        saved = _save(request, Team(), form)
        if saved is not None:
            messages.success(request, _("The team “%(name)s” is there.") % {"name": saved.name})
            return redirect("setup-teams")
    rows = Team.objects.annotate(
        people=Count("members", filter=Q(members__is_active=True), distinct=True),
        open_cases=Count("cases", filter=Q(cases__state__in=OPEN_STATES), distinct=True),
    )
    context = {
        "form": form,
        "teams": rows.order_by("name").prefetch_related("members"),
        "leaderless": set(sight.teams_without_lead().values_list("pk", flat=True)),
        "history": changes.of(Team),
        "lead": Role.LEAD,
    }
    return render(request, "loop/setup/teams.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def team(request: HttpRequest, team_id: int) -> HttpResponse:
    """One team. What a change means is shown before it is saved."""
    found = get_object_or_404(Team, pk=team_id)
    form = opened(TeamForm(team=found), found)
    if request.method == "POST":
        form = sent(TeamForm(request.POST, team=found), request)
    differs, status = None, 200
    if request.method == "POST" and not form.is_valid():
        status = 400
    elif request.method == "POST" and "save" not in request.POST:
        differs = _changes(found, form)
    elif request.method == "POST":
        if _save(request, found, form) is not None:
            messages.success(request, _("Saved."))
            return redirect("setup-team", team_id=found.pk)
        status = 409 if hasattr(form, "stands") else 400
    context = {
        "team": found,
        "form": form,
        "changes": differs,
        "history": changes.of(Team, only=[found.pk]),
    }
    return render(request, "loop/setup/team.html", context, status=status)


def _save(request: HttpRequest, team: Team, form: TeamForm) -> Team | None:
    data = form.cleaned_data
    try:
        return teams.save(
            team,
            name=data["name"],
            is_fallback=data["is_fallback"],
            calendar=data["calendar"],
            members=list(data["members"]),
            actor=reader(request),
            now=timezone.now(),
            seen=edit_of(request).version,
        )
    except teams.TeamRefused as refused:
        form.add_error("name", str(refused))
    except ChangedMeanwhile as error:
        was_faster(form, error, lambda: TeamForm(team=Team.objects.get(pk=team.pk)))
    return None


def _changes(team: Team, form: TeamForm) -> list[str]:
    """What saving would change, each in a sentence."""
    data, told = form.cleaned_data, []
    if data["name"] != team.name:
        told.append(_("%(before)s is called %(after)s from now on.") % {"before": team.name, "after": data["name"]})
    if data["is_fallback"] != team.is_fallback:
        told.append(
            _("Cases nobody else is responsible for wait in this team's queue.")
            if data["is_fallback"]
            else _("Cases nobody else is responsible for do not wait here any more.")
        )
    if data["calendar"] != team.calendar:
        hours = data["calendar"].name if data["calendar"] else _("as the policy of a case says")
        told.append(_("New cases are counted in these working hours: %(hours)s.") % {"hours": hours})
    before, after = set(team.members.filter(is_active=True)), set(data["members"])
    told += [_("%(name)s joins.") % {"name": one.display_name} for one in sorted(after - before, key=str)]
    for one in sorted(before - after, key=str):
        told.append(_("%(name)s leaves.") % {"name": one.display_name})
        cases = Case.objects.open().filter(owner=one, team=team).count()
        if cases:
            told.append(_("%(n)d open cases of %(name)s go along.") % {"n": cases, "name": one.display_name})
    if after and not any(one.role == Role.LEAD for one in after):
        told.append(_("The team is without a lead: the other leads see its cases."))
    return told
