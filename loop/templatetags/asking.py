"""How are languages, reasons and parts of a wave written for the person who plans the asking?"""

from collections.abc import Iterable

from django import template
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback import languages, wording
from feedback.models import Survey, TriggerRule, Wave
from feedback.models.wave import WaveState
from loop import qr
from loop.programme_forms import UNITS
from loop.reporting.shares import Share
from loop.templatetags.display import percent

register = template.Library()


@register.simple_tag(name="qr")
def qr_code(address: str, label: str) -> SafeString:
    """An address for a telephone's camera; `label` says what it is to those who do not see it."""
    return qr.picture(address, label=label)


@register.filter
def language_name(code: str) -> str:
    """The language's name in the reader's, "Swedish"; its code where we do not know it."""
    name = languages.name(code)
    return name[:1].upper() + name[1:] if name != code else code


@register.filter
def language_in_text(code: str) -> str:
    """The language's name as the reader's own language writes it inside a sentence: "svenska"."""
    return languages.name(code)


@register.filter
def group_name(stratum: str) -> str:
    """The group a contact was drawn in, also where we do not know all it is made of: "Mid-market / unknown"."""
    return " / ".join(part or _("unknown") for part in stratum.split(" / ")) if stratum else ""


@register.filter
def in_company(text: str) -> str:
    """A survey's text with the name customers know us by put in; the name alone for an empty text."""
    return text.replace("{company}", wording.company()) if text else wording.company()


TONES = {WaveState.SENDING: "ok", WaveState.PLANNED: "soon", WaveState.PAUSED: "late"}


@register.simple_tag
def wave_state(wave: Wave) -> SafeString:
    """The state of a wave as a chip; before its first day it is approved, and nothing is being sent."""
    if wave.state == WaveState.SENDING and wave.starts_on > timezone.localdate():
        return format_html('<span class="chip">{}</span>', _("approved"))
    return format_html(
        '<span class="chip {}">{}</span>', TONES.get(WaveState(wave.state), ""), wave.get_state_display()
    )


@register.filter
def ends(share: Share) -> str:
    """The 95 % interval of a share alone, "31 % to 44 %"; a dash where there are too few for one."""
    if share.few or share.interval is None:
        return "–"
    low, high = share.interval
    return _("%(low)s to %(high)s") % {"low": percent(low), "high": percent(high)}


@register.filter
def asks_when(rule: TriggerRule) -> str:
    """When a rule asks: "2 days after", or "Mondays, those of the week before"."""
    if rule.weekday is not None:
        return _("once a week, on %(day)s") % {"day": WEEKDAYS[rule.weekday]}
    if rule.delay_minutes == 0:
        return _("at once")
    if rule.delay_minutes % UNITS["days"] == 0:
        n = rule.delay_minutes // UNITS["days"]
        return ngettext("after %(n)d day", "after %(n)d days", n) % {"n": n}
    if rule.delay_minutes % UNITS["hours"] == 0:
        n = rule.delay_minutes // UNITS["hours"]
        return ngettext("after %(n)d hour", "after %(n)d hours", n) % {"n": n}
    n = rule.delay_minutes
    return ngettext("after %(n)d minute", "after %(n)d minutes", n) % {"n": n}


@register.filter
def month_names(months: Iterable[int]) -> str:
    """The months by name; that there is none is an answer, too."""
    return ", ".join(str(MONTHS[month]) for month in months) or _("none")


@register.filter
def sender(survey: Survey) -> str:
    """Who a survey's mails are from."""
    return survey.sender_name or wording.company()
