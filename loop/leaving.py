"""What hangs on somebody who leaves, and how does all of it get a new home in one go?

Nobody is deactivated, and nobody loses the role that lets them act, while something still hangs on them. Other modules
that tie work to a person add to `COUNTS` and to `hand_over` here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise as Text
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.models import Account
from loop import absences, access, ownership, setup_history, turns, workflow
from loop.models import Absence, AssignmentRule, Case, Membership, Promise, Role, Team, User
from loop.models.case_query import OPEN_STATES, CaseQuerySet
from loop.presence import Presence, day_of


class StillHolds(ValueError):
    """Something still hangs on this person; the message says what."""


class LastAdmin(ValueError):
    """Nobody could set Loop up any more."""


class HomeRefused(ValueError):
    """What hangs on this person cannot go there; `field` names the choice that is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Home:
    """Where things go: to one person, or to a team, which shares them evenly."""

    person: User | None = None
    team: Team | None = None


@dataclass(frozen=True)
class Holding:
    """One kind of thing that hangs on a person."""

    key: str
    name: Text
    count: int


Count = Callable[[User, datetime], int]


def open_cases(user: User) -> CaseQuerySet:
    """The open cases this person owns."""
    return Case.objects.open().filter(owner=user)


def promised_cases(user: User) -> CaseQuerySet:
    """The closed cases of this person whose customers still wait for something that was promised."""
    return Case.objects.promised().exclude(state__in=OPEN_STATES).filter(owner=user)


def promises_left(user: User) -> QuerySet[Promise]:
    """What is still promised on them. Of an open case it goes with the case."""
    return Promise.objects.unkept().filter(case__in=promised_cases(user).values("pk"))


def accounts_of(user: User) -> QuerySet[Account]:
    """The accounts this person looks after."""
    return Account.objects.filter(ownership__user=user)


def rules_naming(user: User) -> QuerySet[AssignmentRule]:
    """The rules that give cases to this person, in use or not."""
    return AssignmentRule.objects.filter(user=user)


def substitutions(user: User, now: datetime) -> QuerySet[Absence]:
    """The absences of others, running or to come, in which this person stands in."""
    return Absence.objects.filter(substitute=user, ends_on__gte=day_of(user, now)).exclude(user=user)


def teams_left_without_lead(user: User) -> QuerySet[Team]:
    """The teams with other active people in them whose only active lead this person is."""
    if user.role != Role.LEAD or not user.is_active:
        return Team.objects.none()
    others = Membership.objects.filter(user__is_active=True).exclude(user=user)
    other_leads = others.filter(user__role=Role.LEAD).values("team")
    return Team.objects.filter(memberships__user=user, pk__in=others.values("team")).exclude(pk__in=other_leads)


COUNTS: dict[str, tuple[Text, Count]] = {
    "cases": (gettext_lazy("open cases"), lambda user, now: open_cases(user).count()),
    "promises": (gettext_lazy("promises of closed cases"), lambda user, now: promises_left(user).count()),
    "accounts": (gettext_lazy("customers looked after"), lambda user, now: accounts_of(user).count()),
    "rules": (gettext_lazy("assignment rules"), lambda user, now: rules_naming(user).count()),
    "substitutions": (gettext_lazy("absences to stand in for"), lambda user, now: substitutions(user, now).count()),
}


def holdings(user: User, now: datetime) -> list[Holding]:
    """What hangs on this person, without what there is none of."""
    counted = [Holding(key, name, count(user, now)) for key, (name, count) in COUNTS.items()]
    return [holding for holding in counted if holding.count]


def require_nothing_left(user: User, now: datetime) -> None:
    """Raise StillHolds while something hangs on this person."""
    held = holdings(user, now)
    if held:
        things = ", ".join(f"{holding.count} {holding.name}" for holding in held)
        message = _("%(name)s still has: %(things)s. Hand it over first.")
        raise StillHolds(message % {"name": user.display_name, "things": things})


def require_another_admin(user: User) -> None:
    """Raise LastAdmin when nobody could set Loop up without this person."""
    others = User.objects.filter(is_active=True, role=Role.ADMIN).exclude(pk=user.pk)
    if user.role == Role.ADMIN and user.is_active and not others.exists():
        raise LastAdmin(_("%(name)s is the only administrator. Make somebody else one first.") % {
            "name": user.display_name
        })  # fmt: skip


@transaction.atomic
def leave(user: User, *, actor: User | None, now: datetime) -> None:
    """Deactivate somebody on whom nothing hangs any more. Their absences to come are struck out.

    Raises:
        StillHolds: something does.
        LastAdmin: they are the only administrator left.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    require_nothing_left(user, now)
    require_another_admin(user)
    user.is_active = False
    setup_history.changed_by(user, actor, now)
    user.save(update_fields=["is_active"])
    for absence in Absence.objects.filter(user=user, starts_on__gt=day_of(user, now)):
        setup_history.changed_by(absence, actor, now)
        absence.delete()
    absences.settle(now=now)


@transaction.atomic
def hand_over(
    user: User,
    *,
    to: Home,
    apart: Mapping[int, Home] | None = None,
    stand_ins: Mapping[int, User] | None = None,
    actor: User | None,
    now: datetime,
) -> dict[str, int]:
    """Give everything that hangs on `user` a new home, in one go.

    Args:
        to: where things go. A team's people here today share them: an account and its cases stay together.
        apart: homes of single accounts, by the account's id.
        stand_ins: who stands in from now on, by the absence's id; otherwise whoever the rest goes to.

    Returns:
        How many of each kind of thing went.

    Raises:
        HomeRefused: a home is nobody who takes cases, or a team with nobody here; or somebody would stand in for
            themselves.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    went = {holding.key: holding.count for holding in holdings(user, now)}
    presence, apart = Presence.at(now), apart or {}
    share = _Sharing(user, presence)
    with translation.override(settings.LANGUAGE_CODE):  # what is stored is in the language of the project
        reason = _("%(name)s has handed everything over") % {"name": user.display_name}
    receivers: dict[int | None, User] = {}
    for account in accounts_of(user).order_by("pk"):
        field = f"account-{account.pk}" if account.pk in apart else "to"
        receivers[account.pk] = share.next_of(apart.get(account.pk, to), field)
        ownership.set_account_owner(account, receivers[account.pk], now=now)
    for case in (open_cases(user) | promised_cases(user)).order_by("pk"):
        receiver = receivers.get(case.account_id) or share.next_of(to, "to")
        if case.account_id is not None:
            receivers[case.account_id] = receiver
        hand = workflow.assign if case.is_open else workflow.hand_on_promised
        hand(case_id=case.pk, owner=receiver, reason=reason, actor=actor, now=now)
    for rule in rules_naming(user):
        if to.team is not None:
            rule.user, rule.team = None, to.team
        else:
            rule.user = share.next_of(to, "to")
        setup_history.changed_by(rule, actor, now)
        rule.save(update_fields=["user", "team"])
    for absence in substitutions(user, now).select_related("user"):
        field, named = f"absence-{absence.pk}", (stand_ins or {}).get(absence.pk)
        home = to if named is None else Home(named)
        absence.substitute = share.next_of(home, "to" if named is None else field, besides=absence.user)
        if absence.substitute.pk == absence.user_id:
            refused = _("%(name)s cannot stand in for themselves: say who does while they are away.")
            raise HomeRefused(field, refused % {"name": absence.user.display_name})
        setup_history.changed_by(absence, actor, now)
        absence.save(update_fields=["substitute"])
    absences.settle(now=now)
    return went


@transaction.atomic
def hand_over_and_leave(
    user: User,
    *,
    to: Home,
    apart: Mapping[int, Home] | None = None,
    stand_ins: Mapping[int, User] | None = None,
    actor: User | None,
    now: datetime,
) -> dict[str, int]:
    """Give everything a new home and deactivate, or do neither; see `hand_over` and `leave`."""
    went = hand_over(user, to=to, apart=apart, stand_ins=stand_ins, actor=actor, now=now)
    leave(user, actor=actor, now=now)
    return went


class _Sharing:
    """Gives out things in turn to the people of a team, or all to one person."""

    def __init__(self, leaver: User, presence: Presence) -> None:
        self._leaver, self._presence = leaver, presence
        self._queues: dict[int, list[User]] = {}

    def next_of(self, home: Home, field: str, *, besides: User | None = None) -> User:
        if home.person is not None:
            if home.person.pk == self._leaver.pk or not access.may_own(home.person):
                message = _("%(name)s cannot take this over.") % {"name": home.person.display_name}
                raise HomeRefused(field, message)
            return home.person
        if home.team is None:
            raise HomeRefused(field, _("Name a person or a team."))
        queue = self._queues.get(home.team.pk)
        if queue is None:
            people = turns.eligible(home.team, self._presence, besides=self._leaver)
            queue = self._queues[home.team.pk] = people
        if not queue:
            raise HomeRefused(field, _("Nobody of %(team)s is here to take this over.") % {"team": home.team.name})
        given = next((one for one in queue if besides is None or one.pk != besides.pk), queue[0])
        queue.remove(given)
        queue.append(given)
        return given
