"""Where does a figure lead? From its name to the rows it counts."""

from loop.reporting.behind import answers, cases, pairs
from loop.reporting.behind.asked import Asked, Behind, Find, NoSuchFigure

NAMES = (
    *answers.ANSWERS, *answers.QUESTIONS, *cases.CONDITIONS, *cases.OTHERS, *pairs.STEPS, *pairs.OTHERS,
)  # fmt: skip


def behind(name: str, asked: Asked) -> Behind:
    """What the figure `name` counts, for who asks.

    Raises:
        NoSuchFigure: none is called so, or not with what was asked.
    """
    found: Find | None = answers.find(name) or cases.find(name) or pairs.find(name)
    if found is None:
        raise NoSuchFigure(name)
    return found(asked)
