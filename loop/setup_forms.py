"""What may be filled in about people, teams, absences and rules? Plain forms; the doors decide."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback import sending_times
from feedback.models import Survey
from loop import access
from loop.models import Absence, AssignmentRule, Role, Team, User, WorkCalendar
from loop.models.routing import Sharing

# Django's own words for it speak of a "slug".
NOT_A_TOUCHPOINT = _("Write the touchpoint as other systems do: letters, digits, - and _, such as ticket_closed.")


def receivers(*, queues: bool) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Who can take something, by team: the team itself first, then its people; each person once."""
    people = (
        User.objects.filter(is_active=True, role__in=(Role.AGENT, Role.LEAD))
        .order_by("teams__name", "name", "email")
        .values_list("teams__pk", "teams__name", "pk", "name", "email")
    )
    groups, seen = [], set()
    for (team, team_name), members in groupby(people, key=lambda row: row[:2]):
        here: list[tuple[str, Any]] = (
            [(f"team-{team}", _("team %(team)s") % {"team": team_name})] if team and queues else []
        )
        for _team, _name, pk, name, email in members:
            if pk not in seen:
                here.append((f"person-{pk}", name or email))
                seen.add(pk)
        groups.append((team_name or _("No team"), here))
    return groups


def chosen_receiver(said: str) -> tuple[User | None, Team | None]:
    """The person or the team behind a choice of `receivers`."""
    kind, _dash, number = said.partition("-")
    if kind == "team":
        return None, Team.objects.get(pk=number)
    return (User.objects.get(pk=number), None) if kind == "person" else (None, None)


class OwnSettingsForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, data: QueryDict | None = None, *, user: User | None = None) -> None:
        initial = {name: getattr(user, name) for name in self.base_fields if hasattr(user, name)} if user else None
        super().__init__(data, initial=initial)
        # Each language by its own name: somebody who cannot read the page still finds theirs.
        own_names = {"en": "English", "sv": "Svenska", "nb": "Norsk bokmål", "da": "Dansk", "fi": "Suomi"}
        languages = [(code, own_names.get(code, name)) for code, name in settings.LANGUAGES]
        self.fields["language"].choices = [("", _("as the company")), *languages]  # type: ignore[attr-defined]
        chosen = {user.time_zone} - {""} if user else set()
        zones = [(zone, zone.replace("_", " ")) for zone in sorted({*sending_times.zones(), *chosen})]
        self.fields["time_zone"].choices = [("", _("as the company")), *zones]  # type: ignore[attr-defined]


class PersonForm(OwnSettingsForm):
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"), queryset=Team.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ["name", "email", "role", "teams", "language", "time_zone"]

    def __init__(self, data: QueryDict | None = None, *, user: User | None = None) -> None:
        super().__init__(data, user=user)
        self.fields["teams"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]
        if user is not None:
            self.initial["teams"] = list(user.teams.values_list("pk", flat=True))


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("A team needs a name.")})
    is_fallback = forms.BooleanField(label=_("Takes the cases nobody else is responsible for"), required=False)
    calendar = forms.ModelChoiceField(
        label=_("Working hours"),
        queryset=WorkCalendar.objects.none(),
        required=False,
        empty_label=_("as the policy of a case says"),
        help_text=_("When its people work: deadlines of its new cases are counted in these hours."),
    )
    members = forms.ModelMultipleChoiceField(
        label=_("People"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("People with the role of team lead lead the teams they are in."),
    )

    def __init__(self, data: QueryDict | None = None, *, team: Team | None = None) -> None:
        kept = {"name": team.name, "is_fallback": team.is_fallback, "calendar": team.calendar_id} if team else None
        super().__init__(data, initial=kept)
        self.fields["calendar"].queryset = WorkCalendar.objects.order_by("name")  # type: ignore[attr-defined]
        people = User.objects.filter(is_active=True).order_by("name", "email")
        self.fields["members"].queryset = people  # type: ignore[attr-defined]
        self.fields["members"].label_from_instance = (  # type: ignore[attr-defined]
            lambda user: f"{user.display_name}, {user.get_role_display()}"
        )
        if team is not None and team.pk:
            self.initial["members"] = list(team.members.values_list("pk", flat=True))


class AbsenceForm(forms.Form):
    user = forms.ModelChoiceField(label=_("Who"), queryset=User.objects.none(), empty_label=None)
    starts_on = forms.DateField(
        label=_("First day away"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Last day away"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    substitute = forms.ModelChoiceField(
        label=_("Who stands in"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("nobody: the team's queue and the lead"),
        help_text=_("They see and do your work meanwhile, and are reminded of it."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        people: QuerySet[User],
        own: User,
        absence: Absence | None = None,
    ) -> None:
        kept = ("starts_on", "ends_on", "substitute")
        initial = {name: getattr(absence, name) for name in kept} if absence else {"user": own.pk}
        super().__init__(data, initial=initial, auto_id=f"absence{absence.pk if absence else ''}-%s")
        takers = User.objects.filter(is_active=True).exclude(role=Role.LEADERSHIP).order_by("name", "email")
        for name, queryset in (("user", people.order_by("name", "email")), ("substitute", takers)):
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]
            self.fields[name].label_from_instance = lambda user: user.display_name  # type: ignore[attr-defined]
        if absence is not None:
            del self.fields["user"]


class RuleForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, error_messages={"required": _("Give the rule a name.")})
    receiver = forms.ChoiceField(label=_("Goes to"), error_messages={"required": _("Name a person or a team.")})
    sharing = forms.ChoiceField(label=_("In a team"), choices=Sharing.choices, initial=Sharing.QUEUE, required=False)
    segment = forms.CharField(label=_("Segment"), max_length=100, required=False)
    country = forms.CharField(label=_("Country"), max_length=2, required=False, help_text=_("Two letters, such as SE."))
    language = forms.ChoiceField(label=_("Language of the customer"), required=False)
    survey = forms.ModelChoiceField(
        label=_("Survey"), queryset=Survey.objects.none(), required=False, empty_label=_("any")
    )
    touchpoint = forms.SlugField(
        label=_("Touchpoint"), max_length=50, required=False, error_messages={"invalid": NOT_A_TOUCHPOINT}
    )
    min_score = forms.IntegerField(label=_("Score from"), min_value=0, max_value=10, required=False)
    max_score = forms.IntegerField(label=_("Score up to"), min_value=0, max_value=10, required=False)
    min_value = forms.DecimalField(
        label=_("Account value from"), min_value=0, max_digits=14, decimal_places=2, required=False
    )
    max_value = forms.DecimalField(
        label=_("Account value up to"), min_value=0, max_digits=14, decimal_places=2, required=False
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    CONDITIONS = (
        "segment", "country", "language", "survey", "touchpoint", "min_score", "max_score", "min_value", "max_value"
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, rule: AssignmentRule | None = None) -> None:
        super().__init__(data, initial=self._initial(rule) if rule else None)
        self.fields["receiver"].choices = [("", _("choose")), *receivers(queues=True)]  # type: ignore[attr-defined]
        self.fields["survey"].queryset = Survey.objects.order_by("pk")  # type: ignore[attr-defined]
        self.fields["survey"].label_from_instance = lambda survey: survey.name  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("any")), *settings.LANGUAGES]  # type: ignore[attr-defined]

    @classmethod
    def _initial(cls, rule: AssignmentRule) -> dict[str, Any]:
        receiver = f"person-{rule.user_id}" if rule.user_id else f"team-{rule.team_id}"
        kept = {name: getattr(rule, name) for name in ("name", "sharing", "is_active", *cls.CONDITIONS)}
        return {**kept, "receiver": receiver}

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the door takes it. Only for a valid form."""
        facts = dict(self.cleaned_data)
        facts["user"], facts["team"] = chosen_receiver(facts.pop("receiver"))
        facts["sharing"] = facts["sharing"] or Sharing.QUEUE
        return facts


class ConflictForm(forms.Form):
    owner_named = forms.BooleanField(label=_("The answer names whoever looks after the account"), required=False)
    second_within_days = forms.IntegerField(
        label=_("A second unhappy person at the account within so many days"),
        min_value=0,
        max_value=365,
        help_text=_("0: never. That a customer asks for somebody else always counts."),
    )


class TryForm(forms.Form):
    contact = forms.CharField(
        label=_("Contact"), max_length=254, help_text=_("E-mail, name or customer number of somebody at a customer.")
    )
    score = forms.IntegerField(label=_("Score"), min_value=0, max_value=10, initial=3)
    survey = forms.ModelChoiceField(label=_("Survey"), queryset=Survey.objects.none(), empty_label=None)
    comment = forms.CharField(label=_("Comment"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    touchpoint = forms.SlugField(
        label=_("Touchpoint"), max_length=50, required=False, error_messages={"invalid": NOT_A_TOUCHPOINT}
    )
    wants_someone_else = forms.BooleanField(label=_("Asks for somebody else"), required=False)

    def __init__(self, data: QueryDict | dict[str, Any] | None = None) -> None:
        super().__init__(data)
        self.fields["survey"].queryset = Survey.objects.order_by("pk")  # type: ignore[attr-defined]
        self.fields["survey"].label_from_instance = lambda survey: survey.name  # type: ignore[attr-defined]


class LeavingForm(forms.Form):
    """Where everything goes, the accounts that go elsewhere, and who stands in where the leaver would have."""

    to = forms.ChoiceField(label=_("Everything goes to"), error_messages={"required": _("Name a person or a team.")})

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        leaver: User,
        accounts: Iterable[Any] = (),
        absences: Iterable[Absence] = (),
    ) -> None:
        super().__init__(data)
        who = [
            (group, [choice for choice in choices if choice[0] != f"person-{leaver.pk}"])
            for group, choices in receivers(queues=True)
        ]
        self.fields["to"].choices = [("", _("choose")), *who]  # type: ignore[attr-defined]
        for account in accounts:
            self.fields[f"account-{account.pk}"] = forms.ChoiceField(
                label=account.name, choices=[("", _("with the rest")), *who], required=False
            )
        everybody = [one for one in User.objects.filter(is_active=True).order_by("name", "pk") if access.may_own(one)]
        for absence in absences:
            told = {
                "name": absence.user.display_name,
                "first": date_format(absence.starts_on, gettext("D j M")),
                "last": date_format(absence.ends_on, gettext("D j M")),
            }
            people = [
                (f"person-{one.pk}", one.display_name)
                for one in everybody
                if one.pk not in (leaver.pk, absence.user_id)
            ]
            self.fields[f"absence-{absence.pk}"] = forms.ChoiceField(
                label=_("Stands in for %(name)s, %(first)s to %(last)s") % told,
                choices=[("", _("whoever the rest goes to")), *people],
                required=False,
            )

    @property
    def of_accounts(self) -> list[BoundField]:
        """The fields of accounts that go elsewhere."""
        return [self[name] for name in self.fields if name.startswith("account-")]

    @property
    def of_absences(self) -> list[BoundField]:
        """The fields of absences somebody else must stand in for."""
        return [self[name] for name in self.fields if name.startswith("absence-")]
