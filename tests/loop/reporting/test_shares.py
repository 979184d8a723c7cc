"""Shares of few, with the interval of Wilson."""

import json

import pytest

from loop.reporting.shares import Share, percent


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (3, 3, 0.438503, 1),
        (8, 10, 0.490162, 0.943318),
        (12, 20, 0.386582, 0.781193),
        (45, 60, 0.627679, 0.842235),
        (1, 5, 0.036224, 0.624465),
        (0, 2, 0, 0.657620),
        (28, 30, 0.786765, 0.981523),
        (6, 12, 0.253782, 0.746218),
    ],
)
def test_the_interval_is_wilsons(count, n, low, high):
    assert Share(count, n).interval == pytest.approx((low, high), abs=1e-6)


def test_a_share_of_nothing_is_nothing_and_not_zero():
    assert Share(0, 0).share is None
    assert Share(0, 0).interval is None
    assert Share(0, 0).as_dict() == {"count": 0, "n": 0, "share": None, "interval": None}


def test_nine_are_few_and_ten_are_not():
    assert Share(3, 9).few
    assert not Share(3, 10).few


def test_it_goes_out_as_json_with_its_n():
    assert json.loads(json.dumps(Share(8, 10).as_dict())) == {
        "count": 8,
        "n": 10,
        "share": 0.8,
        "interval": [0.4902, 0.9433],
    }


@pytest.mark.parametrize(("count", "n"), [(3, 2), (-1, 2)])
def test_more_than_all_is_refused(count, n):
    with pytest.raises(ValueError, match="no share"):
        Share(count, n)


def test_a_percentage_does_not_break_from_its_sign():
    assert percent(0.516) == "52\N{NO-BREAK SPACE}%"
