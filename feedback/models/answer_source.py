"""Which survey tools tell us of answers, and what has arrived from them?"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .edited import Edited


class SourceKind(models.TextChoices):
    TYPEFORM = "typeform", "Typeform"
    SURVEY_MONKEY = "surveymonkey", "SurveyMonkey"
    DELIGHTED = "delighted", "Delighted"
    ASK_NICELY = "asknicely", "AskNicely"
    SURVICATE = "survicate", "Survicate"
    WOOTRIC = "wootric", "Wootric (InMoment)"
    HUBSPOT = "hubspot", "HubSpot"
    STANDARD = "standard", "Standard Webhooks"
    ANY_JSON = "json", _("any JSON")


class AnswerSource(Edited):
    """One address that a survey tool calls. Its secrets lie here sealed; written by `answer_sources.setting_up`."""

    kind = models.CharField(max_length=20, choices=SourceKind.choices)
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=40, unique=True)  # in its address
    survey = models.ForeignKey("feedback.Survey", on_delete=models.PROTECT, related_name="answer_sources")
    secret = models.TextField()
    secret_before = models.TextField(blank=True)
    secret_before_until = models.DateTimeField(null=True, blank=True)  # until then both count
    api_base = models.CharField(max_length=200, blank=True, help_text="Where what was said is fetched.")
    api_token = models.TextField(blank=True)  # sealed
    only_survey = models.CharField(max_length=100, blank=True, help_text="The tool's id of the survey to take.")
    score_question = models.CharField(max_length=100, blank=True, help_text="The tool's id of the question.")
    comment_question = models.CharField(max_length=100, blank=True, help_text="The tool's id of the question.")
    mapping = models.JSONField(default=dict, blank=True, help_text="Of any JSON: each field with its JSON Pointer.")
    is_active = models.BooleanField(default=True)
    refused_count = models.PositiveIntegerField(default=0, help_text="Calls that were not believed.")
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_why = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SourceKind.values), name="answer_source_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def source(self) -> str:
        """What its answers say they came by."""
        return f"webhook:{self.kind}:{self.pk}"

    @property
    def scale(self) -> tuple[int, int]:
        return self.survey.scale

    @property
    def zone(self) -> ZoneInfo:
        """Of times without an offset."""
        return ZoneInfo(settings.TIME_ZONE)


class ArrivalState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", _("taken")
    IGNORED = "ignored", _("left alone")
    REFUSED = "refused", _("not readable")
    FAILED = "failed", _("given up")


class ArrivedQuerySet(models.QuerySet["ArrivedAnswer"]):
    def due(self, now: datetime) -> "ArrivedQuerySet":
        return self.filter(state=ArrivalState.WAITING, try_after__lte=now)


class ArrivedAnswer(models.Model):
    """One answer as a tool told it. `event` is unique for its source: the same told again is not stored again."""

    source = models.ForeignKey(AnswerSource, on_delete=models.PROTECT, related_name="arrivals")
    event = models.CharField(max_length=100)
    nth = models.PositiveSmallIntegerField(default=0)  # of several answers in one call
    body = models.BinaryField()  # as it came
    headers = models.JSONField(default=dict)  # without what proves the sender
    arrived_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True, blank=True, help_text="When its body was deleted.")

    state = models.CharField(max_length=10, choices=ArrivalState.choices, default=ArrivalState.WAITING)
    why = models.CharField(max_length=30, blank=True)  # a key of `answer_sources.reasons.WORDS`
    detail = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    try_after = models.DateTimeField()  # also the end of a lease
    finished_at = models.DateTimeField(null=True, blank=True)

    external_id = models.CharField(max_length=200, blank=True)  # of the answer, once it was read
    aspect = models.CharField(max_length=100, blank=True)  # the part of it that was told
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when the answer said this; the newer counts."
    )
    response = models.ForeignKey(
        "feedback.Response", on_delete=models.PROTECT, null=True, blank=True, related_name="arrivals"
    )

    objects = ArrivedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "event"], name="arrived_answer_once"),
            models.CheckConstraint(condition=Q(state__in=ArrivalState.values), name="arrived_answer_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=ArrivalState.WAITING) | Q(finished_at__isnull=False),
                name="arrived_answer_finished_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["try_after"], condition=Q(state="waiting"), name="arrived_answer_due"),
            models.Index(fields=["source", "external_id"], name="arrived_answer_by_answer"),  # which is newest
            models.Index(fields=["arrived_at"], condition=Q(forgotten_at=None), name="arrived_answer_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.event[:30]} of source {self.source_id} ({self.state})"
