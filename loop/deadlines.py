"""Which policy and whose working hours hold for a case, and which deadline and reminder come next?

Applies the policy to a case; the arithmetic is in `sla`. Policy and hours are chosen when the case opens and stay with
it: the customer was promised a time, which handing over does not move.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef

from feedback.prepared import Prepared
from loop import routing, sla
from loop.models import Case, Membership, SlaPolicy, State, Study, Team, User, WorkCalendar
from loop.routing import Facts

# The levels of a reminder plan in their order; the last one comes back until the case moves on.
HALF_TIME, DUE, OVERDUE = "half_time", "due", "overdue"


class NoPolicy(LookupError):
    """There is no default SLA policy, so no deadline can be computed."""


_default = Prepared(lambda: SlaPolicy.objects.select_related("calendar").filter(is_default=True))


def policy() -> SlaPolicy:
    """The default policy, with its calendar: what holds where no other fits, and the hours of the office.

    Raises:
        NoPolicy: none is marked as default.
    """
    found = _default.first()
    if found is None:
        raise NoPolicy("No SLA policy is marked as the default one.")
    return found


_in_use = Prepared(
    lambda: (
        SlaPolicy.objects.select_related("calendar")
        .annotate(studies_run=Exists(Study.objects.filter(is_running=True)))
        .filter(is_active=True)
        .order_by("is_default", "position", "pk")
    )
)


def policies_in_use() -> list[SlaPolicy]:
    """Those that are asked whether they fit, in their order; the default one is the last.

    `studies_run` of each says whether a study is under way: nobody asks for it by itself each time a case opens.
    """
    return list[SlaPolicy](_in_use.all())


def choose(facts: Facts, *, policies: Sequence[SlaPolicy] | None = None) -> SlaPolicy:
    """The first policy in use that fits an answer.

    Args:
        policies: those in use, where the caller has them.

    Raises:
        NoPolicy: none is marked as default.
    """
    in_use = policies_in_use() if policies is None else policies
    found = next((one for one in in_use if not routing.policy_misfits(one, facts)), None)
    if found is None:
        raise NoPolicy("No SLA policy is marked as the default one.")
    return found


def policy_of(case: Case) -> SlaPolicy:
    """The policy a case was opened under."""
    return case.policy if case.policy is not None else policy()


def calendar_of(case: Case) -> WorkCalendar:
    """In whose working hours the times of a case are counted."""
    return case.calendar if case.calendar is not None else policy_of(case).calendar


def hours_of(case: Case) -> sla.Hours:
    """`calendar_of` as the value that the arithmetic works with."""
    return calendar_of(case).hours()


def hours_by_calendar() -> dict[int | None, sla.Hours]:
    """The hours of every calendar by its id, and under None those of the office: for counting many cases.

    Raises:
        NoPolicy: none is marked as default.
    """
    of_the_office = SlaPolicy.objects.filter(is_default=True, calendar=OuterRef("pk"))
    calendars = list(WorkCalendar.objects.annotate(is_office=Exists(of_the_office)))
    office = [one.hours() for one in calendars if one.is_office]
    if not office:
        raise NoPolicy("No SLA policy is marked as the default one.")
    return {None: office[0], **{one.pk: one.hours() for one in calendars}}


_team_with_calendar = Prepared(
    lambda user: (
        Team.objects.filter(memberships__user=user, calendar__isnull=False)
        .select_related("calendar")
        .order_by("memberships__pk")[:1]
    ),
    user=int,
)


def office_of(user: User | None, office: WorkCalendar | None = None) -> WorkCalendar:
    """When the team of somebody works: its calendar, else that of the office.

    Of several teams the first with a calendar of its own counts.

    Args:
        office: the calendar of the default policy, where the caller has it.
    """
    own = None
    if user is not None:
        own = _team_with_calendar.first(user=user.pk)
    return own.calendar if own is not None and own.calendar is not None else office or policy().calendar


def offices_of(users: Collection[User]) -> dict[int, WorkCalendar]:
    """`office_of` for many, by their numbers."""
    their = Membership.objects.filter(user__in=users, team__calendar__isnull=False).select_related("team__calendar")
    own = {one.user_id: one.team.calendar for one in their.order_by("-pk")}  # the first of each is the last said
    office = policy().calendar if any(user.pk not in own for user in users) else None
    found = {user.pk: own.get(user.pk) or office for user in users}
    return {pk: calendar for pk, calendar in found.items() if calendar is not None}


def begin(case: Case, facts: Facts, *, team: Team | None, policies: Sequence[SlaPolicy] | None = None) -> None:
    """Choose the policy of a new case and whose hours count, and set its due times from when it was opened."""
    chosen = choose(facts, policies=policies)
    case.policy = chosen
    case.calendar = team.calendar if team is not None and team.calendar is not None else chosen.calendar
    set_due_times(case, score=facts.score, clock_start=case.opened_at)


def set_due_times(case: Case, *, score: int, clock_start: datetime) -> None:
    """Set both due times of a case whose clock starts at `clock_start`, and the first reminder."""
    chosen, language = policy_of(case), settings.LANGUAGE_CODE
    due = sla.due_times(score, clock_start, chosen.targets(), hours_of(case), language)
    case.contact_due_at, case.resolve_due_at = due.contact_due_at, due.resolve_due_at
    case.due_reason = due.why.as_dict() | ({} if chosen.is_default else {"policy": chosen.name})
    plan_reminders(case, start=clock_start)


def extend_resolution(case: Case, *, now: datetime) -> None:
    """Give a reopened case a new date for its resolution, counted from now."""
    case.resolve_due_at = sla.add_working(now, policy_of(case).resolve_minutes, hours_of(case))


def plan_reminders(case: Case, *, start: datetime) -> None:
    """Begin a new round of reminders towards the due time that counts in the state the case is in."""
    hours = hours_of(case)
    case.remind_round += 1
    case.leadership_at = None
    if case.due_at > start:
        case.remind_at, case.remind_level = sla.reminder_plan(start, case.due_at, hours).half_time_at, HALF_TIME
    else:  # contacted after even the resolution was due: only the repeats are left, and who is above
        case.remind_at = sla.add_working(start, policy_of(case).overdue_repeat_minutes, hours)
        case.remind_level = OVERDUE
        plan_leadership(case, told_at=start)


def plan_next_reminder(case: Case, *, now: datetime) -> None:
    """Move the plan on after the reminder it stood at has been given."""
    hours = hours_of(case)
    if case.remind_level == HALF_TIME:
        due_day_at = sla.reminder_plan(case.clock_start, case.due_at, hours).due_day_at
        case.remind_at, case.remind_level = due_day_at, DUE
    elif case.remind_level == DUE:
        case.remind_at, case.remind_level = case.due_at, OVERDUE
    else:
        # Counted from now, not from the last one: after an outage of a week one reminder comes, not a pile.
        case.remind_at = sla.add_working(now, policy_of(case).overdue_repeat_minutes, hours)


def plan_leadership(case: Case, *, told_at: datetime) -> None:
    """Say when leadership is told of a breach, unless the policy leaves them out.

    Args:
        told_at: when the lead was told, or late as it may be could have been: they have their days before it goes up.
    """
    minutes = policy_of(case).leadership_minutes
    case.leadership_at = sla.add_working(told_at, minutes, hours_of(case)) if minutes else None


def stage(case: Case) -> str:
    """What is due: the first contact or the resolution."""
    return "contact" if case.state == State.NEW else "resolve"
