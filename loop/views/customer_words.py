"""In which words does a customer read where their case stands? Never in ours: no notes, no states, no other names."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from feedback import contacts, phones, wording
from feedback.contact_zones import place_of, zone_of
from feedback.fixed_texts import Place
from feedback.models import Response
from loop import callbacks, customer_pages, free_times, solved, wishes
from loop.models import (
    Callback,
    Case,
    CaseEvent,
    Channel,
    CustomerPage,
    Direction,
    MailState,
    Resolution,
    Said,
    State,
    Wish,
)
from loop.models.event import EventKind
from loop.wishes import number_of

A_WEEK = timedelta(days=6)
CAME_BACK = (MailState.NOT_SENT, MailState.RETURNED)

#: Where Loop's own words on the customer's page stand, for those who put them into another language.
PLACES = (
    Place(
        gettext_lazy("The customer's own page"),
        templates=tuple(f"loop/customer/{name}.html" for name in ("case", "solved", "thanks", "data", "unavailable")),
        modules=(
            *(Path(__file__).parent / f"{name}.py" for name in ("customer_words", "customer_data_words", "customer")),
            *(Path(__file__).parents[1] / f"{name}.py" for name in ("customer", "thanks_words")),
        ),
    ),
)

NOTICES: dict[str, Promise] = {
    "done": gettext_lazy("Thank you. We start right away."),
    "booked": gettext_lazy("The time is booked. We have sent you a mail for your calendar."),
    "agreed": gettext_lazy("The time is booked."),
    "cancelled": gettext_lazy("The call is cancelled."),
    "wished": gettext_lazy("Thank you, we go by that."),
    "other": gettext_lazy("Somebody else than your usual contact looks after this now."),
    "phone": gettext_lazy("Thank you. We call the new number."),
    "answered": gettext_lazy("Thank you. Your answer is changed."),
    "waits": gettext_lazy(
        "Thank you. Your answer before stands for now. We cannot see whether you or a mail program sent the change, so "
        "one of us will look. Write a few words with your change and it counts at once."
    ),
    "ended": gettext_lazy("This survey has ended, so your score stays as it was. What you write still reaches us."),
    "wrote": gettext_lazy("Thank you. We have what you wrote."),
    "data": gettext_lazy("We have your request, and see to it within a month."),
    "unclear": gettext_lazy(
        "Thank you. We cannot see whether you or a mail program pressed it. Please say it once more in a minute."
    ),
    Said.SOLVED.value: gettext_lazy("Thank you for telling us that it is solved."),
    Said.NOT_SOLVED.value: gettext_lazy("Thank you for telling us that it is not solved yet. We look into it."),
}


@dataclass(frozen=True)
class Step:
    """One line of what happened so far, or of what comes next."""

    text: str
    at: datetime | None = None
    is_ahead: bool = False
    is_deadline: bool = False


def of_page(page: CustomerPage, *, now: datetime) -> dict[str, Any]:
    """All that the page of a case shows."""
    case = page.case
    call = callbacks.of_case(case)
    number = number_of(case)
    may_book = case.is_open and page.wish == ""
    low, high = case.response.survey.scale
    return {
        "case": case,
        "page": page,
        "who": who(case),
        "headline": headline(page, call, now),
        "steps": steps(page, call, now),
        "call": call,
        "phone": phones.veiled(number),
        "needs_phone": case.is_open and not number and not page.wish,
        "wishes": _wishes(page),
        "other_asked": case.wants_someone_else,
        "scores": range(low, high + 1),
        "asks_solved": solved.may_be_said(page) and not page.said and case.customer_confirmed_at is None,
        "promises": customer_pages.promises_of(case),
        "unsubscribe_token": contacts.unsubscribe_token(case.contact) if case.contact else "",
        **(_times(case, call, now) if may_book else {}),
    }


WISHES: dict[str, Promise] = {
    Wish.EMAIL.value: gettext_lazy("Write me an e-mail instead"),
    Wish.SMS.value: gettext_lazy("Send me a text message instead"),
    Wish.NO_CALL.value: gettext_lazy("Please do not call me"),
    "": gettext_lazy("Call me after all"),
}


def _wishes(page: CustomerPage) -> list[tuple[str, Promise]]:
    """The other ways to hear from us, as far as we know an address or a number for them."""
    if not page.case.is_open:
        return []
    return [one for one in WISHES.items() if one[0] != page.wish and wishes.can_be_met(page.case, one[0])]


def who(case: Case) -> str:
    """Whoever looks after the case, as far as they allow to be named."""
    return case.owner.name_told if case.owner is not None and case.owner.is_active else ""


def call_from_us() -> str:
    return _("Call from %(company)s") % {"company": wording.company()}


def headline(page: CustomerPage, call: Callback | None, now: datetime) -> str:
    """The one sentence that answers what the customer came for."""
    case = page.case
    name = who(case) or wording.company()
    if case.state == State.RESOLVED:
        return _closed(page, name)
    if call is not None:
        name = call.owner.name_told if call.owner is not None and call.owner.is_active else name
        return _("%(name)s calls you %(time)s.") % {"name": name, "time": long_time(call.starts_at)}
    if case.state == State.NEW and has_mail(case):
        return _("%(name)s has written you an e-mail. You can simply answer it.") % {"name": name}
    if case.state == State.CONTACTED:
        return _("%(name)s has been in touch with you and is working on it.") % {"name": name}
    return _waiting(page, name, now)


def has_mail(case: Case) -> bool:
    """Whether we wrote to the customer since the case was opened, or opened again; what came back reached nobody."""
    since = case.reopened_at or case.opened_at
    written = case.mails.filter(direction=Direction.OUT, at__gte=since)
    return written.exclude(state__in=CAME_BACK).exists()


def has_been_tried(case: Case) -> bool:
    """Whether somebody called since the case was opened, or opened again: they are not late who were not answered."""
    since = case.reopened_at or case.opened_at
    return case.attempts.filter(at__gte=since, reached=False).exclude(channel=Channel.EMAIL).exists()


def _waiting(page: CustomerPage, name: str, now: datetime) -> str:
    if page.wish == Wish.NO_CALL:
        return _("Thank you. %(name)s reads your answer. We do not call you.") % {"name": name}
    promised = customer_pages.promised_by(page)
    told = {"name": name, "time": day_time(promised, now)}
    if promised < now and has_been_tried(page.case):
        return _("%(name)s has tried to reach you.") % told
    if promised < now:
        return _("You should have heard from us by %(time)s. We are sorry. %(name)s has been reminded.") % told
    if page.wish:
        return _("Thank you. %(name)s reads your answer and writes to you by %(time)s.") % told
    if not number_of(page.case):
        return _("Thank you. %(name)s reads your answer and gets in touch by %(time)s.") % told
    return _("Thank you. %(name)s reads your answer and calls you by %(time)s.") % told


def _closed(page: CustomerPage, name: str) -> str:
    case = page.case
    if case.resolution == Resolution.WITHDRAWN:
        return _("Thank you. There is nothing left to do here.")
    if case.resolution == Resolution.NOT_REACHED:
        return _("We tried to reach you several times, and could not.")
    if case.customer_confirmed_at is not None or page.said == Said.SOLVED:
        return _("It is solved. Thank you for telling us.")
    if page.said == Said.NOT_SOLVED:
        return _("It is not solved yet, you say. We look into it.")
    return _("%(name)s thinks that this is solved. What do you think?") % {"name": name}


def steps(page: CustomerPage, call: Callback | None, now: datetime) -> list[Step]:
    """What happened so far, and what comes next, oldest first."""
    case, response = page.case, page.case.response
    told = [Step(_("You answered %(score)s") % {"score": _first_score(response)}, response.responded_at)]
    if response.revised_at is not None:
        told.append(Step(_("You changed your answer: %(score)s") % {"score": response.score}, response.revised_at))
    got = _("%(name)s has your answer") % {"name": who(case) or wording.company()}
    told.append(Step(got, case.opened_at))
    lost = set(case.mails.filter(state__in=CAME_BACK).values_list("pk", flat=True))
    told += [Step(text, event.at) for event in case.events.order_by("at", "pk") if (text := _happened(event, lost))]
    told.sort(key=lambda step: step.at or case.opened_at)
    if call is not None:
        told.append(Step(_("The call"), call.starts_at, is_ahead=True))
    elif case.state == State.NEW and page.wish != Wish.NO_CALL and not has_mail(case):
        promised = customer_pages.promised_by(page)
        text = _("We write to you") if page.wish else _("The call") if number_of(case) else _("We get in touch")
        is_past = promised < now and has_been_tried(case)
        told.append(Step(text, None if is_past else promised, is_ahead=True, is_deadline=not is_past))
    if case.customer_confirmed_at is None and not page.said and case.resolution != Resolution.WITHDRAWN:
        told.append(Step(_("You say whether it is solved"), is_ahead=True))
    return told


def _first_score(response: Response) -> int:
    first = response.revisions.order_by("pk").first()
    return first.score if first is not None else response.score


def _happened(event: CaseEvent, lost: set[int]) -> str:
    """An event as the customer lived it; "" for what is our own business. `lost` are the mails that came back."""
    if event.kind == EventKind.ATTEMPT:
        if "mail" in event.data and event.data["mail"] not in lost:
            return _("We wrote to you")
        return _("We were in touch") if event.data.get("reached") else _("We tried to reach you")
    if event.kind == EventKind.CALLBACK_MISSED and event.data.get("why") == callbacks.NOBODY_CALLED:
        return _("We did not call you as agreed")
    if event.kind == EventKind.OUTCOME and event.data.get("after") is not None:
        return _("Asked again, you answered %(score)s") % {"score": event.data["after"]}
    return str(HAPPENED.get(event.kind, ""))


HAPPENED: dict[str, Promise] = {
    EventKind.RESOLVED: gettext_lazy("Taken care of, as far as we know"),
    EventKind.NOT_REACHED: gettext_lazy("Closed, because we could not reach you"),
    EventKind.REOPENED: gettext_lazy("Taken up again"),
    EventKind.CUSTOMER_OTHER_PERSON: gettext_lazy("You asked for somebody else"),
    EventKind.CUSTOMER_WROTE: gettext_lazy("You wrote to us"),
    EventKind.CUSTOMER_CONFIRMED: gettext_lazy("You said that it is solved"),
    EventKind.CUSTOMER_NOT_SOLVED: gettext_lazy("You said that it is not solved"),
}


def _times(case: Case, call: Callback | None, now: datetime) -> dict[str, Any]:
    """The times to choose from: a few at once, all of them by day behind."""
    zone = zone_of(case.contact)
    free = [at for at in callbacks.times_for(case, now=now) if call is None or at != call.starts_at]
    days = [
        (date, [(stamp(at), clock(at)) for at in of_day])
        for date, of_day in groupby(free, key=lambda at: formats.date_format(timezone.localtime(at), _("l j F")))
    ]
    few = [(stamp(at), day_and_clock(at)) for at in free_times.suggest(free, zone)]
    return {"times": few, "days": days, "place": place_of(zone)}


def of_solved(page: CustomerPage, said: str) -> dict[str, Any]:
    """What the page with one button says."""
    return {"case": page.case, "said": said, "who": who(page.case), "may": solved.may_be_said(page)}


def stamp(at: datetime) -> str:
    """A time as the form sends it back."""
    return str(int(at.timestamp()))


def clock(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), pgettext("date format: time", "H:i"))


def day_and_clock(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), _("D j M H:i"))


def day_time(at: datetime, now: datetime) -> str:
    """With the day of the week, and the date where that alone would leave open which."""
    pattern = pgettext("date format: weekday in full, time", "l H:i") if abs(at - now) < A_WEEK else _("l j F, H:i")
    return formats.date_format(timezone.localtime(at), pattern)


def long_time(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), _("l j F, H:i"))
