"""Setting up people, teams and rules, and one's own settings and absences: the pages, and what they say before."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback.models import Contact
from loop import changes
from loop.models import Absence, AccountOwner, AssignmentRule, ConflictPolicy, Role, Team, User
from notifications import delivery
from notifications.models import Message
from notifications.people import announce_people
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def url(name, *args):
    return reverse(name, args=args)


def facts(user, **fields):
    teams = list(user.teams.values_list("pk", flat=True))
    return {"name": user.name, "email": user.email, "role": user.role, "teams": teams, "language": "",
            "time_zone": "", **fields}  # fmt: skip


class TestInviting:
    @pytest.fixture
    def nora(self, people):
        data = {"name": "Nora", "email": "nora@loop.example", "role": "agent", "teams": [people.north.pk],
                "language": "nb", "time_zone": "Europe/Oslo"}  # fmt: skip
        said = browser(people.admin).post(url("setup-people"), data, follow=True)
        assert "Nora is mailed the way in." in said.text
        return User.objects.get(email="nora@loop.example")

    def test_makes_a_person_in_their_language_and_team(self, people, nora):
        assert (nora.language, nora.time_zone, nora.role) == ("nb", "Europe/Oslo", "agent")
        assert list(nora.teams.all()) == [people.north]
        assert not nora.has_usable_password()

    def test_mails_them_a_link_that_lets_them_in_and_is_not_kept(self, nora, mailoutbox):
        now = timezone.now()
        assert announce_people(now=now) == 1
        assert announce_people(now=now) == 0
        delivery.deliver_due(now=now)
        (link,) = [line for line in mailoutbox[0].body.splitlines() if "/password/" in line]
        page = Client().get(link.partition("//")[2].partition("/")[2].join(["/", ""]), follow=True)
        assert page.status_code == 200
        assert "new_password1" in page.text
        kept = Message.objects.get(user=nora)
        assert kept.state == "sent"
        assert "/password/***" in kept.body
        assert link.rstrip("/").rpartition("/")[2] not in kept.body + kept.body_html

    def test_the_same_address_twice_says_so(self, people, nora):
        data = {"name": "Nora", "email": "NORA@loop.example", "role": "agent"}
        said = browser(people.admin).post(url("setup-people"), data)
        assert said.status_code == 400
        assert "is already here" in said.text


class TestChangingAPerson:
    def test_is_told_before_it_is_done(self, people):
        factories.case(owner=people.agent)
        data = facts(people.agent, name="Anna Berg", teams=[people.south.pk])
        said = browser(people.admin).post(url("setup-person", people.agent.pk), data)
        assert said.context["changes"] == [
            "Name: Anna becomes Anna Berg.", "Joins South.", "Leaves North.",
            "1 open cases go along into the new team.",
        ]  # fmt: skip
        assert User.objects.get(pk=people.agent.pk).name == "Anna"

    def test_is_done_and_remembered(self, people):
        data = facts(people.agent, name="Anna Berg", save="1")
        browser(people.admin).post(url("setup-person", people.agent.pk), data)
        assert User.objects.get(pk=people.agent.pk).name == "Anna Berg"
        entry = changes.of(User, only=[people.agent.pk])[0]
        assert (entry.by, entry.what) == ("Ada", "changed")
        assert [(part.before, part.after) for part in entry.differences] == [("Anna", "Anna Berg")]

    def test_that_would_strand_cases_is_refused(self, people):
        factories.case(owner=people.agent)
        data = facts(people.agent, role="leadership", save="1")
        said = browser(people.admin).post(url("setup-person", people.agent.pk), data)
        assert said.status_code == 400
        assert "Anna still has: 1 open cases, 1 customers looked after" in said.text
        assert User.objects.get(pk=people.agent.pk).role == Role.AGENT

    def test_signing_in_is_no_change_of_the_setup(self, people):
        before = len(changes.of(User, only=[people.agent.pk]))
        browser(people.agent)
        assert len(changes.of(User, only=[people.agent.pk])) == before


class TestLeaving:
    def test_shows_all_and_hands_it_over(self, people):
        case = factories.case(owner=people.agent)
        apart = factories.account("Apart AB", owner=people.agent)
        client, address = browser(people.admin), url("setup-leaving", people.agent.pk)
        assert "Apart AB" in client.get(address).text
        assert client.post(address, {"to": ""}).status_code == 400
        data = {"to": f"person-{people.colleague.pk}", f"account-{apart.pk}": f"team-{people.south.pk}"}
        assert "everything has a new home" in client.post(address, data, follow=True).text
        assert stories.as_it_is_now(case).owner == people.colleague
        assert AccountOwner.objects.get(account=apart).user == people.other_agent
        assert not User.objects.get(pk=people.agent.pk).is_active

    def test_of_somebody_without_anything_is_one_button_and_they_may_come_back(self, people):
        client = browser(people.admin)
        client.post(url("setup-leaving", people.agent.pk))
        assert not User.objects.get(pk=people.agent.pk).is_active
        client.post(url("setup-person-back", people.agent.pk))
        assert User.objects.get(pk=people.agent.pk).is_active


class TestTeams:
    def test_are_made_with_their_people(self, people):
        data = {"name": "West", "is_fallback": "on", "members": [people.agent.pk]}
        browser(people.admin).post(url("setup-teams"), data)
        west = Team.objects.get(name="West")
        assert west.is_fallback
        assert list(west.members.all()) == [people.agent]
        assert browser(people.admin).post(url("setup-teams"), {"name": "west"}).status_code == 400

    def test_say_what_would_change(self, people):
        data = {"name": "Nord", "members": [people.colleague.pk, people.other_agent.pk]}
        said = browser(people.admin).post(url("setup-team", people.north.pk), data)
        assert said.context["changes"] == [
            "North is called Nord from now on.", "Otto joins.", "Anna leaves.", "Lars leaves.",
            "The team is without a lead: the other leads see its cases.",
        ]  # fmt: skip
        assert Team.objects.filter(name="North").exists()

    def test_only_one_takes_nobodys_cases(self, people):
        for team in (people.north, people.south):
            data = {"name": team.name, "is_fallback": "on", "members": list(team.members.values_list("pk", flat=True))}
            browser(people.admin).post(url("setup-team", team.pk), {**data, "save": "1"})
        assert list(Team.objects.filter(is_fallback=True)) == [people.south]


class TestRules:
    def data(self, people, **fields):
        return {"name": "Sweden", "receiver": f"team-{people.north.pk}", "sharing": "round_robin", "country": "se",
                "is_active": "on", **fields}  # fmt: skip

    def test_are_looked_at_before_they_are_saved(self, people):
        case = factories.case()
        type(case.account).objects.update(country="SE")
        said = browser(people.admin).post(url("setup-rule-new"), self.data(people))
        assert said.context["would_be"].looked_at in (0, 1)
        assert not AssignmentRule.objects.exists()
        browser(people.admin).post(url("setup-rule-new"), self.data(people, save="1"))
        rule = AssignmentRule.objects.get()
        assert (rule.country, rule.sharing, rule.team, rule.position) == ("SE", "round_robin", people.north, 1)

    def test_are_listed_with_what_must_hold_and_who_gets_it(self, people):
        AssignmentRule.objects.create(position=1, name="Norway", country="NO", team=people.south)
        AssignmentRule.objects.create(position=2, name="All", user=people.agent)
        page = browser(people.admin).get(url("setup-rules")).text
        assert "NO → South, waits in the queue" in page
        assert "always → Anna" in page
        assert "· →" not in page

    def test_are_put_in_order_by_button_and_by_dragging(self, people):
        made = [AssignmentRule.objects.create(position=n, name=str(n), user=people.agent) for n in (1, 2, 3)]
        client = browser(people.admin)
        client.post(url("setup-rule-move", made[2].pk), {"up": "1"})
        assert [rule.name for rule in AssignmentRule.objects.order_by("position")] == ["1", "3", "2"]
        client.post(url("setup-rules-order"), {"order": f"{made[1].pk},{made[0].pk},x,999"})
        assert [rule.name for rule in AssignmentRule.objects.order_by("position")] == ["2", "1", "3"]

    def test_are_tried_on_a_contact_and_on_an_answer_they_gave(self, people):
        case = factories.case(owner=people.agent, contact_name="Eva Lind")
        client = browser(people.admin)
        query = {"contact": "Eva", "score": "2", "survey": case.response.survey_id}
        assert "Anna would get it" in client.get(url("setup-rules-try"), query).text
        named = client.get(url("setup-rules-try"), {**query, "comment": "Anna is slow"}).text
        assert "Lars would get it" in named
        assert "mentions Anna by name" in named
        assert "Anna would get it" in client.get(url("setup-rules-try"), {"answer": case.response_id}).text
        assert "Nobody like that is known." in client.get(url("setup-rules-try"), {**query, "contact": "Zzz"}).text

    def test_say_how_a_touchpoint_is_written_and_keep_what_was_typed(self, people):
        case = factories.case(owner=people.agent)
        query = {"contact": "Eva", "score": "2", "survey": case.response.survey_id, "touchpoint": "Ticket closed"}
        page = browser(people.admin).get(url("setup-rules-try"), query).text
        assert "Write the touchpoint as other systems do" in page
        assert "slug" not in page
        assert 'value="Ticket closed"' in page

    def test_of_the_lead_s_first_look_are_held_against_the_last_30_days_before_they_are_saved(self, people):
        account = factories.account("Fjord AB", owner=people.agent)
        for name, day, comment in (("Eva", 0, ""), ("Bo", 10, ""), ("Eva", 12, "Anna never calls.")):
            person, _made = Contact.objects.get_or_create(name=name, account=account, defaults={"created_at": NOW})
            factories.response(3, contact=person, comment=comment, now=later(days=day))
        factories.case(owner=people.other_agent, now=later(days=1))

        def told(**data):
            with time_machine.travel(later(days=20), tick=False):
                page = browser(people.admin).post(url("setup-conflicts"), data)
            return " ".join(page.text.split())

        # Bo came ten days after Eva; her second answer names Anna.
        shown = told(owner_named="on", second_within_days="5")
        assert "Of 4 cases of the last 30 days whose account has an owner, the lead looks at 2 first today" in shown
        assert "would have looked at 1." in shown
        assert "would have looked at 0." in told(second_within_days="0")
        assert not ConflictPolicy.objects.exists()

    def test_can_be_seen_to_matter_before_one_is_removed(self, people):
        rule = AssignmentRule.objects.create(position=1, name="Everything", user=people.agent)
        factories.case(team=people.north, now=NOW)
        with time_machine.travel(later(days=1), tick=False):
            page = browser(people.admin).get(url("setup-rule", rule.pk)).text
        assert "Without it 1 of the 1 cases" in " ".join(page.split())

    def test_of_the_lead_s_first_look_are_remembered(self, people):
        data = {"owner_named": "on", "second_within_days": "14", "save": "1"}
        browser(people.admin).post(url("setup-conflicts"), data)
        assert ConflictPolicy.objects.get().second_within_days == 14
        assert changes.of(ConflictPolicy)[0].by == "Ada"


class TestOnesOwn:
    def test_language_is_spoken_at_once(self, people):
        said = browser(people.agent).post(
            url("my-settings"), {"name": "Anna", "language": "sv", "time_zone": "Europe/Helsinki"}, follow=True
        )
        assert '<html lang="sv">' in said.text
        assert User.objects.get(pk=people.agent.pk).time_zone == "Europe/Helsinki"

    def test_time_zone_must_be_one(self, people):
        data = {"name": "Anna", "language": "", "time_zone": "Mars/Base"}
        assert browser(people.agent).post(url("my-settings"), data).status_code == 400

    def test_absence_is_planned_changed_and_struck_out(self, people):
        client, today = browser(people.agent), timezone.localdate()
        data = {"user": people.agent.pk, "starts_on": today, "ends_on": today, "substitute": people.colleague.pk}
        assert "Kim sees and does the work" in client.post(url("absences"), data, follow=True).text
        again = client.post(url("absences"), data)
        assert again.status_code == 400
        assert "already" in again.text
        absence = Absence.objects.get()
        client.post(url("absence", absence.pk), {**data, "substitute": ""})
        assert Absence.objects.get().substitute is None
        client.post(url("absence-end", absence.pk))
        assert not Absence.objects.exists()

    def test_absence_of_somebody_else_is_their_lead_s_business(self, people):
        today = timezone.localdate()
        data = {"user": people.colleague.pk, "starts_on": today, "ends_on": today}
        assert browser(people.agent).post(url("absences"), data).status_code == 400
        assert browser(people.lead).post(url("absences"), data).status_code == 302
        assert Absence.objects.get().user == people.colleague
