"""Which files make up the project, for the rules about them."""

from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("feedback", "loop", "notifications")

LEFT_OUT = {"migrations", "__pycache__", "node_modules", ".venv", "var"}


@cache
def files(*folders: str, suffix: str) -> tuple[Path, ...]:
    """Every file with this ending below the folders, migrations left out: Django writes those."""
    found = (path for folder in folders for path in (ROOT / folder).rglob(f"*{suffix}"))
    return tuple(sorted(path for path in found if not LEFT_OUT & set(path.relative_to(ROOT).parts)))


def production_code() -> tuple[Path, ...]:
    return files(*PACKAGES, suffix=".py")


def all_code() -> tuple[Path, ...]:
    return files(*PACKAGES, "tests", suffix=".py")


def templates() -> tuple[Path, ...]:
    return files("templates", *PACKAGES, suffix=".html") + files("templates", *PACKAGES, suffix=".txt")


def name(path: Path) -> str:
    """A file as a failure should name it."""
    return str(path.relative_to(ROOT))
