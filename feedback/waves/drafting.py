"""Is this a wave that makes sense: which survey, to whom, how fast? Nobody is chosen and nothing is sent here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from feedback import drawing, selection
from feedback.models import AskBy, Survey, Wave
from feedback.models.series import Every
from feedback.models.survey import SurveyKind
from feedback.models.wave import Method

from .refusals import WaveRefused

SEED_LIMIT = 2**63  # what the column holds
LONGEST_OPEN_DAYS = 365


@dataclass(frozen=True)
class Preset:
    """A usual way of choosing whom to ask, to start from."""

    words: StrOrPromise
    method: Method
    share: str = ""
    every: str = ""  # how often it comes again, one of `Every`
    strata: Sequence[str] = ()
    at_least: int = 0
    filters: Mapping[str, Any] = field(default_factory=dict)


# Drawn by segment and size, at least one of each, so that small groups are heard, too.
HEARD, ONE_OF_EACH = ("segment", "size"), 1

# Months in which no wave leaves, such as July, are a rule of the programme and hold for every wave.
PRESETS: dict[str, Preset] = {
    "monthly": Preset(
        _("Every month one in eleven, at random"),
        Method.RANDOM,
        share="1/11",
        every=Every.MONTHLY,
        strata=HEARD,
        at_least=ONE_OF_EACH,
    ),
    "quarterly": Preset(
        _("Every quarter one in four, at random"),
        Method.RANDOM,
        share="1/4",
        every=Every.QUARTERLY,
        strata=HEARD,
        at_least=ONE_OF_EACH,
    ),
    "yearly": Preset(_("Once a year everybody who may be asked"), Method.WHOLE, every=Every.YEARLY),
    "active": Preset(
        _("Everybody who was active in the last year and not asked in it"),
        Method.DYNAMIC,
        filters={"active_within_days": 365, "not_asked_within_days": 365},
    ),
    "decision_makers": Preset(_("Decision makers only"), Method.DYNAMIC, filters={"decision_makers": True}),
}


def draft(*, now: datetime, **facts: Any) -> Wave:
    """Write down a wave. Takes what `unsaved` takes; raises what it raises."""
    wave = unsaved(now=now, **facts)
    wave.save(force_insert=True)
    return wave


def unsaved(
    *,
    survey: Survey,
    name: str = "",
    method: str = Method.RANDOM,
    share: str = "",
    count: int | None = None,
    strata: list[str] | None = None,
    at_least: int = 0,
    filters: dict[str, Any] | None = None,
    seed: int,
    channel: str = AskBy.EMAIL,
    starts_on: date,
    per_hour: int = 500,
    remind_after_days: int = 7,
    open_days: int = 30,
    created_by: str = "",
    now: datetime,
) -> Wave:
    """The wave as it would be written down.

    Args:
        name: made from the survey and the month when empty.
        share: of those who may be asked, such as "1/11"; or
        count: so many contacts. One of them for a random sample.
        strata: attributes each group of which is sampled by itself.
        at_least: so many from each group, however small its share.
        filters: see `feedback.selection`.
        seed: gives the same sample again.
        channel: one of `AskBy`.
        starts_on: the first day mails may leave.
        per_hour: at most so many mails an hour.
        remind_after_days: after the mail; 0 for no reminder.
        open_days: how long after its mail a link takes answers.

    Raises:
        WaveRefused: naming the field.
    """
    if survey.kind == SurveyKind.RECOVERY:
        raise WaveRefused("survey", gettext("A recovery survey is sent by a case."))
    if not survey.is_active:
        raise WaveRefused("survey", gettext("The survey “%(name)s” is not in use.") % {"name": survey.name})
    if method not in Method.values:
        raise WaveRefused("method", gettext("There is no such way to choose."))
    if channel not in AskBy.values:
        raise WaveRefused("channel", gettext("There is no such way to ask."))
    _check_size(method, share, count, at_least)
    _check_groups(filters or {}, strata or [], now)
    _check_number("seed", seed, -SEED_LIMIT, SEED_LIMIT - 1)
    _check_number("per_hour", per_hour, 1, 1_000_000)
    _check_number("open_days", open_days, 1, LONGEST_OPEN_DAYS)
    _check_number("remind_after_days", remind_after_days, 0, open_days - 1)
    return Wave(
        survey=survey,
        name=name.strip()[:200] or f"{survey.name} {starts_on:%Y-%m}",
        method=method,
        share=share.strip(),
        count=count,
        strata=strata or [],
        at_least=at_least,
        filters=filters or {},
        seed=seed,
        channel=channel,
        starts_on=starts_on,
        per_hour=per_hour,
        remind_after_days=remind_after_days,
        open_days=open_days,
        created_at=now,
        created_by=created_by,
    )


def _check_size(method: str, share: str, count: int | None, at_least: int) -> None:
    if method != Method.RANDOM:
        if share.strip() or count is not None or at_least:
            raise WaveRefused("share", gettext("Only a random sample has a share or a count."))
        return
    if bool(share.strip()) == (count is not None):
        raise WaveRefused("share", gettext("A random sample has either a share or a count."))
    if count is not None:
        _check_number("count", count, 1, 2**31 - 1)
    else:
        try:
            drawing.parse_share(share)
        except ValueError as error:
            raise WaveRefused("share", str(error)) from error
    _check_number("at_least", at_least, 0, 2**31 - 1)


def _check_groups(filters: dict[str, Any], strata: list[str], now: datetime) -> None:
    try:
        selection.wanted(filters, now=now)
        selection.stratum(strata)
    except selection.SelectionRefused as error:
        raise WaveRefused(error.field, error.message) from error


def _check_number(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        words = gettext("A number from %(low)d to %(high)d, please.")
        raise WaveRefused(name, words % {"low": low, "high": high})
