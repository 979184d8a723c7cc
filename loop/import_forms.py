"""What may somebody say about a file they import: what it is, and where Loop recognised something wrongly?"""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from feedback import sending_times
from feedback.importing.dates import Order
from feedback.importing.field_names import LABELS
from feedback.importing.workbook import WORKBOOK
from feedback.importing.written import DELIMITERS, ENCODINGS
from feedback.models import Survey
from loop.imports.kinds import fields_of
from loop.models import FileImport, ImportKind
from loop.responses_import import FollowUp

UPLOAD_LIMIT = 25 * 2**20  # bytes; some 200,000 answers. Beyond it somebody had better watch the command

HOW_WRITTEN = ("encoding", "delimiter")  # of a file that is no workbook

FOLLOW_UP = (
    (FollowUp.AS_NEW, _("cases, and owners are told")),
    (FollowUp.QUIETLY, _("cases, and nobody is told")),
    (FollowUp.NEVER, _("no cases: of the past")),
)


class SurveyField(forms.ModelChoiceField):
    """A survey by the name people know it by."""

    def label_from_instance(self, obj: Survey) -> str:
        return obj.name


class ImportUploadForm(forms.Form):
    """A file; its contents are checked by reading it, whatever its name says."""

    kind = forms.ChoiceField(
        label=_("What is in it"),
        choices=[
            (ImportKind.ANSWERS, _("answers from a survey tool")),
            (ImportKind.CUSTOMERS, _("customers, their people and owners, from a CRM")),
        ],
        widget=forms.RadioSelect,
        initial=ImportKind.ANSWERS,
    )
    survey = SurveyField(label=_("Answers to"), queryset=Survey.objects.none(), empty_label=None)
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        max_length=None,
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def __init__(self, data: QueryDict | None = None, files: "MultiValueDict[str, Any] | None" = None) -> None:
        super().__init__(data, files)
        surveys = Survey.objects.order_by("name", "pk")
        survey: Any = self.fields["survey"]
        survey.queryset = surveys
        self.initial["survey"] = surveys.filter(key="relational").values_list("pk", flat=True).first()

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > UPLOAD_LIMIT:
            raise forms.ValidationError(
                _("The file has %(size).1f MB; this page takes %(limit)d MB. Use the command manage.py for it."),
                params={"size": file.size / 2**20, "limit": UPLOAD_LIMIT // 2**20},
            )
        return file


class ImportChoicesForm(forms.Form):
    """What was recognised, to be corrected."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    survey = SurveyField(label=_("Answers to"), queryset=Survey.objects.none(), empty_label=None)
    encoding = forms.ChoiceField(
        label=_("Encoding"), required=False, choices=[("", _("as recognised")), *ENCODINGS.items()]
    )
    delimiter = forms.ChoiceField(
        label=_("Columns parted by"),
        required=False,
        choices=[("", _("as recognised")), *((mark, _("tab") if mark == "\t" else mark) for mark in DELIMITERS)],
    )
    dates = forms.ChoiceField(
        label=_("Order of day and month"),
        required=False,
        choices=[
            ("", _("as recognised")),
            (Order.DAY_FIRST, _("day first: 31/12/2026")),
            (Order.MONTH_FIRST, _("month first: 12/31/2026")),
        ],
    )
    zone = forms.ChoiceField(label=_("Times without a zone are of"), required=False)
    follow_up = forms.ChoiceField(
        label=_("What follows from low scores"),
        choices=FOLLOW_UP,
        help_text=_("Untold cases stand in the inbox and are reminded of. Answers of the past count in reports only."),
    )
    all_or_nothing = forms.BooleanField(
        label=_("All or nothing: import no row where one is not usable"), required=False
    )

    def __init__(self, data: QueryDict | None = None, *, one: FileImport, columns: list[str]) -> None:
        super().__init__(data)
        self.one = one
        if one.kind == ImportKind.ANSWERS:
            self._about_answers(one)
        else:
            for name in ("survey", "dates", "zone", "follow_up", "all_or_nothing"):
                del self.fields[name]
        for name in HOW_WRITTEN:
            self.initial[name] = one.choices.get(name, "")
            if one.found.get("encoding") == WORKBOOK:
                del self.fields[name]
        choices: list[tuple[str, Any]] = [("", _("not in the file"))]
        choices += [(str(number), f"{number}. {name}") for number, name in enumerate(columns, start=1)]
        recognised = one.choices.get("columns") or one.found.get("columns", {})
        for name in fields_of(one.kind):
            self.fields[f"field_{name}"] = forms.ChoiceField(
                label=capfirst(LABELS.get(name, name)), choices=choices, required=False
            )
            self.initial[f"field_{name}"] = str(recognised.get(name, ""))
        self.initial["version"] = one.version

    def _about_answers(self, one: FileImport) -> None:
        survey: Any = self.fields["survey"]
        survey.queryset = Survey.objects.order_by("name", "pk")
        chosen = one.choices.get("zone") or settings.TIME_ZONE
        zones = sorted({*sending_times.zones(), "UTC", chosen, settings.TIME_ZONE})
        self.fields["zone"].choices = [(zone, zone.replace("_", " ")) for zone in zones]  # type: ignore[attr-defined]
        self.initial = {
            **self.initial,
            "survey": one.survey_id,
            "dates": one.choices.get("dates", ""),
            "zone": chosen,
            "follow_up": one.choices.get("follow_up", FollowUp.AS_NEW),
            "all_or_nothing": one.choices.get("all_or_nothing", False),
        }

    def columns(self) -> Iterator[BoundField]:
        """The fields that say which column is what."""
        return (self[name] for name in self.fields if name.startswith("field_"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        for name in fields_of(self.one.kind):
            number = data.get(f"field_{name}")
            if number and number in taken:
                said = {"one": LABELS[taken[number]], "other": LABELS[name]}
                self.add_error(f"field_{name}", _("One column cannot be both %(one)s and %(other)s.") % said)
            elif number:
                taken[number] = name
        return data

    def decided(self) -> dict[str, Any]:
        """What is stored as a person's choices. Only for a valid form."""
        data = self.cleaned_data
        columns = {name: int(data[f"field_{name}"]) for name in fields_of(self.one.kind) if data.get(f"field_{name}")}
        said: dict[str, Any] = {name: data[name] for name in HOW_WRITTEN if data.get(name)}
        if said.get("delimiter") != self.one.choices.get("delimiter"):
            pass  # the columns are others then, and recognised anew
        elif "named" in self.one.choices and columns == self.one.found.get("columns"):
            said["named"] = self.one.choices["named"]
        elif "columns" in self.one.choices or columns != self.one.found.get("columns"):
            said |= {"columns": columns, "of_columns": self.one.found["of_columns"]}
        if self.one.kind == ImportKind.ANSWERS:
            said |= {name: data[name] for name in ("dates", "zone", "follow_up", "all_or_nothing") if data[name]}
        return said
