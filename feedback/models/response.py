"""What did a customer answer, and what had they answered before they corrected it?"""

from datetime import datetime

from django.db import models
from django.db.models import Q


class Category(models.TextChoices):
    DETRACTOR = "detractor", "detractor"
    PASSIVE = "passive", "passive"
    PROMOTER = "promoter", "promoter"


CATEGORY_FITS_SCORE = (
    Q(category=Category.DETRACTOR, score__gte=0, score__lte=6)
    | Q(category=Category.PASSIVE, score__gte=7, score__lte=8)
    | Q(category=Category.PROMOTER, score__gte=9, score__lte=10)
)


LEFT_A_NAME = ~Q(respondent_name="") | ~Q(respondent_email="")


class ResponseQuerySet(models.QuerySet["Response"]):
    def counted(self) -> "ResponseQuerySet":
        """Without answers that turned out to be a machine's."""
        return self.filter(retracted_at=None)


class Response(models.Model):
    """The answer that stands. Written by `feedback.responses.record_response` only."""

    survey = models.ForeignKey("feedback.Survey", on_delete=models.PROTECT, related_name="responses")
    contact = models.ForeignKey(
        "feedback.Contact",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="responses",
        db_index=False,  # `response_by_contact` begins with it
        help_text="Empty for anonymous answers, such as those of an imported file without names.",
    )
    invitation = models.OneToOneField(
        "feedback.Invitation", on_delete=models.PROTECT, null=True, blank=True, related_name="response"
    )
    score = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=10, choices=Category.choices)
    comment = models.TextField(blank=True)
    wants_callback = models.BooleanField(default=False)
    wants_someone_else = models.BooleanField(
        default=False, help_text="They asked for somebody other than their usual contact."
    )
    phone = models.CharField(max_length=50, blank=True, help_text="Where this respondent asked to be called.")
    respondent_name = models.CharField(
        max_length=100,
        blank=True,
        help_text="What somebody without an invitation said their name was. Nobody's contact.",
    )
    respondent_email = models.CharField(max_length=254, blank=True, help_text="Where they asked to be written to.")
    language = models.CharField(max_length=10, blank=True)
    source = models.CharField(max_length=100)
    external_id = models.CharField(max_length=200, blank=True)
    responded_at = models.DateTimeField()
    received_at = models.DateTimeField()
    revised_at = models.DateTimeField(null=True, blank=True)
    retracted_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When it turned out to be a machine's: it counts nowhere unless a person answers.",
    )
    by_person = models.BooleanField(
        default=False,
        db_default=False,
        help_text="There is a trace of the person who gave it: what left none does not change it.",
    )
    is_late = models.BooleanField(
        default=False, db_default=False, help_text="It came after the survey, or its link, had closed."
    )
    triaged_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was decided whether this answer, as it stands, needs a case."
    )

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=CATEGORY_FITS_SCORE, name="response_category_fits_score"),
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="response_once_per_source"
            ),
        ]
        indexes = [
            models.Index(fields=["responded_at", "survey"], name="response_by_time"),  # reports by period
            models.Index(fields=["contact", "responded_at"], name="response_by_contact"),  # score history, recovery
            models.Index(fields=["received_at"], condition=Q(triaged_at=None), name="response_untriaged"),  # the sweep
            models.Index(fields=["id"], condition=LEFT_A_NAME, name="response_with_a_name"),  # few; searched for names
        ]

    def __str__(self) -> str:
        return f"response {self.pk}: {self.score}"

    @property
    def is_detractor(self) -> bool:
        return self.category == Category.DETRACTOR

    @property
    def stands_since(self) -> datetime:
        """Since when it has said what it says now."""
        return self.revised_at or self.received_at


class ResponseRevision(models.Model):
    """What an answer said before its respondent corrected it. Rows are only ever added."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="revisions")
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    wants_callback = models.BooleanField(default=False)
    phone = models.CharField(max_length=50, blank=True)
    by_person = models.BooleanField(default=False, db_default=False)
    stood_from = models.DateTimeField()
    replaced_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"revision {self.pk} of response {self.response_id}: {self.score}"
