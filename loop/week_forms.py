"""Between which hours of which days does the office work, or a person? A field for each day of the week."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SPAN = re.compile(r"^(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})$")
OFFICE, OWN = "office", "own"


class WeekForm(forms.Form):
    """What is filled in for the days comes out as `week`: intervals of minutes by weekday, closed days left out."""

    def ask_for_days(self, week: Mapping[str, list[list[int]]]) -> None:
        """Add the fields of the days, filled in with `week`."""
        for number, name in WEEKDAYS.items():
            self.fields[f"day-{number}"] = forms.CharField(label=name, max_length=100, required=False)
            spans = week.get(str(number), [])
            self.initial[f"day-{number}"] = shown_spans(spans)

    def days(self) -> list[forms.BoundField]:
        return [self[f"day-{number}"] for number in WEEKDAYS]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["week"] = {}
        for number in WEEKDAYS:
            try:
                spans = read_spans(data.get(f"day-{number}", ""))
            except ValueError as error:
                self.add_error(f"day-{number}", str(error))
            else:
                data["week"] |= {str(number): spans} if spans else {}
        return data


class OwnHoursForm(WeekForm):
    """A person's week: as the office, or one of their own."""

    like = forms.ChoiceField(
        label=_("Working hours"),
        choices=[(OFFICE, _("as the office")), (OWN, _("of my own"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        week: Mapping[str, list[list[int]]],
        is_own: bool,
        is_for_another: bool = False,
    ) -> None:
        super().__init__(data, initial={"like": OWN if is_own else OFFICE}, auto_id="hours-%s")
        if is_for_another:
            self.fields["like"].choices = [(OFFICE, _("as the office")), (OWN, _("of their own"))]  # type: ignore[attr-defined]
        self.ask_for_days(week)

    def week(self) -> dict[str, list[list[int]]] | None:
        """The week of their own, or None for that of the office. Only for a valid form."""
        found: dict[str, list[list[int]]] = self.cleaned_data["week"]
        return found if self.cleaned_data["like"] == OWN else None


def shown_spans(spans: list[list[int]]) -> str:
    """Intervals of minutes as they are filled in; what `read_spans` reads back."""
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def read_spans(text: str) -> list[list[int]]:
    """ "08:00-12:00, 13:00-17:00" as minutes from midnight. Raises ValueError with what is wrong."""
    spans: list[list[int]] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        found = SPAN.match(part)
        if not found:
            raise ValueError(gettext("“%(part)s” is not written like 08:00-17:00.") % {"part": part})
        hour, minute, end_hour, end_minute = map(int, found.groups())
        start, end = hour * 60 + minute, end_hour * 60 + end_minute
        if max(minute, end_minute) > 59 or not start < end <= 24 * 60:
            raise ValueError(gettext("“%(part)s” does not end after it begins, on one day.") % {"part": part})
        if spans and start < spans[-1][1]:
            raise ValueError(gettext("“%(part)s” begins before the one before it ends.") % {"part": part})
        spans.append([start, end])
    return spans
