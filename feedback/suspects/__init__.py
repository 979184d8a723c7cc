"""Did a person send this answer, or a machine? What may be a machine's waits to be verified, and counts nowhere.

Mail scanners open every link of a mail, and some send the forms they find. An address, a browser's name or a pause of
seconds tells none of them from a person (they change all three), so the rules look at what only a machine does, and at
what only a person does. `deciding` holds the rules and knows nothing but facts; `keeping` is the one door for what the
survey page is sent; in `settling` somebody decides about what waits.
"""

from .deciding import BURST, SCORES_OF_A_PERSON, TOO_SOON, UNSEEN, Evidence, Facts, is_unseen, suspicion, unseen_link
from .keeping import (
    FORWARDED,
    MOST_FORWARDED,
    MOST_WAITING,
    PAGE,
    LinkUsedUp,
    Sending,
    held_change,
    is_persons,
    latest,
    take,
    to_verify,
)
from .settling import AlreadySettled, accept, dismiss

__all__ = [
    "BURST",
    "FORWARDED",
    "MOST_FORWARDED",
    "MOST_WAITING",
    "PAGE",
    "SCORES_OF_A_PERSON",
    "TOO_SOON",
    "UNSEEN",
    "AlreadySettled",
    "Evidence",
    "Facts",
    "LinkUsedUp",
    "Sending",
    "accept",
    "dismiss",
    "held_change",
    "is_persons",
    "is_unseen",
    "latest",
    "suspicion",
    "take",
    "to_verify",
    "unseen_link",
]
