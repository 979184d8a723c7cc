"""What does one mail tell when many of a kind wait for one reader, as after an outage? A line and a link a case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loop import deadlines
from loop.models import Case
from notifications import facts
from notifications.models import Message

CASES_SHOWN = 40  # the inbox has the rest


def heading(kind: str, n: int) -> str:
    """What a mail about `n` cases is called, by the kind of message it stands for."""
    match kind:
        case "case_assigned":
            words = ngettext("%(n)d case is yours or waits", "%(n)d cases are yours or wait", n)
        case "reminder_half_time":
            words = ngettext("%(n)d case: half of its time is gone", "%(n)d cases: half of their time is gone", n)
        case "reminder_due":
            words = ngettext("%(n)d case is due today", "%(n)d cases are due today", n)
        case "reminder_overdue":
            words = ngettext("%(n)d case is overdue", "%(n)d cases are overdue", n)
        case "case_escalated":
            words = ngettext("%(n)d case was escalated", "%(n)d cases were escalated", n)
        case "case_escalated_above":
            words = ngettext("%(n)d case stays overdue", "%(n)d cases stay overdue", n)
        case "case_reopened":
            words = ngettext("%(n)d case was reopened", "%(n)d cases were reopened", n)
        case "case_reply":
            words = ngettext("%(n)d customer answered your mail", "%(n)d customers answered your mails", n)
        case "case_mail_returned":
            words = ngettext("%(n)d mail to a customer came back", "%(n)d mails to customers came back", n)
        case "case_outcome":
            words = ngettext("%(n)d customer answered again", "%(n)d customers answered again", n)
        case "reminder_promise" | "reminder_promise_overdue" | "reminder_next_try" | "reminder_snoozed":
            words = _heading_of_agreed(kind, n)
        case _:
            words = ngettext("News of %(n)d case", "News of %(n)d cases", n)
    return words % {"n": n}


def _heading_of_agreed(kind: str, n: int) -> str:
    if kind == "reminder_promise":
        return ngettext("%(n)d promise to keep", "%(n)d promises to keep", n)
    if kind == "reminder_promise_overdue":
        return ngettext("%(n)d promise is overdue", "%(n)d promises are overdue", n)
    if kind == "reminder_snoozed":
        return ngettext("%(n)d case comes back that you put off", "%(n)d cases come back that you put off", n)
    return ngettext("It is time for %(n)d planned try", "It is time for %(n)d planned tries", n)


def facts_of(messages: list[Message]) -> dict[str, Any]:
    """The cases these messages are about, each once, the one that is due first on top; of promises each one."""
    lines = {(line.case.pk, line.promise): line for message in messages if (line := _line(message)) is not None}
    ordered = sorted(lines.values(), key=lambda line: (line.is_done, line.at))
    return {
        "heading": heading(messages[0].kind, len(ordered)),
        "rows": [row(line.case, told=line.told) for line in ordered[:CASES_SHOWN]],
        "more": max(0, len(ordered) - CASES_SHOWN),
        "inbox_url": settings.BASE_URL + reverse("cases"),
    }


@dataclass(frozen=True)
class _Line:
    """What one message has to tell of its case, and by what it is sorted."""

    case: Case
    at: datetime
    is_done: bool
    told: str = ""
    promise: int | None = None


def _line(message: Message) -> _Line | None:
    case, data = message.case, message.event.data if message.event is not None else {}
    if case is None:
        return None
    if "promise" in data:
        at = datetime.fromisoformat(data["due_at"])
        return _Line(case, at, is_done=False, told=_with_time(at, data["what"]), promise=data["promise"])
    if message.kind == "reminder_next_try":
        at = datetime.fromisoformat(data["at"])
        return _Line(case, at, is_done=False, told=_with_time(at, data["reason"]))
    return _Line(case, case.due_at, is_done=not case.is_open)


def _with_time(at: datetime, what: str) -> str:
    when = facts.told_when(at, _("D j M H:i"))
    return f"{when}: {what}" if what else when


def row(case: Case, *, told: str = "") -> dict[str, Any]:
    """One case as a line of a mail; `told` stands where otherwise its due time does."""
    response, contact, account = case.response, case.contact, case.account
    return {
        "score": response.score,
        "category": response.category,
        "who": facts.who(contact, account.name if account else response.respondent_name),
        "due": told or _due(case),
        "owner": case.owner.display_name if case.owner else _("nobody yet"),
        "url": settings.BASE_URL + reverse("case", args=[case.pk]),
    }


def _due(case: Case) -> str:
    if not case.is_open:
        return ""
    when = {"when": facts.told_when(case.due_at, _("D j M H:i"))}
    return _("contact by %(when)s") % when if deadlines.stage(case) == "contact" else _("resolve by %(when)s") % when
