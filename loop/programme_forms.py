"""What may an administrator fill in about triggers and the rules of asking? Plain forms; the doors decide."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext_lazy as _

from feedback import surveys
from feedback.models import AskBy, ProgrammeRules, Survey, TriggerRule
from loop.setup_forms import NOT_A_TOUCHPOINT

UNITS = {"minutes": 1, "hours": 60, "days": 24 * 60}


class TriggerForm(forms.Form):
    """After this touchpoint, ask that survey."""

    touchpoint = forms.SlugField(
        label=_("Touchpoint"),
        max_length=50,
        help_text=_("As other systems name it when they tell us by the API: ticket_closed, delivered, onboarded."),
        error_messages={"invalid": NOT_A_TOUCHPOINT},
    )
    survey = forms.ModelChoiceField(label=_("Survey"), queryset=Survey.objects.none(), empty_label=None)
    delay = forms.IntegerField(label=_("Ask after"), min_value=0, initial=1)
    unit = forms.ChoiceField(
        label=_("Unit"),
        choices=[("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days"))],
        initial="days",
    )
    weekday = forms.TypedChoiceField(
        label=_("or once a week"),
        choices=(),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("On that day those are asked who were in contact in the seven days before, each once."),
    )
    quiet_days = forms.IntegerField(
        label=_("Quiet days"),
        min_value=0,
        initial=90,
        help_text=_("Where the programme's periods after an answer or silence are longer, those hold."),
    )
    asks_sooner = forms.BooleanField(
        label=_("May ask sooner than the programme's periods allow: the quiet days of this rule alone hold"),
        required=False,
    )
    channel = forms.ChoiceField(label=_("Ask by"), choices=AskBy.choices, initial=AskBy.EMAIL, required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, data: QueryDict | None = None, *, rule: TriggerRule | None = None) -> None:
        super().__init__(data, initial=_initial(rule) if rule else None, auto_id=f"rule{rule.pk if rule else ''}-%s")
        asked = Survey.objects.filter(kind__in=surveys.KINDS).order_by("pk")
        self.fields["survey"].queryset = asked  # type: ignore[attr-defined]
        self.fields["survey"].label_from_instance = lambda survey: survey.name  # type: ignore[attr-defined]
        days = [("", _("no, after each event")), *WEEKDAYS.items()]
        self.fields["weekday"].choices = days  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the door takes it. Only for a valid form."""
        facts = dict(self.cleaned_data)
        facts["channel"] = facts["channel"] or AskBy.EMAIL
        facts["delay_minutes"] = facts.pop("delay") * UNITS[facts.pop("unit")]
        return facts


def _initial(rule: TriggerRule) -> dict[str, Any]:
    unit = next(name for name in ("days", "hours", "minutes") if rule.delay_minutes % UNITS[name] == 0)
    return {
        "touchpoint": rule.touchpoint,
        "survey": rule.survey_id,
        "delay": rule.delay_minutes // UNITS[unit],
        "unit": unit,
        "weekday": rule.weekday,
        "quiet_days": rule.quiet_days,
        "asks_sooner": rule.asks_sooner,
        "channel": rule.channel,
        "is_active": rule.is_active,
    }


class RulesForm(forms.Form):
    """The rules that hold over all surveys."""

    after_answer_days = forms.IntegerField(
        label=_("After an answer"),
        min_value=0,
        help_text=_("Days. Whoever answered is asked again after a year at the earliest, unless you change it."),
    )
    after_silence_days = forms.IntegerField(
        label=_("After silence"), min_value=0, help_text=_("Days. Whoever did not answer is left alone that long.")
    )
    between_mails_days = forms.IntegerField(
        label=_("Between any two survey mails"), min_value=0, help_text=_("Days. Reminders count.")
    )
    closed_months = forms.TypedMultipleChoiceField(
        label=_("Closed months"),
        choices=MONTHS.items(),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("No wave leaves in them."),
    )

    def __init__(self, data: QueryDict | None = None, *, rules: ProgrammeRules) -> None:
        super().__init__(data, initial={name: getattr(rules, name) for name in self.base_fields})
