"""Who is asked in a wave, who is not, and why? Each contact is decided about once, with the reason kept."""

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from feedback import drawing, sampling, selection
from feedback.models import Contact, Wave, WaveMember
from feedback.models.wave import Method, WaveState

from .inserting import insert
from .refusals import WaveStepNotAllowed
from .steps import locked, move

logger = logging.getLogger(__name__)

CHUNK = 2_000  # contacts per transaction

_CHOSEN = {Method.RANDOM: WaveMember.NOT_DRAWN, Method.DYNAMIC: WaveMember.SELECTED, Method.WHOLE: WaveMember.EVERYBODY}


class _Decision(NamedTuple):
    contact_id: int
    reason: str
    stratum: str


def plan(wave: Wave, *, now: datetime) -> dict[str, int]:
    """Decide about every contact whether they are asked, and keep why. Again after an interruption, it goes on.

    Returns:
        How many contacts have each reason.

    Raises:
        WaveStepNotAllowed: the wave has been approved already.
    """
    if wave.state not in (WaveState.DRAFT, WaveState.PLANNED):
        words = _("The wave is %(state)s: who is asked stands.")
        raise WaveStepNotAllowed(words % {"state": WaveState(wave.state).label})
    if wave.state == WaveState.PLANNED:
        wave = replan(wave)
    decided_upto = WaveMember.objects.filter(wave=wave).aggregate(last=Max("contact"))["last"] or 0
    for decisions in _decisions(wave, now, after=decided_upto):
        with transaction.atomic():
            # Somebody planning the same wave at once may have been faster with some of them.
            insert(
                WaveMember,
                shared={"wave_id": wave.pk},
                varying=("contact_id", "reason", "stratum", "asked", "draw"),
                rows=(
                    (*decision, decision.reason in WaveMember.IN, drawing.number(wave.seed, decision.contact_id))
                    for decision in decisions
                ),
            )
    with transaction.atomic():
        wave = locked(wave)
        move(wave, "mark_planned")
        if wave.method == Method.RANDOM:
            _draw(wave)
        wave.planned_at = now
        wave.save(update_fields=["state", "planned_at"])
    return reasons(wave)


def plan_drafts(*, now: datetime) -> int:
    """Plan the waves that nobody has planned to the end; part of each sweep. Returns how many."""
    planned = 0
    for wave in Wave.objects.filter(state=WaveState.DRAFT).select_related("survey").order_by("pk"):
        try:
            plan(wave, now=now)
            planned += 1
        except (WaveStepNotAllowed, Wave.DoesNotExist):
            continue  # approved or discarded meanwhile
        except Exception:  # one wave that cannot be planned must not hold back the others
            logger.exception("wave %s could not be planned", wave.pk)
    return planned


def replan(wave: Wave) -> Wave:
    """Forget who was chosen, because the base or the rules have changed since.

    Raises:
        WaveStepNotAllowed: the wave has been approved already.
    """
    with transaction.atomic():
        wave = locked(wave)
        move(wave, "back_to_draft")
        wave.planned_at = None
        wave.save(update_fields=["state", "planned_at"])
        WaveMember.objects.filter(wave=wave).delete()
    return wave


def forecast(wave: Wave, *, now: datetime) -> dict[str, int]:
    """What `plan` would return now, without writing anything. The wave need not be saved."""
    found: Counter[str] = Counter()
    pool: Counter[str] = Counter()
    for decisions in _decisions(wave, now, after=0):
        for _contact_id, reason, stratum in decisions:
            found[reason] += 1
            pool[stratum] += reason == WaveMember.NOT_DRAWN
    drawn = sum(_sizes(wave, +pool).values())
    found[WaveMember.DRAWN] += drawn
    found[WaveMember.NOT_DRAWN] -= drawn
    return dict(sorted((+found).items(), key=lambda item: (-item[1], item[0])))


def reasons(wave: Wave) -> dict[str, int]:
    """How many contacts have each reason, in or out."""
    counts = WaveMember.objects.filter(wave=wave).values_list("reason").annotate(size=Count("pk"))
    return dict(counts.order_by("-size", "reason"))


def _decisions(wave: Wave, now: datetime, *, after: int) -> Iterator[list[_Decision]]:
    """Decide about the contacts whose ids come after that one, a chunk at a time."""
    question = sampling.Question(wave.survey, now, sampling.Quiet.of_programme(), channel=wave.channel)
    wants = selection.wanted(wave.filters, now=now)
    chosen = _CHOSEN[Method(wave.method)]
    while ids := list(Contact.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        after = ids[-1]
        chunk = Contact.objects.filter(pk__gte=ids[0], pk__lte=after)
        wanted = set(chunk.filter(wants).values_list("pk", flat=True)) if wave.filters else set(ids)
        rows = sampling.with_bar(chunk, question).annotate(stratum=selection.stratum(wave.strata))
        yield [
            _Decision(contact_id, bar or (chosen if contact_id in wanted else WaveMember.FILTERED), stratum[:200])
            for contact_id, bar, stratum in rows.values_list("pk", "bar", "stratum")
        ]


def _draw(wave: Wave) -> None:
    members = WaveMember.objects.filter(wave=wave)
    members.filter(reason=WaveMember.DRAWN).update(reason=WaveMember.NOT_DRAWN, asked=False)
    pool = members.filter(reason=WaveMember.NOT_DRAWN)
    sizes = dict(pool.values_list("stratum").annotate(size=Count("pk")).order_by())
    for stratum, size in _sizes(wave, sizes).items():
        if size:
            group = pool.filter(stratum=stratum).order_by("draw")
            last = group.values_list("draw", flat=True)[size - 1]
            group.order_by().filter(draw__lte=last).update(reason=WaveMember.DRAWN, asked=True)


def _sizes(wave: Wave, pool: dict[str, int]) -> dict[str, int]:
    """How many are drawn from each group of those who may be asked."""
    if wave.method != Method.RANDOM:
        return {}
    share = drawing.parse_share(wave.share) if wave.share else None
    return drawing.allocate(pool, share=share, count=wave.count, at_least=wave.at_least, seed=wave.seed)
