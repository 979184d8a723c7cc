"""Every message the product sends: what causes it, who gets it, and what makes it unneeded.

Besides the checks named here, `delivery` asks of every message to staff whether its reader is still the one to tell.
Each kind has its texts in `templates/notifications/email/<kind>.{subject.txt,txt,html}`.
"""

from feedback.models import Invitation
from feedback.models.survey import SurveyKind
from loop.models import CaseEvent
from loop.models.event import EventKind
from notifications import audience, occasions, staleness
from notifications.kind_shapes import (
    BounceKind,
    CaseCustomerKind,
    CaseMailKind,
    CustomerKind,
    FormerOwnerKind,
    MorningKind,
    PersonKind,
    ReportKind,
    StaffKind,
    ThanksKind,
    TrialKind,
    WaveKind,
    WeeklyKind,
)
from notifications.models import Message

OPEN_CASE = (staleness.case_closed, staleness.superseded)
REMINDER = (staleness.case_closed, staleness.stage_over, staleness.put_off, staleness.superseded)
SNOOZED = (staleness.case_closed, staleness.put_off, staleness.superseded)
ANY_CASE = (staleness.superseded,)
CORRECTION = (staleness.case_closed_since, staleness.superseded)
NEXT_TRY = (staleness.case_closed, staleness.next_try_over, staleness.superseded)
PROMISE = (staleness.promise_over, staleness.promise_told_later)
CALL = (staleness.call_changed,)
CALL_AHEAD = (staleness.call_changed, staleness.call_begun)
ASKED = (staleness.invitation_over, staleness.barred)
ORDINARY = frozenset(SurveyKind.values) - {SurveyKind.RECOVERY}

STAFF = (
    StaffKind("case_assigned", on=EventKind.ASSIGNED, to=audience.responsible, stale=OPEN_CASE),
    StaffKind(
        "case_with_lead",
        on=EventKind.ASSIGNED,
        to=audience.usual_contact,
        stale=OPEN_CASE,
        when=occasions.went_to_lead,
        in_sight=False,
    ),
    StaffKind("reminder_half_time", on=EventKind.REMINDER_HALF_TIME, to=audience.responsible, stale=REMINDER),
    StaffKind("reminder_due", on=EventKind.REMINDER_DUE, to=audience.responsible, stale=REMINDER),
    StaffKind("reminder_overdue", on=EventKind.REMINDER_OVERDUE, to=audience.responsible, stale=REMINDER),
    StaffKind("reminder_next_try", on=EventKind.REMINDER_NEXT_TRY, to=audience.responsible, stale=NEXT_TRY),
    StaffKind(
        "reminder_snoozed",
        on=EventKind.REMINDER_SNOOZED,
        to=audience.responsible,
        to_of=audience.who_put_it_off,
        stale=SNOOZED,
    ),
    StaffKind(
        "reminder_promise",
        on=EventKind.REMINDER_PROMISE,
        to=audience.responsible,
        to_of=audience.who_promised,
        stale=PROMISE,
    ),
    StaffKind(
        "reminder_promise_overdue",
        on=EventKind.REMINDER_PROMISE_OVERDUE,
        to=audience.owner_and_leads,
        to_of=audience.who_promised_and_leads,
        stale=PROMISE,
    ),
    StaffKind(
        "case_escalated",
        on=EventKind.ESCALATED,
        to=audience.owner_and_leads,
        stale=OPEN_CASE,
        when=occasions.to_the_lead,
    ),
    StaffKind(
        "case_escalated_above",
        on=EventKind.ESCALATED,
        to=audience.above_leads,
        stale=OPEN_CASE,
        when=occasions.to_leadership,
    ),
    StaffKind("case_reopened", on=EventKind.REOPENED, to=audience.owner_and_leads, stale=OPEN_CASE),
    StaffKind("case_answer_changed", on=EventKind.ANSWER_CHANGED, to=audience.responsible, stale=CORRECTION),
    StaffKind(
        "case_reply",
        on=EventKind.MAIL_RECEIVED,
        to=audience.owner_then_leads,
        stale=(staleness.superseded,),
        when=occasions.somebody_wrote,
    ),
    StaffKind("case_mail_returned", on=EventKind.MAIL_RETURNED, to=audience.responsible, stale=ANY_CASE),
    StaffKind(
        "case_outcome", on=EventKind.OUTCOME, to=audience.responsible, stale=ANY_CASE, when=occasions.customer_answered
    ),
    StaffKind("case_withdrawn", on=EventKind.WITHDRAWN, to=audience.responsible, stale=(), when=occasions.by_slip),
    StaffKind(
        "callback_booked",
        on=EventKind.CALLBACK_BOOKED,
        to=audience.responsible,
        to_of=audience.who_calls,
        stale=CALL,
    ),
    StaffKind(
        "callback_moved",
        on=EventKind.CALLBACK_MOVED,
        to=audience.responsible,
        to_of=audience.who_calls,
        stale=CALL,
    ),
    StaffKind(
        "callback_handed_over",
        on=EventKind.CALLBACK_HANDED_OVER,
        to=audience.responsible,
        to_of=audience.who_calls,
        stale=CALL,
    ),
    StaffKind("callback_cancelled", on=EventKind.CALLBACK_CANCELLED, to=audience.responsible, stale=()),
    StaffKind(
        "callback_reminder",
        on=EventKind.CALLBACK_REMINDER,
        to=audience.responsible,
        to_of=audience.who_calls,
        stale=CALL_AHEAD,
    ),
    StaffKind(
        "callback_missed",
        on=EventKind.CALLBACK_MISSED,
        to=audience.owner_and_leads,
        stale=OPEN_CASE,
        when=occasions.nobody_called,
    ),
    StaffKind("customer_wish", on=EventKind.CUSTOMER_WISH, to=audience.responsible, stale=OPEN_CASE),
    StaffKind("customer_wrote", on=EventKind.CUSTOMER_WROTE, to=audience.owner_then_leads, stale=()),
    StaffKind(
        "customer_data_request",
        on=EventKind.CUSTOMER_DATA_REQUEST,
        to=audience.administrators,
        stale=(),
        when=occasions.asks_about_data,
    ),
    StaffKind("customer_confirmed", on=EventKind.CUSTOMER_CONFIRMED, to=audience.responsible, stale=ANY_CASE),
    StaffKind(
        "customer_not_solved",
        on=EventKind.CUSTOMER_NOT_SOLVED,
        to=audience.owner_and_leads,
        stale=ANY_CASE,
        when=occasions.after_the_two_weeks,
    ),
    StaffKind("customer_unclear", on=EventKind.CUSTOMER_UNCLEAR, to=audience.owner_and_leads, stale=ANY_CASE),
)

#: Told one by one also after an outage: each holds a customer's own words, or a calendar file.
ALONE = frozenset(kind.name for kind in STAFF if kind.name.startswith(("callback_", "customer_")))

#: What is urgent reaches people of a role for whom that is chosen at any hour.
URGENT = frozenset({"case_escalated", "case_escalated_above", "callback_missed", "customer_not_solved"})

#: Asked for by its reader just now, or about the hour that begins, or with a time of its own.
AT_ANY_HOUR = frozenset({"callback_reminder", "person_invited", "survey_test", "digest"})

CALL_GIVEN_UP = FormerOwnerKind("callback_given_up", on=(EventKind.CALLBACK_HANDED_OVER, EventKind.CALLBACK_CANCELLED))

ABOUT_A_CASE = (
    CaseCustomerKind(
        "customer_call_agreed",
        on=(EventKind.CALLBACK_BOOKED, EventKind.CALLBACK_MOVED, EventKind.CALLBACK_HANDED_OVER),
        stale=(staleness.unreachable, *CALL),
    ),
    CaseCustomerKind(
        "customer_call_cancelled", on=(EventKind.CALLBACK_CANCELLED,), stale=(staleness.unreachable, *CALL)
    ),
    CaseCustomerKind(
        "customer_call_reminder", on=(EventKind.CALLBACK_REMINDER,), stale=(staleness.unreachable, *CALL_AHEAD)
    ),
    CaseCustomerKind(
        "customer_call_missed",
        on=(EventKind.CALLBACK_MISSED,),
        stale=(staleness.unreachable, staleness.case_closed, *CALL),
    ),
    CaseCustomerKind(
        "customer_why",
        on=(EventKind.CUSTOMER_ASKED_WHY,),
        stale=(staleness.case_closed, staleness.wants_no_questions, staleness.has_said_why),
    ),
    CaseCustomerKind(
        "customer_solved",
        on=(EventKind.RESOLVED,),
        stale=(staleness.case_open_again, staleness.wants_no_questions),
    ),
    CaseCustomerKind(
        "customer_data_answer",
        on=(EventKind.CUSTOMER_DATA_REQUEST,),
        stale=(staleness.unreachable,),
        when=occasions.answered_about_data,
    ),
)

WAVE_HEADS_UP = WaveKind("wave_heads_up", to=audience.owners_asked, stale=(staleness.wave_closed,))

WAVE_HALTED = WaveKind(
    "wave_halted", to=audience.administrators, stale=(staleness.goes_on,), about_owners_customers=False
)

CUSTOMER_BOUNCED = BounceKind(Message.CUSTOMER_BOUNCED, to=audience.owner_of, stale=(staleness.reachable_again,))

CUSTOMER = (
    CustomerKind("survey_invitation", surveys=ORDINARY, stale=ASKED),
    CustomerKind(Message.SURVEY_REMINDER, surveys=ORDINARY, stale=(staleness.wave_closed, *ASKED), reminds=True),
    CustomerKind("recovery_invitation", surveys=frozenset({SurveyKind.RECOVERY}), stale=ASKED),
)

DIGEST = MorningKind(Message.DIGEST, stale=(staleness.morning_over,))

WEEKLY = WeeklyKind("weekly", stale=(staleness.week_over,))

REPORT = ReportKind("report", stale=(staleness.week_over,))

CUSTOMER_MAIL = CaseMailKind(Message.CUSTOMER_MAIL, stale=(staleness.mail_barred,))

CUSTOMER_THANKS = ThanksKind(Message.CUSTOMER_THANKS, stale=(staleness.thanks_barred,))

PERSON_INVITED = PersonKind("person_invited", stale=(staleness.signed_in_already,))

STAND_IN = PersonKind("stand_in", stale=(staleness.nobody_to_stand_in_for,))

WAVES_WAIT = PersonKind("waves_wait", stale=(staleness.no_wave_waits,))

WEBHOOK_OFF = PersonKind("webhook_off", stale=(staleness.no_webhook_stopped,))

PULL_TROUBLED = PersonKind("pull_troubled", stale=(staleness.no_pull_troubled,))

SURVEY_TEST = TrialKind(Message.SURVEY_TEST)

CHANNEL_TEST = TrialKind(Message.CHANNEL_TEST)

Kind = (
    StaffKind
    | PersonKind
    | FormerOwnerKind
    | CaseCustomerKind
    | WaveKind
    | BounceKind
    | CustomerKind
    | CaseMailKind
    | ThanksKind
    | MorningKind
    | WeeklyKind
    | ReportKind
    | TrialKind
)

BY_NAME: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        *STAFF,
        WAVE_HEADS_UP,
        WAVE_HALTED,
        CUSTOMER_BOUNCED,
        PERSON_INVITED,
        STAND_IN,
        WAVES_WAIT,
        WEBHOOK_OFF,
        PULL_TROUBLED,
        *CUSTOMER,
        CUSTOMER_MAIL,
        CUSTOMER_THANKS,
        CALL_GIVEN_UP,
        *ABOUT_A_CASE,
        DIGEST,
        WEEKLY,
        REPORT,
        SURVEY_TEST,
        CHANNEL_TEST,
    )
}


def for_event(event: CaseEvent) -> list[StaffKind]:
    """The kinds of message this event causes; most events cause none."""
    return [kind for kind in STAFF if kind.on == event.kind and kind.when(event)]


def for_customer(event: CaseEvent) -> list[CaseCustomerKind]:
    """The kinds of message this event causes to the customer of its case."""
    return [kind for kind in ABOUT_A_CASE if event.kind in kind.on and kind.when(event)]


def for_invitation(invitation: Invitation) -> CustomerKind:
    return next(kind for kind in CUSTOMER if invitation.survey.kind in kind.surveys and not kind.reminds)
