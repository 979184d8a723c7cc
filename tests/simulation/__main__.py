"""Print what Loop says of 500 companies of each world: `python -m tests.simulation [RUNS]`. Fails where it is wrong."""

import sys

from tests.simulation.judging import WORLDS, judge

FEWEST_CANNOT_TELL = 0.93
WITHOUT_EFFECT_BY_LOT = ("A", "D0", "E0", "S0")
REFUSED = ("G", "G3")


def main(runs: int) -> int:
    wrong = 0
    print(f"{'world':6} {'cannot tell':>11} {'more':>6} {'less':>6} {'refused':>8}  what it is")
    for name, (what, _made, _in_study) in WORLDS.items():
        said = judge(name, runs)
        holds = not said.rate_alone
        if name in WITHOUT_EFFECT_BY_LOT:
            holds &= said.share_cannot_tell >= FEWEST_CANNOT_TELL
        if name in REFUSED:
            holds &= said.cannot_tell == runs and said.more + said.less == 0
        wrong += not holds
        print(
            f"{name:6} {said.share_cannot_tell:11.1%} {said.more / runs:6.1%} {said.less / runs:6.1%} "
            f"{said.refused / runs:8.1%}  {what}{'' if holds else '  WRONG'}"
        )
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
