"""Mails to customers, word for word: each kind and language as it stands in `golden/`, so no change of it goes unseen.

After a change that is meant, write them anew

    LOOP_WRITE_GOLDEN=1 .venv/bin/python -m pytest tests/notifications/test_golden_mails.py && git diff tests

and read the difference before committing it.
"""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest

from feedback import invitations
from feedback.models import Account, Contact, Invitation
from loop import callbacks, customer, customer_pages, data_requests, workflow
from loop.models import Callback, Case, DataRequest, RootCause, ThanksPolicy
from notifications import announce, rendering, thanks_mails, weekly
from notifications.models import Message
from tests import factories
from tests.factories import NOW, later

pytestmark = [pytest.mark.django_db, pytest.mark.once]

GOLDEN = Path(__file__).parent / "golden"
WRITE = os.environ.get("LOOP_WRITE_GOLDEN") == "1"
LANGUAGES = ("en", "sv", "nb", "da", "fi")
#: What differs from one database to the next: the tokens of links.
TOKEN = re.compile(r"(https://loop\.example/[a-z]+/)[A-Za-z0-9_-]{6,}(?=/)")
NUMBER = re.compile(r"(?<=/cases/)\d+(?=/)")


@pytest.fixture(autouse=True)
def our_name(settings, catalogs):
    settings.DEFAULT_FROM_EMAIL = "Nordlys AS <hello@nordlys.example>"
    settings.COMPANY_NAME = ""
    settings.BASE_URL = "https://loop.example"
    settings.TIME_ZONE = "Europe/Stockholm"


def invitation(people, language):
    eva = factories.contact(
        "Eva Lind", account=factories.account("Fjord AB", country="SE"), email="eva@fjord.example", language=language
    )
    asked = invitations.invite(survey=factories.survey(), contact=eva, due_at=NOW, now=NOW)
    announce.enqueue_invitations(now=NOW)
    return asked


def reminder(people, language):
    asked = invitation(people, language)
    factories.sent(asked, now=NOW)
    Invitation.objects.update(remind_at=later(days=7))
    announce.enqueue_reminders(now=later(days=7))


def recovery(people, language):
    factories.resolved_case(2, owner=people.agent, contact_name="Eva Lind", comment="Nobody calls back.")
    Contact.objects.update(language=language, email="eva@fjord.example")
    Invitation.objects.update(due_at=later(days=32))  # thirty days later is a Saturday
    announce.enqueue_invitations(now=later(days=32))


def bea(people, language, score=3, **details):
    """A case of Anna's, whose customer reads this language and can be called."""
    account = factories.account("Fjord AB", country="SE", owner=people.agent)
    contact = factories.contact(
        "Bea Lind", account=account, email="bea@fjord.example", language=language, phone="+46701740605"
    )
    answer = factories.response(score, contact=contact, **{"comment": "Nobody calls back.", **details})
    return Case.objects.filter(response=answer).first()


def why(people, language):
    bea(people, language, comment="")
    customer.ask_why(now=later(minutes=15))


def agreed(people, language):
    case = bea(people, language)
    callbacks.book(case_id=case.pk, starts_at=callbacks.times_for(case, now=NOW)[3], actor=None, now=NOW)
    return case


def moved(people, language):
    case = agreed(people, language)
    callbacks.book(case_id=case.pk, starts_at=callbacks.times_for(case, now=NOW)[5], actor=None, now=later(minutes=2))


def cancelled(people, language):
    callbacks.cancel(case_id=agreed(people, language).pk, actor=None, now=later(minutes=2))


def handed_over(people, language):
    case = agreed(people, language)
    workflow.assign(case_id=case.pk, owner=people.colleague, reason="Away.", actor=people.lead, now=later(minutes=2))


def reminded(people, language):
    agreed(people, language)
    callbacks.remind_due(now=Callback.objects.get().starts_at - timedelta(minutes=50))


def not_reached(people, language):
    case = agreed(people, language)
    at = Callback.objects.get().starts_at + timedelta(minutes=5)
    workflow.attempt(case_id=case.pk, channel="phone", reached=False, note="", actor=people.agent, now=at)


def nobody_called(people, language):
    agreed(people, language)
    callbacks.close_missed(now=Callback.objects.get().starts_at + timedelta(hours=3))


def solved(people, language):
    case = bea(people, language)
    workflow.attempt(case_id=case.pk, channel="phone", reached=True, note="", actor=people.agent, now=later(hours=1))
    cause = RootCause.objects.filter(is_active=True).first()
    workflow.resolve(case_id=case.pk, root_cause=cause, summary="Done.", actor=people.agent, now=later(hours=2))


def thanked(people, language):
    ThanksPolicy.objects.create(survey=factories.survey(), promoter_thanks="mail", promoter_ask="reference")
    bea(people, language, score=9, comment="")
    thanks_mails.enqueue(now=later(minutes=15))


def asked_about_data(people, language, what):
    page = customer_pages.page_of(bea(people, language), now=NOW)
    customer.ask_about_data(page, what, now=NOW)
    return DataRequest.objects.get().pk


def copy_given(people, language):
    data_requests.give_copy(asked_about_data(people, language, "export"), actor=people.admin, now=later(hours=1))


def declined(people, language):
    request = asked_about_data(people, language, "erase")
    reason = "[Why we cannot.]"
    data_requests.decline(request, reason=reason, actor=people.admin, now=later(hours=1))


def week(people, language):
    people.leader.language = language
    people.leader.save(update_fields=["language"])
    customers = iter(("Eva Lind", "Jon Dahl", "Mia Berg", "Per Holm", "Ida Moe"))
    for days in (-13, -9, -9):
        factories.resolved_case(4, owner=people.agent, contact_name=next(customers), now=later(days=days))
    for owner in (people.agent, people.other_agent):
        factories.case(2, owner=owner, contact_name=next(customers), now=later(days=-8))
    Account.objects.update(name="Fjord AB")
    Case.objects.filter(owner=people.agent, contacted_at=None).update(contact_due_at=later(days=-5))
    weekly.enqueue(now=later(days=-3))
    Message.objects.exclude(user=people.leader).delete()


KINDS = {
    "weekly": week,
    "customer_why": why,
    "customer_call_agreed": agreed,
    "customer_call_agreed.moved": moved,
    "customer_call_cancelled": cancelled,
    "customer_call_agreed.handed_over": handed_over,
    "customer_call_reminder": reminded,
    "customer_call_missed": not_reached,
    "customer_call_missed.nobody": nobody_called,
    "customer_solved": solved,
    "customer_thanks": thanked,
    "customer_data_answer": copy_given,
    "customer_data_answer.declined": declined,
    "survey_invitation": invitation,
    "survey_reminder": reminder,
    "recovery_invitation": recovery,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_survey_mail_reads_as_it_did(people, kind, language):
    KINDS[kind](people, language)
    announce.announce_missed(now=later(days=40))
    mail = rendering.render(Message.objects.filter(kind=kind.partition(".")[0]).latest("pk"), now=NOW)
    for suffix, content in (("txt", f"{mail.subject}\n\n{mail.text}"), ("html", mail.html)):
        stored = GOLDEN / f"{kind}.{language}.{suffix}"
        found = NUMBER.sub("NUMBER", TOKEN.sub(r"\1TOKEN", content))
        if WRITE:
            GOLDEN.mkdir(exist_ok=True)
            stored.write_text(found, encoding="utf-8")
        assert found == stored.read_text(encoding="utf-8")


def test_none_is_left_over():
    assert {path.name for path in GOLDEN.iterdir()} == {
        f"{kind}.{language}.{suffix}" for kind in KINDS for language in LANGUAGES for suffix in ("txt", "html")
    }
