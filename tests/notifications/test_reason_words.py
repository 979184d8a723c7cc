"""Why a message was not sent is read in the language of who reads it, also of rows that are old."""

import ast
import inspect

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from notifications import delivery, reason_words, staleness
from notifications.models import Message, MessageState
from tests.factories import NOW

SUPERSEDED = "superseded by reminder_overdue (event:4:2:email)"


def sentences():
    """What the checks return: each as it stands in the code, with something for each thing it names."""
    for module in (staleness, delivery):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Return | ast.Assign) and node.value is not None:
                parts = list(ast.walk(node.value))
                inside = {piece for part in parts if isinstance(part, ast.JoinedStr) for piece in part.values}
                for part in parts:
                    if part in inside:
                        continue
                    if isinstance(part, ast.JoinedStr):
                        yield "".join(
                            piece.value if isinstance(piece, ast.Constant) else "thing" for piece in part.values
                        )
                    elif isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.count(" ") > 1:
                        yield part.value


FOUND = sorted({text for text in sentences() if text[:1].islower() and text.count(" ") > 1})


def is_known(text: str) -> bool:
    return text in reason_words.SENTENCES or any(pattern.fullmatch(text) for pattern, _told in reason_words.PATTERNS)


@pytest.mark.parametrize("text", FOUND)
def test_every_check_says_what_the_table_knows(text):
    assert is_known(text)


def test_there_are_checks_to_look_at():
    assert len(FOUND) > 20
    assert not is_known("the moon is full")


@pytest.mark.parametrize("language", ["sv", "nb", "da", "fi"])
def test_nothing_is_in_english_for_who_reads_another_language(language):
    stored = [*reason_words.SENTENCES, SUPERSEDED, "Anna did it", "the call has changed since (version 1, now 2)"]
    with translation.override(language):
        assert [text for text in stored if reason_words.in_words(text) == text] == []


def test_names_the_later_message_by_its_kind_and_not_by_its_key():
    assert reason_words.in_words(SUPERSEDED).startswith("a later message says it: ")
    assert "event:" not in reason_words.in_words(SUPERSEDED)


def test_what_a_mail_server_said_is_told_as_it_is():
    assert reason_words.in_words("550 no such user") == "550 no such user"


@pytest.mark.django_db
def test_the_outbox_tells_reason_and_channel_in_its_readers_language(people):
    message = Message.objects.create(
        key="one", kind="case_assigned", user=people.agent, send_after=NOW, created_at=NOW, subject="Hi", body="Hi",
        state=MessageState.CANCELLED, error=SUPERSEDED,
    )  # fmt: skip
    people.admin.language = "sv"
    people.admin.save()
    client = Client()
    client.force_login(people.admin)
    for page in (reverse("outbox"), reverse("message", args=[message.pk])):
        assert "superseded" not in client.get(page).text
    assert "<dd>e-post</dd>" in client.get(page).text
