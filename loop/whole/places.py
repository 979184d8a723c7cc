"""Where do the files lie: in a folder, or in one archive? Readable by nobody but whoever runs the command."""

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from loop.whole import MANIFEST, Refused


def is_archive(path: Path) -> bool:
    """Whether the name says that all files go into one."""
    return path.suffix.lower() == ".zip"


class Giving:
    """A place to write to, which is there in full or not at all: a folder without its manifest is none."""

    def __init__(self, path: Path) -> None:
        """Raises Refused where something is there already."""
        if path.exists() and (is_archive(path) or not path.is_dir() or any(path.iterdir())):
            raise Refused(f"{path} is there already; name a new file or an empty folder.")
        self._path, self._archive = path, None
        if is_archive(path):
            self._beside = path.with_name(f"{path.name}.part")
            file = os.fdopen(os.open(self._beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")
            self._file: IO[bytes] = file
            self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
        else:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)

    @contextmanager
    def file(self, name: str) -> Iterator[IO[bytes]]:
        """A file of that name to write to."""
        if self._archive is not None:
            with self._archive.open(name, "w", force_zip64=True) as inside:
                yield inside
        else:
            with os.fdopen(os.open(self._path / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                yield file

    def finish(self) -> None:
        """Everything has been written."""
        if self._archive is not None:
            self._archive.close()
            self._file.close()
            self._beside.replace(self._path)

    def give_up(self) -> None:
        """It was not: nothing is left that could be taken for the whole."""
        if self._archive is not None:
            self._file.close()
            self._beside.unlink(missing_ok=True)
        else:
            (self._path / MANIFEST).unlink(missing_ok=True)


class Taking:
    """A place to read from."""

    def __init__(self, path: Path) -> None:
        """Raises Refused where there is nothing of the kind."""
        self._path, self._archive = path, None
        try:
            if path.is_file():
                self._archive = zipfile.ZipFile(path)
            elif not path.is_dir():
                raise Refused(f"There is no folder or archive {path}.")
        except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
            raise Refused(f"{path} cannot be read: {error}.") from error

    def names(self) -> set[str]:
        """The names of all files."""
        return set(self._archive.namelist()) if self._archive else {each.name for each in self._path.iterdir()}

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """The file of that name. Raises Refused where there is none, and while it is read where it is damaged."""
        try:
            file = self._archive.open(name) if self._archive else (self._path / name).open("rb")
        except (OSError, KeyError) as error:
            raise Refused(f"{name} is missing: the export is not whole.") from error
        except (zipfile.BadZipFile, RuntimeError) as error:  # packed in a way Loop does not, or behind a password
            raise Refused(f"{name} cannot be read: {error}.") from error
        try:
            with file:
                yield file
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise Refused(f"{name} is damaged: {error}.".replace(": .", ".")) from error
