"""What happened to a case, line by line? Append-only: it feeds the timeline, the notifications and the reports."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    OPENED = "opened", _("opened")
    ASSIGNED = "assigned", _("assigned")
    ATTEMPT = "attempt", _("contact attempt")
    NEXT_TRY = "next_try", _("next try planned")
    HELD = "held", _("on hold")
    RESUMED = "resumed", _("off hold")
    PROMISED = "promised", _("promised")
    PROMISE_KEPT = "promise_kept", _("promise kept")
    PROMISE_MOVED = "promise_moved", _("promise: another time")
    PROMISE_WITHDRAWN = "promise_withdrawn", _("promise taken back")
    NOTE = "note", _("note")
    ESCALATED = "escalated", _("escalated")
    REMINDER_HALF_TIME = "reminder_half_time", _("reminder: half the time is gone")
    REMINDER_DUE = "reminder_due", _("reminder: due")
    REMINDER_OVERDUE = "reminder_overdue", _("reminder: overdue")
    REMINDER_NEXT_TRY = "reminder_next_try", _("reminder: the next try")
    REMINDER_SNOOZED = "reminder_snoozed", _("reminder: put off until now")
    REMINDER_PROMISE = "reminder_promise", _("reminder: a promise")
    REMINDER_PROMISE_OVERDUE = "reminder_promise_overdue", _("reminder: a promise is overdue")
    RESOLVED = "resolved", _("resolved")
    NOT_REACHED = "not_reached", _("closed as not reached")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REOPENED = "reopened", _("reopened")
    ANSWER_CHANGED = "answer_changed", _("answer changed")
    RECOVERY_PLANNED = "recovery_planned", _("recovery survey planned")
    RECOVERY_CANCELLED = "recovery_cancelled", _("recovery survey cancelled")
    OUTCOME = "outcome", _("outcome")
    MAIL_RECEIVED = "mail_received", _("mail from the customer")
    MAIL_RETURNED = "mail_returned", _("mail that came back")
    CALLBACK_BOOKED = "callback_booked", _("call booked")
    CALLBACK_MOVED = "callback_moved", _("call moved")
    CALLBACK_HANDED_OVER = "callback_handed_over", _("call handed over")
    CALLBACK_CANCELLED = "callback_cancelled", _("call cancelled")
    CALLBACK_REMINDER = "callback_reminder", _("call begins soon")
    CALLBACK_HELD = "callback_held", _("call held")
    CALLBACK_MISSED = "callback_missed", _("call missed")
    CUSTOMER_DONE = "customer_done", _("customer is done answering")
    CUSTOMER_WISH = "customer_wish", _("customer's wish")
    CUSTOMER_OTHER_PERSON = "customer_other_person", _("customer asks for somebody else")
    CUSTOMER_PHONE = "customer_phone", _("customer gave a telephone number")
    CUSTOMER_WROTE = "customer_wrote", _("customer wrote")
    CUSTOMER_DATA_REQUEST = "customer_data_request", _("customer asks about their data")
    CUSTOMER_ASKED_WHY = "customer_asked_why", _("customer was asked why")
    CUSTOMER_CONFIRMED = "customer_confirmed", _("confirmed by the customer")
    CUSTOMER_NOT_SOLVED = "customer_not_solved", _("not solved, says the customer")
    STUDY_DRAWN = "study_drawn", _("order drawn by lot")
    STUDY_ANSWERED = "study_answered", _("answer to a study")
    PASSED_OVER = "passed_over", _("why others were called first")
    CUSTOMER_UNCLEAR = "customer_unclear", _("solved or not: unclear")


#: Reminders of a due time or a planned try.
REMINDERS = (
    EventKind.REMINDER_HALF_TIME,
    EventKind.REMINDER_DUE,
    EventKind.REMINDER_OVERDUE,
    EventKind.REMINDER_NEXT_TRY,
)


class CaseEvent(models.Model):
    """One line of a case's story, committed with the change it tells of. Only `announced_at` may change later."""

    case = models.ForeignKey(
        "loop.Case",
        on_delete=models.PROTECT,
        related_name="events",
        db_index=False,  # `event_story` begins with it
    )
    kind = models.CharField(max_length=30, choices=EventKind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # empty: Loop itself
    data = models.JSONField(default=dict)
    key = models.CharField(max_length=100, null=True, blank=True, unique=True)  # what may happen only once, named
    announced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_is_known"),
        ]
        indexes = [
            models.Index(fields=["case", "at"], name="event_story"),
            # read by notifications.announce: events nobody has been told about yet
            models.Index(fields=["id"], condition=Q(announced_at=None), name="event_unannounced"),
            # read by inbox.news: what has landed in somebody's list since they looked
            models.Index(fields=["at"], condition=Q(kind__in=("opened", "assigned", "reopened")), name="event_landed"),
        ]

    # Of interest to the system rather than to people: the page folds these.
    SYSTEM_NOISE: ClassVar[frozenset[str]] = frozenset(
        {
            EventKind.REMINDER_HALF_TIME,
            EventKind.REMINDER_DUE,
            EventKind.REMINDER_OVERDUE,
            EventKind.REMINDER_NEXT_TRY,
            EventKind.REMINDER_SNOOZED,
            EventKind.REMINDER_PROMISE,
            EventKind.REMINDER_PROMISE_OVERDUE,
            EventKind.CALLBACK_REMINDER,
            EventKind.CUSTOMER_DONE,
        }
    )

    def __str__(self) -> str:
        return f"{self.kind} on case {self.case_id}"
