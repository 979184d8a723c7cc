"""The lead's board and the huddle: who may, what is on them, and how a case is given away."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from loop.models import User
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

LATER = later(days=4)


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def page(user, name="team", at=LATER, **query):
    with time_machine.travel(at, tick=False):
        return browser(user).get(reverse(name), query)


def items(shown, key):
    section = next((one for one in shown.context["sections"] if one.key == key), None)
    return [] if section is None else section.context["items"]


def loads(shown):
    section = next(one for one in shown.context["sections"] if one.key == "people")
    return {load.person.name: (load.open, load.overdue, load.this_week) for load in section.context["loads"]}


class TestACaseThatNoTeamHas:
    """Nils works alone. Nobody's team has his cases, so every lead, leadership and administrators look after them."""

    @pytest.fixture
    def case(self, people):
        return factories.case(owner=factories.user("Nils"), contact_name="Eva Lind")

    @pytest.mark.parametrize("name", ["lead", "other_lead", "leader", "admin"])
    def test_is_on_their_boards_when_he_is_away(self, people, case, name):
        factories.away(case.owner, ends_on=later(days=10).date())
        shown = page(getattr(people, name))
        assert [(item.case, item.why) for item in items(shown, "nobody")] == [
            (case, "Nils is away and nobody stands in")
        ]
        assert [item.case for item in items(shown, "overdue")] == [case]

    def test_is_a_new_voice_of_the_huddle(self, people, case):
        assert "Eva Lind" in page(people.lead, "huddle").text

    def test_of_a_member_of_another_team_is_that_team_s(self, people):
        case = factories.case(owner=people.other_agent)
        case.team = None
        case.save(update_fields=["team"])
        assert [item.case for item in items(page(people.other_lead), "overdue")] == [case]
        assert items(page(people.lead), "overdue") == []


class TestTheBoard:
    @pytest.mark.parametrize("name", ["team", "huddle"])
    def test_is_for_leads_and_the_top(self, people, name):
        statuses = {user.name: page(user, name).status_code for user in people}
        assert statuses == {"Anna": 403, "Kim": 403, "Otto": 403, "Lars": 200, "Siv": 200, "Lena": 200, "Ada": 200}

    def test_of_another_team_is_not_there(self, people):
        assert page(people.lead, team=people.south.pk).status_code == 404
        assert page(people.leader, team=people.south.pk).status_code == 200

    def test_is_open_to_whoever_stands_in_for_the_lead(self, people):
        factories.away(people.lead, ends_on=LATER.date(), substitute=people.agent)
        assert page(User.objects.get(pk=people.agent.pk)).status_code == 200

    def test_says_who_has_how_much(self, people):
        factories.case(owner=people.agent)
        factories.case(owner=people.agent, now=LATER)
        factories.contacted_case(owner=people.colleague)
        factories.case(owner=people.other_agent)
        assert loads(page(people.lead)) == {"Anna": (2, 1, 1), "Kim": (1, 0, 0), "Lars": (0, 0, 0)}

    def test_says_why_something_is_late(self, people):
        factories.case(owner=people.agent, contact_name="Eva Lind")
        factories.away(people.agent, ends_on=LATER.date(), substitute=people.colleague)
        (item,) = items(page(people.lead), "overdue")
        assert item.why == "Anna is away, Kim stands in; nobody has tried to reach the customer"

    def test_shows_what_nobody_can_act_on_and_the_queue_apart(self, people):
        gone = factories.case(owner=people.agent)
        User.objects.filter(pk=people.agent.pk).update(is_active=False)
        nobodys = factories.case()
        waiting = factories.case(team=people.north)
        alone = factories.case(owner=people.colleague)
        factories.away(people.colleague, ends_on=LATER.date())
        shown = page(people.lead)
        assert {item.case.pk: item.why for item in items(shown, "nobody")} == {
            gone.pk: "Anna has left",
            nobodys.pk: "no team and no rule takes it",
            alone.pk: "Kim is away and nobody stands in",
        }
        assert [item.case.pk for item in items(shown, "queue")] == [waiting.pk]

    def test_has_the_absences_of_the_weeks_to_come(self, people):
        factories.away(people.agent, starts_on=later(days=12).date(), ends_on=later(days=13).date())
        factories.away(people.other_agent, starts_on=later(days=12).date())
        (section,) = [one for one in page(people.lead, at=NOW).context["sections"] if one.key == "absences"]
        ((row),) = section.context["rows"]
        assert row.person == people.agent
        assert [len(week) for week in row.weeks] == [0, 0, 1, 0, 0]

    def test_takes_few_queries_however_much_there_is(self, people, django_assert_max_num_queries):
        for n in range(12):
            factories.case(owner=people.agent if n % 2 else people.colleague)
            factories.case(team=people.north)
            factories.user(team=people.north)
        with time_machine.travel(LATER, tick=False):
            lars = browser(people.lead)
            for name in ("team", "huddle"):
                with django_assert_max_num_queries(15):  # a query a section
                    lars.get(reverse(name))


class TestGivingACaseAway:
    def give(self, actor, case, to, version=None, **more):
        data = {"to": to.pk if to else "", "version": version or case.version, **more}
        return browser(actor).post(reverse("team-give", args=[case.pk]), data, follow=True)

    def test_hands_it_over_with_a_word(self, people):
        case = factories.case(owner=people.agent)
        said = self.give(people.lead, case, people.colleague, note="She knows them.")
        assert "Handed over to Kim." in said.text
        assert stories.as_it_is_now(case).owner == people.colleague
        assert stories.told(case, "assigned")[-1]["note"] == "She knows them."

    def test_that_somebody_has_changed_meanwhile_does_nothing(self, people):
        case = factories.case(owner=people.agent)
        factories.hand_over(case, people.lead)
        assert "Look at it again" in self.give(people.lead, case, people.colleague).text
        assert stories.as_it_is_now(case).owner == people.lead

    def test_to_nobody_or_to_leadership_does_nothing(self, people):
        case = factories.case(owner=people.agent)
        assert "Choose who gets the case." in self.give(people.lead, case, None).text
        assert "only reads cases" in self.give(people.lead, case, people.leader).text
        assert stories.as_it_is_now(case).owner == people.agent

    def test_of_another_team_is_not_there_and_leadership_may_not(self, people):
        case = factories.case(owner=people.agent)
        assert self.give(people.other_lead, case, people.other_agent).status_code == 404
        assert self.give(people.leader, case, people.colleague).status_code == 403


class TestTheHuddle:
    def test_goes_from_the_new_voices_to_what_was_learned(self, people):
        factories.case(1, owner=people.agent, comment="The invoice is wrong, again.")
        factories.resolved_case(owner=people.colleague)
        shown = page(people.lead, "huddle")
        assert [part.key for part in shown.context["parts"]] == ["voices", "overdue", "learned"]
        assert "The invoice is wrong, again." in shown.text
        learned = page(people.lead, "huddle", part=3)
        assert "Invoice corrected." in learned.text
        assert "The invoice is wrong" not in learned.text

    def test_is_printed_whole(self, people):
        factories.case(1, owner=people.agent, comment="The invoice is wrong, again.")
        factories.resolved_case(owner=people.colleague)
        whole = page(people.lead, "huddle", part="all").text
        assert "The invoice is wrong" in whole
        assert "Invoice corrected." in whole

    def test_says_when_there_is_nothing_to_talk_about(self, people):
        assert "Nothing to talk about this week" in page(people.lead, "huddle").text

    def test_holds_no_word_of_another_team(self, people):
        factories.case(1, owner=people.other_agent, comment="South is slow.")
        assert "South is slow." not in page(people.lead, "huddle", part="all").text
        assert "South is slow." in page(people.leader, "huddle", part="all").text
