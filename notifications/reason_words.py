"""What does the outbox say about why a message was not sent, in its reader's language?

What is stored is data: a key of `feedback.sampling.words` or `loop.thanks.WORDS`, or the English sentence of a check.
What is in no table, such as what a mail server said, is told as it is.
"""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback import sampling
from loop import thanks
from notifications.kind_words import KIND_WORDS

SENTENCES: dict[str, Promise] = {
    "the case is closed": _("the case is closed"),
    "the customer has been contacted": _("the customer has been contacted"),
    "they put it off themselves": _("they put it off themselves"),
    "another deadline stands": _("another deadline stands"),
    "the customer was tried meanwhile": _("the customer was tried meanwhile"),
    "another time is planned": _("another time is planned"),
    "the promise has ended": _("the promise has ended"),
    "another time was agreed": _("another time was agreed"),
    "there is no call any more": _("there is no call any more"),
    "the call has begun": _("the call has begun"),
    "there is no address to write to": _("there is no address to write to"),
    "mail to this address comes back": _("mail to this address comes back"),
    "the customer wants no questions of ours": _("the customer wants no questions of ours"),
    "there is nothing left to ask": _("there is nothing left to ask"),
    "a call is agreed": _("a call is agreed"),
    "the case is open again": _("the case is open again"),
    "there is nothing to ask": _("there is nothing to ask"),
    "the link has expired": _("the link has expired"),
    "already answered": _("already answered"),
    "what we send reaches the customer again": _("what we send reaches the customer again"),
    "the wave was looked at": _("the wave was looked at"),
    "they cannot sign in any more": _("they cannot sign in any more"),
    "they have signed in": _("they have signed in"),
    "they stand in for nobody now": _("they stand in for nobody now"),
    "they do not see the survey programme any more": _("they do not see the survey programme any more"),
    "no wave waits to be approved any more": _("no wave waits to be approved any more"),
    "nobody to tell": _("nobody to tell"),
    "nobody to tell, or nothing to tell of": _("nobody to tell, or nothing to tell of"),
    "there is nothing to tell any more": _("there is nothing to tell any more"),
    "the day is over": _("the day is over"),
    "the week is over": _("the week is over"),
    "they do not run Loop any more": _("they do not run Loop any more"),
    "no webhook has stopped any more": _("no webhook has stopped any more"),
    "every file comes in again": _("every file comes in again"),
    "another mail told of it": _("another mail told of it"),
    "the subscription has ended": _("the subscription has ended"),
    "they see another part of the customers than when they subscribed": _(
        "they see another part of the customers than when they subscribed"
    ),
    "they are not in that team any more": _("they are not in that team any more"),
    "what the filters name is gone, or out of their sight": _("what the filters name is gone, or out of their sight"),
    "the sender stopped": _("the sender stopped"),
    "the sender stopped at every attempt": _("the sender stopped at every attempt"),
}

PATTERNS: list[tuple[re.Pattern[str], Promise]] = [
    (re.compile(r"superseded by (?P<kind>\w+) \(.*\)"), _("a later message says it: %(kind)s")),
    (re.compile(r"told together with others in .+"), _("told together with others in one mail")),
    (re.compile(r"the call has changed since \(.*\)"), _("the call has changed since")),
    (re.compile(r"called off: (?P<why>.+)"), _("called off: %(why)s")),
    (re.compile(r"the survey “(?P<survey>.+)” is not in use"), _("the survey “%(survey)s” is not in use")),
    (re.compile(r"discarded by (?P<who>.+)"), _("discarded by %(who)s")),
    (re.compile(r"(?P<who>.+) goes without mails of this kind"), _("%(who)s goes without mails of this kind")),
    (re.compile(r"(?P<who>.+) cannot sign in any more"), _("%(who)s cannot sign in any more")),
    (re.compile(r"(?P<who>.+) did it"), _("%(who)s did it")),
    (re.compile(r"(?P<who>.+) may not see the case any more"), _("%(who)s may not see the case any more")),
    (re.compile(r"(?P<who>.+) is not the one to tell any more"), _("%(who)s is not the one to tell any more")),
    (re.compile(r"(?P<who>.+) looks after nobody who is asked"), _("%(who)s looks after nobody who is asked")),
    (
        re.compile(r"(?P<who>.+) does not look after the customer any more"),
        _("%(who)s does not look after the customer any more"),
    ),
]


def in_words(error: str, *, of_thanks: bool = False) -> str:
    """A stored reason in the language that is active.

    Args:
        of_thanks: the message is a thank-you, whose keys are those of `loop.thanks.WORDS`.
    """
    words = {**sampling.words(), **thanks.WORDS} if of_thanks else sampling.words()
    if error in words or error in SENTENCES:
        return str(words.get(error) or SENTENCES[error])
    for pattern, told in PATTERNS:
        if found := pattern.fullmatch(error):
            facts = found.groupdict()
            if "kind" in facts:
                facts["kind"] = str(KIND_WORDS.get(facts["kind"], facts["kind"]))
            if "why" in facts:
                facts["why"] = str(words.get(facts["why"], facts["why"]))
            return str(told) % facts
    return error
