"""What Loop itself said on a case, in the language of whoever reads it.

Why a case is somebody's, or was escalated, is stored as a sentence, in the language the project had that day. Here such
a sentence is known again, in whichever of Loop's languages it stands, and said anew. What people wrote stays theirs.
"""

import re
from datetime import date
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

#: The sentences as the modules that store them have them, those first that others would take for theirs. `because` is
#: one of them again.
SENTENCES = (
    gettext_noop("Nobody looks after this account: waits in the queue of %(team)s"),
    gettext_noop("Nobody looks after this account and no rule names a team: waits for a lead"),
    gettext_noop("%(because)s but is away until %(until)s; %(name)s stands in"),
    gettext_noop("%(because)s but is away until %(until)s and nobody stands in"),
    gettext_noop("%(because)s: nobody of %(team)s is here, waits in their queue"),
    gettext_noop("%(because)s: waits in the queue of %(team)s"),
    gettext_noop("%(because)s: waits for a lead"),
    gettext_noop("%(because)s: %(name)s takes the first look"),
    gettext_noop("%(because)s: %(name)s has the fewest open cases in %(team)s"),
    gettext_noop("%(because)s: %(name)s is next in %(team)s"),
    gettext_noop("%(name)s looks after %(account)s"),
    gettext_noop("Rule “%(rule)s”"),
    gettext_noop("The customer would like to talk to somebody other than their usual contact"),
    gettext_noop("The answer mentions %(name)s by name"),
    gettext_noop("Second unhappy answer from %(account)s within %(days)d days"),
    gettext_noop("Taken from the queue by %(name)s"),
    gettext_noop("%(name)s has handed everything over"),
    gettext_noop("%(name)s is back"),
    gettext_noop("Assigned by %(name)s."),
    gettext_noop("Given by %(name)s"),
    gettext_noop("Opened again by a link in a mail."),
    gettext_noop("Closed again as it was closed before."),
    gettext_noop("The customer has not been contacted in time."),
    gettext_noop("The case has not been resolved in time."),
    gettext_noop("The customer has still not been contacted."),
    gettext_noop("The case has still not been resolved."),
    gettext_noop("The customer says it is not solved."),
    gettext_noop("The customer has answered: %(score)d."),
    gettext_noop("The customer corrected the answer within minutes: it needs no call any more."),
    gettext_noop("The customer corrected the score from %(before)d to %(after)d within minutes."),
    gettext_noop("The customer corrected the score from %(before)d to %(after)d after the case was closed."),
    gettext_noop("The customer asked to be called after the case was closed."),
    gettext_noop("The customer's score fell from %(before)d to %(after)d after follow-up."),
    gettext_noop("A machine answered, not the customer: several scores came by one link within a minute."),
    gettext_noop("A machine answered, not the customer: what followed from it is undone."),
    gettext_noop("The customer's data was erased."),
)

#: Those that a person's step may have written for them; other words of people are never touched.
OF_PEOPLE = frozenset(
    {
        "Taken from the queue by %(name)s",
        "%(name)s has handed everything over",
        "Assigned by %(name)s.",
        "Given by %(name)s",
        "Opened again by a link in a mail.",
        "Closed again as it was closed before.",
    }
)
LONGEST = 600  # characters of a sentence of ours, with the longest names; what is longer somebody wrote

_VALUE = re.compile(r"%\\?\((\w+)\\?\)([sd])")


def own_words(text: str, *, by_person: bool = False) -> str:
    """The text in the active language where it is a sentence of Loop's, the dates in it as that language has them.

    Args:
        by_person: it stands beside a step somebody took, so it is mostly theirs.
    """
    return text if len(text) > LONGEST else _said(text, by_person=by_person)


def _said(text: str, *, by_person: bool = False, is_within: bool = False) -> str:
    for sentence, pattern in _patterns():
        if by_person and sentence not in OF_PEOPLE:
            continue
        found = pattern.fullmatch(text)
        if found is not None:
            told = {name: _told(name, value, is_within) for name, value in found.groupdict().items()}
            return _(sentence) % told
    return text


def _told(name: str, value: str, is_within: bool) -> str | int:
    if name == "because":  # one sentence within another, and no deeper
        return value if is_within else _said(value, is_within=True)
    if name == "until":
        return _day(value)
    return int(value) if name in ("score", "before", "after", "days") else value


def _day(value: str) -> str:
    try:
        return date_format(date.fromisoformat(value), _("D j M"))
    except ValueError:
        return value


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each sentence in each language Loop speaks, as a pattern that gives its values."""
    found = []
    for sentence in SENTENCES:
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                found.append((sentence, _pattern(_(sentence))))
    return tuple(found)


def _pattern(sentence: str) -> re.Pattern[str]:
    def value(match: re.Match[str]) -> str:
        name, kind = match.groups()
        return f"(?P<{name}>{'[0-9]{1,4}' if kind == 'd' else '.+'})"

    return re.compile(_VALUE.sub(value, re.escape(sentence)), re.DOTALL)
