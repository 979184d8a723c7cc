"""Which text would a spreadsheet take for a program, how is it written so that it does not, and read back as it was?

A quote in front makes it text. What begins like a quoted formula already gets one more, so that nothing is read back
as another text than it was.
"""

import re

#: A cell that begins like this is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
#: What else begins like this is looked at by `harmless`.
MARKS = frozenset((*FORMULA, "'"))
_QUOTED = re.compile(r"'+[=+\-@\t\r\n]")


def harmless(text: str) -> str:
    """The text as it may stand in a cell."""
    if text[:1] not in MARKS:
        return text
    return f"'{text}" if text[0] != "'" or _QUOTED.match(text) else text


def as_it_was(cell: str) -> str:
    """The text that `harmless` made this cell of."""
    return cell[1:] if cell.startswith("'") and _QUOTED.match(cell) else cell
