"""How did the same customers answer before and after? A change, never an effect.

Unhappy customers score higher next time even when nobody calls, so all of these tests are right about the change and
say nothing about what caused it. Rows of a table are the first answer, columns the second: detractor, passive,
promoter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

#: With fewer pairs off the diagonal than this only the exact test is given.
FEWEST_DISCORDANT = 10

Table = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Test:
    """A chi-square test: `p` is how often chance alone gives as much."""

    statistic: float
    df: int
    p: float


@dataclass(frozen=True)
class PairedChange:
    """The mean change of the same people with its 95 % interval (Student's t), in the unit that came in."""

    n: int
    mean: float
    standard_error: float
    low: float
    high: float
    t: float
    p: float


def mean_change(changes: Sequence[float]) -> PairedChange | None:
    """None with fewer than two people, or where all changed alike: no interval can be given."""
    n = len(changes)
    if n < 2 or min(changes) == max(changes):
        return None
    from scipy.stats import t as student

    mean = sum(changes) / n
    error = sqrt(sum((change - mean) ** 2 for change in changes) / (n - 1) / n)
    reach = float(student.ppf(0.975, n - 1)) * error
    p = 2 * float(student.sf(abs(mean / error), n - 1))
    return PairedChange(n, mean, error, mean - reach, mean + reach, mean / error, p)


def nps_change(table: Table) -> PairedChange | None:
    """The change of the NPS in points, of the same people."""
    changes = [100.0 * (column - row) for row in range(3) for column in range(3) for _ in range(table[row][column])]
    return mean_change(changes)


def bowker(table: Table) -> Test | None:
    """Do as many move one way as the other, between each two categories? (Bowker 1948) None when nobody moved."""
    from scipy.stats import chi2

    pairs = [(table[i][j], table[j][i]) for i in range(len(table)) for j in range(i)]
    statistic = sum((a - b) ** 2 / (a + b) for a, b in pairs if a + b)
    df = len(pairs)
    return Test(statistic, df, float(chi2.sf(statistic, df))) if any(a + b for a, b in pairs) else None


def stuart_maxwell(table: Table) -> Test | None:
    """Is each category as large before as after? (Stuart 1955, Maxwell 1970) Categories nobody used are dropped.

    None when fewer than two are used, or the table is singular.
    """
    import numpy as np
    from scipy.stats import chi2

    counts = np.asarray(table, float)
    used = (counts.sum(0) + counts.sum(1)) > 0
    counts = counts[used][:, used]
    size = len(counts)
    if size < 2:
        return None
    rows, columns = counts.sum(1), counts.sum(0)
    differences = (rows - columns)[:-1]
    variance = -(counts + counts.T)
    np.fill_diagonal(variance, rows + columns - 2 * np.diag(counts))
    variance = variance[:-1, :-1]
    if np.linalg.matrix_rank(variance) < size - 1:
        return None
    statistic = float(differences @ np.linalg.solve(variance, differences))
    return Test(statistic, size - 1, float(chi2.sf(statistic, size - 1)))


def bhapkar(table: Table) -> Test | None:
    """The same question as `stuart_maxwell`'s, its variance without assuming the answer (Bhapkar 1966)."""
    found, n = stuart_maxwell(table), sum(map(sum, table))
    if found is None or found.statistic >= n:
        return None
    from scipy.stats import chi2

    statistic = found.statistic / (1 - found.statistic / n)
    return Test(statistic, found.df, float(chi2.sf(statistic, found.df)))


def mcnemar(better: int, worse: int) -> Test | None:
    """The approximation of `mcnemar_exact` for many, with correction for continuity; None when nobody moved."""
    if not better + worse:
        return None
    from scipy.stats import chi2

    statistic = max(0, abs(better - worse) - 1) ** 2 / (better + worse)
    return Test(statistic, 1, float(chi2.sf(statistic, 1)))


def signed_ranks(table: Table) -> float | None:
    """How often chance alone moves so many so far one way (Wilcoxon 1945); None when nobody moved."""
    import numpy as np

    size = range(len(table))
    moves = np.repeat([after - before for before in size for after in size], [n for row in table for n in row])
    if not moves.any():
        return None
    from scipy.stats import wilcoxon

    return float(wilcoxon(moves, method="approx").pvalue)


def mcnemar_exact(better: int, worse: int) -> float | None:
    """How often chance alone sends so many more one way than the other; None when nobody moved."""
    if not better + worse:
        return None
    from scipy.stats import binomtest

    return float(binomtest(better, better + worse, 0.5).pvalue)


@dataclass(frozen=True)
class BeforeAfter:
    """The table of the same customers before and after, and the tests that fit its size."""

    table: tuple[tuple[int, int, int], ...]

    @property
    def n(self) -> int:
        return sum(map(sum, self.table))

    @property
    def discordant(self) -> int:
        return self.n - sum(self.table[place][place] for place in range(3))

    @property
    def change(self) -> PairedChange | None:
        return nps_change(self.table)

    @property
    def symmetry(self) -> Test | None:
        return bowker(self.table) if self.discordant >= FEWEST_DISCORDANT else None

    @property
    def margins(self) -> Test | None:
        return stuart_maxwell(self.table) if self.discordant >= FEWEST_DISCORDANT else None

    @property
    def margins_otherwise(self) -> Test | None:
        return bhapkar(self.table) if self.discordant >= FEWEST_DISCORDANT else None

    @property
    def ranks(self) -> float | None:
        return signed_ranks(self.table) if self.discordant >= FEWEST_DISCORDANT else None

    @property
    def exact(self) -> float | None:
        """McNemar's exact test of being a detractor or not."""
        return mcnemar_exact(*self._left_and_came_back)

    @property
    def approximate(self) -> Test | None:
        """The same by chi-square."""
        return mcnemar(*self._left_and_came_back) if sum(self._left_and_came_back) >= FEWEST_DISCORDANT else None

    @property
    def _left_and_came_back(self) -> tuple[int, int]:
        """How many are detractors no more, and how many have become some."""
        (_stay, *left), back = self.table[0], (self.table[1][0], self.table[2][0])
        return sum(left), sum(back)

    def as_dict(self) -> dict[str, object]:
        def told(test: Test | None) -> dict[str, object] | None:
            return (
                None if test is None else {"statistic": round(test.statistic, 4), "df": test.df, "p": round(test.p, 6)}
            )

        change = self.change
        return {
            "n": self.n,
            "table": [list(row) for row in self.table],
            "nps_change": change
            and {"points": round(change.mean, 2), "interval": [round(change.low, 2), round(change.high, 2)]},
            "bowker": told(self.symmetry),
            "stuart_maxwell": told(self.margins),
            "bhapkar": told(self.margins_otherwise),
            "mcnemar_exact_p": None if self.exact is None else round(self.exact, 6),
            "mcnemar": told(self.approximate),
            "wilcoxon_p": None if self.ranks is None else round(self.ranks, 6),
        }
