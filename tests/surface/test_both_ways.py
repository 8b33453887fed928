"""A command in the test's own process answers what it answers as a process of its own.

Most tests of this folder call commands here (`support.called_here`); these see to it
that nothing is lost by that: exit code and both streams, for every family.
"""

from __future__ import annotations

import pytest
from support.file_city import FileCity
from support.thorough import of

MONTH = ("--period", "2026-10")


@pytest.mark.parametrize(
    "args",
    [
        ["assessment", "compute", *MONTH, "--json"],
        ["audit", "verify"],
        ["batch", "show", "b00000001"],
        ["catalog", "show", "issue"],
        ["consumer", "list", "--json"],
        ["dataset", "rows", "issue", "--columns", "reporter_name", "--all-columns"],
        ["doctor"],
        ["metric", "compute", "on_time_handling_rate", *MONTH],
        ["partner", "check", "--json"],
        ["partner", "probe", "district"],
        ["policy", "list"],
        ["quarantine", "show", "b00000001", "--row", "2", "--raw"],
        ["reconcile", "--rows"],
        ["release", "show", "r000099"],
        ["warehouse", "show", "--json"],
    ][:: of(1, 3)],
    ids=" ".join,
)
def test_both_ways_answer_the_same(delivered, args: list[str]) -> None:
    assert delivered.city.program(*args) == delivered.city.hub(*args)


def test_a_run_here_takes_in_what_a_process_and_its_workers_do(
    delivered, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = FileCity.made_in(tmp_path_factory.mktemp("here"))
    other.drop_first_day()

    here = other.hub("run", "--json")

    shown = ("release", "show", "--json")
    assert here == delivered.first
    assert _content(other.hub(*shown).json) == _content(delivered.city.hub(*shown).json)


def _content(release: dict[str, object]) -> dict[str, object]:
    """A release without what says where and when it was made."""
    return {name: release[name] for name in ("release", "digest", "datasets")}
