"""What owners read before a wave leaves, and customers a week after it did, in their own language."""

from datetime import UTC, datetime, timedelta

import pytest

from feedback import waves
from feedback.models import Wave
from notifications import announce, delivery, facts, rendering
from notifications.models import Message
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def our_name(settings):
    settings.DEFAULT_FROM_EMAIL = "Nordlys AS <hello@nordlys.example>"
    settings.BASE_URL = "https://loop.example"


@pytest.fixture
def fjord(people):
    return factories.account("Fjord AB", owner=people.agent, country="SE")


def launch(**fields):
    facts = {"survey": factories.survey(), "method": "whole", "seed": 7, "starts_on": NOW.date(), "now": NOW, **fields}
    drafted = waves.draft(**facts)
    waves.plan(drafted, now=NOW)
    waves.schedule(waves.approve(Wave.objects.get(pk=drafted.pk), by="ada@loop.example", now=NOW), now=NOW)
    return Wave.objects.get(pk=drafted.pk)


def heads_up():
    return rendering.render(Message.objects.get(kind="wave_heads_up"), now=NOW)


def reminder():
    announce.enqueue_invitations(now=MONDAY)
    delivery.deliver_due(now=MONDAY)
    announce.enqueue_reminders(now=MONDAY + timedelta(days=7))
    return rendering.render(Message.objects.get(kind="survey_reminder"), now=NOW)


class TestTheHeadsUp:
    def test_says_who_is_asked_when_and_what_to_do_about_it(self, fjord):
        for name in ("Eva Lind", "Bo Ek"):
            factories.contact(name, account=fjord)
        factories.contact("Somebody of nobody's")
        wave = launch(per_hour=1)
        envelope = heads_up()
        assert envelope.to == "anna@loop.example"
        assert envelope.subject == "2 people you look after will be asked: Relationship"
        (first, second) = sorted(("Eva Lind", "Bo Ek"), key=envelope.text.index)
        assert envelope.text.splitlines()[2:6] == [
            "The question leaves on Monday 23 November, in the morning.",
            "",
            f"- {first}, Fjord AB: Mon 23 Nov",
            f"- {second}, Fjord AB: Mon 23 Nov",
        ]
        assert "Somebody" not in envelope.text
        assert "open complaint" in envelope.text
        for body in (envelope.text, envelope.html):
            assert f"https://loop.example/surveys/waves/{wave.pk}/" in body
        assert envelope.headers == {"References": f"<wave-{wave.pk}@nordlys.example>"}

    def test_says_from_when_to_when(self, fjord):
        for _each in range(7):
            factories.contact(account=fjord)
        launch(per_hour=1)
        assert "from Monday 23 November to Monday 30 November." in heads_up().text

    def test_names_so_many_and_counts_the_rest(self, fjord, monkeypatch):
        monkeypatch.setattr(facts, "PEOPLE_SHOWN", 3)
        for _each in range(5):
            factories.contact(account=fjord)
        launch()
        text = heads_up().text
        assert text.count("Fjord AB") == 3
        assert "and 2 more" in text

    def test_of_one_person_says_so(self, fjord):
        factories.contact(account=fjord)
        launch()
        assert heads_up().subject == "1 person you look after will be asked: Relationship"

    def test_holds_what_customers_are_called_as_text(self, fjord):
        factories.contact("<script>alert(1)</script>", account=fjord)
        launch()
        assert "<script>" not in heads_up().html

    def test_takes_few_queries_however_many_are_asked(self, fjord, django_assert_max_num_queries):
        for _each in range(30):
            factories.contact(account=fjord)
        launch()
        message = Message.objects.select_related("wave__survey", "user").get()
        with django_assert_max_num_queries(4):
            rendering.render(message, now=NOW)


class TestTheReminder:
    def test_says_that_it_is_one_and_asks_with_the_same_buttons(self, fjord):
        factories.contact("Eva Lind", account=fjord)
        launch()
        envelope = reminder()
        assert "We will not remind you again." in envelope.text
        assert "It takes twenty seconds" not in envelope.text
        asked = Message.objects.get(kind="survey_invitation")
        before = rendering.render(asked, now=NOW)
        links = [line for line in before.text.splitlines() if "?score=" in line]
        assert links == [line for line in envelope.text.splitlines() if "?score=" in line]
        assert len(links) == 11
        assert "List-Unsubscribe" in envelope.headers
        assert envelope.message_id != before.message_id

    def test_has_the_subject_the_survey_gives_it(self, fjord):
        wordings = factories.survey().wordings.filter(language="en")
        wordings.update(reminder_subject="Still curious, {company}")
        factories.contact("Eva Lind", account=fjord)
        launch()
        assert reminder().subject == "Still curious, Nordlys AS"


@pytest.mark.parametrize(
    ("language", "told", "asked"),
    [
        ("en", "Say so on the page", "We will not remind you again."),
        ("sv", "Anmäl det på undersökningens sida", "Vi påminner dig inte igen."),
        ("nb", "Meld det på undersøkelsens side", "Vi minner deg ikke på det igjen."),
        ("da", "Meld det på undersøgelsens side", "Vi minder dig ikke om det igen."),
        ("fi", "Ilmoita siitä kyselyn sivulla", "Emme muistuta enää uudelleen."),
    ],
)
def test_everybody_reads_their_own_language(catalogs, people, fjord, language, told, asked):
    people.agent.language = language
    people.agent.save(update_fields=["language"])
    factories.contact("Eva Lind", account=fjord, language=language)
    launch()
    owner, customer = heads_up(), reminder()
    assert told in owner.text
    assert told in owner.html
    assert asked in customer.text
    assert asked in customer.html
    assert (owner.language, customer.language) == (language, language)
