"""Which variables may stand in a mail to a customer, what are they for this case, and which of them are missing?

A fixed list: users write no program. A variable that is not on it is refused by name when a template is saved, one
whose value is missing when a mail is to leave: a customer never reads a hole or a brace.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from feedback import wording
from loop.models import Case, User

VARIABLE = re.compile(r"\{\s*([^{}\n]{1,40}?)\s*\}")


def _name(case: Case, sender: User | None) -> str:
    return case.contact.name if case.contact is not None else case.response.respondent_name


def _first_name(case: Case, sender: User | None) -> str:
    name = _name(case, sender)
    before, comma, after = name.partition(",")  # as a CRM may write it: Lind, Eva
    words = (after if comma else before).split()
    return words[0] if words else ""


def _account(case: Case, sender: User | None) -> str:
    return case.account.name if case.account is not None else ""


def _company(case: Case, sender: User | None) -> str:
    return wording.company()


def _score(case: Case, sender: User | None) -> str:
    return str(case.response.score)


def day_in_words(day: date) -> str:
    """A day as a letter in the language at hand writes it; English the British way, as everywhere in Loop."""
    return formats.date_format(day, "j F Y" if (get_language() or "en").startswith("en") else "DATE_FORMAT")


def _answered_on(case: Case, sender: User | None) -> str:
    return day_in_words(timezone.localtime(case.response.responded_at))


def _sender(case: Case, sender: User | None) -> str:
    return sender.name if sender is not None else wording.company()  # another system wrote, in our name


def _nothing(case: Case, sender: User | None) -> str:
    return ""


Value = Callable[[Case, "User | None"], str]

VARIABLES: dict[str, tuple[Promise, Value]] = {
    "first_name": (_("the customer's first name"), _first_name),
    "name": (_("the customer's whole name"), _name),
    "account": (_("the name of their company"), _account),
    "score": (_("the score they gave"), _score),
    "answered_on": (_("the day they answered"), _answered_on),
    "sender": (_("the name of whoever writes"), _sender),
    "company": (_("the name customers know us by"), _company),
    "your_words": (_("a place to fill in by hand: the mail does not leave before that was done"), _nothing),
}


def values(case: Case, sender: User | None) -> dict[str, str]:
    """What each variable is for this case, in the language that is active; empty where we do not know."""
    return {name: value(case, sender).strip() for name, (_meaning, value) in VARIABLES.items()}


def unknown(*texts: str) -> list[str]:
    """The names in braces that are no variables, in the order they stand in."""
    return [name for name in _named(texts) if name not in VARIABLES]


def left(*texts: str) -> list[str]:
    """Whatever still stands in braces: it must not reach a customer."""
    return _named(texts)


def fill(text: str, known: Mapping[str, str]) -> str:
    """The text with every variable replaced whose value is known; the others stay to be seen."""
    return VARIABLE.sub(lambda found: known.get(found[1], "") or found[0], text)


def _named(texts: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(name for text in texts for name in VARIABLE.findall(text)))
