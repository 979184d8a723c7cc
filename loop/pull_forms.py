"""What may somebody fill in about a file that is fetched regularly? Plain forms; `loop.pulls.setting_up` decides."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from feedback import sending_times
from feedback.importing.dates import Order
from feedback.importing.field_names import LABELS
from feedback.importing.written import DELIMITERS, ENCODINGS
from feedback.models import Survey
from loop.import_forms import FOLLOW_UP, HOW_WRITTEN, SurveyField
from loop.imports import files
from loop.imports.kinds import fields_of
from loop.models import FileImport, FilePull, ImportKind, PullPlace, PullRhythm, PullSignIn
from loop.pulls.setting_up import Facts
from loop.responses_import import FollowUp

PLAIN = {"autocomplete": "off", "spellcheck": "false"}
OF_ANSWERS = ("survey", "dates", "zone", "follow_up")
AS_RECOGNISED = ("", _("as recognised"))
KINDS = {
    ImportKind.ANSWERS: _("Answers from a survey tool"),
    ImportKind.CUSTOMERS: _("Customers, their people and owners, from a CRM"),
}


class PullForm(forms.Form):
    """All that is said about one of them: where, when, and how the file is read."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Where it comes from, such as “SuperOffice”."))
    survey = SurveyField(label=_("Answers to"), queryset=Survey.objects.none(), empty_label=None)
    place = forms.ChoiceField(
        label=_("Where the file is"), choices=PullPlace.choices, widget=forms.RadioSelect, initial=PullPlace.ADDRESS
    )
    url = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={**PLAIN, "inputmode": "url", "placeholder": "https://"}),
        help_text=_("It begins with https:// and leads straight to the file."),
    )
    sign_in = forms.ChoiceField(label=_("The server asks for"), required=False, choices=PullSignIn.choices)
    username = forms.CharField(
        label=_("Name to sign in with"), required=False, max_length=200, widget=forms.TextInput(attrs=PLAIN)
    )
    secret = forms.CharField(
        label=_("Token or password"),
        required=False,
        max_length=2000,
        widget=forms.PasswordInput(attrs={**PLAIN, "autocomplete": "new-password"}),
        help_text=_("It is kept encrypted, and never shown again."),
    )
    path = forms.CharField(
        label=_("File in the folder"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={**PLAIN, "placeholder": "crm/customers.csv"}),
    )
    rhythm = forms.ChoiceField(
        label=_("How often"), choices=PullRhythm.choices, widget=forms.RadioSelect, initial=PullRhythm.DAILY
    )
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"),
        coerce=int,
        choices=[(number, capfirst(day)) for number, day in WEEKDAYS.items()],
        initial=0,
        help_text=_("Where it is every week."),
    )
    hour = forms.TypedChoiceField(
        label=_("Hour"),
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        initial=6,
    )
    follow_up = forms.ChoiceField(
        label=_("What follows from low scores"), choices=FOLLOW_UP, initial=FollowUp.AS_NEW, required=False
    )
    all_or_nothing = forms.BooleanField(
        label=_("All or nothing: import no row where one is not usable"), required=False
    )
    encoding = forms.ChoiceField(label=_("Encoding"), required=False, choices=[AS_RECOGNISED, *ENCODINGS.items()])
    delimiter = forms.ChoiceField(
        label=_("Columns parted by"),
        required=False,
        choices=[AS_RECOGNISED, *((mark, _("tab") if mark == "\t" else mark) for mark in DELIMITERS)],
    )
    dates = forms.ChoiceField(
        label=_("Order of day and month"),
        required=False,
        choices=[
            AS_RECOGNISED,
            (Order.DAY_FIRST, _("day first: 31/12/2026")),
            (Order.MONTH_FIRST, _("month first: 12/31/2026")),
        ],
    )
    zone = forms.ChoiceField(label=_("Times without a zone are of"), required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        kind: str,
        pull: FilePull | None = None,
        like: FileImport | None = None,
    ) -> None:
        """A form for one kind of file.

        Args:
            pull: what is changed.
            like: an import whose choices a new one begins with.
        """
        super().__init__(data)
        self.kind = kind
        choices: dict[str, Any] = pull.choices if pull is not None else like.choices if like is not None else {}
        if kind == ImportKind.ANSWERS:
            self._about_answers(choices)
        else:
            for name in OF_ANSWERS:
                del self.fields[name]
        self.fields["path"].help_text = _(
            "Below %(folder)s on the server. The last part may be a pattern, such as answers-*.csv: each new file is "
            "imported then, the oldest first."
        ) % {"folder": settings.PULL_FOLDER}
        self.fields["hour"].help_text = _("In the time zone %(zone)s; of no matter where it is every hour.") % {
            "zone": settings.TIME_ZONE
        }
        named = choices.get("named") or (_named_in(like) if like is not None else {})
        for name in fields_of(kind):
            self.fields[f"field_{name}"] = forms.CharField(
                label=capfirst(LABELS.get(name, name)),
                required=False,
                max_length=200,
                widget=forms.TextInput(attrs=PLAIN),
            )
            self.initial[f"field_{name}"] = named.get(name, "")
        for name in (*HOW_WRITTEN, "all_or_nothing"):
            self.initial[name] = choices.get(name, "")
        if pull is not None:
            names = ("name", "place", "url", "sign_in", "username", "path", "rhythm", "weekday", "hour")
            self.initial.update({name: getattr(pull, name) for name in names})
            if pull.survey is not None:
                self.initial["survey"] = pull.survey.pk
            if pull.secret:
                self.fields["secret"].help_text = _("Empty: the one there is.")
        elif like is not None and like.survey is not None:
            self.initial["survey"] = like.survey.pk

    def _about_answers(self, choices: dict[str, Any]) -> None:
        survey: Any = self.fields["survey"]
        survey.queryset = Survey.objects.order_by("name", "pk")
        chosen = choices.get("zone") or settings.TIME_ZONE
        zones = sorted({*sending_times.zones(), "UTC", chosen, settings.TIME_ZONE})
        self.fields["zone"].choices = [(zone, zone.replace("_", " ")) for zone in zones]  # type: ignore[attr-defined]
        self.initial = {
            **self.initial,
            "survey": survey.queryset.filter(key="relational").values_list("pk", flat=True).first(),
            "zone": chosen,
            "dates": choices.get("dates", ""),
            "follow_up": choices.get("follow_up", FollowUp.AS_NEW),
        }

    def columns(self) -> Iterator[BoundField]:
        """The fields that say which column is what."""
        return (self[name] for name in self.fields if name.startswith("field_"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        for name in fields_of(self.kind):
            column = (data.get(f"field_{name}") or "").strip()
            if column and column in taken:
                said = {"one": LABELS[taken[column]], "other": LABELS[name]}
                self.add_error(f"field_{name}", _("One column cannot be both %(one)s and %(other)s.") % said)
            elif column:
                taken[column] = name
        return data

    def facts(self) -> Facts:
        """What was filled in, as the door takes it. Only for a valid form."""
        data = self.cleaned_data
        names = ("name", "place", "url", "sign_in", "username", "secret", "path", "rhythm", "weekday", "hour")
        options = (*HOW_WRITTEN, "dates", "zone", "follow_up", "all_or_nothing")
        choices: dict[str, Any] = {name: data[name] for name in options if data.get(name)}
        named = {name: (data.get(f"field_{name}") or "").strip() for name in fields_of(self.kind)}
        if any(named.values()):
            choices["named"] = {name: column for name, column in named.items() if column}
        return Facts(kind=self.kind, survey=data.get("survey"), choices=choices, **{name: data[name] for name in names})


def _named_in(like: FileImport) -> dict[str, str]:
    """Which column is what in an import that somebody corrected, by the names of its columns."""
    names = files.seen(like).get("columns", [])
    chosen: dict[str, int] = like.choices.get("columns", {})
    return {field: names[number - 1] for field, number in chosen.items() if 0 < number <= len(names)}
