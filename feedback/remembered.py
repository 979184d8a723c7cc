"""What does this process remember, up to so many bytes? What was asked for least lately goes first.

For what is named by its content, so that it cannot be out of date: see `feedback.answer_reading`.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

ValueT = TypeVar("ValueT")


class Remembered(Generic[ValueT]):
    """Values by their names.

    Args:
        most: bytes that all values take together, by `size`.
        size: how many a value takes.

    Attributes:
        used: how many they take now.
    """

    def __init__(self, most: int, size: Callable[[ValueT], int]) -> None:
        self.most, self._size = most, size
        self._values: OrderedDict[Hashable, ValueT] = OrderedDict()
        self.used = 0
        self._lock = Lock()

    def get(self, name: Hashable) -> ValueT | None:
        """What stands under this name; None where nothing does, or not any more."""
        with self._lock:
            if name in self._values:
                self._values.move_to_end(name)
            return self._values.get(name)

    def keep(self, name: Hashable, value: ValueT) -> None:
        """Remember it, and forget of the others what there is no room for."""
        with self._lock:
            if name in self._values:
                self.used -= self._size(self._values.pop(name))
            self._values[name] = value
            self.used += self._size(value)
            while self.used > self.most:
                _name, oldest = self._values.popitem(last=False)
                self.used -= self._size(oldest)

    def forget(self) -> None:
        """All of it."""
        with self._lock:
            self._values.clear()
            self.used = 0
