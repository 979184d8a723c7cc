"""How fast is Loop, against what the machine can do? `make bench` measures both in one run and writes var/bench.json.

The figures depend on the machine and on what else it does; the ratios hardly do. Nothing of this is a test.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["SURVEY_HOURS"] = "0-24"
os.environ["STAFF_HOURS"] = "0-24"  # it measures whenever somebody starts it
django.setup()

from tests.faults.databases import ROOT, Stock  # noqa: E402
from tests.prove import surroundings  # noqa: E402
from tests.prove.proofs import POSTGRESQL, SQLITE  # noqa: E402

#: In the order of the table; where each is measured, and where in the short form.
AREAS = {
    "intake": ((POSTGRESQL, SQLITE), (POSTGRESQL, SQLITE)),
    "pages": ((POSTGRESQL, SQLITE), (POSTGRESQL,)),
    "inbox": ((POSTGRESQL, SQLITE), (POSTGRESQL, SQLITE)),
    "reports": ((POSTGRESQL, SQLITE), (POSTGRESQL,)),
    "tenfold": ((POSTGRESQL,), ()),
    "delivery": ((POSTGRESQL,), (POSTGRESQL,)),
    "work": ((POSTGRESQL, SQLITE), (POSTGRESQL,)),
    "imports": ((POSTGRESQL, SQLITE), (POSTGRESQL, SQLITE)),
    "export": ((POSTGRESQL, SQLITE), (POSTGRESQL, SQLITE)),
    "waves": ((POSTGRESQL, SQLITE), (POSTGRESQL, SQLITE)),
    "running": ((SQLITE,), (SQLITE,)),
}
#: Takes an hour: only whoever names it has it measured.
ASKED_FOR = frozenset({"tenfold"})


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, under five minutes")
    parser.add_argument("--only", nargs="*", default=[], metavar="AREA", help=f"of {', '.join(AREAS)}")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench.json")
    chosen = parser.parse_args()
    server = surroundings.postgresql()
    told = {**surroundings.told(server), "seed": 0, "quick": chosen.quick}
    print(f"commit {told['commit'][:12]}, {told['machine']}, load {told['load']}", flush=True)
    print(f"{'':6} {'':72} {'ours':>10} {'baseline':>10} {'ratio':>7}  target", flush=True)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        stocks = {SQLITE: Stock(Path(folder) / "stock-sqlite", "")}
        if server:
            stocks[POSTGRESQL] = Stock(Path(folder) / "stock-postgresql", server)
        try:
            for stock in stocks.values():
                stock.fill()
            for area, (everywhere, shortly) in AREAS.items():
                for database in shortly if chosen.quick else everywhere:
                    wanted = area in chosen.only or (not chosen.only and area not in ASKED_FOR)
                    if database in stocks and wanted:
                        rows += measure(area, stocks[database], Path(folder), quick=chosen.quick)
        finally:
            for stock in stocks.values():
                stock.throw_away()
    chosen.out.parent.mkdir(exist_ok=True)
    chosen.out.write_text(json.dumps({**told, "rows": rows}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    missed = [each["name"] for each in rows if not each["holds"]]
    print(f"{len(rows) - len(missed)} of {len(rows)} rows reach their target; {chosen.out}")
    return 1 if missed or not rows else 0


def measure(area: str, stock: Stock, folder: Path, *, quick: bool) -> list[dict[str, Any]]:
    """Measure one area in a process and on a database of its own; tell each row as it comes."""
    own = Path(tempfile.mkdtemp(dir=folder))
    found = []
    with stock.copy(own) as database_url:
        env = {**os.environ, "DATABASE_URL": database_url, "BENCH_FOLDER": str(own)}
        env.pop("REDIS_URL", None)
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.one", area, "quick" if quick else "full"],
            cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("{"):
                found.append(json.loads(line))
                print(as_text(found[-1]), flush=True)
        if process.wait():
            broken = {"name": f"{area} stopped", "holds": False, "ours": 0, "baseline": None, "ratio": None,
                      "target": None, "target_is": "", "unit": ""}  # fmt: skip
            found.append(broken)
            print(as_text(broken), flush=True)
    return found


def as_text(each: dict[str, Any]) -> str:
    ours, baseline = (f"{figure:,.4g}" if figure is not None else "" for figure in (each["ours"], each["baseline"]))
    target = "" if each["target"] is None else f"{each['target_is']} {each['target']:g}"
    return (
        f"{'yes' if each['holds'] else 'MISSED':6} {each['name'][:72]:72} {ours:>10} {baseline:>10} "
        f"{'' if each['ratio'] is None else each['ratio']:>7}  {target} [{each['unit']}]"
    )


if __name__ == "__main__":
    sys.exit(main())
