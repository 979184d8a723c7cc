"""What is done to several cases at once? Each goes through the workflow by itself, and its result is told.

One that is refused holds up none of the others, and nothing is half done to any of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from loop import access, workflow
from loop.models import Case, Team, User
from loop.models.case_query import CaseQuerySet
from loop.search import LARGEST_NUMBER

MOST = 500  # cases at once; each is a step of its own, and somebody waits in front of the page


@dataclass(frozen=True)
class Tick:
    """A case as somebody saw it when they ticked it."""

    pk: int
    version: int

    @classmethod
    def read(cls, text: str) -> "Tick | None":
        """`<number>.<version>`, as the box on the page says it; None for anything else."""
        number, _dot, version = text.partition(".")
        if not all(part.isascii() and part.isdigit() and int(part) <= LARGEST_NUMBER for part in (number, version)):
            return None
        return cls(int(number), int(version))

    def __str__(self) -> str:
        return f"{self.pk}.{self.version}"


@dataclass(frozen=True)
class Result:
    """What became of one case; `why` says why nothing was done to it, `is_stale` that somebody was faster."""

    pk: int
    case: Case | None
    done: bool
    why: str = ""
    is_stale: bool = False
    seen_version: int = 0


def read(texts: Iterable[str]) -> list[Tick]:
    """The ticks of a form, each case once, at most `MOST` of them."""
    ticks = {tick.pk: tick for tick in map(Tick.read, texts) if tick is not None}
    return list(ticks.values())[:MOST]


def whole(cases: CaseQuerySet) -> tuple[list[Tick], bool]:
    """Ticks for a list as it stands, by what is due first, and whether it holds more than `MOST`."""
    first = list(cases.order_by("next_due_at", "pk").values_list("pk", "version")[: MOST + 1])
    return [Tick(pk, version) for pk, version in first[:MOST]], len(first) > MOST


def visible(user: User, ticks: Iterable[Tick]) -> CaseQuerySet:
    """The ticked cases this person sees."""
    return access.visible_cases(user).filter(pk__in=[tick.pk for tick in ticks])


def cases_of(user: User, ticks: Iterable[Tick]) -> list[Case]:
    """The ticked cases this person sees, with all that is shown of them, in the order of the inbox."""
    return list(visible(user, ticks).for_display().order_by("next_due_at", "pk"))


def by_number(user: User, numbers: Iterable[int]) -> dict[int, Case]:
    """Those of the cases with these numbers that this person sees."""
    return {case.pk: case for case in access.visible_cases(user).filter(pk__in=list(numbers))}


def hand_over(
    ticks: Iterable[Tick], *, owner: User | None, team: Team | None, reason: str, actor: User, now: datetime
) -> list[Result]:
    """Give each case to a person, or to the queue of a team."""

    def step(tick: Tick) -> Case:
        return workflow.assign(
            case_id=tick.pk, owner=owner, team=team, reason=reason, actor=actor, version=tick.version, now=now
        )

    return _each(ticks, step, actor)


def take(ticks: Iterable[Tick], *, actor: User, now: datetime) -> list[Result]:
    """Claim each case that waits in a queue."""

    def step(tick: Tick) -> Case:
        return workflow.take(case_id=tick.pk, actor=actor, version=tick.version, now=now)

    return _each(ticks, step, actor)


def _each(ticks: Iterable[Tick], step: Callable[[Tick], Case], actor: User) -> list[Result]:
    ticks = list(ticks)
    seen = {case.pk: case for case in cases_of(actor, ticks)}
    return [_one(tick, seen.get(tick.pk), step) for tick in ticks]


def _one(tick: Tick, case: Case | None, step: Callable[[Tick], Case]) -> Result:
    if case is None:
        return Result(tick.pk, None, done=False, why=_("It is no longer among the cases you see."))
    try:
        step(tick)
    except workflow.StepNotAllowed as refused:
        stale = isinstance(refused, workflow.StaleVersion)
        return Result(tick.pk, case, False, refused.message, stale, tick.version)
    except workflow.StepRefused as refused:
        return Result(tick.pk, case, done=False, why=refused.message)
    except access.NotAllowed:
        return Result(tick.pk, case, done=False, why=_("You can read this case, but this step is not yours to take."))
    return Result(tick.pk, case, done=True)
