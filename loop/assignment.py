"""Whose case is it, and why?

The account's owner first, unless the answer speaks against it (`loop.conflicts`); then the rules in their order; then a
team's queue. Trying it out goes the same way, but takes nobody's turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from feedback.models import Account, Response, TouchpointEvent
from loop import access, conflicts, routing, turns
from loop.models import Absence, AccountOwner, AssignmentRule, Team, User
from loop.models.routing import Sharing
from loop.ownership import set_account_owner, team_of, told
from loop.presence import Presence
from loop.routing import Facts

__all__ = ["Choice", "Look", "choose", "explain", "rules_in_use", "set_account_owner", "team_of", "told"]


@dataclass(frozen=True)
class Choice:
    """Who gets a case: a person, or with no person the queue of a team (None: the queue all leads share)."""

    owner: User | None
    team: Team | None
    reason: str
    covers: Absence | None = field(default=None, compare=False)  # given to a substitute because of this absence
    instead_of: User | None = field(default=None, compare=False)  # who would have had it, had it not gone to their lead


@dataclass(frozen=True)
class Look:
    """One thing that was looked at on the way: its name, whether it decided, and why or why not."""

    name: str
    decided: bool
    why: str


@dataclass
class _Deciding:
    """One decision on its way: what it is about, and what was looked at."""

    facts: Facts
    now: datetime
    rules: Sequence[AssignmentRule]
    peek: bool = False
    looks: list[Look] = field(default_factory=list)
    _presence: Presence | None = None

    @property
    def presence(self) -> Presence:
        if self._presence is None:
            self._presence = Presence.at(self.now)
        return self._presence

    def look(self, name: str, why: str, *, decided: bool = False) -> None:
        self.looks.append(Look(name, decided, why))


def rules_in_use() -> list[AssignmentRule]:
    """The active rules in their order, with what they name."""
    rules = AssignmentRule.objects.filter(is_active=True).select_related("user", "team", "survey")
    return list(rules.order_by("position"))


@translation.override(settings.LANGUAGE_CODE)  # what is stored is in the language of the project
def choose(response: Response, *, now: datetime) -> Choice:
    """Who should follow up this response: account owner, else the first matching rule, else a team's queue."""
    facts = routing.facts_of(response)
    deciding = _Deciding(facts, now, ())
    if (choice := _account_owner(deciding)) is not None:
        return choice
    deciding.rules = rules_in_use()
    if any(rule.touchpoint for rule in deciding.rules):
        deciding.facts = routing.facts_of(response, touchpoint=touchpoint_of(response))
    return _rule(deciding) or _queue(deciding)


def explain(facts: Facts, *, now: datetime, rules: Sequence[AssignmentRule] | None = None) -> tuple[Choice, list[Look]]:
    """Who would get such an answer, and what was looked at on the way, in the reader's language. Changes nothing.

    Args:
        rules: to be tried instead of those in use, in their order.
    """
    deciding = _Deciding(facts, now, rules_in_use() if rules is None else rules, peek=True)
    choice = _account_owner(deciding) or _rule(deciding) or _queue(deciding)
    return choice, deciding.looks


def touchpoint_of(response: Response) -> str:
    """The event of another system that caused the survey this answers, if one did."""
    if response.invitation_id is None:
        return ""
    found = TouchpointEvent.objects.filter(invitation=response.invitation_id).order_by("pk")
    return found.values_list("touchpoint", flat=True).first() or ""


def _account_owner(deciding: _Deciding) -> Choice | None:
    account, name = deciding.facts.account, _("Account owner")
    if account is None:
        deciding.look(name, _("the answer belongs to no account"))
        return None
    ownership = _ownership(deciding, account)
    if ownership is None:
        deciding.look(name, _("nobody looks after %(account)s") % {"account": account.name})
        return None
    if not access.may_own(ownership.user):
        deciding.look(name, _("%(name)s does not take cases any more") % {"name": ownership.user.display_name})
        return None
    conflict = conflicts.look(deciding.facts, ownership, now=deciding.now)
    if conflict and (to_lead := _to_lead(deciding, ownership.user, conflict)):
        return to_lead
    looks_after = _("%(name)s looks after %(account)s") % {
        "name": ownership.user.display_name,
        "account": account.name,
    }
    if not ownership.perhaps_away:  # type: ignore[attr-defined]
        choice = Choice(ownership.user, team_of(ownership.user), looks_after)
    else:
        choice = _present(deciding, ownership.user, looks_after)
    deciding.look(name, choice.reason, decided=True)
    return choice


def _ownership(deciding: _Deciding, account: Account) -> AccountOwner | None:
    away = Absence.objects.filter(user=OuterRef("user"), ends_on__gte=deciding.now.date() - conflicts.A_DAY)
    owners = AccountOwner.objects.select_related("user").filter(account=account)
    return conflicts.with_what_happened(owners, deciding.facts).annotate(perhaps_away=Exists(away)).first()


def _to_lead(deciding: _Deciding, owner: User, conflict: str) -> Choice | None:
    """The lead takes the first look. While no lead is here, the case waits where only leads see it.

    In a company without any lead it stays with its owner, unless the customer has asked for somebody else.
    """
    lead, team = conflicts.lead_for(owner, deciding.presence)
    if lead is None and not deciding.facts.wants_someone_else and not conflicts.has_leads_besides(owner):
        return None
    if lead is None:
        waits = _("%(because)s: waits for a lead") % {"because": conflict}
        choice = Choice(None, None, waits, instead_of=owner)
    else:
        because = _("%(because)s: %(name)s takes the first look") % {"because": conflict, "name": lead.display_name}
        choice = Choice(lead, team, because, instead_of=owner)
    deciding.look(_("Account owner"), choice.reason, decided=True)
    return choice


def _rule(deciding: _Deciding) -> Choice | None:
    for rule in deciding.rules:
        because, misfits = _("Rule “%(rule)s”") % {"rule": rule.name}, routing.misfits(rule, deciding.facts)
        if misfits:
            deciding.look(because, "; ".join(misfits))
            continue
        choice = _by_rule(deciding, rule, because)
        if choice is not None:
            deciding.look(because, choice.reason, decided=True)
            return choice
        name = rule.user.display_name if rule.user else ""
        deciding.look(because, _("%(name)s does not take cases any more") % {"name": name})
    return None


def _by_rule(deciding: _Deciding, rule: AssignmentRule, because: str) -> Choice | None:
    if rule.user is not None:
        return _present(deciding, rule.user, because) if access.may_own(rule.user) else None
    team = rule.team
    if team is None:
        return None
    if rule.sharing == Sharing.QUEUE:
        waits = _("%(because)s: waits in the queue of %(team)s") % {"because": because, "team": team.name}
        return Choice(None, team, waits)
    given = turns.next_in(team, rule.sharing, deciding.presence, peek=deciding.peek)
    if given is None:
        nobody = _("%(because)s: nobody of %(team)s is here, waits in their queue")
        return Choice(None, team, nobody % {"because": because, "team": team.name})
    words = {
        Sharing.ROUND_ROBIN: _("%(because)s: %(name)s is next in %(team)s"),
        Sharing.LEAST_LOADED: _("%(because)s: %(name)s has the fewest open cases in %(team)s"),
    }[Sharing(rule.sharing)]
    return Choice(given, team, words % {"because": because, "name": given.display_name, "team": team.name})


def last_queue() -> Team | None:
    """The team in whose queue a case waits that no rule takes: the one named for it, or the only one there is."""
    teams = list(Team.objects.order_by("-is_fallback", "pk")[:2])
    return teams[0] if teams and (teams[0].is_fallback or len(teams) == 1) else None


def _queue(deciding: _Deciding) -> Choice:
    if (team := last_queue()) is not None:
        reason = _("Nobody looks after this account: waits in the queue of %(team)s") % {"team": team.name}
        choice = Choice(None, team, reason)
    else:
        choice = Choice(None, None, _("Nobody looks after this account and no rule names a team: waits for a lead"))
    deciding.look(_("Queue"), choice.reason, decided=True)
    return choice


def _present(deciding: _Deciding, user: User, because: str) -> Choice:
    """`user`, or who stands in when they are away today; nobody to stand in: their team's queue."""
    away = deciding.presence.running.get(user.pk)
    if away is None:
        return Choice(user, team_of(user), because)
    until = away.ends_on.isoformat()
    stand_in = deciding.presence.stand_in_for(user)
    if stand_in is not None:
        stands_in = _("%(because)s but is away until %(until)s; %(name)s stands in") % {
            "because": because,
            "until": until,
            "name": stand_in.display_name,
        }
        return Choice(stand_in, team_of(stand_in), stands_in, covers=away)
    nobody = _("%(because)s but is away until %(until)s and nobody stands in") % {"because": because, "until": until}
    return Choice(None, team_of(user), nobody, covers=away)
