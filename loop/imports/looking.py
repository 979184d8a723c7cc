"""When is a file looked through: while somebody waits for it, or in the background?"""

from datetime import datetime

from loop import bell, tasks
from loop.imports import files, work
from loop.models import FileImport, ImportState

AT_ONCE = 2**18  # bytes; some 2,000 rows, as many as somebody waits for in front of a page
PACKED = 8  # times more rows hold a workbook's bytes


def look_through(one: FileImport, *, now: datetime) -> None:
    """At once where it is quick, else in the background; what is left undone the sweep does."""
    if one.size * (PACKED if files.is_packed(one) else 1) <= AT_ONCE:
        work.go_on(one.pk, ImportState.UPLOADED, now=now)
    else:
        bell.ring(tasks.work_on_imports)
