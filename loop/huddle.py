"""What does a team talk about in its ten minutes a week? New voices, what is late, what was learned.

The meeting is a list of parts; each is a function that returns what it has to show, or nothing. Other modules that have
something to talk about add their part to `PARTS`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loop import board
from loop.board import Scope
from loop.models import Case, Resolution

PERIOD = timedelta(days=7)
VOICES_SHOWN = 12
LEARNED_SHOWN = 20


@dataclass(frozen=True)
class Part:
    """One thing to talk about: its heading, its template and what that shows."""

    key: str
    name: Promise
    template: str
    context: dict[str, Any]


def voices(scope: Scope) -> Part | None:
    """What customers said this week, in their words, the unhappiest first."""
    new = board.all_cases_of(scope).filter(opened_at__gt=scope.now - PERIOD, opened_at__lte=scope.now)
    rows = list(new.for_display().order_by("response__score", "-opened_at", "pk")[:VOICES_SHOWN])
    return Part("voices", _("New voices"), "loop/team/_voices.html", {"cases": rows}) if rows else None


def late(scope: Scope) -> Part | None:
    """What is late, and what to do about each."""
    items = board.overdue(scope)
    return Part("overdue", _("Overdue"), "loop/team/_late.html", {"items": items}) if items else None


def promised(scope: Scope) -> Part | None:
    """What customers were promised by now and still wait for."""
    agreed = board.promised(scope)
    return Part("promised", _("Promised and due"), "loop/team/_promised.html", {"agreed": agreed}) if agreed else None


@dataclass(frozen=True)
class Lesson:
    """A cause, how often it was the one, and what was done each time."""

    cause: str
    cases: list[Case]


def learned(scope: Scope) -> Part | None:
    """Why the customers of the cases resolved this week were unhappy, and what was done."""
    done = board.all_cases_of(scope).filter(
        resolution=Resolution.SOLVED, closed_at__gt=scope.now - PERIOD, closed_at__lte=scope.now
    )
    rows = list(done.for_display().order_by("-closed_at", "pk")[:LEARNED_SHOWN])
    if not rows:
        return None
    often = Counter(case.root_cause.name for case in rows if case.root_cause)
    lessons = [
        Lesson(cause, [case for case in rows if case.root_cause and case.root_cause.name == cause])
        for cause, _n in often.most_common()
    ]
    return Part("learned", _("What we learned"), "loop/team/_learned.html", {"lessons": lessons})


# What the meeting goes through, in its order. A part that has nothing to show is left out.
PARTS: list[Callable[[Scope], Part | None]] = [voices, late, promised, learned]


def parts(scope: Scope) -> list[Part]:
    """What there is to talk about."""
    return [part for build in PARTS if (part := build(scope)) is not None]
