"""Is the lot fair and can it be drawn again; and is everybody asked once, also when the machine dies while drawing?"""

import json
import signal
import subprocess
import sys
from collections import Counter

from feedback import drawing, waves
from feedback.contacts import address_hash
from feedback.models import Account, Contact, Wave, WaveMember
from tests import factories
from tests.factories import NOW
from tests.faults.plant import ROOT, Plant
from tests.prove.inside import patched
from tests.prove.proofs import Outcome, Run, proof

SEEDS = 200
SHARE = "1/11"
#: Parts of the base by segment: from most of it down to a handful.
SEGMENTS = {"Small": 0.55, "Mid": 0.25, "Large": 0.12, "Public": 0.05, "Enterprise": 0.02, "Partner": 0.01}
LEAST_P = 0.001  # a fair lot is called unfair once in a thousand runs


def fill(number: int) -> None:
    """So many contacts in segments of unequal size."""
    for name, part in SEGMENTS.items():
        account = Account.objects.create(external_id=name, name=name, segment=name, created_at=NOW)
        emails = [f"{name}{place}@customer.example".lower() for place in range(max(5, round(number * part)))]
        Contact.objects.bulk_create(
            Contact(account=account, email=email, address_hash=address_hash(email), created_at=NOW) for email in emails
        )


def draw(seed: int) -> set[int]:
    """Plan a wave as the product does, by segment. Returns who was drawn."""
    wave = waves.draft(
        survey=factories.survey(), share=SHARE, strata=["segment"], seed=seed, starts_on=NOW.date(), now=NOW
    )
    waves.plan(wave, now=NOW)
    drawn = set(WaveMember.objects.filter(wave=wave, asked=True).values_list("contact", flat=True))
    WaveMember.objects.filter(wave=wave).delete()
    Wave.objects.filter(pk=wave.pk).delete()
    return drawn


@proof(
    "W1",
    "the same seed",
    must="the same sample",
    guard="the number made from seed and contact",
    full=5_000,
    quick=200,
    off=200,
)
def same_seed(run: Run) -> Outcome:
    """Five waves by segment, each planned twice."""
    fill(run.count)
    chance = run.chance
    with patched(drawing, "number", lambda seed, contact: chance.random(), when=not run.guarded):
        differ = sum(draw(seed) != draw(seed) for seed in range(run.seed, run.seed + 5))
    return Outcome(f"5 seeds twice over {Contact.objects.count():,} contacts", f"samples that differ {differ}", differ)


@proof(
    "W2",
    "everybody's chance over 200 seeds",
    must=f"chi-square p at least {LEAST_P}; of each segment its share, off by less than one a wave",
    guard="the part the seed has in the lot",
    full=3_000,
    quick=150,
    off=100,
    heavy=True,
)
def everybodys_chance(run: Run) -> Outcome:
    """Waves of 1/11 by segment, planned in the database; how often was each contact drawn?"""
    fill(run.count)
    number = drawing.number
    with patched(drawing, "number", lambda seed, contact: number(1, contact), when=not run.guarded):
        drawn = Counter(contact for seed in range(run.seed, run.seed + SEEDS) for contact in draw(seed))
    chance = float(drawing.parse_share(SHARE))
    statistic, freedom, furthest = 0.0, 0, 0.0
    for name in SEGMENTS:
        people = list(Contact.objects.filter(account__segment=name).values_list("pk", flat=True))
        expected, size = SEEDS * chance, len(people)
        spread = sum((drawn[each] - expected) ** 2 for each in people) / (expected * (1 - chance))
        # Of a group whose draws add up to a given number, one contact's follow from the others'.
        statistic, freedom = statistic + spread * (size - 1) / size, freedom + size - 1
        furthest = max(furthest, abs(sum(drawn[each] for each in people) / SEEDS - size * chance))
    from scipy import stats

    p = float(stats.chi2.sf(statistic, freedom))
    return Outcome(
        f"{SEEDS} seeds over {Contact.objects.count():,} contacts in {len(SEGMENTS)} segments",
        f"chi-square {statistic:.0f} on {freedom}, p = {p:.3f}; a segment's mean off by at most {furthest:.2f}",
        int(p < LEAST_P) + int(furthest >= 1),
    )


@proof(
    "W3",
    "a wave killed while it is planned and scheduled",
    must="everybody decided about once, everybody drawn invited once, the same sample",
    guard="the unique key and the look at who is invited",
    full=100_000,
    quick=800,
    off=400,
    heavy=True,
)
def killed_wave(run: Run) -> Outcome:
    """`kill -9` of the command at random points of planning and of scheduling, then to its end."""
    chunk = max(5, run.count // 200)
    kills = 3 if run.count < 10_000 else 5
    with run.plant() as plant:
        plant.run("-m", "tests.faults.launching", "fill", str(run.count))
        if not run.guarded:
            plant.execute("DROP INDEX invitation_once_a_wave")
        how = "launch" if run.guarded else "launch_forgetfully"
        done = 0
        for table, rows in (("feedback_wavemember", run.count), ("feedback_invitation", run.count // 2)):
            for part in sorted(run.chance.uniform(0.05, 0.85) for _kill in range(kills)):
                done += _kill_at(plant, int(rows * part), table, how, chunk)
        told = json.loads(plant.run("-m", "tests.faults.launching", how, str(chunk)))
        members = [row[0] for row in plant.query("SELECT contact_id FROM feedback_wavemember")]
        invited = [row[0] for row in plant.query("SELECT contact_id FROM feedback_invitation")]
        drawn = {row[0] for row in plant.query("SELECT contact_id FROM feedback_wavemember WHERE reason = 'drawn'")}
    smallest = set(sorted(members, key=lambda contact: drawing.number(5, contact))[: told["asked"]])
    wrong = {
        "decided twice or not at all": abs(len(members) - run.count) + len(members) - len(set(members)),
        "invited twice": len(invited) - len(set(invited)),
        "drawn and not invited": len(drawn - set(invited)),
        "in another sample": len(drawn ^ smallest) + len(set(invited) - drawn),
    }
    return Outcome(
        f"{run.count:,} contacts, {done} kills",
        ", ".join(f"{what} {number}" for what, number in wrong.items()),
        sum(wrong.values()) + int(done == 0),
    )


def _kill_at(plant: Plant, rows: int, table: str, how: str, chunk: int) -> int:
    """Start the command and kill it once so many rows are there. Returns 1, or 0 if it was done before."""
    argv = [sys.executable, "-m", "tests.faults.launching", how, str(chunk)]
    process = subprocess.Popen(argv, cwd=ROOT, env=plant.env, stdout=subprocess.DEVNULL)
    plant.processes.append(process)
    while plant.count(table) < rows and process.poll() is None:
        pass
    was_running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return int(was_running)
