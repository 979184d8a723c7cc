"""Something happened with a customer in another system: are they asked about it, when, and if not, why not?

A rule (`feedback.trigger_rules`) says which survey follows which touchpoint: after a delay for each event, or on one
day of the week for everybody who was in contact in the seven days before, once each. Whether somebody may be asked at
all is decided by the bars of `feedback.sampling`, with the longer of the quiet periods of the programme and the rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from feedback import asking_hours, invitations, responses, sampling
from feedback.contact_zones import zone_of
from feedback.models import Contact, Invitation, TouchpointEvent, TriggerRule
from feedback.responses import CLOCK_TOLERANCE
from feedback.sampling import Quiet

TOO_OLD = timedelta(days=30)  # after that nobody remembers what they are asked about
MORNING = time(9)  # when the mails of a weekly rule leave, where the recipient is

WAITS = "waits"  # told of an event that waits for the day of its rule; stored are only the others
OLD, NO_RULE, NO_SURVEY = "too_old", "no_rule", "survey_not_in_use"

WORDS: dict[str, StrOrPromise] = {
    WAITS: _("waits for the day of its rule"),
    OLD: _("it happened too long ago"),
    NO_RULE: _("no rule is in use for it any more"),
    NO_SURVEY: _("its survey is not in use"),
}


class EventRefused(ValueError):
    """The event cannot be stored; `field` names what is wrong with it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Received:
    """An event, and whether it was new."""

    event: TouchpointEvent
    created: bool

    @property
    def reason(self) -> str:
        """Why nobody is asked because of it, or not yet; "" when somebody is."""
        return WAITS if self.event.settled_at is None else self.event.reason


def record_event(
    *, touchpoint: str, contact: Contact, external_id: str, occurred_at: datetime, now: datetime
) -> Received:
    """Store an event and settle who is asked because of it; the same one again changes nothing.

    Args:
        touchpoint: one that a rule in use is for.
        external_id: what the other system calls the event, within its touchpoint.
        occurred_at: aware.

    Raises:
        EventRefused: no rule in use is for this touchpoint, or the event lies in the future.
    """
    known = TouchpointEvent.objects.select_related("invitation")
    if told_before := known.filter(touchpoint=touchpoint, external_id=external_id).first():
        return Received(told_before, created=False)
    rule = TriggerRule.objects.select_related("survey").filter(touchpoint=touchpoint, is_active=True).first()
    if rule is None:
        raise EventRefused("touchpoint", f"No rule in use is for the touchpoint “{touchpoint}”.{_touchpoints()}")
    if occurred_at > now + CLOCK_TOLERANCE:
        raise EventRefused("occurred_at", f"{occurred_at.isoformat()} lies in the future.")
    event = TouchpointEvent(
        touchpoint=touchpoint, contact=contact, external_id=external_id, occurred_at=occurred_at, received_at=now
    )
    try:
        with transaction.atomic():
            event.save(force_insert=True)
            if occurred_at < now - TOO_OLD:
                _settle([event], OLD, None, now)
            elif rule.weekday is None:
                due_at = occurred_at + timedelta(minutes=rule.delay_minutes)
                _ask_about([event], rule, max(due_at, now), now)
    except IntegrityError:  # told twice at once, and the other was first
        return Received(known.get(touchpoint=touchpoint, external_id=external_id), created=False)
    return Received(event, created=True)


def settle_weekly(*, now: datetime) -> int:
    """Ask, on the day of their rule, those who were in contact in the week before; part of each sweep.

    An event belongs to the first such day after it, and is settled later when nothing ran on that day. An event whose
    rule was taken out of use, or no longer waits for a day, is settled at once.

    Returns:
        How many events were settled.
    """
    today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    rules = {rule.touchpoint: rule for rule in TriggerRule.objects.select_related("survey").filter(is_active=True)}
    waiting = TouchpointEvent.objects.filter(settled_at=None).order_by("touchpoint", "contact_id", "occurred_at", "pk")
    due = [event for event in waiting.iterator() if _is_due(event, rules.get(event.touchpoint), today)]
    settled = 0
    for (touchpoint, _contact), events in groupby(due, key=lambda event: (event.touchpoint, event.contact_id)):
        settled += _settle_together([event.pk for event in events], rules.get(touchpoint), today, now)
    return settled


def words(reason: str) -> StrOrPromise:
    """What a reason of an event says to people."""
    return WORDS.get(reason) or sampling.words().get(reason, reason)


def _touchpoints() -> str:
    in_use = TriggerRule.objects.filter(is_active=True).order_by("touchpoint").values_list("touchpoint", flat=True)
    return f" There are: {', '.join(in_use)}." if in_use else " There are none yet."


def _is_due(event: TouchpointEvent, rule: TriggerRule | None, today: date) -> bool:
    return rule is None or rule.weekday is None or _day_of(event, rule.weekday) <= today


def _day_of(event: TouchpointEvent, weekday: int) -> date:
    """The first such day after the event; of one we heard of only after that day, the first since we heard."""
    zone = ZoneInfo(settings.TIME_ZONE)
    day = _next(weekday, event.occurred_at.astimezone(zone).date() + timedelta(days=1))
    return max(day, _next(weekday, event.received_at.astimezone(zone).date()))


def _next(weekday: int, day: date) -> date:
    """That day of the week on `day` or after it."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


@transaction.atomic
def _settle_together(event_ids: list[int], rule: TriggerRule | None, today: date, now: datetime) -> int:
    """Settle the events of one contact: one invitation for all of them, or one reason."""
    locked = TouchpointEvent.objects.select_for_update(of=("self",)).select_related("contact__account")
    events = list(locked.filter(pk__in=event_ids, settled_at=None).order_by("pk"))
    if not events:  # another sweep was faster
        return 0
    if rule is None:
        _settle(events, NO_RULE, None, now)
    else:
        zone = zone_of(events[0].contact)
        _ask_about(events, rule, max(datetime.combine(today, MORNING, tzinfo=zone), now), now)
    return len(events)


def _ask_about(events: list[TouchpointEvent], rule: TriggerRule, due_at: datetime, now: datetime) -> None:
    """Invite the contact of these events, or say why not. Events of one contact wait for each other here."""
    contact = Contact.objects.select_for_update(of=("self",)).select_related("account").get(pk=events[0].contact_id)
    due_at = asking_hours.next_for(contact, due_at)
    if not rule.survey.is_active or responses.is_closed(rule.survey, due_at):
        _settle(events, NO_SURVEY, None, now)
        return
    if bar := sampling.why_not(contact, rule.survey, now=now, quiet=quiet_of(rule), channel=rule.channel):
        _settle(events, bar, None, now)
        return
    invitation = invitations.invite(survey=rule.survey, contact=contact, due_at=due_at, now=now, channel=rule.channel)
    _settle(events, "", invitation, now)


def quiet_of(rule: TriggerRule, programme: Quiet | None = None) -> Quiet:
    """How long a rule leaves people in peace: as long as the programme does, or longer.

    A rule that may ask sooner goes by its own period alone; how close two mails may follow each other is always for the
    programme to say.
    """
    programme = programme or Quiet.of_programme()
    if rule.asks_sooner:
        return replace(programme, after_answer=rule.quiet_days, after_silence=rule.quiet_days)
    return replace(
        programme,
        after_answer=max(rule.quiet_days, programme.after_answer),
        after_silence=max(rule.quiet_days, programme.after_silence),
    )


def _settle(events: Iterable[TouchpointEvent], reason: str, invitation: Invitation | None, now: datetime) -> None:
    for event in events:
        event.reason, event.invitation, event.settled_at = reason, invitation, now
        event.save(update_fields=["reason", "invitation", "settled_at"])
