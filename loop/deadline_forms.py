"""What may an administrator fill in about deadlines and working calendars? Plain forms; the doors decide."""

import re
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from loop import policies, work_calendars
from loop.forms import words
from loop.models import Role, SlaPolicy, User, WorkCalendar
from loop.week_forms import WeekForm, read_spans, shown_spans

LATEST_DAYS = 2000  # closed days of a calendar: more than five years of every day
PAUSE = re.compile(r"^(\d{2}-\d{2})\s*(?:-|–|to)\s*(\d{2}-\d{2})$")


class HoursField(forms.FloatField):
    """Working hours, kept in minutes."""

    def __init__(self, *, least: float = 0.25, **kwargs: Any) -> None:
        super().__init__(min_value=least, widget=forms.NumberInput(attrs={"step": "0.25"}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 60:g}" if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        hours: float = super().clean(value)
        return round(hours * 60)


class PolicyForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    segment = forms.CharField(label=_("Segment"), max_length=100, required=False)
    min_score = forms.IntegerField(label=_("Score from"), min_value=0, max_value=10, required=False)
    max_score = forms.IntegerField(label=_("Score up to"), min_value=0, max_value=10, required=False)
    min_value = forms.DecimalField(
        label=_("Account value from"), min_value=0, max_digits=14, decimal_places=2, required=False
    )
    max_value = forms.DecimalField(
        label=_("Account value up to"), min_value=0, max_digits=14, decimal_places=2, required=False
    )
    calendar = forms.ModelChoiceField(
        label=_("Calendar"),
        queryset=WorkCalendar.objects.none(),
        empty_label=None,
        help_text=_("For cases of a team without a calendar of its own."),
    )
    urgent_max_score = forms.IntegerField(label=_("Lowest scores: up to"), min_value=0, max_value=10)
    urgent_contact_minutes = HoursField(label=_("Their first contact within, working hours"))
    contact_minutes = HoursField(label=_("First contact of all others within, working hours"))
    resolve_minutes = HoursField(label=_("Resolved within, working hours"))
    overdue_repeat_minutes = HoursField(label=_("Reminded of again when overdue, every so many working hours"))
    leadership_minutes = HoursField(
        label=_("Leadership is told so many working hours after the lead"), least=0, help_text=_("0: never.")
    )
    fallback = forms.ModelChoiceField(
        label=_("Told when nobody else is there"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("administrators"),
    )
    attempts_before_unreached = forms.IntegerField(label=_("Days tried before not reached"), min_value=1, max_value=20)
    recovery_after_days = forms.IntegerField(label=_("Asked again after, days"), min_value=1, max_value=365)
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, data: QueryDict | None = None, *, policy: SlaPolicy) -> None:
        super().__init__(data, auto_id="policy-%s")
        if policy.is_default:
            for name in (*policies.CONDITIONS, "is_active"):
                del self.fields[name]
        everybody: QuerySet[User] = User.objects.filter(is_active=True, role__in=(Role.LEADERSHIP, Role.ADMIN))
        self.fields["calendar"].queryset = WorkCalendar.objects.order_by("-is_default", "name")  # type: ignore[attr-defined]
        self.fields["fallback"].queryset = everybody.order_by("name", "email")  # type: ignore[attr-defined]
        self.fields["fallback"].label_from_instance = lambda user: user.display_name  # type: ignore[attr-defined]
        self.initial = {name: getattr(policy, name) for name in self.fields if name not in ("calendar", "fallback")}
        self.initial |= {"calendar": policy.calendar_id, "fallback": policy.fallback_id}

    def conditions(self) -> list[forms.BoundField]:
        """For which answers it holds; the default policy has none."""
        return [self[name] for name in policies.CONDITIONS if name in self.fields]

    def times(self) -> list[forms.BoundField]:
        told = (*policies.CONDITIONS, "name", "is_active")
        return [field for field in self if field.name not in told]


class CalendarForm(WeekForm):
    name = forms.CharField(label=_("Name"), max_length=100)
    time_zone = forms.CharField(label=_("Time zone"), max_length=64, help_text=_("Such as Europe/Helsinki."))
    country = forms.CharField(
        label=_("Public holidays of"),
        max_length=6,
        required=False,
        help_text=_("Two letters, such as SE, or DE-BY for one of its parts. Empty: no public holidays."),
    )
    worked_holidays = forms.MultipleChoiceField(
        label=_("Public holidays on which you work"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("All others are closed."),
    )
    pauses = words(
        _("Closed every year"),
        required=False,
        rows=2,
        help_text=_("From one day to another, as month and day, one in each line: 07-01 – 07-31 is all of July."),
    )
    closed_days = words(
        _("Closed days of your own"), required=False, help_text=_("One in each line, such as 2026-12-31.")
    )
    short_days = words(
        _("Days with hours of their own"),
        required=False,
        help_text=_("One in each line with its hours, such as 2026-12-23 08:00-12:00."),
    )

    def __init__(self, data: QueryDict | None = None, *, calendar: WorkCalendar) -> None:
        super().__init__(data, auto_id="calendar-%s")
        self.kept = list(calendar.worked_holidays)
        self.initial = {name: getattr(calendar, name) for name in ("name", "time_zone", "country")}
        self.initial["closed_days"] = "\n".join(calendar.closed_days)
        self.initial["worked_holidays"] = self.kept
        self.initial["short_days"] = "\n".join(
            f"{day} {shown_spans(spans)}".strip() for day, spans in sorted(calendar.short_days.items())
        )
        self.initial["pauses"] = "\n".join(f"{first} – {last}" for first, last in calendar.pauses)
        self.ask_for_days(calendar.week)
        country = (data.get("country", "") if data is not None else calendar.country).strip().upper()
        self.fields["worked_holidays"].choices = self._holidays(country)  # type: ignore[attr-defined]

    def _holidays(self, country: str) -> list[tuple[str, str]]:
        """The public holidays to come, and those that are worked already, each with its day and name."""
        language = translation.get_language() or "en"
        ahead = work_calendars.holidays_ahead(country, today=timezone.localdate(), language=language) if country else {}
        days = ahead | {day: "" for day in self.kept if day not in ahead}
        form = pgettext("date format: weekday, day, year", "D j M Y")
        return [
            (day, f"{date_format(date.fromisoformat(day), form)} {name}".strip()) for day, name in sorted(days.items())
        ]

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).strip().upper()

    def clean_worked_holidays(self) -> list[str]:
        return sorted(self.cleaned_data["worked_holidays"])

    def clean_closed_days(self) -> list[str]:
        return sorted({_day(line) for line in _lines(self.cleaned_data["closed_days"])})

    def clean_short_days(self) -> dict[str, list[list[int]]]:
        found = {}
        for line in _lines(self.cleaned_data["short_days"]):
            day, _space, hours = line.partition(" ")
            try:
                found[_day(day)] = read_spans(hours)
            except ValueError as error:
                raise forms.ValidationError(str(error)) from None
        return dict(sorted(found.items()))

    def clean_pauses(self) -> list[list[str]]:
        found = []
        for line in _lines(self.cleaned_data["pauses"]):
            said = PAUSE.match(line)
            if not said or not all(_is_yearly(day) for day in said.groups()):
                message = gettext("“%(line)s” is not written like 07-01 – 07-31.") % {"line": line[:50]}
                raise forms.ValidationError(message)
            found.append([said.group(1), said.group(2)])
        return found


def _lines(text: str) -> list[str]:
    """The lines that hold something. Raises ValidationError for more than a calendar can have."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > LATEST_DAYS:
        raise forms.ValidationError(gettext("At most %(limit)d days.") % {"limit": LATEST_DAYS})
    return lines


def _day(text: str) -> str:
    """An ISO date. Raises ValidationError."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        message = gettext("“%(line)s” is not a day such as 2026-12-31.") % {"line": text[:50]}
        raise forms.ValidationError(message) from None


def _is_yearly(day: str) -> bool:
    try:
        date.fromisoformat(f"2028-{day}")
    except ValueError:
        return False
    return True
