"""Who is asked in one sending of a survey, and why was each contact asked or not?"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from .ask_by import AskBy


class WaveState(models.TextChoices):
    DRAFT = "draft", _("draft")  # may be changed; who is asked has not been worked out, or no longer fits
    PLANNED = "planned", _("planned")  # who is asked stands; waits for approval
    SENDING = "sending", _("sending")
    PAUSED = "paused", _("paused")
    CLOSED = "closed", _("closed")


class Method(models.TextChoices):
    RANDOM = "random", _("random sample")
    DYNAMIC = "dynamic", _("everybody the filters select")
    WHOLE = "whole", _("the whole base")


class Wave(models.Model):
    """One sending of a survey. `seed` and the rules stored here give the same selection again."""

    survey = models.ForeignKey("feedback.Survey", on_delete=models.PROTECT, related_name="waves")
    name = models.CharField(max_length=200)
    state = FSMField(default=WaveState.DRAFT, choices=WaveState.choices, protected=True)

    method = models.CharField(max_length=10, choices=Method.choices, default=Method.RANDOM)
    share = models.CharField(max_length=20, blank=True, help_text="A fraction of those who may be asked, such as 1/11.")
    count = models.PositiveIntegerField(null=True, blank=True, help_text="So many contacts, instead of a share.")
    strata = models.JSONField(
        default=list,
        blank=True,
        help_text="Attributes each group of which is sampled by itself: segment, size, country.",
    )
    at_least = models.PositiveIntegerField(default=0, help_text="So many from each group, however small its share.")
    filters = models.JSONField(
        default=dict, blank=True, help_text="Attribute to wanted values; see feedback.selection."
    )
    seed = models.BigIntegerField()

    channel = models.CharField(max_length=20, default="email", help_text="By e-mail, or by text message: sms.")
    starts_on = models.DateField(help_text="The first day mails may leave.")
    per_hour = models.PositiveIntegerField(default=500, help_text="At most so many mails an hour.")
    remind_after_days = models.PositiveSmallIntegerField(default=7, help_text="0: no reminder.")
    open_days = models.PositiveSmallIntegerField(default=30, help_text="Answers are taken so long after the mail.")

    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=254, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=254, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True, help_text="When the owners of accounts were told.")
    scheduled_at = models.DateTimeField(
        null=True, blank=True, help_text="When every member had an invitation and a time for it."
    )
    halted_at = models.DateTimeField(null=True, blank=True, help_text="When it last paused itself.")
    halted = models.JSONField(
        default=dict, blank=True, help_text="How much had left and come back then, and which was too much."
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=WaveState.values), name="wave_state_is_known"),
            models.CheckConstraint(condition=Q(method__in=Method.values), name="wave_method_is_known"),
            models.CheckConstraint(
                condition=~Q(method=Method.RANDOM) | ~Q(share="") | Q(count__isnull=False),
                name="wave_sample_has_a_size",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[WaveState.DRAFT, WaveState.PLANNED]) | Q(approved_at__isnull=False),
                name="wave_leaves_when_approved",
            ),
            models.CheckConstraint(condition=Q(channel__in=["email", "sms"]), name="wave_channel_is_known"),
            models.CheckConstraint(condition=Q(per_hour__gt=0), name="wave_leaves_at_some_rate"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.survey_id})"

    @property
    def channel_name(self) -> str:
        """By which way it asks, in words."""
        return str(AskBy(self.channel).label)

    @property
    def may_leave(self) -> bool:
        """Whether its mails may leave now: nobody holds it back, everybody has a time and the owners were told."""
        return self.state == WaveState.SENDING and self.scheduled_at is not None and self.announced_at is not None

    @transition(field=state, source=[WaveState.DRAFT, WaveState.PLANNED], target=WaveState.PLANNED)
    def mark_planned(self) -> None: ...

    @transition(field=state, source=WaveState.PLANNED, target=WaveState.DRAFT)
    def back_to_draft(self) -> None: ...

    @transition(field=state, source=WaveState.PLANNED, target=WaveState.SENDING)
    def approve(self) -> None: ...

    @transition(field=state, source=WaveState.SENDING, target=WaveState.PAUSED)
    def pause(self) -> None: ...

    @transition(field=state, source=WaveState.PAUSED, target=WaveState.SENDING)
    def resume(self) -> None: ...

    @transition(field=state, source=[WaveState.SENDING, WaveState.PAUSED], target=WaveState.CLOSED)
    def close(self) -> None: ...


class WaveMember(models.Model):
    """What was decided about one contact in one wave, and why: "why was this customer not asked?"."""

    # Why somebody is asked.
    DRAWN, SELECTED, EVERYBODY = "drawn", "selected", "everybody"
    IN: ClassVar[frozenset[str]] = frozenset({DRAWN, SELECTED, EVERYBODY})
    # Why not; further ones are registered with `feedback.sampling` by packages above.
    NOT_DRAWN, FILTERED = "not_drawn", "filtered"

    # No index of its own: `wave_member_once` begins with it.
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="members", db_index=False)
    contact = models.ForeignKey("feedback.Contact", on_delete=models.PROTECT, related_name="wave_members")
    asked = models.BooleanField(default=False)
    reason = models.CharField(max_length=30)
    stratum = models.CharField(max_length=200, blank=True)
    draw = models.FloatField(help_text="Uniform in [0, 1), from the wave's seed and the contact's id.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "contact"], name="wave_member_once")]
        indexes = [
            models.Index(fields=["wave", "stratum", "draw"], name="wave_member_draw"),  # drawing the sample
            # scheduling, in the order of the draw
            models.Index(fields=["wave", "draw"], condition=Q(asked=True), name="wave_member_asked"),
        ]

    def __str__(self) -> str:
        return f"contact {self.contact_id} in wave {self.wave_id}: {self.reason}"
