"""A real PostgreSQL that asks for a password: the right one reads, others do not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.guarded_postgres import PASSWORD, Guarded, guarded_postgres
from support.sql_source import Source, assert_quiet, read, rows, table

from hub.errors import SourceRejected


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded_postgres(tmp_path_factory.mktemp("guarded")) as server:
        yield server


@pytest.mark.parametrize("fast", [True, False], ids=["adbc", "sqlalchemy"])
def test_the_right_password_reads(guarded: Guarded, *, fast: bool) -> None:
    source = Source(guarded.url(PASSWORD), lambda: None, fast=fast)

    assert rows(read(source, table(source, "cases")), "id", "grp") == [("1", "g1")]


@pytest.mark.parametrize("fast", [True, False], ids=["adbc", "sqlalchemy"])
@pytest.mark.parametrize("password", ["c4nary-wrong", ""])
def test_a_wrong_password_is_rejected_in_one_quiet_sentence(
    guarded: Guarded, password: str, *, fast: bool
) -> None:
    source = Source(guarded.url(password), lambda: None, fast=fast)

    with pytest.raises(SourceRejected, match="refused our login") as failed:
        read(source, table(source, "cases"))

    assert_quiet(failed.value, "district")
    assert "Check the url and login" in str(failed.value)
