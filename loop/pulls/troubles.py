"""Which files fetched by the clock need somebody? Those that fail again and again, and those that wait for a word."""

from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery

from loop.models import FilePull, FilePullRun, ImportState, PullOutcome
from loop.pulls import folder, rhythm

#: So many times in a row: once in its time, and then as often as it is tried again soon.
TOO_OFTEN = len(rhythm.AGAIN_AFTER) + 1


@dataclass(frozen=True)
class Trouble:
    """A file nothing comes in from.

    Attributes:
        waits: the number of the run whose file is here and waits for somebody's word; None: no file could be fetched
            or read.
        why: in the language of whoever set it up, as it stands on its page.
    """

    pull: FilePull
    waits: int | None
    why: str

    @property
    def key(self) -> str:
        """The same for as long as the same is wrong; that a newer file of its name waits instead is no news."""
        if self.waits is not None and folder.is_pattern(self.pull.path):
            return f"{self.pull.pk}:waits:{self.waits}"
        since = self.pull.failing_since
        return f"{self.pull.pk}:{'fails' if self.waits is None else 'waits'}:{since.timestamp() if since else 0:.0f}"


def now_troubled() -> list[Trouble]:
    """Those somebody has to look at now, by name; what is paused is nobody's trouble."""
    told = FilePullRun.objects.filter(pull=OuterRef("pk")).exclude(problem="").order_by("-at", "-pk")
    waiting = FilePullRun.objects.filter(
        pull=OuterRef("pk"), outcome=PullOutcome.WAITS, file_import__state=ImportState.CHECKED
    ).order_by("-at", "-pk")
    pulls = FilePull.objects.filter(is_active=True).annotate(
        said=Subquery(told.values("problem")[:1]),
        waits=Subquery(waiting.values("pk")[:1]),
        asks=Subquery(waiting.values("problem")[:1]),
    )
    needing = pulls.filter(Q(waits__isnull=False) | Q(failures__gte=TOO_OFTEN)).order_by("name", "pk")
    return [Trouble(pull, pull.waits, pull.said if pull.waits is None else pull.asks) for pull in needing]
