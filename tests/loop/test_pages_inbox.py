"""The inbox: who sees which list, in which order, and how it is searched, filtered and paged."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from loop import inbox, workflow
from loop.models import Case, User
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

TODAY = NOW + timedelta(hours=1)


@pytest.fixture
def visit():
    """Open the inbox as somebody, at 10:12 on the Thursday the cases opened."""

    def visit(user, **query):
        client = Client()
        client.force_login(user)
        with time_machine.travel(query.pop("at", TODAY), tick=False):
            return client.get(reverse("cases"), query)

    return visit


class TestWhoSeesWhat:
    def test_an_agent_finds_her_own_case_and_not_that_of_another_team(self, people, visit):
        factories.case(owner=people.agent, contact_name="Karin Åker")
        factories.case(owner=people.other_agent, contact_name="Ola Nordmann")

        page = visit(people.agent)

        assert "Karin Åker" in page.text
        assert "Ola Nordmann" not in page.text

    def test_her_colleagues_case_is_not_hers_to_read(self, people, visit):
        factories.case(owner=people.colleague, contact_name="Karin Åker")

        for tab in inbox.tabs_of(people.agent):
            assert "Karin Åker" not in visit(people.agent, tab=tab).text

    def test_the_lead_finds_it_under_the_team(self, people, visit):
        factories.case(owner=people.agent, contact_name="Karin Åker")

        assert "Karin Åker" in visit(people.lead, tab="team").text
        assert "Karin Åker" not in visit(people.other_lead, tab="team").text

    def test_what_nobody_owns_is_under_unassigned_of_the_team_it_waits_in(self, people, visit):
        factories.case(team=people.north, contact_name="Karin Åker")

        assert "Karin Åker" in visit(people.agent, tab="unassigned").text
        assert "Karin Åker" not in visit(people.other_agent, tab="unassigned").text

    def test_leadership_sees_everybodys(self, people, visit):
        factories.case(owner=people.agent, contact_name="Karin Åker")
        factories.case(owner=people.other_agent, contact_name="Ola Nordmann")

        page = visit(people.leader)

        assert "Karin Åker" in page.text
        assert "Ola Nordmann" in page.text

    def test_whoever_stands_in_for_the_lead_has_the_team_s_list(self, people, visit):
        case = factories.case(owner=people.colleague, contact_name="Ola Nordmann")
        assert "tab=team" not in visit(people.agent, tab="mine").text

        factories.away(people.lead, substitute=people.agent)
        assert "Ola Nordmann" in visit(User.objects.get(pk=people.agent.pk), tab="team").text
        assert case.owner == people.colleague
        assert "tab=team" not in visit(people.other_agent, tab="mine").text

    def test_an_administrator_with_cases_has_a_list_of_them(self, people, visit):
        factories.case(owner=people.admin, contact_name="Ola Nordmann")
        factories.case(owner=people.agent, contact_name="Kari Hansen")

        page = visit(people.admin, tab="mine")
        assert "Ola Nordmann" in page.text
        assert "Kari Hansen" not in page.text

    @pytest.mark.parametrize(
        "query",
        [
            {"opened_to": "9999-12-31"},
            {"opened_from": "0001-01-01"},
            {"after": "0001-01-01T00:00:00+14:00~1"},
            {"after": "9999-12-31T23:59:59-14:00~1"},
        ],
    )
    @pytest.mark.parametrize("name", ["cases", "cases-export"])
    def test_a_date_beyond_all_calendars_is_passed_over(self, people, client, name, query):
        client.force_login(people.agent)

        assert client.get(reverse(name), {"tab": "mine", **query}).status_code == 200
        since = {"since": query.get("after", "0001-01-01T00:00:00+14:00").partition("~")[0]}
        assert client.get(reverse("cases-news"), since).status_code == 200

    def test_a_tab_the_role_does_not_have_is_passed_over(self, people, visit):
        factories.case(owner=people.other_agent, contact_name="Ola Nordmann")

        page = visit(people.agent, tab="everyone")

        assert page.status_code == 200
        assert "Ola Nordmann" not in page.text

    def test_nobody_signed_in_is_asked_to(self):
        page = Client().get(reverse("cases"))

        assert page.status_code == 302
        assert page.url == "/login/?next=/cases/"

    def test_a_part_by_htmx_without_a_session_sends_the_whole_page_to_the_sign_in(self):
        headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/cases/"}

        assert Client().get(reverse("cases"), headers=headers).headers["HX-Redirect"] == "/login/?next=/cases/"


class TestOrder:
    def test_cases_stand_in_groups_by_what_is_due_first(self, people, visit):
        late = factories.case(owner=people.agent, now=later(days=-7))
        urgent = factories.case(2, owner=people.agent)
        calmer = factories.case(6, owner=people.agent)

        page = visit(people.agent)
        groups = {group.key: group.cases for group in page.context["page"].groups}

        assert groups["overdue"] == [late]
        assert groups["week"] == [urgent, calmer][: len(groups["week"])]
        assert [case for group in groups.values() for case in group] == [late, urgent, calmer]

    def test_what_is_due_before_midnight_is_due_today(self, people, visit):
        case = factories.case(2, owner=people.agent)

        page = visit(people.agent, at=case.contact_due_at - timedelta(minutes=5))

        assert [group.key for group in page.context["page"].groups] == ["today"]

    def test_a_contacted_case_is_due_when_its_cause_must_be_resolved(self, people, visit):
        case = factories.contacted_case(owner=people.agent)

        page = visit(people.agent, at=case.contact_due_at + timedelta(minutes=1))

        assert [group.key for group in page.context["page"].groups] != ["overdue"]

    def test_resolved_cases_come_newest_first_with_how_they_ended(self, people, visit):
        first = factories.resolved_case(owner=people.agent)
        second = factories.resolved_case(owner=people.agent, now=later(days=1))

        page = visit(people.agent, tab="resolved", at=later(days=2))

        assert [case.pk for case in page.context["page"].groups[0].cases] == [second.pk, first.pk]
        assert "solved" in page.text


class TestPaging:
    @pytest.fixture(autouse=True)
    def _short_pages(self, monkeypatch):
        monkeypatch.setattr(inbox, "PAGE_SIZE", 2)

    def test_following_the_pages_shows_every_case_once(self, people, visit):
        cases = [factories.case(owner=people.agent, now=later(minutes=n // 2)) for n in range(5)]
        seen, query = [], {}
        for _page in range(4):
            page = visit(people.agent, **query)
            seen += [case.pk for group in page.context["page"].groups for case in group.cases]
            following = page.context["page"].next_after
            if following is None:
                break
            query = {"after": str(following)}

        assert sorted(seen) == [case.pk for case in cases]
        assert len(seen) == len(set(seen)) == 5

    def test_the_count_of_a_group_is_of_the_whole_list(self, people, visit):
        for _ in range(3):
            factories.case(owner=people.agent)

        assert visit(people.agent).context["page"].groups[0].count == "3"

    @pytest.mark.parametrize("after", ["yesterday", "2026-11-19T08:12:00~1", "~", "2026-11-19T08:12:00+00:00~x"])
    def test_a_place_that_is_none_is_the_first_page(self, people, visit, after):
        factories.case(owner=people.agent, contact_name="Karin Åker")

        assert "Karin Åker" in visit(people.agent, after=after).text


class TestSearchAndFilters:
    @pytest.mark.parametrize("q", ["Karin", "åkeri", "wrong invoice"])
    def test_it_looks_at_contact_account_and_comment(self, people, visit, q):
        account = factories.account("Holmgren Åkeri AB", owner=people.agent)
        contact = factories.contact("Karin Holmgren", account=account)
        factories.response(2, contact=contact, comment="The wrong invoice again")
        factories.case(owner=people.agent, contact_name="Somebody Else")

        page = visit(people.agent, q=q)

        assert "Karin Holmgren" in page.text
        assert "Somebody Else" not in page.text

    def test_it_never_finds_what_the_person_may_not_see(self, people, visit):
        factories.case(owner=people.other_agent, comment="a secret of the south")

        assert "a secret of the south" not in visit(people.agent, q="secret").text

    def test_nothing_found_says_so_with_what_was_looked_for(self, people, visit):
        page = visit(people.agent, q="<b>nobody</b>")

        assert "Nothing here matches “&lt;b&gt;nobody&lt;/b&gt;”" in page.text

    def test_escalated_only(self, people, visit):
        raised = factories.case(owner=people.agent, contact_name="Karin Åker")
        factories.case(owner=people.agent, contact_name="Ola Nordmann")
        workflow.escalate(case_id=raised.pk, reason="needs help", actor=people.agent, now=NOW)

        page = visit(people.agent, escalated="on")

        assert "Karin Åker" in page.text
        assert "Ola Nordmann" not in page.text

    def test_overdue_of_one_team_as_the_overview_links_to_it(self, people, visit):
        factories.case(owner=people.agent, contact_name="Karin Åker", now=later(days=-7))
        factories.case(owner=people.other_agent, contact_name="Ola Nordmann", now=later(days=-7))
        factories.case(owner=people.agent, contact_name="Not Late")

        page = visit(people.leader, tab="everyone", team=people.north.pk, due="overdue")

        assert "Karin Åker" in page.text
        assert "Ola Nordmann" not in page.text
        assert "Not Late" not in page.text

    @pytest.mark.parametrize("query", [{"due": "owner__password"}, {"team": "0"}, {"category": "' OR 1=1"}])
    def test_a_filter_there_is_not_is_passed_over(self, people, visit, query):
        factories.case(owner=people.agent, contact_name="Karin Åker")

        assert "Karin Åker" in visit(people.agent, **query).text


class TestEmptyLists:
    @pytest.mark.parametrize(
        ("tab", "words"),
        [
            ("mine", "No customer is waiting for you"),
            ("unassigned", "Every case has its person"),
            ("resolved", "Nothing resolved yet"),
        ],
    )
    def test_each_says_what_will_appear(self, people, visit, tab, words):
        assert words in visit(people.agent, tab=tab).text

    def test_a_lead_without_cases_of_their_own_lands_on_the_team(self, people, visit):
        factories.case(owner=people.agent, contact_name="Karin Åker")

        assert "Karin Åker" in visit(people.lead).text


def test_a_script_in_a_comment_is_shown_as_text(people, visit):
    factories.case(owner=people.agent, contact_name="<i>Eve</i>", comment="<script>alert(1)</script>")

    page = visit(people.agent)

    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<i>Eve" not in page.text


@pytest.mark.parametrize("role", ["agent", "lead", "leader", "admin"])
def test_a_full_page_takes_few_queries_however_many_cases_there_are(
    people, role, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(inbox, "PAGE_SIZE", 5)
    for number in range(8):
        factories.case(owner=people.agent, now=later(days=-number))
    assert Case.objects.count() == 8
    client = Client()
    client.force_login(getattr(people, role))

    with django_assert_max_num_queries(12), time_machine.travel(TODAY, tick=False):
        assert client.get(reverse("cases")).status_code == 200


FILTERS = {
    "due": "overdue", "category": "detractor", "team": "north", "owner": "agent", "survey": "relational",
    "segment": "Large", "escalated": "on", "callback": "on", "opened_from": "2026-01-01", "opened_to": "2026-12-31",
    "q": "invoice", "tab": "resolved",
}  # fmt: skip


@pytest.mark.parametrize("role", ["agent", "lead", "leader", "admin"])
@pytest.mark.parametrize("name", FILTERS)
def test_any_filter_takes_few_queries(people, role, name, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(inbox, "PAGE_SIZE", 2)
    account = factories.account(owner=people.agent, segment="Large")
    for number in range(6):
        factories.response(2, contact=factories.contact(account=account), comment="invoice", now=later(days=-number))
    value = {"north": people.north.pk, "agent": people.agent.pk, "relational": factories.survey().pk}
    client = Client()
    client.force_login(getattr(people, role))

    with django_assert_max_num_queries(12), time_machine.travel(TODAY, tick=False):
        assert client.get(reverse("cases"), {name: value.get(FILTERS[name], FILTERS[name])}).status_code == 200


class TestWaitingForTheCustomer:
    def written(self, people, name, **delta):
        case = factories.case(owner=people.agent, contact_name=name, now=later(**delta))
        workflow.attempt(case_id=case.pk, channel="email", reached=False, actor=people.agent, now=later(**delta))
        return case

    def test_whom_we_wrote_to_stand_last_and_rise_when_they_are_overdue(self, people, visit):
        late = self.written(people, "Late", days=-7)
        waits = self.written(people, "Waits", hours=-1)
        calm = factories.case(6, owner=people.agent, now=NOW)

        groups = {group.key: group.cases for group in visit(people.agent).context["page"].groups}

        assert groups["overdue"] == [late]
        assert groups["waiting"] == [waits]
        assert list(groups)[-1] == "waiting"
        assert calm in [*groups.get("today", []), *groups.get("week", []), *groups.get("later", [])]
        assert visit(people.agent, due="waiting").context["page"].groups[0].cases == [waits]

    def test_what_is_due_today_stands_under_today_with_a_mark(self, people, visit):
        today = self.written(people, "Today", hours=-23)
        assert today.contact_due_at.date() == TODAY.date()
        calm = self.written(people, "Calm", hours=-1)

        page = visit(people.agent)

        groups = {group.key: group.cases for group in page.context["page"].groups}
        assert groups == {"today": [today], "waiting": [calm]}
        marked = re.findall(r'<span class="chip">waiting for the customer</span>', page.text)
        assert len(marked) == 1
        assert page.text.index("Today") < page.text.index(marked[0]) < page.text.index("Waiting for the customer")
        assert visit(people.agent, due="today").context["page"].groups[0].cases == [today]

    @pytest.mark.parametrize("size", [1, 2, 3, 4])
    def test_pages_go_on_from_what_is_due_to_what_waits_and_show_each_once(self, people, visit, monkeypatch, size):
        monkeypatch.setattr(inbox, "PAGE_SIZE", size)
        cases = [factories.case(owner=people.agent, now=later(minutes=n)) for n in range(3)]
        cases += [self.written(people, f"W{n}", minutes=-n) for n in range(3)]
        seen, query = [], {}
        for _page in range(8):
            page = visit(people.agent, **query).context["page"]
            seen += [case.pk for group in page.groups for case in group.cases]
            if page.next_after is None:
                break
            query = {"after": str(page.next_after)}

        assert len(seen) == 6
        assert {*seen} == {case.pk for case in cases}
        assert {*seen[3:]} == {case.pk for case in cases[3:]}


def test_the_start_of_an_agent_is_the_inbox_and_of_leadership_the_overview(people):
    pages = {}
    for name in ("agent", "lead", "leader", "admin"):
        client = Client()
        client.force_login(getattr(people, name))
        pages[name] = client.get("/").text

    assert "<h1>Inbox</h1>" in pages["agent"]
    assert "<h1>Inbox</h1>" in pages["lead"]
    assert "<h1>Overview</h1>" in pages["leader"]
    assert "<h1>Overview</h1>" in pages["admin"]


def test_a_case_of_nobody_we_know_is_listed_like_any_other(people, client):
    """An imported answer without a name, or one by somebody the link was forwarded to."""
    factories.response(2, contact=None, comment="I see it otherwise.")
    for person, tab in ((people.lead, "unassigned"), (people.leader, "everyone"), (people.admin, "everyone")):
        client.force_login(person)
        page = client.get(f"/cases/?tab={tab}")
        assert page.status_code == 200
        assert "I see it otherwise." in page.content.decode()
