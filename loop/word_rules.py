"""Does an answer that is no detractor's say something we must act on? Rules of words, by survey and language.

A word of the list is the beginning of a word in the answer, whatever its capitals and accents; several in a row are
looked for in a row. An answer is read with the list of its own language, else of its contact's, else with all of them:
the beginning of a complaint in one language may be that of praise in another.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from feedback.editing import Edit
from feedback.models import Response, Survey
from feedback.models.response import Category
from feedback.wording import NORWEGIAN
from loop import survey_rules, word_lists
from loop.changes import ChangeRefused
from loop.models import User, WordRule

LOOK_BACK = timedelta(days=30)
MOST_ANSWERS = 5000  # looked at when a rule is tried
MOST_WORDS = 100  # of one language
SHORTEST, LONGEST = 3, 60  # characters of one entry
LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "’": "'"})
WORD = re.compile(r"[\w']+")


@dataclass(frozen=True)
class Found:
    """An answer, the word of the list that stands in it, and the survey's rule that says so."""

    response: Response
    word: str


@dataclass(frozen=True)
class WouldOpen:
    """What a rule would have done in the last 30 days: cases opened, of so many answers with words."""

    looked_at: int
    found: list[Found]


def rule_of(survey: Survey) -> WordRule:
    """The rule of a survey; one that opens nothing, with the lists to begin with, where nobody has written one."""
    stored = WordRule.objects.filter(survey=survey).first()
    lists = {language: list(words) for language, words in word_lists.COMPLAINTS.items()}
    return stored or WordRule(survey=survey, version=0, words=lists)


def stored_rule(survey_id: int) -> WordRule | None:
    """The rule somebody wrote for a survey."""
    return WordRule.objects.filter(survey=survey_id).first()


def word_in(response: Response, *, rule_for: Callable[[int], WordRule | None] = stored_rule) -> str:
    """The word of the survey's list that stands in this answer; "" where none does or the rule does not hold for it.

    Args:
        rule_for: gives the rule of a survey by its id, where many answers are looked at.
    """
    if response.category == Category.DETRACTOR or not response.comment:
        return ""
    rule = rule_for(response.survey_id)
    return _word_of(rule, response) if rule is not None else ""


def _word_of(rule: WordRule, response: Response) -> str:
    holds = {Category.PROMOTER: rule.for_promoters, Category.PASSIVE: rule.for_passives}
    if not holds.get(Category(response.category), False):
        return ""
    return find(response.comment, _lists(rule.words, response))


def _lists(words: Mapping[str, Sequence[str]], response: Response) -> Iterable[str]:
    contact = response.contact
    for code in (response.language, contact.language if contact is not None else ""):
        base = code.strip().lower().replace("_", "-").partition("-")[0]
        if listed := words.get(NORWEGIAN.get(base, base)):
            return listed
    return [word for listed in words.values() for word in listed]


def find(text: str, words: Iterable[str]) -> str:
    """The first of `words` that begins a word of the text, or words in a row; "" for none."""
    said = _folded(text)
    for word in words:
        wanted = _folded(word)
        if wanted and any(_begin(said[place:], wanted) for place in range(len(said) - len(wanted) + 1)):
            return word
    return ""


def _begin(said: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether these words are the wanted ones; of the last the beginning does, of those before it the whole."""
    *whole, last = wanted
    return list(said[: len(whole)]) == whole and said[len(whole)].startswith(last)


def _folded(text: str) -> list[str]:
    """The words of a text without capitals and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    return WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))


def changed(survey: Survey, facts: Mapping[str, Any]) -> WordRule:
    """The rule with these facts, checked and not stored. Raises ChangeRefused, which names the field."""
    rule = rule_of(survey)
    words = {language: _checked(language, lines) for language, lines in facts["words"].items()}
    rule.for_promoters, rule.for_passives = facts["for_promoters"], facts["for_passives"]
    rule.words = {language: listed for language, listed in words.items() if listed}
    if (rule.for_promoters or rule.for_passives) and not rule.words:
        raise ChangeRefused("", _("Without any words it would never open a case."))
    return rule


def _checked(language: str, lines: Iterable[str]) -> list[str]:
    words = list(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))
    if len(words) > MOST_WORDS:
        raise ChangeRefused(f"words-{language}", _("At most %(n)d words a language.") % {"n": MOST_WORDS})
    for word in words:
        if not SHORTEST <= len("".join(_folded(word))) <= LONGEST:
            told = {"word": word[:LONGEST], "low": SHORTEST, "high": LONGEST}
            message = _("“%(word)s”: from %(low)d to %(high)d letters, please.") % told
            raise ChangeRefused(f"words-{language}", message)
    return words


def change(survey: Survey, facts: Mapping[str, Any], *, actor: User | None, edit: Edit, now: datetime) -> WordRule:
    """Store the rule of a survey, for answers from now on.

    Raises:
        ChangeRefused: naming the field.
        ChangedMeanwhile: somebody was faster.
    """
    wanted = changed(survey, facts)
    fresh = {name: getattr(wanted, name) for name in ("for_promoters", "for_passives", "words")}
    return survey_rules.store(WordRule, survey, fresh, actor=actor, edit=edit, now=now)


def would_open(rule: WordRule, *, now: datetime) -> WouldOpen:
    """Which answers of the last 30 days `rule`, as it is given, would have opened a case for; the latest first."""
    answers = (
        Response.objects.counted()
        .filter(survey=rule.survey_id, received_at__gt=now - LOOK_BACK, received_at__lte=now, case=None)
        .exclude(category=Category.DETRACTOR)
        .exclude(comment="")
        .select_related("contact__account", "survey")
        .order_by("-received_at", "-pk")[:MOST_ANSWERS]
    )
    looked_at = list(answers)
    found = [Found(response, word) for response in looked_at if (word := _word_of(rule, response))]
    return WouldOpen(len(looked_at), found)
