"""What a process remembers by its name, within the room there is."""

from feedback.remembered import Remembered


def test_what_was_asked_for_least_lately_goes_first():
    remembered = Remembered[str](6, len)
    for name in ("a", "b", "c"):
        remembered.keep(name, name * 2)
    assert remembered.get("a") == "aa"
    remembered.keep("d", "dd")
    assert [remembered.get(name) for name in "abcd"] == ["aa", None, "cc", "dd"]
    assert remembered.used == 6


def test_what_is_kept_anew_takes_its_room_once():
    remembered = Remembered[str](6, len)
    remembered.keep("a", "aaaa")
    remembered.keep("a", "aa")
    remembered.keep("b", "bbbb")
    assert (remembered.get("a"), remembered.get("b"), remembered.used) == ("aa", "bbbb", 6)


def test_what_is_larger_than_all_room_is_not_kept():
    remembered = Remembered[str](3, len)
    remembered.keep("a", "aaaa")
    assert (remembered.get("a"), remembered.used) == (None, 0)


def test_all_of_it_is_forgotten():
    remembered = Remembered[str](3, len)
    remembered.keep("a", "aa")
    remembered.forget()
    assert (remembered.get("a"), remembered.used) == (None, 0)
