"""What may an administrator fill in about calls, root causes and deadlines? Plain forms; the doors decide."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.models import Survey
from feedback.models.response import Category
from loop.forms import words
from loop.models import ConversationGuide, RootCause, SlaPolicy, WorkCalendar
from loop.models.guide import QuestionKind
from loop.week_forms import WeekForm

LATEST_DAYS = 2000  # closed days of a calendar: more than five years of every day


class NewGuideForm(forms.Form):
    """For which answers a guide of their own begins."""

    survey = forms.ModelChoiceField(
        label=_("Survey"), queryset=Survey.objects.none(), required=False, empty_label=_("any survey")
    )
    category = forms.ChoiceField(label=_("Score"), required=False)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["survey"].queryset = Survey.objects.order_by("pk")  # type: ignore[attr-defined]
        self.fields["survey"].label_from_instance = lambda survey: survey.name  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("any score")), *Category.choices]  # type: ignore[attr-defined]


class GuideForm(forms.Form):
    """What a caller reads: a field for each language."""

    def __init__(self, data: QueryDict | None = None, *, guide: ConversationGuide) -> None:
        super().__init__(data, initial=dict(guide.texts), auto_id="guide-%s")
        for language, name in settings.LANGUAGES:
            self.fields[language] = words(name, rows=6, required=False)
            self.fields[language].widget.attrs["lang"] = language


class QuestionForm(forms.Form):
    """One question of the call form, in each language."""

    kind = forms.ChoiceField(label=_("Answered with"), choices=QuestionKind.choices)
    required = forms.BooleanField(label=_("To be asked on every call that reaches the customer"), required=False)

    def __init__(self, data: QueryDict | None = None, *, question: dict[str, Any] | None = None) -> None:
        super().__init__(data, auto_id=f"question-{question['key'] if question else 'new'}-%s")
        asked = question or {"labels": {}, "options": {}}
        self.initial = {"kind": asked.get("kind", QuestionKind.TEXT), "required": asked.get("required", False)}
        for language, name in settings.LANGUAGES:
            label, options = f"label-{language}", f"options-{language}"
            self.fields[label] = forms.CharField(label=name, max_length=300, required=False)
            self.fields[label].widget.attrs["lang"] = language
            self.fields[options] = words(
                gettext("Answers in %(language)s, one in each line") % {"language": name}, rows=3, required=False
            )
            self.initial[label] = asked["labels"].get(language, "")
            self.initial[options] = "\n".join(asked["options"].get(language, []))

    def labels(self) -> list[forms.BoundField]:
        return [self[f"label-{language}"] for language, _name in settings.LANGUAGES]

    def options(self) -> list[forms.BoundField]:
        return [self[f"options-{language}"] for language, _name in settings.LANGUAGES]

    def question(self) -> dict[str, Any]:
        """What was filled in, as `guides.save_question` takes it. Only for a valid form."""
        data = self.cleaned_data
        return {
            "kind": data["kind"],
            "required": data["required"],
            "labels": {language: data[f"label-{language}"] for language, _name in settings.LANGUAGES},
            "options": {
                language: [line.strip() for line in data[f"options-{language}"].splitlines() if line.strip()]
                for language, _name in settings.LANGUAGES
            },
        }


class RootCauseForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, error_messages={"required": _("Name it.")})
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, data: QueryDict | None = None, *, cause: RootCause | None = None) -> None:
        super().__init__(data, auto_id=f"cause{cause.pk if cause else ''}-%s")
        self.initial = {"name": cause.name, "is_active": cause.is_active} if cause else {"is_active": True}
        for language, name in settings.LANGUAGES:
            self.fields[f"name-{language}"] = forms.CharField(label=name, max_length=100, required=False)
            self.initial[f"name-{language}"] = cause.names.get(language, "") if cause else ""

    def translated(self) -> list[forms.BoundField]:
        return [self[f"name-{language}"] for language, _name in settings.LANGUAGES]

    def names(self) -> dict[str, str]:
        """The names by language. Only for a valid form."""
        return {language: self.cleaned_data[f"name-{language}"] for language, _name in settings.LANGUAGES}


class HoursField(forms.FloatField):
    """Working hours, kept in minutes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0.25, widget=forms.NumberInput(attrs={"step": "0.25"}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 60:g}" if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        hours: float = super().clean(value)
        return round(hours * 60)


class PolicyForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    calendar = forms.ModelChoiceField(label=_("Calendar"), queryset=WorkCalendar.objects.none(), empty_label=None)
    urgent_max_score = forms.IntegerField(label=_("Lowest scores: up to"), min_value=0, max_value=10)
    urgent_contact_minutes = HoursField(label=_("Their first contact within, working hours"))
    contact_minutes = HoursField(label=_("First contact of all others within, working hours"))
    resolve_minutes = HoursField(label=_("Resolved within, working hours"))
    overdue_repeat_minutes = HoursField(label=_("Reminded of again when overdue, every so many working hours"))
    attempts_before_unreached = forms.IntegerField(label=_("Days tried before not reached"), min_value=1, max_value=20)
    recovery_after_days = forms.IntegerField(label=_("Asked again after, days"), min_value=1, max_value=365)

    def __init__(self, data: QueryDict | None = None, *, policy: SlaPolicy) -> None:
        super().__init__(data, auto_id="policy-%s")
        self.fields["calendar"].queryset = WorkCalendar.objects.order_by("name")  # type: ignore[attr-defined]
        self.initial = {name: getattr(policy, name) for name in self.fields}


class CalendarForm(WeekForm):
    name = forms.CharField(label=_("Name"), max_length=100)
    time_zone = forms.CharField(label=_("Time zone"), max_length=64, help_text=_("Such as Europe/Helsinki."))
    country = forms.CharField(
        label=_("Public holidays of"),
        max_length=2,
        required=False,
        help_text=_("Two letters, such as SE. Empty: no public holidays."),
    )
    closed_days = words(
        _("Closed days of your own"), required=False, help_text=_("One in each line, such as 2026-12-31.")
    )
    worked_holidays = words(
        _("Public holidays on which you work"), required=False, help_text=_("One in each line, such as 2026-05-01.")
    )

    def __init__(self, data: QueryDict | None = None, *, calendar: WorkCalendar) -> None:
        super().__init__(data, auto_id="calendar-%s")
        self.initial = {name: getattr(calendar, name) for name in ("name", "time_zone", "country")}
        self.initial |= {name: "\n".join(getattr(calendar, name)) for name in ("closed_days", "worked_holidays")}
        self.ask_for_days(calendar.week)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["country"] = data.get("country", "").upper()
        return data

    def clean_closed_days(self) -> list[str]:
        return _days(self.cleaned_data["closed_days"])

    def clean_worked_holidays(self) -> list[str]:
        return _days(self.cleaned_data["worked_holidays"])


def _days(text: str) -> list[str]:
    """Dates, one in each line, sorted. Raises ValidationError with what is wrong."""
    found = set()
    for line in filter(None, (line.strip() for line in text.splitlines())):
        try:
            found.add(date.fromisoformat(line).isoformat())
        except ValueError:
            message = gettext("“%(line)s” is not a day such as 2026-12-31.") % {"line": line[:50]}
            raise forms.ValidationError(message) from None
    if len(found) > LATEST_DAYS:
        raise forms.ValidationError(gettext("At most %(limit)d days.") % {"limit": LATEST_DAYS})
    return sorted(found)
