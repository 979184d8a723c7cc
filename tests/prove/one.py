"""How is one attack run? On the database the runner made for it: `python -m tests.prove.one scanners E1 500`.

With `off` as a fourth word the guard is taken out. The last line on standard output is the outcome, as JSON.
"""

import dataclasses
import importlib
import json
import os
import sys
import traceback
from pathlib import Path

import django

if __name__ == "__main__":
    django.setup()

from tests.faults.databases import Stock
from tests.prove.proofs import ALL, Outcome, Run

#: In the order of the table.
AREAS = (
    "scanners",
    "forgeries",
    "signatures",
    "people",
    "sampling",
    "clocks",
    "races",
    "requests",
    "workers",
    "brokers",
    "webhooks",
    "tasks",
    "storms",
    "outages",
)


def load() -> None:
    """Import every area, so that `ALL` holds their proofs."""
    for area in AREAS:
        importlib.import_module(f"tests.prove.{area}")


def run(key: str, number: int, *, guarded: bool) -> Outcome:
    """Run one attack. An error nobody expected breaks the proof: without the guard it is no success of the attack."""
    stock = Stock(Path(os.environ["PROVE_STOCK"]), os.environ["PROVE_SERVER"], os.environ["PROVE_DATABASE"])
    given = Run(number, guarded, int(os.environ["PROVE_SEED"]), Path(os.environ["PROVE_FOLDER"]), stock)
    try:
        return ALL[key].attack(given)
    except Exception as error:
        traceback.print_exc()
        return Outcome(f"{number:,}", f"{type(error).__name__}: {error}"[-300:], broken=int(guarded))


if __name__ == "__main__":
    importlib.import_module(f"tests.prove.{sys.argv[1]}")  # this area alone: each takes a second to load
    found = run(sys.argv[2], int(sys.argv[3]), guarded=sys.argv[4:] != ["off"])
    print(json.dumps(dataclasses.asdict(found)))
