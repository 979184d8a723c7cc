"""What did customers ask about their data, and what do we do about it?

A customer asks on their own page, or an administrator notes what was asked otherwise. An administrator gives the copy,
carries out the erasure, or declines with a reason, each once. Erasing is one transaction over every package: either all
of it is gone, or none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from feedback import erasure
from feedback.models import Contact
from feedback.models.contact import ERASED as ERASED_WORD
from loop import access, data_export, favours, redaction, timeline, workflow
from loop.models import Answer, Case, CustomerPage, DataRequest, User, Wanted
from loop.models.event import EventKind
from loop.signals import customer_erased, customer_was_erased

COPY_KEPT = timedelta(days=30)  # so long a customer can fetch it from their page
LONGEST_REASON = 500
SHORTEST_WORD = 4  # of a name that is looked for in what was sent about others

# What the timeline tells of a request, beside what was wanted.
GIVEN, DECLINED, ERASED = "given", "declined", "erased"


class RequestRefused(ValueError):
    """The request cannot be dealt with like that; says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Amount:
    """How much there is of one kind of thing that would be erased."""

    key: str
    name: str
    count: int


def ask(page: CustomerPage, wanted: Wanted, *, now: datetime) -> DataRequest:
    """A customer asks on the page of their case; what they have asked for and nobody has answered stays as it is.

    The caller has locked the case.
    """
    case = page.case
    request = _open(case.contact, case, wanted)
    if request is None:
        request = DataRequest.objects.create(contact=case.contact, case=case, wanted=wanted, asked_at=now)
        key = f"customer_data:{request.pk}"
        data = {"what": str(wanted)}
        timeline.record(case, EventKind.CUSTOMER_DATA_REQUEST, actor=None, now=now, data=data, key=key)
    return request


@transaction.atomic
def note(contact: Contact, wanted: Wanted, *, actor: User, now: datetime) -> DataRequest:
    """Write down what somebody asked by mail or on the telephone.

    Raises:
        NotAllowed: only administrators do.
        RequestRefused: there is nothing left to erase.
    """
    _require(actor)
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    if erasure.is_erased(contact):
        raise RequestRefused(_("Everything about them is erased already."))
    found = _open(contact, None, wanted)
    return found or DataRequest.objects.create(contact=contact, wanted=wanted, asked_at=now, noted_by=actor)


def waiting() -> int:
    """How many requests nobody has answered."""
    return DataRequest.objects.filter(answer="").count()


def of_page(page: CustomerPage) -> list[DataRequest]:
    """What was asked by the customer of a page, the latest on top."""
    mine = Q(contact=page.case.contact) if page.case.contact is not None else Q(case=page.case)
    return list(DataRequest.objects.filter(mine).order_by("-asked_at", "-pk"))


def copy_for(page: CustomerPage, *, now: datetime) -> dict[str, Any] | None:
    """The copy a customer may fetch from their page; None unless somebody gave it, within a month."""
    given = (one for one in of_page(page) if one.wanted == Wanted.COPY and one.answer == Answer.DONE)
    request = next(given, None)
    if request is None or request.answered_at is None or now > request.answered_at + COPY_KEPT:
        return None
    return copy_of(request, now=now)


def copy_of(request: DataRequest, *, now: datetime) -> dict[str, Any]:
    """All that is stored about whoever asked."""
    return data_export.everything(request.contact, cases_of(request), now=now)


def cases_of(request: DataRequest) -> list[Case]:
    """The cases whose customer asked."""
    theirs = Q(contact=request.contact) if request.contact is not None else Q(data_requests=request)
    found = Case.objects.filter(theirs).select_related("contact", "response", "root_cause")
    return list(found.order_by("opened_at", "pk"))


def amounts(copy: dict[str, Any]) -> list[Amount]:
    """What would be erased of a copy, counted."""
    cases = copy["cases"]

    def inside(part: str) -> int:
        return sum(len(case[part]) for case in cases)

    return [
        Amount("answers", _("answers: the scores stay, the words go"), len(copy["answers"])),
        Amount("attributes", _("attributes"), len(copy["person"].get("attributes", {}))),
        Amount("cases", _("cases: what happened and when stays, all words go"), len(cases)),
        Amount("open_cases", _("of them open: these are withdrawn"), sum(not case["closed_at"] for case in cases)),
        Amount("attempts", _("notes of calls and other attempts"), inside("attempts")),
        Amount("promises", _("promises"), inside("promises")),
        Amount("letters", _("letters with the customer"), inside("letters")),
        Amount("events", _("events and complaints"), len(copy["events"])),
        Amount("favours", _("favours: what they agreed to ends, the words go"), len(copy["favours"])),
        Amount("mails", _("mails and text messages in the outbox"), len(copy.get("mails", []))),
    ]


@transaction.atomic
def give_copy(request_id: int, *, actor: User, now: datetime) -> DataRequest:
    """Let the customer fetch their copy from their page; they are told. Raises NotAllowed, RequestRefused."""
    request = _locked(request_id, Wanted.COPY, actor)
    _answer(request, Answer.DONE, actor, now)
    _tell(request, GIVEN, actor, now)
    return request


@transaction.atomic
def decline(request_id: int, *, reason: str, actor: User, now: datetime) -> DataRequest:
    """Do not do what was asked; the customer is told why. Raises NotAllowed, RequestRefused."""
    request = _locked(request_id, None, actor)
    request.reason = reason.replace("\x00", "").strip()
    if not request.reason or len(request.reason) > LONGEST_REASON:
        raise RequestRefused(_("Say why, in words for the customer, and in at most 500 characters."))
    _answer(request, Answer.DECLINED, actor, now)
    _tell(request, DECLINED, actor, now, text=request.reason)
    return request


@transaction.atomic
def erase(request_id: int, *, actor: User, now: datetime) -> DataRequest:
    """Take out all that is personal about whoever asked, everywhere. Open cases are withdrawn; nobody is written to.

    Raises:
        NotAllowed: only administrators do.
        RequestRefused: it is answered already, or asks for something else.
    """
    return _erase(_locked(request_id, Wanted.ERASURE, actor), actor, now)


@transaction.atomic
def erase_again(subject: Contact | Case, *, now: datetime) -> DataRequest:
    """Erase somebody, or the case of somebody without a name, whom a restored backup brought back.

    Raises:
        RequestRefused: a mail about them is leaving right now.
    """
    about = {"contact": subject} if isinstance(subject, Contact) else {"case": subject}
    waits = DataRequest.objects.filter(**about, wanted=Wanted.ERASURE, answer="").first()
    request = waits or DataRequest.objects.create(**about, wanted=Wanted.ERASURE, asked_at=now)
    return _erase(DataRequest.objects.select_for_update(of=("self",)).get(pk=request.pk), None, now)


def _erase(request: DataRequest, actor: User | None, now: datetime) -> DataRequest:
    cases, contact = cases_of(request), request.contact
    request.counts = {one.key: one.count for one in amounts(copy_of(request, now=now))}
    words = _words(contact, cases)
    with translation.override(settings.LANGUAGE_CODE):  # what is stored is in the language of the project
        for case in cases:
            if case.is_open:
                reason = _("The customer's data was erased.")
                workflow.withdraw(case_id=case.pk, reason=reason, actor=actor, now=now)
    erasure.blank_answers(data_export.answers_of(contact, cases).values_list("pk", flat=True), now=now)
    if contact is not None:
        erasure.erase(contact, by=actor.email if actor is not None else "Loop", now=now)
        favours.erase(contact, now=now)
    for case in cases:
        redaction.redact(Case.objects.select_for_update(of=("self",)).get(pk=case.pk))
    customer_erased.send(sender=DataRequest, contact=contact, cases=cases, words=words, now=now)
    _answer(request, Answer.DONE, actor, now)
    for case in cases:
        data = {"what": ERASED}
        timeline.record(case, EventKind.CUSTOMER_DATA_REQUEST, actor=actor, now=now, data=data)
    others = Q(contact=contact) if contact is not None else Q(case=request.case)
    DataRequest.objects.filter(others).exclude(reason="").update(reason=ERASED_WORD)
    DataRequest.objects.filter(others, answer="").update(answer=Answer.DONE, answered_at=now, answered_by=actor)
    transaction.on_commit(lambda: customer_was_erased.send_robust(sender=DataRequest))
    return request


def is_erased(case: Case) -> bool:
    """Whether the customer of a case has had everything erased."""
    if case.contact is not None:
        return erasure.is_erased(case.contact)
    return case.data_requests.filter(wanted=Wanted.ERASURE, answer=Answer.DONE).exists()


def _words(contact: Contact | None, cases: Iterable[Case]) -> list[str]:
    """Names, addresses and numbers by which the customer may be found in what was sent about several at once."""
    found: set[str] = set()
    if contact is not None:
        found |= {contact.name, contact.email, contact.phone}
    for case in cases:
        response = case.response
        found |= {response.respondent_name, response.respondent_email, response.phone}
    return sorted(word for word in found if len(word) >= SHORTEST_WORD)


def _require(actor: User) -> None:
    if not access.may_manage(actor):
        raise access.NotAllowed(f"{actor} may not see to what customers ask about their data.")


def _open(contact: Contact | None, case: Case | None, wanted: Wanted) -> DataRequest | None:
    mine = DataRequest.objects.filter(wanted=wanted, answer="")
    return (mine.filter(contact=contact) if contact is not None else mine.filter(case=case)).first()


def _locked(request_id: int, wanted: Wanted | None, actor: User) -> DataRequest:
    _require(actor)
    request = DataRequest.objects.select_for_update(of=("self",)).select_related("contact", "case").get(pk=request_id)
    if request.answer:
        raise RequestRefused(_("This was answered already."))
    if wanted is not None and request.wanted != wanted:
        raise RequestRefused(_("That is not what was asked for."))
    return request


def _answer(request: DataRequest, answer: Answer, actor: User | None, now: datetime) -> None:
    request.answer, request.answered_at, request.answered_by = answer, now, actor
    request.save()


def _tell(request: DataRequest, how: str, actor: User, now: datetime, **more: Any) -> None:
    """A line on the timeline of the case it was asked on, from which the customer's mail is made."""
    if request.case is not None:
        data = {"what": f"{request.wanted}_{how}", **more}
        timeline.record(request.case, EventKind.CUSTOMER_DATA_REQUEST, actor=actor, now=now, data=data)
