"""How are assignment rules written down, put in order and taken out, and what would they have decided?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from loop import assignment, routing, setup_history, setup_versions
from loop.models import AssignmentRule, Case, Role, Team, User

LOOK_BACK = timedelta(days=30)
MOST_CASES = 500
ASIDE = 1_000_000  # positions while an order is being written: a position is unique


class RuleRefused(ValueError):
    """The rule cannot be like that; `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Elsewhere:
    """An answer that would have gone another way."""

    case: Case
    before: str
    after: str


@dataclass(frozen=True)
class WouldBe:
    """What rules would have decided: so many by each, these differently."""

    looked_at: int
    by_rule: list[tuple[str, int]]
    elsewhere: list[Elsewhere]


def build(rule: AssignmentRule, facts: dict[str, Any]) -> AssignmentRule:
    """The rule with these facts in it, not stored.

    Raises:
        RuleRefused: it names nobody or two, or its bounds are the wrong way round.
    """
    for name, value in facts.items():
        setattr(rule, name, value)
    if (rule.user is None) == (rule.team is None):
        raise RuleRefused("receiver", _("Name a person or a team."))
    if rule.user is not None and (not rule.user.is_active or rule.user.role == Role.LEADERSHIP):
        raise RuleRefused("receiver", _("%(name)s takes no cases.") % {"name": rule.user.display_name})
    for low, high, words in (
        ("min_score", "max_score", _("The lowest score is above the highest.")),
        ("min_value", "max_value", _("The lowest value is above the highest.")),
    ):
        lowest, highest = getattr(rule, low), getattr(rule, high)
        if lowest is not None and highest is not None and lowest > highest:
            raise RuleRefused(high, words)
    return rule


@transaction.atomic
def save(
    rule: AssignmentRule, facts: dict[str, Any], *, actor: User | None, now: datetime, seen: int | None = None
) -> AssignmentRule:
    """Store a rule; a new one comes last.

    Raises:
        RuleRefused: see `build`.
        ChangedMeanwhile: it is not the version that was `seen`.
    """
    if not rule._state.adding:
        rule = AssignmentRule.objects.select_for_update().get(pk=rule.pk)
        setup_versions.require_seen(rule, seen)
    build(rule, facts)
    if rule._state.adding:
        rule.position = (AssignmentRule.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    setup_history.changed_by(rule, actor, now)
    rule.save()
    return rule


@transaction.atomic
def put_in_order(ids: Sequence[int], *, actor: User | None, now: datetime) -> None:
    """Store the order of the rules; those not named keep theirs, behind."""
    rules = {rule.pk: rule for rule in AssignmentRule.objects.select_for_update().order_by("position")}
    named = [rules[pk] for pk in dict.fromkeys(ids) if pk in rules]
    order = [*named, *(rule for rule in rules.values() if rule not in named)]
    moved = [(place, rule) for place, rule in enumerate(order, start=1) if rule.position != place]
    for place, rule in moved:
        AssignmentRule.objects.filter(pk=rule.pk).update(position=ASIDE + place)
    for place, rule in moved:
        rule.position = place
        setup_history.changed_by(rule, actor, now)
        rule.save(update_fields=["position"])


def move(rule: AssignmentRule, by: int, *, actor: User | None, now: datetime) -> None:
    """Put a rule so many places further down, or up where `by` is negative."""
    order = list(AssignmentRule.objects.order_by("position").values_list("pk", flat=True))
    place = order.index(rule.pk)
    order.insert(max(0, place + by), order.pop(place))
    put_in_order(order, actor=actor, now=now)


def remove(rule: AssignmentRule, *, actor: User | None, now: datetime) -> None:
    """Delete a rule; its history stays."""
    setup_history.changed_by(rule, actor, now)
    rule.delete()


def would_be(rule: AssignmentRule, *, now: datetime) -> WouldBe:
    """What the rules would have decided with `rule` as it is given, for the cases of the last 30 days.

    Only cases whose account has no owner come to the rules at all.
    """
    today = assignment.rules_in_use()
    if rule._state.adding:
        return _held_against(today, [*today, rule] if rule.is_active else today, now)
    then = [other for other in today if other.pk != rule.pk] + ([rule] if rule.is_active else [])
    return _held_against(today, sorted(then, key=lambda one: one.position), now)


def without(rule: AssignmentRule, *, now: datetime) -> WouldBe:
    """What the rules would have decided for the cases of the last 30 days, were this one taken out."""
    today = assignment.rules_in_use()
    return _held_against(today, [other for other in today if other.pk != rule.pk], now)


def _held_against(today: list[AssignmentRule], then: list[AssignmentRule], now: datetime) -> WouldBe:
    counted: dict[str, int] = {}
    elsewhere = []
    cases, queue = list(_came_to_the_rules(now)), assignment.last_queue()
    for case in cases:
        touchpoint = next((event.touchpoint for event in _touchpoints(case)), "")
        facts = routing.facts_of(case.response, touchpoint=touchpoint)
        before, after = _winner(today, facts), _winner(then, facts)
        ways = _goes_to(before, queue), _goes_to(after, queue)
        counted[ways[1]] = counted.get(ways[1], 0) + 1
        if ways[0] != ways[1]:
            elsewhere.append(Elsewhere(case, *ways))
    return WouldBe(len(cases), sorted(counted.items(), key=lambda row: -row[1]), elsewhere)


def _came_to_the_rules(now: datetime) -> Iterable[Case]:
    cases = Case.objects.filter(opened_at__gt=now - LOOK_BACK, opened_at__lte=now)
    nobody = Q(account=None) | Q(account__ownership=None) | Q(account__ownership__user__is_active=False)
    found = cases.filter(nobody).select_related("response__survey", "response__contact__account", "contact", "account")
    return found.prefetch_related("response__invitation__touchpoints").order_by("-opened_at", "-pk")[:MOST_CASES]


def _touchpoints(case: Case) -> Iterable[Any]:
    invitation = case.response.invitation
    return invitation.touchpoints.all() if invitation is not None else ()


def _winner(rules: Sequence[AssignmentRule], facts: routing.Facts) -> AssignmentRule | None:
    for rule in rules:
        if rule.user is not None and not rule.user.is_active:
            continue
        if not routing.misfits(rule, facts):
            return rule
    return None


def _goes_to(rule: AssignmentRule | None, queue: Team | None) -> str:
    if rule is None:
        return _("the queue of %(team)s") % {"team": queue.name} if queue is not None else _("the queue of all leads")
    receiver = rule.user.display_name if rule.user is not None else rule.team.name if rule.team is not None else ""
    return f"{rule.name} → {receiver}"


def conditions(rule: AssignmentRule) -> list[str]:
    """What must hold for the rule, each in a few words; none where it always does."""
    scores = _span(rule.min_score, rule.max_score, lowest="0", highest="10")
    values = _span(rule.min_value, rule.max_value, lowest="0", highest="…")
    named = rule.survey.name if rule.survey is not None else ""
    return [
        words
        for words in (
            rule.segment,
            rule.country,
            rule.language,
            named,
            rule.touchpoint,
            _("score %(span)s") % {"span": scores} if scores else "",
            _("value %(span)s") % {"span": values} if values else "",
        )
        if words
    ]


def _span(low: Any, high: Any, *, lowest: str, highest: str) -> str:
    if low is None and high is None:
        return ""
    first, last = (number_format(bound, use_l10n=True) if bound is not None else "" for bound in (low, high))
    return f"{first or lowest}–{last or highest}"
