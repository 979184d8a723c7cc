"""Which values stand in a body, and where? A place is named as JSON Pointer does (RFC 6901): `/answers/0/value`."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from feedback.importing.headers import normalise
from feedback.importing.vocabulary import NAMES

MOST = 300  # places that are shown
DEEPEST = 20


class Place(NamedTuple):
    """A value and where it stands."""

    pointer: str
    value: str


def places(told: Any) -> list[Place]:
    """All single values of a body, in its order, up to MOST."""
    found = []
    for place in _walk(told, "", 0):
        found.append(place)
        if len(found) == MOST:
            break
    return found


def _walk(told: Any, at: str, depth: int) -> Iterator[Place]:
    if depth > DEEPEST:
        return
    if isinstance(told, Mapping):
        for name, value in told.items():
            escaped = str(name).replace("~", "~0").replace("/", "~1")
            yield from _walk(value, f"{at}/{escaped}", depth + 1)
    elif isinstance(told, list):
        for number, value in enumerate(told):
            yield from _walk(value, f"{at}/{number}", depth + 1)
    elif told is not None:
        yield Place(at, str(told))


def at(told: Any, pointer: str) -> Any:
    """The value at a place; None where there is none."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(told, Mapping):
            told = told.get(name)
        elif isinstance(told, list) and name.isascii() and name.isdigit() and len(name) < 6:
            told = told[int(name)] if int(name) < len(told) else None
        else:
            return None
    return told


def guess(found: list[Place], fields: Mapping[str, str]) -> dict[str, str]:
    """Which place may hold which field, by the names other systems give them.

    Args:
        fields: each field with what `importing.vocabulary` calls it.
    """
    by_name: dict[str, str] = {}
    for place in found:
        by_name.setdefault(normalise(place.pointer.rpartition("/")[2]), place.pointer)
    guessed = {
        field: next((by_name[name] for name in NAMES[known] if name in by_name), "")
        for field, known in fields.items()
        if known in NAMES
    }
    return {field: pointer for field, pointer in guessed.items() if pointer}
