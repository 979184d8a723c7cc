"""Does a comment name the person who looks after the account? Whole words, in the forms customers write."""

import pytest

from loop import naming
from loop.models import User

ANNA = User(name="Anna Berg", email="anna@loop.example")


@pytest.mark.parametrize(
    "comment",
    [
        "Anna never calls back.",
        "anna never calls back",
        "I told ANNA twice!",
        "Annas svar dröjde.",
        "Anna's answer took weeks.",
        "Annan vastaus viipyi.",
        "Ms Berg was rude",
        "Bergin asenne",
        "(Anna  Berg)",
        "Talked to Anna\nBerg on Monday",
        "…Anna…",
    ],
)
def test_is_named(comment):
    assert naming.is_named(ANNA, comment)


@pytest.mark.parametrize(
    "comment",
    ["", "Nobody calls back.", "Annabel was kind.", "Anna-Karin was kind.", "Hanna never calls.", "The iceberg melts."],
)
def test_is_not_named(comment):
    assert not naming.is_named(ANNA, comment)


def test_a_name_the_customer_has_too_does_not_count_alone():
    assert not naming.is_named(ANNA, "Too slow. Regards, Anna", besides="Anna Lind Fjord AB")
    assert not naming.is_named(ANNA, "Berg waits for weeks.", besides="Eva Lind Berg AB")
    assert naming.is_named(ANNA, "Anna Berg is slow. Regards, Anna", besides="Anna Lind Fjord AB")


def test_letters_beyond_ascii_are_letters():
    bjorn = User(name="Björn Ek")
    assert naming.is_named(bjorn, "BJÖRNS svar")
    assert naming.is_named(bjorn, "Bjo\u0308rn svarar inte")
    assert not naming.is_named(bjorn, "En björnö")


def test_a_very_short_name_counts_only_as_part_of_the_full_one():
    bo = User(name="Bo Ek")
    assert not naming.is_named(bo, "Det var bo vid havet.")
    assert naming.is_named(bo, "Bo Ek svarar inte.")


def test_somebody_without_a_name_is_never_named():
    assert not naming.is_named(User(name="", email="anna@loop.example"), "anna")
