"""How are shares, scores and waits written, always with how sure we can be of them?"""

from collections.abc import Sequence
from datetime import date

from django import template
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from feedback.models import Response
from feedback.nps import Interval, Nps
from feedback.nps_report import NpsRow
from feedback.reporting import By
from loop import charts
from loop.reporting import recovery_words
from loop.reporting.expected_recovery import Stratum
from loop.reporting.shares import Share
from loop.templatetags.display import percent, signed

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


@register.simple_tag
def nps_picture(rows: Sequence[NpsRow], by: str, number: int) -> SafeString:
    """NPS over time as a picture; rows that are no periods have none, since no line leads from one to the next."""
    return charts.nps_chart(rows, name=f"nps-{number}") if By(by).is_time else SafeString("")


@register.simple_tag
def scores_picture(answers: Sequence[Response], name: str = "scores") -> SafeString:
    """One person's scores, oldest first, as a small line; where a page has several, each by a name of its own."""
    return charts.score_line(answers, name=name)
