"""NPS of respondents, accounts and revenue, with errors over accounts."""

from math import sqrt

import pytest
import scipy.stats  # noqa: F401  imported before hypothesis measures how long a call takes
from hypothesis import given
from hypothesis import strategies as st

from feedback.clustered import AccountAnswers, Weighing, clustered
from feedback.nps import Nps
from tests.oracles import oracle

#: account: revenue and scores; computed with R's survey package and by hand
EXAMPLE = {
    "A": (100, [9, 10, 9, 8]),
    "B": (900, [3, 5]),
    "C": (50, [10]),
    "D": (300, [7, 8, 9]),
    "E": (500, [6, 9, 10, 10, 4]),
    "F": (150, [0]),
}


def of(value, scores) -> AccountAnswers:
    counted = Nps.of_scores(scores)
    return AccountAnswers(counted.n, counted.promoter - counted.detractor, value)


SIX = [of(value, scores) for value, scores in EXAMPLE.values()]

accounts = st.lists(
    st.integers(1, 20).flatmap(
        lambda n: st.builds(AccountAnswers, st.just(n), st.integers(-n, n), st.none() | st.floats(1, 1e9))
    ),
    min_size=1,
    max_size=40,
)


@pytest.mark.parametrize(
    ("weighing", "points", "error"),
    [
        (Weighing.RESPONDENT, 18.75, 24.65583),
        (Weighing.ACCOUNT, 4.72222, 35.11994),
        (Weighing.REVENUE, -36.25, 37.86934),
    ],
)
def test_three_questions_have_three_answers(weighing, points, error):
    found = clustered(SIX, weighing)
    assert (found.points, found.standard_error) == pytest.approx((points, error), abs=1e-4)
    assert (found.accounts, found.answers) == (6, 16)


def test_agrees_with_the_oracle():
    rows = oracle("account")["data"]
    read = [of(row["rev"], row["scores"]) for row in rows]
    assert read == SIX


def test_agrees_with_regression_with_clustered_errors():
    import statsmodels.api as sm

    codes, groups = [], []
    for name, (_value, scores) in EXAMPLE.items():
        codes += [(score >= 9) - (score <= 6) for score in scores]
        groups += [ord(name)] * len(scores)
    fitted = sm.OLS(codes, [1] * len(codes)).fit(cov_type="cluster", cov_kwds={"groups": groups})
    assert clustered(SIX, Weighing.RESPONDENT).standard_error == pytest.approx(100 * fitted.bse[0], abs=1e-4)


def test_one_large_account_makes_few_of_many():
    assert clustered(SIX, Weighing.REVENUE).effective_accounts == pytest.approx(3.38, abs=0.005)
    assert clustered(SIX, Weighing.ACCOUNT).effective_accounts == pytest.approx(6)


def test_few_accounts_are_judged_by_students_t():
    found = clustered(SIX, Weighing.RESPONDENT)
    assert found.by_student
    assert found.interval.low == pytest.approx(18.75 - 2.570582 * 24.65583, abs=1e-3)
    assert not clustered(SIX * 2, Weighing.RESPONDENT).by_student


def test_one_account_says_nothing_about_others():
    found = clustered(SIX[:1], Weighing.RESPONDENT)
    assert (found.points, found.standard_error, found.interval) == (75, None, None)


def test_accounts_without_a_value_are_left_out_by_revenue_and_counted():
    found = clustered([*SIX, AccountAnswers(3, 3), AccountAnswers(2, 2, 0.0)], Weighing.REVENUE)
    assert found.points == pytest.approx(-36.25)
    assert found.accounts == 6


def test_of_nobody_is_nothing():
    assert clustered([], Weighing.RESPONDENT) is None
    assert clustered([AccountAnswers(2, 2)], Weighing.REVENUE) is None


@given(accounts)
def test_respondents_have_the_nps_of_all_answers(given_accounts):
    found = clustered(given_accounts, Weighing.RESPONDENT)
    answers = sum(account.answers for account in given_accounts)
    assert found.points == pytest.approx(100 * sum(account.codes for account in given_accounts) / answers)


@given(accounts, st.floats(0.001, 1000))
def test_revenue_in_another_unit_changes_nothing(given_accounts, factor):
    scaled = [
        AccountAnswers(account.answers, account.codes, account.value and account.value * factor)
        for account in given_accounts
    ]
    one, other = clustered(given_accounts, Weighing.REVENUE), clustered(scaled, Weighing.REVENUE)
    assert (one is None) == (other is None)
    if one and other:
        assert one.points == pytest.approx(other.points, abs=1e-6)
        assert one.effective_accounts == pytest.approx(other.effective_accounts)


@given(accounts)
def test_the_interval_stays_on_the_scale(given_accounts):
    for weighing in Weighing:
        found = clustered(given_accounts, weighing)
        if found and found.interval:
            assert -100 <= found.interval.low <= found.interval.high <= 100


@given(st.lists(st.integers(-1, 1), min_size=10, max_size=60))
def test_one_answer_an_account_has_the_error_of_independent_answers(codes):
    found = clustered([AccountAnswers(1, code) for code in codes], Weighing.RESPONDENT)
    plain = Nps(codes.count(-1), codes.count(0), codes.count(1)).standard_error
    assert found.standard_error == pytest.approx(plain * sqrt(len(codes) / (len(codes) - 1)), abs=1e-9)
