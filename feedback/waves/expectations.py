"""What may be expected of a planned wave: how many answers, how sure a figure, from when until when it leaves?"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import floor

from django.conf import settings
from django.db.models import Case, CharField, Count, F, Q, Value, When

from feedback import contact_zones, nps, sampling, sending_times
from feedback.models import Invitation, Response, Survey, Wave, WaveMember

from .planning import reasons

ASSUMED_RATE = 0.30  # commonest of B2B programmes
SETTLED_AFTER = timedelta(days=14)  # most answers come within a day or two, the rest after the reminder
LOOK_BACK = timedelta(days=365)
ENOUGH = 30  # invitations, or answers, to learn from


@dataclass(frozen=True)
class Group:
    """One part of the base that is sampled by itself."""

    name: str
    may_be_asked: int
    asked: int


@dataclass(frozen=True)
class Preview:
    """What a planned wave will be like.

    `half_width` is half of the 95% interval the wave's NPS may be expected to have, in points; None when no answer is.
    `rate_is_assumed` when too few were asked before to know better than the commonest rate of such programmes.
    """

    asked: int
    left_out: dict[str, int]
    groups: list[Group]
    response_rate: float
    rate_is_assumed: bool
    expected_answers: int
    half_width: float | None
    first_day: date | None
    last_day: date | None


def preview(wave: Wave, *, now: datetime) -> Preview:
    """Look ahead at a wave that has been planned; `now` is when it would be approved."""
    found = reasons(wave)
    asked = sum(found.get(reason, 0) for reason in WaveMember.IN)
    rate = _past_rate(wave.survey, wave.channel, now)
    answers = floor(asked * (ASSUMED_RATE if rate is None else rate) + 0.5)
    first, last = _leaves(wave, now) if asked else (None, None)
    return Preview(
        asked=asked,
        left_out={reason: count for reason, count in found.items() if reason not in WaveMember.IN},
        groups=_groups(wave),
        response_rate=ASSUMED_RATE if rate is None else rate,
        rate_is_assumed=rate is None,
        expected_answers=answers,
        half_width=_half_width(wave.survey, answers, now),
        first_day=first,
        last_day=last,
    )


def _groups(wave: Wave) -> list[Group]:
    if not wave.strata:
        return []
    in_pool = Q(reason__in=[*WaveMember.IN, WaveMember.NOT_DRAWN])
    members = WaveMember.objects.filter(in_pool, wave=wave).values("stratum").order_by("stratum")
    rows = members.annotate(pool=Count("pk"), asked_in_all=Count("pk", filter=Q(asked=True)))
    return [Group(row["stratum"], row["pool"], row["asked_in_all"]) for row in rows]


def _past_rate(survey: Survey, channel: str, now: datetime) -> float | None:
    """The share of what was sent this way in the last year that was answered: of this survey, else of its kind.

    None: too few were asked like that to know.
    """
    sent = Invitation.objects.filter(
        sent_at__gt=now - LOOK_BACK, sent_at__lte=now - SETTLED_AFTER, bounced_at=None, channel=channel
    )
    for mails in (sent.filter(survey=survey), sent.filter(survey__kind=survey.kind)):
        in_time = Q(response__isnull=False, response__retracted_at=None, response__is_late=False)
        figures = mails.aggregate(sent=Count("pk"), answered=Count("pk", filter=in_time))
        if figures["sent"] >= ENOUGH:
            return float(figures["answered"] / figures["sent"])
    return None


def _half_width(survey: Survey, answers: int, now: datetime) -> float | None:
    """From answers spread as in the last year; as many of each category while there are too few to know."""
    past = Response.objects.counted().filter(survey=survey, responded_at__gt=now - LOOK_BACK)
    counts = dict(past.values_list("category").annotate(count=Count("pk")).order_by())
    if sum(counts.values()) < ENOUGH:
        counts = dict.fromkeys(nps.Category, 1)
    share = answers / sum(counts.values())
    detractors = round(counts.get(nps.Category.DETRACTOR, 0) * share)
    promoters = min(round(counts.get(nps.Category.PROMOTER, 0) * share), answers - detractors)
    interval = nps.Nps(detractors, answers - detractors - promoters, promoters).interval
    return None if interval is None else (interval.high - interval.low) / 2


def _leaves(wave: Wave, now: datetime) -> tuple[date | None, date | None]:
    """The first and the last day mails leave, in the project's time zone, if the wave were approved at `now`."""
    zone = sending_times.known_zone("", settings.TIME_ZONE)
    first_day = max(wave.starts_on, sending_times.after_a_working_day(now, zone))
    start = datetime.combine(first_day, time.min, tzinfo=zone).astimezone(UTC)
    ramp = sending_times.Ramp(start, wave.per_hour, frozenset(sampling.rules().closed_months))
    asked = WaveMember.objects.filter(wave=wave, asked=True)
    number = Case(When(contact__time_zone="", then=F("contact__phone")), default=Value(""), output_field=CharField())
    rows = asked.values_list("contact__time_zone", number, "contact__account__country").annotate(count=Count("pk"))
    places: Counter[contact_zones.Whereabouts] = Counter()
    for time_zone, phone, country, count in rows.order_by().iterator():
        places[contact_zones.whereabouts(time_zone, phone, country or "")] += count
    times = []
    try:
        for (there, country), count in places.items():
            handed_out = [ramp.next_for(there, country) for _each in range(count)]
            times += [handed_out[0], handed_out[-1]]
    except sending_times.NoSendingTime:
        return None, None
    return min(times).astimezone(zone).date(), max(times).astimezone(zone).date()
