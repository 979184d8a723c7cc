"""Do people who act at once lose each other's work, or bring a case where it may not be?"""

import multiprocessing
import random
import statistics
import time
from threading import Barrier

import hypothesis.core
from django.db import DatabaseError, connection, connections, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from loop import access, guards, workflow
from loop.models import Case, CaseEvent, RootCause, State
from tests import factories
from tests.factories import later
from tests.loop.test_workflow_machine import STEP_LINES, Weeks, state_told_by
from tests.prove.inside import in_threads, patched, silence, without_locks
from tests.prove.proofs import SQLITE, Outcome, Run, proof

ACTORS = 8


@proof(
    "S1",
    "eight people on one case at once",
    must="one winner a version, lost lines 0, lost fields 0, illegal states 0, also by plain SQL",
    guard="row locks, and transactions that begin as writers",
    full=500,
    quick=16,
    off=20,
)
def eight_on_one_case(run: Run) -> Outcome:
    """All on the same version, each with a step the state allows: one wins, seven learn that their page is old."""
    silence()
    if not run.guarded:
        without_locks()
    anna, billing = factories.user("Anna", team=factories.team("North")), RootCause.objects.get(key="billing")
    steps = [
        ("attempt", {"channel": "phone", "reached": True}),
        ("attempt", {"channel": "email", "reached": False}),
        ("resolve", {"root_cause": billing, "summary": "Put right."}),
        ("escalate", {"reason": "Late."}),
        ("withdraw", {"reason": "A test."}),
        ("assign", {"owner": anna, "reason": "Hers."}),
        ("note", {"text": "One."}),
        ("note", {"text": "Two."}),
    ]
    cases = [factories.contacted_case(owner=anna) for _ in range(run.count)]
    before = {case.pk: (case.version, CaseEvent.objects.filter(case=case).count()) for case in cases}
    barriers = {case.pk: Barrier(ACTORS) for case in cases}

    def act(job):
        case, (name, needs) = job
        barriers[case.pk].wait(30)
        return getattr(workflow, name)(case_id=case.pk, actor=None, version=case.version, now=later(hours=3), **needs)

    done = in_threads(act, [(case, step) for case in cases for step in steps], threads=ACTORS)
    told = [result for result in done if isinstance(result, workflow.StaleVersion)]
    failed = [
        result for result in done if isinstance(result, Exception) and not isinstance(result, workflow.StaleVersion)
    ]
    wins = [
        sum(isinstance(result, Case) for result in done[start : start + ACTORS])
        for start in range(0, len(done), ACTORS)
    ]
    lost = sum(_untrue(Case.objects.get(pk=pk), *was) for pk, was in before.items())
    fields = sum(_fields_lost(result) for result in done if isinstance(result, Case))
    illegal = _illegal_moves_taken(Case.objects.order_by("pk")[: min(run.count, 60)])
    return Outcome(
        f"{run.count} cases x {ACTORS} actors",
        f"cases with other than one winner {sum(count != 1 for count in wins)}, told it is old {len(told):,}, "
        f"other errors {len(failed)}, cases that do not tell what happened {lost}, lost fields {fields}, "
        f"illegal moves taken {illegal}",
        sum(count != 1 for count in wins) + len(failed) + lost + fields + illegal,
    )


def _untrue(case: Case, version: int, lines: int) -> bool:
    """Whether a case is not what its timeline says after one more step."""
    told = list(case.events.order_by("pk").values_list("kind", "data"))
    steps = sum(kind in STEP_LINES for kind, _data in told)
    return not (case.version == version + 1 == steps and case.state == state_told_by(told) and len(told) > lines)


def _fields_lost(won: Case) -> int:
    """How many fields of a case are not as its winner left them."""
    stands = Case.objects.get(pk=won.pk)
    names = [field.attname for field in Case._meta.concrete_fields if not field.generated]
    return sum(getattr(stands, name) != getattr(won, name) for name in names)


def _illegal_moves_taken(cases) -> int:
    """Past the product, with plain SQL: every move that has no arrow, and a move without a raised version."""
    taken = 0
    for case in cases:
        for state in State.values:
            legal = (case.state, state) in guards.ALLOWED_MOVES or state == case.state
            statements = [] if legal else [("state = %s, version = version + 1", [state])]
            if state != case.state:
                statements.append(("state = %s", [state]))
            for change, params in statements:
                try:
                    with transaction.atomic(), connection.cursor() as cursor:
                        cursor.execute(f"UPDATE loop_case SET {change} WHERE id = %s", [*params, case.pk])
                        taken += 1
                        transaction.set_rollback(True)
                except DatabaseError:
                    continue
    return taken


@proof(
    "S2",
    "weeks of work made up by hypothesis",
    must="broken invariants 0",
    guard="the question who may take a step",
    full=2_000,
    quick=4,
    off=50,
    minutes=240,
    heavy=True,
)
def weeks_of_work(run: Run) -> Outcome:
    """Answers, corrections, steps by people who may and may not, versions old and new, hours going by, twice."""
    silence()
    hypothesis.core.global_force_seed = run.seed
    chosen = settings(
        max_examples=run.count, stateful_step_count=50, deadline=None, database=None, print_blob=False,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    broken = ""
    with patched(access, "require", lambda actor, step, case: None, when=not run.guarded):
        try:
            run_state_machine_as_test(Weeks, settings=chosen)
        except AssertionError as error:
            broken = str(error).splitlines()[0] if str(error) else "an invariant"
    return Outcome(f"{run.count:,} runs x 50 steps", f"broken {broken or 0}", int(bool(broken)))


@proof(
    "SQ",
    "four processes write to SQLite",
    must='"locked" errors 0, lost updates 0, p95 under 500 ms',
    guard="transactions that begin as writers",
    full=1_000,
    quick=60,
    off=40,
    databases=(SQLITE,),
)
def four_writers(run: Run) -> Outcome:
    """So many steps each on the same four cases: each reads the version and raises it."""
    silence()
    if not run.guarded:
        without_locks()
    cases = [factories.case().pk for _ in range(4)]
    connections.close_all()
    context = multiprocessing.get_context("fork")
    results = context.Queue()

    def write(number: int) -> None:
        luck, times, errors = random.Random(number), [], 0
        for _ in range(run.count):
            started = time.perf_counter()
            try:
                workflow.note(case_id=luck.choice(cases), text="Words.", actor=None, now=later(hours=1))
            except DatabaseError:
                errors += 1
            times.append(time.perf_counter() - started)
        results.put((times, errors))

    writers = [context.Process(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    said = [results.get(timeout=3000) for _ in writers]
    for writer in writers:
        writer.join()
    times = sorted(each for times, _errors in said for each in times)
    errors = sum(errors for _times, errors in said)
    written = sum(Case.objects.filter(pk__in=cases).values_list("version", flat=True)) - len(cases)
    lost = 4 * run.count - errors - written
    p95 = statistics.quantiles(times, n=20)[-1]
    return Outcome(
        f"4 processes x {run.count:,} writes",
        f"locked {errors}, lost {lost}, p95 {p95 * 1000:.0f} ms, longest {times[-1] * 1000:.0f} ms",
        errors + abs(lost) + int(p95 >= 0.5),
    )
