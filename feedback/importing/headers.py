"""Whose export is this, how many header rows has it, and what are its columns called?"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from feedback.importing import own_files

_OPEN_ANSWER = re.compile(r"open ended response|response|svar|vastaus|besvarelse")


class Tool(StrEnum):
    """Survey tools whose exports differ in more than the names of their columns."""

    GOOGLE_FORMS = "Google Forms"
    QUALTRICS = "Qualtrics"
    SURVEYMONKEY = "SurveyMonkey"
    TYPEFORM = "Typeform"
    ALCHEMER = "Alchemer"
    LOOP = "Loop"
    PLAIN = "plain table"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its place from 0, the name shown to people, and every name it may be recognised by, normalised."""

    index: int
    name: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """What the rows above the first answer say."""

    tool: Tool
    rows: int
    columns: tuple[Column, ...]


def normalise(text: str) -> str:
    """Bring a header to the form names are compared in: lower case, words parted by single spaces, no punctuation."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[^\w#]|_", " ", text).split())


def read_header(rows: list[list[str]]) -> Header:
    """Recognise the tool by the first three rows of a file and name the columns.

    Qualtrics writes names, question texts and an ImportId in JSON (older exports V1..V10 and the names below);
    SurveyMonkey writes questions, then the options of each, leaving the question blank from its second column on.
    """
    first, *below = rows
    second = below[0] if below else []
    third = below[1] if len(below) > 1 else []
    names = [" ".join(cell.split()) for cell in first]
    if own_files.is_own(first):
        return _header(Tool.LOOP, 1, names, [])
    keys = [normalise(cell) for cell in first]
    if third and any(cell.startswith('{"ImportId"') for cell in third):
        return _header(Tool.QUALTRICS, 3, names, second)
    if second and any(cell.startswith('{"ImportId"') for cell in second):
        return _header(Tool.QUALTRICS, 2, names, [])
    if keys[0] == "v1" and {"responseid", "response id"} & {normalise(cell) for cell in second}:
        return _header(Tool.QUALTRICS, 2, [" ".join(cell.split()) for cell in second], [])
    if keys[0] in ("respondentid", "respondent id") and _is_option_row(second):
        return _header(Tool.SURVEYMONKEY, 2, _with_options(names, second), [])
    return _header(_single_row_tool(keys), 1, names, [])


def _single_row_tool(keys: list[str]) -> Tool:
    present = set(keys)
    if keys[0] == "#" and present & {"submit date utc", "network id"}:
        return Tool.TYPEFORM
    if {"time started", "date submitted", "status"} <= present:
        return Tool.ALCHEMER
    if {"responseid", "recordeddate"} <= present:
        return Tool.QUALTRICS
    if keys[0] in ("respondentid", "respondent id"):
        return Tool.SURVEYMONKEY
    if keys[0] in ("timestamp", "tidsstämpel", "tidsstempel", "tidsmerke", "aikaleima"):
        return Tool.GOOGLE_FORMS
    return Tool.PLAIN


def _is_option_row(row: list[str]) -> bool:
    """Whether this is SurveyMonkey's second header row: no respondent id, and "Response" under the plain questions."""
    return bool(row) and not row[0].strip() and any(_OPEN_ANSWER.fullmatch(normalise(cell)) for cell in row)


def _with_options(names: list[str], options: list[str]) -> list[str]:
    """Name each column after its question and, where a question has several columns, its option."""
    full, question = [], ""
    for name, option in zip(names, options + [""] * (len(names) - len(options)), strict=False):
        question = name or question
        plain = not option.strip() or _OPEN_ANSWER.fullmatch(normalise(option))
        full.append(question if name and plain else f"{question} - {' '.join(option.split())}")
    return full


def _header(tool: Tool, rows: int, names: list[str], labels: list[str]) -> Header:
    columns = []
    for index, name in enumerate(names):
        label = labels[index] if index < len(labels) else ""
        keys = tuple(dict.fromkeys(key for key in (normalise(name), normalise(label)) if key))
        columns.append(Column(index, name or f"#{index + 1}", keys))
    return Header(tool, rows, tuple(columns))
