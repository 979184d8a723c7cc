"""people/ and teams/: who works with Loop, in which teams? Never how they sign in."""

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from rest_framework import serializers

from loop import access, sight
from loop.api.caller import Caller
from loop.api.fields import Choice, Instant, Text
from loop.api.filters import QueryFlag
from loop.api.listing import Listing, ListQuery
from loop.models import Case, Role, SavedView, Team, User
from loop.models.case_query import OPEN_STATES


class PersonQuery(ListQuery):
    role = Choice(Role.choices, required=False)
    team = Text(max_length=200, required=False, help_text="The name of a team.")
    is_active = QueryFlag(required=False, help_text="Whether they can sign in.")


class PersonLine(serializers.Serializer[User]):
    """One of ours."""

    id = serializers.IntegerField()
    email = serializers.CharField()
    name = serializers.CharField()
    name_for_customers = serializers.CharField(help_text="How customers read about them. Empty: the name.")
    role = serializers.ChoiceField(Role.choices)
    is_active = serializers.BooleanField(help_text="Nobody is deleted: who left is not active.")
    teams = serializers.SerializerMethodField()
    language = serializers.CharField()
    time_zone = serializers.CharField()
    joined_at = Instant()
    invited_at = Instant(allow_null=True)
    away_until = serializers.DateField(allow_null=True)
    stand_in = serializers.CharField(source="stand_in.email", allow_null=True, default=None)

    def get_teams(self, person: User) -> list[str]:
        return [team.name for team in person.teams.all()]


def _people(_caller: Caller) -> QuerySet[User]:
    teams = Prefetch("teams", Team.objects.order_by("name"))
    return User.objects.select_related("stand_in").prefetch_related(teams)


PEOPLE = Listing(
    address="people",
    one="person",
    many="people",
    summary="List our people",
    description="In the browser administrators. Their working hours stand at `people/{email}/working-hours/`.",
    rows=_people,
    line=PersonLine,
    place="<line:email>",
    key="email__iexact",
    people=access.may_manage,
    query=PersonQuery,
    narrows={"role": "role", "team": "teams__name", "is_active": "is_active"},
    example={
        "id": 3,
        "email": "anna@example.com",
        "name": "Anna Berg",
        "name_for_customers": "Anna",
        "role": "agent",
        "is_active": True,
        "teams": ["North"],
        "language": "sv",
        "time_zone": "Europe/Stockholm",
        "joined_at": "2026-01-12T08:00:00Z",
        "invited_at": "2026-01-12T08:00:00Z",
        "away_until": None,
        "stand_in": None,
    },
)


class TeamLine(serializers.Serializer[Team]):
    """A team, who is in it, and how much waits there."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    is_fallback = serializers.BooleanField(help_text="Takes the cases nobody else is responsible for.")
    calendar = serializers.CharField(
        source="calendar.name", allow_null=True, default=None, help_text="null: the calendar of the policy."
    )
    members = serializers.SerializerMethodField()
    leads = serializers.SerializerMethodField()
    open_cases = serializers.IntegerField()
    has_lead = serializers.BooleanField(help_text="Whether somebody leads it now, or stands in for its lead.")

    def get_members(self, team: Team) -> list[str]:
        return [person.email for person in team.members.all()]

    def get_leads(self, team: Team) -> list[str]:
        return [person.email for person in team.members.all() if person.role == Role.LEAD]


def _teams(_caller: Caller) -> QuerySet[Team]:
    waiting = Case.objects.filter(team=OuterRef("pk"), state__in=OPEN_STATES).order_by()
    number = waiting.values("team").annotate(n=Count("pk")).values("n")
    active = Prefetch("members", User.objects.filter(is_active=True).order_by("email"))
    leaderless = sight.teams_without_lead().filter(pk=OuterRef("pk"))
    return (
        Team.objects.select_related("calendar")
        .prefetch_related(active)
        .annotate(open_cases=Coalesce(Subquery(number), 0), has_lead=~Exists(leaderless))
    )


TEAMS = Listing(
    address="teams",
    one="team",
    many="teams",
    summary="List teams",
    description="With the people in them who can sign in. In the browser administrators.",
    rows=_teams,
    line=TeamLine,
    people=access.may_manage,
    example={
        "id": 1,
        "name": "North",
        "is_fallback": True,
        "calendar": None,
        "members": ["anna@example.com", "lars@example.com"],
        "leads": ["lars@example.com"],
        "open_cases": 12,
        "has_lead": True,
    },
)


class SavedViewLine(serializers.Serializer[SavedView]):
    """A list of cases that somebody comes back to."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    query = serializers.CharField(help_text="What stands after the question mark of the inbox's address.")
    is_start = serializers.BooleanField()
    created_at = Instant()


def _views(caller: Caller) -> QuerySet[SavedView]:
    return SavedView.objects.filter(user=caller.person) if caller.person else SavedView.objects.none()


SAVED_VIEWS = Listing(
    address="me/views",
    one="saved_view",
    many="saved_views",
    summary="List the views you keep",
    description="Nobody's but their owner's: a key has none.",
    rows=_views,
    line=SavedViewLine,
    place="<int:view_id>",
    example={
        "id": 2,
        "name": "Late",
        "query": "tab=mine&due=overdue",
        "is_start": False,
        "created_at": "2026-10-01T07:00:00Z",
    },
)
