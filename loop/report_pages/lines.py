"""How do shares, NPS and waits become lines of a table? Each with its interval and the counts behind it."""

from django.utils.translation import gettext as _

from feedback.nps import Interval, Nps
from loop.report_pages.table import Cell, Table, percent, signed, tenths
from loop.reporting.shares import FEW, Share
from loop.reporting.waiting_times import MedianWait


def figures_table(*lines: list[Cell]) -> Table:
    """The figures at the top of a page, one a line."""
    return Table(_("Figures"), (_("Figure"), *value_head(), _("What it is")), lines)


def value_head() -> tuple[str, ...]:
    return _("Value"), _("from (95 %)"), _("to (95 %)"), _("Count"), _("Of")


def line(name: str, *values: Cell, note: str = "") -> list[Cell]:
    """A line of `figures_table`; values that are left out are empty."""
    return [name, *values, *[None] * (5 - len(values)), note]


def share_cells(share: Share) -> list[Cell]:
    """Value, both ends, count and n; of few only the counts, as on the page."""
    if share.few or share.interval is None:
        return [None, None, None, share.count, share.n]
    low, high = share.interval
    return [percent(share.share), percent(low), percent(high), share.count, share.n]


def share_line(name: str, share: Share, note: str = "") -> list[Cell]:
    return line(name, *share_cells(share), note=note)


def interval_cells(interval: Interval | None) -> list[Cell]:
    """Both ends in points."""
    return [None, None] if interval is None else [signed(interval.low), signed(interval.high)]


def nps_cells(nps: Nps) -> list[Cell]:
    """NPS and both ends; nothing of few, as on the page."""
    return [None, None, None] if nps.n < FEW else [signed(nps.nps), *interval_cells(nps.interval)]


def nps_line(name: str, nps: Nps, note: str = "") -> list[Cell]:
    return line(name, *nps_cells(nps), None, nps.n, note=note)


def wait_line(name: str, wait: MedianWait, note: str = "") -> list[Cell]:
    """A median wait in hours; that the half is not reached is an answer too."""
    ends = [tenths(end) if end is not None else _("not reached yet") for end in (wait.median, wait.low, wait.high)]
    return line(name, *ends, None, wait.n, note=note)
