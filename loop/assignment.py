"""Whose case is it, and why?

The account's owner first, unless the answer speaks against it (`loop.conflicts`); then the rules in their order; then a
team's queue. Trying it out goes the same way, but takes nobody's turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.models import Response, TouchpointEvent
from loop import access, conflicts, routing
from loop.circumstances import Circumstances, last_queue, rules_in_use
from loop.models import Absence, AssignmentRule, Team, User
from loop.models.routing import Sharing
from loop.ownership import set_account_owner, team_of, told
from loop.routing import Facts

_ACCOUNT_OWNER, _QUEUE = gettext_lazy("Account owner"), gettext_lazy("Queue")

__all__ = [
    "Choice",
    "Look",
    "choose",
    "explain",
    "last_queue",
    "rules_in_use",
    "set_account_owner",
    "team_of",
    "told",
]


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
    """One decision on its way: what it is about, and, of one that is only tried out, what was looked at."""

    facts: Facts
    now: datetime
    rules: Sequence[AssignmentRule]
    around: Circumstances
    peek: bool = False
    looks: list[Look] = field(default_factory=list)

    def look(self, name: str | Promise, why: str, *, decided: bool = False) -> None:
        if self.peek:
            self.looks.append(Look(str(name), decided, why))


def choose(
    response: Response, *, now: datetime, around: Circumstances | None = None, facts: Facts | None = None
) -> Choice:
    """Who should follow up this response: account owner, else the first matching rule, else a team's queue.

    The reason is in the active language: whoever stores it makes that the language of the project.

    Args:
        around: what has been looked up already, where many are decided about.
        facts: what the answer tells, where the caller has asked it.
    """
    deciding = _Deciding(facts or routing.facts_of(response), now, (), around or Circumstances(now))
    if (choice := _account_owner(deciding)) is not None:
        return choice
    deciding.rules = deciding.around.rules()
    if any(rule.touchpoint for rule in deciding.rules):
        deciding.facts = routing.facts_of(response, touchpoint=touchpoint_of(response))
    return _rule(deciding) or _queue(deciding)


def explain(facts: Facts, *, now: datetime, rules: Sequence[AssignmentRule] | None = None) -> tuple[Choice, list[Look]]:
    """Who would get such an answer, and what was looked at on the way, in the reader's language. Changes nothing.

    Args:
        rules: to be tried instead of those in use, in their order.
    """
    around = Circumstances(now)
    deciding = _Deciding(facts, now, around.rules() if rules is None else rules, around, peek=True)
    choice = _account_owner(deciding) or _rule(deciding) or _queue(deciding)
    return choice, deciding.looks


def touchpoint_of(response: Response) -> str:
    """The event of another system that caused the survey this answers, if one did."""
    if response.invitation_id is None:
        return ""
    found = TouchpointEvent.objects.filter(invitation=response.invitation_id).order_by("pk")
    return found.values_list("touchpoint", flat=True).first() or ""


def _account_owner(deciding: _Deciding) -> Choice | None:
    account = deciding.facts.account
    if account is None:
        deciding.look(_ACCOUNT_OWNER, _("the answer belongs to no account"))
        return None
    ownership = deciding.around.ownership(deciding.facts)
    if ownership is None:
        deciding.look(_ACCOUNT_OWNER, _("nobody looks after %(account)s") % {"account": account.name})
        return None
    if not access.may_own(ownership.user):
        name = ownership.user.display_name
        deciding.look(_ACCOUNT_OWNER, _("%(name)s does not take cases any more") % {"name": name})
        return None
    conflict = conflicts.look(deciding.facts, ownership, now=deciding.now)
    if conflict and (to_lead := _to_lead(deciding, ownership.user, conflict)):
        return to_lead
    looks_after = _("%(name)s looks after %(account)s") % {
        "name": ownership.user.display_name,
        "account": account.name,
    }
    if not ownership.perhaps_away:  # type: ignore[attr-defined]
        choice = Choice(ownership.user, deciding.around.team_of(ownership.user), looks_after)
    else:
        choice = _present(deciding, ownership.user, looks_after)
    deciding.look(_ACCOUNT_OWNER, choice.reason, decided=True)
    return choice


def _to_lead(deciding: _Deciding, owner: User, conflict: str) -> Choice | None:
    """The lead takes the first look. While no lead is here, the case waits where only leads see it.

    In a company without any lead it stays with its owner, unless the customer has asked for somebody else.
    """
    lead, team = deciding.around.lead_for(owner)
    if lead is None and not deciding.facts.wants_someone_else and not deciding.around.has_leads_besides(owner):
        return None
    if lead is None:
        waits = _("%(because)s: waits for a lead") % {"because": conflict}
        choice = Choice(None, None, waits, instead_of=owner)
    else:
        because = _("%(because)s: %(name)s takes the first look") % {"because": conflict, "name": lead.display_name}
        choice = Choice(lead, team, because, instead_of=owner)
    deciding.look(_ACCOUNT_OWNER, choice.reason, decided=True)
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
    given = deciding.around.next_in(team, rule.sharing, peek=deciding.peek)
    if given is None:
        nobody = _("%(because)s: nobody of %(team)s is here, waits in their queue")
        return Choice(None, team, nobody % {"because": because, "team": team.name})
    words = {
        Sharing.ROUND_ROBIN: _("%(because)s: %(name)s is next in %(team)s"),
        Sharing.LEAST_LOADED: _("%(because)s: %(name)s has the fewest open cases in %(team)s"),
    }[Sharing(rule.sharing)]
    return Choice(given, team, words % {"because": because, "name": given.display_name, "team": team.name})


def _queue(deciding: _Deciding) -> Choice:
    if (team := deciding.around.last_queue()) is not None:
        reason = _("Nobody looks after this account: waits in the queue of %(team)s") % {"team": team.name}
        choice = Choice(None, team, reason)
    else:
        choice = Choice(None, None, _("Nobody looks after this account and no rule names a team: waits for a lead"))
    deciding.look(_QUEUE, choice.reason, decided=True)
    return choice


def _present(deciding: _Deciding, user: User, because: str) -> Choice:
    """`user`, or who stands in when they are away today; nobody to stand in: their team's queue."""
    away = deciding.around.presence.running.get(user.pk)
    if away is None:
        return Choice(user, deciding.around.team_of(user), because)
    until = away.ends_on.isoformat()  # `own_words` tells it as a day of the reader's language
    stand_in = deciding.around.presence.stand_in_for(user)
    if stand_in is not None:
        stands_in = _("%(because)s but is away until %(until)s; %(name)s stands in") % {
            "because": because,
            "until": until,
            "name": stand_in.display_name,
        }
        return Choice(stand_in, deciding.around.team_of(stand_in), stands_in, covers=away)
    nobody = _("%(because)s but is away until %(until)s and nobody stands in") % {"because": because, "until": until}
    return Choice(None, deciding.around.team_of(user), nobody, covers=away)
