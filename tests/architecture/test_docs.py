"""What the documents say and what the code does are the same."""

import re

import pytest

from feedback.models.response import Category
from loop import access, guards, steps
from loop.models import Case, Resolution, State, Verdict
from loop.models.event import EventKind
from notifications import kinds
from tests.architecture import sources

WORKFLOW = (sources.ROOT / "docs/workflow.md").read_text(encoding="utf-8")
GLOSSARY = (sources.ROOT / "docs/glossary.md").read_text(encoding="utf-8")


def table(text, *heading):
    """The rows of the table with this heading, each a list of cells."""
    lines = text.splitlines()
    start = lines.index(f"| {' | '.join(heading)} |")
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    assert rows
    return rows


STEPS = {row[0]: row for row in table(WORKFLOW, "step", "from", "to", "who", "needs")}


def methods_under(step):
    """The transitions under a step; an attempt that reaches the customer has one of its own."""
    return {*steps.TRANSITIONS[step], *(["mark_contacted"] if step == "attempt" else [])}


def transitions(step):
    machine = Case._meta.get_field("state").get_all_transitions(Case)
    found = [each for each in machine if each.name in methods_under(step)]
    assert found
    return found


class TestTheStepTable:
    def test_has_the_steps_of_the_code_in_their_order(self):
        assert list(STEPS) == ["open", *access.STEPS]

    @pytest.mark.parametrize("step", access.STEPS)
    def test_says_who_takes_them(self, step):
        assert set(STEPS[step][3].split(", ")) == access.STEPS[step]

    @pytest.mark.parametrize("step", access.STEPS)
    def test_says_from_which_state_they_are_taken(self, step):
        assert set(STEPS[step][1].split(", ")) == {str(each.source) for each in transitions(step)}

    @pytest.mark.parametrize("step", access.STEPS)
    def test_says_where_they_lead(self, step):
        leads_to = {str(each.target) if each.target is not None else "same" for each in transitions(step)}
        assert set(re.findall(r"\b(new|contacted|resolved|same)\b", STEPS[step][2])) == leads_to

    def test_leaves_no_transition_out(self):
        machine = {each.name for each in Case._meta.get_field("state").get_all_transitions(Case)}
        assert machine == set().union(*(methods_under(step) for step in access.STEPS))


class TestTheWorkflowPage:
    def test_explains_every_arrow_and_no_other(self):
        arrows = re.findall(r"^- \*\*(\w+) → (\w+)\*\*", WORKFLOW, re.MULTILINE)
        assert sorted(arrows) == sorted(guards.ALLOWED_MOVES)

    def test_names_every_state_and_resolution(self):
        assert [row[0] for row in table(WORKFLOW, "state", "what is due", "counted from")] == State.values
        for resolution in Resolution.values:
            assert f"`{resolution}`" in WORKFLOW

    def test_lists_every_kind_of_event(self):
        assert [row[0] for row in table(WORKFLOW, "kind", "tells that")] == EventKind.values

    def test_lists_every_message_about_a_case_with_its_cause(self):
        rows = {row[0]: row[1] for row in table(WORKFLOW, "message", "caused by", "goes to")}
        assert list(rows) == [*(kind.name for kind in kinds.STAFF), "recovery_invitation"]
        for kind in kinds.STAFF:
            assert rows[kind.name].startswith((f"{kind.on}`", kind.on))

    def test_lists_every_outcome(self):
        assert [row[0] for row in table(WORKFLOW, "outcome", "the later score is")] == Verdict.values


class TestTheDecisions:
    FILES = sorted((sources.ROOT / "docs" / "decisions").glob("*.md"))

    def test_are_numbered_from_one_each_once_and_say_their_number(self):
        assert [int(path.name[:4]) for path in self.FILES] == list(range(1, len(self.FILES) + 1))
        for path in self.FILES:
            assert path.read_text(encoding="utf-8").startswith(f"# {int(path.name[:4])}. "), path.name

    def test_that_others_refer_to_are_there(self):
        texts = [*sources.ROOT.glob("*.md"), *sources.ROOT.glob("docs/**/*.md"), *sources.ROOT.glob("loop/**/*.py")]
        named = {name for path in texts for name in re.findall(r"00\d\d-[a-z-]+\.md", path.read_text(encoding="utf-8"))}
        assert named <= {path.name for path in self.FILES}


class TestTheGlossary:
    def test_explains_every_word_once(self):
        words = [word for row in table(GLOSSARY, "word", "means") for word in row[0].split(", ")]
        assert len(words) == len(set(words))

    def test_has_the_words_people_see(self):
        words = (*Category.labels, *Resolution.labels, *Verdict.labels)
        assert [str(word) for word in words if str(word) not in GLOSSARY] == []


class TestTheEnvironment:
    EXAMPLE = (sources.ROOT / ".env.example").read_text(encoding="utf-8")
    # Where the .env file lies, which it cannot say itself; and what `serve` tells its own children.
    NOT_FOR_PEOPLE = frozenset({"LOOP_ENV_FILE", "LOOP_SCHEDULER"})

    def read(self):
        """Every variable `loop` reads: by a reader of `loop.config.env`, or straight from the environment."""
        reader = r"""\benv\.\w+\(\s*["']([A-Z_]+)["']"""
        straight = r"""os\.environ(?:\.get\(|\[)\s*["']([A-Z_]+)["']\]?(?!\s*=)"""
        text = "\n".join(path.read_text(encoding="utf-8") for path in sources.files("loop", suffix=".py"))
        return {*re.findall(reader, text), *re.findall(straight, text)} - self.NOT_FOR_PEOPLE

    def listed(self):
        return set(re.findall(r"^#?([A-Z_]+)=", self.EXAMPLE, re.MULTILINE))

    def test_is_listed_in_full(self):
        assert self.read() - self.listed() == set()

    def test_has_nothing_in_its_list_that_nobody_reads(self):
        assert self.listed() - self.read() == set()


def test_links_between_documents_lead_somewhere():
    broken = [
        f"{sources.name(path)}: {target}"
        for path in (*sources.ROOT.glob("*.md"), *sources.files("docs", suffix=".md"))
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == []
