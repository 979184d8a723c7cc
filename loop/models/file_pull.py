"""Which files are fetched by the clock, from where and when, and what became of each time?"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.models.edited import Edited
from loop.models.file_import import FileImport, ImportKind


class PullPlace(models.TextChoices):
    ADDRESS = "address", _("an address on the web")
    FOLDER = "folder", _("a folder of this server")


class PullSignIn(models.TextChoices):
    NONE = "", _("nothing")
    TOKEN = "token", _("a token")
    BASIC = "basic", _("a name and a password")


class PullRhythm(models.TextChoices):
    HOURLY = "hourly", _("every hour")
    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every week")


class PullOutcome(models.TextChoices):
    UNDER_WAY = "under way", _("being imported")
    IMPORTED = "imported", _("imported")
    UNCHANGED = "unchanged", _("no new file")
    NOTHING_NEW = "nothing new", _("nothing new in it")
    WAITS = "waits", _("waits for your word")
    FAILED = "failed", _("failed")
    GIVEN_UP = "given up", _("given up by somebody")


class FilePull(Edited):
    """A file that is fetched again and again. `due_at` is the intent: it moves on with what became of the time before.

    Pages call it a regular file.
    """

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=ImportKind.choices)
    survey = models.ForeignKey("feedback.Survey", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    choices = models.JSONField(default=dict, help_text="How its files are read; as of FileImport.")
    place = models.CharField(max_length=10, choices=PullPlace.choices)
    url = models.CharField(max_length=1000, blank=True)
    sign_in = models.CharField(max_length=10, choices=PullSignIn.choices, blank=True)
    username = models.CharField(max_length=200, blank=True)
    secret = models.TextField(blank=True, help_text="The token or password, sealed.")
    path = models.CharField(max_length=300, blank=True, help_text="Below PULL_FOLDER; its last part may be a pattern.")
    rhythm = models.CharField(max_length=10, choices=PullRhythm.choices)
    hour = models.PositiveSmallIntegerField(default=6, help_text="Of the day in TIME_ZONE.")
    weekday = models.PositiveSmallIntegerField(default=0, help_text="0 is Monday.")
    is_active = models.BooleanField(default=True)
    set_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", help_text="In whose name files come in."
    )
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # who wants it now, out of its turn
    since = models.DateTimeField(help_text="Files of before were read otherwise, and say nothing about what is known.")
    etag = models.CharField(max_length=300, blank=True, help_text="What the server calls the file that came last.")
    modified = models.CharField(max_length=100, blank=True, help_text="When it changed, in the server's words.")
    runner = models.CharField(max_length=32, blank=True, help_text="Which run fetches it, or fetched it last.")
    claimed_until = models.DateTimeField(null=True, blank=True, help_text="Until then no other run takes it.")
    tries = models.PositiveSmallIntegerField(default=0, help_text="Runs in a row that said nothing of what became.")
    failures = models.PositiveSmallIntegerField(default=0, help_text="Times in a row that brought nothing in.")
    failing_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=ImportKind.ANSWERS, survey__isnull=False)
                | Q(kind=ImportKind.CUSTOMERS, survey__isnull=True),
                name="pull_of_answers_has_a_survey",
            ),
            models.CheckConstraint(
                condition=(Q(place=PullPlace.ADDRESS, path="") & ~Q(url=""))
                | (Q(place=PullPlace.FOLDER, url="", sign_in="", secret="") & ~Q(path="")),
                name="pull_has_one_place",
            ),
            models.CheckConstraint(condition=Q(hour__lt=24, weekday__lt=7), name="pull_time_exists"),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since=None) | Q(failures__gt=0, failing_since__isnull=False),
                name="pull_failing_has_its_time",
            ),
        ]
        indexes = [
            # read by pulls.fetching: which are due
            models.Index(fields=["due_at"], condition=Q(is_active=True), name="pull_due"),
        ]

    def __str__(self) -> str:
        return f"pull {self.pk}: {self.name}"


class FilePullRun(models.Model):
    """One time a file was fetched, committed with the import it was handed to."""

    pull = models.ForeignKey(FilePull, on_delete=models.CASCADE, related_name="runs")
    at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # empty: the clock
    outcome = models.CharField(max_length=12, choices=PullOutcome.choices)
    filename = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the file that was taken.")
    file_import = models.OneToOneField(
        FileImport, on_delete=models.PROTECT, null=True, blank=True, related_name="pull_run"
    )
    problem = models.CharField(max_length=500, blank=True, help_text="Why it failed, or waits.")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=PullOutcome.values), name="pull_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(outcome=PullOutcome.UNDER_WAY, ended_at=None)
                | (~Q(outcome=PullOutcome.UNDER_WAY) & Q(ended_at__isnull=False)),
                name="pull_run_end_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=[PullOutcome.FAILED, PullOutcome.WAITS]) | ~Q(problem=""),
                name="pull_run_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["pull", "-at"], name="pull_story"),
            # read by pulls.following: what somebody must go on with
            models.Index(fields=["id"], condition=Q(outcome__in=["under way", "waits"]), name="pull_not_over"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} of pull {self.pull_id}"
