"""Who was passed over, and what was said about it? `call_order.passed_over`, found from columns.

The database asks each case for the others of its owner, which takes it half a second of eight thousand cases.
"""

from typing import Any, NamedTuple

import numpy as np
from django.db.models import Value
from django.db.models.functions import Coalesce

from loop import call_order, case_packs
from loop.case_columns import NEVER, CaseColumns
from loop.models import Case, StudyCase, StudyTurn


class PassedOver(NamedTuple):
    """Of each case the place of the reason why it was passed over; the first of `reasons`, None, says it was not."""

    place: Any
    reasons: list[str | None]


def passed_over(cases: CaseColumns) -> PassedOver:
    """Of these cases; "" is the reason where nobody has said one."""
    until = _left_until(cases)
    over = _called_instead_at(cases, until) < until
    over &= ~np.isin(cases.key, _drawn_for_later())
    said = over & cases.said_why.astype(bool)
    why = dict.fromkeys(cases.key[over].tolist(), "")
    told = Case.objects.filter(pk__in=cases.key[said].tolist()).annotate(why=Coalesce(call_order.reason(), Value("")))
    why |= dict(told.values_list("pk", "why"))
    reasons: list[str | None] = [None, *sorted(set(why.values()))]
    place = {reason: number for number, reason in enumerate(reasons)}
    return PassedOver(np.array([place[why.get(case)] for case in cases.key.tolist()], dtype=np.int64), reasons)


def _left_until(cases: CaseColumns) -> Any:
    """Until when each was neither tried nor contacted nor closed: the first of these that is known."""
    found = cases.tried
    for later in (cases.contacted, cases.closed):
        found = np.where(found == NEVER, later, found)
    return found


def _called_instead_at(cases: CaseColumns, until: Any) -> Any:
    """When the owner of each first called, after it was opened, somebody whose call was due later; NEVER or any time
    from `until` on where that was not before it."""
    everybodys = case_packs.all_cases()
    contacted = everybodys.contacted
    of_use = (contacted > cases.opened.min(initial=NEVER)) & (contacted < until.max(initial=0))
    called = np.flatnonzero(of_use & (everybodys.owner > 0))
    called = called[np.argsort(contacted[called])]
    called = called[np.argsort(_small(everybodys.owner[called]), kind="stable")]
    owner, due, at = everybodys.owner[called], everybodys.contact_due[called], contacted[called]
    ours = np.flatnonzero(cases.owner > 0)
    ours = ours[np.argsort(_small(cases.owner[ours]), kind="stable")]
    owners, begins = np.unique(cases.owner[ours], return_index=True)
    theirs = (np.searchsorted(owner, owners.astype(owner.dtype), side=side).tolist() for side in ("left", "right"))
    found = np.full(len(cases), NEVER)
    ends = np.append(begins, len(ours))[1:]
    for begin, end, first, last in zip(begins.tolist(), ends.tolist(), *theirs, strict=True):
        some, of_owner = ours[begin:end], slice(first, last)
        found[some] = _first_due_later(cases.opened[some], cases.contact_due[some], at[of_owner], due[of_owner])
    return found


def _small(owners: Any) -> Any:
    """The same numbers in two bytes where they fit: such are put in order by one walk."""
    return owners.astype(np.uint16) if len(owners) and owners.max() < 2**16 else owners


def _first_due_later(opened: Any, own_due: Any, at: Any, due: Any) -> Any:
    """Of one owner's cases, when the first call after each was opened came that was due later than its own; or NEVER.

    Args:
        at, due: when the owner called, in order, and by when each of these calls was due.
    """
    found, place = np.full(len(opened), NEVER), np.searchsorted(at, opened, side="right")
    latest = np.append(np.maximum.accumulate(due[::-1])[::-1], -NEVER)  # of each call and all that follow it
    looking = np.flatnonzero(latest[place] > own_due)  # the others would look to the end
    while len(looking):
        here = due[place[looking]] > own_due[looking]
        found[looking[here]] = at[place[looking[here]]]
        looking = looking[~here]
        place[looking] += 1
    return found


def _drawn_for_later() -> Any:
    """Cases that waited because the lot said so."""
    return np.array(list(StudyCase.objects.filter(turn=StudyTurn.LATER).values_list("case", flat=True)), np.int64)
