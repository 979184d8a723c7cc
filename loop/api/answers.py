"""How does an answer written in JSON become one call of `record_response`, and what is said back?"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from feedback.contacts import ContactRefused
from feedback.many_responses import Told
from feedback.models import Contact, Response, Survey
from feedback.prepared import Prepared
from feedback.responses import Recorded, ResponseRefused, record_response
from loop.api.contacts import account_named, put_contact
from loop.api.fields import Instant
from loop.api.links import case_urls
from loop.models import Case
from loop.openings import its_case

DETAILS = ("score", "comment", "wants_callback", "wants_someone_else", "phone", "source", "external_id")
_instant = Instant()


_survey = Prepared(lambda key: Survey.objects.filter(key=key, is_active=True), key=str)
_contact = Prepared(
    lambda external_id: Contact.objects.select_related("account").filter(external_id=external_id), external_id=str
)


class Directory:
    """Surveys, contacts and accounts by the names other systems use, each looked up once."""

    def __init__(self) -> None:
        self._surveys: dict[str, Survey | None] = {}
        self._contacts: dict[str, Contact | None] = {}

    def learn_contacts(self, external_ids: Iterable[str]) -> None:
        """Look many contacts up at once."""
        wanted = set(external_ids)
        found = Contact.objects.select_related("account").filter(external_id__among=wanted)
        self._contacts = dict.fromkeys(wanted) | {str(contact.external_id): contact for contact in found}

    def survey(self, key: str) -> Survey:
        """Raises ResponseRefused for a survey that does not exist or is not in use."""
        if key not in self._surveys:
            self._surveys[key] = _survey.first(key=key)
        survey = self._surveys[key]
        if survey is None:
            raise ResponseRefused("survey", f"There is no survey “{key}” in use.")
        return survey

    def contact(self, external_id: str) -> Contact:
        """Raises ResponseRefused for a contact that does not exist."""
        if external_id not in self._contacts:
            self._contacts[external_id] = _contact.first(external_id=external_id)
        contact = self._contacts[external_id]
        if contact is None:
            raise ResponseRefused("contact", f"There is no contact with the external id “{external_id}”.")
        return contact


def take(answer: Mapping[str, Any], directory: Directory, *, now: datetime) -> Recorded:
    """Store one answer that has been checked by `AnswerBody`, or find the one it repeats.

    A contact named by address is created where it is new, in the same transaction: a refused answer leaves no contact.

    Raises:
        ResponseRefused, ContactRefused: something in it is not acceptable; the exception names the field.
    """
    survey = directory.survey(answer["survey"])
    respondent = answer["contact"]
    details = {name: answer[name] for name in DETAILS}
    if respondent is None or isinstance(respondent, str):
        contact = directory.contact(respondent) if respondent else None
        return record_response(survey=survey, contact=contact, responded_at=answer["responded_at"], now=now, **details)
    with transaction.atomic():
        told_before = _told_before(answer["source"], answer["external_id"])
        if told_before is not None:  # the repeat of an answer creates no contact either
            return Recorded(told_before, created=False)
        contact = _respondent(respondent, now)
        return record_response(survey=survey, contact=contact, responded_at=answer["responded_at"], now=now, **details)


def goes_with_others(answer: Mapping[str, Any]) -> bool:
    """Whether an answer checked by `AnswerBody` can be stored together with others: it brings no contact along."""
    return answer["contact"] is None or isinstance(answer["contact"], str)


def as_told(answer: Mapping[str, Any], directory: Directory) -> Told:
    """An answer that goes with others, for `record_many`.

    Raises:
        ResponseRefused: its survey or its contact does not exist.
    """
    survey, respondent = directory.survey(answer["survey"]), answer["contact"]
    details = {name: answer[name] for name in DETAILS}
    contact = directory.contact(respondent) if respondent else None
    return Told(survey=survey, contact=contact, responded_at=answer["responded_at"], **details)


def _told_before(source: str, external_id: str) -> Response | None:
    return Response.objects.filter(source=source, external_id=external_id).first() if external_id else None


def _respondent(person: Mapping[str, Any], now: datetime) -> Contact:
    try:
        account = account_named(person.get("account"))
        return put_contact(email=person["email"], name=person.get("name") or None, account=account, now=now)[0]
    except ContactRefused as refusal:
        raise ContactRefused(f"contact.{refusal.field}", refusal.message) from None


def told(recorded: Iterable[Recorded]) -> dict[int, dict[str, Any]]:
    """What is said back about each answer, by the id of its response: with its case where it has one.

    As it is sent already: a serializer takes longer for a thousand answers than all else that is said of them.
    """
    listed = [(one.response, one.created) for one in recorded]
    cases = {response.pk: _opened_just_now(response) for response, _created in listed}
    # An answer that is new and has just been passed over has no case; all others are worth a look.
    unsure = [r.pk for r, created in listed if cases[r.pk] is None and (not created or r.is_detractor)]
    if unsure:
        for case in Case.objects.select_related("owner").filter(response__in=unsure):
            cases[case.response_id] = case
    url_of = case_urls()
    return {
        response.pk: {"id": response.pk, "category": response.category, "case": _opened(cases[response.pk], url_of)}
        for response, _created in listed
    }


def _opened_just_now(response: Response) -> Case | None:
    """The case that triage opened for this very object, which is then still attached to it."""
    case = its_case().get_cached_value(response, default=None)
    return case if isinstance(case, Case) else None


def _opened(case: Case | None, url_of: Callable[[int], str]) -> dict[str, Any] | None:
    if case is None:
        return None
    return {
        "id": case.pk,
        "state": case.state,
        "owner": case.owner.email if case.owner else None,
        "contact_due_at": _instant.to_representation(case.contact_due_at),
        "url": url_of(case.pk),
    }
