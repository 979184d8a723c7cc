"""Does Loop hold what it promises when machines, people, crashes and clocks do their worst? `make prove` says so.

Runs every proof on every database that answers, first without its guard and then with it, prints a line for each while
it goes, and writes `var/prove.json`. Exits with 1 when a row does not hold.
"""

import argparse
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["SURVEY_HOURS"] = "0-24"
os.environ["STAFF_HOURS"] = "0-24"  # an attack runs whenever somebody starts it
django.setup()

from tests.faults.databases import ROOT, Stock  # noqa: E402
from tests.prove import one, surroundings  # noqa: E402
from tests.prove.proofs import ALL, POSTGRESQL, SQLITE, Outcome, Proof  # noqa: E402

QUICK_LIMIT = 150.0  # seconds for one attack of the short form
AT_ONCE = 2  # attacks beside each other: many of them mostly wait


def main() -> int:
    parser = argparse.ArgumentParser(prog="make prove", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small counts, under five minutes")
    parser.add_argument("--only", nargs="*", default=[], metavar="KEY", help="such as E1 R2, or R2@sqlite")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "prove.json")
    chosen = parser.parse_args()
    seed = secrets.randbelow(10**6) if chosen.seed is None else chosen.seed
    server = surroundings.postgresql()
    told = {**surroundings.told(server), "seed": seed, "quick": chosen.quick}
    print(f"commit {told['commit'][:12]}, seed {seed}, {told['machine']}, load {told['load']}", flush=True)
    wanted = [
        (each, database)
        for each in ALL.values()
        for database in databases_of(each, server, quick=chosen.quick)
        if not chosen.only or {each.key, f"{each.key}@{database}"} & set(chosen.only)
    ]
    with tempfile.TemporaryDirectory(prefix="prove-") as folder:
        stocks = {SQLITE: Stock(Path(folder) / "stock-sqlite", "")}
        if server:
            stocks[POSTGRESQL] = Stock(Path(folder) / "stock-postgresql", server)
        try:
            for stock in stocks.values():
                stock.fill()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                rows = list(
                    pool.map(lambda each: row(*each, stocks[each[1]], Path(folder), seed, quick=chosen.quick), wanted)
                )
        finally:
            for stock in stocks.values():
                stock.throw_away()
    chosen.out.parent.mkdir(exist_ok=True)
    chosen.out.write_text(json.dumps({**told, "rows": rows}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    broken = [each["name"] for each in rows if not each["holds"]]
    print(f"{len(rows) - len(broken)} of {len(rows)} rows hold; {chosen.out}")
    return 1 if broken or not rows else 0


def databases_of(each: Proof, server: str, *, quick: bool) -> tuple[str, ...]:
    """Where this proof is run: on each database that answers; a heavy one, in the short form, on the last of them."""
    there = tuple(database for database in each.databases if database == SQLITE or server)
    return there[-1:] if quick and each.heavy else there


def row(each: Proof, database: str, stock: Stock, folder: Path, seed: int, *, quick: bool) -> dict[str, Any]:
    """One line of the table: the attack without its guard, then with it."""
    started = time.monotonic()
    limit = QUICK_LIMIT if quick else each.minutes * 60.0
    off = attack(each, each.off, "off", stock, folder, seed, limit)
    on = attack(each, each.quick if quick else each.full, "on", stock, folder, seed, limit)
    found = {
        "name": f"{each.key} {each.name} ({database})",
        "holds": on.broken == 0 and off.broken > 0,
        "injected": on.injected,
        "must": each.must,
        "got": on.got,
        "guard_off_fails": off.broken > 0,
        "guard": each.guard,
        "guard_off_got": f"{off.injected}: {off.got}",
        "seconds": round(time.monotonic() - started, 1),
    }
    print(
        f"{'holds' if found['holds'] else 'BROKEN':6} {found['name']}  [{found['seconds']:.0f} s]\n"
        f"         {on.injected}: {on.got}\n"
        f"         without {each.guard}: {off.got}{'' if off.broken else '  <- NOTHING BROKE'}",
        flush=True,
    )
    return found


def attack(each: Proof, number: int, guard: str, stock: Stock, folder: Path, seed: int, limit: float) -> Outcome:
    """Run one attack in a process group of its own, which is ended as a whole when it takes too long."""
    own = Path(tempfile.mkdtemp(dir=folder))
    with stock.copy(own) as database_url:
        env = {
            **{name: value for name, value in os.environ.items() if name != "REDIS_URL"},
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url,
            "PROVE_FOLDER": str(own),
            "PROVE_SEED": str(seed),
            "PROVE_STOCK": str(stock.folder),
            "PROVE_SERVER": stock.server,
            "PROVE_DATABASE": stock.name,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.prove.one", each.area, each.key, str(number), guard],
            cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        try:
            said, errors = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return Outcome(f"{number:,}", f"not done within {limit:.0f} s", broken=int(guard == "on"))
    if process.returncode or not said.strip():
        return Outcome(f"{number:,}", f"stopped: {errors[-300:]}", broken=int(guard == "on"))
    return Outcome(**json.loads(said.splitlines()[-1]))


if __name__ == "__main__":
    one.load()
    sys.exit(main())
