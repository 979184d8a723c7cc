"""What may be filled in about the links of a survey, standing ones and personal ones? Plain forms; the doors decide."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from feedback import surveys
from feedback.models import Survey, SurveyLink
from feedback.models.survey_link import LinkKind
from loop.forms import words
from loop.survey_forms import end_of, last_day
from loop.templatetags.asking import language_name


class LinkForm(forms.Form):
    """A standing link, new or known. The fields are those its kind has."""

    name = forms.CharField(label=_("Name"), max_length=100)
    language = forms.ChoiceField(label=_("Language"), required=False)
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("After it the page says that it takes no answers. Empty: until you switch it off."),
    )
    allowed_origins = words(
        _("Sites that may show it"),
        rows=3,
        required=False,
        max_length=5000,
        help_text=_("One a line, such as https://app.example.com. On every other site the frame stays empty."),
    )
    is_active = forms.BooleanField(label=_("Switched on"), required=False)

    def __init__(
        self, data: QueryDict | None = None, *, survey: Survey, kind: str, link: SurveyLink | None = None
    ) -> None:
        super().__init__(data, initial=_initial(link) if link else None, auto_id=f"{kind}-%s")
        spoken = survey.wordings.order_by("pk").values_list("language", flat=True)
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            ("", _("the reader's")),
            *((code, language_name(code)) for code in spoken),
        ]
        self.fields["name"].help_text = _EXAMPLES[LinkKind(kind)]
        if kind in (LinkKind.WIDGET, LinkKind.MAIL):
            del self.fields["language"]  # the contact's
        if kind != LinkKind.WIDGET:
            del self.fields["allowed_origins"]
        if link is None:
            del self.fields["is_active"]

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the doors take it. Only for a valid form."""
        facts = {"language": "", **self.cleaned_data}
        last = facts.pop("expires_on")
        facts["expires_at"] = end_of(last) if last else None
        facts["allowed_origins"] = facts.get("allowed_origins", "").split()
        return facts


_EXAMPLES = {
    LinkKind.OPEN: _("Where it hangs or stands: the poster in the canteen, the last page of the manual."),
    LinkKind.KIOSK: _("Where it stands: the counter in Malmö."),
    LinkKind.WIDGET: _("Which product: the customer portal."),
    LinkKind.MAIL: _("Which mails: our account managers' signatures."),
}


def _initial(link: SurveyLink) -> dict[str, Any]:
    return {
        "name": link.name,
        "language": link.language,
        "expires_on": last_day(link.expires_at),
        "allowed_origins": "\n".join(link.allowed_origins),
        "is_active": link.is_active,
    }


class PersonalLinkForm(forms.Form):
    """Which survey a contact is asked by a link that somebody of ours hands over."""

    survey = forms.ModelChoiceField(label=_("Survey"), queryset=Survey.objects.none(), empty_label=None)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        asked = Survey.objects.filter(kind__in=surveys.KINDS, is_active=True).order_by("pk")
        self.fields["survey"].queryset = asked  # type: ignore[attr-defined]
        self.fields["survey"].label_from_instance = lambda survey: survey.name  # type: ignore[attr-defined]
