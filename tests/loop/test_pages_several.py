"""The ticked cases on the page: asked what is missing, told what was done, exported as a table without formulas."""

import csv
import io
import re

import pytest
import time_machine
from django.urls import reverse

from loop import inbox, several, workflow
from loop.models import Case
from tests import factories
from tests.factories import NOW, later
from tests.people import browser

pytestmark = pytest.mark.django_db

BACK = "/cases/?tab=team&due=overdue"


@pytest.fixture(autouse=True)
def _an_hour_later():
    with time_machine.travel(later(hours=1), tick=False):
        yield


def boxes(*cases):
    return [f"{case.pk}.{case.version}" for case in cases]


def send(user, step, *cases, **fields):
    data = {"case": boxes(*cases), "back": BACK, **fields}
    return browser(user).post(reverse(f"cases-{step}"), data, follow=True)


class TestAllOfAList:
    """Lars hands over all that is overdue of his team, on whichever page it stands."""

    @pytest.fixture
    def overdue(self, people):
        return [factories.case(owner=people.agent, now=later(days=-20), contact_name=f"Late {n}") for n in range(3)]

    def test_takes_what_the_filter_shows_and_nothing_else(self, people, overdue, monkeypatch):
        monkeypatch.setattr(inbox, "PAGE_SIZE", 2)
        fresh = factories.case(owner=people.agent, contact_name="Fresh")
        other = factories.case(owner=people.other_agent, now=later(days=-20))
        assert 'name="whole"' in browser(people.lead).get(BACK).text

        page = send(people.lead, "hand-over", overdue[0], whole="1")
        ticks = re.findall(r'name="case" value="([^"]+)"', page.text)
        assert sorted(ticks) == sorted(boxes(*overdue))
        assert "The list holds more" not in page.text
        assert {str(fresh.pk), str(other.pk)}.isdisjoint(tick.partition(".")[0] for tick in ticks)

        to = f"person-{people.colleague.pk}-{people.north.pk}"
        data = {"case": ticks, "back": BACK, "to": to, "reason": "Holiday"}
        done = browser(people.lead).post(reverse("cases-hand-over"), data, follow=True)
        assert "3 cases handed over to Kim" in " ".join(done.text.split())
        assert set(Case.objects.filter(owner=people.colleague)) == set(overdue)

    def test_says_where_it_is_more_than_can_be_done_at_once(self, people, overdue, monkeypatch):
        monkeypatch.setattr(several, "MOST", 2)
        page = send(people.lead, "hand-over", whole="1")
        assert page.text.count('name="case"') == 2
        assert "The list holds more: these are the first 2 of it" in page.text

    def test_is_exported_as_the_filter_shows_it(self, people, overdue):
        factories.case(owner=people.agent, contact_name="Fresh")
        query = {"case": boxes(overdue[0]), "back": BACK, "whole": "1"}
        table = browser(people.lead).get(reverse("cases-export"), query).getvalue().decode("utf-8-sig")
        assert sorted(name for name in ("Late 0", "Late 1", "Late 2", "Fresh") if name in table) == [
            "Late 0", "Late 1", "Late 2"
        ]  # fmt: skip

    @pytest.mark.parametrize("name", ["agent", "leader"])
    def test_is_only_what_they_see_and_only_for_who_acts(self, people, overdue, name):
        factories.case(owner=people.colleague, now=later(days=-20), contact_name="Kim's")
        page = send(getattr(people, name), "hand-over", whole="1")
        assert page.status_code == (403 if name == "leader" else 200)
        assert "Kim's" not in page.text


class TestHandingOver:
    def test_first_asks_to_whom_and_why(self, people):
        case = factories.case(owner=people.agent, contact_name="Karin Åker")

        page = send(people.lead, "hand-over", case)

        assert page.status_code == 200
        assert "Karin Åker" in page.text
        assert f'value="{case.pk}.{case.version}"' in page.text
        assert Case.objects.get(pk=case.pk).owner == people.agent

    def test_then_tells_what_was_done_and_what_was_not_and_who_was_faster(self, people):
        cases = [factories.case(owner=people.agent) for _ in range(2)]
        with time_machine.travel(later(minutes=59, seconds=50), tick=False):
            workflow.note(case_id=cases[1].pk, text="I call.", actor=people.agent, now=later(minutes=59, seconds=50))

        to = f"person-{people.colleague.pk}-{people.north.pk}"
        page = send(people.lead, "hand-over", *cases, to=to, reason="Holiday")

        assert "1 case handed over to Kim, 1 not" in " ".join(page.text.split())
        assert "Somebody changed this case meanwhile." in page.text
        assert "Anna · note" in page.text
        assert "10 seconds ago" in page.text
        assert Case.objects.get(pk=cases[0].pk).owner == people.colleague
        assert Case.objects.get(pk=cases[1].pk).owner == people.agent
        assert f'href="{BACK.replace("&", "&amp;")}"' in page.text

    def test_without_a_reason_it_asks_again_and_keeps_the_ticks(self, people):
        case = factories.case(owner=people.agent)

        page = send(people.lead, "hand-over", case, to=f"team-{people.south.pk}", reason="")

        assert page.status_code == 400
        assert "Say why this person gets the cases." in page.text
        assert f'value="{case.pk}.{case.version}"' in page.text

    def test_the_result_names_who_got_which_and_may_be_looked_at_again(self, people):
        cases = [factories.case(owner=people.agent, contact_name=name) for name in ("Karin Åker", "Ola Nordmann")]
        anna = browser(people.agent)
        data = {"case": boxes(*cases), "back": BACK, "to": f"person-{people.other_agent.pk}-{people.south.pk}"}
        told = anna.post(reverse("cases-hand-over"), {**data, "reason": "Yours"})
        assert told.status_code == 302

        for _time in ("at once", "reloaded"):
            page = " ".join(anna.get(told.url).text.split())
            assert "2 cases handed over to Otto" in page
            assert "Now with Otto" in page
            assert page.index("Now with Otto") < page.index("Karin Åker") < page.index("Ola Nordmann")
            assert "Somebody changed" not in page
        assert [case.version for case in Case.objects.all()] == [2, 2]

    def test_the_queue_that_got_them_is_named(self, people):
        page = send(
            people.lead, "hand-over", factories.case(owner=people.agent), to=f"team-{people.south.pk}", reason="r"
        )
        assert "1 case handed over to the queue of South" in " ".join(page.text.split())

    @pytest.mark.parametrize("step", ["take", "hand-over", "done"])
    def test_the_address_of_a_step_by_itself_leads_to_the_inbox(self, people, step):
        answer = browser(people.lead).get(reverse(f"cases-{step}"))
        assert (answer.status_code, answer.url) == (302, reverse("cases"))

    def test_a_result_is_its_readers_own(self, people):
        data = {"case": boxes(factories.case(owner=people.agent)), "back": BACK, "to": f"team-{people.south.pk}"}
        told = browser(people.lead).post(reverse("cases-hand-over"), {**data, "reason": "r"})
        assert browser(people.other_lead).get(told.url).url == reverse("cases")

    @pytest.mark.parametrize("step", ["take", "hand-over"])
    def test_nothing_ticked_is_said(self, people, step):
        page = send(people.lead, step)

        assert page.status_code == 400
        assert "Tick the cases first" in page.text

    @pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/cases/?x", "/setup/", "javascript:1"])
    def test_the_way_back_is_to_the_inbox_and_nowhere_else(self, people, back):
        page = browser(people.lead).post(reverse("cases-take"), {"case": "1.1", "back": back}, follow=True)

        assert back not in page.text
        assert 'href="/cases/"' in page.text

    def test_what_one_may_not_see_is_not_shown(self, people):
        case = factories.case(owner=people.other_agent, contact_name="Ola Nordmann")

        for fields in ({}, {"to": f"team-{people.north.pk}", "reason": "x"}):
            assert "Ola Nordmann" not in send(people.agent, "hand-over", case, **fields).text
        assert Case.objects.get(pk=case.pk).owner == people.other_agent


def test_taking_what_waits_in_the_queue(people):
    queued = [factories.case(team=people.north) for _ in range(2)]
    taken = factories.case(owner=people.colleague)

    page = send(people.agent, "take", *queued, taken)

    assert "2 cases are yours now, 1 not" in " ".join(page.text.split())
    assert "It is no longer among the cases you see." in page.text


class TestExport:
    def read(self, user, **query):
        answer = browser(user).get(reverse("cases-export"), query)
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def test_the_ticked_ones(self, people):
        first, _second = (factories.case(owner=people.agent) for _ in range(2))

        rows = self.read(people.agent, case=boxes(first))

        assert [row["case"] for row in rows] == [str(first.pk)]
        assert rows[0]["due_at"] == "2026-11-20 09:12"

    def test_all_that_is_in_view_on_every_page(self, people, monkeypatch):
        monkeypatch.setattr("loop.inbox.PAGE_SIZE", 1)
        factories.case(owner=people.agent, comment="needle")
        factories.case(owner=people.agent, comment="a needle")
        factories.case(owner=people.agent, comment="other")

        assert len(self.read(people.agent, tab="mine", q="needle")) == 2

    @pytest.mark.parametrize("comment", ["=HYPERLINK(1)", "+1", "-1", "@x", "\t=1"])
    def test_no_cell_is_a_formula(self, people, comment):
        factories.case(owner=people.agent, comment=comment, contact_name="=cmd")

        row = self.read(people.agent, tab="mine")[0]

        assert row["comment"].startswith("'")
        assert row["contact"] == "'=cmd"

    @pytest.mark.parametrize("name", ["agent", "colleague", "other_agent", "other_lead"])
    def test_nobody_takes_away_what_they_do_not_see(self, people, name):
        case = factories.case(owner=people.agent)
        visible = 1 if name == "agent" else 0

        assert len(self.read(getattr(people, name), case=boxes(case))) == visible
        assert all(len(self.read(getattr(people, name), tab=tab)) <= visible for tab in ("mine", "team", "everyone"))


def test_times_in_a_table_are_the_readers(people):
    people.agent.time_zone = "Europe/Helsinki"
    people.agent.save()
    factories.case(owner=people.agent, now=NOW)
    answer = browser(people.agent).get(reverse("cases-export"), {"tab": "mine"})

    assert "2026-11-19 10:12" in b"".join(answer.streaming_content).decode()
