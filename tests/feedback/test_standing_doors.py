"""What holds of every standing address: opening it writes nothing and costs little, and it keeps no cookie."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from feedback.models import Invitation, Response
from loop import bell
from loop.models import Case
from tests import factories
from tests.feedback.doors import HOST, frame, hidden, path, signed, standing
from tests.feedback.survey_page import SEEN
from tests.feedback.test_scanners import SCANNERS

LARGEST = 30_000  # bytes
MOST_QUERIES = 4


@pytest.fixture
def eva(people):
    return factories.contact("Eva", account=factories.account(owner=people.agent), external_id="C-1", language="sv")


@pytest.fixture
def pages(eva):
    """The pages a customer opens, by name."""
    return {
        "open": f"{path(standing('open'))}?score=3",
        "kiosk": path(standing("kiosk")),
        "kiosk thanks": f"{path(standing('kiosk'))}?sent",
        "mail": f"{path(standing('mail'), 'C-1')}?score=3",
        "widget": frame(standing("widget"), "C-1"),
    }


@pytest.mark.django_db
class TestOpening:
    def test_writes_nothing_whoever_asks(self, pages, eva):
        widget = standing("widget", name="Other")
        addresses = [
            *pages.values(),
            f"{pages['open']}&v=2",
            f"{pages['mail']}&who=other",
            f"{pages['mail']}&sent",
            f"{path(widget)}eligible/",
            f"{frame(widget, 'C-1')}&later",
            "/w/loop.js",
            "/k/forged/",
            "/l/relational/C-1/forged/",
        ]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            for number, address in enumerate(addresses * len(SCANNERS)):
                browser = Client()
                ask = browser.head if number % 2 else browser.get
                headers = {**SCANNERS[number % len(SCANNERS)], "Origin": HOST}
                assert ask(address, headers=headers).status_code in {200, 403, 404}
            Client().get(f"{path(widget)}eligible/", signed(widget, "C-1"), headers={"Origin": HOST})
        asked = [query["sql"] for query in queries]
        assert len(asked) > len(addresses)
        assert [sql for sql in asked if not sql.lstrip("( ").upper().startswith("SELECT")] == []

    def test_costs_at_most_four_queries_and_thirty_kilobytes(self, pages, django_assert_max_num_queries):
        for name, address in pages.items():
            with django_assert_max_num_queries(MOST_QUERIES):
                page = Client().get(address)
            assert page.status_code == 200, name
            assert len(page.content) < LARGEST, name

    def test_costs_no_more_when_there_is_an_answer_to_correct(self, pages, django_assert_max_num_queries):
        browser = Client()
        form = hidden(browser.get(pages["mail"]).content.decode())
        browser.post(pages["mail"].partition("?")[0], {**form, "score": 3, "page": SEEN})
        with django_assert_max_num_queries(MOST_QUERIES):
            assert "Du svarade 3" in Client().get(pages["mail"]).content.decode()

    def test_leaves_no_cookie_and_is_kept_by_nobody(self, pages):
        for name, address in pages.items():
            page = Client().get(address)
            assert not page.cookies, name
            assert page.headers["Cache-Control"] == "no-store, private", name
            assert page.headers["Referrer-Policy"] == "no-referrer", name
            assert "noindex" in page.headers["X-Robots-Tag"], name

    def test_is_all_that_other_methods_do(self, pages):
        for address in pages.values():
            assert Client().put(address).status_code == 405
            assert Client().delete(address).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_many_presses_at_once_are_one_answer_each(monkeypatch):
    monkeypatch.setattr(bell, "ring", lambda *args, **kwargs: None)
    factories.contact("Eva", external_id="C-1")
    addresses = [path(standing("open")), path(standing("mail"), "C-1"), frame(standing("widget"), "C-1")]
    forms = {address: hidden(Client().get(address).content.decode()) for address in addresses}

    def press(address):
        try:
            return Client().post(address, {**forms[address], "score": 2, "comment": "Late.", "page": SEEN}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(press, addresses * 6)) == {303}
    assert Response.objects.count() == Case.objects.count() == 3
    assert Invitation.objects.count() == 2
