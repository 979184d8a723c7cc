"""Who works with Loop, in which team, with which role, and who is away?"""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    AGENT = "agent", _("account manager")
    LEAD = "lead", _("team lead")
    LEADERSHIP = "leadership", _("leadership")
    ADMIN = "admin", _("administrator")


class Team(models.Model):
    """People who share a queue."""

    name = models.CharField(max_length=200, unique=True)
    is_fallback = models.BooleanField(default=False, help_text="Takes the cases nobody else is responsible for.")
    calendar = models.ForeignKey(
        "loop.WorkCalendar",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="teams",
        help_text="When its people work. Empty: the calendar of the policy.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_fallback"], condition=Q(is_fallback=True), name="team_one_fallback"),
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username or "")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Store a person. Without a password they cannot sign in before they set one."""
        user = self.model(email=self.normalize_email(email).strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{"role": Role.ADMIN, "is_superuser": True, **fields})


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in. People are deactivated, never deleted: their cases keep their story."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.AGENT)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)
    invited_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody last asked that they be mailed the link to choose a password."
    )
    # What the plan of absences comes to right now; written by `loop.absences.settle` alone.
    away_until = models.DateField(null=True, blank=True, help_text="The last day of the absence that is running.")
    stand_in = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stands_in_for",
        help_text="Who sees and does their work meanwhile.",
    )
    covering_people = models.JSONField(
        default=list, blank=True, help_text="Ids of those whose work this person does now."
    )
    covering_teams = models.JSONField(
        default=list, blank=True, help_text="Ids of teams this person leads now in place of a lead who is away."
    )
    name_for_customers = models.CharField(
        max_length=100,
        blank=True,
        help_text="How customers read about them, such as a first name. Empty: the name.",
    )
    working_week = models.JSONField(
        null=True,
        blank=True,
        help_text="Weekday 0-6 to intervals in minutes on their own clock. Empty: as the working calendar.",
    )
    teams = models.ManyToManyField(Team, through="Membership", related_name="members")

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_one_per_address"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_is_known"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def display_name(self) -> str:
        return self.name or self.email

    @property
    def name_told(self) -> str:
        """What customers read: the name this person allows, never their address; may be empty."""
        return self.name_for_customers or self.name

    @property
    def is_staff(self) -> bool:
        """Django's own admin, kept for support, is for administrators."""
        return self.role == Role.ADMIN


class Membership(models.Model):
    """A person in a team. A person with the role of lead leads the teams they are in."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "team"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.team_id}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: date) -> "AbsenceQuerySet":
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Absence(models.Model):
    """Whole days somebody is away, and who sees and does their work meanwhile. Planned by `loop.absences` alone."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day away.")
    substitute = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="substituting")
    handed_back_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When cases the substitute had not begun went back; empty until it is over.",
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} away {self.starts_on} to {self.ends_on}"
