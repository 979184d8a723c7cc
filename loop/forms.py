"""What may somebody fill in on the staff pages? Plain forms: they check shapes, the workflow decides.

Every form of a step carries the `version` of the case its reader saw: nobody overwrites what they have not read.
"""

from itertools import groupby
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from loop.models import Case, Role, Team, User
from loop.surroundings import Surroundings


class SignInForm(AuthenticationForm):
    """Sign-in by e-mail address, in any mix of capitals."""

    username = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )
    error_messages = {
        "invalid_login": _("This address and password do not go together. Both are checked letter by letter, "
                           "only capitals in the address do not matter."),
        "inactive": _("This person can no longer sign in. Ask your administrator."),
    }  # fmt: skip


class StepForm(forms.Form):
    """A step without anything to fill in; the others build on it."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, case: Case, around: Surroundings) -> None:
        # Several forms share a page, so their ids say whose they are.
        whose = type(self).__name__.removesuffix("Form").lower()
        super().__init__(data, initial={"version": case.version}, auto_id=f"{whose}-%s")

    def refresh(self, typed: QueryDict) -> None:
        """Let what was typed stand for things beside the case as they are now."""


def words(label: Any, *, rows: int = 3, **kwargs: Any) -> forms.CharField:
    """A field for several lines of text; the workflow limits its length."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


def _with_absence(person: User) -> str:
    """A name to choose, which says before a case is given away that nobody would be there to take it up."""
    if person.away_until is None:
        return person.display_name
    if person.stand_in is None:
        return str(_("%(name)s (away, nobody stands in)") % {"name": person.display_name})
    told = {"name": person.display_name, "who": person.stand_in.display_name}
    return str(_("%(name)s (away, %(who)s stands in)") % told)


class GoesTo(forms.Form):
    """A field `to` that names who gets a case: a person, or the queue of a team."""

    @staticmethod
    def receivers() -> list[tuple[Any, list[tuple[str, Any]]]]:
        """Who can get a case, by team: its queue first, then its people. A team without anybody takes nothing."""
        people = (
            User.objects.filter(is_active=True, role__in=(Role.AGENT, Role.LEAD))
            .order_by("teams__name", "name", "email")
            .select_related("stand_in")
            .annotate(team_id=F("teams__pk"), team_name=F("teams__name"))
        )
        groups = []
        for (team, team_name), members in groupby(people, key=lambda person: (person.team_id, person.team_name)):
            queue = [(f"team-{team}", _("queue of %(team)s") % {"team": team_name})] if team else []
            here = [(f"person-{person.pk}-{team or ''}", _with_absence(person)) for person in members]
            groups.append((team_name or _("No team"), queue + here))
        return groups

    def receiver(self) -> dict[str, Any]:
        """Whom the case goes to, as the workflow takes it. Only for a valid form."""
        kind, *numbers = self.cleaned_data["to"].split("-")
        if kind == "team":
            return {"owner": None, "team": Team.objects.get(pk=numbers[0])}
        person, team = numbers
        return {"owner": User.objects.get(pk=person), "team": Team.objects.get(pk=team) if team else None}


class SomeoneElseForm(StepForm):
    """The button says it all; the reason is a sentence of its own."""


class AssignForm(GoesTo, StepForm):
    to = forms.ChoiceField(
        label=_("To"), choices=(), error_messages={"required": _("Choose a person or a team's queue.")}
    )
    reason = forms.CharField(
        label=_("Why"), max_length=300, error_messages={"required": _("Say why this person gets the case.")}
    )
    note = words(_("A word to whoever gets it"), rows=2, required=False)

    def __init__(self, data: QueryDict | None = None, *, case: Case, around: Surroundings) -> None:
        super().__init__(data, case=case, around=around)
        self.fields["to"].choices = [("", _("choose")), *self.receivers()]  # type: ignore[attr-defined]


class TakeForm(StepForm):
    """Claiming needs no words: the timeline says who did."""


class EscalateForm(StepForm):
    reason = words(
        _("What do you need from your lead?"), rows=2, error_messages={"required": _("Say why the case is escalated.")}
    )


class CloseUnreachedForm(StepForm):
    reason = words(_("Anything worth knowing"), rows=2, required=False)


class WithdrawForm(StepForm):
    reason = words(
        _("Why it should not be followed up"),
        rows=2,
        help_text=_("For example a corrected score, a test, a duplicate, or somebody who left the company."),
        error_messages={"required": _("Say why the case is withdrawn.")},
    )


class ReopenForm(StepForm):
    reason = words(_("Why it is not solved"), rows=2, error_messages={"required": _("Say why the case is reopened.")})


class NoteForm(StepForm):
    note = words(_("Note"), rows=2, error_messages={"required": _("The note is empty.")})
