"""Is a task that runs twice, or four times at once, the same as one that ran once?"""

import json
from collections import Counter

from tests.prove.proofs import Outcome, Run, proof


@proof(
    "R4",
    "every registered task, twice and four at a time",
    must="difference 0 in rows and mails",
    guard="keys of messages, row locks",
    full=10,
    quick=2,
    off=2,
    heavy=True,
)
def every_task(run: Run) -> Outcome:
    """The same scene three times, with so much due for each task; nothing is mocked, mails go to files."""
    found, mails = {}, {}
    for how in ("once", "twice", "parallel"):
        with run.plant() as plant:
            said = plant.run("-m", "tests.prove.scene", str(run.count), how, "on" if run.guarded else "off")
            found[how] = json.loads(said.splitlines()[-1])
            mails[how] = len(plant.mails())
    differ = {
        f"{table} ({how})": number
        for how in ("twice", "parallel")
        for table, rows in found["once"].items()
        if (number := _difference(rows, found[how][table]))
    }
    differ |= {f"mails ({how})": abs(mails[how] - mails["once"]) for how in mails if mails[how] != mails["once"]}
    rows = sum(len(table) for table in found["once"].values() if isinstance(table, list))
    return Outcome(
        f"scene with {run.count} due for each task: {rows} rows and {mails['once']} mails after one run",
        "difference 0" if not differ else ", ".join(f"{where}: {number}" for where, number in differ.items()),
        sum(differ.values()),
    )


def _difference(one: object, other: object) -> int:
    if not isinstance(one, list) or not isinstance(other, list):
        return int(one != other)
    return sum(((Counter(one) - Counter(other)) + (Counter(other) - Counter(one))).values())
