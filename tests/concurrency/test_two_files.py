"""Two colleagues import the same customers' answers at once, each sorted another way: everybody is there once."""

import io

import pytest

from feedback import inserting
from feedback.models import Account, Contact, Response
from loop.accounts_import import import_accounts
from loop.models import Case
from loop.responses_import import import_responses
from tests import factories
from tests.concurrency.racing import Meeting, at_once, failures
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 12


@pytest.fixture(params=[Account, Contact, Response])
def met_halfway(monkeypatch, request):
    """Rows of one kind are inserted by halves, between which the two wait for each other if they can."""
    halfway, write = Meeting(2), inserting._write

    def write_by_halves(model, rows):
        if model is not request.param or len(rows) < ROWS:
            write(model, rows)
            return
        write(model, rows[: ROWS // 2])
        halfway.wait()
        write(model, rows[ROWS // 2 :])

    monkeypatch.setattr(inserting, "_write", write_by_halves)
    monkeypatch.setattr(inserting, "_DEADLOCK", "is not forgiven here")


def _file(header: str, lines: list[str]) -> io.BytesIO:
    return io.BytesIO("\n".join([header, *lines]).encode())


def test_of_answers_sorted_differently_are_one_answer_and_one_case_each(people, met_halfway):
    header = "external_id,score,email,company"
    lines = [f"r{n:02},3,c{n:02}@nordlund.example,Company {n:02}" for n in range(ROWS)]
    survey = factories.survey()
    done = at_once(
        lambda: import_responses(_file(header, lines), survey=survey, now=NOW),
        lambda: import_responses(_file(header, lines[::-1]), survey=survey, now=NOW),
    )
    assert failures(done) == []
    assert sorted((one.accepted, one.duplicate, one.rejected) for one in done) == [(0, ROWS, 0), (ROWS, 0, 0)]
    assert (
        Response.objects.count() == Case.objects.count() == Contact.objects.count() == Account.objects.count() == ROWS
    )


def test_of_customers_sorted_differently_are_one_customer_each(people, met_halfway):
    header = "company,company number,email,owner"
    lines = [f"Company {n},{n:02},c{n:02}@nordlund.example,{people.agent.email}" for n in range(ROWS)]
    done = at_once(
        lambda: import_accounts(_file(header, lines), filename="a.csv", now=NOW),
        lambda: import_accounts(_file(header, lines[::-1]), filename="b.csv", now=NOW),
    )
    assert failures(done) == []
    assert sorted(one.accounts_created for one in done) == [0, ROWS]
    assert sorted(one.owners_set for one in done) == [0, ROWS]
    assert Contact.objects.count() == Account.objects.count() == ROWS
