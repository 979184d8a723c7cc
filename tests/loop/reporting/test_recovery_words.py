"""What is said about recovery, and what is never said."""

import pytest
from django.utils import translation

from loop.reporting.expected_recovery import compare
from loop.reporting.recovery_words import sentences

FOLLOWED_UP = {0: (4, 20), 3: (12, 30), 5: (38, 60), 6: (56, 70)}
ALONE = {0: (5, 25), 3: (9, 30), 5: (30, 60), 6: (60, 85)}
COULD_BE_CHANCE = compare({5: (52, 100)}, {5: (41, 100)})


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def test_no_rate_is_told_without_its_expected_value():
    told = sentences(compare(FOLLOWED_UP, ALONE))[1]
    assert told.startswith("61\N{NO-BREAK SPACE}% of 180 followed-up detractors recovered.")
    assert "51\N{NO-BREAK SPACE}% of customers with the same first scores" in told
    assert "200 who answered again before anyone had contacted them" in told


def test_without_an_expected_value_there_is_no_rate_at_all():
    assert "%" not in " ".join(sentences(compare(FOLLOWED_UP, {})))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (compare(FOLLOWED_UP, ALONE), "More recovered than chance explains."),
        (compare({5: (20, 100)}, {5: (60, 100)}), "Fewer recovered than expected."),
        (COULD_BE_CHANCE, "Cannot tell yet: the difference could be chance."),
        (compare({5: (13, 13)}, {5: (0, 14)}), "Cannot tell yet: at least 20 customers are needed in both groups."),
        (
            compare(FOLLOWED_UP, {}),
            "Cannot tell: there is nobody to compare with, so no expected value can be given.",
        ),
        (compare({}, ALONE), "Cannot tell yet: no followed-up detractor has answered again."),
    ],
)
def test_the_finding_comes_first(found, words):
    assert sentences(found)[0] == words


def test_the_difference_is_told_with_its_interval():
    told = sentences(COULD_BE_CHANCE)[2]
    assert told == "The difference is +11 points, with a 95% interval from \N{MINUS SIGN}3 to +25."


def test_cannot_tell_says_what_could_be_told():
    told = sentences(COULD_BE_CHANCE)
    assert "With these numbers only a difference of 20 points or more would reliably show." in told
    assert any("about 450 more second answers are needed" in sentence for sentence in told)


def test_too_few_for_anything_says_so():
    told = sentences(compare({5: (3, 4)}, {5: (2, 3)}))
    assert "With these numbers no difference, however large, would reliably show." in told


def test_those_left_out_are_named_with_their_number():
    told = sentences(compare({**FOLLOWED_UP, 1: (7, 9)}, ALONE))
    assert told[-1] == "Left out, with nobody of the same first score to compare with: 9 customers with a 1."
