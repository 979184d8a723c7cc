"""What can a customer do on the page of their case?

Each function is one thing they can press or send there, in one transaction, with a line on the timeline that tells it
to whoever has the case. Booking a call is in `loop.callbacks`, solved or not in `loop.solved`.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from feedback import phones, responses, suspects
from feedback.models import OpenComplaint, Suppression
from feedback.responses import ResponseRefused
from feedback.suspects import Sending
from loop import callbacks, conflicts, data_requests, heard, timeline, wishes
from loop.customer_pages import SETTLING, NotTaken
from loop.models import Case, CaseEvent, CustomerPage, State, Wanted, Wish
from loop.models.event import EventKind

WORDS_LIMIT = 2000  # characters a customer may write to us at once, apart from the answer
MESSAGES_A_DAY = 10  # of one page; a customer needs no more, a machine would send thousands
ASK_WHY_WITHIN = timedelta(hours=24)


@transaction.atomic
def say_done(page: CustomerPage, *, now: datetime) -> None:
    """The answer is as the customer means it: nobody need wait for a correction before they are told. Once."""
    case, page = _locked(page)
    if page.done_at is None:
        page.done_at = now
        page.save(update_fields=["done_at"])
        timeline.record(case, EventKind.CUSTOMER_DONE, actor=None, now=now)


@transaction.atomic
def wish(page: CustomerPage, wanted: str, *, now: datetime) -> None:
    """How the customer wants to hear from us; "" is by telephone after all. A call that was agreed is called off."""
    if wanted and wanted not in Wish.values:
        raise NotTaken(_("Please choose one of the ways shown."))
    case, page = _locked(page)
    _needs_open(case)
    if page.wish == wanted:
        return
    if not wishes.can_be_met(case, wanted):
        raise NotTaken(_("Please choose one of the ways shown."))
    page.wish = wanted
    page.save(update_fields=["wish"])
    heard.from_customer(case)
    if wanted:
        callbacks.cancel(case_id=case.pk, actor=None, now=now)
    timeline.record(case, EventKind.CUSTOMER_WISH, actor=None, now=now, data={"wish": wanted})


@transaction.atomic
def ask_for_somebody_else(page: CustomerPage, *, now: datetime) -> None:
    """Somebody else than the usual contact: where that is who has the case, it goes to a lead."""
    case, page = _locked(page)
    _needs_open(case)
    if case.wants_someone_else:
        return
    heard.from_customer(case)
    timeline.record(case, EventKind.CUSTOMER_OTHER_PERSON, actor=None, now=now)
    conflicts.ask_for_someone_else(case_id=case.pk, actor=None, now=now, via="customer")


@transaction.atomic
def correct(page: CustomerPage, sending: Sending, *, now: datetime) -> bool:
    """Correct the answer or add words to it, by the one door for answers.

    Returns:
        Whether it stands as sent: of a survey that has ended only what was written reaches us, and a machine's answer
        waits for somebody to verify it.

    Raises:
        ResponseRefused: as `feedback.responses.record_response`, but for a survey that has ended.
    """
    case, page = _locked(page)
    response = case.response
    if responses.is_closed(response.survey, now):
        if sending.comment.strip() and sending.comment.strip() != response.comment:
            _write(case, sending.comment, now)
        return False
    try:
        if response.invitation is not None:
            return suspects.take(response.invitation, sending, now=now) is not None
        responses.record_response(
            survey=response.survey,
            contact=response.contact,
            score=sending.score,
            comment=sending.comment,
            wants_callback=response.wants_callback,
            phone=response.phone,
            source=response.source,
            external_id=response.external_id,
            corrects=response,
            by_person=suspects.is_persons(sending, response),
            now=now,
        )
    except suspects.LinkUsedUp as error:
        raise ResponseRefused("score", _("Too many answers have come by this link.")) from error
    return True


@transaction.atomic
def write(page: CustomerPage, text: str, *, now: datetime) -> None:
    """A few words to whoever has the case."""
    case, page = _locked(page)
    _write(case, text, now)


def _write(case: Case, text: str, now: datetime) -> None:
    text = text.replace("\x00", "").strip()
    if not text:
        raise NotTaken(_("Please write something first."))
    if len(text) > WORDS_LIMIT:
        raise NotTaken(_("Please keep it under %(limit_value)d characters.") % {"limit_value": WORDS_LIMIT})
    since = now - timedelta(days=1)
    if case.events.filter(kind=EventKind.CUSTOMER_WROTE, at__gte=since).count() >= MESSAGES_A_DAY:
        raise NotTaken(_("You have written several times today. We have all of it and will be in touch."))
    heard.from_customer(case)
    timeline.record(case, EventKind.CUSTOMER_WROTE, actor=None, now=now, data={"text": text})


@transaction.atomic
def change_phone(page: CustomerPage, number: str, *, now: datetime) -> None:
    """Where the customer wants to be called about this case."""
    case, page = _locked(page)
    country = case.contact.account.country if case.contact and case.contact.account else ""
    if not phones.international(number, country):
        raise NotTaken(_("This is not a telephone number we could call. Please write it with its country code."))
    responses.note_phone(case.response, number)
    heard.from_customer(case)
    timeline.record(case, EventKind.CUSTOMER_PHONE, actor=None, now=now)


@transaction.atomic
def ask_about_data(page: CustomerPage, what: str, *, now: datetime) -> None:
    """A copy of what is stored, or its erasure, to be seen to by an administrator; see `loop.data_requests`."""
    if what not in Wanted.values:
        raise NotTaken(_("Please choose one of the ways shown."))
    case, page = _locked(page)
    page.case = case
    data_requests.ask(page, Wanted(what), now=now)


def ask_why(*, now: datetime) -> int:
    """Ask those who gave a low score without a word what it was, once and before anybody calls. Returns how many.

    Nobody is asked who may not be mailed, has a call booked, wants none, or has heard from us already.
    """
    stopped = Suppression.objects.filter(address_hash=OuterRef("contact__address_hash"))
    waiting = (
        Case.objects.filter(
            state=State.NEW,
            response__category="detractor",
            response__comment="",
            opened_at__gt=now - ASK_WHY_WITHIN,
            opened_at__lte=now - SETTLING,
            response__responded_at__gt=now - ASK_WHY_WITHIN,
            reopened_count=0,
            contact__isnull=False,
            contact__opted_out_at=None,
            customer_page__wish="",
        )
        .exclude(contact__email="")
        .exclude(Exists(stopped))
        .exclude(Exists(OpenComplaint.objects.filter(contact=OuterRef("contact"), ended_at=None)))
        .exclude(Exists(CaseEvent.objects.filter(case=OuterRef("pk"), kind__in=HEARD_FROM_US)))
    )
    asked = 0
    for case_id in list(waiting.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
            if case.contact is not None and waiting.filter(pk=case.pk).exists():
                key = f"customer_asked_why:{case.response_id}"
                timeline.record(case, EventKind.CUSTOMER_ASKED_WHY, actor=None, now=now, key=key)
                asked += 1
    return asked


HEARD_FROM_US = (
    EventKind.CUSTOMER_ASKED_WHY,
    EventKind.ATTEMPT,
    EventKind.CALLBACK_BOOKED,
    EventKind.CUSTOMER_WROTE,
)


def _locked(page: CustomerPage) -> tuple[Case, CustomerPage]:
    """The case and its page as they are now; what is sent about one case waits for each other here."""
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("response__survey", "response__invitation", "contact__account", "owner", "team")
        .get(pk=page.case_id)
    )
    return case, CustomerPage.objects.get(pk=page.pk)


def _needs_open(case: Case) -> None:
    if not case.is_open:
        raise NotTaken(_("This is closed already. You can still tell us that it is not solved."))
