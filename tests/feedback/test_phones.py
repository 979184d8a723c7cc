"""Telephone numbers as people write them, and as gateways want them."""

import pytest

from feedback import phones


@pytest.mark.parametrize(
    ("written", "country", "whole"),
    [
        ("070-174 06 05", "SE", "+46701740605"),
        ("+46 (0)70 174 06 05", "NO", "+46701740605"),
        ("0046701740605", "SE", "+46701740605"),
        ("412 34 567", "NO", "+4741234567"),
        ("20 12 34 56", "DK", "+4520123456"),
        ("040 123 4567", "FI", "+358401234567"),
        ("070-174 06 05", "", "+46701740605"),  # the installation's country
    ],
)
def test_are_found_in_every_nordic_way_of_writing(written, country, whole):
    assert phones.mobile(written, country) == whole


@pytest.mark.parametrize("written", ["", "ring mig", "112", "08-123 456 78", "0200-123 456", "+46 1", "1" * 60])
def test_others_take_no_text_messages(written):
    assert phones.mobile(written, "SE") == ""
