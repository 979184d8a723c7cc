"""Is an amount read as it was meant, wherever its commas and points come from?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from feedback.importing.amounts import NotAnAmount, parse_amount


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("1200000", "1200000", ""),
        ("1 200 000,50", "1200000.50", ""),
        ("1\u00a0200\u00a0000,50", "1200000.50", ""),
        ("1.200.000,50 kr", "1200000.50", ""),
        ("1,200,000.50", "1200000.50", ""),
        ("1'200'000.50", "1200000.50", ""),
        ("1.200", "1200", ""),
        ("1,5", "1.5", ""),
        ("12,50", "12.50", ""),
        ("SEK 1 200 000", "1200000", "SEK"),
        ("99 €", "99", "EUR"),
        ("-5,25", "-5.25", ""),
    ],
)
def test_nordic_and_english_ways_of_writing(cell, amount, currency):
    assert parse_amount(cell) == (Decimal(amount), currency)


@pytest.mark.parametrize("cell", ["x", "12,34,56", "1.2.3", "1,20,000.5", "12 kr SEK", "1-2", "", "٣", "1e6"])
def test_anything_else_is_refused(cell):
    with pytest.raises(NotAnAmount):
        parse_amount(cell)
