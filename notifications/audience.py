"""Who is told? People who must act on a case and may see it, or whose customers are about to be asked; for who is away
today it is whoever stands in, and never nobody."""

from datetime import datetime

from django.db.models import QuerySet

from feedback.models import Contact, Wave, WaveMember
from loop import access, deadlines
from loop.models import Callback, Case, CaseEvent, Role, User
from loop.models.event import EventKind


def responsible(case: Case, now: datetime) -> list[User]:
    """Who must act: the owner, or whoever stands in for them. Where neither is here, the leads."""
    owner = case.owner
    if owner is None or not access.may_own(owner):
        return leads(case, now)
    if case.stand_in is not None and access.may_own(case.stand_in):
        return [case.stand_in]
    if owner.away_until is not None:
        return leads(case, now) or [owner]
    return [owner]


def owner_and_leads(case: Case, now: datetime) -> list[User]:
    """Who must act and who answers for them."""
    return _once([*responsible(case, now), *leads(case, now)])


def owner_then_leads(case: Case, now: datetime) -> list[User]:
    """Who must act; of a case that is closed the leads as well, since they can open it again."""
    return responsible(case, now) if case.is_open else owner_and_leads(case, now)


def who_put_it_off(event: CaseEvent, now: datetime) -> list[User]:
    """Whoever had put off being reminded, if it is still they who act."""
    return [user for user in responsible(event.case, now) if user.pk == event.data.get("user")]


def who_promised(event: CaseEvent, now: datetime) -> list[User]:
    """Whoever made the promise an event tells of, or stands in for them, if they see the case; and who must act."""
    case = event.case
    made_it = User.objects.filter(is_active=True, pk=event.data.get("promised_by")).select_related("stand_in")
    theirs = [user for user in who_do_the_work_of(made_it) if may_see(user, case)]
    return _once([*theirs, *responsible(case, now)])


def who_promised_and_leads(event: CaseEvent, now: datetime) -> list[User]:
    return _once([*who_promised(event, now), *leads(event.case, now)])


def who_calls(event: CaseEvent, now: datetime) -> list[User]:
    """Who makes the call an event tells of, once they see its case; else who must act, but not who gave the call away.

    Somebody who stands in from next week on sees the case when that absence begins.
    """
    call = Callback.objects.select_related("owner").filter(pk=event.data.get("callback")).first()
    if call is not None and call.owner is not None and may_see(call.owner, event.case):
        return [call.owner]
    return [user for user in responsible(event.case, now) if user.pk != event.data.get("owner_before")]


def leads(case: Case, now: datetime) -> list[User]:
    """The leads of the case's team, apart from its owner; for one who is away, whoever stands in.

    A case of no team and no owner waits for any lead, and so does one of a team whose leads are all away or gone. Where
    no lead is left, leadership is told, and whoever is last as well where no owner is here to act.
    """
    active = User.objects.filter(is_active=True).select_related("stand_in").order_by("pk")
    anybody = active.filter(role=Role.LEAD)
    if case.team_id is not None:
        candidates = anybody.filter(memberships__team=case.team_id)
    elif case.owner_id is None:
        candidates = anybody
    else:
        candidates = anybody.filter(teams__memberships__user=case.owner_id).distinct()
    here = _who_are_here(candidates, case) or _who_are_here(anybody, case)
    if here:
        return here
    above = _who_are_here(active.filter(role=Role.LEADERSHIP), case)
    if above and case.owner is not None and access.may_own(case.owner) and case.owner.away_until is None:
        return above
    return _once([*above, *last_of_all(case)])


def above_leads(case: Case, now: datetime) -> list[User]:
    """Leadership, told of a case that stays overdue; those who are away are left out, unless somebody stands in."""
    active = User.objects.filter(is_active=True, role=Role.LEADERSHIP).select_related("stand_in").order_by("pk")
    return _who_are_here(active, case) or last_of_all(case)


def last_of_all(case: Case) -> list[User]:
    """Who is told where nobody else is left: the one the policy names, else administrators, away or not."""
    named = deadlines.policy_of(case).fallback
    if named is not None and named.is_active and may_see(named, case):
        return [named]
    administrators = User.objects.filter(is_active=True, role=Role.ADMIN).select_related("stand_in").order_by("pk")
    return _who_are_here(administrators, case) or [user for user in administrators if user.pk != case.owner_id]


def _who_are_here(people: QuerySet[User], case: Case) -> list[User]:
    """Those of `people` who are here, or who stand in for them, may see the case and do not own it."""
    here = who_do_the_work_of(people)
    return _once([user for user in here if user.pk != case.owner_id and may_see(user, case)])


def who_do_the_work_of(people: QuerySet[User]) -> list[User]:
    """Those of `people` who are here, and for those who are away whoever stands in; nobody where nobody does."""
    now_doing = [user.stand_in if user.stand_in is not None else user for user in people]
    return _once([user for user in now_doing if user.away_until is None and user.is_active])


def usual_contact(case: Case, now: datetime) -> list[User]:
    """Who would have had this case, had it not gone to their lead: told that it did, not what it says."""
    event = case.events.filter(kind=EventKind.ASSIGNED, data__has_key="instead_of").order_by("-pk").first()
    if event is None or event.data["instead_of"] is None or event.data["instead_of"] == case.owner_id:
        return []
    return list(User.objects.filter(pk=event.data["instead_of"], is_active=True))


def owners_asked(wave: Wave, now: datetime) -> list[User]:
    """Who looks after somebody that is asked in a wave; for those who are away, their substitutes as well."""
    owners = User.objects.filter(
        is_active=True, owned_accounts__account__contacts__wave_members__in=wave.members.filter(asked=True)
    )
    told = owners.distinct().select_related("stand_in").order_by("pk")
    return _once([*told, *who_do_the_work_of(told)])


def administrators(about: Wave | Case, now: datetime) -> list[User]:
    """Who runs Loop, and sees to what customers ask about their data."""
    return list(User.objects.filter(is_active=True, role=Role.ADMIN).order_by("pk"))


def owner_of(contact: Contact) -> list[User]:
    """Who looks after the account of this contact; while they are away whoever stands in, else their leads."""
    active = User.objects.filter(is_active=True).select_related("stand_in").order_by("pk")
    owners = active.filter(owned_accounts__account__contacts=contact)
    leads_of_theirs = active.filter(role=Role.LEAD, teams__memberships__user__in=owners).distinct()
    return who_do_the_work_of(owners) or (owners and who_do_the_work_of(leads_of_theirs)) or list(owners)


def members_looked_after(wave: Wave, user: User) -> QuerySet[WaveMember]:
    """The contacts asked in a wave whom this person looks after, for themselves or for somebody who is away."""
    return wave.members.filter(contact__account__ownership__user__in=access.doing_the_work_of(user), asked=True)


def may_see(user: User, case: Case) -> bool:
    return access.sees(user, case)


def _once(users: list[User]) -> list[User]:
    return list({user.pk: user for user in users}.values())
