"""Keys for other systems: shown once, stored as a hash, limited by scopes, expiry and revocation."""

from datetime import timedelta

import pytest
from django.core import serializers

from loop import api_keys
from loop.models import ApiKey
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


def test_a_key_is_recognised_by_its_text_alone():
    key, text = api_keys.create("Survey tool", ["ingest"], now=NOW)

    assert api_keys.verify(text, now=NOW) == key
    assert text.startswith("loop_")
    assert len(text.split("_", 2)[2]) == 43  # 256 bits in base64


def test_two_keys_never_share_anything():
    (first, one), (second, two) = (api_keys.create("Twin", ["read"], now=NOW) for _ in range(2))

    assert one != two
    assert first.prefix != second.prefix


def test_a_copy_of_the_database_holds_no_usable_key():
    key, text = api_keys.create("Survey tool", ["ingest"], now=NOW)
    dump = serializers.serialize("json", ApiKey.objects.all())

    assert text not in dump
    assert text.split("_", 2)[2] not in dump
    for stored in (key.prefix, key.secret_hash, f"loop_{key.prefix}_{key.secret_hash}"):
        with pytest.raises(api_keys.KeyRefused):
            api_keys.verify(stored, now=NOW)


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "x", str.upper, lambda t: t[:-1] + "\ud800"])
def test_nearly_the_key_is_not_the_key(change):
    _, text = api_keys.create("Survey tool", ["ingest"], now=NOW)

    with pytest.raises(api_keys.KeyRefused, match="There is no such"):
        api_keys.verify(change(text), now=NOW)


@pytest.mark.parametrize(
    "text", ["", "loop_", "loop__", "loop_abc_def", "loop_000000000000_" + "x" * 200, "\x00", "é" * 20]
)
def test_what_has_not_the_shape_of_a_key_is_none(text):
    with pytest.raises(api_keys.KeyRefused):
        api_keys.verify(text, now=NOW)


def test_a_revoked_key_opens_nothing_from_that_moment_on():
    key, text = api_keys.create("Survey tool", ["ingest"], now=NOW)

    assert api_keys.revoke(key, now=NOW)
    with pytest.raises(api_keys.KeyRefused, match="revoked"):
        api_keys.verify(text, now=NOW)


def test_the_first_revocation_stands():
    key, _ = api_keys.create("Survey tool", ["ingest"], now=NOW)
    api_keys.revoke(key, now=NOW)

    assert not api_keys.revoke(key, now=later(hours=1))
    assert ApiKey.objects.get().revoked_at == NOW


def test_a_key_expires_on_time():
    _, text = api_keys.create("Survey tool", ["ingest"], now=NOW, expires_at=later(hours=1))

    assert api_keys.verify(text, now=later(minutes=59))
    with pytest.raises(api_keys.KeyRefused, match="expired"):
        api_keys.verify(text, now=later(hours=1))


def test_use_is_noted_at_most_once_a_minute(django_assert_num_queries):
    _, text = api_keys.create("Survey tool", ["ingest"], now=NOW)
    api_keys.verify(text, now=NOW)

    with django_assert_num_queries(1):
        api_keys.verify(text, now=NOW + timedelta(seconds=59))
    assert ApiKey.objects.get().last_used_at == NOW
    api_keys.verify(text, now=NOW + timedelta(seconds=60))
    assert ApiKey.objects.get().last_used_at == NOW + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("name", "scopes"), [("", ["read"]), (" ", ["read"]), ("x" * 101, ["read"]), ("Key", []), ("Key", ["root"])]
)
def test_a_key_needs_a_name_and_scopes_there_are(name, scopes):
    with pytest.raises(ValueError, match="A key needs"):
        api_keys.create(name, scopes, now=NOW)
    assert not ApiKey.objects.exists()
