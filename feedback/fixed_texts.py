"""What does Loop itself say to a customer around the survey's words, in a language it does not ship?

The texts are read where they are written, in the templates and modules of customers' pages and mails, so that the list
is never behind them. An administrator gives them in an added language; `speaking` puts them in the place of the
catalog while that language is spoken. What is missing stays in the project's language.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.template.loader import get_template
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, trans_real
from django.utils.translation.template import templatize

from feedback import languages
from feedback.editing import STAMPED, Edit, stamp
from feedback.models import AddedLanguage, Survey

LONGEST_TEXT = 1000  # characters

_FORMAT = re.compile(r"%\((\w+)\)[sd]")
_NAMED = re.compile(r"\{(\w*)\}")
_CALLS = ("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy")
#: Texts stand in HTML, in attributes and in plain mails alike.
_NOT_PLAIN = ("<", ">", '"')


class TextsRefused(ValueError):
    """Some texts cannot be stored: why, by the English text."""

    def __init__(self, why: Mapping[str, str]) -> None:
        super().__init__("; ".join(why.values()))
        self.why = dict(why)


@dataclass(frozen=True)
class Place:
    """Where customers read or hear these texts."""

    label: str | Promise
    templates: tuple[str, ...] = ()
    modules: tuple[Path, ...] = ()


@dataclass(frozen=True)
class FixedText:
    """One text of ours, as an administrator reads it: `{company}` for what the code fills in."""

    shown: str
    message: str  # what the code asks the catalog for
    is_format: bool  # a lone per cent sign in it would be taken for a placeholder

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(_NAMED.findall(self.shown))

    def as_message(self, text: str) -> str:
        """A translation as the code expects it from the catalog."""
        if not self.is_format:
            return text
        written = {found[1]: found[0] for found in _FORMAT.finditer(self.message)}
        return _NAMED.sub(lambda found: written.get(found[1], found[0]), text.replace("%", "%%"))


_places: list[Place] = []


def register(*places: Place) -> None:
    """Say where the texts of a package stand. Called once, when it is loaded."""
    _places.extend(places)
    by_place.cache_clear()


@cache
def by_place() -> list[tuple[str | Promise, list[FixedText]]]:
    """All texts by where they are read, each once, in the order of the source."""
    seen: set[str] = set()
    found = []
    for place in _places:
        texts = []
        for text in _texts_of(place):
            if text.shown not in seen and re.search(r"[^\W\d_]{2}", text.shown):  # "l j F" is how to write a date
                seen.add(text.shown)
                texts.append(text)
        found.append((place.label, texts))
    return found


def all_texts() -> dict[str, FixedText]:
    """Every text by its English."""
    return {text.shown: text for _label, texts in by_place() for text in texts}


def _texts_of(place: Place) -> Iterator[FixedText]:
    for name in place.templates:
        template = get_template(name).template  # type: ignore[attr-defined]
        yield from _in_source(templatize(template.source), in_template=True)
    for path in place.modules:
        yield from _in_source(path.read_text(), in_template=False)


def _in_source(source: str, *, in_template: bool) -> Iterator[FixedText]:
    if in_template:  # xgettext's food: calls among lines of X
        calls = re.findall(r"(?:n?gettext|\b_)\((?:u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\"|[\s,\w])*\)", source)
        trees = [ast.parse(call) for call in calls]
    else:
        trees = [ast.parse(source)]
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _CALLS:
                wanted = 2 if getattr(node.func, "id", "").startswith("ngettext") else 1
                for argument in node.args[:wanted]:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield _text(argument.value, in_template)


def _text(message: str, in_template: bool) -> FixedText:
    is_format = in_template or _FORMAT.search(message) is not None
    shown = _FORMAT.sub(r"{\1}", message)
    return FixedText(shown.replace("%%", "%") if is_format else shown, message, is_format)


# -- Written by an administrator --------------------------------------------------------------------------------------


def standing(language: str) -> AddedLanguage:
    """The texts in a language as they are; not stored where nobody has written any."""
    return AddedLanguage.objects.filter(language=language).first() or AddedLanguage(language=language, version=0)


def translated(language: AddedLanguage) -> int:
    """How many of the texts have been given in it; what the code no longer says does not count."""
    return sum(1 for shown in all_texts() if language.texts.get(shown))


@dataclass(frozen=True)
class Half:
    """An added language in which some of our texts are missing: customers read those in the project's language."""

    language: str
    given: int
    total: int


def halves(survey: Survey) -> list[Half]:
    """The added languages this survey is asked in whose customers read a mix of two."""
    asked = [code for code in survey.wordings.values_list("language", flat=True) if not languages.is_ours(code)]
    stored = {row.language: row for row in AddedLanguage.objects.filter(language__in=asked)} if asked else {}
    total = len(all_texts()) if asked else 0
    found = [Half(code, translated(stored.get(code) or AddedLanguage(language=code)), total) for code in sorted(asked)]
    return [half for half in found if half.given < half.total]


@transaction.atomic
def store(language: str, texts: Mapping[str, str], edit: Edit | None = None) -> AddedLanguage:
    """Store the texts in an added language; an empty one is not translated.

    Args:
        texts: the translation by the English text. What is not in it stays as it was.

    Raises:
        ChangedMeanwhile: somebody was faster.
        TextsRefused: some text has a placeholder too many or too few, is too long, or is not plain text.
        LookupError: Loop speaks this language by itself, or nobody knows it.
    """
    if languages.is_ours(language) or not languages.is_known(language):
        raise LookupError(language)
    known = all_texts()
    given = {shown: text.replace("\x00", "").strip() for shown, text in texts.items() if shown in known}
    if why := {shown: told for shown, text in given.items() if text and (told := wrong(known[shown], text))}:
        raise TextsRefused(why)
    row, _made = AddedLanguage.objects.select_for_update().get_or_create(language=language, defaults={"version": 0})
    stamp(row, edit)
    row.texts = {shown: text for shown, text in {**row.texts, **given}.items() if text}
    row.save(update_fields=["texts", *STAMPED])
    return row


def wrong(of: FixedText, text: str) -> str:
    """What is wrong with a translation; "" for nothing."""
    if len(text) > LONGEST_TEXT:
        return ngettext("At most %(n)d character.", "At most %(n)d characters.", LONGEST_TEXT) % {"n": LONGEST_TEXT}
    if any(sign in text for sign in _NOT_PLAIN):
        return _("Plain text, please: without < and >, and with “ ” for straight quotation marks.")
    has = frozenset(_NAMED.findall(text))
    told = []
    if missing := sorted(of.placeholders - has):
        told.append(_("%(names)s is missing.") % {"names": _in_braces(missing)})
    if unknown := sorted(has - of.placeholders):
        told.append(_("Nobody fills in %(names)s.") % {"names": _in_braces(unknown)})
    if not told and ("{" in _NAMED.sub("", text) or "}" in _NAMED.sub("", text)):
        told.append(_("A brace stands alone."))
    return " ".join(told)


def _in_braces(names: list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


# -- Spoken to a customer ---------------------------------------------------------------------------------------------


class _Added:
    """The catalog of an added language: the administrator's texts before what Django knows of it."""

    def __init__(self, below: Any, texts: Mapping[str, str]) -> None:
        self._below = below
        known = all_texts()
        given = [(known[shown], text) for shown, text in texts.items() if shown in known and text]
        self._texts = {of.message: of.as_message(text) for of, text in given}
        self.is_whole = len(self._texts) == len(known)

    def gettext(self, message: str) -> str:
        return self._texts.get(message) or self._below.gettext(message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self._texts.get(singular if number == 1 else plural) or self._below.ngettext(singular, plural, number)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._below, name)


@contextmanager
def speaking(language: str, texts: Mapping[str, str] | None = None) -> Iterator[None]:
    """Speak a language, one of ours or an added one, until the block ends.

    Django keeps the active catalog in one place and has no door for another one; `_active` is that place.

    Args:
        texts: those to speak with in place of the stored ones, as for a preview.
    """
    with translation.override(language):
        if language and not languages.is_ours(language) and languages.is_known(language):
            spoken = standing(language).texts if texts is None else texts
            trans_real._active.value = _Added(trans_real.translation(language), spoken)  # type: ignore[attr-defined]
        yield


def is_whole() -> bool:
    """Whether the language spoken now is an added one in which nothing is missing."""
    return getattr(getattr(trans_real._active, "value", None), "is_whole", False)  # type: ignore[attr-defined]
