"""messages: what was or will be sent."""

import json

import pytest
from django.core.management import CommandError, call_command

from notifications import announce, outbox, rendering
from notifications.models import Message, MessageState
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(people):
    """Anna's case, about which a message to her waits."""
    case = factories.case(owner=people.agent, contact_name="Ingrid Moe")
    announce.announce_missed(now=factories.NOW)
    return case


def listed(capsys, *words):
    call_command("messages", "--json", *words)
    return json.loads(capsys.readouterr().out)["messages"]


def test_a_message_that_waits_is_told_as_it_would_read_now(case, people, capsys):
    [told] = listed(capsys)

    message = Message.objects.get()
    assert told["kind"] == "case_assigned"
    assert (told["channel"], told["to"], told["state"]) == ("email", people.agent.email, "pending")
    assert (told["key"], told["case"], told["sent_at"]) == (message.key, case.pk, None)
    assert told["send_after"] == message.send_after.isoformat()
    assert told["subject"]
    assert "Ingrid Moe" in told["body"] or str(case.pk) in told["body"]


def test_a_message_that_was_sent_is_told_as_it_was(case, capsys):
    message = Message.objects.get()
    rendering.keep(message, rendering.render(message, now=factories.NOW))
    outbox.mark_sent(message, now=factories.later(minutes=1))
    Message.objects.update(subject="As it was sent")

    [told] = listed(capsys)
    assert (told["state"], told["subject"]) == (MessageState.SENT, "As it was sent")
    assert told["sent_at"] == factories.later(minutes=1).isoformat()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--to", "ANNA@loop.example"], 1),
        (["--to", "kim@loop.example"], 0),
        (["--since", "2026-11-19T08:12:00Z"], 1),
        (["--since", "2026-11-19T08:12:01Z"], 0),
        (["--since", "2026-11-19T09:12:00"], 1),
    ],
)
def test_they_can_be_chosen(case, capsys, words, found):
    assert len(listed(capsys, *words)) == found


def test_they_can_be_chosen_by_case(case, capsys):
    assert len(listed(capsys, "--case", str(case.pk))) == 1
    assert listed(capsys, "--case", str(case.pk + 1)) == []


def test_one_that_cannot_be_put_into_words_does_not_hide_the_others(case, capsys):
    Message.objects.update(kind="no_such_kind")
    announced = factories.case(owner=Message.objects.get().user)
    announce.announce_missed(now=factories.NOW)

    assert [told["kind"] for told in listed(capsys)] == ["no_such_kind", "case_assigned"]
    assert listed(capsys, "--case", str(announced.pk))[0]["subject"]


def test_people_get_two_lines_a_message(case, people, capsys):
    call_command("messages")

    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("pending ")
    assert people.agent.email in first
    assert second.strip()


def test_a_time_that_is_none_is_refused():
    with pytest.raises(CommandError, match="is not a time"):
        call_command("messages", "--since", "yesterday")
