"""Saved views: kept under a name beside the tabs, changed, started with, and honest about what is no longer there."""

import pytest
from django.test import Client
from django.urls import reverse

from loop import saved_views
from loop.models import Role, SavedView
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def save(user, name="Late ones", query="tab=mine&due=overdue", **fields):
    return browser(user).post(f"{reverse('view-save')}?{query}", {"name": name, **fields}, follow=True)


class TestSaving:
    def test_it_stands_beside_the_tabs_and_shows_what_was_chosen(self, people):
        page = save(people.agent, query="tab=mine&due=overdue&escalated=on&nonsense=1&after=2026-01-01T00:00:00Z~1")

        view = SavedView.objects.get()
        assert view.query == "tab=mine&due=overdue&escalated=on"
        assert page.redirect_chain[-1][0] == f"/cases/?{view.query}&view={view.pk}"
        assert page.context["here"] == view
        assert page.context["wanted"].due == "overdue"
        assert ">Late ones</a>" in page.text

    @pytest.mark.parametrize(("name", "says"), [("  ", "Give the view a name."), ("x" * 61, "at most 60 characters")])
    def test_a_name_that_will_not_do_is_said(self, people, name, says):
        assert says in save(people.agent, name=name).text
        assert not SavedView.objects.exists()

    def test_a_name_that_is_taken_is_said_but_others_may_have_it(self, people):
        save(people.agent)

        assert "already a view called “Late ones”" in save(people.agent).text
        assert "Saved as" in save(people.lead).text

    def test_there_is_an_end_to_how_many(self, people, monkeypatch):
        monkeypatch.setattr(saved_views, "MOST", 1)
        save(people.agent)

        assert "take one away first" in save(people.agent, name="More").text


class TestChanging:
    def test_another_name_and_what_is_shown_now(self, people):
        save(people.agent)
        view = SavedView.objects.get()

        browser(people.agent).post(f"{reverse('view-change', args=[view.pk])}?tab=mine&q=x", {"name": "Mine with x"})

        view.refresh_from_db()
        assert (view.name, view.query) == ("Mine with x", "tab=mine&q=x")

    def test_gone_it_is_gone_and_the_list_is_where_it_was(self, people):
        save(people.agent)
        view = SavedView.objects.get()

        page = browser(people.agent).post(reverse("view-delete", args=[view.pk]), follow=True)

        assert not SavedView.objects.exists()
        assert page.redirect_chain[-1][0] == f"/cases/?{view.query}"

    @pytest.mark.parametrize("step", ["change", "delete"])
    def test_anothers_is_not_there(self, people, step):
        save(people.agent)
        view = SavedView.objects.get()

        answer = browser(people.lead).post(reverse(f"view-{step}", args=[view.pk]), {"name": "Mine"})

        assert answer.status_code == 404
        assert SavedView.objects.get().name == "Late ones"
        assert "Late ones" not in browser(people.lead).get(reverse("cases")).text


class TestStartingWithOne:
    @pytest.mark.parametrize("address", ["/", "/cases/"])
    def test_the_inbox_opens_with_it_and_a_tab_leaves_it(self, people, address):
        save(people.agent, start="on")
        client = browser(people.agent)

        assert client.get(address, follow=True).context["here"].name == "Late ones"
        assert client.get("/cases/?tab=mine").context["here"] is None

    def test_one_start_takes_over_from_another(self, people):
        save(people.agent, start="on")
        save(people.agent, name="Other", start="on")

        assert [view.name for view in SavedView.objects.filter(is_start=True)] == ["Other"]


class TestWhatIsNoLongerThere:
    def test_a_view_that_asks_for_it_says_so_and_shows_the_rest(self, people):
        team = factories.team("Closing")
        save(people.leader, query=f"tab=everyone&due=overdue&team={team.pk}")
        team.delete()

        page = browser(people.leader).get(f"/cases/?{SavedView.objects.get().query}&view={SavedView.objects.get().pk}")

        assert "The view “Late ones” asks for something that is no longer valid" in page.text
        assert "Team is no longer there, or no longer yours to see" in page.text
        assert page.context["wanted"].due == "overdue"

    def test_an_owner_who_is_no_longer_of_ones_team_is_one_of_those(self, people):
        saved_views.save(user=people.lead, name="Anna's", query=f"tab=team&owner={people.agent.pk}", now=NOW)
        people.agent.memberships.all().delete()

        page = browser(people.lead).get(f"/cases/?{SavedView.objects.get().query}&view={SavedView.objects.get().pk}")

        assert "Owner is no longer there, or no longer yours to see" in page.text

    def test_so_does_a_segment_and_a_date_that_is_none(self, people):
        text = browser(people.leader).get("/cases/?segment=Moon&opened_from=yesterday").text

        assert "Segment is no longer there" in text
        assert "Opened from is no date" in text

    def test_a_tab_the_role_has_no_more_gives_the_first(self, people):
        saved_views.save(user=people.lead, name="Team", query="tab=team", is_start=True, now=NOW)
        people.lead.role = Role.AGENT
        people.lead.save()

        assert browser(people.lead).get("/", follow=True).context["wanted"].tab == "mine"
