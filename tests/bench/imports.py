"""How many rows of a file come in a second, against a merge in plain SQL, and what changes as files grow?"""

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.db import connection

from feedback.models import Account, Contact, Response
from loop.models import AccountOwner, Case
from tests import factories
from tests.bench import merging, tables_alike, tables_bare
from tests.bench.rows import row, seconds
from tests.bench.work import analyze
from tests.faults.databases import ROOT

SHARE_OF_MERGE = {"postgresql": 0.50, "sqlite": 0.20}
LARGEST_MB = 200
A_MILLION = 999_999  # as many as a file may have: its header is a line as well
COMMENT = "The invoice was wrong twice, and nobody called back although I asked for it last week."


def rows(*, quick: bool) -> Iterator[dict[str, Any]]:
    small, large = (1_000, 10_000) if quick else (10_000, 100_000)
    owners = [factories.user(f"Person {n}", team=factories.team("North")) for n in range(5)]
    yield from _customers(small, large, owners)
    sizes = [small, large] if quick or connection.vendor == "sqlite" else [small, large, A_MILLION]
    yield from _answers(sizes, people=large)


def _answers(sizes: list[int], people: int) -> Iterator[dict[str, Any]]:
    """A survey tool's CSV of so many rows, then the same file again, and the merges of it."""
    speed, memory = {}, {}
    for number in sizes:
        path = _answer_file(number, people)
        before, cases = Response.objects.count(), Case.objects.count()
        took, memory[number] = _run("import_responses", path)
        low = sum(map(_score_is_low, range(number)))
        assert (Response.objects.count() - before, Case.objects.count() - cases) == (number, low)
        again, _memory = _run("import_responses", path)
        speed[number] = number / took
        targets = (("like ours", tables_alike, SHARE_OF_MERGE[connection.vendor]), ("bare", tables_bare, None))
        for where, tables, target in targets:
            statements = tables.make()
            merged = seconds(lambda: merging.merge(path, statements))  # noqa: B023
            yield row(
                f"answers of a file of {number:,} rows, against a merge into tables {where}", number / took,
                baseline=number / merged, unit="rows a second", at_least=True, by_ratio=True, target=target,
            )  # fmt: skip
        yield row(f"the same {number:,} rows again", number / again, baseline=number / took, unit="rows a second",
                  at_least=True, by_ratio=True, target=1.0)  # fmt: skip
        yield row(f"memory of that import, {number:,} rows", memory[number], unit="MB", target=LARGEST_MB)
    for small, large in pairwise(sizes):
        yield row(f"rows a second of {large:,} rows, against {small:,}", speed[large], baseline=speed[small],
                  unit="rows a second", at_least=True, by_ratio=True, target=0.8)  # fmt: skip
        yield row(f"memory of {large:,} rows, against {small:,}", memory[large], baseline=memory[small], unit="MB",
                  by_ratio=True, target=1.2)  # fmt: skip


def _answer_file(number: int, people: int) -> Path:
    """15 % low scores; each third answer has a comment, no two the same; all from people who are known."""
    return _file(f"answers{number}.csv", "Response ID,Score,Comment,Date,Email", (
        f"{number}-{n},{3 if _score_is_low(n) else 9},{_comment(n) if n % 3 == 0 else ''},"
        f"2026-{1 + n % 10:02}-{1 + n % 28:02} {n % 24:02}:{n % 60:02}:{n % 59:02},"
        f"{_address(people, n % (people // 5))}" for n in range(number)
    ))  # fmt: skip


def _score_is_low(n: int) -> bool:
    return n % 20 < 3


def _comment(n: int) -> str:
    return f'"{n}: {COMMENT}"'


def _address(number: int, n: int) -> str:
    return f"c{n}@of{number}.example"


def _customers(small: int, large: int, owners: list[Any]) -> Iterator[dict[str, Any]]:
    """A CRM's CSV, four people a company; the same file again; and with every company in another segment."""
    for number in (small, large):
        lines = [
            f"Company {n // 4} AB,N{number}-{n // 4},{owners[n % 5].email if n % 4 == 0 else ''},SE,100000,SEK,"
            f"Person {n},{_address(number, n)}" for n in range(number)
        ]  # fmt: skip
        header = "company,company number,owner,country,annual value,currency,contact name,email,segment"
        path = _file(f"customers{number}.csv", header, (f"{line},old" for line in lines))
        before = Account.objects.count(), Contact.objects.count()
        took, memory = _run("import_accounts", path)
        assert (Account.objects.count() - before[0], Contact.objects.count() - before[1]) == (number // 4, number)
        assert AccountOwner.objects.filter(account__external_id__startswith=f"N{number}-").count() == number // 4
        yield row(f"customers of a file of {number:,} rows", number / took, unit="rows a second")
        again, _memory = _run("import_accounts", path)
        yield row(f"the same {number:,} customers again", number / again, baseline=number / took, unit="rows a second",
                  at_least=True, by_ratio=True, target=1.0)  # fmt: skip
        moved, _memory = _run("import_accounts", _file("moved.csv", header, (f"{line},new" for line in lines)))
        yield row(f"the same {number:,} customers, every company changed", number / moved, unit="rows a second")
        yield row(f"memory of an import of {number:,} customers", memory, unit="MB", target=LARGEST_MB)


def _file(name: str, header: str, lines: Iterator[str]) -> Path:
    path = Path(os.environ["BENCH_FOLDER"]) / name
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    analyze()  # as autovacuum has done wherever files are imported now and then
    return path


def _run(command: str, path: Path) -> tuple[float, float]:
    """Run a command in a process of its own. Returns its seconds without the start, and its largest memory in MB."""
    code = (
        "import django, re, sys, time; django.setup(); from django.core.management import call_command; "
        "began = time.perf_counter(); call_command(*sys.argv[1:], stdout=sys.stderr); "
        "print(time.perf_counter() - began); "
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    arguments = [sys.executable, "-c", code, command, str(path)]
    done = subprocess.run(arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    took, kilobytes = done.stdout.split()
    return float(took), int(kilobytes) / 1024
