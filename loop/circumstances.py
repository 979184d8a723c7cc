"""What has to be looked up to decide whose a case is, and by when? Asked anew for one answer, once for many."""

from collections.abc import Callable, Hashable
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet

from feedback.prepared import Prepared
from loop import conflicts, deadlines, ownership, turns, word_rules
from loop.models import Absence, AccountOwner, AssignmentRule, SlaPolicy, Team, User, WordRule
from loop.open_hours import NoOpenHours
from loop.presence import Outlook, Presence
from loop.routing import Facts
from loop.working_time import next_opening

if TYPE_CHECKING:
    from loop.openings import Alike


class Circumstances:
    """What is so around one answer, looked up when it is asked for. `loop.triage_many` remembers it for many."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.studies_run = True  # for all we know, until the policies are asked for

    @cached_property
    def presence(self) -> Presence:
        """Who is away now, or when work begins again: on a Saturday also whoever is away from Monday."""
        try:
            opens = next_opening(self.now, deadlines.policy().calendar.hours())
        except (deadlines.NoPolicy, NoOpenHours):
            return Presence.at(self.now)
        outlook = Outlook.between(self.now, opens)
        return Presence(outlook.at(opens).running | outlook.at(self.now).running)

    def rules(self) -> list[AssignmentRule]:
        return rules_in_use()

    def policies(self) -> list[SlaPolicy]:
        found = deadlines.policies_in_use()
        self.studies_run = any(policy.studies_run for policy in found)  # type: ignore[attr-defined]
        return found

    def word_rule(self, survey_id: int) -> WordRule | None:
        return word_rules.stored_rule(survey_id)

    def last_queue(self) -> Team | None:
        return last_queue()

    def ownership(self, facts: Facts) -> AccountOwner | None:
        """Who looks after the account, with what `conflicts.look` asks and whether they may be away."""
        if facts.account is None:
            return None
        account, day = facts.account.pk, _earliest(self.now)
        if facts.contact is None or facts.contact.pk is None:
            return _owner.first(account=account, day=day)
        return _owner_besides.first(account=account, day=day, contact=facts.contact.pk)

    def team_of(self, user: User) -> Team | None:
        return ownership.team_of(user)

    def lead_for(self, owner: User) -> tuple[User | None, Team | None]:
        return conflicts.lead_for(owner, self.presence)

    def has_leads_besides(self, owner: User) -> bool:
        return conflicts.has_leads_besides(owner)

    def next_in(self, team: Team, sharing: str, *, peek: bool) -> User | None:
        """Whose turn it is; unless one only peeks, it is theirs from now on."""
        return turns.next_in(team, sharing, self.presence, peek=peek)

    def alike(self, kind: Hashable, make: Callable[[], "Alike"]) -> "Alike":
        """What openings of this kind are made from; `make` finds it out."""
        return make()


def rules_in_use() -> list[AssignmentRule]:
    """The active rules in their order, with what they name."""
    rules = AssignmentRule.objects.filter(is_active=True).select_related("user", "team", "survey")
    return list(rules.order_by("position"))


def last_queue() -> Team | None:
    """The team in whose queue a case waits that no rule takes: the one named for it, or the only one there is."""
    teams = list(Team.objects.order_by("-is_fallback", "pk")[:2])
    return teams[0] if teams and (teams[0].is_fallback or len(teams) == 1) else None


def owners_at(now: datetime) -> QuerySet[AccountOwner]:
    """The owners of accounts, each with whether they may be away: no absence of theirs needs a look otherwise."""
    return _owners(_earliest(now))


def _earliest(now: datetime) -> date:
    """The day on which an absence may end that runs at `now` in some zone."""
    return now.date() - conflicts.A_DAY


def _owners(day: date) -> QuerySet[AccountOwner]:
    away = Absence.objects.filter(user=OuterRef("user"), ends_on__gte=day)
    return AccountOwner.objects.select_related("user").annotate(perhaps_away=Exists(away))


_owner = Prepared(
    lambda account, day: conflicts.with_what_happened(_owners(day).filter(account=account), besides=None),
    account=int, day=date,
)  # fmt: skip
_owner_besides = Prepared(
    lambda account, day, contact: conflicts.with_what_happened(_owners(day).filter(account=account), besides=contact),
    account=int, day=date, contact=int,
)  # fmt: skip
