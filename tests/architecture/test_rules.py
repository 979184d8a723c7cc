"""The habits a reviewer would have to remember, as rules: what stands in no file, and where the exceptions are."""

import re

import pytest

from tests.architecture import sources

DOMAIN = [
    path
    for path in sources.production_code()
    if not {"views", "api", "management", "config", "admin", "templatetags", "demo"}
    & {part.removesuffix(".py").rpartition("_")[2] for part in path.relative_to(sources.ROOT).parts}
]

# rule: pattern, where it applies, files that may (relative to the project's folder)
RULES = {
    "a state is changed by a transition, never by an update": (
        r"\.update\([^)]*\bstate\s*=",
        [path for path in sources.production_code() if "notifications" not in path.parts],  # messages have states, too
        set(),
    ),
    "a case begins new, so nobody creates one in a state": (
        r"Case(\.objects)?\.?(create|bulk_create)?\([^)]*\bstate\s*=",
        sources.all_code(),
        {"tests/architecture/test_rules.py"},
    ),
    "a case is read anew by get: refresh_from_db takes the protection off its state, for the whole process": (
        r"\bcase\w*\.refresh_from_db\(",
        sources.all_code(),
        {"tests/architecture/test_rules.py"},
    ),
    "tasks are started by the bell, which waits for the commit and lives without a broker": (
        r"\.(delay|apply_async|delay_on_commit|apply_async_on_commit|send_task)\(",
        sources.production_code(),
        {"loop/bell.py"},
    ),
    "a later time is a column, not a countdown in the broker": (
        r"\b(eta|countdown)\s*=",
        sources.production_code(),
        set(),
    ),
    "the clock is an argument of the domain": (
        r"\b(timezone\.now|datetime\.now|datetime\.utcnow|date\.today)\(",
        [path for path in DOMAIN if path.name not in {"tasks.py", "receivers.py"}],
        {"notifications/webhooks/sending.py"},  # receivers hold a signature against the real clock
    ),
    "nothing a customer wrote is marked as safe": (
        r"\|\s*safe\b|\bautoescape off\b|\bmark_safe\(",
        tuple(path for path in sources.templates() if path.suffix == ".html") + sources.production_code(),
        set(),
    ),
    "no code is left for later": (
        r"\b(TODO|FIXME|XXX|HACK)\b",
        sources.all_code() + sources.templates(),
        {"tests/architecture/test_rules.py"},
    ),
    "nothing names the folder it was written in, or a registry": (
        r"/work/|/root/|\bindex-url\b",
        sources.all_code() + sources.templates(),
        {"tests/architecture/test_rules.py"},
    ),
    "a day is written as its reader's language writes it, by a filter of display": (
        r"\|date:[\"'][^\"']*[MF]",
        sources.templates(),
        set(),
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_rule(rule):
    pattern, paths, exceptions = RULES[rule]
    assert paths
    broken = []
    for path in paths:
        if sources.name(path) in exceptions:
            continue
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(pattern, text):
            line = text.count("\n", 0, found.start()) + 1
            broken.append(f"{sources.name(path)}:{line}: {found[0]}")
    assert broken == [], rule


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        ("a state is changed by a transition, never by an update", "cases.update(version=2, state=State.NEW)"),
        ("a case begins new, so nobody creates one in a state", "Case.objects.create(response=r, state='resolved')"),
        ("a case begins new, so nobody creates one in a state", "Case(response=r, state='resolved')"),
        (
            "a case is read anew by get: refresh_from_db takes the protection off its state, for the whole process",
            "case.refresh_from_db()",
        ),
        ("tasks are started by the bell, which waits for the commit and lives without a broker", "announce.delay(1)"),
        ("a later time is a column, not a countdown in the broker", "apply_async(countdown=60)"),
        ("the clock is an argument of the domain", "now = timezone.now()"),
        ("nothing a customer wrote is marked as safe", "{{ comment|safe }}"),
        ("no code is left for later", "# TODO: later"),
        ("a day is written as its reader's language writes it, by a filter of display", '{{ at|date:"j M Y" }}'),
    ],
)
def test_rule_recognises_what_it_forbids(rule, broken):
    assert re.search(RULES[rule][0], broken)
