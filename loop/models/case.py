"""What states can a case be in, and how may it move between them?

Transition bodies only set fields. Who may take a step, and the words for refusing it, are in `loop.workflow` and
`loop.access`; the same pairs are guarded again in the database by `loop.guards`.
"""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case as Choose
from django.db.models import F, Q, When
from django_fsm import FSMField, transition

from .case_query import OPEN, OPEN_STATES, CaseQuerySet, Resolution, State

if TYPE_CHECKING:
    from .people import Team, User
    from .root_cause import RootCause


def was_contacted(case: models.Model) -> bool:
    return isinstance(case, Case) and case.contacted_at is not None


def was_never_contacted(case: models.Model) -> bool:
    return isinstance(case, Case) and case.contacted_at is None


class Case(models.Model):
    """One response being followed up."""

    response = models.OneToOneField("feedback.Response", on_delete=models.PROTECT, related_name="case")
    account = models.ForeignKey(
        "feedback.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    contact = models.ForeignKey(
        "feedback.Contact",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        db_index=False,  # `case_of_contact` begins with it
    )
    state = FSMField(default=State.NEW, choices=State.choices, protected=True)
    resolution = models.CharField(max_length=20, choices=Resolution.choices, blank=True)
    version = models.PositiveIntegerField(default=1)

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    team = models.ForeignKey("loop.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    owner_reason = models.CharField(max_length=300, blank=True)
    covers = models.ForeignKey(
        "loop.Absence",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
        help_text="The absence during which its owner was given it; not begun by its end, it goes back.",
    )
    instead_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # `case_taken_past` holds the few that have one
        help_text="Past whom it went to the lead. They see it once it is given to them, and in nobody's place before.",
    )
    wants_someone_else = models.BooleanField(
        default=False, help_text="The customer asked for somebody other than their usual contact."
    )

    opened_by_word = models.CharField(
        max_length=100,
        blank=True,
        db_default="",
        default="",
        help_text="The word of the survey's list that opened it; empty for a low score, or one that asks for a call.",
    )
    opened_at = models.DateTimeField()
    contact_due_at = models.DateTimeField()
    resolve_due_at = models.DateTimeField()
    next_due_at = models.GeneratedField(
        expression=Choose(When(state=State.NEW, then=F("contact_due_at")), default=F("resolve_due_at")),
        output_field=models.DateTimeField(),
        db_persist=True,
        help_text="`due_at` as the database keeps it, for lists: no write can forget it. Read it from queries only.",
    )
    due_reason = models.JSONField(default=dict)
    policy = models.ForeignKey(
        "loop.SlaPolicy",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        help_text="The one that fitted when it was opened. Empty: the default one.",
    )
    calendar = models.ForeignKey(
        "loop.WorkCalendar",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="In whose working hours its times are counted. Empty: the policy's.",
    )
    contacted_at = models.DateTimeField(null=True, blank=True, help_text="First contact; kept when reopened.")
    resolved_at = models.DateTimeField(null=True, blank=True, help_text="First resolution; kept when reopened.")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="The resolution that stands; empty while open.")
    reopened_at = models.DateTimeField(null=True, blank=True, help_text="The latest reopening.")
    customer_confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the customer said themselves that it is solved; emptied when reopened."
    )

    waiting_since = models.DateTimeField(
        null=True, blank=True, help_text="Since when we wait for the customer to answer what we wrote."
    )

    held_until = models.DateTimeField(
        null=True, blank=True, help_text="Until when the customer asked us to wait; empty while we do not."
    )
    resumed_at = models.DateTimeField(
        null=True, blank=True, help_text="From when the staff's clock runs again after the latest hold."
    )

    remind_at = models.DateTimeField(null=True, blank=True)
    remind_level = models.CharField(max_length=30, blank=True)
    remind_round = models.PositiveIntegerField(default=0, help_text="Counts the reminder plans this case has had.")
    leadership_at = models.DateTimeField(
        null=True, blank=True, help_text="When leadership is told of the breach; empty before it, and after."
    )
    next_try_at = models.DateTimeField(null=True, blank=True, help_text="When to try the customer next.")
    next_try_reason = models.CharField(max_length=300, blank=True)
    next_try_remind_at = models.DateTimeField(null=True, blank=True, help_text="Empty once it was reminded of.")
    promise_due_at = models.DateTimeField(
        null=True, blank=True, help_text="When the first of the unkept promises is due; empty when there is none."
    )
    promises_reason = models.TextField(blank=True, help_text="Why it was resolved although a promise was unkept.")
    escalation_level = models.PositiveSmallIntegerField(default=0)
    reopened_count = models.PositiveSmallIntegerField(default=0)

    root_cause = models.ForeignKey(
        "loop.RootCause", on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    summary = models.TextField(blank=True)
    recovery_invitation = models.OneToOneField(
        "feedback.Invitation", on_delete=models.PROTECT, null=True, blank=True, related_name="recovery_case"
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="case_state_is_known"),
            models.CheckConstraint(
                condition=Q(resolution="", closed_at=None) & ~Q(state=State.RESOLVED)
                | Q(
                    state=State.RESOLVED,
                    resolution__in=Resolution.values,
                    closed_at__isnull=False,
                    resolved_at__isnull=False,
                ),
                name="case_resolved_means_how_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.NEW) | Q(contacted_at=None), name="case_new_was_never_contacted"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CONTACTED) | Q(contacted_at__isnull=False), name="case_contacted_has_its_time"
            ),
            models.CheckConstraint(
                condition=~Q(resolution=Resolution.SOLVED)
                | (Q(contacted_at__isnull=False, root_cause__isnull=False) & ~Q(summary="")),
                name="case_solved_says_why_and_what",
            ),
            models.CheckConstraint(
                condition=~Q(resolution=Resolution.NOT_REACHED) | Q(contacted_at=None), name="case_not_reached_was_not"
            ),
            models.CheckConstraint(
                condition=Q(customer_confirmed_at=None) | Q(resolution=Resolution.SOLVED),
                name="case_confirmed_was_solved",
            ),
            models.CheckConstraint(
                condition=Q(contact_due_at__gte=F("opened_at")) & Q(resolve_due_at__gte=F("contact_due_at")),
                name="case_due_times_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.RESOLVED) | Q(remind_at=None, leadership_at=None, held_until=None),
                name="case_resolved_is_not_reminded",
            ),
            models.CheckConstraint(
                condition=Q(held_until=None) | Q(state=State.CONTACTED), name="case_held_was_contacted"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.RESOLVED) | Q(next_try_at=None, next_try_remind_at=None),
                name="case_resolved_has_no_next_try",
            ),
        ]
        indexes = [
            # the inbox: somebody's open cases by what is due first
            models.Index(fields=["owner", "next_due_at", "id"], condition=OPEN, name="case_inbox"),
            models.Index(fields=["team", "next_due_at", "id"], condition=OPEN, name="case_team_inbox"),
            models.Index(fields=["next_due_at", "id"], condition=OPEN, name="case_open_by_due"),
            models.Index(fields=["-closed_at", "-id"], condition=Q(state="resolved"), name="case_closed_latest"),
            models.Index(fields=["opened_at"], name="case_opened"),  # reports by period
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="case_due_reminder"),
            models.Index(
                fields=["leadership_at"], condition=Q(leadership_at__isnull=False), name="case_due_leadership"
            ),
            models.Index(fields=["held_until"], condition=Q(held_until__isnull=False), name="case_held"),
            models.Index(
                fields=["next_try_remind_at"], condition=Q(next_try_remind_at__isnull=False), name="case_due_next_try"
            ),
            models.Index(  # the inbox: what was promised, by what is due first
                fields=["promise_due_at"], condition=Q(promise_due_at__isnull=False), name="case_promised"
            ),
            models.Index(  # search: the few whose words no other index covers
                fields=["response"], condition=Q(opened_by_word__gt=""), name="case_opened_by_word"
            ),
            models.Index(  # a lead's sight: what whoever stands in may not see
                fields=["instead_of"], condition=Q(instead_of__isnull=False), name="case_taken_past"
            ),
            models.Index(fields=["contact", "closed_at"], name="case_of_contact"),  # recovery: which cases compare
            models.Index(  # recovery and the page of a case: whom an owner called in between
                fields=["owner", "contacted_at"], condition=Q(contacted_at__isnull=False), name="case_called_by_owner"
            ),
        ]

    # Fields a step may change; `workflow` saves these and no others.
    STEP_FIELDS: ClassVar[tuple[str, ...]] = (
        "state", "resolution", "version", "owner", "team", "owner_reason", "covers", "instead_of", "wants_someone_else",
        "contacted_at", "resolved_at", "closed_at",
        "reopened_at", "contact_due_at", "resolve_due_at", "due_reason", "remind_at", "remind_level", "remind_round",
        "held_until", "resumed_at", "leadership_at",
        "waiting_since", "next_try_at", "next_try_reason", "next_try_remind_at", "promise_due_at", "promises_reason",
        "escalation_level", "reopened_count", "root_cause", "summary", "recovery_invitation", "customer_confirmed_at",
    )  # fmt: skip

    def __str__(self) -> str:
        return f"case {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def due_at(self) -> datetime:
        """The due time that counts now: first contact while new, resolution after that. In queries `next_due_at`."""
        return self.contact_due_at if self.state == State.NEW else self.resolve_due_at

    @property
    def stand_in(self) -> "User | None":
        """Who does the work of the owner on this case while they are away; nobody where it was taken past that one."""
        other = self.owner.stand_in if self.owner is not None else None
        return None if other is None or other.pk == self.instead_of_id else other

    def tries_too_late(self, now: datetime) -> bool:
        """Whether the case will be overdue when the planned try comes; not where it is overdue already."""
        return self.is_open and self.next_try_at is not None and now < self.due_at < self.next_try_at

    @property
    def clock_start(self) -> datetime:
        """From when the present due time is counted: opening, first contact, the latest reopening or end of a hold."""
        started = self.opened_at if self.state == State.NEW else self.contacted_at or self.opened_at
        resumed = self.resumed_at if self.state == State.CONTACTED else None
        return max(at for at in (started, self.reopened_at, resumed) if at is not None)

    @transition(field=state, source=[State.NEW, State.CONTACTED], target=None)
    def assign(self, *, owner: "User | None", team: "Team | None", reason: str) -> None:
        self.owner, self.team, self.owner_reason, self.covers = owner, team, reason, None
        if owner is not None and owner.pk == self.instead_of_id:
            self.instead_of = None  # the lead has looked and gives it to its usual contact after all

    @transition(field=state, source=[State.NEW, State.CONTACTED], target=None)
    def attempt(self, *, waits_since: datetime | None = None, keeps_try_after: datetime | None = None) -> None:
        """An attempt that reached nobody, and the next try that had been planned.

        Args:
            waits_since: when the customer was written to and is to answer.
            keeps_try_after: a try planned for later than this stays planned: the attempt was another one.
        """
        self.waiting_since = waits_since or self.waiting_since
        if self.next_try_at is None or keeps_try_after is None or self.next_try_at <= keeps_try_after:
            self._try_later(None)

    @transition(field=state, source=[State.NEW, State.CONTACTED], target=State.CONTACTED)
    def mark_contacted(self, *, now: datetime) -> None:
        """An attempt that reached the customer. The first time is kept."""
        self.contacted_at = self.contacted_at or now
        self.waiting_since = None
        self._try_later(None)

    @transition(field=state, source=[State.NEW, State.CONTACTED], target=None)
    def plan_next(self, *, at: datetime | None, reason: str) -> None:
        self._try_later(at, reason)

    @transition(field=state, source=State.CONTACTED, target=None)
    def hold(self, *, until: datetime) -> None:
        """The customer asked us to wait; what waits for their answer waits no more."""
        self.held_until = self.resumed_at = until
        self.waiting_since = None

    @transition(field=state, source=State.CONTACTED, target=None)
    def resume(self, *, now: datetime) -> None:
        """The wait is over."""
        self.held_until, self.resumed_at = None, now

    @transition(field=state, source=[State.NEW, State.CONTACTED], target=None)
    def promise(self) -> None:
        """Something was promised to the customer."""

    @transition(field=state, source=[State.NEW, State.CONTACTED, State.RESOLVED], target=None)
    def keep_promise(self) -> None:
        """A promise may outlive its case."""

    @transition(field=state, source=[State.NEW, State.CONTACTED, State.RESOLVED], target=None)
    def move_promise(self) -> None:
        """Another time was agreed with the customer."""

    @transition(field=state, source=[State.NEW, State.CONTACTED, State.RESOLVED], target=None)
    def withdraw_promise(self) -> None:
        """It will not be kept."""

    @transition(field=state, source=[State.NEW, State.CONTACTED], target=None)
    def escalate(self) -> None:
        self.escalation_level += 1

    @transition(field=state, source=[State.NEW, State.CONTACTED, State.RESOLVED], target=None)
    def note(self) -> None:
        """Words on the timeline; allowed on resolved cases too."""

    @transition(field=state, source=State.CONTACTED, target=State.RESOLVED, conditions=[was_contacted])
    def resolve(self, *, root_cause: "RootCause", summary: str, now: datetime) -> None:
        self.resolution, self.root_cause, self.summary = Resolution.SOLVED, root_cause, summary
        self._close(now)

    @transition(field=state, source=State.NEW, target=State.RESOLVED, conditions=[was_never_contacted])
    def close_unreached(self, *, now: datetime) -> None:
        self.resolution = Resolution.NOT_REACHED
        self._close(now)

    @transition(field=state, source=[State.NEW, State.CONTACTED], target=State.RESOLVED)
    def withdraw(self, *, now: datetime) -> None:
        self.resolution = Resolution.WITHDRAWN
        self._close(now)

    @transition(field=state, source=State.RESOLVED, target=State.CONTACTED, conditions=[was_contacted])
    def reopen_contacted(self, *, now: datetime) -> None:
        self._open_again(now)

    @transition(field=state, source=State.RESOLVED, target=State.NEW, conditions=[was_never_contacted])
    def reopen_new(self, *, now: datetime) -> None:
        self._open_again(now)

    def _close(self, now: datetime) -> None:
        self.closed_at = now
        self.resolved_at = self.resolved_at or now
        self.remind_at, self.remind_level, self.leadership_at = None, "", None
        self.waiting_since = self.held_until = None
        self._try_later(None)

    def _try_later(self, at: datetime | None, reason: str = "") -> None:
        self.next_try_at = self.next_try_remind_at = at
        self.next_try_reason = reason

    def _open_again(self, now: datetime) -> None:
        self.resolution, self.closed_at, self.reopened_at = "", None, now
        self.promises_reason = ""
        self.customer_confirmed_at = None
        self.reopened_count += 1
