"""Gives each test a plant of its own, on the database of the half of `make test` that runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import ON_POSTGRESQL
from tests.faults.databases import Stock
from tests.faults.plant import Plant


def server() -> str:
    """The address of the PostgreSQL server the tests run on, without a database; empty on SQLite."""
    if not ON_POSTGRESQL:
        return ""
    database = settings.DATABASES["default"]
    login = ":".join(filter(None, [database["USER"], database["PASSWORD"]]))
    return f"postgres://{login}@{database['HOST']}:{database['PORT'] or 5432}"


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    made = Stock(tmp_path_factory.mktemp("stock"), server())
    made.fill()
    yield made
    made.throw_away()


@pytest.fixture
def plant(stock: Stock, tmp_path: Path) -> Iterator[Plant]:
    """A plant of the test's own, empty."""
    with stock.copy(tmp_path) as database_url:
        made = Plant(tmp_path, database_url)
        yield made
        made.close()
