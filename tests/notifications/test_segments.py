"""How many text messages a text costs."""

import pytest

from notifications.segments import cost


@pytest.mark.parametrize(
    ("text", "segments", "characters"),
    [
        ("", 1, 0),
        ("a" * 160, 1, 160),
        ("a" * 161, 2, 161),
        ("a" * 306, 2, 306),
        ("a" * 307, 3, 307),
        ("åäöæøÅÄÖÆØ", 1, 10),
        ("€" * 80, 1, 160),
        ("€" * 81, 2, 162),
        ("š" * 70, 1, 70),
        ("š" * 71, 2, 71),
        ("👍" * 35, 1, 70),
    ],
)
def test_costs(text, segments, characters):
    found = cost(text)
    assert (found.segments, found.characters) == (segments, characters)


def test_names_the_letters_that_make_it_dearer():
    assert cost("Hej š och š 👍").other == "š👍"
