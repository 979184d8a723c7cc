"""Which files were brought in by the page, by whom, how far are they, and what became of them?"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ImportKind(models.TextChoices):
    ANSWERS = "answers", _("answers")
    CUSTOMERS = "customers", _("customers and owners")


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("being looked through")
    CHECKED = "checked", _("waits for your word")
    RUNNING = "running", _("being imported")
    STOPPED = "stopped", _("stopped")
    DONE = "done", _("imported")
    FAILED = "failed", _("failed")
    DISCARDED = "discarded", _("discarded")


WORKED_ON = (ImportState.UPLOADED, ImportState.RUNNING)
WAITING = (ImportState.UPLOADED, ImportState.CHECKED, ImportState.STOPPED)
ENDED = (ImportState.DONE, ImportState.FAILED, ImportState.DISCARDED)

#: Which state may follow which; `loop.imports.steps.move` is the only one that changes it.
NEXT: dict[str, frozenset[str]] = {
    ImportState.UPLOADED: frozenset({ImportState.CHECKED, ImportState.FAILED, ImportState.DISCARDED}),
    ImportState.CHECKED: frozenset({ImportState.UPLOADED, ImportState.RUNNING, ImportState.DISCARDED}),
    ImportState.RUNNING: frozenset({ImportState.STOPPED, ImportState.DONE, ImportState.FAILED}),
    ImportState.STOPPED: frozenset({ImportState.RUNNING, ImportState.DISCARDED}),
    ImportState.DONE: frozenset(),
    ImportState.FAILED: frozenset(),
    ImportState.DISCARDED: frozenset(),
}


class FileImport(models.Model):
    """One file, from its upload to its end. Nothing of its contents stands here, only counts and names of columns."""

    kind = models.CharField(max_length=10, choices=ImportKind.choices)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    version = models.PositiveIntegerField(default=1, help_text="Raised by each step of a person or key.")
    filename = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    stored_as = models.CharField(max_length=43, unique=True, help_text="Names its files in the folder of imports.")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    survey = models.ForeignKey("feedback.Survey", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    choices = models.JSONField(default=dict, help_text="What a person decided instead of what was recognised.")
    found = models.JSONField(default=dict, help_text="What was recognised, and what importing it would do.")
    rows = models.PositiveIntegerField(null=True, blank=True, help_text="Below the header.")
    position = models.PositiveIntegerField(default=0, help_text="Rows that are through; committed with them.")
    counts = models.JSONField(default=dict, help_text="What became of the rows that are through.")
    result_size = models.PositiveBigIntegerField(default=0, help_text="Bytes of the result file that hold.")
    runner = models.CharField(max_length=32, blank=True, help_text="Which run works on it, or worked on it last.")
    claimed_until = models.DateTimeField(null=True, blank=True, help_text="Until then no other run takes it.")
    tries = models.PositiveSmallIntegerField(default=0, help_text="Runs in a row that got nowhere.")
    problem = models.CharField(max_length=500, blank=True, help_text="Why it failed.")
    leaves_nothing = models.BooleanField(
        default=False, help_text="Somebody was erased while it ran: its result is not kept."
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    files_gone_at = models.DateTimeField(null=True, blank=True, help_text="When its files were deleted.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_is_known"),
            models.CheckConstraint(
                condition=Q(kind=ImportKind.ANSWERS, survey__isnull=False)
                | Q(kind=ImportKind.CUSTOMERS, survey__isnull=True),
                name="import_of_answers_has_a_survey",
            ),
            models.CheckConstraint(condition=Q(rows=None) | Q(position__lte=F("rows")), name="import_not_past_its_end"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, finished_at__isnull=False) | (~Q(state__in=ENDED) & Q(finished_at=None)),
                name="import_end_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=ImportState.FAILED) | ~Q(problem=""), name="import_failed_says_why"
            ),
        ]
        indexes = [
            # read by imports.work: what somebody must go on with
            models.Index(fields=["id"], condition=Q(state__in=WORKED_ON), name="import_worked_on"),
        ]

    def __str__(self) -> str:
        return f"import {self.pk}: {self.state}"


class FileImportEventQuerySet(models.QuerySet["FileImportEvent"]):
    def of_loop(self) -> "FileImportEventQuerySet":
        """What neither a person nor another system did."""
        return self.filter(actor=None, via="")

    def let_go(self) -> "FileImportEventQuerySet":
        """That Loop itself gave a file up which could still have come in: a newer one came, or data was erased."""
        return self.of_loop().filter(state=ImportState.DISCARDED, reason__gt="")


class FileImportEvent(models.Model):
    """One change of an import's state, committed with it; without actor and `via` Loop itself made it."""

    file_import = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="events")
    state = models.CharField(max_length=10, choices=ImportState.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    via = models.CharField(max_length=100, blank=True, help_text="Which key of another system did it.")
    reason = models.CharField(max_length=500, blank=True)

    objects = FileImportEventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["file_import", "at"], name="import_story")]

    def __str__(self) -> str:
        return f"{self.state} of import {self.file_import_id}"
