"""How are SLA policies written down and put in order, and for which cases would one have held?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from loop import deadlines, routing, setup_history, setup_versions
from loop.changes import ChangeRefused
from loop.models import Case, SlaPolicy, User

LONGEST_MINUTES = 60 * 24 * 250
LOOK_BACK = timedelta(days=30)
MOST_CASES = 500

FIELDS = (
    "name", "calendar", "contact_minutes", "urgent_contact_minutes", "urgent_max_score", "resolve_minutes",
    "overdue_repeat_minutes", "leadership_minutes", "fallback", "attempts_before_unreached", "recovery_after_days",
)  # fmt: skip
#: For which answers it holds; the default one holds for all.
CONDITIONS = ("segment", "min_score", "max_score", "min_value", "max_value")


def changed(policy: SlaPolicy, facts: Mapping[str, Any]) -> SlaPolicy:
    """A copy of the policy with these facts, checked and not stored. Raises ChangeRefused, which names the field."""
    copy = SlaPolicy() if policy._state.adding else SlaPolicy.objects.select_related("calendar").get(pk=policy.pk)
    for name in FIELDS if policy.is_default else (*FIELDS, *CONDITIONS, "is_active"):
        setattr(copy, name, facts[name])
    if not copy.name:
        raise ChangeRefused("name", _("A policy needs a name."))
    if SlaPolicy.objects.filter(name__iexact=copy.name).exclude(pk=policy.pk).exists():
        raise ChangeRefused("name", _("There is a policy of this name already."))
    _check_times(copy)
    if not copy.is_default:
        _check_conditions(copy)
    if copy.fallback is not None and not copy.fallback.is_active:
        raise ChangeRefused("fallback", _("%(name)s cannot sign in any more.") % {"name": copy.fallback.display_name})
    return copy


def _check_times(policy: SlaPolicy) -> None:
    for name in ("contact_minutes", "urgent_contact_minutes", "resolve_minutes", "overdue_repeat_minutes"):
        if not 0 < getattr(policy, name) <= LONGEST_MINUTES:
            raise ChangeRefused(name, _("More than nothing, and at most 6,000 working hours, please."))
    if not 0 <= policy.leadership_minutes <= LONGEST_MINUTES:
        raise ChangeRefused("leadership_minutes", _("At most 6,000 working hours, please; 0 for never."))
    for name in ("contact_minutes", "urgent_contact_minutes"):
        if getattr(policy, name) > policy.resolve_minutes:
            raise ChangeRefused(name, _("The first contact cannot be due after the resolution."))
    if not 1 <= policy.attempts_before_unreached <= 20:
        raise ChangeRefused("attempts_before_unreached", _("A number of days from 1 to 20, please."))
    if not 1 <= policy.recovery_after_days <= 365:
        raise ChangeRefused("recovery_after_days", _("A number of days from 1 to 365, please."))
    if not 0 <= policy.urgent_max_score <= 10:
        raise ChangeRefused("urgent_max_score", _("A score from 0 to 10, please."))


def _check_conditions(policy: SlaPolicy) -> None:
    if not has_conditions(policy):
        message = _("Say for which answers it holds: by segment, score or account value. “%(default)s” holds for all.")
        raise ChangeRefused("segment", message % {"default": deadlines.policy().name})
    for low, high, words in (
        ("min_score", "max_score", _("The lowest score is above the highest.")),
        ("min_value", "max_value", _("The lowest value is above the highest.")),
    ):
        lowest, highest = getattr(policy, low), getattr(policy, high)
        if lowest is not None and highest is not None and lowest > highest:
            raise ChangeRefused(high, words)


def has_conditions(policy: SlaPolicy) -> bool:
    """Whether it says for which answers it holds."""
    return any(getattr(policy, name) not in (None, "") for name in CONDITIONS)


@transaction.atomic
def save(
    policy: SlaPolicy, facts: Mapping[str, Any], *, actor: User | None, now: datetime, seen: int | None = None
) -> SlaPolicy:
    """Store a new policy, which comes last before the default one, or change one, for answers from now on.

    Raises:
        ChangeRefused: names the field.
        ChangedMeanwhile: it is not the version that was `seen`.
    """
    if not policy._state.adding:
        policy = SlaPolicy.objects.select_for_update().get(pk=policy.pk)
        setup_versions.require_seen(policy, seen)
    saved = changed(policy, facts)
    if saved._state.adding:
        saved.position = (SlaPolicy.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    setup_history.save(saved, actor=actor, now=now)
    return saved


@transaction.atomic
def move(policy: SlaPolicy, by: int, *, actor: User | None, now: datetime) -> None:
    """Ask about a policy so many places later than the others, or sooner where `by` is negative."""
    others = list(SlaPolicy.objects.select_for_update().filter(is_default=False).order_by("position", "pk"))
    place = next(number for number, one in enumerate(others) if one.pk == policy.pk)
    others.insert(max(0, place + by), others.pop(place))
    for position, one in enumerate(others, start=1):
        if one.position != position:
            one.position = position
            setup_history.changed_by(one, actor, now)
            one.save(update_fields=["position"])


def would_hold(policy: SlaPolicy, *, now: datetime) -> tuple[int, int]:
    """For how many of the cases of the last 30 days the policy as it is given would have held; and of how many."""
    others = [one for one in deadlines.policies_in_use() if one.pk != policy.pk]
    order = sorted([*others, *([policy] if policy.is_active else [])], key=_place)
    cases = Case.objects.filter(opened_at__gt=now - LOOK_BACK, opened_at__lte=now).order_by("-opened_at", "-pk")
    found = list(cases.select_related("response__survey", "response__contact__account")[:MOST_CASES])
    held = sum(_first(order, routing.facts_of(case.response)) is policy for case in found)
    return held, len(found)


def _place(policy: SlaPolicy) -> tuple[bool, bool, int, int]:
    """The default one comes last, and before it one that has no place yet."""
    return policy.is_default, policy._state.adding, policy.position, policy.pk or 0


def _first(policies: Sequence[SlaPolicy], facts: routing.Facts) -> SlaPolicy | None:
    return next((one for one in policies if not routing.policy_misfits(one, facts)), None)


def explain(facts: routing.Facts) -> tuple[SlaPolicy | None, list[tuple[SlaPolicy, str]]]:
    """Which policy holds for such an answer, and why those before it do not, in words."""
    passed: list[tuple[SlaPolicy, str]] = []
    for policy in deadlines.policies_in_use():
        misfits = routing.policy_misfits(policy, facts)
        if not misfits:
            return policy, passed
        passed.append((policy, "; ".join(misfits)))
    return None, passed
