"""What do we ask, on which scale, in which words?"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .edited import Edited


class SurveyKind(models.TextChoices):
    RELATIONAL = "relational", _("relational")
    TRANSACTIONAL = "transactional", _("transactional")
    PRODUCT = "product", _("product")
    RECOVERY = "recovery", _("recovery")  # asking again after resolution: never part of the programme's NPS


class Survey(Edited):
    """One set of questions. The scale is a property of the survey: 0-10 and 1-10 never share a figure."""

    key = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=SurveyKind.choices)
    scale_min = models.PositiveSmallIntegerField(default=0)
    scale_max = models.PositiveSmallIntegerField(default=10)
    is_active = models.BooleanField(default=True)
    sender_name = models.CharField(max_length=100, blank=True, help_text="Empty: the name of the company.")
    closes_at = models.DateTimeField(
        null=True, blank=True, help_text="After this answers are not changed, and new ones are late."
    )
    open_days = models.PositiveSmallIntegerField(
        default=60,
        db_default=60,
        help_text="So long after its mail a link is open; a wave says it itself. What comes later is marked as late.",
    )
    removed_version = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="The highest version of words that were removed: a language that comes back goes on above it.",
    )
    remind_after_days = models.PositiveSmallIntegerField(
        default=0, help_text="Reminds those asked outside a wave; a wave says it itself. 0: no reminder."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scale_min__in=[0, 1], scale_max=10), name="survey_scale_is_known"),
            models.CheckConstraint(condition=Q(kind__in=SurveyKind.values), name="survey_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def scale(self) -> tuple[int, int]:
        return self.scale_min, self.scale_max

    @property
    def in_programme(self) -> bool:
        """Whether its answers count in NPS. Recovery surveys ask people picked for being unhappy: theirs do not."""
        return self.kind != SurveyKind.RECOVERY


class SurveyWording(Edited):
    """The words of a survey in one language. `{company}` in them becomes the sender's name."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="wordings")
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    introduction = models.TextField(blank=True)
    question = models.TextField()
    low_label = models.CharField(max_length=100)
    high_label = models.CharField(max_length=100)
    follow_up_promoter = models.TextField(help_text="Asked of 9-10.")
    follow_up_other = models.TextField(help_text="Asked of 0-8.")
    thanks = models.TextField()
    who_reads = models.TextField(blank=True, help_text="Says who reads the answer and what it is used for.")
    reminder_subject = models.CharField(max_length=200, blank=True, help_text="Empty: the subject again.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "language"], name="wording_one_per_language"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}/{self.language}"
