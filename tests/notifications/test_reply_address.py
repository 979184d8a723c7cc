"""A customer's answer finds its case by an address that nobody can make up."""

import pytest

from notifications import reply_address
from tests.factories import NOW, later


@pytest.fixture(autouse=True)
def ours(settings):
    settings.REPLY_ADDRESS = "case@loop.example"


def read(*addresses, now=NOW):
    return reply_address.read(addresses, now=now)


def test_names_its_case_whatever_a_mail_program_makes_of_its_letters():
    address = reply_address.of_case(4711, now=NOW)
    for written in (address, address.upper(), f" {address} "):
        assert read("somebody@else.example", written) == reply_address.Named(4711, is_believed=True)


def test_fits_what_mail_servers_take():
    local = reply_address.of_case(10**12 - 1, now=NOW).partition("@")[0]
    assert len("x" * 16 + local) <= 64  # REPLY_ADDRESS may have 20 letters before the @
    assert local == local.lower()


def test_of_another_case_is_not_believed():
    address = reply_address.of_case(4711, now=NOW)
    assert read(address.replace("+4711-", "+4712-")) == reply_address.Named(4712, is_believed=False)


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_altered_or_cut_short_is_not_believed(cut):
    local, _at, domain = reply_address.of_case(4711, now=NOW).partition("@")
    assert read(f"{local[:-cut]}@{domain}").is_believed is False
    assert read(f"{local[:-cut]}{'a' * cut}@{domain}").is_believed is (local.endswith("a" * cut))


def test_with_a_later_day_is_not_believed():
    day = later(days=365).strftime("%Y%m%d")
    address = reply_address.of_case(4711, now=NOW)
    assert f"-{day}-" in address
    assert read(address.replace(day, later(days=400).strftime("%Y%m%d"))).is_believed is False


def test_is_believed_for_a_year():
    address = reply_address.of_case(4711, now=NOW)
    assert read(address, now=later(days=365)).is_believed is True
    assert read(address, now=later(days=366)).is_believed is False


def test_outlives_a_key_that_is_kept(settings):
    address = reply_address.of_case(4711, now=NOW)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 10
    assert read(address).is_believed is False
    settings.SECRET_KEY_FALLBACKS = [old]
    assert read(address).is_believed is True


def test_of_somebody_else_names_nothing():
    address = reply_address.of_case(4711, now=NOW)
    assert read(address.replace("loop.example", "evil.example")) is None
    assert read("case@loop.example", "x+y@loop.example") is None


def test_is_none_where_none_is_set_up(settings):
    settings.REPLY_ADDRESS = ""
    assert reply_address.of_case(4711, now=NOW) == ""
    assert read("case+1-20270101-aaaaaaaaaaaaaaaaaaaa@loop.example") is None
