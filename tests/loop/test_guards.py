"""What the database refuses, whoever asks: these tests go past every line of Python, with plain SQL."""

import pytest
from django.db import DatabaseError, connection, transaction

from feedback import invitations, responses
from loop import guards, workflow
from loop.models import Case
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

NEW, CONTACTED, RESOLVED = "new", "contacted", "resolved"

# Everything a case needs to be in a state, so that only the pair of states is wrong.
COLUMNS = {
    NEW: {"contacted_at": None, "resolution": "", "closed_at": None},
    CONTACTED: {"contacted_at": NOW, "resolution": "", "closed_at": None},
    RESOLVED: {"resolution": "withdrawn", "closed_at": NOW, "resolved_at": NOW, "remind_at": None},
}


def sql(statement, *values):
    """Run plain SQL as a transaction of its own would, so that a test goes on after a refusal."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
        connection.check_constraints()


def update(case, **columns):
    changes = ", ".join(f"{column} = %s" for column in columns)
    sql(f"UPDATE loop_case SET {changes} WHERE id = %s", *columns.values(), case.pk)


def refuses(message):
    return pytest.raises(DatabaseError, match=f"loop guard: {message}")


def breaks(constraint):
    return pytest.raises(DatabaseError, match=constraint)


@pytest.fixture
def case(people):
    return factories.case(owner=people.agent)


@pytest.fixture
def reached(people):
    return factories.contacted_case(owner=people.agent)


@pytest.fixture
def solved(people):
    return factories.resolved_case(owner=people.agent)


@pytest.fixture
def unreached(people):
    return factories.unreached_case(owner=people.agent)


class TestTheStateOfACase:
    def test_cannot_be_changed_to_one_that_does_not_exist(self, case):
        with refuses("a case cannot move between these states"):
            update(case, state="forgotten", version=9)

    def test_cannot_be_changed_to_one_that_does_not_exist_even_where_the_trigger_is_gone(self, case):
        with connection.cursor() as cursor:
            on_table = "" if connection.vendor == "sqlite" else "ON loop_case"
            cursor.execute(f"DROP TRIGGER loop_guard_case_moves {on_table}")
        with breaks("case_state_is_known"):
            update(case, state="forgotten", version=9)

    def test_cannot_go_back_from_contacted_to_new(self, reached):
        with refuses("a case cannot move between these states"):
            update(reached, state=NEW, version=9)

    @pytest.mark.parametrize(
        ("made", "to"),
        [("case", CONTACTED), ("case", RESOLVED), ("reached", RESOLVED), ("solved", CONTACTED), ("unreached", NEW)],
    )
    def test_moves_along_the_pairs_of_the_step_table(self, request, made, to):
        case = request.getfixturevalue(made)
        columns = {**COLUMNS[to], "state": to, "version": case.version + 1}
        if case.contacted_at is not None:
            columns.pop("contacted_at", None)  # kept as it is: the first time
        if case.resolved_at is not None:
            columns.pop("resolved_at", None)
        update(case, **columns)
        assert stories.as_it_is_now(case).state == to

    def test_cannot_change_without_the_version_being_raised(self, case):
        for version in (case.version, case.version - 1):
            with refuses("a change of state raises the version of the case"):
                update(case, state=CONTACTED, version=version, **COLUMNS[CONTACTED])

    def test_cannot_begin_anywhere_but_new(self, case):
        bo = factories.response(9)
        kept = [field for field in Case._meta.concrete_fields if not field.generated]
        columns = [field.column for field in kept if field.column not in ("id", "response_id")]
        chosen = ", ".join("'contacted'" if column == "state" else column for column in columns)
        with refuses("a case begins in state new"):
            sql(
                f"INSERT INTO loop_case (response_id, {', '.join(columns)}) "
                f"SELECT %s, {chosen} FROM loop_case WHERE id = %s",
                bo.pk,
                case.pk,
            )


class TestWhatAStateMeans:
    """Check constraints: no row can say one thing in its state and another in its columns."""

    @pytest.mark.parametrize(
        ("made", "columns", "constraint"),
        [
            ("case", {"contacted_at": NOW}, "case_new_was_never_contacted"),
            ("case", {"closed_at": NOW}, "case_resolved_means_how_and_when"),
            ("case", {"resolution": "withdrawn"}, "case_resolved_means_how_and_when"),
            ("case", {"state": CONTACTED, "version": 9}, "case_contacted_has_its_time"),
            ("case", {"state": RESOLVED, "version": 9, "remind_at": None}, "case_resolved_means_how_and_when"),
            ("case", {"resolve_due_at": later(days=-1)}, "case_due_times_in_order"),
            ("case", {"contact_due_at": later(days=-1)}, "case_due_times_in_order"),
            (
                "case",
                {"state": RESOLVED, "version": 9, "resolution": "solved", "closed_at": NOW, "resolved_at": NOW,
                 "remind_at": None},
                "case_solved_says_why_and_what",
            ),
            (
                "reached",
                {"state": RESOLVED, "version": 9, "resolution": "not_reached", "closed_at": NOW, "resolved_at": NOW,
                 "remind_at": None},
                "case_not_reached_was_not",
            ),
            ("solved", {"summary": ""}, "case_solved_says_why_and_what"),
            ("solved", {"root_cause_id": None}, "case_solved_says_why_and_what"),
            ("solved", {"remind_at": NOW}, "case_resolved_is_not_reminded"),
            ("solved", {"resolution": "shrugged"}, "case_resolved_means_how_and_when"),
        ],
    )  # fmt: skip
    def test_cannot_be_contradicted_by_its_columns(self, request, made, columns, constraint):
        with breaks(constraint):
            update(request.getfixturevalue(made), **columns)


class TestFirstTimes:
    @pytest.mark.parametrize("value", [None, later(days=9)])
    def test_of_contact_are_kept(self, reached, value):
        with refuses("the first contact and the first resolution of a case are kept"):
            update(reached, contacted_at=value)

    @pytest.mark.parametrize("value", [None, later(days=9)])
    def test_of_resolution_are_kept(self, solved, value):
        with refuses("the first contact and the first resolution of a case are kept"):
            update(solved, resolved_at=value)

    def test_of_resolution_are_kept_when_the_case_is_reopened(self, solved):
        workflow.reopen(case_id=solved.pk, reason="Again", actor=None, now=later(days=3))
        with refuses("the first contact and the first resolution"):
            update(solved, resolved_at=None)


class TestHistory:
    def test_of_a_case_is_never_deleted(self, case):
        sql("UPDATE loop_caseevent SET announced_at = %s", NOW)
        with refuses("the timeline is append-only"):
            sql("DELETE FROM loop_caseevent WHERE case_id = %s", case.pk)
        with refuses("a case is never deleted"):
            sql("DELETE FROM loop_case WHERE id = %s", case.pk)

    @pytest.mark.parametrize(
        "change",
        ["kind = 'note'", "at = '2020-01-01 00:00:00+00:00'", "data = '{}'", "key = 'mine'", "actor_id = {actor}",
         "case_id = {other}"],
    )  # fmt: skip
    def test_of_a_case_is_never_rewritten(self, people, case, change):
        other = factories.case(owner=people.agent)
        change = change.replace("{actor}", str(people.agent.pk)).replace("{other}", str(other.pk))
        with refuses("the timeline is append-only"):
            sql(f"UPDATE loop_caseevent SET {change} WHERE case_id = %s AND kind = 'opened'", case.pk)

    def test_can_be_marked_as_announced_and_never_unmarked(self, case):
        sql("UPDATE loop_caseevent SET announced_at = %s WHERE case_id = %s", NOW, case.pk)
        with refuses("the timeline is append-only"):
            sql("UPDATE loop_caseevent SET announced_at = NULL WHERE case_id = %s", case.pk)

    def test_of_attempts_is_written_once(self, reached):
        with refuses("this history is append-only"):
            sql("UPDATE loop_contactattempt SET reached = NOT reached")
        with refuses("this history is append-only"):
            sql("DELETE FROM loop_contactattempt")

    def test_of_a_corrected_answer_is_written_once(self, people):
        bea = factories.contact("Bea")
        invitation = invitations.invite(survey=factories.survey(), contact=bea, due_at=NOW, now=NOW)
        for score in (8, 2):
            responses.record_response(
                survey=invitation.survey, contact=bea, invitation=invitation, score=score, source="page", now=NOW
            )
        with refuses("this history is append-only"):
            sql("UPDATE feedback_responserevision SET score = 10")
        with refuses("this history is append-only"):
            sql("DELETE FROM feedback_responserevision")

    def test_cannot_be_cut_off_by_deleting_the_answer(self, case):
        with pytest.raises(DatabaseError):
            sql("DELETE FROM feedback_response WHERE id = %s", case.response_id)


class TestTheGuardsThemselves:
    def test_can_be_installed_again_and_again(self, case):
        guards.install()
        guards.install()
        with refuses("a case is never deleted"):
            sql("DELETE FROM loop_case")

    def test_allow_exactly_the_moves_the_state_machine_makes(self):
        machine = {
            (transition.source, transition.target)
            for transition in Case._meta.get_field("state").get_all_transitions(Case)
            if transition.target is not None and transition.source != transition.target
        }
        assert {(str(old), str(new)) for old, new in machine} == set(guards.ALLOWED_MOVES)
