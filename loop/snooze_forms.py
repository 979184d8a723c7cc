"""Until when may somebody put off being reminded? Suggested mornings, or a time of one's own."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from loop import snoozes
from loop.call_forms import OWN_TIME, LocalDateTime, TimeChoice
from loop.models import Case
from loop.sla import Hours, NoOpenHours, next_opening

DAYS_AHEAD = (1, 3, 7)


class SnoozeForm(forms.Form):
    when = TimeChoice(label=_("Until when"), choices=(), widget=forms.RadioSelect, required=False)
    until = LocalDateTime(label=_("Another time"), required=False)

    def __init__(self, data: QueryDict | None = None, *, case: Case, hours: Hours, now: datetime) -> None:
        super().__init__(data, auto_id="snooze-%s")
        latest = snoozes.limit(case, now)
        suggested = [at for at in mornings(now, hours) if at <= latest.at]
        self.fields["when"].choices = [  # type: ignore[attr-defined]
            *((at.isoformat(), _told(at)) for at in suggested), (OWN_TIME, gettext("another time"))
        ]  # fmt: skip
        self.initial["when"] = suggested[0].isoformat() if suggested else OWN_TIME
        if not suggested:  # nothing to choose between: the time itself is asked for
            self.fields["when"].widget = forms.HiddenInput()
            self.fields["until"].label = _("Until when")
            self.fields["until"].required = True
            self.fields["until"].error_messages["required"] = _("Say until when.")
        told = {"time": _told(latest.at), "why": latest.why}
        self.fields["until"].help_text = gettext("Until %(time)s at the latest. %(why)s") % told

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = data.get("when") or OWN_TIME
        at = data.get("until") if chosen == OWN_TIME else parse_datetime(chosen)
        if at is None and "until" not in self.errors:
            self.add_error("until", _("Say until when."))
        data["at"] = at
        return data


def mornings(now: datetime, hours: Hours) -> list[datetime]:
    """When people begin to work tomorrow, in three days and in a week; each working day once."""
    zone = ZoneInfo(hours.zone)
    today = now.astimezone(zone).date()
    try:
        found = [next_opening(datetime.combine(today + timedelta(days=n), time(), zone), hours) for n in DAYS_AHEAD]
    except NoOpenHours:
        return []
    return sorted(set(found))


def _told(at: datetime) -> str:
    return date_format(timezone.localtime(at), pgettext("date format: weekday, day, time", "D j M H:i"))
