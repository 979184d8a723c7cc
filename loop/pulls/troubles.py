"""Which files fetched by the clock need somebody? Those that fail again and again, and those that wait for a word."""

from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery

from loop.models import FilePull, FilePullRun, ImportState, PullOutcome
from loop.pulls import rhythm

#: So many times in a row: once in its time, and then as often as it is tried again soon.
TOO_OFTEN = len(rhythm.AGAIN_AFTER) + 1


@dataclass(frozen=True)
class Trouble:
    """A file nothing comes in from.

    Attributes:
        waits: a file is here and waits for somebody's word; otherwise none could be fetched or read.
        why: in the language of whoever set it up, as it stands on its page.
    """

    pull: FilePull
    waits: bool
    why: str

    @property
    def key(self) -> str:
        """The same for as long as it goes wrong in the same way."""
        since = self.pull.failing_since
        return f"{self.pull.pk}:{'waits' if self.waits else 'fails'}:{since.timestamp() if since else 0:.0f}"


def now_troubled() -> list[Trouble]:
    """Those somebody has to look at now, by name; what is paused is nobody's trouble."""
    told = FilePullRun.objects.filter(pull=OuterRef("pk")).exclude(problem="").order_by("-at", "-pk")
    waiting = FilePullRun.objects.filter(
        pull=OuterRef("pk"), outcome=PullOutcome.WAITS, file_import__state=ImportState.CHECKED
    ).order_by("-at", "-pk")
    pulls = FilePull.objects.filter(is_active=True, failures__gt=0).annotate(
        said=Subquery(told.values("problem")[:1]), asks=Subquery(waiting.values("problem")[:1])
    )
    needing = pulls.filter(Q(asks__isnull=False) | Q(failures__gte=TOO_OFTEN)).order_by("name", "pk")
    return [
        Trouble(pull, waits=pull.asks is not None, why=pull.said if pull.asks is None else pull.asks)
        for pull in needing
    ]
