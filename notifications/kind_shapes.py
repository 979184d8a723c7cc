"""What must be said of a kind of message, by whom it goes to? `kinds` is the table of all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from feedback.models import Contact, Wave
from loop.models import Case, CaseEvent, User
from loop.models.event import EventKind
from notifications import occasions
from notifications.staleness import Check


@dataclass(frozen=True)
class StaffKind:
    """A message to our own people about an event of a case."""

    name: str
    on: EventKind
    to: Callable[[Case, datetime], list[User]]
    stale: tuple[Check, ...]
    when: Callable[[CaseEvent], bool] = occasions.always
    in_sight: bool = True  # told only to those who may see the case; else its texts may say nothing of the customer
    to_of: Callable[[CaseEvent, datetime], list[User]] | None = None  # where the case alone does not say whom

    def readers(self, event: CaseEvent, now: datetime) -> list[User]:
        """Who is told of this event."""
        return self.to_of(event, now) if self.to_of is not None else self.to(event.case, now)


@dataclass(frozen=True)
class PersonKind:
    """A message to one of our own people about themselves."""

    name: str
    stale: tuple[Check, ...]


@dataclass(frozen=True)
class FormerOwnerKind:
    """A message to whoever had a call in their calendar that somebody else makes now, or nobody."""

    name: str
    on: tuple[EventKind, ...]
    stale: tuple[Check, ...] = ()


@dataclass(frozen=True)
class CaseCustomerKind:
    """A message to a customer about their own case."""

    name: str
    on: tuple[EventKind, ...]
    stale: tuple[Check, ...]
    when: Callable[[CaseEvent], bool] = occasions.always


@dataclass(frozen=True)
class CustomerKind:
    """A message to a customer about an invitation."""

    name: str
    surveys: frozenset[str]  # kinds of survey
    stale: tuple[Check, ...]
    reminds: bool = False


@dataclass(frozen=True)
class WaveKind:
    """A message to our own people about a survey that is sent to many."""

    name: str
    to: Callable[[Wave, datetime], list[User]]
    stale: tuple[Check, ...]
    about_owners_customers: bool = True  # its reader looks after somebody in it


@dataclass(frozen=True)
class BounceKind:
    """A message to our own people about a customer whom our mail does not reach."""

    name: str
    to: Callable[[Contact], list[User]]
    stale: tuple[Check, ...]


@dataclass(frozen=True)
class CaseMailKind:
    """A mail that a colleague wrote to the customer of a case."""

    name: str
    stale: tuple[Check, ...]


@dataclass(frozen=True)
class ThanksKind:
    """A mail that thanks a customer for an answer, and may ask for a favour."""

    name: str
    stale: tuple[Check, ...]


@dataclass(frozen=True)
class TrialKind:
    """A message to whoever asks for it, to see a survey as customers will, or whether a chat is reached."""

    name: str
    stale: tuple[Check, ...] = ()


@dataclass(frozen=True)
class MorningKind:
    """One mail in the morning to somebody who works on cases."""

    name: str
    stale: tuple[Check, ...]


@dataclass(frozen=True)
class ReportKind:
    """A report that somebody wants by mail."""

    name: str
    stale: tuple[Check, ...]


@dataclass(frozen=True)
class WeeklyKind:
    """One mail a week to somebody who leads."""

    name: str
    stale: tuple[Check, ...]
