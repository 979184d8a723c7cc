"""What stands in the calendar somebody subscribes to, and behind which link?

Due times of their open cases, and whatever other parts of Loop put there by `register`: planned tries, promises,
callbacks. Times are UTC, so that a calendar program shows the right hour on both sides of a change of the clocks. An
entry keeps its UID for life, and its SEQUENCE rises with the version of what it is about.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from feedback import tokens
from loop import access, calendar_file
from loop.models import CalendarFeed, Case, State, User
from loop.sla import Why

MOST = 1000  # entries: a calendar program reads all of them every time
LASTS = timedelta(minutes=15)


@dataclass(frozen=True)
class Entry:
    """One entry. `uid` is the same for life; `sequence` rises whenever anything else of it changes."""

    uid: str
    sequence: int
    starts_at: datetime
    changed_at: datetime
    title: str
    text: str = ""
    path: str = ""
    lasts: timedelta = LASTS


Source = Callable[[User, datetime], Iterable[Entry]]

_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Add a source of entries: it is asked for one person's, within what they may see."""
    _sources[name] = source


def due_times(user: User, now: datetime) -> Iterable[Entry]:
    """When something is due on the open cases of this person."""
    cases = (
        access.visible_cases(user)
        .open()
        .filter(owner__in=access.doing_the_work_of(user))
        .for_display()
        .order_by("contact_due_at", "pk")
    )
    for case in cases[:MOST]:
        customer = who(case)
        yield Entry(
            uid=f"case-{case.pk}-due",
            sequence=case.version,
            starts_at=case.due_at,
            changed_at=max(case.clock_start, case.opened_at),
            title=(_("Contact %(who)s") if case.state == State.NEW else _("Resolve: %(who)s")) % {"who": customer},
            text=" ".join(filter(None, (_("Score %(score)s.") % {"score": case.response.score}, _why(case)))),
            path=reverse("case", args=[case.pk]),
        )


def who(case: Case) -> str:
    """The customer of a case, in a few words."""
    name = case.contact.display_name if case.contact else case.response.respondent_name
    account = case.account.name if case.account else ""
    return ", ".join(filter(None, (name, account))) or _("an unknown customer")


def _why(case: Case) -> str:
    if case.state != State.NEW or not case.due_reason:
        return ""
    why = Why.from_dict(case.due_reason)
    return f"{why.sentence()} {why.skipped_sentence()}".strip()


register("due_times", due_times)


def written(user: User, *, now: datetime) -> bytes:
    """The calendar of one person, as RFC 5545 has it; the same bytes as long as nothing changes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Loop//follow-up//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Loop: what is due"))
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    host = calendar_file.host()
    entries = [entry for source in _sources.values() for entry in source(user, now)]
    for entry in sorted(entries, key=lambda entry: (entry.starts_at, entry.uid))[:MOST]:
        event = Event()
        event.add("uid", f"{entry.uid}@{host}")
        event.add("sequence", entry.sequence)
        event.add("dtstamp", entry.changed_at.astimezone(UTC))
        event.add("dtstart", entry.starts_at.astimezone(UTC))
        event.add("dtend", (entry.starts_at + entry.lasts).astimezone(UTC))
        event.add("summary", entry.title)
        event.add("transp", "TRANSPARENT")  # a due time blocks nobody's day
        link = settings.BASE_URL + entry.path if entry.path else ""
        event.add("description", "\n".join(filter(None, (entry.text, link))))
        if link:
            event.add("url", link)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def path(feed: CalendarFeed) -> str:
    """Where a calendar program reads it; "" after SECRET_KEY was changed without keeping the old one."""
    try:
        return reverse("calendar-feed", args=[tokens.matching("calendar", feed.public_id, feed.token_hash)])
    except LookupError:
        return ""


def find(token: str) -> User | None:
    """Whose calendar this is, if they can still sign in."""
    feed = CalendarFeed.objects.select_related("user").filter(token_hash=tokens.fingerprint(token)).first()
    return feed.user if feed is not None and feed.user.is_active else None


@transaction.atomic
def renew(user: User, *, now: datetime) -> CalendarFeed:
    """Make a link; one there was is dead from now on."""
    public_id = uuid.uuid4()
    fingerprint = tokens.fingerprint(tokens.derive("calendar", public_id))
    feed, _created = CalendarFeed.objects.update_or_create(
        user=user, defaults={"public_id": public_id, "token_hash": fingerprint, "created_at": now}
    )
    return feed


def revoke(user: User) -> bool:
    """Make the link dead. Returns whether there was one."""
    return CalendarFeed.objects.filter(user=user).delete()[0] > 0
