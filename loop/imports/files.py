"""Where do the files of an import lie? In a folder outside all that is served, under names nobody can guess.

For each import the upload, what was seen in it (`.seen`) and what became of its rows (`.result`). Web and worker share
the folder, which is in `LOOP_HOME`.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from feedback.importing.workbook import is_workbook
from loop.models import FileImport

SEEN, RESULT = ".seen", ".result"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was stored: the name that finds it again, its SHA-256, its bytes."""

    name: str
    digest: str
    size: int


def keep(pieces: Iterable[bytes]) -> Kept:
    """Store a file as it comes, whole or not at all."""
    name, digest, size = secrets.token_urlsafe(24), hashlib.sha256(), 0
    try:
        with _opened_alone(folder() / name) as target:
            for piece in pieces:
                digest.update(piece)
                target.write(piece)
                size += len(piece)
            target.flush()
            os.fsync(target.fileno())
    except BaseException:
        discard(name, ("",))
        raise
    return Kept(name, digest.hexdigest(), size)


def upload_of(one: FileImport) -> Path:
    return folder() / one.stored_as


def is_packed(one: FileImport) -> bool:
    """Whether the upload is a workbook, which holds more than its size says."""
    with suppress(FileNotFoundError), upload_of(one).open("rb") as file:
        return is_workbook(file.read(4))
    return False


def result_of(one: FileImport) -> Path:
    return folder() / f"{one.stored_as}{RESULT}"


def keep_seen(one: FileImport, seen: dict[str, Any]) -> None:
    """Store what the page shows of the file's contents, whole or not at all."""
    path = folder() / f"{one.stored_as}{SEEN}"
    beside = path.with_suffix(f"{SEEN}-{secrets.token_hex(4)}")
    with _opened_alone(beside) as target:
        target.write(json.dumps(seen).encode())
    beside.replace(path)


def seen(one: FileImport) -> dict[str, Any]:
    """What `keep_seen` stored; empty where it is gone."""
    try:
        found: dict[str, Any] = json.loads((folder() / f"{one.stored_as}{SEEN}").read_bytes())
    except FileNotFoundError:
        return {}
    return found


def append(one: FileImport, text: str) -> int:
    """Write to the end of the result file what holds once the caller commits; what is beyond `result_size` does not.

    Returns:
        How many bytes hold then.
    """
    path = result_of(one)
    if not path.exists():
        _opened_alone(path).close()
    with path.open("r+b") as target:
        target.truncate(one.result_size)
        target.seek(one.result_size)
        target.write(text.encode())
        target.flush()
        os.fsync(target.fileno())
        return target.tell()


def discard(name: str, kinds: Iterable[str] = ("", SEEN, RESULT)) -> None:
    """Delete files of the import stored under this name: all of them, unless told which."""
    for kind in kinds:
        (folder() / f"{name}{kind}").unlink(missing_ok=True)


def folder() -> Path:
    """The folder, readable for nobody else on the machine."""
    path: Path = settings.LOOP_HOME / "imports"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def _opened_alone(path: Path) -> Any:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
