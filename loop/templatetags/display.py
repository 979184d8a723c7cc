"""How are times, money, scores and due times written for the person reading them?

Times are in the time zone the view has activated for the reader, relative, with the exact time on hover. A view may put
`now` into the context so that one page speaks of one instant.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from feedback.models.response import Category
from loop.models import Case, State
from loop.own_words import own_words

register = template.Library()

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NARROW_SPACE = "\u202f"
CATEGORY_WORDS = {
    Category.DETRACTOR: lambda: _("detractor"),
    Category.PASSIVE: lambda: _("passive"),
    Category.PROMOTER: lambda: _("promoter"),
}


def _now(context: Context) -> datetime:
    return context.get("now") or timezone.now()


def _written(local: datetime, form: str) -> str:
    """A local time in one of the forms of this module; none of them tells its seconds or its zone."""
    return _written_in(get_language(), local.replace(second=0, microsecond=0, tzinfo=None), form)


@lru_cache(maxsize=4096)  # who looks at a list again sees much of the same, several times a row
def _written_in(language: str | None, local: datetime, form: str) -> str:
    return date_format(local, form)


def exact(at: datetime) -> str:
    """The instant in full: "Tue 24 Nov 2026 15:00"."""
    return _written(timezone.localtime(at), pgettext("date format: weekday, day, year, time", "D j M Y H:i"))


def span(length: timedelta) -> str:
    """A length of time in its largest sensible unit: "20 min", "6 h", "3 days"."""
    if length < HOUR:
        return _("%(n)d min") % {"n": max(1, length // MINUTE)}
    if length < 2 * DAY:
        return _("%(n)d h") % {"n": length // HOUR}
    return ngettext("%(n)d day", "%(n)d days", length // DAY) % {"n": length // DAY}


def clock(at: datetime, now: datetime) -> str:
    """The instant as short as it stays clear: the time today, the weekday within six days, else the date."""
    local, today = timezone.localtime(at), timezone.localtime(now).date()
    days = (local.date() - today).days
    if days == 0:
        return _written(local, pgettext("date format: time", "H:i"))
    if abs(days) <= 6:
        return _written(local, pgettext("date format: weekday, time", "D H:i"))
    if local.year == today.year:
        return _written(local, pgettext("date format: day", "j M"))
    return _written(local, pgettext("date format: day, year", "j M Y"))


def relative(at: datetime, now: datetime) -> str:
    """The instant seen from `now`: "just now", "5 min ago", "in 3 h", and beyond twelve hours its `clock`."""
    ahead = at - now
    if abs(ahead) < MINUTE:
        return _("just now")
    if abs(ahead) < 12 * HOUR:
        length = span(abs(ahead))
        return _("in %(span)s") % {"span": length} if ahead > timedelta(0) else _("%(span)s ago") % {"span": length}
    return clock(at, now)


def _time(at: datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(timespec="seconds"), exact(at), text)


@register.simple_tag(takes_context=True)
def when(context: Context, at: datetime | None) -> str:
    """A relative time; nothing for None."""
    return _time(at, relative(at, _now(context))) if at else ""


@register.simple_tag(takes_context=True)
def ago(context: Context, at: datetime | None) -> str:
    """As `when`, but to the second within the last minute: for those who just missed each other."""
    if at is None:
        return ""
    seconds = int((_now(context) - at).total_seconds())
    recent = ngettext("%(n)d second ago", "%(n)d seconds ago", max(1, seconds)) % {"n": max(1, seconds)}
    return _time(at, recent if seconds < 60 else relative(at, _now(context)))


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime | None) -> str:
    """A time as the clock shows it: "15:00", "Tue 15:00", "24 Nov"; nothing for None."""
    return _time(at, clock(at, _now(context))) if at else ""


@register.simple_tag(takes_context=True)
def day(context: Context, at: datetime | None) -> str:
    """The day alone, with its year where that is another one than now; nothing for None."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    if local.year == timezone.localtime(_now(context)).year:
        return _time(at, _written(local, pgettext("date format: day", "j M")))
    return _time(at, _written(local, pgettext("date format: day, year", "j M Y")))


@register.filter
def exactly(at: datetime | None) -> str:
    """The instant with its date, where one of last week stands beside one of next week."""
    return exact(at) if at is not None else ""


@register.filter
def long(length: timedelta) -> str:
    """A length of time as `span` tells it."""
    return span(length)


@register.filter
def every(seconds: int) -> str:
    """How often something happens that comes every so many seconds."""
    return _("%(n)d s") % {"n": seconds} if seconds < MINUTE.total_seconds() else span(timedelta(seconds=seconds))


@register.filter
def short_day(at: date | None) -> str:
    """A day by itself, such as of an absence: "19 Nov"."""
    return date_format(_here(at), pgettext("date format: day", "j M")) if at else ""


@register.filter
def full_day(at: date | None) -> str:
    """The same with its year."""
    return date_format(_here(at), pgettext("date format: day, year", "j M Y")) if at else ""


@register.filter
def weekday(at: date | None) -> str:
    """The same with its day of the week."""
    return date_format(_here(at), pgettext("date format: weekday, day", "D j M")) if at else ""


@register.filter
def to_the_second(at: datetime | None) -> str:
    """When a machine did something."""
    return date_format(_here(at), pgettext("date format: day, year, seconds", "j M Y H:i:s")) if at else ""


def _here(at: date) -> date:
    return timezone.localtime(at) if isinstance(at, datetime) else at


def due_words(case: Case, now: datetime) -> str:
    """What must happen by when: "Contact by 15:00", "Resolve 6 h late", or how the case was closed."""
    if not case.is_open:
        return case.get_resolution_display()
    late, first = now - case.due_at, case.state == State.NEW
    if late > timedelta(0):
        text = _("Contact %(span)s late") if first else _("Resolve %(span)s late")
        return text % {"span": span(late)}
    text = _("Contact by %(time)s") if first else _("Resolve by %(time)s")
    return text % {"time": clock(case.due_at, now)}


@register.inclusion_tag("loop/_due.html", takes_context=True)
def due(context: Context, case: Case) -> dict[str, Any]:
    """The due chip of a case, with its escalation mark; of a closed case how it was closed."""
    now = _now(context)
    tone = ""
    if not case.is_open:
        tone = "ok" if case.resolution == "solved" else ""
    elif case.due_at < now:
        tone = "late"
    elif timezone.localtime(case.due_at).date() == timezone.localtime(now).date():
        tone = "soon"
    return {
        "words": due_words(case, now),
        "tone": tone,
        "exact": exact(case.due_at if case.is_open else case.closed_at or case.opened_at),
        "level": case.escalation_level if case.is_open else 0,
    }


@register.simple_tag
def score(value: int, category: str, size: str = "") -> SafeString:
    """A score in the colour of its category, with the category's word for those who do not see colours."""
    word = CATEGORY_WORDS[Category(category)]()
    return format_html(
        '<span class="score {} {}" title="{}"><span class="hush">{} </span>{}<span class="hush">, {}</span></span>',
        category, size, word, _("score"), value, word,
    )  # fmt: skip


@register.simple_tag
def money(amount: Decimal | None, currency: str = "") -> str:
    """An amount in short, the exact one on hover: "1.2 M SEK". Nothing for None."""
    if amount is None:
        return ""
    full = f"{number_format(amount.quantize(Decimal(1)), use_l10n=True, force_grouping=True)} {currency}".strip()
    return format_html('<span class="num nowrap" title="{}">{}</span>', full, _short_amount(amount, currency))


def _short_amount(amount: Decimal, currency: str) -> str:
    size = abs(amount)
    if size >= 999_500:
        millions = number_format(amount / 1_000_000, decimal_pos=1, force_grouping=True)
        short = millions + NARROW_SPACE + pgettext("a million", "M")
    elif size >= 10_000:
        short = number_format(amount / 1000, decimal_pos=0) + NARROW_SPACE + pgettext("a thousand", "k")
    else:
        short = number_format(amount, decimal_pos=0, force_grouping=True)
    return f"{short}\u00a0{currency}".strip()


register.filter("own_words", own_words)


@register.filter
def as_sentence(text: str) -> str:
    """Somebody's own words with a full stop, unless they end a sentence already: other sentences follow."""
    return text if text.rstrip().endswith((".", "!", "?", "…")) else f"{text.rstrip()}."


@register.filter
def signed(points: float | None, digits: int = 0) -> str:
    """NPS points or a difference with its sign: "+36", "−4", "0"; a dash for None."""
    if points is None:
        return "–"
    rounded = round(points, digits)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return sign + number_format(abs(rounded), decimal_pos=digits)


@register.filter
def percent(share: float | None, digits: int = 0) -> str:
    """A share from 0 to 1 as "78 %"; a dash for None."""
    if share is None:
        return "–"
    return number_format(round(100 * share, digits), decimal_pos=digits) + NARROW_SPACE + "%"


@register.filter
def count(number: int) -> str:
    """A whole number with its thousands grouped."""
    return number_format(number, force_grouping=True)


@register.filter
def tel(phone: str) -> str:
    """A phone number as a `tel:` link needs it: digits and a leading plus."""
    digits = "".join(c for c in phone if c.isascii() and c.isdigit())
    return f"+{digits}" if phone.strip().startswith("+") else digits


@register.filter
def breakable(address: str) -> SafeString:
    """A mail address that may wrap after its @."""
    local, at, domain = address.rpartition("@")
    return format_html("{}{}<wbr>{}", local, at, domain)


@register.filter
def hours_of_day(spans: list[list[int]]) -> str:
    """Intervals of minutes from midnight, as a clock shows them: "08:00–12:00, 13:00–17:00"."""
    return ", ".join("–".join(f"{at // 60:02d}:{at % 60:02d}" for at in part) for part in spans)
