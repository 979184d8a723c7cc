"""At how many answers of the last 30 days would the lead have looked first, under another policy than today's?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from feedback.models.response import Category
from loop import conflicts, routing
from loop.models import AccountOwner, Case, ConflictPolicy, Resolution

LOOK_BACK = timedelta(days=30)
MOST_CASES = 500


@dataclass(frozen=True)
class LeadFirst:
    """Of so many cases of accounts with an owner: with the lead under today's policy, and under the other one."""

    looked_at: int
    today: int
    then: int


def would_be(*, owner_named: bool, second_within_days: int, now: datetime) -> LeadFirst:
    """Hold a policy against the answers of the last 30 days, the latest 500 of them. Changes nothing."""
    found = Case.objects.filter(opened_at__gt=now - LOOK_BACK, opened_at__lte=now, account__ownership__isnull=False)
    found = found.select_related("response__survey", "response__contact__account", "account__ownership__user")
    cases = list(found.order_by("-opened_at", "-pk")[:MOST_CASES])
    other = ConflictPolicy(owner_named=owner_named, second_within_days=second_within_days)
    earlier = _earlier(cases, now)
    today = conflicts.policy()
    return LeadFirst(
        len(cases),
        sum(_goes_to_lead(case, today, earlier) for case in cases),
        sum(_goes_to_lead(case, other, earlier) for case in cases),
    )


def _earlier(cases: list[Case], now: datetime) -> dict[int | None, list[tuple[int | None, int | None, datetime]]]:
    """By account: whose unhappy answers came when, and whose case that became; newest first."""
    since = now - LOOK_BACK - timedelta(days=365)
    rows = Case.objects.filter(account__in={case.account_id for case in cases}, opened_at__gt=since)
    rows = rows.filter(response__category=Category.DETRACTOR).exclude(resolution=Resolution.WITHDRAWN)
    found: dict[int | None, list[tuple[int | None, int | None, datetime]]] = {}
    for account, contact, owner, at in rows.order_by("-opened_at").values_list(
        "account", "contact", "owner", "opened_at"
    ):
        found.setdefault(account, []).append((contact, owner, at))
    return found


def _goes_to_lead(
    case: Case, policy: ConflictPolicy, earlier: dict[int | None, list[tuple[int | None, int | None, datetime]]]
) -> bool:
    looked_after: AccountOwner = case.account.ownership  # type: ignore[union-attr]
    others = (
        at
        for contact, owner, at in earlier.get(case.account_id, [])
        if at < case.opened_at and contact != case.contact_id and owner == looked_after.user_id
    )
    looked_after.latest_other = next(others, None)  # type: ignore[attr-defined]
    looked_after.owner_named = policy.owner_named  # type: ignore[attr-defined]
    looked_after.second_within_days = policy.second_within_days  # type: ignore[attr-defined]
    return bool(conflicts.look(routing.facts_of(case.response), looked_after, now=case.opened_at))
