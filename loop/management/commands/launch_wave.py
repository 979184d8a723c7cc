"""Send a survey to many: `manage.py launch_wave SURVEY [--share 1/11 | --count N | --all] [--seed N] [--dry-run]`."""

import json
import secrets
from argparse import ArgumentParser
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from feedback import sampling, selection, waves
from feedback.models import AskBy, Survey, Wave, WaveMember
from feedback.models.series import Every
from feedback.models.wave import Method, WaveState

LAUNCHED_BY = "launch_wave"
SEEDS = 2**31  # large enough that nobody meets the same one twice, short enough to read out


@dataclass(frozen=True)
class Launched:
    """Who is asked in a wave and who not; `wave` is None after a dry run."""

    found: dict[str, int]
    seed: int
    wave: Wave | None = None

    @property
    def asked(self) -> int:
        return sum(self.found.get(reason, 0) for reason in WaveMember.IN)

    @property
    def left_out(self) -> dict[str, int]:
        return {reason: count for reason, count in self.found.items() if reason not in WaveMember.IN}


class Command(BaseCommand):
    help = (
        "Choose whom to ask, approve the wave and invite them. Mails leave on Monday and Tuesday mornings, after a "
        "whole working day in which owners of accounts may object. The same command goes on where it was interrupted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("survey", metavar="SURVEY", help="its key")
        size = parser.add_mutually_exclusive_group()
        size.add_argument("--share", metavar="1/11", default="", help="of those who may be asked (default: 1/11)")
        size.add_argument("--count", type=int, metavar="N", help="so many contacts")
        size.add_argument("--all", action="store_true", help="everybody who may be asked")
        size.add_argument("--preset", choices=list(waves.PRESETS), help="a usual way of choosing")
        parser.add_argument(
            "--by", choices=list(selection.STRATA), action="append", metavar="GROUP",
            help=f"draw from each {', '.join(selection.STRATA)} by itself; may be repeated (default: as the preset)",
        )  # fmt: skip
        parser.add_argument("--at-least", type=int, metavar="N", help="so many of each group, however small its share")
        parser.add_argument("--repeat", choices=Every.values, help="have it come again by itself")
        parser.add_argument("--seed", type=int, metavar="N", help="gives the same sample again (default: by chance)")
        parser.add_argument(
            "--per-hour", type=int, default=500, metavar="N", help="at most so many mails (default: 500)"
        )
        parser.add_argument(
            "--channel", choices=AskBy.values, default=AskBy.EMAIL, help="e-mail, or text messages (default: email)"
        )
        parser.add_argument("--dry-run", action="store_true", help="say who would be asked and write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        facts = {
            "survey": _survey(options["survey"]),
            "per_hour": options["per_hour"],
            "channel": options["channel"],
            "starts_on": timezone.localdate(now),
            "created_by": LAUNCHED_BY,
            **_choice(options),
        }
        try:
            launched = self.launch(facts, options["seed"], dry_run=options["dry_run"], now=now)
            if options["repeat"] and launched.wave is not None and not hasattr(launched.wave, "turn"):
                waves.repeat(launched.wave, every=options["repeat"], by=LAUNCHED_BY, now=now)
        except waves.WaveRefused as error:
            raise CommandError(f"{error.field}: {error.message}") from error
        except waves.WaveStepNotAllowed as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(launched)))
        else:
            self.stdout.write("\n".join(_told(launched)))

    def launch(self, facts: dict[str, Any], seed: int | None, *, dry_run: bool, now: datetime) -> Launched:
        """Take a wave from nothing, or from where the last run was interrupted, to everybody being invited."""
        fresh_seed = secrets.randbelow(SEEDS) if seed is None else seed
        if dry_run:
            wave = waves.unsaved(seed=fresh_seed, now=now, **facts)
            return Launched(waves.forecast(wave, now=now), fresh_seed)
        wave = _interrupted(facts, seed) or waves.draft(seed=fresh_seed, now=now, **facts)
        if wave.state == WaveState.DRAFT:
            waves.plan(wave, now=now)
            wave = Wave.objects.get(pk=wave.pk)
        launched = Launched(waves.reasons(wave), wave.seed, wave)
        if wave.state == WaveState.PLANNED and launched.asked:
            wave = waves.approve(wave, by=LAUNCHED_BY, now=now)
        waves.schedule(wave, now=now)
        return Launched(launched.found, wave.seed, wave)


def _interrupted(facts: dict[str, Any], seed: int | None) -> Wave | None:
    """The wave an earlier run of the same command began and did not finish."""
    names = ("survey", "method", "share", "count", "strata", "at_least", "filters", "channel", "created_by")
    same = {name: facts[name] for name in names}
    begun = Wave.objects.filter(
        **same, state__in=[WaveState.DRAFT, WaveState.PLANNED, WaveState.SENDING], scheduled_at=None
    )
    if seed is not None:
        begun = begun.filter(seed=seed)
    return next((wave for wave in begun.order_by("pk") if wave.state == WaveState.DRAFT or _misses_some(wave)), None)


def _misses_some(wave: Wave) -> bool:
    """Whether somebody who is asked has not been invited yet."""
    return wave.members.filter(asked=True).count() > wave.invitations.count()


def _choice(options: dict[str, Any]) -> dict[str, Any]:
    if options["all"]:
        return {"method": Method.WHOLE, "share": "", "count": None, "strata": [], "at_least": 0, "filters": {}}
    preset = waves.PRESETS[options["preset"] or "monthly"]
    if options["count"] is not None or options["share"]:  # so many and no more, unless groups are asked for
        preset = replace(preset, share=options["share"], strata=(), at_least=0)
    return {
        "method": preset.method,
        "share": preset.share,
        "count": options["count"],
        "strata": list(preset.strata) if options["by"] is None else options["by"],
        "at_least": preset.at_least if options["at_least"] is None else options["at_least"],
        "filters": dict(preset.filters),
    }


def _survey(key: str) -> Survey:
    survey = Survey.objects.filter(key=key).first()
    if survey is None:
        known = ", ".join(Survey.objects.order_by("key").values_list("key", flat=True))
        raise CommandError(f"There is no survey “{key}”. Surveys are: {known}.")
    return survey


def _as_json(launched: Launched) -> dict[str, Any]:
    facts: dict[str, Any] = {"asked": launched.asked, "left_out": launched.left_out, "seed": launched.seed}
    if launched.wave is not None:
        facts |= {"wave": launched.wave.pk, "starts_on": launched.wave.starts_on.isoformat()}
    return facts


def _told(launched: Launched) -> list[str]:
    words = sampling.words()
    if launched.wave is None:
        head = f"Dry run, nothing was written: {launched.asked} would be asked."
    elif launched.asked:
        head = f"{launched.asked} are asked, from {launched.wave.starts_on} on."
    else:
        head = "Nobody may be asked now: nothing is sent."
    left_out = [f"{count:8} {words.get(reason, reason)}" for reason, count in launched.left_out.items()]
    return [head, *(["Left out:", *left_out] if left_out else []), f"The same sample again: --seed {launched.seed}"]
