"""What may somebody fill in about calls, promises and resolutions? Plain forms; `together` and the workflow decide."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from loop import guides, promises
from loop.forms import StepForm, words
from loop.models import CallOutcome, Case, Channel, Promise, State
from loop.models.guide import QuestionKind
from loop.surroundings import Surroundings
from loop.together import Planned, Promised, Seen, Solution

ANSWER = "answers."  # what the fields of the call form are called by, and the domain names its refusals by
OWN_TIME = "own"
PUBLIC = _("The customer may read this: write it as you would say it to them.")


class LocalDateTime(forms.DateTimeField):
    """A time on the reader's own clock."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)


class TimeChoice(forms.ChoiceField):
    """One of some suggested times; one that was suggested a while ago is as good."""

    def valid_value(self, value: Any) -> bool:
        return super().valid_value(value) or _instant(value) is not None


class CasesChoice(forms.MultipleChoiceField):
    """Some of the cases beside this one, each with the version its reader saw: "12:3"."""

    known: frozenset[str] = frozenset()

    def valid_value(self, value: Any) -> bool:
        pk, _colon, version = str(value).partition(":")
        return version.isascii() and version.isdigit() and pk in self.known


class AlsoForm(StepForm):
    """A step that may be taken for other open cases of the same account as well."""

    also = CasesChoice(
        label=_("Also for"),
        choices=(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("One of these cases is not yours to act on any more.")},
    )

    def __init__(self, data: QueryDict | None = None, *, case: Case, around: Surroundings) -> None:
        super().__init__(data, case=case, around=around)
        self.beside = self.cases_beside(around)
        self.fields["also"].choices = [(f"{beside.pk}:{beside.version}", _named(beside)) for beside in self.beside]  # type: ignore[attr-defined]
        self.fields["also"].known = frozenset(str(beside.pk) for beside in self.beside)  # type: ignore[attr-defined]
        if not self.beside:
            del self.fields["also"]

    def cases_beside(self, around: Surroundings) -> list[Case]:
        return around.actionable

    def seen(self) -> list[Seen]:
        """The ticked cases. Only for a valid form."""
        ticked = (value.split(":") for value in self.cleaned_data.get("also", []))
        return [Seen(int(pk), int(version)) for pk, version in ticked]

    def refresh(self, typed: QueryDict) -> None:
        """Let what was ticked stand for the cases as they are now."""
        ticked = {value.partition(":")[0] for value in typed.getlist("also")}
        typed.setlist("also", [f"{case.pk}:{case.version}" for case in self.beside if str(case.pk) in ticked])


class AttemptForm(AlsoForm):
    outcome = forms.ChoiceField(
        label=_("How did it go?"),
        choices=CallOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how it went.")},
    )
    channel = forms.ChoiceField(label=_("By"), choices=Channel.choices, initial=Channel.PHONE, widget=forms.RadioSelect)
    note = words(_("What did you hear?"), required=False)
    next_try = TimeChoice(label=_("Next try"), choices=(), required=False, widget=forms.RadioSelect)
    next_try_at = LocalDateTime(label=_("At another time"), required=False)
    next_try_reason = forms.CharField(label=_("What for"), max_length=300, required=False)
    promise_what = forms.CharField(label=_("What you promised"), max_length=500, required=False, help_text=PUBLIC)
    promise_day = forms.DateField(
        label=_("By which day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        show_hidden_initial=True,  # a day that stands there by itself promises nothing
    )
    promise_time = forms.TimeField(
        label=_("At what time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, data: QueryDict | None = None, *, case: Case, around: Surroundings) -> None:
        super().__init__(data, case=case, around=around)
        self._hours = around.hours
        self.initial["promise_day"] = timezone.localdate(around.usual_due) if around.usual_due else None
        posted = [str(data["next_try"])] if data and _instant(data.get("next_try")) else []
        suggested = [at.isoformat() for at in around.suggested_tries]
        times = [(at, _clock(parse_datetime(at))) for at in dict.fromkeys([*suggested, *posted])]
        self.fields["next_try"].choices = [  # type: ignore[attr-defined]
            ("", _("not planned")), *times, (OWN_TIME, _("another time"))
        ]  # fmt: skip
        language = translation.get_language() or ""
        self.asked = around.questions
        for question in self.asked:
            self.fields[ANSWER + question["key"]] = _answer_field(question, language)

    def questions(self) -> list[forms.BoundField]:
        """The fields of the call form."""
        return [self[ANSWER + question["key"]] for question in self.asked]

    @property
    def opens_more(self) -> bool:
        """Whether something was filled in, or is wrong, behind the fold."""
        behind = ("next_try_at", "next_try_reason", "promise_what", "promise_day", "promise_time")
        return self.is_bound and any(self[name].errors or name in self.changed_data for name in behind)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        reached = data.get("outcome") == CallOutcome.REACHED
        for question in self.asked:
            name = ANSWER + question["key"]
            if reached and question["required"] and data.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("This is to be asked on every call."))
        if data.get("next_try") == OWN_TIME and not data.get("next_try_at") and "next_try_at" not in self.errors:
            self.add_error("next_try_at", _("Say when."))
        if data.get("promise_what") and not data.get("promise_day") and "promise_day" not in self.errors:
            self.add_error("promise_day", _("Say by which day."))
        said_when = "promise_day" in self.changed_data and data.get("promise_day")
        if said_when and not data.get("promise_what") and "promise_what" not in self.errors:
            self.add_error("promise_what", _("Say what was promised."))
        return data

    def facts(self) -> dict[str, Any]:
        """What was filled in, as `together.log_call` takes it. Only for a valid form."""
        data = self.cleaned_data
        answers = {question["key"]: data[ANSWER + question["key"]] for question in self.asked}
        at = data["next_try_at"] if data["next_try"] in ("", OWN_TIME) else _instant(data["next_try"])
        promised = None
        if data["promise_what"]:
            due_at = promises.due_on(data["promise_day"], data["promise_time"], self._hours)
            promised = Promised(data["promise_what"], due_at)
        return {
            "channel": data["channel"],
            "outcome": data["outcome"],
            "reached": data["outcome"] == CallOutcome.REACHED,
            "note": data["note"],
            "answers": {key: value for key, value in answers.items() if value not in (None, "")},
            "next_try": Planned(at, data["next_try_reason"]) if at else None,
            "promised": promised,
            "also": self.seen(),
        }


class ResolveForm(AlsoForm):
    root_cause = forms.TypedChoiceField(
        label=_("Root cause"), choices=(), error_messages={"required": _("Choose the root cause.")}
    )
    summary = words(_("What was done"), error_messages={"required": _("Say what was done.")})
    promises_reason = words(
        _("Why it is resolved before every promise is kept"),
        rows=2,
        required=False,
        help_text=_("A promise whose time is over counts as not kept; others stay and are reminded of."),
    )

    def __init__(self, data: QueryDict | None = None, *, case: Case, around: Surroundings) -> None:
        super().__init__(data, case=case, around=around)
        causes = {str(cause.pk): cause for cause in around.root_causes}
        listed = [("", _("choose one")), *((pk, cause.label) for pk, cause in causes.items())]
        self.fields["root_cause"].choices = listed  # type: ignore[attr-defined]
        self.fields["root_cause"].coerce = causes.get  # type: ignore[attr-defined]
        if not any(each.promise_due_at for each in (case, *self.beside)):
            del self.fields["promises_reason"]
        for beside in self.beside:
            self.fields[f"root_cause-{beside.pk}"] = forms.TypedChoiceField(
                label=_("Another root cause"),
                choices=[("", _("the same")), *listed[1:]],
                coerce=causes.get,
                empty_value=None,
                required=False,
            )
            self.fields[f"summary-{beside.pk}"] = words(_("In other words"), rows=2, required=False)

    def cases_beside(self, around: Surroundings) -> list[Case]:
        return [case for case in around.actionable if case.contacted_at is not None]

    def ticks(self) -> list[dict[str, Any]]:
        """Each case beside with its tick and what may be said of it in other words."""
        ticks = list(self["also"]) if self.beside else []
        return [
            {"tick": tick, "root_cause": self[f"root_cause-{case.pk}"], "summary": self[f"summary-{case.pk}"]}
            for tick, case in zip(ticks, self.beside, strict=True)
        ]

    def facts(self) -> dict[str, Any]:
        """What was filled in, as `together.resolve` takes it. Only for a valid form."""
        data = self.cleaned_data
        also = self.seen()
        differing = {
            seen.case_id: Solution(
                data.get(f"root_cause-{seen.case_id}") or data["root_cause"],
                data.get(f"summary-{seen.case_id}") or data["summary"],
            )
            for seen in also
        }
        return {
            "root_cause": data["root_cause"],
            "summary": data["summary"],
            "promises_reason": data.get("promises_reason", ""),
            "also": also,
            "differing": differing,
        }


class PlanNextForm(StepForm):
    at = LocalDateTime(label=_("When"), required=False, help_text=_("Leave it empty to drop the plan."))
    reason = forms.CharField(label=_("What for"), max_length=300, required=False)

    def __init__(self, data: QueryDict | None = None, *, case: Case, around: Surroundings) -> None:
        super().__init__(data, case=case, around=around)
        at = case.next_try_at or next(iter(around.suggested_tries), None)
        self.initial.update({"at": at, "reason": case.next_try_reason})
        told = _("First contact is due %(at)s.") if case.state == State.NEW else _("Resolution is due %(at)s.")
        field = self.fields["at"]
        field.help_text = f"{told % {'at': _clock(case.due_at)}} {field.help_text}"


class HoldForm(StepForm):
    until = LocalDateTime(
        label=_("Until when"),
        help_text=_("When the customer wants to hear from us again. The due time moves by the working time between."),
        error_messages={"required": _("Say until when.")},
    )
    reason = forms.CharField(
        label=_("What the customer asked for"),
        max_length=300,
        error_messages={"required": _("Say what the customer asked for.")},
    )


class ResumeForm(StepForm):
    """Going on needs no words."""


class PromiseForm(StepForm):
    what = forms.CharField(
        label=_("What you promised"),
        max_length=500,
        help_text=PUBLIC,
        error_messages={"required": _("Say what was promised.")},
    )
    due_at = LocalDateTime(label=_("By when"), error_messages={"required": _("Say by when.")})

    def __init__(self, data: QueryDict | None = None, *, case: Case, around: Surroundings) -> None:
        super().__init__(data, case=case, around=around)
        self.initial["due_at"] = around.usual_due


class PromiseStepForm(StepForm):
    """A step on one of the promises of the case."""

    promise = forms.ModelChoiceField(queryset=Promise.objects.none(), widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, case: Case, around: Surroundings) -> None:
        super().__init__(data, case=case, around=around)
        self.fields["promise"].queryset = Promise.objects.filter(case=case)  # type: ignore[attr-defined]
        if "due_at" in self.fields:
            self.initial["due_at"] = around.usual_due

    def about(self, promise: Promise) -> None:
        """Tell the forms of several promises on one page apart."""
        self.initial["promise"] = promise.pk
        self.auto_id = f"{self.auto_id.removesuffix('-%s')}-{promise.pk}-%s"  # type: ignore[union-attr]
        for name, errors in self.errors.items():
            if name in self.fields:
                errors.field_id = self[name].auto_id  # type: ignore[attr-defined]


class KeepPromiseForm(PromiseStepForm):
    """Saying that it is kept needs no words."""


class MovePromiseForm(PromiseStepForm):
    due_at = LocalDateTime(label=_("The new time"), error_messages={"required": _("Say by when.")})
    reason = words(
        _("What you agreed with the customer"),
        rows=2,
        error_messages={"required": _("Say what you agreed with the customer.")},
    )


class WithdrawPromiseForm(PromiseStepForm):
    reason = words(
        _("Why it will not be kept"),
        rows=2,
        help_text=_("A promise whose time is over counts as not kept."),
        error_messages={"required": _("Say why the promise will not be kept.")},
    )


def _answer_field(question: dict[str, Any], language: str) -> forms.Field:
    label, kind = guides.words(question["labels"], language), question["kind"]
    if kind == QuestionKind.YES_NO:
        return forms.TypedChoiceField(
            label=label,
            choices=[("yes", _("yes")), ("no", _("no"))],
            coerce=lambda value: value == "yes",
            empty_value=None,
            widget=forms.RadioSelect,
            required=False,
        )
    if kind == QuestionKind.NUMBER:
        return forms.FloatField(label=label, required=False, widget=forms.NumberInput(attrs={"step": "any"}))
    if kind == QuestionKind.CHOICE:
        return forms.ChoiceField(label=label, choices=[("", "–"), *guides.options(question, language)], required=False)
    return forms.CharField(label=label, required=False, max_length=guides.ANSWER_LIMIT)


def _instant(text: Any) -> datetime | None:
    try:
        at = parse_datetime(str(text or ""))
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def _clock(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), pgettext("date format: weekday, day, time", "D j M H:i")) if at else ""


def _named(case: Case) -> str:
    name = case.contact.display_name if case.contact else case.response.respondent_name or gettext("Anonymous answer")
    return gettext("%(name)s, score %(score)d, %(state)s") % {
        "name": name,
        "score": case.response.score,
        "state": case.get_state_display(),
    }
