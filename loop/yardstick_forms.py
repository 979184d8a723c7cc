"""What may be filled in about goals, values of others and rates of exchange? Plain forms; the doors decide."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from feedback import read_once
from feedback.models import Account, Survey
from feedback.models.survey import SurveyKind
from loop.goals import MOST_POINTS
from loop.models import Benchmark, Goal

MOST_SEGMENTS = 100


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _segments() -> list[str]:
    return list(Account.objects.order_by("segment").values_list("segment", flat=True).distinct()[:MOST_SEGMENTS])


class GoalForm(forms.Form):
    """A goal, new or as it stands."""

    points = forms.IntegerField(label=_("Points up"), min_value=1, max_value=MOST_POINTS)
    due_on = _day(_("Until"))
    baseline_first = _day(_("Compared with, from"))
    baseline_last = _day(_("Compared with, to"))
    survey = forms.ModelChoiceField(
        label=_("Survey"), queryset=Survey.objects.none(), required=False, empty_label=_("all but recovery")
    )
    segment = forms.ChoiceField(label=_("Segment"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, data: QueryDict | None = None, *, goal: Goal | None = None) -> None:
        super().__init__(data, auto_id=f"goal-{goal.pk if goal else 'new'}-%s")
        self.goal = goal
        self.fields["survey"].queryset = Survey.objects.exclude(kind=SurveyKind.RECOVERY).order_by("pk")  # type: ignore[attr-defined]
        self.fields["survey"].label_from_instance = lambda survey: survey.name  # type: ignore[attr-defined]
        found = read_once.known("segments", _segments)
        segments = sorted({*found, goal.segment if goal else ""} - {""})
        self.fields["segment"].choices = [("", _("all")), *((name, name) for name in segments)]  # type: ignore[attr-defined]
        if goal is None:
            del self.fields["is_active"]
        else:
            self.initial = {name: getattr(goal, name) for name in self.fields}


class BenchmarkForm(forms.Form):
    """A value somebody published, new or as it stands."""

    name = forms.CharField(label=_("Whose it is"), max_length=100)
    value = forms.DecimalField(label=_("NPS"), min_value=-100, max_value=100, max_digits=4, decimal_places=1)
    source = forms.CharField(label=_("Source"), max_length=300, help_text=_("Who published it, and where."))
    year = forms.IntegerField(label=_("Year"), min_value=2003)
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, data: QueryDict | None = None, *, benchmark: Benchmark | None = None) -> None:
        super().__init__(data, auto_id=f"benchmark-{benchmark.pk if benchmark else 'new'}-%s")
        self.benchmark = benchmark
        if benchmark is None:
            del self.fields["is_active"]
        else:
            self.initial = {name: getattr(benchmark, name) for name in self.fields}


class RateForm(forms.Form):
    """What one currency was worth in another."""

    currency = forms.CharField(label=_("One unit of"), max_length=3)
    into = forms.CharField(label=_("was worth in"), max_length=3)
    rate = forms.DecimalField(label=_("Exchange rate"), max_digits=18, decimal_places=8)
    on = _day(_("Day"))
    source = forms.CharField(label=_("Source"), max_length=300, required=False)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="rate-%s")


class PlannerForm(forms.Form):
    """What somebody wants to know, and how many customers there are."""

    width = forms.FloatField(label=_("Know the NPS to ± points"), min_value=0.5, max_value=100)
    change = forms.FloatField(label=_("See a change of points"), min_value=0.5, max_value=200)
    population = forms.BooleanField(label=_("Correct for the finite number of customers"), required=False)
