"""What do we want the NPS to become, and is the change so far more than chance? Goals, read by all, set by the top."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from feedback.editing import ChangedMeanwhile
from loop import access, changes, report_file, sight
from loop import goals as doors
from loop.changes import ChangeRefused
from loop.goals import GoalFacts
from loop.models import Goal
from loop.report_pages.catalogue import BY_NAME
from loop.reporting import filters as report_filters
from loop.views.editing import edit_of, opened, sent, was_faster
from loop.views.reports import page
from loop.views.session import reader, signed_in
from loop.yardstick_forms import GoalForm


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def goals(request: HttpRequest) -> HttpResponseBase:
    """Every goal with how far it is, and where another is set."""
    if request.method != "POST":
        return _page(request)
    _require(request)
    form = GoalForm(request.POST)
    if form.is_valid():
        try:
            doors.save(GoalFacts(**form.cleaned_data), actor=reader(request), now=timezone.now())
        except ChangeRefused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("The goal is set."))
            return redirect("goals")
    return _page(request, form, status=400)


@require_POST
@signed_in
def change(request: HttpRequest, goal_id: int) -> HttpResponseBase:
    """Change a goal, retire it or bring it back."""
    _require(request)
    goal = get_object_or_404(Goal, pk=goal_id)
    form, edit, status = sent(GoalForm(request.POST, goal=goal), request), edit_of(request), 400
    if form.is_valid():
        try:
            facts = GoalFacts(**form.cleaned_data)
            doors.save(facts, goal=goal, actor=reader(request), now=edit.at, seen=edit.version)
        except ChangeRefused as refused:
            form.add_error(refused.field, refused.message)
        except ChangedMeanwhile as error:
            was_faster(form, error, lambda: GoalForm(goal=Goal.objects.get(pk=goal_id)))
            status = 409
        else:
            messages.success(request, _("The goal is changed."))
            return redirect("goals")
    return _page(request, form, status=status)


def _require(request: HttpRequest) -> None:
    if not access.may_set_goals(reader(request)):
        raise PermissionDenied


@sight.once
def _page(request: HttpRequest, refused: GoalForm | None = None, status: int = 200) -> HttpResponse:
    user = reader(request)
    report, now = BY_NAME["goals"], timezone.now()
    filters = report_filters.parse(QueryDict(), now=now)
    context = report.figures(user, filters, now, {}) | {"page": "goals", "now": now}
    context["files"] = [(kind.upper(), page.file_of(report, kind, filters, {})) for kind in report_file.FORMATS]
    if access.may_set_goals(user):
        of_goal = refused.goal.pk if refused is not None and refused.goal is not None else None
        context |= {
            "may_set": True,
            "form": refused if refused is not None and refused.goal is None else GoalForm(),
            "rows": [
                refused if refused is not None and goal.pk == of_goal else opened(GoalForm(goal=goal), goal)
                for goal in Goal.objects.select_related("survey").order_by("-is_active", "due_on", "pk")
            ],
            "refused": of_goal,
            "history": changes.of(Goal),
        }
    return render(request, "loop/reports/goals.html", context, status=status)
