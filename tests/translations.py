"""Is every text of the product translated, can every catalog be compiled, and does each keep its placeholders?

`python -m tests.translations` checks with Babel what msgfmt would. Which texts there are is collected anew, in a copy
of the sources, where the machine has gettext; without it only the catalogs as they stand are checked.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("loop", "feedback", "notifications", "templates", "locale")
LANGUAGES = ("sv", "nb", "da", "fi")
SHOWN = 20  # missing texts told of each catalog


def faults(catalog_file: Path) -> list[str]:
    """Return what is wrong in one catalog, a line for each."""
    try:
        with catalog_file.open("rb") as file:
            catalog = read_po(file, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        return [f"{catalog_file}: {error}"]
    wrong = [
        f"{catalog_file}:{message.lineno}: {error}"
        for message, errors in catalog.check()
        if message.id and not message.fuzzy
        for error in errors
    ]
    missing = [message for message in catalog if message.id and (message.fuzzy or not _is_translated(message))]
    told = [f"{catalog_file}: not translated: {message.id!r}" for message in missing[:SHOWN]]
    return [*wrong, *told, *([f"{catalog_file}: {len(missing)} in all"] if len(missing) > SHOWN else [])]


def _is_translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def collected(folder: Path) -> Path:
    """Collect the texts of the sources into copies of the catalogs in `folder`; returns where those are."""
    for name in SOURCES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.pyc", "static"))
    command = [sys.executable, str(ROOT / "manage.py"), "makemessages", "--no-obsolete", "--no-location"]
    languages = [part for language in LANGUAGES for part in ("-l", language)]
    subprocess.run([*command, *languages], cwd=folder, check=True, capture_output=True)
    return folder / "locale"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        has_gettext = shutil.which("xgettext") and shutil.which("msgmerge")
        locale = collected(Path(temporary)) if has_gettext else ROOT / "locale"
        found = [fault for file in sorted(locale.glob("*/LC_MESSAGES/*.po")) for fault in faults(file)]
    sys.exit("\n".join(found).replace(temporary, ".") or 0)
