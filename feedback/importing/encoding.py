"""In which encoding is this file written, and is there anything in it that this encoding cannot explain?

Byte order mark, else strict UTF-8, else Windows-1252, which is what Excel in the Nordic countries saves as "CSV". A
file that is none of them is refused, because å, ä, ö and ø read in the wrong encoding are wrong without looking broken;
a person may say which it is.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _

from feedback.importing import UnusableFile
from feedback.importing.written import encoding_label

MAX_BYTES = 100 * 2**20
MAX_LINES = 1_000_000  # a larger file is more likely a mistake or an attack than an export of answers
MAX_LINES_NAMED = 5  # enough to find the cause without burying the rest of the report

_BLOCK = 2**20
_LONGEST_TAIL = 2**16

_HIGH = bytes(range(0x80, 0x100))
_LETTERS_OF_CP1252 = re.compile(rb"[\xc0-\xd6\xd8-\xf6\xf8-\xff]")
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# Bytes without a character in cp1252, and characters such as „ † › that never stand between two letters: å is 0x86
# and ø is 0x9b in DOS, å is 0x8c and ä is 0x8a on old Macs.
_STRAY_IN_CP1252 = re.compile(
    rb"[\x81\x8d\x8f\x90\x9d]"
    rb"|(?<=[A-Za-z])[\x82-\x84\x86-\x89\x8b\x94\x95\x98\x99\x9b](?=[a-z])"
    rb"|(?<=[a-z])[\x80\x8a\x8c\x8e](?=[a-z])"
)
# "Ã¤" and its like, and the replacement character: damage done before the file came here.
_DAMAGED_BEFORE = re.compile(rb"\xc3\x83\xc2[\x80-\xbf]|\xc3\xa2\xe2\x82\xac|\xef\xbf\xbd")

_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0e-\x19]")

_KNOWN_BINARIES = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\x1f\x8b": "gzip",
    b"\xd0\xcf\x11\xe0": "XLS (Excel 97-2003) or protected workbook",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7-Zip",
}


class UnclearEncoding(UnusableFile):
    """It is text, in an encoding that cannot be told; a person may say it."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to decode a file: Python's name of the encoding, what to do with odd bytes, what to tell the person."""

    name: str
    errors: str = "strict"
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Places:
    """The lines on which something was found: the first few by number, the others counted."""

    lines: list[tuple[int, bytes]] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, found: bytes) -> None:
        self.count += 1
        if len(self.lines) < MAX_LINES_NAMED and (not self.lines or self.lines[-1][0] != line):
            self.lines.append((line, found))

    def __str__(self) -> str:
        named = ", ".join(_("line %d (byte 0x%02x)") % (line, found[0]) for line, found in self.lines)
        return named if self.count <= len(self.lines) else _("%s and more, %d in all") % (named, self.count)


def find_encoding(file: BinaryIO, said: str = "") -> Encoding:
    """Read the whole file once, in blocks, and say how to decode it.

    Args:
        said: the encoding a person named; see `written.ENCODINGS`.

    Raises:
        UnclearEncoding: it cannot be told.
        UnusableFile: the file is empty, too large, or not text.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise UnusableFile(_("The file is empty."))
    if size > MAX_BYTES:
        raise UnusableFile(_("The file has %d MB; at most %d MB are read.") % (size // 2**20, MAX_BYTES // 2**20))
    head = file.read(4096)
    for magic, kind in _KNOWN_BINARIES.items():
        if head.startswith(magic):
            raise UnusableFile(_("This is a file of the kind %s, not a table. Save it as CSV UTF-8 or XLSX.") % kind)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise UnusableFile(_("The file is written in UTF-32. Save it as CSV UTF-8."))
    if said and said != "utf-16":
        return _as_said(file, "utf-8-sig" if said == "utf-8" else said)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked_utf16(file, "utf-16")
    if said and b"\0" not in head:
        raise UnusableFile(_("The file is not valid UTF-16 after line %d. Save it as CSV UTF-8.") % 1)
    if b"\0" in head:
        return _checked_utf16(file, _utf16_without_mark(head))
    name = "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    return _utf8(file, name) or _next_best(file, name)


def _as_said(file: BinaryIO, name: str) -> Encoding:
    """Decode as a person says; bytes that are no letters then are shown as � and their lines named."""
    broken = _Places()
    for line, block in _blocks(file):
        _refuse_zero(line, block)
        for offset, text in enumerate(block.split(b"\n")):
            try:
                text.decode(name)
            except UnicodeDecodeError as error:
                broken.add(line + offset, text[error.start :])
    told = (_("Bytes that are no letters in %s, shown as �: %s.") % (encoding_label(name), broken),)
    return Encoding(name, "replace", told if broken.count else ())


def _refuse_zero(line: int, block: bytes) -> None:
    if b"\0" in block:
        at = line + block[: block.index(b"\0")].count(b"\n")
        raise UnusableFile(_("The file holds a zero byte at line %d: it is not a text file, or damaged.") % at)


def _utf16_without_mark(head: bytes) -> str:
    """Tell UTF-16 from a binary file: in Western text nearly every second byte is zero, all on the same side."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.4 * len(head) / 2 and not even:
        return "utf-16-le"
    if even > 0.4 * len(head) / 2 and not odd:
        return "utf-16-be"
    raise UnusableFile(_("The file holds zero bytes: it is not a text file. Save it as CSV UTF-8 or XLSX."))


def _checked_utf16(file: BinaryIO, name: str) -> Encoding:
    decoder = codecs.getincrementaldecoder(name)("strict")
    line = 1
    file.seek(0)
    while block := file.read(_BLOCK):
        try:
            text = decoder.decode(block)
        except UnicodeDecodeError:
            raise UnusableFile(_("The file is not valid UTF-16 after line %d. Save it as CSV UTF-8.") % line) from None
        if _NOT_IN_TEXT.search(text):
            raise UnusableFile(_("The file holds control characters after line %d: it is not a text file.") % line)
        line += text.count("\n")
        _refuse_too_many(line)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise UnusableFile(_("The file breaks off in the middle of a character, at line %d.") % line) from None
    return Encoding(name)


def _utf8(file: BinaryIO, name: str) -> Encoding | None:
    """Return UTF-8 if the whole file is that, else None."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    damaged = _Places()
    for line, block in _blocks(file):
        _refuse_zero(line, block)
        try:
            decoder.decode(block)
        except UnicodeDecodeError:
            return None
        _note(damaged, _DAMAGED_BEFORE, line, block)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    if not damaged.count:
        return Encoding(name)
    return Encoding(name, warnings=(_("Letters were damaged before the file was saved: %s.") % damaged,))


def _next_best(file: BinaryIO, utf8: str) -> Encoding:
    """Choose between UTF-8 with a few broken bytes and cp1252; refuse what looks like neither."""
    sequences = alone = letters = 0
    stray, broken, mixed = _Places(), _Places(), _Places()
    for line, block in _blocks(file):
        _refuse_zero(line, block)
        rest, found = _UTF8_SEQUENCE.subn(b"", block)
        sequences += found
        alone += len(rest) - len(rest.translate(None, _HIGH))
        letters += len(_LETTERS_OF_CP1252.findall(block))
        _note(stray, _STRAY_IN_CP1252, line, block)
        _note(mixed, _UTF8_SEQUENCE, line, block)
        if len(rest) - len(rest.translate(None, _HIGH)):
            for offset, text in enumerate(block.splitlines()):
                left = _UTF8_SEQUENCE.sub(b"", text).lstrip(codecs.BOM_UTF8)
                if not left.isascii():
                    broken.add(line + offset, bytes([next(byte for byte in left if byte >= 0x80)]))
    if utf8 == "utf-8-sig" or sequences > alone:
        return Encoding(utf8, "replace", (_("Broken UTF-8, shown as � : %s.") % broken,))
    if stray.count > letters:
        raise UnclearEncoding(
            _("The letters are neither UTF-8 nor Windows-1252, old DOS or Mac text? %s. Save it as CSV UTF-8.") % stray
        )
    warnings = []
    if stray.count:
        warnings.append(_("Bytes that make no sense in Windows-1252; check these lines: %s.") % stray)
    if mixed.count:
        warnings.append(_("The file mixes Windows-1252 with UTF-8; check these lines: %s.") % mixed)
    return Encoding("cp1252", "replace", tuple(warnings))


def _note(places: _Places, pattern: re.Pattern[bytes], line: int, block: bytes) -> None:
    counted_to = 0
    for match in pattern.finditer(block):
        line += block.count(b"\n", counted_to, match.start())
        counted_to = match.start()
        places.add(line, match.group())


def _blocks(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the file in blocks that end with a line, each with the number of its first line."""
    line = 1
    file.seek(0)
    while block := file.read(_BLOCK):
        block += file.readline(_LONGEST_TAIL)
        yield line, block
        line += block.count(b"\n")
        _refuse_too_many(line)


def _refuse_too_many(lines: int) -> None:
    if lines > MAX_LINES + 1:
        raise UnusableFile(_("The file has more than %d lines. Split it.") % MAX_LINES)
