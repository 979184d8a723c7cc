"""Is this a machine's answer? The rules, over facts alone.

A person leaves a trace: the page saw a key or pointer pressed, or there are words that were not there before. Whoever
leaves none may be a person without scripts, and may be a machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from feedback.models.suspicion import Suspicion

BURST = timedelta(seconds=60)

#: No faster has anybody read a mail, opened its link and pressed a button.
TOO_SOON = timedelta(seconds=10)

#: Scanners look at a mail when it arrives; within this time a form without a trace of a person is more likely theirs.
TOO_SOON_WITHOUT_A_TRACE = timedelta(minutes=5)

#: A person corrects a slip at once: two, where there is a trace of one. Nobody means three.
SCORES_OF_A_PERSON = 2

#: In the address of the link no person sees; it looks like any other.
UNSEEN = ("v", "2")


@dataclass(frozen=True)
class Evidence:
    """What the page's script saw before the form was sent; a browser without scripts reports nothing."""

    presses: int = 0  # of pointer or keyboard, from the device and not from a script
    seconds: int = 0  # on the page

    @classmethod
    def read(cls, text: str) -> "Evidence":
        """Read `presses:seconds` as the page sends it; anything else is no evidence."""
        presses, _colon, seconds = text.partition(":")
        if not all(part.isascii() and part.isdigit() and len(part) <= 6 for part in (presses, seconds)):
            return cls()
        return cls(int(presses), int(seconds))

    @property
    def of_a_person(self) -> bool:
        return self.presses > 0 and self.seconds > 0


@dataclass(frozen=True)
class Facts:
    """All that the decision rests on.

    `scores` are those sent within `BURST` by whom this may be from, this one included; `by_person`: there is a trace of
    a person; `has_words`: some were written now; `changes_a_persons`: it says something else than the answer that
    stands, and of that there is such a trace.
    """

    scores: frozenset[int]
    is_hidden: bool = False
    by_person: bool = False
    has_words: bool = False
    changes_a_persons: bool = False
    after_mail: timedelta | None = None


def unseen_link(link: str) -> str:
    """The address, beside a survey's `link`, that a mail holds for machines alone."""
    return f"{link}?{'='.join(UNSEEN)}"


def is_unseen(query: Mapping[str, str]) -> bool:
    """Whether a page was opened by the link no person sees."""
    return query.get(UNSEEN[0]) == UNSEEN[1]


def suspicion(facts: Facts) -> Suspicion | None:
    """Why this may be a machine's answer; None when it is taken for a person's."""
    by_person = facts.by_person or facts.has_words
    if facts.is_hidden:
        return Suspicion.HIDDEN_LINK
    if len(facts.scores) > (SCORES_OF_A_PERSON if by_person else 1):
        return Suspicion.SEVERAL_SCORES
    if facts.changes_a_persons and not by_person:
        return Suspicion.CHANGE_WITHOUT_A_TRACE
    too_soon = TOO_SOON if by_person else TOO_SOON_WITHOUT_A_TRACE
    if facts.after_mail is not None and facts.after_mail < too_soon and not facts.has_words:
        return Suspicion.TOO_SOON
    return None
