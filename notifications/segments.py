"""How many text messages does a text cost?

A message of letters of the GSM alphabet holds 160 of them, alone, and 153 in a row of several; any other letter, such
as an emoji, makes it 70 and 67 (3GPP TS 23.038, 23.040). Nordic letters are in the alphabet.
"""

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
DOUBLE = frozenset("^{}\\[~]|€\f")  # cost two places


@dataclass(frozen=True)
class Cost:
    """`characters` as the network counts them; `other` are letters that make the whole text dearer."""

    segments: int
    characters: int
    other: str


def cost(text: str) -> Cost:
    """What sending this text costs."""
    other = "".join(dict.fromkeys(letter for letter in text if letter not in BASIC and letter not in DOUBLE))
    if other:
        length, alone, in_a_row = len(text.encode("utf-16-le")) // 2, 70, 67
    else:
        length, alone, in_a_row = sum(2 if letter in DOUBLE else 1 for letter in text), 160, 153
    return Cost(1 if length <= alone else -(-length // in_a_row), length, other)
