"""A freeze that ends half way leaves nothing, and the next one takes over."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from support import run_freeze
from support.closed_month import MONTH, later, plain_policy
from support.source_tree import ROOT
from support.thorough import of

from hub.errors import MisuseError
from hub.flow.assessment import frozen_rows
from hub.flow.assessment import shown as shown_module
from hub.flow.assessment.freeze import freeze_month, revise_month
from hub.flow.assessment.frozen_rows import FROM_METRICS, digest_of_rows, read_rows
from hub.flow.assessment.revisions import find_revision, frozen_months
from hub.flow.assessment.verify import verify_month
from hub.flow.city_run import finish_run
from hub.flow.exceptions import exceptions, keep_exceptions
from hub.flow.figures import compute, keep_figures, known_at, metric_table
from hub.flow.house import House
from hub.storage.assessments import Assessments, Revision

KILLS = of(6, 2)


def freeze(house: House) -> None:
    freeze_month(house, MONTH, policies=[plain_policy()], author="甲")


class PowerCut(Exception):
    """What ends a run in these tests."""


def cut(*_: object, **__: object) -> None:
    raise PowerCut


@pytest.mark.parametrize("written", [0, 99, 1, 2][: of(4, 1)])
def test_rows_without_their_entry_are_nothing(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    whole, done = frozen_rows._write, []

    def write(*args: object) -> object:
        if len(done) == written:
            raise PowerCut
        done.append(args)
        return whole(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(frozen_rows, "_write", write)
        patched.setattr(Assessments, "record", cut)
        with pytest.raises(PowerCut):
            freeze(house)

    there = later(tmp_path)
    assert frozen_months(there) == set()
    with pytest.raises(MisuseError, match="not frozen"):
        find_revision(there, MONTH)

    freeze(there)

    made = find_revision(there, MONTH)
    for one in made.tables:
        assert len(read_rows(there, made, one.name)) == one.rows
    assert all(one.ok for one in verify_month(there, made))


def shown(house: House, name: str) -> pl.DataFrame:
    """What a metric table says of the month."""
    table = metric_table(house, name)
    return table.read(files=table.files(partitions=[{"period": MONTH}]))


def assert_shown(house: House) -> None:
    made = find_revision(house, MONTH)
    for name in FROM_METRICS:
        frozen = read_rows(house, made, name)
        told = shown(house, name).select(frozen.columns)
        assert digest_of_rows(told) == digest_of_rows(frozen), name


def next_run(house: House) -> None:
    finish_run(house)


def next_revision(house: House) -> None:
    with pytest.raises(MisuseError, match="nothing would differ"):
        revise_month(house, MONTH, reason="再报", author="甲")


@pytest.mark.parametrize("after", [next_run, next_revision])
@pytest.mark.parametrize("told", [3, 0][: of(2, 1)])
def test_metric_tables_follow_a_revision_whose_run_was_killed(
    late: House,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    told: int,
    after: Callable[[House], None],
) -> None:
    whole, done = shown_module._show, []

    def show(house: House, revision: Revision, name: str) -> None:
        if revision.number == 2:
            if len(done) == told:
                raise PowerCut
            done.append(name)
        whole(house, revision, name)

    with monkeypatch.context() as patched:
        patched.setattr(shown_module, "_show", show)
        with pytest.raises(PowerCut):
            revise_month(late, MONTH, reason="补报", author="甲")

    again = later(tmp_path)
    assert find_revision(again, MONTH).number == 2
    after(again)

    assert_shown(again)


def test_metric_tables_never_say_a_revision_that_is_not_there(
    late: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    with monkeypatch.context() as patched:
        patched.setattr(Assessments, "record", cut)
        with pytest.raises(PowerCut):
            revise_month(late, MONTH, reason="补报", author="甲")

    again = later(tmp_path)
    assert find_revision(again, MONTH).number == 1
    assert_shown(again)


def test_a_run_that_began_before_the_freeze_leaves_the_month_alone(
    house: House, tmp_path: Path
) -> None:
    found = compute(house, evidence=False)
    odd = exceptions(house, [MONTH], known_at(house)).head(1)
    freeze(house)

    keep_figures(house, found)
    keep_exceptions(house, odd, [MONTH])

    assert_shown(later(tmp_path))


def test_rows_that_somebody_writes_over_are_still_read_as_frozen(
    frozen: House,
) -> None:
    made = find_revision(frozen, MONTH)
    before = read_rows(frozen, made, "figure")

    frozen_rows.write_rows(frozen, MONTH, 1, {"figure": before.head(1)})

    assert read_rows(frozen, made, "figure").equals(before)
    assert all(one.ok for one in verify_month(frozen, made))


def start(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, run_freeze.__file__, str(folder)],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def complete(folder: Path) -> tuple[str, float]:
    """What a freeze says at its end, and how long it took."""
    with start(folder) as process:
        begun = time.monotonic()
        out, _ = process.communicate()
    assert process.returncode == 0
    return out.strip(), time.monotonic() - begun


@pytest.mark.slow
def test_kills_at_random_instants_leave_a_month_whole_or_not_frozen(
    closed: Path, tmp_path: Path
) -> None:
    for name in ("clean", "killed"):
        shutil.copytree(closed, tmp_path / name)
    clean, seconds = complete(tmp_path / "clean")
    instants = random.Random(94)

    for _ in range(KILLS):
        with start(tmp_path / "killed") as process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=instants.uniform(0, seconds))
            process.kill()

    told, _ = complete(tmp_path / "killed")
    assert told == clean
    house = later(tmp_path / "killed")
    (made,) = Assessments(house.control.engine).revisions()
    assert all(one.ok for one in verify_month(house, made))
