"""Which waves come again by themselves: when is the next one, which waits to be approved, which was skipped and why?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from feedback import sampling, waves
from feedback.models import Wave, WaveSeries, WaveTurn
from feedback.models.wave import WaveState

SHOWN_FOR = timedelta(days=365)
TURNS_SHOWN = 12


@dataclass(frozen=True)
class Repeat:
    """A wave that comes again. `next_on` and `made_on` are None once it was stopped."""

    series: WaveSeries
    next_on: date | None
    made_on: date | None
    left_out: list[int]
    waits: list[Wave]
    skipped: list[WaveTurn]
    turns: list[WaveTurn]


def of_programme(*, now: datetime) -> list[Repeat]:
    """Those that go on, and those stopped of which one still waits; the next to come first."""
    going_on = Q(stopped_at=None) | Q(turns__wave__state__in=[WaveState.DRAFT, WaveState.PLANNED])
    found = WaveSeries.objects.filter(going_on).distinct().select_related("survey").order_by("next_on", "pk")
    return _told(list(found), now)


def of_wave(wave: Wave, *, now: datetime) -> Repeat | None:
    """How this wave comes again; None where it does not."""
    found = WaveSeries.objects.filter(turns__wave=wave).select_related("survey")
    return next(iter(_told(list(found), now)), None)


def waiting() -> list[WaveTurn]:
    """The turns whose wave somebody has to approve, but for the first of each series, which a person planned."""
    found = WaveTurn.objects.filter(wave__state=WaveState.PLANNED, wave__members__asked=True).distinct()
    told = found.select_related("series", "wave__survey").order_by("on", "pk")
    return [turn for turn in told if turn.on != turn.series.first_on and not turn.series.approves_itself]


def skipped_before(turn: WaveTurn) -> list[WaveTurn]:
    """The turns right before this one that nobody was asked in, the oldest first."""
    before = []
    for earlier in turn.series.turns.filter(on__lt=turn.on).order_by("-on")[:TURNS_SHOWN]:
        if not earlier.skipped:
            break
        before.append(earlier)
    return before[::-1]


def _told(found: Sequence[WaveSeries], now: datetime) -> list[Repeat]:
    since = (now - SHOWN_FOR).date()
    turns = WaveTurn.objects.filter(series__in=found, on__gte=since).select_related("wave").order_by("-on")
    by_series: dict[int, list[WaveTurn]] = {series.pk: [] for series in found}
    for turn in turns:
        by_series[turn.series_id].append(turn)
    closed = set(sampling.rules().closed_months)
    return [_one(series, by_series[series.pk], closed) for series in found]


def _one(series: WaveSeries, turns: list[WaveTurn], closed: set[int]) -> Repeat:
    goes_on = series.stopped_at is None
    return Repeat(
        series=series,
        next_on=series.next_on if goes_on else None,
        made_on=series.next_on - waves.MADE_BEFORE if goes_on else None,
        left_out=sorted({*series.left_out, *closed}),
        waits=[turn.wave for turn in turns if turn.wave is not None and turn.wave.state == WaveState.PLANNED],
        skipped=[turn for turn in turns if turn.skipped][:TURNS_SHOWN],
        turns=turns[:TURNS_SHOWN],
    )
