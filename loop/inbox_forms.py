"""What may somebody choose and fill in on the inbox? Its filters, and what several cases need at once."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from feedback.models import Account, Survey
from feedback.models.response import Category
from loop import access
from loop.forms import GoesTo
from loop.inbox_filters import GROUP_NAMES, YEARS
from loop.models import Role, Team, User

NO_LONGER_THERE = _("is no longer there, or no longer yours to see")


class _One(forms.ModelChoiceField):
    """One of those the reader may choose among."""

    def __init__(self, label: Any, model: type[Any], nothing: Any) -> None:
        super().__init__(
            required=False,
            label=label,
            queryset=model.objects.none(),
            empty_label=nothing,
            error_messages={"invalid_choice": NO_LONGER_THERE},
        )
        self.nothing = nothing

    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "display_name", "") or obj.name)


def _can_be_asked(day: date) -> None:
    if day.year not in YEARS:
        raise forms.ValidationError(_("is no date"))


def _day(label: Any) -> forms.DateField:
    error = {"invalid": _("is no date")}
    return forms.DateField(
        required=False, label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"], error_messages=error, validators=[_can_be_asked],
    )  # fmt: skip


class InboxFilterForm(forms.Form):
    """The filters of the inbox, all of them in the address; what is not on offer is passed over, and that is said."""

    q = forms.CharField(required=False, max_length=200, label=_("Search"))
    due = forms.ChoiceField(
        required=False,
        label=_("Due"),
        choices=[("", _("any time")), *GROUP_NAMES.items()],
        error_messages={"invalid_choice": _("is not one of the choices")},
    )
    category = forms.ChoiceField(
        required=False,
        label=_("Score"),
        choices=[
            ("", _("any score")),
            (Category.DETRACTOR, _("0–6, detractor")),
            (Category.PASSIVE, _("7–8, passive")),
            (Category.PROMOTER, _("9–10, promoter")),
        ],
        error_messages={"invalid_choice": _("is not one of the choices")},
    )
    team = _One(_("Team"), Team, _("any team"))
    owner = _One(_("Owner"), User, _("anybody"))
    survey = _One(_("Survey"), Survey, _("any survey"))
    segment = forms.CharField(required=False, max_length=100, label=_("Segment"))
    opened_from = _day(_("Opened from"))
    opened_to = _day(_("Opened until"))
    escalated = forms.BooleanField(required=False, label=_("Escalated only"))
    callback = forms.BooleanField(required=False, label=_("Wants a call only"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, user: User) -> None:
        super().__init__({key: value.replace("\x00", "") for key, value in (data or {}).items()}, auto_id="filter-%s")
        offered: dict[str, QuerySet[Any]] = {
            "team": access.choosable_teams(user).order_by("name"),
            "owner": access.choosable_owners(user).order_by("name", "email"),
            "survey": Survey.objects.order_by("name"),
        }
        for name, rows in offered.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        if user.role == Role.AGENT:  # every case an agent sees is their own, or nobody's
            del self.fields["owner"]

    def clean_segment(self) -> str:
        segment = str(self.cleaned_data["segment"])
        if segment and not Account.objects.filter(segment=segment).exists():
            raise forms.ValidationError(NO_LONGER_THERE)
        return segment

    def offer_segments(self) -> None:
        """Make the segment a choice among those there are; costs a query."""
        known = Account.objects.exclude(segment="").order_by("segment").values_list("segment", flat=True).distinct()
        choices = [("", _("any segment")), *((name, name) for name in known)]
        self.fields["segment"].widget = forms.Select(choices=choices)

    def chosen(self) -> dict[str, str]:
        """The valid filters as they stand in an address, in the order of the form."""
        self.is_valid()
        return {
            name: str(self.data[name]).strip()
            for name in self.fields
            if self.cleaned_data.get(name) and str(self.data.get(name, "")).strip()
        }

    def in_words(self) -> list[str]:
        """The filters at work, each in words; what is searched for stands in its own field."""
        self.is_valid()
        words = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if not value or name == "q":
                continue
            if value is True:
                words.append(str(field.label))
                continue
            choices = dict(getattr(field, "choices", ())) if name in ("due", "category") else {}
            shown = field.label_from_instance(value) if isinstance(field, _One) else choices.get(value, value)
            words.append(f"{field.label}: {shown}")
        return words

    def passed_over(self) -> list[str]:
        """What was asked for and cannot be had, each with why."""
        return [f"{self.fields[name].label} {error[0]}" for name, error in self.errors.items() if name in self.fields]


class HandOverForm(GoesTo):
    """Who gets several cases, and why."""

    to = forms.ChoiceField(
        label=_("To"), choices=(), error_messages={"required": _("Choose a person or a team's queue.")}
    )
    reason = forms.CharField(
        label=_("Why"), max_length=300, error_messages={"required": _("Say why this person gets the cases.")}
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="several-%s")
        self.fields["to"].choices = [("", _("choose")), *self.receivers()]  # type: ignore[attr-defined]
