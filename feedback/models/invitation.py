"""Who was asked what, when, and with which link?"""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from .ask_by import AskBy
from .wave import WaveState

OF_NO_WAVE_OR_ONE_THAT_MAY_LEAVE = Q(wave=None) | Q(
    wave__state=WaveState.SENDING, wave__scheduled_at__isnull=False, wave__announced_at__isnull=False
)
UNANSWERED = Q(response=None) | Q(response__retracted_at__isnull=False)

#: Ways to ask that no mail of ours leaves for: a link somebody handed over, the widget in a product, a link in the
#: company's own mails. Nobody knows how many saw the last two, so they have answers but no rate.
LINK, WIDGET, EMBEDDED = "link", "widget", "embedded"
HANDED_OVER = frozenset({LINK, WIDGET, EMBEDDED})
WITHOUT_RATE = frozenset({WIDGET, EMBEDDED})


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def due(self, now: datetime) -> "InvitationQuerySet":
        """Invitations that should have left by `now` and have neither left nor been cancelled.

        Those of a wave wait until everybody in it has a time and the owners were told, and while it is paused.
        """
        return self.filter(OF_NO_WAVE_OR_ONE_THAT_MAY_LEAVE, sent_at=None, cancelled_at=None, due_at__lte=now)

    def to_remind(self, now: datetime) -> "InvitationQuerySet":
        """Invitations that left long enough ago without an answer, and whose contact has not been reminded."""
        return self.filter(
            OF_NO_WAVE_OR_ONE_THAT_MAY_LEAVE,
            UNANSWERED,
            sent_at__isnull=False,
            bounced_at=None,
            cancelled_at=None,
            reminded_at=None,
            remind_at__lte=now,
            expires_at__gt=now,
        )

    def unanswered(self) -> "InvitationQuerySet":
        """Those without an answer that counts."""
        return self.filter(UNANSWERED)


class Invitation(models.Model):
    """One contact asked once. Only the hash of its token is stored; see `feedback.tokens`."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    survey = models.ForeignKey("feedback.Survey", on_delete=models.PROTECT, related_name="invitations")
    # No index of its own: `invitation_of_contact` begins with it.
    contact = models.ForeignKey(
        "feedback.Contact", on_delete=models.PROTECT, related_name="invitations", db_index=False
    )
    token_hash = models.CharField(max_length=64, unique=True)
    # No index of its own: `invitation_once_a_wave` begins with it.
    wave = models.ForeignKey(
        "feedback.Wave", on_delete=models.PROTECT, null=True, blank=True, related_name="invitations", db_index=False
    )
    channel = models.CharField(max_length=20, default=AskBy.EMAIL)
    # No index of its own: `invitation_by_link` holds the few rows that have one.
    link = models.ForeignKey(
        "feedback.SurveyLink",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        db_index=False,
        help_text="The standing link this contact answered by.",
    )
    made_by = models.CharField(max_length=254, blank=True, help_text="Who made a personal link.")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True, help_text="When to remind, with the same link.")
    reminded_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=100, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "contact"], condition=Q(wave__isnull=False), name="invitation_once_a_wave"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancel_reason="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="invitation_cancelled_with_reason",
            ),
        ]
        indexes = [
            # read by notifications.announce.enqueue_invitations
            models.Index(fields=["due_at"], condition=Q(sent_at=None, cancelled_at=None), name="invitation_waiting"),
            # read by feedback.sampling: who was asked lately, who is about to be
            models.Index(fields=["contact", "sent_at"], name="invitation_of_contact"),
            models.Index(
                fields=["remind_at"],
                condition=Q(remind_at__isnull=False, reminded_at=None, cancelled_at=None),
                name="invitation_to_remind",
            ),
            models.Index(fields=["link", "contact"], condition=Q(link__isnull=False), name="invitation_by_link"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
