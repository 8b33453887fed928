"""docs/operations.md, followed word for word over the home of a small city."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from support.file_city import FileCity, case, note
from support.source_tree import ROOT

from hub.cli.program import program
from hub.settings import ServeSettings, Settings

PAGE = ROOT / "docs" / "operations.md"
FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
SPOKEN = re.compile(r"`(hub [a-z][^`]*)`")
ENDS_BADLY = "ends with 1"
# Blocks that nobody runs here, and why.
NOT_RUN = {"promql": "queries for Prometheus"}
ELSEWHERE = {"alarm": "docs/alarms.md walks its own"}


class Step(NamedTuple):
    """One line of the page: what is typed, and whether it may end with 1."""

    line: str
    variables: dict[str, str]
    words: tuple[str, ...]
    may_end_badly: bool


def steps() -> list[Step]:
    """Every command of the page, in its order."""
    text = PAGE.read_text(encoding="utf-8")
    lines = [
        line.removeprefix("$ ")
        for fence in FENCE.finditer(text)
        if fence["kind"] == "console"
        for line in fence["body"].splitlines()
    ]
    return [step(line) for line in lines]


def step(line: str) -> Step:
    words = shlex.split(line, comments=True)
    variables = {}
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        variables[name] = value
    return Step(line, variables, tuple(words), ENDS_BADLY in line)


class Walked(NamedTuple):
    """What each line of the page came to, and the folder it was typed in."""

    folder: Path
    told: dict[str, tuple[int, str, str]]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """The page, walked once."""
    city = FileCity.made_in(tmp_path_factory.mktemp("operations"))
    home = str(city.folder / ".hub")
    city.drop_first_day()
    city.hub("init", HUB_HOME=home)
    city.hub("run", HUB_HOME=home)
    city.drop("cases_2.csv", case("B1"), case("B2"))
    city.drop("notes_2.jsonl", note("n3", "A1"))
    told = {}
    for one in steps():
        if one.words[0] == "hub":
            done = city.hub(*one.words[1:], HUB_HOME=home, **one.variables)
            told[one.line] = (done.code, done.out, done.err)
            continue
        ran = subprocess.run(
            one.words, cwd=city.folder, capture_output=True, text=True, check=False
        )
        told[one.line] = (ran.returncode, ran.stdout, ran.stderr)
    return Walked(city.folder, told)


def told_by(walked: Walked, begin: str) -> tuple[int, str, str]:
    (found,) = [done for line, done in walked.told.items() if line.startswith(begin)]
    return found


@pytest.mark.slow
def test_every_command_of_the_page_ends_as_it_says(walked: Walked) -> None:
    allowed = {one.line: {0, 1} if one.may_end_badly else {0} for one in steps()}

    odd = {
        line: (code, err)
        for line, (code, _, err) in walked.told.items()
        if code not in allowed[line]
    }

    assert odd == {}


@pytest.mark.slow
def test_what_the_page_promises_came_to_pass(walked: Walked) -> None:
    assert "误发" in told_by(walked, "hub release recall")[1]
    for name in ("rejected.csv", "acceptance.html", "home.tar.gz", "hub.prom"):
        assert (walked.folder / name).stat().st_size > 0, name
    assert not (walked.folder / ".hub.damaged").exists()
    prom = (walked.folder / "hub.prom").read_text()
    assert 'hub_rows_received_total{feed="cases",kind="delivery"' in prom
    lines = told_by(walked, "HUB_LOG=json hub run")[2].splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    assert {one["event"] for one in told} >= {"feed asked"}
    assert len({one["run"] for one in told if "run" in one}) == 1


def test_every_block_is_walked_or_has_a_reason() -> None:
    kinds = {fence["kind"] for fence in FENCE.finditer(PAGE.read_text("utf-8"))}

    assert kinds - {"console"} == set(NOT_RUN)
    for fence in FENCE.finditer(PAGE.read_text("utf-8")):
        if fence["kind"] == "console":
            lines = fence["body"].splitlines()
            assert all(line.startswith("$ ") for line in lines), lines


def test_commands_in_the_text_are_there() -> None:
    for spoken in SPOKEN.findall(PAGE.read_text("utf-8")):
        command, words = program, shlex.split(spoken)[1:]
        if words[0] in ELSEWHERE:
            continue
        for word in words:
            found = getattr(command, "commands", {}).get(word)
            if found is None:
                break
            command = found
        assert command is not program, spoken
        options = {opt for one in command.params for opt in one.opts}
        named = {word for word in words if word.startswith("--")}
        assert named <= options, spoken


def test_variables_that_the_page_names_are_settings() -> None:
    named = set(re.findall(r"\bHUB_[A-Z_]+\b", PAGE.read_text("utf-8")))
    known = {f"HUB_{name}".upper() for name in Settings.model_fields}
    known |= {f"HUB_SERVE_{name}".upper() for name in ServeSettings.model_fields}

    assert named <= known
