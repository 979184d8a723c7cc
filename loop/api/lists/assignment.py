"""assignment-rules/ and assignment/conflicts/: whose is a case when nobody looks after the account, or not them?"""

from typing import Any

from rest_framework import serializers

from loop import access, conflicts
from loop.api.caller import Caller
from loop.api.filters import QueryFlag
from loop.api.listing import Listing, ListQuery
from loop.api.single import Single
from loop.models import AssignmentRule, ConflictPolicy, Sharing


class RuleQuery(ListQuery):
    is_active = QueryFlag(required=False)


class RuleLine(serializers.Serializer[AssignmentRule]):
    """A rule; the first that fits, by position, decides. Empty conditions fit all."""

    id = serializers.IntegerField()
    position = serializers.IntegerField()
    name = serializers.CharField()
    is_active = serializers.BooleanField()
    segment = serializers.CharField()
    country = serializers.CharField()
    survey = serializers.CharField(source="survey.key", allow_null=True, default=None)
    touchpoint = serializers.CharField()
    language = serializers.CharField()
    min_score = serializers.IntegerField(allow_null=True)
    max_score = serializers.IntegerField(allow_null=True)
    min_value = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    max_value = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    owner = serializers.CharField(source="user.email", allow_null=True, default=None)
    team = serializers.CharField(source="team.name", allow_null=True, default=None)
    sharing = serializers.ChoiceField(Sharing.choices, help_text="How the team shares what the rule gives it.")


ASSIGNMENT_RULES = Listing(
    address="assignment-rules",
    one="assignment_rule",
    many="assignment_rules",
    summary="List the rules of assignment",
    description="They are asked by `position`. In the browser administrators.",
    rows=lambda _caller: AssignmentRule.objects.select_related("survey", "user", "team"),
    line=RuleLine,
    place="<int:rule_id>",
    people=access.may_manage,
    query=RuleQuery,
    narrows={"is_active": "is_active"},
    example={
        "id": 2,
        "position": 1,
        "name": "Sweden",
        "is_active": True,
        "segment": "",
        "country": "SE",
        "survey": None,
        "touchpoint": "",
        "language": "",
        "min_score": None,
        "max_score": None,
        "min_value": None,
        "max_value": None,
        "owner": None,
        "team": "North",
        "sharing": "round_robin",
    },
)


class Conflicts(serializers.Serializer[ConflictPolicy]):
    """When a case goes to the lead instead of to whoever looks after the account."""

    owner_named = serializers.BooleanField(help_text="The answer names the account's owner.")
    second_within_days = serializers.IntegerField(
        help_text="A second unhappy person at an account of the same owner within so many days; 0: never."
    )


def _policy(_caller: Caller) -> Any:
    return conflicts.policy()


CONFLICTS = Single(
    address="assignment/conflicts",
    name="conflict_policy",
    summary="When the lead takes the first look",
    read=_policy,
    answer=Conflicts,
    people=access.may_manage,
    example={"owner_named": True, "second_within_days": 30},
)
