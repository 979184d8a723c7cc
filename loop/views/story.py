"""In which words does a case page tell its timeline? One function for each kind of event; noise is folded."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from loop.models import CallOutcome, CaseEvent, CaseMail, Channel, User, Verdict
from loop.models.event import EventKind
from loop.own_words import own_words
from loop.views import mail_words, story_customer, story_studies
from loop.workflow import LEADERSHIP


@dataclass(frozen=True)
class Line:
    """One line of the story; `said` is what somebody wrote, `folded` are the lines of noise behind this one."""

    at: datetime
    text: str
    detail: str = ""
    said: str = ""
    folded: list["Line"] = field(default_factory=list)
    matters: bool = True
    mail: CaseMail | None = None


Words = tuple[str, str, str]


def _reason(data: dict[str, Any], event: CaseEvent) -> str:
    return own_words(data.get("reason", ""), by_person=event.actor_id is not None)


# Told in a quieter tone: nobody did these, and nobody need do anything about them.
ROUTINE = CaseEvent.SYSTEM_NOISE | {
    EventKind.RECOVERY_PLANNED,
    EventKind.RECOVERY_CANCELLED,
    EventKind.CUSTOMER_ASKED_WHY,
    EventKind.STUDY_DRAWN,
}


def tell(events: Iterable[CaseEvent], reader: User) -> list[Line]:
    """The story in the order given, with runs of reminders folded into one line each."""
    told = []
    for is_noise, run in groupby(events, key=lambda event: event.kind in CaseEvent.SYSTEM_NOISE):
        lines = [line(event, reader) for event in run]
        told += [_fold(lines)] if is_noise else lines
    return told


def line(event: CaseEvent, reader: User) -> Line:
    """One event as a line. A kind this page does not know is told by its name."""
    words = WORDS.get(event.kind)
    text, detail, said = words(event.data, event, reader) if words else (event.get_kind_display(), "", "")
    about = getattr(event, "mail", None)
    return Line(event.at, text, detail, said, matters=event.kind not in ROUTINE, mail=about)


def who(actor: User | None, reader: User) -> str:
    """The actor as the reader calls them."""
    if actor is None:
        return "Loop"
    return _("You") if actor.pk == reader.pk else actor.display_name


def _fold(lines: list[Line]) -> Line:
    if len(lines) == 1:
        return lines[0]
    text = ngettext("%(n)d reminder sent", "%(n)d reminders sent", len(lines)) % {"n": len(lines)}
    return Line(lines[0].at, text, folded=lines, matters=False)


def _opened(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    score = data.get("score")
    if data.get("word"):
        text = _("The customer answered %(score)s and wrote “%(word)s”") % {"score": score, "word": data["word"]}
        return text, _("by the survey's rule about words"), ""
    return (_("The customer answered %(score)s") % {"score": score} if score is not None else _("Opened")), "", ""


def _assigned(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    owner, team = data.get("owner"), data.get("team_name") or _("the leads")
    if owner is None:
        text = _("Waits in the queue of %(team)s") % {"team": team}
    elif event.actor_id is not None and event.actor_id == owner:
        text = _("%(actor)s took the case") % {"actor": who(event.actor, reader)}
    elif owner == reader.pk:
        text = _("Assigned to you") if event.actor is None else _("%(actor)s handed it to you") % {
            "actor": who(event.actor, reader)
        }  # fmt: skip
    else:
        name = data.get("owner_name", "")
        text = (
            _("Assigned to %(name)s") % {"name": name}
            if event.actor is None
            else _("%(actor)s handed it to %(name)s") % {"actor": who(event.actor, reader), "name": name}
        )
    return text, _reason(data, event), data.get("note", "")


def _attempt(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    if "mail" in data:
        return mail_words.written(data, event, who(event.actor, reader))
    channel = str(dict(Channel.choices).get(data.get("channel", ""), ""))
    outcome = str(dict(CallOutcome.choices).get(data.get("outcome", ""), ""))
    text = _("%(actor)s reached the customer") if data.get("reached") else _("%(actor)s did not reach the customer")
    detail = ", ".join(filter(None, (channel, "" if data.get("reached") else outcome)))
    said = [data.get("note", ""), *(_answer(answer) for answer in data.get("answers", []))]
    return text % {"actor": who(event.actor, reader)}, detail, "\n".join(filter(None, said))


def _answer(told: dict[str, Any]) -> str:
    answer = told["answer"]
    if isinstance(answer, bool):
        answer = _("yes") if answer else _("no")
    elif isinstance(answer, (int, float)):
        answer = number_format(answer)
    return _("%(question)s %(answer)s") % {"question": told["question"], "answer": answer}


def _next_try(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    actor = {"actor": who(event.actor, reader)}
    if not data.get("at"):
        return _("%(actor)s dropped the next try") % actor, "", ""
    return _("%(actor)s planned the next try") % actor, _moment(data["at"]), _reason(data, event)


def _held(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    text = _("%(actor)s put it on hold, as the customer asked") % {"actor": who(event.actor, reader)}
    return text, _("until %(time)s") % {"time": _moment(data.get("until", ""))}, _reason(data, event)


def _resumed(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    text = _("The hold is over") if event.actor is None else _("%(actor)s ended the hold") % {
        "actor": who(event.actor, reader)
    }  # fmt: skip
    return text, _("due %(time)s") % {"time": _moment(data.get("due_at", ""))}, ""


def _promise(text: Callable[[], str]) -> Callable[[dict[str, Any], CaseEvent, User], Words]:
    """Steps on a promise: who took it, by when it is or was due, its words and the reason given."""

    def words(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
        said = [_("“%(what)s”") % {"what": data.get("what", "")}, _reason(data, event)]
        by = _("by %(time)s") % {"time": _moment(data.get("due_at", ""))}
        return text() % {"actor": who(event.actor, reader)}, by, "\n".join(filter(None, said))

    return words


def _reminded_of_promise(text: Callable[[], str]) -> Callable[[dict[str, Any], CaseEvent, User], Words]:
    return lambda data, event, reader: (text(), data.get("what", ""), "")


def _moment(iso: str) -> str:
    at = parse_datetime(iso) if iso else None
    return date_format(localtime(at), pgettext("date format: weekday, day, time", "D j M H:i")) if at else ""


def _note(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    return who(event.actor, reader), _("note"), data.get("text", "")


def _escalated(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    above = data.get("to") == LEADERSHIP
    by_itself = _("Escalated to leadership") if above else _("Escalated to the lead")
    text = by_itself if event.actor is None else _("%(actor)s escalated") % {
        "actor": who(event.actor, reader)
    }  # fmt: skip
    return text, _("level %(level)s") % {"level": data.get("level", 1)}, _reason(data, event)


def _resolved(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    cause = data.get("root_cause_name") or data.get("root_cause", "")
    said = [data.get("summary", "")]
    if data.get("promises_reason"):
        said.append(_("With a promise unkept: %(reason)s") % {"reason": own_words(data["promises_reason"])})
    return _("%(actor)s resolved it") % {"actor": who(event.actor, reader)}, cause, "\n".join(said)


def _plain(text: Callable[[], str]) -> Callable[[dict[str, Any], CaseEvent, User], Words]:
    """Lines that are the same whatever the event holds."""
    return lambda data, event, reader: (text(), "", "")


def _by_actor(text: Callable[[], str]) -> Callable[[dict[str, Any], CaseEvent, User], Words]:
    """Steps told by who took them and the reason they gave."""
    return lambda data, event, reader: (text() % {"actor": who(event.actor, reader)}, "", _reason(data, event))


def _answer_changed(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    before, after = data.get("before"), data.get("after")
    if isinstance(before, dict):
        before = before.get("score")
    if isinstance(after, dict):
        after = after.get("score")
    return _("The customer corrected the answer: %(before)s → %(after)s") % {"before": before, "after": after}, "", ""


def _recovery_planned(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    due_at = parse_datetime(data.get("due_at", ""))
    day = date_format(localtime(due_at), pgettext("date format: day, year", "j M Y")) if due_at else ""
    return _("The customer is asked again on %(day)s") % {"day": day}, "", ""


def _outcome(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    verdict = data.get("verdict", "")
    word = str(dict(Verdict.choices).get(verdict, verdict))
    if data.get("after") is None:
        return _("The customer did not answer again"), "", ""
    return _("Asked again, the customer answered %(after)s") % {"after": data["after"]}, word, ""


WORDS: dict[str, Callable[[dict[str, Any], CaseEvent, User], Words]] = {
    EventKind.OPENED: _opened,
    EventKind.ASSIGNED: _assigned,
    EventKind.ATTEMPT: _attempt,
    EventKind.NEXT_TRY: _next_try,
    EventKind.HELD: _held,
    EventKind.RESUMED: _resumed,
    EventKind.PROMISED: _promise(lambda: _("%(actor)s promised")),
    EventKind.PROMISE_KEPT: _promise(lambda: _("%(actor)s kept a promise")),
    EventKind.PROMISE_MOVED: _promise(lambda: _("%(actor)s agreed another time for a promise")),
    EventKind.PROMISE_WITHDRAWN: _promise(lambda: _("%(actor)s took a promise back")),
    EventKind.NOTE: _note,
    EventKind.ESCALATED: _escalated,
    EventKind.RESOLVED: _resolved,
    EventKind.NOT_REACHED: _by_actor(lambda: _("%(actor)s closed it: the customer was not reached")),
    EventKind.WITHDRAWN: _by_actor(lambda: _("%(actor)s withdrew it")),
    EventKind.REOPENED: _by_actor(lambda: _("%(actor)s reopened it")),
    EventKind.ANSWER_CHANGED: _answer_changed,
    EventKind.RECOVERY_PLANNED: _recovery_planned,
    EventKind.RECOVERY_CANCELLED: _plain(lambda: _("The customer is not asked again for now")),
    EventKind.REMINDER_HALF_TIME: _plain(lambda: _("Reminder: half of the time is gone")),
    EventKind.REMINDER_DUE: _plain(lambda: _("Reminder: due")),
    EventKind.REMINDER_OVERDUE: _plain(lambda: _("Reminder: overdue")),
    EventKind.REMINDER_NEXT_TRY: _plain(lambda: _("Reminder: the next try")),
    EventKind.REMINDER_SNOOZED: _plain(lambda: _("Reminder: put off until now")),
    EventKind.REMINDER_PROMISE: _reminded_of_promise(lambda: _("Reminder of a promise")),
    EventKind.REMINDER_PROMISE_OVERDUE: _reminded_of_promise(lambda: _("Reminder: a promise is overdue")),
    EventKind.OUTCOME: _outcome,
    EventKind.MAIL_RECEIVED: mail_words.received,
    EventKind.MAIL_RETURNED: mail_words.returned,
    **story_customer.WORDS,
    **story_studies.WORDS,
}
