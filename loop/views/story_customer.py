"""In which words does a case page tell what its customer did, and what became of agreed calls?"""

from collections.abc import Callable
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from loop import callbacks, data_requests
from loop.models import CaseEvent, User, Wish
from loop.models.event import EventKind

Words = tuple[str, str, str]


def _when(data: dict[str, Any]) -> str:
    at = parse_datetime(data.get("starts_at", ""))
    return date_format(localtime(at), pgettext("date format: weekday, day, time", "D j M H:i")) if at else ""


def _call(text: Callable[[], str]) -> Callable[[dict[str, Any], CaseEvent, User], Words]:
    return lambda data, event, reader: (text() % {"time": _when(data)}, _because(data), "")


def _because(data: dict[str, Any]) -> str:
    return {
        callbacks.BY_CUSTOMER: _("by the customer"),
        callbacks.OTHER_OWNER: _("the new owner is not free then"),
        callbacks.AWAY: _("nobody is here to call then"),
        callbacks.CASE_CLOSED: _("the case is closed"),
        callbacks.SPOKEN: _("they have spoken already"),
        callbacks.NO_ANSWER: _("the customer did not answer"),
        callbacks.NOBODY_CALLED: _("nobody logged a call"),
    }.get(data.get("why") or data.get("by", ""), "")


def _plain(text: Callable[[], str]) -> Callable[[dict[str, Any], CaseEvent, User], Words]:
    return lambda data, event, reader: (text(), "", "")


def _wish(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    wish = data.get("wish", "")
    return _("The customer says how to be reached"), str(Wish(wish).label) if wish else _("by telephone after all"), ""


def _wrote(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    return _("The customer wrote"), "", data.get("text", "")


def _data_request(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    what = data.get("what", "")
    text = {
        "erase": _("The customer asked for their data to be erased"),
        "export_given": _("The customer was given a copy of their data"),
        "export_declined": _("The customer was told that they get no copy of their data"),
        "erase_declined": _("The customer was told that their data is not erased"),
        data_requests.ERASED: _("Everything personal about the customer was erased"),
    }.get(what, _("The customer asked for a copy of their data"))
    return text, "", data.get("text", "")


WORDS: dict[str, Callable[[dict[str, Any], CaseEvent, User], Words]] = {
    EventKind.CALLBACK_BOOKED: _call(lambda: _("A call is agreed: %(time)s")),
    EventKind.CALLBACK_MOVED: _call(lambda: _("The call was moved: %(time)s")),
    EventKind.CALLBACK_HANDED_OVER: _call(lambda: _("Somebody else makes the call: %(time)s")),
    EventKind.CALLBACK_CANCELLED: _call(lambda: _("The call was cancelled: %(time)s")),
    EventKind.CALLBACK_REMINDER: _call(lambda: _("Reminded of the call: %(time)s")),
    EventKind.CALLBACK_HELD: _call(lambda: _("The call was held: %(time)s")),
    EventKind.CALLBACK_MISSED: _call(lambda: _("The call was missed: %(time)s")),
    EventKind.CUSTOMER_DONE: _plain(lambda: _("The customer said that the answer is as they mean it")),
    EventKind.CUSTOMER_WISH: _wish,
    EventKind.CUSTOMER_OTHER_PERSON: _plain(lambda: _("The customer asked for somebody else")),
    EventKind.CUSTOMER_PHONE: _plain(lambda: _("The customer gave another telephone number")),
    EventKind.CUSTOMER_WROTE: _wrote,
    EventKind.CUSTOMER_DATA_REQUEST: _data_request,
    EventKind.CUSTOMER_ASKED_WHY: _plain(lambda: _("The customer was asked what it was, for they had left no words")),
    EventKind.CUSTOMER_CONFIRMED: _plain(lambda: _("The customer says that it is solved")),
    EventKind.CUSTOMER_NOT_SOLVED: _plain(lambda: _("The customer says that it is not solved")),
    EventKind.CUSTOMER_UNCLEAR: _plain(lambda: _("Solved or not: a machine may have pressed, nothing was done")),
}
