"""Which rows hold these words? Parts of words in any capitals, alike on PostgreSQL and SQLite.

A letter is itself: å is no a, as the Nordic alphabets have it; Å is å. PostgreSQL answers from trigram indexes,
SQLite reads three tables. One or two characters alone are too little to look for inside of texts: they find the
beginnings of names.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.db import connections
from django.db.models import CharField, Lookup, Q, QuerySet, TextField, Value

from feedback.models import Account, Contact, Response
from feedback.models.response import LEFT_A_NAME
from loop.models import Case, State
from loop.models.case_query import CaseQuerySet

SHORT = 3  # characters; with fewer, and nothing longer beside them, only beginnings of names are found
MOST_WORDS = 6
RESPONDENT = ("respondent_name", "respondent_email")  # what somebody left who answered without an invitation
NAMES = ("contact__name", "account__name", "response__respondent_name")
TEXTS = ("contact__name", "contact__email", "account__name", "response__comment")

# Up to so many people, accounts and answers are named one by one. A word that more of them hold is so common that
# reading cases in their order soon fills a page.
NAMED_AT_MOST = 2000
READ_AT_ONCE = 500  # cases, before anything is looked up
READ_FIRST = 3000
LOOKED_UP = 3  # words, until one is rare
LARGEST_NUMBER = 2**63 - 1

# Which answers the index over comments covers: all that can have a case (migration `feedback.0002_words`), but for the
# few that a word in them has opened one for.
WITH_INDEXED_COMMENT = Q(category="detractor") | Q(wants_callback=True) | Q(revised_at__isnull=False)

OPENED_BY_WORD = Q(case__opened_by_word__gt="")


class HasWord(Lookup):
    """`field__has_word`: the text holds this, in whatever capitals."""

    lookup_name = "has_word"
    prepare_rhs = False
    places: ClassVar[tuple[str, ...]] = ("%{}%",)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        like = _like(self.rhs)
        return self._in_places(f"UPPER({lhs}::text) LIKE UPPER(%s)", lambda place: [*params, place.format(like)])

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """SQLite's LIKE is fast and knows the capitals of a-z. Its GLOB takes both forms of every letter, and is slow:
        it only looks at what LIKE leaves, for which a letter beyond a-z may be any."""
        lhs, params = self.process_lhs(compiler, connection)
        like = "".join(_like(letter) if letter.isascii() else "_" for letter in self.rhs)
        condition = rf"{lhs} LIKE %s ESCAPE '\'"
        if self.rhs.isascii():
            return self._in_places(condition, lambda place: [*params, place.format(like)])
        glob = "".join(_both_forms(letter) for letter in self.rhs)
        return self._in_places(
            f"({condition} AND {lhs} GLOB %s)",
            lambda place: [*params, place.format(like), *params, place.replace("%", "*").format(glob)],
        )

    def _in_places(self, condition: str, values: Callable[[str], list[Any]]) -> tuple[str, tuple[Any, ...]]:
        params = [value for place in self.places for value in values(place)]
        return f"({' OR '.join([condition] * len(self.places))})", tuple(params)


class BeginsWord(HasWord):
    """`field__begins_word`: the text, or a word in it, begins with this."""

    lookup_name = "begins_word"
    places: ClassVar[tuple[str, ...]] = ("{}%", "% {}%")


for _field in (CharField, TextField):
    _field.register_lookup(HasWord)
    _field.register_lookup(BeginsWord)


def _like(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


def _both_forms(letter: str) -> str:
    """A letter in both its cases, as GLOB writes it; one that would become two letters stays as it is."""
    forms = {letter, *(form for form in (letter.lower(), letter.upper()) if len(form) == 1)}
    return f"[{''.join(sorted(forms))}]" if len(forms) > 1 or letter in "*?[" else letter


def words_of(text: str) -> list[str]:
    """What was typed as words, each once, the longest first; composed, because Å may come as A with a ring."""
    plain = unicodedata.normalize("NFC", text.replace("\x00", ""))
    return sorted(dict.fromkeys(plain.split()), key=len, reverse=True)[:MOST_WORDS]


def is_short(text: str) -> bool:
    """Whether only beginnings of names are looked at."""
    words = words_of(text)
    return bool(words) and all(len(word) < SHORT for word in words)


def containing(text: str, *fields: str) -> Q:
    """Rows that hold every word in one of the fields or another."""
    found, lookup = Q(), "begins_word" if is_short(text) else "has_word"
    for word in words_of(text):
        found &= _any_of(fields, word, lookup)
    return found


class Looked:
    """The cases whose contact, address, account or comment hold every word, or whose number is the word.

    The same cases by two conditions. What they name is looked up once, when it is first asked for.
    """

    def __init__(self, text: str, database: str) -> None:
        self.words, self.is_short, self.database = words_of(text), is_short(text), database

    @cached_property
    def in_few(self) -> Q:
        """For cases that are read one by one: their texts are looked at."""
        return self._all_words(None)

    @cached_property
    def in_all(self) -> Q:
        """For all there are: one word that is rare is looked up, the others are looked for in what it found."""
        return self._all_words(self._rare)

    @property
    def is_looked_up(self) -> bool:
        """Whether it was asked for already."""
        return "_rare" in self.__dict__

    @property
    def is_common(self) -> bool:
        """Whether so many cases hold the words that reading in order finds enough of them."""
        return bool(self.words) and not self.is_short and self._rare is None

    @cached_property
    def _rare(self) -> tuple[str, Q] | None:
        looked_up = () if self.is_short else self.words[:LOOKED_UP]
        return next(((word, named) for word in looked_up if (named := _named(word, self.database)) is not None), None)

    def _all_words(self, rare: tuple[str, Q] | None) -> Q:
        condition = Q()
        for word in self.words:
            if self.is_short:
                by_words = _any_of(NAMES, word, "begins_word")
            else:
                by_words = rare[1] if rare and rare[0] == word else _anywhere(word)
            condition &= by_words | _number(word)
        return condition


def matching(cases: CaseQuerySet, text: str) -> CaseQuerySet:
    """All of `cases` that `text` finds."""
    return cases.filter(Looked(text, cases.db).in_all)


def first(cases: CaseQuerySet, looked: Looked | None, order: Sequence[str], most: int) -> list[int]:
    """The numbers of the first few of `cases`, of those that fit where something is looked for.

    In an order one of the indexes has. A database guesses badly how many rows hold a word, and sorts all of them. Of
    a common word enough are found among the first cases of the list, without looking up how many there are; only when
    they are not, more is read: of a rare word what it names, of a common one a longer beginning, at last the whole.
    """
    if looked is None:
        return _numbers(cases, order, most)
    found: list[int] = []
    if not looked.is_looked_up:
        for start in (0, READ_AT_ONCE):
            found += _among(cases, start, start + READ_AT_ONCE, looked, order, most - len(found))
            if len(found) == most:
                return found
            if 2 * len(found) < most:  # as many again would not do either
                break
    if looked.is_common:
        found = _among(cases, 0, READ_FIRST, looked, order, most)
        if len(found) == most:
            return found
    return _numbers(cases.filter(looked.in_all), order, most)


def _among(cases: CaseQuerySet, start: int, end: int, looked: Looked, order: Sequence[str], most: int) -> list[int]:
    """`first` of a stretch of the list. Only which cases these are is asked of it: who may see them is asked once."""
    read = Case.objects.using(cases.db).filter(pk__in=cases.order_by(*order).values("pk")[start:end])
    return _numbers(read.filter(looked.in_few), order, most)


def _numbers(cases: CaseQuerySet, order: Sequence[str], most: int) -> list[int]:
    return list(cases.order_by(*order).values_list("pk", flat=True)[:most])


def _any_of(fields: Iterable[str], word: str, lookup: str) -> Q:
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__{lookup}": word})
    return found


def _anywhere(word: str) -> Q:
    """All a case's customer is called and said; few left a name by themselves, and only of those it is looked at."""
    left_a_name = ~Q(response__respondent_name="") | ~Q(response__respondent_email="")
    theirs = left_a_name & _any_of([f"response__{field}" for field in RESPONDENT], word, "has_word")
    return _any_of(TEXTS, word, "has_word") | theirs


def _number(word: str) -> Q:
    digits = word.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and int(digits) <= LARGEST_NUMBER):
        return Q()
    return Q(pk=int(digits))


def _named(word: str, database: str) -> Q | None:
    """The cases of those people, accounts and answers that hold the word, found by their indexes; None if too many do.

    A condition over three joined tables could use none of the indexes; SQLite, which has none, reads three tables
    faster than it joins them.
    """
    sources: tuple[tuple[str, QuerySet[Any]], ...] = (
        ("contact", Contact.objects.filter(Q(name__has_word=word) | Q(email__has_word=word))),
        ("account", Account.objects.filter(name__has_word=word)),
        ("response", Response.objects.filter(WITH_INDEXED_COMMENT, comment__has_word=word)),
        ("response", Response.objects.filter(LEFT_A_NAME, _any_of(RESPONDENT, word, "has_word"))),
        ("response", Response.objects.filter(OPENED_BY_WORD, comment__has_word=word)),
    )
    named: dict[str, list[int]] = {kind: [] for kind, _found in sources}
    for kind, pk in _together([_some(kind, rows, database) for kind, rows in sources]):
        named[kind].append(pk)
    if any(len(found) > NAMED_AT_MOST for found in named.values()):
        return None
    found = Q(pk__in=[])
    for kind, numbers in named.items():
        found |= Q(**{f"{kind}__in": numbers}) if numbers else Q(pk__in=[])
    return found


def _some(kind: str, rows: QuerySet[Any], database: str) -> QuerySet[Any, Any]:
    """What they are and their numbers, of one more than can be named; SQLite takes a limit only inside a condition."""
    first = rows.using(database).order_by()[: NAMED_AT_MOST + 1]
    if connections[database].vendor == "sqlite":
        first = rows.model._default_manager.using(database).filter(pk__in=first.values("pk")).order_by()
    return first.values_list(Value(kind), "pk")


def _together(rows: list[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    """Looked for in one statement."""
    return rows[0].union(*rows[1:], all=True)


def cases_found(cases: CaseQuerySet, text: str, most: int) -> list[Case]:
    """The first few matches for a menu: open cases by what is due first, then the latest that were closed."""
    looked = Looked(text, cases.db)
    found = first(cases.open(), looked, ("next_due_at", "pk"), most)
    if len(found) < most:
        found += first(cases.filter(state=State.RESOLVED), looked, ("-closed_at", "-pk"), most - len(found))
    rows = {case.pk: case for case in Case.objects.filter(pk__in=found).for_rows()}
    return [rows[pk] for pk in found if pk in rows]
