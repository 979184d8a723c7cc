"""How many answers leave in a second as CSV, and does it take more memory when there are more of them?"""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from feedback.models import Account, Contact, Response
from tests import factories
from tests.bench.rows import row
from tests.bench.work import analyze
from tests.faults.databases import ROOT

A_SECOND = 100_000
LARGEST_MB = 200
COMMENT = "The invoice was wrong twice, and nobody called back although I asked for it last week."


def rows(*, quick: bool) -> Iterator[dict[str, Any]]:
    small, large = (10_000, 100_000) if quick else (100_000, 1_000_000)
    memory = {}
    for number in (small, large):
        _add(number - Response.objects.count())
        path = Path(os.environ["BENCH_FOLDER"]) / f"answers{number}.csv"
        took, memory[number] = _run(path)
        with path.open("rb") as file:
            assert sum(1 for _line in file) == number + 1
        path.unlink()
        yield row(f"{number:,} answers as CSV", number / took, unit="rows a second", at_least=True, target=A_SECOND)
        yield row(f"memory of that export, {number:,} rows", memory[number], unit="MB", target=LARGEST_MB)
    yield row("memory of the large export, against the small one", memory[large], baseline=memory[small], unit="MB",
              by_ratio=True, target=1.2)  # fmt: skip


def _add(number: int) -> None:
    """So many answers more, of a thousand people at a hundred companies, one in ten with a comment."""
    now, survey = timezone.now(), factories.survey()
    if not Contact.objects.exists():
        accounts = Account.objects.bulk_create(
            Account(external_id=f"N{n}", name=f"Company {n} AB", created_at=now) for n in range(100)
        )
        Contact.objects.bulk_create(
            Contact(external_id=f"P{n}", name=f"Person {n}", email=f"p{n}@customer.example", account=accounts[n % 100],
                    created_at=now) for n in range(1_000)
        )  # fmt: skip
    people = list(Contact.objects.values_list("pk", flat=True))
    for start in range(0, number, 5_000):
        Response.objects.bulk_create(
            Response(
                survey=survey, contact_id=people[n % 1_000], score=9, category="promoter", source="bench",
                comment=COMMENT if n % 10 == 0 else "", external_id=f"{number}-{n}", received_at=now, triaged_at=now,
                responded_at=now - timedelta(minutes=n % 500_000),
            ) for n in range(start, min(start + 5_000, number))
        )  # fmt: skip
    analyze()


def _run(path: Path) -> tuple[float, float]:
    """Export in a process of its own. Returns its seconds without the start, and its largest memory in MB."""
    code = (
        "import django, re, sys, time; django.setup(); from django.core.management import call_command; "
        "began = time.perf_counter(); call_command('export_responses', sys.argv[1]); "
        "print(time.perf_counter() - began); "
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    took, kilobytes = done.stdout.split()
    return float(took), int(kilobytes) / 1024
