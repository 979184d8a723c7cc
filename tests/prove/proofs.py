"""What is a proof? An attack with what must hold in spite of it, and the guard without which it does not hold.

Each attack runs twice, each time in a process and on a database of its own: first with its guard taken out, when
something must break, then with the guard in place, when nothing may. An attack that breaks nothing without the guard
has proven nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

from tests.faults.databases import Stock
from tests.faults.plant import Plant

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRESQL)

_numbers = count(1)


@dataclass(frozen=True)
class Outcome:
    """What an attack did and found. `broken` counts what must not have happened."""

    injected: str
    got: str
    broken: int


@dataclass(frozen=True)
class Run:
    """What an attack is given.

    Args:
        count: how much of it: hits, rows, kills, seconds; the proof says of what.
        guarded: whether the guard is in place. If not, the attack takes it out of this process, or of its plant's.
        seed: for everything made up.
        folder: empty, for files.
        stock: databases for plants.
    """

    count: int
    guarded: bool
    seed: int
    folder: Path
    stock: Stock

    @property
    def chance(self) -> Random:
        return Random(self.seed)

    @contextmanager
    def plant(self) -> Iterator[Plant]:
        """An installation with real processes; they are ended afterwards."""
        home = self.folder / f"plant{next(_numbers)}"
        with self.stock.copy(home) as database_url:
            made = Plant(home, database_url)
            try:
                yield made
            finally:
                made.close()


Attack = Callable[[Run], Outcome]


@dataclass(frozen=True)
class Proof:
    """One row of the table."""

    key: str  # as the bar calls it: E1, R2
    name: str
    must: str
    guard: str  # what is taken out to see the attack succeed
    full: int
    quick: int
    off: int  # how much of it is enough to break what is unguarded
    attack: Attack
    databases: tuple[str, ...] = BOTH
    minutes: int = 60  # the full form must be done by then
    heavy: bool = False  # the short form is run on one database, PostgreSQL where it answers

    @property
    def area(self) -> str:
        """The module it stands in."""
        return self.attack.__module__.rpartition(".")[2]


ALL: dict[str, Proof] = {}


def proof(
    key: str,
    name: str,
    *,
    must: str,
    guard: str,
    full: int,
    quick: int,
    off: int,
    databases: tuple[str, ...] = BOTH,
    minutes: int = 60,
    heavy: bool = False,
) -> Callable[[Attack], Attack]:
    """Enter an attack into the table."""

    def enter(attack: Attack) -> Attack:
        assert key not in ALL, f"there are two proofs {key}"
        ALL[key] = Proof(key, name, must, guard, full, quick, off, attack, databases, minutes, heavy)
        return attack

    return enter
