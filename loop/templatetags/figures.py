"""How are shares, scores and waits written, always with how sure we can be of them?"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django import template
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from feedback.models import Response
from feedback.nps import Interval, Nps
from feedback.nps_report import NpsRow
from feedback.reporting import By
from loop import charts, score_line
from loop.models import Benchmark
from loop.reporting import recovery_words
from loop.reporting.expected_recovery import Stratum
from loop.reporting.filters import ReportFilters
from loop.reporting.goals import GoalProgress
from loop.reporting.shares import FEW, Share
from loop.row_chart import row_chart
from loop.templatetags.display import full_day, percent, signed

register = template.Library()


@register.filter
def told(share: Share) -> str:
    """A share as a percentage, as counts where there are too few for one, as a dash without any."""
    if not share.n:
        return "–"
    return _("%(count)d of %(n)d") % {"count": share.count, "n": share.n} if share.few else percent(share.share)


@register.filter
def beneath(share: Share) -> str:
    """What stands under a share: its counts and its interval; nothing more where the counts are the figure."""
    if share.few:
        return _("too few for a percentage") if share.n else _("none yet")
    low, high = share.interval or (0.0, 1.0)
    return _("%(count)s of %(n)s · 95 %%: %(low)s to %(high)s") % {
        "count": number_format(share.count, force_grouping=True),
        "n": number_format(share.n, force_grouping=True),
        "low": percent(low),
        "high": percent(high),
    }


@register.filter
def between(interval: Interval | None) -> str:
    """An NPS interval as "+31 to +41"."""
    return _("%(low)s to %(high)s") % {"low": signed(interval.low), "high": signed(interval.high)} if interval else "–"


@register.filter
def answers(nps: Nps) -> str:
    """How many answers stand behind an NPS."""
    return ngettext("%(n)s answer", "%(n)s answers", nps.n) % {"n": number_format(nps.n, force_grouping=True)}


@register.filter
def named(key: str, by: str) -> str:
    """The name of a row: "2026-11" as "Nov 2026", "2026-W47" as "week 47, 2026", surveys and segments as they are."""
    year, _dash, rest = key.partition("-")
    if by == By.MONTH:
        return date_format(date(int(year), int(rest), 1), pgettext("date format: month, year", "M Y"))
    if by == By.QUARTER:
        return _("Q%(quarter)d %(year)s") % {"quarter": int(rest[1:]), "year": year}
    if by == By.WEEK:
        return _("week %(week)d, %(year)s") % {"week": int(rest[1:]), "year": year}
    return key


@register.filter
def hours(length: float | None) -> str:
    """A wait given in hours, in the unit that reads best; that the half is not reached is an answer too."""
    if length is None:
        return _("not reached yet")
    if length < 1:
        return _("%(n)d min") % {"n": round(60 * length)}
    if length < 48:
        return _("%(n)s h") % {"n": number_format(length, decimal_pos=1 if length < 10 else 0)}
    return _("%(n)s days") % {"n": number_format(length / 24, decimal_pos=1)}


@register.filter
def worked(length: float) -> str:
    """Working time given in hours: in days it would be taken for days of the calendar."""
    if length < 1:
        return _("%(n)d min") % {"n": round(60 * length)}
    return _("%(n)s h") % {"n": number_format(length, decimal_pos=1 if length < 10 else 0)}


@register.filter
def worked_by_half(length: float | None) -> str:
    """`worked` of a median, which may not be reached yet."""
    return _("not reached yet") if length is None else worked(length)


@register.simple_tag
def part(count: int, n: int) -> str:
    """A part of a whole as a percentage, of few as counts."""
    return told(Share(count, n))


@register.simple_tag
def points(difference: float) -> str:
    """A difference of shares in percentage points, signed."""
    return recovery_words.points(difference)


@register.filter
def p_value(chance: float) -> str:
    """How often chance alone gives as much: "p 0.0230", "p < 0.0001"."""
    return f"p {number_format(chance, decimal_pos=4)}" if chance >= 0.0001 else f"p < {number_format(0.0001)}"


@register.filter
def setting(code: str) -> str:
    """In which setting customers were compared: how they were asked, how long after, when."""
    return recovery_words.setting(code)


@register.simple_tag
def expected(stratum: Stratum) -> str:
    """How many of those followed up with this first score would have recovered by themselves."""
    return number_format(stratum.followed_up * stratum.expected_share, decimal_pos=1)


@register.filter
def worded(nps: Nps) -> str:
    """An NPS for a table: its points, "few" where they would suggest more than they know, a dash without answers."""
    if not nps.n:
        return "–"
    return signed(nps.nps) if nps.n >= FEW else _("few")


@register.filter
def surely(nps: Nps) -> str:
    """The interval that belongs to it, where the NPS is told."""
    return between(nps.interval) if nps.n >= FEW else "–"


@register.simple_tag
def narrowed(filters: ReportFilters, key: str) -> str:
    """The address of the same report by month, of one row alone."""
    told = {**filters.as_dict(), filters.by.value: key}
    return "?" + urlencode({name: value for name, value in told.items() if value})


@register.filter
def exchange(rate: Decimal) -> str:
    """A rate of exchange without the zeros it is stored with."""
    return number_format(Decimal(f"{rate:f}".rstrip("0")))


@register.filter
def counted(nps: Nps) -> str:
    """An NPS of few answers as what it is: how many of each."""
    told = {"promoter": nps.promoter, "passive": nps.passive, "detractor": nps.detractor}
    return _("promoters %(promoter)d · passives %(passive)d · detractors %(detractor)d") % told


@register.simple_tag
def nps_picture(
    rows: Sequence[NpsRow],
    by: str,
    number: int | str,
    title: str = "",
    goals: Iterable[GoalProgress] = (),
    benchmarks: Iterable[Benchmark] = (),
) -> SafeString:
    """NPS over time as a picture, with goals and values of others as lines across; other rows one below the other."""
    if not By(by).is_time:
        return row_chart(rows, name=f"nps-{number}")
    wanted = [
        charts.Level(goal.target, _("goal until %(day)s") % {"day": full_day(goal.goal.due_on)})
        for goal in goals
        if goal.target is not None and not goal.is_over
    ]
    others = [charts.Level(float(one.value), f"{one.name} ({one.year})") for one in benchmarks]
    return charts.nps_chart(rows, name=f"nps-{number}", title=title, levels=[*wanted, *others])


@register.simple_tag
def scores_picture(answers: Sequence[Response], name: str = "scores") -> SafeString:
    """One person's scores, oldest first, as a small line; where a page has several, each by a name of its own."""
    return score_line.score_line(answers, name=name)
