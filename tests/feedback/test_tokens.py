"""The links we send: they open one thing for one purpose, survive a new key, and cannot be guessed."""

import uuid

import pytest

from feedback import tokens

SOMETHING = uuid.UUID("6f2a7d0e-6c1b-4f0a-9f86-0b8d3f6d2c11")


def test_the_same_link_is_made_every_time():
    assert tokens.derive("answer", SOMETHING) == tokens.derive("answer", SOMETHING)


def test_a_link_has_132_bits_in_letters_an_address_can_hold():
    token = tokens.derive("answer", SOMETHING)
    assert len(token) == tokens.TOKEN_LENGTH
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_link_opens_nothing_else():
    assert tokens.derive("answer", SOMETHING) != tokens.derive("answer", uuid.uuid4())


def test_a_link_to_answer_does_not_unsubscribe():
    assert tokens.derive("answer", 7) != tokens.derive("unsubscribe", 7)


def test_the_database_keeps_only_the_fingerprint():
    token = tokens.derive("answer", SOMETHING)
    assert token not in tokens.fingerprint(token)
    assert len(tokens.fingerprint(token)) == 64


def test_a_link_sent_before_the_key_was_changed_still_opens(settings):
    sent = tokens.derive("answer", SOMETHING)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key, of which the mail in the customer's inbox knows nothing"
    assert tokens.derive("answer", SOMETHING) != sent
    assert tokens.matching("answer", SOMETHING, tokens.fingerprint(sent)) == sent


def test_a_key_that_was_thrown_away_takes_its_links_with_it(settings):
    sent = tokens.fingerprint(tokens.derive("answer", SOMETHING))
    settings.SECRET_KEY = "a new key, and the old one is nowhere kept"
    with pytest.raises(LookupError, match="no longer known"):
        tokens.matching("answer", SOMETHING, sent)
