"""Rows of a file come a chunk at a time, and the next chunk is read while one is stored."""

import threading

import pytest
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from feedback.importing import UnusableFile
from loop import rows_at_once


@pytest.fixture(autouse=True)
def of_two(monkeypatch):
    monkeypatch.setitem(rows_at_once.CHUNK, connection.vendor, 2)


def test_all_come_in_their_order():
    assert [*rows_at_once.chunks(iter(range(5)))] == [[0, 1], [2, 3], [4]]
    assert [*rows_at_once.chunks(iter(()))] == []


def test_the_next_are_read_while_some_are_stored():
    third = threading.Event()

    def rows():
        yield from (1, 2)
        third.set()
        yield 3

    stored = rows_at_once.chunks(rows())
    assert next(stored) == [1, 2]
    assert third.wait(timeout=10)  # nobody has asked for it yet
    assert next(stored) == [3]


def test_what_is_wrong_with_a_row_is_said_in_the_language_of_whoever_reads():
    with translation.override("sv"):
        assert [*rows_at_once.chunks(_("Line") for _row in range(2))] == [["Rad", "Rad"]]


def test_what_came_before_a_fault_of_the_file_is_stored():
    def rows():
        yield from (1, 2)
        raise UnusableFile("It breaks off.")

    stored = []
    with pytest.raises(UnusableFile, match="It breaks off"):
        stored.extend(rows_at_once.chunks(rows()))
    assert stored == [[1, 2]]
