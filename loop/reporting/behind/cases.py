"""Which cases are in a figure about following up?"""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db.models import Q
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.reporting import By, row_names, row_of
from loop import access
from loop.models import Resolution, Team, User
from loop.models.case_query import CaseQuerySet
from loop.reporting import loop_details
from loop.reporting.behind.asked import About, Asked, Behind, Find, NoSuchFigure
from loop.reporting.filters import ROWS_BY
from loop.reporting.loop_metrics import CONFIRMED, IN_TIME, OPEN, REOPENED, decided_by
from loop.reporting.scope import cases_at_any_time, cases_of
from loop.reporting.waits import CALLED_OFF

UNCONTACTED = Q(contacted_at=None)
CLOSED = Q(closed_at__isnull=False)
SOLVED = Q(resolution=Resolution.SOLVED)
WITHDRAWN = Q(resolution=Resolution.WITHDRAWN)

Condition = Callable[[datetime], Q]

CONDITIONS: Mapping[str, tuple[Lazy | str, Condition]] = {
    "cases": (gettext_lazy("opened on these days"), lambda now: Q()),
    "in_time": (gettext_lazy("contacted in time"), lambda now: IN_TIME),
    "decided": (gettext_lazy("contacted, or the time for it has run out"), decided_by),
    "resolved": (gettext_lazy("resolved"), lambda now: SOLVED),
    "not_reached": (gettext_lazy("closed as not reached"), lambda now: Q(resolution=Resolution.NOT_REACHED)),
    "withdrawn": (gettext_lazy("withdrawn"), lambda now: WITHDRAWN),
    "open": (gettext_lazy("open"), lambda now: OPEN),
    "reopened": (gettext_lazy("opened again at least once"), lambda now: REOPENED),
    "confirmed": (gettext_lazy("confirmed by the customer"), lambda now: CONFIRMED),
    "contact_timed": (gettext_lazy("whose wait for a contact counts"), lambda now: ~CALLED_OFF),
    "contact_waiting": (
        gettext_lazy("still waiting for a contact"),
        lambda now: ~CALLED_OFF & UNCONTACTED & ~CLOSED,
    ),
    "contact_closed": (gettext_lazy("closed without contact"), lambda now: ~CALLED_OFF & UNCONTACTED & CLOSED),
    "resolution_timed": (gettext_lazy("whose wait for a resolution counts"), lambda now: ~WITHDRAWN),
    "resolution_waiting": (gettext_lazy("still open"), lambda now: ~WITHDRAWN & ~CLOSED),
    "resolution_closed": (gettext_lazy("closed unsolved"), lambda now: ~WITHDRAWN & CLOSED & ~SOLVED),
}


def find(name: str) -> Find | None:
    """How the cases of a figure are found; None where none is called so."""
    if name in CONDITIONS:
        words, condition = CONDITIONS[name]
        return lambda asked: _opened(asked, words, condition)
    return OTHERS.get(name)


def _opened(asked: Asked, words: Lazy | str, condition: Condition) -> Behind:
    cases = cases_of(asked.reader, asked.filters).filter(condition(asked.now))
    cases, row = of_row(cases, asked)
    return Behind(About.CASE, (*row, str(words)), cases)


def of_row(cases: CaseQuerySet, asked: Asked) -> tuple[CaseQuerySet, tuple[str, ...]]:
    """Those of one row of the report where one is asked for, and what that row is called."""
    key, filters = asked.own.get("row"), asked.filters
    if key is None:
        return cases, ()
    row = row_of(filters.by, "opened_at", filters.periods(), response="response__", account="account__")
    return cases.annotate(row=row).filter(row=key), (row_words(asked, key),)


def row_words(asked: Asked, key: str) -> str:
    """ "month: 2026-11" or "segment: retail"; a customer the reader may not see goes by the number asked for."""
    by = asked.filters.by
    is_hidden = by == By.ACCOUNT and not _sees_account(asked.reader, key)
    name = key if by.is_time or is_hidden else row_names(by, [key])[key]
    return f"{ROWS_BY[by]}: {name}"


def _sees_account(reader: User | None, number: str) -> bool:
    return not number or reader is None or access.visible_accounts(reader).filter(external_id=number).exists()


def _unreminded(asked: Asked) -> Behind:
    cases = cases_of(asked.reader, asked.filters)
    found = cases.exclude(pk__in=loop_details.reminders_of(cases).values("case"))
    return Behind(About.CASE, (_("took no reminder"),), found)


def _of_age(asked: Asked, *, overdue: bool) -> Behind:
    place, ages = asked.number("row"), loop_details.age_conditions(asked.now)
    if place >= len(ages):
        raise NoSuchFigure("row")
    found = cases_at_any_time(asked.reader, asked.filters).open().filter(ages[place])
    more_than, days = [0, *loop_details.AGES][place], [*loop_details.AGES, None][place]
    told = {"more": more_than, "days": days}
    words = _("opened up to %(days)s days ago") if days and not more_than else _("opened %(more)s to %(days)s days ago")
    condition = words % told if days else _("opened more than %(more)s days ago") % told
    return _waiting(found, asked, condition, overdue=overdue)


def _of_team(asked: Asked, *, overdue: bool) -> Behind:
    found = cases_at_any_time(asked.reader, asked.filters)
    if not asked.own.get("row"):
        return _waiting(found.filter(team=None), asked, _("no team"), overdue=overdue)
    team = Team.objects.filter(pk=asked.number("row")).first()
    if team is None:
        raise NoSuchFigure("row")
    return _waiting(found.filter(team=team), asked, team.name, overdue=overdue)


def _waiting(cases: CaseQuerySet, asked: Asked, words: str, *, overdue: bool) -> Behind:
    """Open now, whenever they were opened."""
    found = cases.overdue(asked.now) if overdue else cases.open()
    return Behind(About.CASE, (words, _("overdue now") if overdue else _("open now, whenever opened")), found)


def _promises(asked: Asked, words: str, condition: Q) -> Behind:
    found = loop_details.promises_of(cases_of(asked.reader, asked.filters)).filter(condition)
    return Behind(About.PROMISE, (words,), found)


OTHERS: Mapping[str, Find] = {
    "unreminded": _unreminded,
    "age": lambda asked: _of_age(asked, overdue=False),
    "age_overdue": lambda asked: _of_age(asked, overdue=True),
    "team": lambda asked: _of_team(asked, overdue=False),
    "team_overdue": lambda asked: _of_team(asked, overdue=True),
    "promises": lambda asked: _promises(
        asked, _("ended, or its time has run out"), loop_details.promise_decided_by(asked.now)
    ),
    "promises_kept": lambda asked: _promises(asked, _("kept in time"), loop_details.KEPT_IN_TIME),
    "promises_late": lambda asked: _promises(asked, _("kept late"), loop_details.KEPT_LATE),
}
