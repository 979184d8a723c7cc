"""What does a body say? JSON, or a form as some tools send it: `response[score]=9`."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
MOST_FIELDS = 1000


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
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NoPayload from error


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
