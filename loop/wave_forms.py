"""What may somebody fill in about a wave? Plain forms; `feedback.waves` and `feedback.complaints` decide."""

import secrets
from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from feedback import surveys
from feedback.models import Account, AskBy, Contact, Survey
from feedback.models.series import Every
from feedback.models.wave import Method
from loop.forms import words
from loop.templatetags.asking import language_name

SEEDS = 2**31  # large enough that nobody meets the same one twice, short enough to read out
MOST_CHOICES = 40  # of a filter; what is rarer can be asked for by its attribute


def _several(label: Any, **kwargs: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple, **kwargs)


class WaveForm(forms.Form):
    """Whom a wave asks, and how fast it leaves. Nobody is asked by filling this in."""

    survey = forms.ModelChoiceField(label=_("Survey"), queryset=Survey.objects.none(), empty_label=None)
    name = forms.CharField(
        label=_("Name"), max_length=200, required=False, help_text=_("Empty: the survey and the month.")
    )
    method = forms.ChoiceField(label=_("Whom to ask"), choices=Method.choices, widget=forms.RadioSelect)
    share = forms.CharField(
        label=_("Share"), max_length=20, required=False, help_text=_("Of those who may be asked: 1/11, 0.25 or 25%.")
    )
    count = forms.IntegerField(
        label=_("or so many contacts"), min_value=1, required=False, help_text=_("Instead of a share.")
    )
    strata = _several(
        _("Draw from each group by itself"),
        choices=[
            ("segment", _("segment")),
            ("size", _("size")),
            ("country", _("country")),
            ("language", _("language")),
        ],
        help_text=_("So that a small group is heard, too."),
    )
    at_least = forms.IntegerField(
        label=_("At least so many of each group"), min_value=0, initial=0, required=False
    )  # fmt: skip
    segment = _several(_("Segment"))
    size = _several(_("Size"))
    country = _several(_("Country"))
    language = _several(_("Language"))
    decision_makers = forms.BooleanField(label=_("Decision makers only"), required=False)
    active_within_days = forms.IntegerField(label=_("Active within so many days"), min_value=1, required=False)
    not_asked_within_days = forms.IntegerField(label=_("Not asked within so many days"), min_value=1, required=False)
    channel = forms.ChoiceField(
        label=_("Ask by"),
        choices=AskBy.choices,
        initial=AskBy.EMAIL,
        required=False,
        help_text=_("A text message needs a mobile number."),
    )
    annual_value_from = forms.DecimalField(label=_("Annual value from"), min_value=0, required=False)
    attributes = words(
        _("Other attributes"),
        rows=2,
        required=False,
        help_text=_("One a line, such as “account:industry = Steel, Wood” or “contact:role = buyer”."),
    )
    starts_on = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Mails leave on Monday and Tuesday mornings, where the recipient is, and not on holidays there."),
    )
    per_hour = forms.IntegerField(label=_("At most so many mails an hour"), min_value=1, initial=500)
    remind_after_days = forms.IntegerField(
        label=_("Reminder after days"), min_value=0, initial=7, help_text=_("Once, with the same link. 0: no reminder.")
    )
    open_days = forms.IntegerField(label=_("Days a link takes answers"), min_value=1, initial=30)
    seed = forms.IntegerField(
        label=_("Seed"), help_text=_("The same seed draws the same people from the same base. Keep it to prove it.")
    )

    SIZE = ("share", "count", "strata", "at_least")
    LISTS = ("segment", "size", "country", "language")
    FILTERS = (*LISTS, "decision_makers", "active_within_days", "not_asked_within_days", "annual_value_from")
    LEAVING = ("channel", "starts_on", "per_hour", "remind_after_days", "open_days", "seed")

    def __init__(self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None) -> None:
        today = timezone.localdate()
        start = {"starts_on": today.isoformat(), "seed": secrets.randbelow(SEEDS), "method": Method.RANDOM}
        super().__init__(data, initial={**start, **(initial or {})})
        asked = Survey.objects.filter(kind__in=surveys.KINDS, is_active=True).order_by("pk")
        self.fields["survey"].queryset = asked  # type: ignore[attr-defined]
        self.fields["survey"].label_from_instance = lambda survey: survey.name  # type: ignore[attr-defined]
        for name in self.LISTS:
            self.fields[name].choices = _known(name)  # type: ignore[attr-defined]

    def size_fields(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in self.SIZE)

    def filter_fields(self) -> list[forms.BoundField]:
        """The filters there is something to choose in."""
        return [self[name] for name in self.FILTERS if name not in self.LISTS or self.fields[name].choices]  # type: ignore[attr-defined]

    def leaving_fields(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in self.LEAVING)

    def clean_attributes(self) -> dict[str, list[str]]:
        found = {}
        for line in filter(None, (line.strip() for line in self.cleaned_data["attributes"].splitlines())):
            name, equals, values = line.partition("=")
            wanted = [value.strip() for value in values.split(",") if value.strip()]
            if not equals or not wanted or not name.strip().startswith(("account:", "contact:")):
                raise forms.ValidationError(
                    _("“%(line)s” is not of the form “account:industry = Steel, Wood”."), params={"line": line}
                )
            found[name.strip()] = wanted
        return found

    def facts(self) -> dict[str, Any]:
        """What was filled in, as `waves.draft` takes it. Only for a valid form."""
        given = self.cleaned_data
        filters = {name: given[name] for name in self.FILTERS if given[name] not in (None, "", [], False)}
        if "annual_value_from" in filters:
            filters["annual_value_from"] = str(filters["annual_value_from"])
        return {
            **{name: given[name] for name in ("survey", "name", "method", "share", "count", "strata", *self.LEAVING)},
            "at_least": given["at_least"] or 0,
            "channel": given["channel"] or AskBy.EMAIL,
            "filters": {**filters, **given["attributes"]},
        }


def _known(name: str) -> list[tuple[str, str]]:
    """The values of an attribute in the base; none where there is nothing to choose between."""
    column = Contact.objects.all() if name == "language" else Account.objects.all()
    values = column.exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct()[:MOST_CHOICES]
    return [(value, language_name(value) if name == "language" else value) for value in values]


class RepeatForm(forms.Form):
    """How a wave comes again by itself."""

    every = forms.ChoiceField(
        label=_("Comes again"), choices=[("", _("no")), *Every.choices], required=False, initial=""
    )
    left_out = forms.TypedMultipleChoiceField(
        label=_("Months left out"),
        choices=MONTHS.items(),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None comes in them. The months the programme is closed in are left out anyway."),
    )
    approves_itself = forms.BooleanField(
        label=_("The next ones approve themselves"),
        required=False,
        help_text=_("Otherwise each waits for an administrator, from a week before its day."),
    )

    def facts(self) -> dict[str, Any]:
        """What was filled in, as `waves.repeat` takes it; empty where the wave does not come again."""
        return dict(self.cleaned_data) if self.cleaned_data.get("every") else {}


class ComplaintForm(forms.Form):
    """Why a contact is to be left in peace; kept with the name of who says so."""

    contact = forms.IntegerField(widget=forms.HiddenInput)
    reason = words(
        _("What the complaint is about"), rows=2, max_length=2000, error_messages={"required": _("Say why.")}
    )
