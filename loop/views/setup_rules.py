"""Which rule gives a case to whom? Written, put in order, tried on a contact, and held against the last 30 days."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.editing import ChangedMeanwhile
from feedback.models import Contact, Response
from loop import assignment, changes, conflict_preview, conflicts, policies, routing, rules, search, sla
from loop.models import AssignmentRule, ConflictPolicy
from loop.setup_forms import ConflictForm, RuleForm, TryForm
from loop.views.editing import edit_of, opened, sent, was_faster
from loop.views.session import reader
from loop.views.setup import for_managers

MATCHES_SHOWN = 20
ANSWERS_SHOWN = 10


@require_safe
@for_managers
def rule_list(request: HttpRequest) -> HttpResponse:
    """The rules in their order, and when a case goes to the lead."""
    return _list(request)


def _kept(policy: ConflictPolicy) -> dict[str, object]:
    return {"owner_named": policy.owner_named, "second_within_days": policy.second_within_days}


def _list(
    request: HttpRequest,
    *,
    form: ConflictForm | None = None,
    lead_first: conflict_preview.LeadFirst | None = None,
    status: int = 200,
) -> HttpResponse:
    policy = conflicts.policy()
    context = {
        "rules": AssignmentRule.objects.select_related("user", "team", "survey").order_by("position"),
        "queue": assignment.last_queue(),
        "conflicts": form or opened(ConflictForm(initial=_kept(policy)), policy),
        "lead_first": lead_first,
        "history": changes.of(AssignmentRule),
        "policy_history": changes.of(ConflictPolicy, limit=5),
    }
    return render(request, "loop/setup/rules.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def new(request: HttpRequest) -> HttpResponse:
    """Another rule; it comes last."""
    return _edit(request, AssignmentRule())


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """One rule, and what it would have decided."""
    return _edit(request, get_object_or_404(AssignmentRule, pk=rule_id))


def _edit(request: HttpRequest, found: AssignmentRule) -> HttpResponse:
    is_new = found.pk is None
    now, would_be, status = timezone.now(), None, 200
    if request.method == "POST":
        form = sent(RuleForm(request.POST), request)
        status = 400
        if form.is_valid():
            try:
                if "save" in request.POST:
                    rules.save(found, form.facts(), actor=reader(request), now=now, seen=edit_of(request).version)
                    messages.success(request, _("The rule holds for answers that come in from now on."))
                    return redirect("setup-rules")
                would_be, status = rules.would_be(rules.build(found, form.facts()), now=now), 200
            except rules.RuleRefused as refused:
                form.add_error(refused.field, refused.message)
                status = 400
            except ChangedMeanwhile as error:
                was_faster(form, error, lambda: RuleForm(rule=AssignmentRule.objects.get(pk=found.pk)))
                status = 409
    else:
        form = RuleForm() if is_new else opened(RuleForm(rule=found), found)
    context = {
        "rule": found,
        "is_new": is_new,
        "form": form,
        "would_be": would_be,
        "without": None if is_new else rules.without(found, now=now),
        "history": [] if is_new else changes.of(AssignmentRule, only=[found.pk]),
        "now": now,
    }
    return render(request, "loop/setup/rule.html", context, status=status)


@require_POST
@for_managers
def move(request: HttpRequest, rule_id: int) -> HttpResponse:
    """One place up or down: the way without a mouse."""
    found = get_object_or_404(AssignmentRule, pk=rule_id)
    rules.move(found, -1 if "up" in request.POST else 1, actor=reader(request), now=timezone.now())
    messages.success(request, _("The order is changed."))
    return redirect("setup-rules")


@require_POST
@for_managers
def order(request: HttpRequest) -> HttpResponse:
    """The order as it was dragged."""
    ids = [int(one) for one in request.POST.get("order", "").split(",") if one.isascii() and one.isdigit()]
    rules.put_in_order(ids, actor=reader(request), now=timezone.now())
    messages.success(request, _("The order is changed."))
    return redirect("setup-rules")


@require_POST
@for_managers
def remove(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Take a rule out for good."""
    rules.remove(get_object_or_404(AssignmentRule, pk=rule_id), actor=reader(request), now=timezone.now())
    messages.success(request, _("The rule is gone. Cases stay with whom they are."))
    return redirect("setup-rules")


@require_POST
@for_managers
def conflict_policy(request: HttpRequest) -> HttpResponse:
    """When a case goes to the lead instead of to the account's owner."""
    form, edit = sent(ConflictForm(request.POST), request), edit_of(request)
    if not form.is_valid():
        return _list(request, form=form, status=400)
    if "save" not in request.POST:
        return _list(request, form=form, lead_first=conflict_preview.would_be(**form.cleaned_data, now=edit.at))
    try:
        conflicts.set_policy(**form.cleaned_data, actor=reader(request), now=edit.at, seen=edit.version)
    except ChangedMeanwhile as error:
        was_faster(form, error, lambda: ConflictForm(initial=_kept(conflicts.policy())))
        return _list(request, form=form, status=409)
    messages.success(request, _("Saved."))
    return redirect("setup-rules")


@require_safe
@for_managers
def try_out(request: HttpRequest) -> HttpResponse:
    """Who would get an answer of this contact, and why not anybody else? Everything stands in the address."""
    context: dict[str, object] = {"form": TryForm(request.GET if request.GET else None), "now": timezone.now()}
    form = context["form"]
    if request.GET.get("answer", "").isdigit():
        given = get_object_or_404(
            Response.objects.select_related("contact__account", "survey"), pk=request.GET["answer"]
        )
        facts = routing.facts_of(given, touchpoint=assignment.touchpoint_of(given))
        choice, looks = assignment.explain(facts, now=timezone.now())
        context |= {"given": given, "choice": choice, "looks": looks, **_due(facts, choice)}
        return render(request, "loop/setup/try.html", context | {"form": TryForm()})
    if isinstance(form, TryForm) and form.is_bound and form.is_valid():
        words = form.cleaned_data["contact"].replace("\x00", "").strip()
        exact = Contact.objects.filter(external_id=words)
        found = exact if exact.exists() else Contact.objects.filter(
            search.containing(words, "email", "name", "account__name", "account__external_id")
        )  # fmt: skip
        matches = list(found.select_related("account").order_by("name", "pk")[: MATCHES_SHOWN + 1])
        if len(matches) == 1:
            context |= _tried(form, matches[0])
        elif matches:
            context["matches"] = matches[:MATCHES_SHOWN]
        else:
            form.add_error("contact", _("Nobody like that is known."))
    return render(request, "loop/setup/try.html", context)


def _tried(form: TryForm, contact: Contact) -> dict[str, object]:
    data = form.cleaned_data
    facts = routing.Facts(
        score=data["score"],
        account=contact.account,
        contact=contact,
        survey=data["survey"],
        comment=data["comment"],
        language=contact.language.partition("-")[0],
        touchpoint=data["touchpoint"],
        is_detractor=data["score"] <= 6,
        wants_someone_else=data["wants_someone_else"],
    )
    choice, looks = assignment.explain(facts, now=timezone.now())
    answers = (
        Response.objects.counted().filter(contact=contact).select_related("survey").order_by("-responded_at", "-pk")
    )
    return {
        "contact": contact,
        "choice": choice,
        "looks": looks,
        **_due(facts, choice),
        "answers": answers[:ANSWERS_SHOWN],
    }


def _due(facts: routing.Facts, choice: assignment.Choice) -> dict[str, object]:
    """By which policy and when the first contact would be due, were it opened now."""
    policy, passed = policies.explain(facts)
    if policy is None:
        return {"policy": None, "passed": passed}
    calendar = choice.team.calendar if choice.team is not None and choice.team.calendar is not None else policy.calendar
    due = sla.due_times(facts.score, timezone.now(), policy.targets(), calendar.hours(), settings.LANGUAGE_CODE)
    return {"policy": policy, "passed": passed, "due": due}
