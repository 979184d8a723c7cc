"""Files end before one needs to scroll back, say what they are for, and are called by a word of the trade."""

import ast

from tests.architecture import sources

LONGEST = 400  # lines
NOBODYS_WORDS = {"utils", "util", "helpers", "helper", "services", "service", "misc", "common", "managers"}


def test_no_file_is_longer_than_400_lines():
    lengths = {
        sources.name(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in (
            *sources.all_code(),
            *sources.templates(),
            *sources.files("loop/static", "feedback/static", suffix=".js"),
            *sources.files("loop/static", "feedback/static", suffix=".css"),
            *sources.files("docs", suffix=".md"),
        )
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_every_module_says_what_it_answers():
    silent = []
    for path in sources.all_code():
        text = path.read_text(encoding="utf-8")
        says = ast.get_docstring(ast.parse(text)) or ""
        if text.strip() and not says.endswith((".", "?", "!", ":", ")")):
            silent.append(sources.name(path))
    assert silent == []


def test_no_module_is_called_by_a_word_that_says_nothing():
    named = [
        sources.name(path)
        for path in sources.all_code()
        if NOBODYS_WORDS & {*path.relative_to(sources.ROOT).with_suffix("").parts}
    ]
    assert named == ["tests/services.py"]  # it is about services: PostgreSQL and Redis
