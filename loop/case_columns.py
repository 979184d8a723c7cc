"""What of a case do reports count, as columns of numbers?

As `feedback.answer_columns` is of answers: a hundred thousand cases read row by row, each with its answer, what became
of it and how often it was reminded of, take the database a second; as arrays they are there at once.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
from django.db.models import Case as Choose
from django.db.models import Count, DateTimeField, Exists, OuterRef, Q, QuerySet, Subquery, When
from numpy.typing import NDArray

from feedback.instants import Microseconds
from feedback.numbers import NONE, numbers
from loop.models import CaseEvent, ContactAttempt, Resolution, Verdict
from loop.models.case_query import CaseQuerySet
from loop.models.event import REMINDERS, EventKind

SHAPE = 1  # raise it with every change of what is below: packs of another one are read no more

#: How a case ended, as a number: its place here, from 1; 0 while it is open.
ENDS = (Resolution.SOLVED, Resolution.NOT_REACHED, Resolution.WITHDRAWN)
OPEN, SOLVED, NOT_REACHED, WITHDRAWN = range(4)
#: What became of the score, as a number: its place here, from 1; 0 while that is not known.
VERDICTS = (Verdict.RECOVERED, Verdict.IMPROVED, Verdict.UNCHANGED, Verdict.WORSENED, Verdict.NO_ANSWER)
VERDICT = {verdict: place for place, verdict in enumerate(VERDICTS, 1)}

NEVER = np.iinfo(np.int64).max  # later than every instant

IDS = ("key", "survey", "contact", "account", "owner", "team", "calendar", "again_survey")
INSTANTS = ("answered", "opened", "contact_due", "resolve_due", "tried", "contacted", "closed", "again_at")
SMALL = ("score", "end", "verdict", "reopened", "confirmed", "wants", "asked_again", "said_why")
NAMES = (*IDS, *INSTANTS, *SMALL, "reminders")
NARROW = np.iinfo(np.int32).max  # ids up to here take four bytes


class CaseColumns:
    """Cases as arrays of one length, an entry a case. Each is made when it is asked for: few figures need them all.

    Attributes:
        key, survey, contact, account, owner, team, calendar, again_survey: ids; 0 where there is none. The survey is
            that of the answer, `again_survey` that of the second one.
        answered, opened, contact_due, resolve_due, tried, contacted, closed, again_at: microseconds since 1970,
            UTC; NEVER where it did not happen. `tried` is the first attempt, `again_at` the second
            answer.
        score: of the answer.
        end, verdict: places in ENDS and VERDICTS.
        reopened, confirmed, wants, asked_again, said_why: 1 where it was opened again, where its customer says it is
            solved, asked for a call, and was asked a second time, and where somebody said why others were called first.
        reminders: how many there were.
    """

    key: Any
    survey: Any
    contact: Any
    account: Any
    owner: Any
    team: Any
    calendar: Any
    again_survey: Any
    answered: Any
    opened: Any
    contact_due: Any
    resolve_due: Any
    tried: Any
    contacted: Any
    closed: Any
    again_at: Any
    score: Any
    end: Any
    verdict: Any
    reopened: Any
    confirmed: Any
    wants: Any
    asked_again: Any
    said_why: Any
    reminders: Any

    def __init__(self, length: int, make: Callable[[str], Any]) -> None:
        self._length, self._make = length, make

    @classmethod
    def of_arrays(cls, columns: Iterable[Any]) -> "CaseColumns":
        """Of all of them, in the order of `NAMES`."""
        made = dict(zip(NAMES, columns, strict=True))
        return cls(len(made["key"]), made.__getitem__)

    def __getattr__(self, name: str) -> Any:
        if name not in NAMES:
            raise AttributeError(name)
        setattr(self, name, self._make(name))  # from now on it is found without asking here
        return getattr(self, name)

    def __len__(self) -> int:
        return self._length

    @property
    def was_contacted(self) -> Any:
        return self.contacted != NEVER

    @property
    def is_open(self) -> Any:
        return self.end == OPEN

    @property
    def next_due(self) -> Any:
        """The due time that counts in the state an open case is in; see `Case.next_due_at`."""
        return np.where(self.was_contacted, self.resolve_due, self.contact_due)

    @property
    def in_time(self) -> Any:
        """Which were contacted by the time it was due."""
        return self.contacted <= self.contact_due

    @property
    def has_answered_again(self) -> Any:
        return self.again_at != NEVER

    def where(self, those: NDArray[Any]) -> "CaseColumns":
        """Some of them, by a truth value for each or by their places."""
        if those.dtype == np.bool_:
            if those.all():
                return self
            those = np.flatnonzero(those)  # found once and not column by column
        return CaseColumns(len(those), lambda name: getattr(self, name)[those])

    def of(self, keys: Iterable[int] | Any) -> "CaseColumns":
        """Those of these numbers."""
        return self.where(np.isin(self.key, keys if isinstance(keys, np.ndarray) else np.array([*keys], np.int64)))


def together(parts: Sequence[CaseColumns]) -> CaseColumns:
    """All of them, one part after the other."""
    if len(parts) == 1:
        return parts[0]
    return CaseColumns(sum(map(len, parts)), lambda name: np.concatenate([getattr(part, name) for part in parts]))


def read(cases: CaseQuerySet | QuerySet[Any]) -> CaseColumns:
    """The columns of these cases, read row by row."""
    found = numbers(
        cases,
        "pk", "response__survey", "contact", "account", "owner", "team", "calendar", "outcome__response__survey",
        Microseconds("response__responded_at"), Microseconds("opened_at"), Microseconds("contact_due_at"),
        Microseconds("resolve_due_at"), Microseconds(_first_attempt()), Microseconds("contacted_at"),
        Microseconds("closed_at"), Microseconds("outcome__response__responded_at"),
        "response__score", _place(ENDS, "resolution"), _place(VERDICTS, "outcome__verdict"),
        _whether(Q(reopened_count__gt=0)), _whether(Q(customer_confirmed_at__isnull=False)),
        _whether(Q(response__wants_callback=True)), _whether(Q(recovery_invitation__sent_at__isnull=False)),
        _whether(Exists(_said_why())),
    )  # fmt: skip
    found = found[np.argsort(found[:, 0])]
    ids, instants, small = np.split(found, [len(IDS), len(IDS) + len(INSTANTS)], axis=1)
    ids = np.where(ids == NONE, 0, ids)
    ids = ids.astype(np.int32 if not len(ids) or ids.max() <= NARROW else np.int64)
    instants = np.where(instants == NONE, NEVER, instants)
    columns: list[Any] = [*ids.T.copy(), *instants.T.copy(), *small.T.astype(np.uint8)]
    columns.append(_reminders(cases, columns[0]))
    return CaseColumns.of_arrays(columns)


def _first_attempt() -> Subquery:
    tries = ContactAttempt.objects.filter(case=OuterRef("pk")).order_by("at")
    return Subquery(tries.values("at")[:1], output_field=DateTimeField())


def _said_why() -> QuerySet[CaseEvent]:
    return CaseEvent.objects.filter(case=OuterRef("pk"), kind=EventKind.PASSED_OVER)


def _place(words: Sequence[str], path: str) -> Choose:
    return Choose(*(When(**{path: word}, then=place) for place, word in enumerate(words, 1)), default=0)


def _whether(condition: Q | Exists) -> Choose:
    return Choose(When(condition, then=1), default=0)


def _reminders(cases: QuerySet[Any], keys: Any) -> Any:
    """By a query of its own: joined to the others each reminder would make a row of each case."""
    some = cases.order_by().filter(events__kind__in=REMINDERS).values("pk")
    told = numbers(some.annotate(n=Count("events")), "pk", "n")
    told = told[np.isin(told[:, 0], keys)]  # between the two queries there may have come another case
    found = np.zeros(len(keys), np.uint16)
    found[np.searchsorted(keys, told[:, 0])] = told[:, 1]
    return found


def packed(columns: CaseColumns) -> tuple[bytes, str]:
    """The same as bytes, and their digest. The first byte is the width of an id; then column after column."""
    width = columns.key.dtype.itemsize
    told = b"".join(np.ascontiguousarray(getattr(columns, name), _type_of(name, width)).tobytes() for name in NAMES)
    content = bytes([width]) + told
    return content, blake2b(content, digest_size=16).hexdigest()


def unpacked(content: Any) -> CaseColumns:
    """What `packed` wrote."""
    raw = bytes(content)
    width, at, columns = raw[0], 1, []
    types = [np.dtype(_type_of(name, width)) for name in NAMES]
    n = (len(raw) - 1) // sum(each.itemsize for each in types)
    for each in types:
        columns.append(np.frombuffer(raw, each, n, at))
        at += n * each.itemsize
    return CaseColumns.of_arrays(columns)


def _type_of(name: str, width: int) -> str:
    if name in IDS:
        return f"<i{width}"
    return "<i8" if name in INSTANTS else "u1" if name in SMALL else "<u2"
