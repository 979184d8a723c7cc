"""What does a calendar read about an agreed call?

One call keeps its UID for good; the sequence number tells calendars which news of it is the latest. Times are in UTC: a
call is one instant, so it stays at the agreed hour when clocks change.
"""

from datetime import datetime
from email.utils import parseaddr
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText

from loop.models import Callback, CallbackState

PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"


class CalendarFile(NamedTuple):
    """An .ics file and the method it is for, which mails name a second time."""

    method: str
    text: str


def host() -> str:
    """What comes behind the @ in the UIDs of all our calendar entries."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def of_call(
    call: Callback, *, method: str, summary: str, description: str, attendees: list[tuple[str, str]], at: datetime
) -> CalendarFile:
    """The file that puts a call into a calendar, changes it there, or takes it out.

    Args:
        attendees: name and address of each.
        at: when this is told.
    """
    event = Event()
    event.add("uid", f"{call.public_id}@{host()}")
    event.add("sequence", call.sequence)
    event.add("dtstamp", at)
    event.add("dtstart", call.starts_at)
    event.add("dtend", call.ends_at)
    event.add("summary", summary)
    event.add("description", description)
    is_off = method == CANCEL or call.state == CallbackState.CANCELLED
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    event["organizer"] = _address(settings.COMPANY_NAME or name, address)
    for attendee in attendees:
        event.add("attendee", _address(*attendee), encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//Loop//Callbacks//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return CalendarFile(method, calendar.to_ical().decode())


def _address(name: str, address: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    if name:
        found.params["CN"] = vText(name)
    return found
