"""How is a team doing: who has how much, what is late and why, what nobody can act on, who is away when?

The page is a list of sections; each is a function that returns what it has to show, or nothing. Other modules that have
something for a lead to see add their section to `SECTIONS`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loop import access, ahead, sight
from loop.models import Absence, Case, ContactAttempt, Membership, Role, State, Team, User
from loop.models.case_query import OPEN_STATES, CaseQuerySet
from loop.own_words import own_words

WEEKS_SHOWN = 5
CASES_SHOWN = 50


@dataclass(frozen=True)
class Scope:
    """Whose board it is: who reads it, the teams on it, at which instant. Without a reader it is a machine."""

    reader: User | None
    teams: Sequence[Team]
    now: datetime

    @property
    def team_ids(self) -> list[int]:
        return [team.pk for team in self.teams]

    @property
    def is_everything(self) -> bool:
        """Whether somebody looks at all teams at once: then what no team has belongs to it as well."""
        return self.reader is None or self.reader.role in (Role.LEADERSHIP, Role.ADMIN)


@dataclass(frozen=True)
class Load:
    """One person on the board."""

    person: User
    open: int
    overdue: int
    this_week: int
    takes_cases: bool


@dataclass(frozen=True)
class Item:
    """A case on the board, and why it is there."""

    case: Case
    why: str


@dataclass(frozen=True)
class Section:
    """A part of the page: its template and what that shows."""

    key: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


def cases_of(scope: Scope) -> CaseQuerySet:
    """The open cases of these teams that the reader may see."""
    return all_cases_of(scope).open()


def all_cases_of(scope: Scope) -> CaseQuerySet:
    """The cases of these teams that the reader may see, closed ones too: by the case's team, or by its owner's."""
    visible = access.visible_cases(scope.reader) if scope.reader is not None else Case.objects.all()
    here = Q(team__in=scope.team_ids) | Q(owner__in=people_of(scope).values("pk"))
    if scope.is_everything or (scope.reader is not None and scope.reader.role == Role.LEAD):
        # What no team has is everybody's to look after, whether it has an owner or not.
        in_no_team = Q(owner=None) | ~Exists(Membership.objects.filter(user=OuterRef("owner")))
        here |= Q(in_no_team, team=None) | Q(team__in=sight.teams_without_lead().values("pk"), owner=None)
    return visible.filter(here)


def people_of(scope: Scope) -> QuerySet[User]:
    """The active people of these teams."""
    members = Membership.objects.filter(team__in=scope.team_ids, user=OuterRef("pk"))
    return User.objects.filter(Exists(members), is_active=True)


def load(scope: Scope) -> list[Load]:
    """Each person with what they own; whoever has most overdue first."""
    monday = _next_monday(scope.now)
    is_open = Q(cases__state__in=OPEN_STATES)
    late = Q(cases__state=State.NEW, cases__contact_due_at__lt=scope.now) | Q(
        cases__state=State.CONTACTED, cases__resolve_due_at__lt=scope.now
    )
    soon = Q(cases__state=State.NEW, cases__contact_due_at__gte=scope.now, cases__contact_due_at__lt=monday) | Q(
        cases__state=State.CONTACTED, cases__resolve_due_at__gte=scope.now, cases__resolve_due_at__lt=monday
    )
    people = (
        people_of(scope)
        .select_related("stand_in")
        .annotate(
            n_open=Count("cases", filter=is_open),
            n_late=Count("cases", filter=late),
            n_soon=Count("cases", filter=soon),
        )
    )
    return [
        Load(one, one.n_open, one.n_late, one.n_soon, access.may_own(one))
        for one in people.order_by("-n_late", "-n_open", "name", "pk")
    ]


def out_of_hands(scope: Scope) -> list[Item]:
    """Open cases that nobody can act on as it is, each with why: the lead must give them to somebody."""
    gone = Q(owner__is_active=False) | Q(owner__role=Role.LEADERSHIP)
    away = Q(owner__away_until__isnull=False) & (Q(owner__stand_in=None) | Q(owner__stand_in=F("instead_of")))
    nobody = Q(owner=None, team=None) | Q(owner=None, team__in=_teams_without_hands().values("pk"))
    found = cases_of(scope).filter(gone | away | nobody).order_by("next_due_at", "pk").for_display()
    return [Item(case, _why_nobody(case)) for case in found[:CASES_SHOWN]]


def _teams_without_hands() -> QuerySet[Team]:
    """Teams in which nobody who takes cases is here."""
    here = Membership.objects.filter(team=OuterRef("pk"), user__is_active=True, user__away_until=None)
    return Team.objects.filter(~Exists(here.exclude(user__role=Role.LEADERSHIP)))


def _why_nobody(case: Case) -> str:
    owner = case.owner
    if owner is None and case.team is None:
        return _("no team and no rule takes it")
    if owner is None:
        return _("nobody of %(team)s is here") % {"team": case.team.name if case.team else ""}
    if not owner.is_active:
        return _("%(name)s has left") % {"name": owner.display_name}
    if owner.stand_in is not None and owner.stand_in.pk == case.instead_of_id:
        told = {"name": owner.display_name, "who": owner.stand_in.display_name}
        return _("%(name)s is away, and %(who)s, who stands in, is not to have it") % told
    if owner.away_until is not None:
        return _("%(name)s is away and nobody stands in") % {"name": owner.display_name}
    return _("%(name)s only reads cases") % {"name": owner.display_name}


def queue(scope: Scope) -> list[Item]:
    """Open cases that wait for somebody of their team to take them."""
    waiting = cases_of(scope).filter(owner=None, team__isnull=False)
    waiting = waiting.exclude(team__in=_teams_without_hands().values("pk")).order_by("next_due_at", "pk").for_display()
    return [Item(case, own_words(case.owner_reason)) for case in waiting[:CASES_SHOWN]]


def overdue(scope: Scope) -> list[Item]:
    """What is late, the longest first, with what has happened so far."""
    tries = ContactAttempt.objects.filter(case=OuterRef("pk")).order_by().values("case")
    late = (
        cases_of(scope)
        .overdue(scope.now)
        .exclude(owner=None)
        .annotate(tries=tries.annotate(n=Count("pk")).values("n"), last_try=tries.annotate(at=Max("at")).values("at"))
    )
    rows = late.order_by("next_due_at", "pk").for_display().select_related("owner__stand_in")
    return [Item(case, _why_late(case, scope.now)) for case in rows[:CASES_SHOWN]]


def _why_late(case: Case, now: datetime) -> str:
    owner, tries = case.owner, case.tries or 0  # type: ignore[attr-defined]
    parts = []
    if owner is not None and owner.away_until is not None:
        stands_in = case.stand_in.display_name if case.stand_in is not None else _("nobody")
        parts.append(_("%(name)s is away, %(who)s stands in") % {"name": owner.display_name, "who": stands_in})
    if case.state == State.CONTACTED:
        since = (now - case.contacted_at).days if case.contacted_at else 0
        parts.append(
            ngettext("contacted, not resolved for %(n)d day", "contacted, not resolved for %(n)d days", since)
            % {"n": since}
        )
    elif tries:
        parts.append(ngettext("%(n)d try, nobody reached", "%(n)d tries, nobody reached", tries) % {"n": tries})
    else:
        parts.append(_("nobody has tried to reach the customer"))
    if case.reopened_count:
        parts.append(_("reopened"))
    return "; ".join(parts)


@dataclass(frozen=True)
class Week:
    """A week of the calendar of absences."""

    monday: date
    is_now: bool


@dataclass(frozen=True)
class Away:
    """One person in the calendar: for each week the absences that touch it."""

    person: User
    weeks: list[list[Absence]]


def calendar(scope: Scope) -> tuple[list[Week], list[Away]]:
    """Who is away in the weeks to come; only people who are."""
    today = timezone.localtime(scope.now).date()
    first = today - timedelta(days=today.weekday())
    mondays = [first + timedelta(weeks=n) for n in range(WEEKS_SHOWN)]
    last = mondays[-1] + timedelta(days=6)
    rows: dict[User, list[list[Absence]]] = {}
    found = Absence.objects.filter(user__in=people_of(scope).values("pk"), ends_on__gte=first, starts_on__lte=last)
    for absence in found.select_related("user", "substitute").order_by("starts_on", "pk"):
        weeks = rows.setdefault(absence.user, [[] for _monday in mondays])
        for place, monday in enumerate(mondays):
            if absence.starts_on <= monday + timedelta(days=6) and absence.ends_on >= monday:
                weeks[place].append(absence)
    return [Week(monday, monday == first) for monday in mondays], [Away(*row) for row in rows.items()]


def _next_monday(now: datetime) -> datetime:
    today = timezone.localtime(now)
    monday = today.date() + timedelta(days=7 - today.weekday())
    return datetime(monday.year, monday.month, monday.day, tzinfo=timezone.get_current_timezone())


def _list(key: str, found: Callable[[Scope], list[Item]]) -> Callable[[Scope], Section | None]:
    def section(scope: Scope) -> Section | None:
        items = found(scope)
        return Section(key, f"loop/team/_{key}.html", {"items": items}) if items else None

    return section


def _people(scope: Scope) -> Section | None:
    rows = load(scope)
    return Section("people", "loop/team/_people.html", {"loads": rows}) if rows else None


def _absences(scope: Scope) -> Section | None:
    weeks, rows = calendar(scope)
    return Section("absences", "loop/team/_absences.html", {"weeks": weeks, "rows": rows})


def calls_today(scope: Scope) -> Section | None:
    """The calls agreed with customers for what is left of today, and those of today that are over."""
    start, until = today_of(scope.now)
    agreed = ahead.calls(cases_of(scope), start=start, until=until)
    return Section("calls", "loop/team/_agreed.html", {"agreed": agreed}) if agreed else None


def promised(scope: Scope) -> list[ahead.Agreed]:
    """What customers still wait for and was promised by today; a promise outlives its case."""
    _start, until = today_of(scope.now)
    return ahead.promises(all_cases_of(scope), until=until)


def today_of(now: datetime) -> tuple[datetime, datetime]:
    """From when until when it is today where the reader is."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight, midnight + timedelta(days=1)


def _promised(scope: Scope) -> Section | None:
    agreed = promised(scope)
    return Section("promises", "loop/team/_agreed.html", {"agreed": agreed}) if agreed else None


# What the page is made of, in its order. A section that has nothing to show is left out.
SECTIONS: list[Callable[[Scope], Section | None]] = [
    _list("nobody", out_of_hands),
    calls_today,
    _people,
    _list("queue", queue),
    _list("overdue", overdue),
    _promised,
    _absences,
]


def sections(scope: Scope) -> list[Section]:
    """The parts of the page that have something to show."""
    return [section for build in SECTIONS if (section := build(scope)) is not None]


def receivers(scope: Scope) -> list[User]:
    """Whom a case on this board can be given to, by name."""
    takers = people_of(scope).exclude(role=Role.LEADERSHIP)
    return list(takers.order_by(F("name").asc(), "email"))
