"""`hub` called in this process: what a command answers, without a program's start.

What lives here: a call with surroundings, folder and streams of its own, and `hub run`
whose partners work in this process and which Dagster is not told of. What does not:
processes (`file_city.run_hub`); exit statuses, encodings, variables, Dagster's record
and several partners at once are tried with those.

Most of what a short command costs is the start of Python and of five big libraries.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from support.shown_output import as_installed

import hub.assets.running
import hub.storage.control
import hub.storage.warehouse
from hub.assets.crew import Crew, Job, PartnerFailed
from hub.assets.worker import Kept, do
from hub.cli import main
from hub.errors import HubError
from hub.flow.house import Note
from hub.settings import Settings, lent
from hub.telling import lines

Streams = tuple[io.TextIOWrapper, io.TextIOWrapper]
run_city = hub.assets.running.run_city
open_engine = hub.storage.control.open_engine


def call(
    args: tuple[str, ...], *, cwd: Path, surroundings: Mapping[str, str]
) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one command.

    Args:
        args: the command line without its first word.
        cwd: folder that the command runs in.
        surroundings: the environment, whole.
    """
    with (
        contextlib.chdir(cwd),
        _surrounded(surroundings),
        _collecting_as_before(),
        _streams() as (out, err),
        _engines_closed(),
        patch.object(hub.assets.running, "run_city", _run_city),
    ):
        try:
            code = main(args)
        finally:
            lines.stop()  # a process that ends writes no more either
    return code, _said(out), _said(err)


@contextlib.contextmanager
def _surrounded(surroundings: Mapping[str, str]) -> Iterator[None]:
    with lent({}):
        os.environ.clear()
        os.environ.update(surroundings)
        yield


@contextlib.contextmanager
def _collecting_as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


@contextlib.contextmanager
def _streams() -> Iterator[Streams]:
    """Streams like those of a process without a terminal."""
    out, err = (
        io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        for _ in range(2)
    )
    with (
        open(os.devnull, encoding="utf-8") as nothing,
        patch.object(sys, "stdin", nothing),
        patch.object(sys, "stdout", out),
        patch.object(sys, "stderr", err),
    ):
        yield out, err


def _said(stream: io.TextIOWrapper) -> str:
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode("utf-8")


@contextlib.contextmanager
def _engines_closed() -> Iterator[None]:
    """Databases are closed at the end, as the end of a process closes them."""
    opened: list[sa.Engine] = []

    def opening(url: sa.URL) -> sa.Engine:
        opened.append(open_engine(url))
        return opened[-1]

    try:
        with (
            patch.object(hub.storage.control, "open_engine", opening),
            patch.object(hub.storage.warehouse, "open_engine", opening),
        ):
            yield
    finally:
        for engine in opened:
            engine.dispose()


def _run_city(*args: Any, **given: Any) -> Any:
    """`run_city` with one worker in this process, and no record of it."""
    return run_city(*args, **{"crew": OneHere(), "record": "nothing", **given})


class OneHere(Crew):
    """A crew of one, who takes a job as it would come down the pipe."""

    def __init__(self) -> None:
        self.size = 1

    def run(self, settings: Settings, job: Job, note: Note) -> HubError | None:
        """Do a job; its failure is a value, any other exception stays one."""
        ended: list[Mapping[str, Any] | None] = []

        def answer(event: str, facts: Mapping[str, Any] | None) -> None:
            if event == "ended":
                ended.append(facts)
            else:
                note(event, {"partner": job.partner, **(facts or {})})

        told = json.loads(job.to_json(settings))
        with ExitStack() as stay, lent(told["environment"]):
            do(told, answer, Kept(stay))
        note("ended", {"partner": job.partner})
        (facts,) = ended
        return PartnerFailed.of(job.partner, facts, 0) if facts else None


def most_here(
    args: tuple[str, ...], *, cwd: Path, surroundings: Mapping[str, str]
) -> tuple[int, str, str]:
    """What makes a city's data as the installed program, everything else here."""
    runs = as_installed if args[0] in ("demo", "run") else call
    return runs(args, cwd=cwd, surroundings=surroundings)
