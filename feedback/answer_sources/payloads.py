"""What does a body say? JSON, or a form as some tools send it: `response[score]=9`."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
MOST_FIELDS = 1000
_HALF = re.compile(r"[\ud800-\udfff]")
_MAYBE_HALF = re.compile(r"\\u[dD][89a-fA-F]")


class NoPayload(ValueError):
    """The body is neither JSON nor a form."""


def told_in(body: bytes, content_type: str) -> Any:
    """The body as objects, lists and single values.

    Raises:
        NoPayload: it is nothing we can read.
    """
    if content_type.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded":
        return _form(body)
    try:
        return parsed(body)
    except (ValueError, RecursionError) as error:
        raise NoPayload from error


def parsed(body: bytes) -> Any:
    """JSON as objects, lists and single values, none of which holds half a letter.

    A tool that cuts a comment off in the middle of an emoji sends its first half as `\\ud83d`, which no database takes:
    it becomes the replacement character.

    Raises:
        ValueError, RecursionError: it is no JSON, or too deep.
    """
    text = body.decode("utf-8-sig")
    told = json.loads(text, parse_constant=_no_number)
    return _whole_letters(told) if _MAYBE_HALF.search(text) else told


def _whole_letters(told: Any) -> Any:
    match told:
        case str():
            return _HALF.sub("\N{REPLACEMENT CHARACTER}", told)
        case list():
            return [_whole_letters(each) for each in told]
        case dict():
            return {_whole_letters(name): _whole_letters(each) for name, each in told.items()}
    return told


def strings(told: Any) -> Iterator[str]:
    """Every text and number in it."""
    waiting = [told]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
        elif each is not None:
            yield str(each)


def _no_number(name: str) -> None:
    raise NoPayload(name)  # NaN and its like are no JSON, though Python reads them


def _form(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise NoPayload from error
    for name, value in pairs:
        named = _NAME.fullmatch(name)
        if named is None:
            continue
        *above, last = [named[1], *re.findall(r"\[([^\[\]]*)\]", named[2])]
        place = found
        for step in above:
            below = place.setdefault(step, {})
            if not isinstance(below, dict):
                break
            place = below
        else:
            place[last] = value
    return found
