"""What may be filled in about an address for a survey tool? Plain forms; `feedback.answer_sources` decides."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from feedback.answer_sources.any_json import FIELDS
from feedback.answer_sources.pointers import Place
from feedback.answer_sources.setting_up import Facts
from feedback.answer_sources.tools import TOOLS
from feedback.models import AnswerSource, SourceKind, Survey
from feedback.models.survey import SurveyKind
from loop.forms import words

PLAIN = {"autocomplete": "off", "spellcheck": "false"}
LONGEST_BODY = 256 * 1024  # characters, as much as is taken from a tool

#: What a tool calls the secret that it makes, and where it shows it.
SECRETS: dict[str, StrOrPromise] = {
    SourceKind.SURVEY_MONKEY: _("The secret of your app, under Settings of the app."),
    SourceKind.DELIGHTED: _("The private API key of the project, under Integrations, API."),
    SourceKind.SURVICATE: _("The signing secret, under Integrations, Webhooks."),
    SourceKind.HUBSPOT: _("The client secret of the app."),
    SourceKind.STANDARD: _("It begins with whsec_. The sender shows it beside the address it calls."),
}
TOKENS: dict[str, StrOrPromise] = {
    SourceKind.SURVEY_MONKEY: _("The access token of the app; it must be allowed to read responses and surveys."),
    SourceKind.HUBSPOT: _("The access token of the app; it must be allowed to read feedback submissions."),
}
REGIONS: dict[str, StrOrPromise] = {
    "https://api.surveymonkey.com": _("United States"),
    "https://api.eu.surveymonkey.com": _("European Union"),
    "https://api.surveymonkey.ca": _("Canada"),
    "https://api.hubapi.com": "api.hubapi.com",
}
FIELD_WORDS: dict[str, StrOrPromise] = {
    "score": _("Score"),
    "comment": _("Comment"),
    "external_id": _("Number of the answer"),
    "email": _("E-mail"),
    "name": _("Name"),
    "contact_id": _("Number of the person"),
    "account_id": _("Number of the company"),
    "responded_at": _("Time of the answer"),
    "changed_at": _("Time of its last change"),
    "language": _("Language"),
}


def _plain(label: Any, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=100, widget=forms.TextInput(attrs=PLAIN), **kwargs)


def _hidden_words(label: Any, **kwargs: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={**PLAIN, "autocomplete": "new-password"})
    return forms.CharField(label=label, max_length=500, widget=widget, **kwargs)


class SecretForm(forms.Form):
    """A secret that the tool made; where Loop makes it there is nothing to fill in."""

    client_id = forms.CharField(label=_("Client ID of the app"), max_length=200, widget=forms.TextInput(attrs=PLAIN))
    secret = _hidden_words(_("Secret"))

    def __init__(self, data: QueryDict | None = None, *, kind: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if kind != SourceKind.SURVEY_MONKEY:
            del self.fields["client_id"]
        if not TOOLS[kind].makes_secret:
            del self.fields["secret"]
        else:
            self.fields["secret"].help_text = SECRETS[kind]

    def told_secret(self) -> str:
        """The secret as its tool signs with it. Only for a valid form."""
        secret, client = self.cleaned_data.get("secret", ""), self.cleaned_data.get("client_id", "")
        return f"{client.strip()}&{secret.strip()}" if client else secret


class SourceForm(SecretForm):
    """An address for a tool, new or known. The fields are those the tool has."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Which form or project it is."))
    survey = forms.ModelChoiceField(
        label=_("Survey"),
        queryset=Survey.objects.none(),
        empty_label=_("Choose one"),
        help_text=_("Its scale must be the one the question has there. Answers count as answers to it."),
    )
    api_base = forms.ChoiceField(label=_("Where your account is"))
    token = _hidden_words(_("Token for fetching answers"))
    only_survey = _plain(_("Only this survey there"), help_text=_("Its id in the tool. Empty: whichever comes."))
    score_question = _plain(
        _("Question with the score"), help_text=_("Its id in the tool. Empty: the only one that can be it.")
    )
    comment_question = _plain(
        _("Question with the comment"), help_text=_("Its id in the tool. Empty: the first long answer.")
    )
    field_order = ("name", "survey", "client_id", "secret", "api_base", "token", "only_survey", "score_question")

    def __init__(self, data: QueryDict | None = None, *, kind: str, source: AnswerSource | None = None) -> None:
        names = ("name", "survey", "api_base", "only_survey", "score_question", "comment_question")
        initial = {name: getattr(source, name) for name in names} if source is not None else {}
        super().__init__(data, kind=kind, initial=initial)
        tool = TOOLS[kind]
        surveys = Survey.objects.filter(is_active=True).exclude(kind=SurveyKind.RECOVERY).order_by("name")
        self.fields["survey"].queryset = surveys  # type: ignore[attr-defined]
        self.fields["survey"].label_from_instance = _survey_words  # type: ignore[attr-defined]
        self.fields["api_base"].choices = [(host, REGIONS[host]) for host in tool.hosts]  # type: ignore[attr-defined]
        self.fields["token"].help_text = TOKENS.get(kind, "")
        gone = {
            "api_base": not tool.by_id,
            "token": not tool.by_id,
            "only_survey": not tool.has_surveys,
            "score_question": not tool.has_questions,
            "comment_question": not tool.has_questions,
            "client_id": source is not None,
            "secret": source is not None,  # it has a step of its own
        }
        for name in [name for name, is_gone in gone.items() if is_gone and name in self.fields]:
            del self.fields[name]
        if source is not None and tool.by_id:
            self.fields["token"].required = False
            self.fields["token"].help_text = _("Empty: the one there is.")

    def facts(self) -> Facts:
        """What was filled in, as the doors take it. Only for a valid form."""
        data = self.cleaned_data
        optional = ("only_survey", "score_question", "comment_question", "api_base", "token")
        return Facts(name=data["name"], survey=data["survey"], **{name: data.get(name, "") for name in optional})


def _survey_words(survey: Survey) -> str:
    return f"{survey.name} ({survey.scale_min}–{survey.scale_max})"


class BodyForm(forms.Form):
    """A body to look at."""

    body = words(_("What the tool sends"), rows=10, max_length=LONGEST_BODY)

    def __init__(self, data: QueryDict | None = None, *, body: str = "") -> None:
        super().__init__(data, initial={"body": body})
        self.fields["body"].widget.attrs.update(PLAIN)


class MappingForm(BodyForm):
    """For each field the place in the body, chosen by the value that stands there."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        body: str,
        found: Sequence[Place],
        mapping: dict[str, str],
    ) -> None:
        super().__init__(data, body=body)
        there = [(place.pointer, f"{place.pointer} — {_short(place.value)}") for place in found]
        known = {pointer for pointer, _words in there}
        for name in FIELDS:
            kept = mapping.get(name, "")
            # What was chosen by another body stays choosable: this one may just not have it.
            elsewhere = [(kept, kept)] if kept and kept not in known else []
            self.fields[name] = forms.ChoiceField(
                label=FIELD_WORDS[name],
                required=name == "score",
                choices=[("", "—"), *elsewhere, *there],
                initial=kept,
            )

    def mapping(self) -> dict[str, str]:
        """Each field with its place. Only for a valid form."""
        return {name: self.cleaned_data[name] for name in FIELDS if self.cleaned_data.get(name)}


def _short(value: str) -> str:
    value = " ".join(value.split())
    return value if len(value) <= 60 else f"{value[:59]}…"
