"""Who may see which case, and who may do what to it?

Every view, API call, report, search and notification starts from `visible_cases`: what is outside it does not exist
for that person (404). Of what they see, `may` says what they may do (else 403).
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from feedback.models import Account, Contact, SuspectAnswer, Wave, WaveMember
from loop import sight
from loop.models import AccountOwner, Case, Membership, Role, Team, User
from loop.models.case_query import CaseQuerySet
from loop.sight import led_teams, members

# For each step who takes it: the owner, the lead of the case's team, anybody who sees an unowned case in their queue.
OWNER, LEAD, QUEUE = "owner", "lead", "queue"
STEPS: dict[str, frozenset[str]] = {
    "assign": frozenset({OWNER, LEAD}),
    "take": frozenset({QUEUE, LEAD}),
    "attempt": frozenset({OWNER, LEAD}),
    "plan_next": frozenset({OWNER, LEAD}),
    "hold": frozenset({OWNER, LEAD}),
    "resume": frozenset({OWNER, LEAD}),
    "promise": frozenset({OWNER, LEAD}),
    "keep_promise": frozenset({OWNER, LEAD}),
    "move_promise": frozenset({OWNER, LEAD}),
    "withdraw_promise": frozenset({OWNER, LEAD}),
    "escalate": frozenset({OWNER, LEAD}),
    "resolve": frozenset({OWNER, LEAD}),
    "close_unreached": frozenset({OWNER, LEAD}),
    "withdraw": frozenset({LEAD}),
    "reopen": frozenset({LEAD}),
    "note": frozenset({OWNER, LEAD, QUEUE}),
    "someone_else": frozenset({OWNER, LEAD, QUEUE}),
}


class NotAllowed(Exception):
    """This person sees the case but may not take this step."""


def teams_of(user: User) -> QuerySet[Team]:
    return Team.objects.filter(memberships__user=user)


def doing_the_work_of(user: User) -> list[int]:
    """Whose work this person does now: their own, and that of those they stand in for."""
    return [user.pk, *user.covering_people]


def visible_cases(user: User) -> CaseQuerySet:
    """The cases this person may know of.

    An agent: their own, those of people they stand in for, and those waiting without an owner in the queue of a team of
    theirs. A lead: those of their teams, those owned by a member, those of teams that have no lead now, those no team
    has (an owner in no team is not out of every lead's sight), and those that whoever stands in for their owner may not
    see. Leadership and administrators: all.

    Whoever a case was taken past sees it only once it is given to them: not in the place of somebody else either.
    """
    return sight.known("cases", user, lambda: _cases_of(user)).all()


def sees(user: User, case: Case) -> bool:
    """Whether `case` is one of `visible_cases`: plain of those at the top, the owner and who stands in; else asked.

    Args:
        case: as it is now: what it was read with is believed.
    """
    if not user.is_active:
        return False
    if user.role in (Role.LEADERSHIP, Role.ADMIN) or case.owner_id == user.pk:
        return True
    if case.owner_id in user.covering_people and case.instead_of_id != user.pk:
        return True
    return visible_cases(user).filter(pk=case.pk).exists()


def _cases_of(user: User) -> CaseQuerySet:
    cases = Case.objects.all()
    if not user.is_active:
        return cases.none()
    if user.role in (Role.LEADERSHIP, Role.ADMIN):
        return cases
    cases = cases.filter(Q(instead_of=None) | Q(owner=user) | ~Q(instead_of=user))
    theirs = Q(owner__in=doing_the_work_of(user))
    if user.role == Role.LEAD or user.covering_teams:
        seen = sight.of(user)
        theirs |= Q(team__in=seen.teams) | Q(owner__in=seen.owners)
        if user.role == Role.LEAD:
            theirs |= Q(team__in=seen.leaderless) | Q(team=None) | Q(pk__in=seen.kept_from_stand_in)
            return cases.filter(theirs)
    return cases.filter(theirs | Q(owner=None, team__in=teams_of(user).values("pk")))


def visible_accounts(user: User) -> QuerySet[Account]:
    """The accounts this person looks after, or at which they may see a case; leads: of their teams' people."""
    accounts = Account.objects.all()
    if not user.is_active:
        return accounts.none()
    if user.role in (Role.LEADERSHIP, Role.ADMIN):
        return accounts
    with_case = visible_cases(user).exclude(account=None).values("account")
    theirs = Q(ownership__user__in=doing_the_work_of(user)) | Q(pk__in=with_case)
    if user.role == Role.LEAD or user.covering_teams:
        theirs |= Q(ownership__user__in=members(led_teams(user)))
    return accounts.filter(theirs)


def visible_account_ids(user: User) -> set[int]:
    """The same by id: each way to see one asked for itself, and not of every account there is."""
    if not user.is_active or user.role in (Role.LEADERSHIP, Role.ADMIN):
        return set(visible_accounts(user).values_list("pk", flat=True))
    with_case = visible_cases(user).exclude(account=None).order_by().values_list("account", flat=True).distinct()
    theirs = Q(user__in=doing_the_work_of(user))
    if user.role == Role.LEAD or user.covering_teams:
        theirs |= Q(user__in=sight.of(user).owners)
    return {*with_case, *AccountOwner.objects.filter(theirs).values_list("account", flat=True)}


def may(actor: User | None, step: str, case: Case) -> bool:
    """Whether `actor` may take `step` on `case`; None is Loop itself, which may.

    Raises:
        KeyError: there is no such step.
    """
    return bool(standing(actor, case) & STEPS[step])


def standing(actor: User | None, case: Case) -> frozenset[str]:
    """What `actor` is to `case`: its owner, its lead, one of those whose queue it waits in. Loop and admins are all."""
    if actor is None or sees(actor, case):
        return standing_in_sight(actor, case)
    return frozenset()


def standing_in_sight(actor: User | None, case: Case) -> frozenset[str]:
    """`standing` for a case that was read from what `actor` sees: without asking again whether they do."""
    if actor is None or (actor.is_active and actor.role == Role.ADMIN):
        return frozenset({OWNER, LEAD, QUEUE})
    if not actor.is_active or actor.role == Role.LEADERSHIP:
        return frozenset()
    found = {
        OWNER: case.owner_id in doing_the_work_of(actor),
        LEAD: actor.role == Role.LEAD or _leads_instead(actor, case),
        QUEUE: case.owner_id is None,
    }
    return frozenset(name for name, holds in found.items() if holds)


def _leads_instead(actor: User, case: Case) -> bool:
    """Whether `actor` stands in for a lead of this case."""
    teams = actor.covering_teams
    if not teams or case.team_id in teams:
        return bool(teams)
    return Membership.objects.filter(user=case.owner_id, team__in=teams).exists()


def require(actor: User | None, step: str, case: Case) -> None:
    """Raise NotAllowed unless `actor` may take `step` on `case`."""
    if not may(actor, step, case):
        raise NotAllowed(f"{actor} may not take the step “{step}” on {case}.")


def may_own(user: User) -> bool:
    """Whether a case can be this person's: they can sign in and take its steps. Leadership only reads."""
    return user.is_active and user.role != Role.LEADERSHIP


def may_manage(user: User) -> bool:
    """Whether this person sets Loop up: imports, outbox, people."""
    return user.is_active and user.role == Role.ADMIN


def may_plan_absence(actor: User, user: User) -> bool:
    """Whether `actor` may say that `user` is away: everybody of themselves, a lead of their people, administrators."""
    if not actor.is_active:
        return False
    if actor.pk == user.pk or actor.role == Role.ADMIN:
        return True
    return Membership.objects.filter(user=user, team__in=led_teams(actor).values("pk")).exists()


def plannable_people(actor: User) -> QuerySet[User]:
    """The active people whose absences `actor` may plan; see `may_plan_absence`."""
    people = User.objects.filter(is_active=True)
    if actor.role == Role.ADMIN:
        return people
    return people.filter(Q(pk=actor.pk) | Q(pk__in=members(led_teams(actor))))


def may_lead(user: User) -> bool:
    """Whether the board of a team is for this person: leads of their teams, the top of all."""
    if not user.is_active:
        return False
    return user.role in (Role.LEAD, Role.LEADERSHIP, Role.ADMIN) or bool(user.covering_teams)


def boards_of(user: User) -> QuerySet[Team]:
    """The teams whose board this person may open."""
    everything = user.role in (Role.LEADERSHIP, Role.ADMIN)
    return Team.objects.all() if everything else led_teams(user)


def sees_programme(user: User) -> bool:
    """Whether this person sees the surveys, all waves, the rules and figures of asking."""
    return user.is_active and user.role in (Role.LEADERSHIP, Role.ADMIN)


def visible_contacts(user: User) -> QuerySet[Contact]:
    """The people at the accounts this person may know of, or looks after for somebody who is away.

    Leadership and administrators: all, also those of no account.
    """
    if sees_programme(user):
        return Contact.objects.all()
    return Contact.objects.filter(account__in=visible_accounts(user).values("pk"))


def visible_waves(user: User) -> QuerySet[Wave]:
    """The waves this person may know of; agents and leads: once approved, those that ask customers of theirs."""
    waves = Wave.objects.all()
    if sees_programme(user):
        return waves
    contacts = visible_contacts(user).values("pk")
    theirs = WaveMember.objects.filter(wave=OuterRef("pk"), asked=True, contact__in=contacts)
    return waves.filter(Exists(theirs), approved_at__isnull=False)


def visible_members(user: User, wave: Wave) -> QuerySet[WaveMember]:
    """Those decided about in a wave whom this person may know of, asked or not."""
    members = WaveMember.objects.filter(wave=wave)
    return members if sees_programme(user) else members.filter(contact__in=visible_contacts(user).values("pk"))


def may_report_complaint(user: User) -> bool:
    """Whether this person may say of a contact they see that a complaint is open. Leadership only reads."""
    return user.is_active and user.role != Role.LEADERSHIP


def may_hand_over(user: User) -> bool:
    """Whether this person may ask a contact they see by a personal link. Leadership only reads."""
    return user.is_active and user.role != Role.LEADERSHIP


def may_verify(user: User) -> bool:
    """Whether this person decides about answers a machine may have given."""
    return user.is_active and user.role in (Role.LEAD, Role.ADMIN)


def visible_suspects(user: User) -> QuerySet[SuspectAnswer]:
    """The suspect answers this person may decide about: of accounts they may know of, and of people at no account."""
    found = SuspectAnswer.objects.all()
    if not may_verify(user):
        return found.none()
    if user.role == Role.ADMIN:
        return found
    theirs = Q(invitation__contact__account__in=visible_accounts(user).values("pk"))
    return found.filter(theirs | Q(invitation__contact__account=None))


def may_set_goals(user: User) -> bool:
    """Whether this person says what the NPS is to become."""
    return user.is_active and user.role in (Role.LEADERSHIP, Role.ADMIN)


def choosable_teams(user: User) -> QuerySet[Team]:
    """The teams somebody may narrow a list of cases to."""
    return teams_of(user) if user.role == Role.AGENT else Team.objects.all()


def choosable_owners(user: User) -> QuerySet[User, Any]:
    """The people whose cases somebody may narrow a list to; also those who left, whose cases are still theirs."""
    owners = User.objects.filter(role__in=(Role.AGENT, Role.LEAD, Role.ADMIN))
    if user.role in (Role.LEADERSHIP, Role.ADMIN):
        return owners
    mine = Q(pk__in=doing_the_work_of(user))
    if user.role == Role.LEAD or user.covering_teams:
        mine |= Q(pk__in=members(led_teams(user)))
    return owners.filter(mine)
