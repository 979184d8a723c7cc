"""What is refused is said in the language of whoever reads it: its words are translated where they stand."""

import ast

import pytest

from tests.architecture import sources

ENDINGS = ("Refused", "NotAllowed", "ValidationError")
#: Told to the programs that send answers, contacts and events, to whoever makes their keys at a prompt, or to
#: developers: in English, like the API around them.
TOLD_TO_PROGRAMS = {"ResponseRefused", "ContactRefused", "EventRefused", "KeyRefused", "NotAllowed"}
PROGRAMS = ("loop/api/", "loop/management/", "loop/whole/")


def bare(code):
    """The lines on which something is refused in words that nobody translates."""
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name.endswith(ENDINGS) and name not in TOLD_TO_PROGRAMS and any(map(is_bare, node.args)):
            yield node.lineno


def is_bare(argument):
    match argument:
        case ast.JoinedStr():
            return any(" " in part.value for part in argument.values if isinstance(part, ast.Constant))
        case ast.Constant(value=str(text)):
            return " " in text.strip()  # without a space it is the name of a field, or a key
        case ast.BinOp(left=left, right=right):
            return is_bare(left) or is_bare(right)
        case ast.IfExp(body=body, orelse=orelse):
            return is_bare(body) or is_bare(orelse)
    return False


def test_every_refusal_is_translated():
    found = {
        f"{sources.name(path)}:{line}"
        for path in sources.production_code()
        if not sources.name(path).startswith(PROGRAMS)
        for line in bare(path.read_text(encoding="utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize(
    "code",
    [
        'raise WaveRefused("share", "Only a random sample has a share.")',
        'raise WaveRefused("share", f"{name} must be a number.")',
        'raise forms.ValidationError("No such day." if day else _("None."))',
        'raise StepNotAllowed("The wave is %s." % state)',
    ],
)
def test_the_rule_sees_bare_words(code):
    assert list(bare(code)) == [1]


@pytest.mark.parametrize(
    "code",
    [
        'raise WaveRefused("share", _("Only a random sample has a share."))',
        'raise WaveRefused(f"answers.{key}", message)',
        'raise WaveRefused("share", _("At most %(n)d.") % {"n": 3})',
        'raise ContactRefused("email", "A contact needs an address.")',
    ],
)
def test_the_rule_lets_translated_words_be(code):
    assert list(bare(code)) == []
