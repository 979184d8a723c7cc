"""What do all cases look like in numbers, now? Those packed before, and row by row what has changed since.

A pack holds the cases of a thousand numbers or two. The database leaves a mark for each case that changes
(`loop.case_marks`), in the same transaction; a marked case, like one no pack has, is read from its row. So figures are
those of a full recount at every moment. Packing again is a job, by the clock.

What was read is remembered by its digest, in this process: nothing that is remembered can be out of date.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import NamedTuple

import numpy as np
from django.db import transaction
from django.db.models import Max, Q

from feedback import read_once
from feedback.remembered import Remembered
from loop import case_columns
from loop.case_columns import NAMES, SHAPE, CaseColumns
from loop.models import Case, CaseMark, CasePack

SIZE = 2048  # numbers of cases in a pack
PACKS_AT_ONCE = 8  # written by one transaction
MOST_MARKED = 2_000  # cases read by their numbers; of more the whole packs are read from the rows
MOST_SPANS = 50  # of packs read from the rows
AGAIN_AFTER = timedelta(days=30)  # each is packed anew, whatever happened to the database meanwhile
MOST_REMEMBERED = 256 * 1024 * 1024  # bytes; a hundred thousand cases are 11 MB


def pack(*, now: datetime) -> int:
    """Pack what is not packed, or has changed since; returns how many packs were written."""
    highest = Case.objects.aggregate(highest=Max("pk"))["highest"]
    if highest is None:
        return 0
    fresh = CasePack.objects.filter(shape=SHAPE, packed_at__gt=now - AGAIN_AFTER, packed_at__lte=now)
    wanted = set(range(highest // SIZE + 1)) - set(fresh.values_list("block", flat=True))
    wanted |= {case // SIZE for case in CaseMark.objects.values_list("case_id", flat=True).distinct().iterator()}
    blocks = sorted(wanted)
    CasePack.objects.bulk_create([CasePack(block=block) for block in blocks], ignore_conflicts=True)
    for start in range(0, len(blocks), PACKS_AT_ONCE):
        _pack(blocks[start : start + PACKS_AT_ONCE], now)
    return len(blocks)


@transaction.atomic
def _pack(blocks: Sequence[int], now: datetime) -> None:
    # One process at a time: the slower of two would put older rows over newer ones whose marks are gone.
    packs = list(CasePack.objects.select_for_update().filter(block__in=blocks).order_by("block"))
    # Before the cases are read: a mark that comes after them is about something that may be missing, and stays. By the
    # numbers of cases: named one by one, ten thousand marks are compared with each mark there is.
    CaseMark.objects.filter(reduce(or_, (_within("case_id", block, block) for block in blocks))).delete()
    for each in packs:
        columns = case_columns.read(Case.objects.filter(_within("pk", each.block, each.block)))
        each.cases, each.digest = case_columns.packed(columns)
        each.shape, each.packed_at = SHAPE, now
    CasePack.objects.bulk_update(packs, ["cases", "digest", "shape", "packed_at"])


def doubt_all(*, using: str) -> None:
    """Read every case from its row until it is packed anew: some may have changed without a mark."""
    CasePack.objects.using(using).update(shape=0)


def all_cases() -> CaseColumns:
    """Every case there is, in order of their numbers."""
    return read_once.known("all cases", _all_cases)


def _all_cases() -> CaseColumns:
    marked = set(CaseMark.objects.values_list("case_id", flat=True).distinct())
    listed = dict(CasePack.objects.filter(shape=SHAPE).values_list("block", "digest"))
    if len(marked) > MOST_MARKED:
        for block in {case // SIZE for case in marked}:
            listed.pop(block, None)
        marked = {case for case in marked if case // SIZE in listed}
    packs = _contents(listed)
    spans = _unpacked(packs)
    if len(spans) > MOST_SPANS:  # one statement that reads all is faster than one with so many conditions
        packs, spans = {}, [Q(pk__gte=0)]
    parts = []
    if packs:
        packed = _put_together(packs)
        parts.append(packed.where(~np.isin(packed.key, np.array([*marked], np.int64))) if marked else packed)
    if marked or spans:
        parts.append(case_columns.read(Case.objects.filter(reduce(or_, spans, Q(pk__in=sorted(marked))))))
    found = case_columns.together(parts)
    return found if (np.diff(found.key) > 0).all() else found.where(np.argsort(found.key))


def _within(path: str, first: int, last: int) -> Q:
    return Q(**{f"{path}__gte": first * SIZE, f"{path}__lt": (last + 1) * SIZE})


def _unpacked(blocks: Iterable[int]) -> list[Q]:
    """The numbers of cases that are in none of these blocks."""
    following, found = 0, list[Q]()
    for block in sorted(blocks):
        if block > following:
            found.append(_within("pk", following, block - 1))
        following = block + 1
    # Asked whether there are any beyond, the database may look for them among all.
    highest = Case.objects.aggregate(highest=Max("pk"))["highest"] or 0 if following else 0
    return [*found, Q(pk__gte=following * SIZE)] if highest >= following * SIZE else found


class _Pack(NamedTuple):
    digest: str
    cases: CaseColumns


remembered = Remembered[CaseColumns](
    MOST_REMEMBERED, lambda columns: sum(getattr(columns, name).nbytes for name in NAMES)
)
#: All packs as they were last put together, under their digests: of a million cases that takes a tenth of a second.
_last: tuple[tuple[str, ...], CaseColumns] | None = None


def _put_together(packs: dict[int, _Pack]) -> CaseColumns:
    """The cases of all of these, in order of blocks."""
    global _last  # noqa: PLW0603
    in_order = [packs[block] for block in sorted(packs)]
    digests, last = tuple(each.digest for each in in_order), _last
    if last is None or last[0] != digests:
        _last = last = digests, case_columns.together([each.cases for each in in_order])
    return last[1]


def _contents(listed: dict[int, str]) -> dict[int, _Pack]:
    """By block what the packs with these digests say; what is not remembered is read, and is from now on."""
    known = {block: (digest, remembered.get(digest)) for block, digest in listed.items()}
    found = {block: _Pack(digest, cases) for block, (digest, cases) in known.items() if cases is not None}
    missing = [block for block in listed if block not in found]
    # Packed anew between the two statements it has another digest by now, and is as right.
    packs = CasePack.objects.filter(block__in=missing, shape=SHAPE).values_list("block", "digest", "cases")
    for block, digest, content in packs.iterator() if missing else ():
        found[block] = _Pack(digest, case_columns.unpacked(content))
        remembered.keep(digest, found[block].cases)
    return found
