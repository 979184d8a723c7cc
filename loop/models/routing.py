"""Who looks after which account, and who takes a case when nobody does?"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Sharing(models.TextChoices):
    """How a team that a rule names shares its cases."""

    QUEUE = "queue", _("waits in the queue")
    ROUND_ROBIN = "round_robin", _("each in turn")
    LEAST_LOADED = "least_loaded", _("whoever has the fewest open cases")


class AccountOwner(models.Model):
    """The salesperson responsible for an account. It lives here because `feedback` knows no staff."""

    account = models.OneToOneField("feedback.Account", on_delete=models.PROTECT, related_name="ownership")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="owned_accounts")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account_id} -> {self.user_id}"


class AssignmentRule(models.Model):
    """Applies when the account has no owner. The first matching rule, by position, wins; empty conditions match all."""

    position = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    segment = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)
    survey = models.ForeignKey("feedback.Survey", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    touchpoint = models.SlugField(max_length=50, blank=True)
    language = models.CharField(max_length=10, blank=True)
    min_score = models.PositiveSmallIntegerField(null=True, blank=True)
    max_score = models.PositiveSmallIntegerField(null=True, blank=True)
    min_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    max_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey("loop.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sharing = models.CharField(max_length=20, choices=Sharing.choices, default=Sharing.QUEUE)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, team=None) | Q(user=None, team__isnull=False),
                name="rule_names_a_person_or_a_team",
            ),
            models.CheckConstraint(condition=Q(sharing__in=Sharing.values), name="rule_sharing_is_known"),
            models.CheckConstraint(
                condition=Q(min_score=None) | Q(max_score=None) | Q(min_score__lte=F("max_score")),
                name="rule_scores_in_order",
            ),
            models.CheckConstraint(
                condition=Q(min_value=None) | Q(max_value=None) | Q(min_value__lte=F("max_value")),
                name="rule_values_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"


class Turn(models.Model):
    """Whose turn it was last in a team. Its row is locked while a case is given out, so that two get two people."""

    team = models.OneToOneField("loop.Team", on_delete=models.CASCADE, related_name="turn")
    last = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.team_id}: {self.last_id}"


class ConflictPolicy(models.Model):
    """When does a case go to the lead instead of to whoever looks after the account? One row; none means these."""

    owner_named = models.BooleanField(default=True, help_text="The answer names the account's owner.")
    second_within_days = models.PositiveSmallIntegerField(
        default=30, help_text="A second unhappy person at an account of the same owner within so many days; 0: never."
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="conflict_policy_is_one")]

    def __str__(self) -> str:
        return f"named {self.owner_named}, second within {self.second_within_days} days"
