"""How does a wave come again by itself: every month, quarter or year, with months left out?

The sweep makes the next one a week before its day, works out who is asked, and leaves it to a person to approve, unless
somebody said that it may approve itself. Each turn is a row, one for each day, so it is made once however many sweeps
run at once; one that nobody approved before the next is made is thrown away, and its row says so.
"""

import calendar
import logging
import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from feedback import sampling
from feedback.models import Wave, WaveSeries, WaveTurn
from feedback.models.series import Every
from feedback.models.wave import WaveState

from .drafting import draft
from .planning import plan
from .refusals import WaveRefused, WaveStepNotAllowed
from .steps import approve, locked

logger = logging.getLogger(__name__)

MADE_BEFORE = timedelta(days=7)
SEEDS = 2**31  # as short as those that people are offered
LAST_YEAR = 9000  # of calendars that end
COPIED = (
    "method", "share", "count", "strata", "at_least", "filters", "channel", "per_hour", "remind_after_days", "open_days"
)  # fmt: skip


@transaction.atomic
def repeat(
    wave: Wave, *, every: str, left_out: Collection[int] = (), approves_itself: bool = False, by: str, now: datetime
) -> WaveSeries:
    """Have this wave come again. It is the first turn itself, and is approved like any other.

    Args:
        every: one of `Every`.
        left_out: months, 1 to 12, in which none is made; those the programme is closed in are left out anyway.
        approves_itself: the next ones leave without anybody approving them.

    Raises:
        WaveRefused: naming the field.
    """
    wave = locked(wave)
    if every not in Every.values:
        raise WaveRefused("every", _("A wave comes again every month, quarter or year."))
    if any(not 1 <= month <= 12 for month in left_out):
        raise WaveRefused("left_out", _("Months are numbered 1 to 12."))
    if WaveTurn.objects.filter(wave=wave).exists():
        raise WaveRefused("every", _("This wave comes again already."))
    series = WaveSeries(
        survey=wave.survey,
        plan={name: getattr(wave, name) for name in COPIED},
        every=every,
        left_out=sorted(set(left_out)),
        approves_itself=approves_itself,
        first_on=wave.starts_on,
        created_at=now,
        created_by=by[:254],
    )
    following = _day_after(series, wave.starts_on)
    if following is None:
        raise WaveRefused("left_out", _("With these months left out it would never come again."))
    series.next_on = following
    series.save(force_insert=True)
    WaveTurn.objects.create(series=series, on=wave.starts_on, wave=wave, made_at=now)
    return series


def stop(series: WaveSeries, *, by: str, now: datetime) -> bool:
    """Make no further ones; those that are made stay. Returns whether it went on until now."""
    going_on = WaveSeries.objects.filter(pk=series.pk, stopped_at=None)
    return going_on.update(stopped_at=now, stopped_by=by[:254]) == 1


def repeat_due(*, now: datetime) -> int:
    """Make the waves whose turn comes, and approve those that may approve themselves; part of each sweep.

    Returns:
        How many were made.
    """
    made = 0
    due = WaveSeries.objects.filter(stopped_at=None, next_on__lte=_horizon(now)).order_by("pk")
    for series_id in list(due.values_list("pk", flat=True)):
        try:
            wave = _make(series_id, now)
            if wave is not None:
                made += 1
                plan(wave, now=now)
        except Exception:  # one series that cannot go on must not hold back the others
            logger.exception("the next wave of series %s could not be made", series_id)
    _approve(now)
    return made


def _make(series_id: int, now: datetime) -> Wave | None:
    """The wave whose turn it is; None when another sweep made it, or it could not be made."""
    try:
        with transaction.atomic():
            series = WaveSeries.objects.select_for_update(of=("self",)).select_related("survey").get(pk=series_id)
            if series.stopped_at is not None or series.next_on > _horizon(now):
                return None
            _give_up_unapproved(series)
            day, following = series.next_on, _day_after(series, series.next_on)
            while following is not None and following <= _horizon(now):  # nothing ran for more than a turn
                WaveTurn.objects.create(series=series, on=day, skipped=WaveTurn.MISSED, made_at=now)
                day, following = following, _day_after(series, following)
            turn = WaveTurn(series=series, on=day, made_at=now)
            try:
                turn.wave = draft(
                    survey=series.survey,
                    seed=secrets.randbelow(SEEDS),
                    starts_on=day,
                    created_by=series.created_by,
                    now=now,
                    **series.plan,
                )
            except WaveRefused as error:
                turn.skipped, turn.note = WaveTurn.REFUSED, error.message[:300]
            turn.save(force_insert=True)
            if following is None:
                series.stopped_at = now
            else:
                series.next_on = following
            series.save(update_fields=["next_on", "stopped_at"])
            return turn.wave
    except IntegrityError:  # another sweep has made it
        return None


def _give_up_unapproved(series: WaveSeries) -> None:
    """The turn before had its time: whoever were drawn for it are asked by this one, if at all."""
    for turn in series.turns.filter(wave__state__in=[WaveState.DRAFT, WaveState.PLANNED]).select_related("wave"):
        waiting = locked(Wave(pk=turn.wave_id))
        if waiting.state in (WaveState.DRAFT, WaveState.PLANNED):
            turn.skipped, turn.wave = WaveTurn.NOT_APPROVED, None
            turn.save(update_fields=["skipped", "wave"])
            waiting.delete()


def _approve(now: datetime) -> None:
    by_themselves = WaveTurn.objects.filter(
        series__approves_itself=True, series__stopped_at=None, wave__state=WaveState.PLANNED
    )
    for turn in by_themselves.select_related("series", "wave").order_by("pk"):
        if turn.wave is None or turn.on == turn.series.first_on:  # the first a person approves, like any other
            continue
        with translation.override(settings.LANGUAGE_CODE):
            by = _("by itself, as %(who)s wished") % {"who": turn.series.created_by}
        try:
            approve(turn.wave, by=by, now=now)
        except WaveStepNotAllowed:  # nobody may be asked, or somebody was faster
            logger.info("wave %s did not approve itself", turn.wave_id)


def _horizon(now: datetime) -> date:
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date() + MADE_BEFORE


def _day_after(series: WaveSeries, day: date) -> date | None:
    """The first day of the turn after that one; None when every month that comes is left out."""
    closed = {*series.left_out, *sampling.rules().closed_months}
    steps = (day.year - series.first_on.year) * 12 + day.month - series.first_on.month
    for _each in range(12):
        steps += Every(series.every).months
        year, month = divmod(series.first_on.year * 12 + series.first_on.month - 1 + steps, 12)
        if month + 1 not in closed and year < LAST_YEAR:
            return date(year, month + 1, min(series.first_on.day, calendar.monthrange(year, month + 1)[1]))
    return None
