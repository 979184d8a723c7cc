"""In which words does the timeline tell of studies and of the order of calls?"""

from collections.abc import Callable
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from loop.call_order import Why
from loop.models import CaseEvent, StudyTurn, User
from loop.models.event import EventKind


def _drawn(data: dict[str, Any], event: CaseEvent, reader: User) -> tuple[str, str, str]:
    if data.get("turn") == StudyTurn.FIRST:
        return _("Drawn by lot: called first, in the first half of the time"), "", ""
    at = parse_datetime(data.get("call_from") or "")
    when = date_format(localtime(at), "SHORT_DATETIME_FORMAT") if at else ""
    return _("Drawn by lot: called later, from %(when)s") % {"when": when}, "", ""


def _answered(data: dict[str, Any], event: CaseEvent, reader: User) -> tuple[str, str, str]:
    return _("The customer answered %(score)s, asked for a study") % {"score": data.get("score")}, "", ""


def _passed_over(data: dict[str, Any], event: CaseEvent, reader: User) -> tuple[str, str, str]:
    why = str(dict(Why.choices).get(data.get("why", ""), ""))
    return _("Why others were called first: %(why)s") % {"why": why}, "", data.get("text", "")


WORDS: dict[str, Callable[[dict[str, Any], CaseEvent, User], tuple[str, str, str]]] = {
    EventKind.STUDY_DRAWN: _drawn,
    EventKind.STUDY_ANSWERED: _answered,
    EventKind.PASSED_OVER: _passed_over,
}
