"""How does a person say that a file is written, where it was recognised wrongly?"""

from __future__ import annotations

from dataclasses import dataclass

#: Encodings one may name: Python's word for it and people's.
ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "iso8859-15": "ISO 8859-15",
    "cp850": "DOS 850",
    "mac-roman": "Mac OS Roman",
    "utf-16": "UTF-16",
}
DELIMITERS = (";", ",", "\t", "|")


@dataclass(frozen=True, slots=True)
class Written:
    """What a person says about it; empty where it is left to us. A workbook has neither."""

    encoding: str = ""
    delimiter: str = ""


AS_RECOGNISED = Written()


def encoding_label(name: str) -> str:
    """An encoding as people call it."""
    return ENCODINGS.get(name.removesuffix("-sig").removesuffix("-le").removesuffix("-be"), name)
