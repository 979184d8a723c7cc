"""What does an administrator fill in to start a study, or to stop one?"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from feedback.models import Survey
from feedback.models.survey import SurveyKind


class StudyForm(forms.Form):
    """All of it is fixed when the study starts."""

    survey = forms.ModelChoiceField(
        label=_("What is asked halfway"),
        queryset=Survey.objects.none(),
        empty_label=None,
        help_text=_("A recovery survey. Its words must not say that anybody has called."),
    )
    decides_at = forms.DateField(
        label=_("Decided on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Before this day there is no verdict, and no later look changes it."),
    )
    expected_share = forms.IntegerField(
        label=_("Percent thought to recover without a call"), min_value=1, max_value=99, initial=45
    )
    smallest_effect = forms.IntegerField(
        label=_("Percentage points more that should show"), min_value=1, max_value=99, initial=15
    )
    exempt_up_to = forms.IntegerField(
        label=_("Scores up to this are not in it"),
        min_value=0,
        max_value=6,
        initial=2,
        required=False,
        help_text=_("They are called as soon as ever. Empty: none."),
    )
    exempt_value = forms.DecimalField(
        label=_("Customers worth so much a year are not in it"),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        required=False,
        help_text=_("In whichever currency. Empty: none."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        surveys = Survey.objects.filter(kind=SurveyKind.RECOVERY, is_active=True).order_by("pk")
        self.fields["survey"].queryset = surveys  # type: ignore[attr-defined]
        self.fields["survey"].label_from_instance = lambda survey: survey.name  # type: ignore[attr-defined]

    def clean_decides_at(self) -> datetime:
        """The instant that day is over, where this installation is."""
        day = self.cleaned_data["decides_at"]
        return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(settings.TIME_ZONE))

    def clean_expected_share(self) -> float:
        return float(self.cleaned_data["expected_share"]) / 100

    def clean_smallest_effect(self) -> float:
        return float(self.cleaned_data["smallest_effect"]) / 100


class StopForm(forms.Form):
    """A study that is stopped never has a verdict."""

    reason = forms.CharField(label=_("Why it is stopped"), max_length=300)
