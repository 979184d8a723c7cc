"""Is what leaves as a file read back as it was: every answer and every customer, whatever stands in it?"""

import io
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from feedback import contacts, responses
from feedback.models import Account, Contact, Response
from loop import assignment, csv_lines
from loop.accounts_import import import_accounts
from loop.exports import answers, customers
from loop.models import AccountOwner
from loop.responses_import import import_responses
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

# What has broken files of other programs: formulas, quotes, line ends, marks of columns, numbers that are names.
PIECES = st.sampled_from([
    "=1+1", "+47 22 33", "-", "@SUM(A1)", "'", "''=x", '"', '""', "\n", "\r\n", "\r", "\t", ",", ";", "|", "0012",
    "1e5", "\u0663\u0664", "\uff19", "\U0001f642", "\u200d", "Åsa Öberg", "Jääskeläinen", "Ærø", "NA", "none", "n/a",
    "null", "sep=;", '{"ImportId":1}', "#", ",".join("1234567890abcdefghijkl"), " ", "\u00a0", "\u2028", "\ufffd", "x",
])  # fmt: skip
ANY_TEXT = st.lists(PIECES, max_size=6).map("".join) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20
)
A_LINE = ANY_TEXT.map(lambda text: contacts.clean_line(text)[:100])
A_NAME = A_LINE.filter(bool)


def as_file(head, rows, delimiter):
    return io.BytesIO("".join(csv_lines.pieces(head, rows, delimiter)).encode())


def answers_file(delimiter=","):
    return as_file(answers.HEAD, answers.rows(Response.objects.order_by("pk"), None), delimiter)


def customers_file(delimiter=","):
    return as_file(customers.HEAD, customers.rows(Account.objects.all(), Contact.objects.all()), delimiter)


def all_answers():
    return [
        (
            one.survey.key, one.score, one.category, one.comment, one.responded_at, one.language, one.source,
            one.external_id, one.wants_callback, one.wants_someone_else, one.phone, one.respondent_name,
            one.respondent_email, one.by_person, one.is_late, one.revised_at, who(one.contact),
            [
                (was.score, was.comment, was.wants_callback, was.phone, was.by_person, was.stood_from, was.replaced_at)
                for was in one.revisions.order_by("pk")
            ],
        )
        for one in Response.objects.select_related("survey", "contact__account").order_by("pk")
    ]  # fmt: skip


def who(contact):
    if contact is None:
        return None
    account = contact.account
    return contact.external_id, contact.email, contact.name, account and (account.external_id, account.name)


def all_customers():
    people = Contact.objects.select_related("account")
    return (
        sorted(Account.objects.values_list(
            "external_id", "name", "segment", "country", "annual_value", "currency", "size"
        )),
        sorted(
            (
                one.external_id or "", one.email, (one.account and one.account.external_id) or "", one.name, one.phone,
                one.title, one.is_decision_maker, one.language, one.time_zone, str(one.last_activity_at),
                one.opted_out_at is not None, sorted(one.attributes.items(), key=str),
            )
            for one in people
        ),
        {one.external_id: one.attributes for one in Account.objects.all()},
        sorted(AccountOwner.objects.values_list("account__external_id", "user__email")),
    )  # fmt: skip


def empty():
    from loop.models import Case, CaseEvent, CustomerPage, Thanks

    for model in (CustomerPage, CaseEvent, Thanks, Case, Response, AccountOwner, Contact, Account):
        model._base_manager.all()._raw_delete("default")


def record(score, **details):
    told = {"survey": factories.survey(), "contact": None, "source": "test", "now": NOW, **details}
    return responses.record_response(score=score, **told).response


@pytest.fixture(autouse=True)
def _guards_let_tests_empty_tables(monkeypatch):
    """An empty Loop is made by taking the rows out of this one."""
    from django.db import connection

    from loop import guards

    with connection.cursor() as cursor:
        for name, table, *_rest in guards._rules():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS loop_guard_{name}{on}")


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    comment=ANY_TEXT, earlier=ANY_TEXT, name=A_LINE, company=A_NAME, number=A_NAME, contact=A_NAME, source=A_NAME,
    external_id=ANY_TEXT.map(lambda text: text[:200]), phone=A_LINE.map(lambda text: text[:50]),
    score=st.integers(0, 10), second=st.integers(0, 999_999), delimiter=st.sampled_from(",;"),
)  # fmt: skip
def test_any_answer_comes_back_as_it_was(
    comment, earlier, name, company, number, contact, source, external_id, phone, score, second, delimiter
):
    with transaction.atomic():
        account, _ = contacts.upsert_account(external_id=number, name=company, now=NOW)
        person, _ = contacts.upsert_contact(external_id=contact, account=account, name=name, now=NOW)
        at = NOW - timedelta(days=3, microseconds=second)
        told = {"phone": phone, "contact": person, "source": source, "external_id": external_id, "responded_at": at}
        first = record(score, comment=earlier, language="nb", **told)
        responses.record_response(
            survey=first.survey, score=10 - score, comment=comment, corrects=first, by_person=True, now=later(hours=1),
            **told,
        )  # fmt: skip
        record(9, comment=comment, respondent_name=name, respondent_email="x@y.example", wants_someone_else=True)
        record(9, comment=comment, respondent_name=name, respondent_email="x@y.example", wants_someone_else=True)
        before, file = all_answers(), answers_file(delimiter)
        empty()
        done = import_responses(file, survey=factories.survey(), now=later(days=1))
        assert (done.rejected, done.errors, all_answers()) == (0, [], before)
        file.seek(0)
        again = import_responses(file, survey=factories.survey(), now=later(days=2))
        assert (again.accepted, again.duplicate) == (0, done.read)
        transaction.set_rollback(True)  # the next example begins with an empty Loop


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    company=A_NAME, number=A_NAME, contact=A_NAME, name=A_LINE, title=A_LINE, phone=A_LINE.map(lambda text: text[:50]),
    size=A_LINE.map(lambda text: text[:50]), segment=A_LINE, value=st.decimals(0, 10**9, places=2) | st.none(),
    known=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=50),
    delimiter=st.sampled_from(",;"),
)  # fmt: skip
def test_any_customer_comes_back_as_it_was(
    company, number, contact, name, title, phone, size, segment, value, known, delimiter
):
    with transaction.atomic():
        anna = factories.user("Anna")
        account, _ = contacts.upsert_account(
            external_id=number, name=company, size=size, segment=segment, annual_value=value, country="SE",
            currency="SEK", attributes={"plan": known}, now=NOW,
        )  # fmt: skip
        assignment.set_account_owner(account, anna, now=NOW)
        told = {"title": title, "phone": phone, "language": "fi", "time_zone": "Europe/Helsinki", "now": NOW}
        decides = {"is_decision_maker": True, "last_activity_at": later(days=-9, seconds=0.000001)}
        contacts.upsert_contact(external_id=contact, account=account, name=name, email="a@b.example", **told, **decides)
        contacts.upsert_contact(email="c@b.example", account=account, attributes={"seat": known}, now=NOW)
        stopped, _ = contacts.upsert_contact(email="a@b.example", external_id=f"{contact}'", name=name, now=NOW)
        contacts.opt_out(stopped, now=NOW, reason="asked")
        contacts.upsert_account(external_id=f"{number}-", name=company, now=NOW)
        before, file = all_customers(), customers_file(delimiter)
        empty()
        done = import_accounts(file, filename="ours.csv", now=later(days=1))
        assert (done.errors, all_customers()) == ([], before)
        transaction.set_rollback(True)  # the next example begins with an empty Loop
