"""sla-policies/, calendars/, quiet-hours/: by when is a customer called, when do people work, when are they told?"""

from typing import Any

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from loop import access, quiet_hours
from loop.api.caller import Caller
from loop.api.filters import QueryFlag
from loop.api.listing import Listing, ListQuery
from loop.api.single import Single
from loop.models import QuietHours, Role, SlaPolicy, Team, WorkCalendar


class PolicyQuery(ListQuery):
    is_active = QueryFlag(required=False)


class PolicyLine(serializers.Serializer[SlaPolicy]):
    """Targets in working minutes, and for which cases. The first in use that fits holds; the default comes last."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    is_default = serializers.BooleanField()
    is_active = serializers.BooleanField()
    position = serializers.IntegerField()
    segment = serializers.CharField()
    min_score = serializers.IntegerField(allow_null=True)
    max_score = serializers.IntegerField(allow_null=True)
    min_value = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    max_value = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    calendar = serializers.CharField(source="calendar.name")
    contact_minutes = serializers.IntegerField()
    urgent_contact_minutes = serializers.IntegerField()
    urgent_max_score = serializers.IntegerField()
    resolve_minutes = serializers.IntegerField()
    overdue_repeat_minutes = serializers.IntegerField()
    leadership_minutes = serializers.IntegerField(help_text="0: never.")
    fallback = serializers.CharField(
        source="fallback.email", allow_null=True, default=None, help_text="Who is told where nobody else is left."
    )
    attempts_before_unreached = serializers.IntegerField()
    recovery_after_days = serializers.IntegerField()


POLICIES = Listing(
    address="sla-policies",
    one="sla_policy",
    many="sla_policies",
    summary="List the policies that set due times",
    description="In the browser administrators.",
    rows=lambda _caller: SlaPolicy.objects.select_related("calendar", "fallback"),
    line=PolicyLine,
    place="<int:policy_id>",
    people=access.may_manage,
    query=PolicyQuery,
    narrows={"is_active": "is_active"},
    example={
        "id": 1,
        "name": "Standard",
        "is_default": True,
        "is_active": True,
        "position": 0,
        "segment": "",
        "min_score": None,
        "max_score": None,
        "min_value": None,
        "max_value": None,
        "calendar": "Office",
        "contact_minutes": 1080,
        "urgent_contact_minutes": 540,
        "urgent_max_score": 3,
        "resolve_minutes": 5400,
        "overdue_repeat_minutes": 1080,
        "leadership_minutes": 1080,
        "fallback": None,
        "attempts_before_unreached": 3,
        "recovery_after_days": 30,
    },
)


class CalendarLine(serializers.Serializer[WorkCalendar]):
    """When people work. Hours are minutes from local midnight, 1440 is 24:00."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    is_default = serializers.BooleanField()
    time_zone = serializers.CharField()
    country = serializers.CharField(help_text="Whose public holidays are closed. Empty: nobody's.")
    week = serializers.DictField(
        child=serializers.ListField(child=serializers.ListField(child=serializers.IntegerField())),
        help_text="Weekday to intervals; 0 is Monday.",
    )
    closed_days = serializers.ListField(child=serializers.DateField())
    worked_holidays = serializers.ListField(child=serializers.DateField())
    short_days = serializers.DictField(
        child=serializers.ListField(child=serializers.ListField(child=serializers.IntegerField())),
        help_text="Days with hours of their own.",
    )
    pauses = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Closed every year from one day to another.",
    )
    teams = serializers.SerializerMethodField()

    def get_teams(self, calendar: WorkCalendar) -> list[str]:
        """The teams who work by it; all others by the one of the policy."""
        return [team.name for team in calendar.teams.all()]


def _calendars(_caller: Caller) -> QuerySet[WorkCalendar]:
    return WorkCalendar.objects.prefetch_related(Prefetch("teams", Team.objects.order_by("name")))


CALENDARS = Listing(
    address="calendars",
    one="calendar",
    many="calendars",
    summary="List working calendars",
    description="With their closed days. In the browser administrators.",
    rows=_calendars,
    line=CalendarLine,
    people=access.may_manage,
    example={
        "id": 1,
        "name": "Office",
        "is_default": True,
        "time_zone": "Europe/Stockholm",
        "country": "SE",
        "week": {"0": [[480, 1020]], "1": [[480, 1020]]},
        "closed_days": ["2026-12-23"],
        "worked_holidays": [],
        "short_days": {"2026-12-30": [[480, 720]]},
        "pauses": [["07-06", "07-31"]],
        "teams": ["North"],
    },
)


class RoleHours(serializers.Serializer[QuietHours]):
    role = serializers.ChoiceField(Role.choices)
    begins = serializers.IntegerField(help_text="The first hour in which they are told, on their own clock.")
    ends = serializers.IntegerField(help_text="The hour in which they are told nothing more.")
    on_days_off = serializers.BooleanField()
    urgent_anyway = serializers.BooleanField()


class QuietAnswer(serializers.Serializer[Any]):
    results = RoleHours(many=True)


def _quiet(_caller: Caller) -> dict[str, Any]:
    return {"results": [quiet_hours.of_role(role) for role in Role.values]}


QUIET_HOURS = Single(
    address="quiet-hours",
    name="quiet_hours",
    summary="When people of each role are told anything",
    description="Chosen by an administrator, else as the installation says. In the browser administrators.",
    read=_quiet,
    answer=QuietAnswer,
    people=access.may_manage,
    example={
        "results": [{"role": "agent", "begins": 7, "ends": 19, "on_days_off": False, "urgent_anyway": False}],
    },
)
