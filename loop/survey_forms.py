"""What may an administrator fill in about a survey and its words? Plain forms; `feedback.surveys` decides."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from feedback import languages, library, surveys
from feedback.models import Survey
from feedback.models.survey import SurveyKind
from loop.forms import words

SCALES = ((0, _("0 to 10")), (1, _("1 to 10")))


class NewSurveyForm(forms.Form):
    """A survey to begin with: a template has all its words in five languages."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("For your own people. Customers only see it in a copy of their data they ask for."),
    )
    template = forms.ChoiceField(
        label=_("Start from"), choices=(), widget=forms.RadioSelect, error_messages={"required": _("Choose one.")}
    )
    scale_min = forms.TypedChoiceField(
        label=_("Scale"), choices=SCALES, coerce=int, initial=0, widget=forms.RadioSelect
    )  # fmt: skip
    sender_name = forms.CharField(
        label=_("Sender"), max_length=100, required=False, help_text=_("Empty: the name of the company.")
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"template": "relational"})
        self.fields["template"].choices = [  # type: ignore[attr-defined]
            (key, template.name) for key, template in library.TEMPLATES.items() if template.kind in surveys.KINDS
        ]


class SurveyForm(forms.Form):
    """What a survey is. Where it has been asked, kind and scale cannot be chosen any more."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, kind.label) for kind in surveys.KINDS])
    scale_min = forms.TypedChoiceField(label=_("Scale"), choices=SCALES, coerce=int)
    sender_name = forms.CharField(
        label=_("Sender"),
        max_length=100,
        required=False,
        help_text=_("Who the mail is from. Empty: the name of the company. Mails that have not left yet get it too."),
    )
    remind_after_days = forms.IntegerField(
        label=_("Reminder after days"),
        min_value=0,
        help_text=_("Of those asked outside a wave; a wave says it itself. 0: no reminder."),
    )
    open_days = forms.IntegerField(
        label=_("Days a link is open"),
        min_value=1,
        max_value=surveys.LONGEST_OPEN_DAYS,
        help_text=_("Of links that leave from now on, outside a wave; a wave says it itself. Later answers are late."),
    )
    closes_on = forms.DateField(
        label=_("Last day for answers"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("After it no answer is changed, and new ones are kept as late. Empty: links decide."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, data: QueryDict | None = None, *, survey: Survey, was_asked: bool) -> None:
        initial = {
            "name": survey.name,
            "kind": survey.kind,
            "scale_min": survey.scale_min,
            "sender_name": survey.sender_name,
            "remind_after_days": survey.remind_after_days,
            "open_days": survey.open_days,
            "closes_on": last_day(survey.closes_at),
            "is_active": survey.is_active,
        }
        super().__init__(data, initial=initial)
        stands = _("It has been asked: kind and scale stand. Make a new survey instead.")
        if survey.kind == SurveyKind.RECOVERY:
            self.fields["kind"].choices = [(survey.kind, survey.get_kind_display())]  # type: ignore[attr-defined]
        if was_asked:
            self.fields["kind"].disabled = self.fields["scale_min"].disabled = True
            self.fields["kind"].help_text = stands

    def facts(self) -> dict[str, Any]:
        """What was filled in, as `surveys.change` takes it. Only for a valid form."""
        facts = dict(self.cleaned_data)
        last = facts.pop("closes_on")
        facts["closes_at"] = end_of(last) if last else None
        return facts


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def end_of(day: date) -> datetime:
    """The instant at which a day is over, where the company is."""
    return datetime.combine(day + timedelta(days=1), time(), _zone())


def last_day(closes_at: datetime | None) -> date | None:
    """The last day before an instant, as `end_of` makes them."""
    return (closes_at.astimezone(_zone()) - timedelta(microseconds=1)).date() if closes_at else None


class LanguageForm(forms.Form):
    """A further language; its words begin as those of another one."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=(),
        help_text=_("Its words begin as a copy of another language's, for you to put into it."),
        error_messages={"invalid_choice": _("“%(value)s” is no language we know. Choose one.")},
    )

    def __init__(self, data: QueryDict | None = None, *, besides: Collection[str] = ()) -> None:
        super().__init__(data)
        found = [(code, name[:1].upper() + name[1:]) for code, name in languages.known().items() if code not in besides]
        self.fields["language"].choices = [("", "–"), *found]  # type: ignore[attr-defined]


def _text(label: Any, *, rows: int = 2, **kwargs: Any) -> forms.CharField:
    return words(label, rows=rows, max_length=surveys.LONGEST_TEXT, **kwargs)


class WordingForm(forms.Form):
    """The words of a survey in one language, in the order a customer meets them."""

    subject = forms.CharField(label=_("Subject of the mail"), max_length=200)
    reminder_subject = forms.CharField(
        label=_("Subject of the reminder"), max_length=200, required=False, help_text=_("Empty: the subject again.")
    )
    introduction = _text(_("Introduction"), required=False)
    question = _text(_("Question"))
    low_label = forms.CharField(label=_("Words at the low end"), max_length=100)
    high_label = forms.CharField(label=_("Words at the high end"), max_length=100)
    follow_up_other = _text(_("Asked of detractors and passives"), help_text=_("After 0 to 8."))
    follow_up_promoter = _text(_("Asked of promoters"), help_text=_("After 9 and 10."))
    thanks = _text(_("Thanks"))
    who_reads = _text(
        _("Who reads the answer"),
        required=False,
        help_text=_("Stands below the question. Empty: a sentence of Loop's own."),
    )

    def __init__(self, data: Any = None, *, initial: Any = None, language: str) -> None:
        super().__init__(data, initial=initial)
        for field in self.fields.values():
            field.widget.attrs["lang"] = language


def refused(form: forms.Form, field: str, message: str) -> None:
    """Show a door's refusal at the field it names, or above the form where it has no such field."""
    form.add_error(field if field in form.fields else None, message)
