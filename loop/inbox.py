"""Which cases wait for this person, and which of them is due first? The reads behind the inbox.

A list is paged by the time and number of its last case, so page 1,000 costs what page 1 costs; counts stop at
`COUNT_CAP`, because nobody acts on the difference between 1,000 and 40,000 cases.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loop import access, search, snoozes
from loop.inbox_filters import GROUP_NAMES, Place, Wanted, bounds, narrowed, waits, within
from loop.models import Case, Role, State, User
from loop.models.case_query import CaseQuerySet

PAGE_SIZE = 50
COUNT_CAP = 1000
DUE_ORDER = ("next_due_at", "pk")
CLOSED_ORDER = ("-closed_at", "-pk")
ACT = frozenset({Role.AGENT, Role.LEAD})
READ = frozenset({Role.LEADERSHIP, Role.ADMIN})


@dataclass(frozen=True)
class Tab:
    """One list of the inbox: whose page shows it, and which of the cases they may see it holds."""

    name: Promise
    roles: frozenset[str]
    cases: Callable[[CaseQuerySet, User], CaseQuerySet]
    is_counted: bool = True
    instead: bool = False  # shown as well to whoever stands in for somebody of these roles
    first: str = "next_due_at"  # the time by which its cases are sorted and grouped


def _of_mine(visible: CaseQuerySet, user: User) -> CaseQuerySet:
    """One's own open cases, and those of people one stands in for."""
    return visible.open().filter(owner__in=access.doing_the_work_of(user))


# In their order on the page; the first one of a role with something in it is where somebody lands.
TABS: dict[str, Tab] = {
    "mine": Tab(_("Mine"), ACT | {Role.ADMIN}, _of_mine),
    "team": Tab(
        _("My team"), frozenset({Role.LEAD}), lambda visible, user: visible.open().exclude(owner=None), instead=True
    ),
    "everyone": Tab(_("Everyone"), READ, lambda visible, user: visible.open()),
    "unassigned": Tab(_("Unassigned"), ACT | READ, lambda visible, user: visible.open().filter(owner=None)),
    "promised": Tab(_("Promised"), ACT | READ, lambda visible, user: visible.promised(), first="promise_due_at"),
    # Nobody acts on how many cases were ever resolved, and counting them is the dearest count of all.
    "resolved": Tab(_("Resolved"), ACT | READ, lambda visible, user: visible.filter(state=State.RESOLVED), False),
}


@dataclass(frozen=True)
class Group:
    """Cases due in the same stretch of time; `count` is of the whole list, as text; empty where it was not counted."""

    key: str
    name: Promise | str
    cases: list[Case]
    count: str


@dataclass(frozen=True)
class Page:
    """One page of a list; `next_after` is where the next one begins, None on the last."""

    groups: list[Group]
    next_after: Place | None


def tabs_of(user: User) -> tuple[str, ...]:
    """The tabs of this person's role, and of a lead they stand in for."""
    leads_instead = bool(user.covering_teams)
    return tuple(key for key, tab in TABS.items() if user.role in tab.roles or (tab.instead and leads_instead))


def own_open_cases(user: User) -> CaseQuerySet:
    """The open cases this person must act on: theirs, and those of people they stand in for."""
    return access.visible_cases(user).open().filter(owner__in=access.doing_the_work_of(user))


def cases_of_tab(user: User, tab: str) -> CaseQuerySet:
    """The cases under one tab. Raises KeyError for a tab the role does not have."""
    if tab not in tabs_of(user):
        raise KeyError(tab)
    return TABS[tab].cases(access.visible_cases(user), user)


def cases_in_view(user: User, wanted: Wanted, now: datetime) -> CaseQuerySet:
    """All the cases of the chosen list, on whichever page. Raises KeyError for a tab the role does not have."""
    cases = narrowed(cases_of_tab(user, wanted.tab), wanted, now)
    return search.matching(cases, wanted.q) if wanted.q else cases


def tab_counts(user: User) -> dict[str, str]:
    """How many cases each tab of this person holds, as text; in one query."""
    counted = {tab: cases_of_tab(user, tab) for tab in tabs_of(user) if TABS[tab].is_counted}
    return dict.fromkeys(tabs_of(user), "") | capped_counts(counted)


class _Counted(Subquery):
    """How many rows a query has, as a value in another one."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = BigIntegerField()


def capped_counts(lists: Mapping[str, QuerySet[Any]]) -> dict[str, str]:
    """For each list how many rows it has, as `capped_count` writes it; together in one query."""
    if not lists:
        return {}
    counts = {f"n_{key}": _Counted(rows.order_by().values("pk")[: COUNT_CAP + 1]) for key, rows in lists.items()}
    # Any table with a row will do; somebody is always there to ask.
    found: dict[str, int] = User.objects.order_by().values(**counts)[:1].get()  # type: ignore[assignment]
    return {key: _told(found[f"n_{key}"]) for key in lists}


def capped_count(rows: QuerySet[Any]) -> str:
    """How many, as text: "12", or "1000+" where counting on would cost more than it tells."""
    return _told(rows.order_by()[: COUNT_CAP + 1].count())


def _told(found: int) -> str:
    return str(found) if found <= COUNT_CAP else f"{COUNT_CAP}+"


def page(user: User, wanted: Wanted, now: datetime) -> Page:
    """One page of the chosen list, with all a row shows. Raises KeyError for a tab the role does not have."""
    cases, after = narrowed(cases_of_tab(user, wanted.tab), wanted, now), wanted.after
    looked = search.Looked(wanted.q, cases.db) if wanted.q else None
    everything = _shown_to(user, now)
    if wanted.tab == "resolved":
        rows, more = _rows(everything, cases, looked, after, CLOSED_ORDER)
        groups = [Group("resolved", "", rows, "")] if rows else []
        return Page(groups, _place(rows[-1], CLOSED_ORDER) if more else None)
    first = TABS[wanted.tab].first
    if first != DUE_ORDER[0]:
        rows, more = _rows(everything, cases, looked, after, (first, "pk"))
        grouped, whole = _groups(rows, [], now, first), not more and after is None
        shown = _with_counts(grouped, cases, now, whole=whole, counted=not wanted.q, first=first)
        return Page(shown, _place(rows[-1], (first, "pk")) if more else None)
    # What waits for the customer stands last, in an order of its own; both parts are read by the same index.
    active, waiting = cases.exclude(waits(now)), cases.filter(waits(now))
    rows, more = ([], False) if after and after.waits else _rows(everything, active, looked, after, DUE_ORDER)
    late: list[Case] = []
    following = _place(rows[-1], DUE_ORDER) if more else None
    if not more:
        behind = after if after and after.waits else None
        late, more = _rows(everything, waiting, looked, behind, DUE_ORDER, PAGE_SIZE - len(rows))
        if more:
            following = _place(late[-1], DUE_ORDER, waits=True) if late else Place.first_waiting()
    whole = not more and after is None
    grouped = _groups(rows, late, now, first)
    return Page(_with_counts(grouped, cases, now, whole=whole, counted=not wanted.q), following)


def _shown_to(user: User, now: datetime) -> CaseQuerySet:
    """All cases with what a row shows, and until when this person has put each off."""
    return Case.objects.for_rows().annotate(put_off_until=Subquery(snoozes.put_off_until(user, now)))


def _place(case: Case, order: tuple[str, str], *, waits: bool = False) -> Place:
    return Place(getattr(case, order[0].removeprefix("-")), case.pk, waits)


def _rows(
    everything: CaseQuerySet,
    cases: CaseQuerySet,
    looked: search.Looked | None,
    after: Place | None,
    order: tuple[str, str],
    size: int | None = None,
) -> tuple[list[Case], bool]:
    """Up to so many cases in their order, a page if nothing is said, and whether there are more.

    First which ones, from an index; then all that their rows show, as `everything` has it.
    """
    size = PAGE_SIZE if size is None else size
    if after is not None:
        by, beyond = order[0].removeprefix("-"), "lt" if order[0].startswith("-") else "gt"
        later = Q(**{f"{by}__{beyond}": after.at})
        cases = cases.filter(later | Q(**{by: after.at, f"pk__{beyond}": after.pk}))
    found = search.first(cases, looked, order, size + 1)
    chosen = found[:size]
    rows = list(everything.filter(pk__in=chosen).order_by(*order)) if chosen else []
    return rows, len(found) > size


def _groups(rows: Iterable[Case], waiting: list[Case], now: datetime, first: str) -> dict[str, list[Case]]:
    """The rows by group, without empty groups."""
    limits = bounds(now)
    found: dict[str, list[Case]] = {group: [] for group in limits} | {"waiting": waiting}
    for case in rows:
        found[next(key for key, (_start, end) in limits.items() if end is None or getattr(case, first) < end)].append(
            case
        )
    return {key: cases for key, cases in found.items() if cases}


def _with_counts(
    groups: dict[str, list[Case]],
    cases: CaseQuerySet,
    now: datetime,
    *,
    whole: bool,
    counted: bool,
    first: str = DUE_ORDER[0],
) -> list[Group]:
    """The counts come from the rows when they are the whole list, else from the database; a search is not counted."""
    counts = {key: str(len(rows)) for key, rows in groups.items()} if whole else {}
    if counted and not whole:
        counts = capped_counts({key: within(cases, key, now, first) for key in groups})
    return [Group(key, GROUP_NAMES[key], rows, counts.get(key, "")) for key, rows in groups.items()]
