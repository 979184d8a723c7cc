"""The outbox: what was or will be sent, to whom, by which channel, and what became of it?"""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.models import AskBy
from notifications.kind_words import KIND_WORDS


class MessageState(models.TextChoices):
    PENDING = "pending", _("waiting")
    SENDING = "sending", _("being sent")
    UNCERTAIN = "uncertain", _("perhaps sent")  # a customer's mail whose sender died: repeated once, later
    SENT = "sent", _("sent")
    CANCELLED = "cancelled", _("not needed any more")
    DEAD = "dead", _("failed for good")


WAITING = (MessageState.PENDING, MessageState.UNCERTAIN)


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, now: datetime) -> "MessageQuerySet":
        """What may leave now, without what a sender has put aside for itself."""
        is_free = Q(lease_until=None) | Q(lease_until__lte=now)
        return self.filter(is_free, state__in=WAITING, send_after__lte=now)

    def stuck(self, now: datetime) -> "MessageQuerySet":
        """Claimed by a sender that did not come back before its lease ran out."""
        return self.filter(state=MessageState.SENDING, lease_until__lt=now)


class _WhatLeaves(models.Manager["Message"]):
    """Messages that leave Loop by some channel; notices stay inside."""

    def get_queryset(self) -> MessageQuerySet:
        return MessageQuerySet(self.model, using=self._db).exclude(channel=Message.IN_APP)


class _Notices(models.Manager["Message"]):
    """Messages that are read inside Loop, behind the bell of the header."""

    def get_queryset(self) -> MessageQuerySet:
        return MessageQuerySet(self.model, using=self._db).filter(channel=Message.IN_APP)


class Message(models.Model):
    """One kind, one recipient, one channel. `key` is unique and says why the message exists."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=20, default="email")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    contact = models.ForeignKey(
        "feedback.Contact", on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    case = models.ForeignKey("loop.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    event = models.ForeignKey(
        "loop.CaseEvent", on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    invitation = models.ForeignKey(
        "feedback.Invitation", on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    wave = models.ForeignKey(
        "feedback.Wave", on_delete=models.PROTECT, null=True, blank=True, related_name="messages", db_index=False
    )
    case_mail = models.ForeignKey(
        "loop.CaseMail", on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )  # what somebody wrote to the customer of a case
    thanks = models.ForeignKey("loop.Thanks", on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    team = models.ForeignKey(
        "loop.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="messages", db_index=False
    )  # in whose chat it is said
    address = models.ForeignKey(
        "notifications.StaffAddress", on_delete=models.SET_NULL, null=True, blank=True, related_name="messages"
    )  # where one of ours is told otherwise than by e-mail
    subscription = models.ForeignKey(
        "notifications.ReportSubscription", on_delete=models.SET_NULL, null=True, blank=True, related_name="messages"
    )  # a report somebody wants by mail
    message_id = models.UUIDField(default=uuid.uuid4, editable=False)  # the same in every repeat of the same mail

    to = models.CharField(max_length=320, blank=True)
    language = models.CharField(max_length=10, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    body_html = models.TextField(blank=True)

    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.PENDING)
    send_after = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)  # of a notice

    #: What leaves; the outbox, its page and its figures are about these alone.
    objects = _WhatLeaves.from_queryset(MessageQuerySet)()
    notices = _Notices.from_queryset(MessageQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="message_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=MessageState.SENT) | Q(sent_at__isnull=False), name="message_sent_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, contact=None, team=None)
                | Q(user=None, contact__isnull=False, team=None)
                | Q(user=None, contact=None, team__isnull=False),
                name="message_has_one_recipient",
            ),
        ]
        indexes = [
            # read by delivery: what may leave now
            models.Index(fields=["send_after"], condition=Q(state__in=["pending", "uncertain"]), name="message_due"),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="message_leased"),
            models.Index(fields=["user", "-id"], condition=Q(channel="in_app"), name="message_notices"),  # the bell
            models.Index(fields=["created_at"], name="message_created"),  # the outbox page, retention
        ]

    SURVEY_REMINDER: ClassVar[str] = "survey_reminder"
    IN_APP: ClassVar[str] = "in_app"
    CHANNEL_TEST: ClassVar[str] = "channel_test"  # to see whether a chat or a telephone is reached
    SURVEY_TEST: ClassVar[str] = "survey_test"  # to whoever writes a survey, put into words when it was asked for
    CUSTOMER_BOUNCED: ClassVar[str] = "customer_bounced"
    CUSTOMER_MAIL: ClassVar[str] = "customer_mail"  # written by a person, about a case
    CUSTOMER_THANKS: ClassVar[str] = "customer_thanks"
    DIGEST: ClassVar[str] = "digest"
    CUSTOMER_KINDS: ClassVar[tuple[str, ...]] = ("survey_invitation", SURVEY_REMINDER, "recovery_invitation")

    def __str__(self) -> str:
        return f"{self.kind} to {self.to or 'nobody yet'} ({self.state})"

    @property
    def kind_in_words(self) -> str:
        """What such a message is about; of a kind there is no more, its name."""
        return str(KIND_WORDS.get(self.kind, self.kind))

    @property
    def channel_in_words(self) -> str:
        return str(dict(AskBy.choices).get(self.channel, self.channel))

    @property
    def error_in_words(self) -> str:
        """Why it was not sent, or not at once, in the language of who reads it."""
        from notifications import reason_words  # it reads loop, whose receivers read this module

        return reason_words.in_words(self.error, of_thanks=self.thanks_id is not None)

    @property
    def is_to_customer(self) -> bool:
        """Whether a customer reads it: of such a mail a second one is worse than a late one."""
        return self.contact_id is not None

    @property
    def asks(self) -> bool:
        """Whether it puts a question to a customer."""
        return self.kind in self.CUSTOMER_KINDS

    @property
    def reminds(self) -> bool:
        """Whether it is the second mail about an invitation."""
        return self.kind == self.SURVEY_REMINDER
