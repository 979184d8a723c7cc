"""Does what leaves from a page hold exactly what the page shows to whoever asks, and no formula?"""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from feedback import contacts, waves
from feedback.models import Response
from loop import assignment, workflow
from tests import factories
from tests.factories import NOW, later
from tests.people import browser

pytestmark = pytest.mark.django_db


def download(user, name, query="", **parameters):
    answer = browser(user).get(f"{reverse(name, kwargs=parameters)}{query}")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in text.splitlines()[0] else ","))


@pytest.fixture
def customers(people):
    """Nordmat is Anna's, Fjord Otto's; each has somebody who answered 3, and somebody at Nordmat answered 9."""
    nordmat = factories.account("Nordmat AB", owner=people.agent, segment="=HYPERLINK(1)", annual_value=Decimal(100))
    fjord = factories.account("Fjord AS", owner=people.other_agent)
    asa, bo = factories.contact("Åsa", account=nordmat), factories.contact("Bo", account=nordmat)
    kari = factories.contact("Kari", account=fjord, phone="+47 22 33 44 55")
    factories.response(3, contact=asa, comment="@late", now=NOW)
    factories.response(9, contact=bo, comment="Fine", now=NOW)
    factories.response(2, contact=kari, comment="Wrong", now=NOW)
    return nordmat, fjord


class TestCustomers:
    def test_an_agent_gets_the_companies_of_the_list(self, people, customers):
        (row,) = download(people.agent, "accounts-export")
        assert row["account"] == "Nordmat AB"
        assert (row["owner"], row["open_cases"], row["latest_score"]) == (people.agent.email, "1", "9")
        assert row["segment"] == "'=HYPERLINK(1)"

    def test_a_search_and_an_order_hold_for_the_file_too(self, people, customers):
        assert [row["account"] for row in download(people.leader, "accounts-export", "?q=fjord")] == ["Fjord AS"]
        by_value = download(people.leader, "accounts-export", "?order=value")
        assert [row["account"] for row in by_value] == ["Nordmat AB", "Fjord AS"]

    def test_with_their_people_come_those_one_may_see(self, people, customers):
        assert {row["contact_name"] for row in download(people.agent, "customers-export")} == {"Åsa", "Bo"}
        rows = {row["contact_name"]: row for row in download(people.leader, "customers-export")}
        assert set(rows) == {"Åsa", "Bo", "Kari"}
        assert rows["Kari"]["phone"] == "'+47 22 33 44 55"

    def test_whoever_was_erased_is_in_no_file(self, people, customers):
        from feedback import erasure

        erasure.erase(Response.objects.get(score=2).contact, by="", now=NOW)
        rows = download(people.leader, "customers-export", "?q=fjord")
        assert [(row["account"], row["contact_name"]) for row in rows] == [("Fjord AS", "")]


class TestBehindAFigure:
    DAYS = "?from=2026-11-01&to=2026-11-30"

    def test_answers_are_those_of_the_figure(self, people, customers):
        rows = download(people.leader, "report-behind-file", self.DAYS, figure="detractors")
        assert {(row["name"], row["score"], row["comment"]) for row in rows} == {
            ("Åsa", "3", "'@late"),
            ("Kari", "2", "Wrong"),
        }
        assert [row["name"] for row in download(people.agent, "report-behind-file", self.DAYS, figure="promoters")] == [
            "Bo"
        ]

    def test_words_of_a_case_one_may_not_see_stay_out(self, people, customers):
        """Otto looks after the company now; its open case is still Anna's."""
        nordmat, _fjord = customers
        assignment.set_account_owner(nordmat, people.other_agent, now=NOW)
        factories.hand_over(Response.objects.get(score=3).case, people.agent)
        rows = download(people.other_agent, "report-behind-file", self.DAYS, figure="answers")
        words = {row["name"]: row["comment"] for row in rows}
        assert words == {"Åsa": "", "Bo": "Fine", "Kari": "Wrong"}

    @pytest.mark.parametrize("figure", ["cases", "sent", "promises", "answers"])
    def test_every_kind_of_row_leaves(self, people, customers, figure):
        made = factories.promised(Response.objects.get(score=3).case, "=A new invoice").promises.get()
        workflow.keep_promise(case_id=made.case_id, promise_id=made.pk, actor=None, now=later(hours=1))
        rows = download(people.leader, "report-behind-file", self.DAYS, figure=figure)
        assert len(rows) == {"cases": 2, "sent": 0, "promises": 1, "answers": 3}[figure]

    def test_a_figure_that_is_none_is_not_found(self, people):
        assert browser(people.leader).get("/reports/behind/nothing.csv").status_code == 404


class TestMembersOfAWave:
    @pytest.fixture
    def wave(self, customers):
        contacts.opt_out(
            contacts.upsert_contact(external_id="stop", email="s@x.example", now=NOW)[0], now=NOW, reason="x"
        )
        made = waves.draft(
            survey=factories.survey("product"), share="1", seed=1, starts_on=later(days=1).date(), now=NOW
        )
        waves.plan(made, now=later(days=400))
        return made

    def test_say_why_everybody_is_asked_or_not_in_the_readers_language(self, people, wave):
        people.leader.language = "sv"
        people.leader.save(update_fields=["language"])
        shown = download(people.leader, "wave-members", "?reason=", wave_id=wave.pk)
        assert {row["contact"]: row["asked"] for row in shown}["s@x.example"] == "no"
        assert len(shown) == 4
        english = download(people.admin, "wave-members", "?reason=", wave_id=wave.pk)
        assert {row["why"] for row in shown}.isdisjoint(row["why"] for row in english)

    def test_are_narrowed_as_the_page_is(self, people, wave):
        asked = download(people.leader, "wave-members", wave_id=wave.pk)
        assert all(row["asked"] == "yes" for row in asked)
        (found,) = download(people.leader, "wave-members", "?q=kari", wave_id=wave.pk)
        assert found["contact"] == "Kari"

    def test_are_for_nobody_who_may_not_know_of_the_wave(self, people, wave):
        assert browser(people.agent).get(reverse("wave-members", args=[wave.pk])).status_code == 404
