"""What is said of many companies of one world? Counts verdicts, and refusals."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from numpy.random import default_rng

from loop.reporting.expected_recovery import Finding, Reason
from tests.simulation.worlds import World, company


@dataclass(frozen=True)
class Said:
    """Of how many companies what was said; `refused`: that no verdict is given because contact was by choice."""

    runs: int
    cannot_tell: int
    more: int
    less: int
    refused: int
    rate_alone: int

    @property
    def share_cannot_tell(self) -> float:
        return self.cannot_tell / self.runs


#: Name to (what it is, the company, whether the order was drawn by lot in a study).
WORLDS: dict[str, tuple[str, dict[str, Any], bool]] = {
    "A": ("no effect, everybody called", {}, False),
    "D0": ("no effect, a fifth held back by lot", {"called": "holdout", "trend": 0.10}, False),
    "E0": ("no effect, random order", {"called": "order", "trend": 0.10}, True),
    "E": ("effect, random order", {"called": "order", "trend": 0.10, "effect": 0.30, "answers": 1.0}, True),
    "F": ("no effect, chosen for recorded reasons", {"called": "recorded"}, False),
    "G": ("no effect, chosen for unrecorded reasons", {"called": "unrecorded"}, False),
    "G3": ("effect, chosen for unrecorded reasons", {"called": "unrecorded", "effect": 0.30}, False),
    "S": ("effect, random order, 300 respondents", {"called": "order", "effect": 0.30, "respondents": 300}, True),
    "S0": ("no effect, random order, 300 respondents", {"called": "order", "respondents": 300}, True),
}


def judge(name: str, runs: int, seed: int = 1) -> Said:
    """Look at `runs` companies of a world."""
    _what, made, in_study = WORLDS[name]
    chance = default_rng([seed, *map(ord, name)])
    look = _study if in_study else _report
    said = [look(company(chance, **made)) for _ in range(runs)]
    findings = Counter(finding for finding, _, _ in said)
    return Said(
        runs=runs,
        cannot_tell=findings[Finding.CANNOT_TELL],
        more=findings[Finding.MORE],
        less=findings[Finding.LESS],
        refused=sum(refused for _, refused, _ in said),
        rate_alone=sum(alone for _, _, alone in said),
    )


def _report(world: World) -> tuple[Finding, bool, bool]:
    found = world.comparison
    rate_alone = found.observed_share is not None and found.expected_share is None
    return found.finding, found.reason == Reason.BY_CHOICE, rate_alone


def _study(world: World) -> tuple[Finding, bool, bool]:
    found = world.trial
    rate_alone = (found.treated.recovery.share is None) != (found.waiting.recovery.share is None)
    return found.finding(is_over=True), False, rate_alone
