"""What else do other systems know of an account or a contact? Names and plain values, to select by in a wave."""

from collections.abc import Mapping
from typing import Any

LIMIT = 50  # of one account or contact
LONGEST_NAME, LONGEST_VALUE = 50, 200  # characters
LARGEST_NUMBER = 2**53  # whole numbers beyond it are not the same in every JSON


def merged(known: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes after those given were added or changed; a value of None takes its attribute away.

    Raises:
        ValueError: a name is no plain word, a value is neither text nor a whole number nor true or false, or there are
            too many.
    """
    for name, value in given.items():
        if not name.isidentifier() or "__" in name or len(name) > LONGEST_NAME:
            raise ValueError(f"“{name[:LONGEST_NAME]}” cannot be the name of an attribute: use letters, digits and _.")
        _check(name, value)
    after = {name: value for name, value in {**known, **given}.items() if value is not None}
    if len(after) > LIMIT:
        raise ValueError(f"There can be at most {LIMIT} attributes.")
    return after


def _check(name: str, value: Any) -> None:
    if isinstance(value, str):
        if len(value) > LONGEST_VALUE or "\x00" in value:
            raise ValueError(f"“{name}” must have at most {LONGEST_VALUE} characters, none of them NUL.")
    elif isinstance(value, bool) or value is None:
        return
    elif not isinstance(value, int) or abs(value) >= LARGEST_NUMBER:
        raise ValueError(f"“{name}” must be text, a whole number, true or false.")
