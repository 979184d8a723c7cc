"""What the test of a killed import has done inside a plant: `python -m tests.faults.importing start answers 300`.

Chunks are small, so that there is a middle to be killed in, and who works on a file keeps it for a second only.
"""

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from loop import rows_at_once  # noqa: E402
from loop.imports import claims, files, steps, work  # noqa: E402
from loop.models import FileImport, ImportKind, Role  # noqa: E402
from tests import factories  # noqa: E402

LINES = {
    "answers": ("score,comment,email,company", "{score},Word {n},p{n}@fjord.example,Company {few}"),
    "customers": ("company,company number,email,owner,no mailings", "Company {few},{few},p{n}@fjord.example,{who},{x}"),
}


def start(kind: str, number: str) -> None:
    """Upload a file of so many rows, look through it, and say yes to it."""
    ada, anna = factories.user("Ada", role=Role.ADMIN), factories.user("Anna")
    head, line = LINES[kind]
    rows = [
        line.format(n=n, few=n // 4, score=n % 11, who=anna.email, x="yes" if n % 5 == 0 else "")
        for n in range(int(number))
    ]
    one = steps.upload(
        SimpleUploadedFile("file.csv", "\n".join([head, *rows]).encode()),
        kind=ImportKind(kind),
        survey=factories.survey(),
        actor=ada,
        now=timezone.now(),
    )
    work.work(now=timezone.now())
    steps.start(FileImport.objects.get(pk=one.pk), actor=ada, now=timezone.now())


def go_on() -> None:
    """What a tick of the clock does; prints how it stands afterwards, and the lines of the result."""
    rows_at_once.CHUNK[connection.vendor] = 5
    claims.LEASE = timedelta(seconds=1)
    work.work(now=timezone.now() + timedelta(minutes=10))
    one = FileImport.objects.get()
    lines = files.result_of(one).read_text(encoding="utf-8-sig").splitlines()
    told = {"state": one.state, "counts": one.counts, "found": one.found["counts"], "lines": lines}
    print(json.dumps(told))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
