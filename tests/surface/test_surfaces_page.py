"""The page about the command line names the commands that there are, and no others."""

from __future__ import annotations

import re

import click
from support.source_tree import ROOT

from hub.cli.pages import commands
from hub.cli.program import program
from hub.settings import Settings

PAGE = ROOT / "docs" / "surfaces.md"


def _told() -> set[str]:
    """Commands of the page's table; a cell names its family once."""
    found = set()
    for cell in re.findall(r"^\| (`hub .*?) \|", PAGE.read_text("utf-8"), re.M):
        family = ""
        for code in re.findall(r"`([^`]+)`", cell):
            words = code.removeprefix("hub ").split()
            if code.startswith("hub "):
                family = _family(words)
                words = words[len(family.split()) :]
            found.add(f"{family}{words[0]}")
    return found


def _family(words: list[str]) -> str:
    """The groups that a command stands in, each with a blank after it."""
    family, group = "", program
    while isinstance(inner := group.commands.get(words[0]), click.Group):
        family, group, words = f"{family}{words[0]} ", inner, words[1:]
    return family


def test_the_page_names_every_command_and_no_other() -> None:
    root = click.Context(program, info_name="hub")

    there = {
        ctx.command_path.removeprefix("hub ") for ctx, _ in commands(program, root)
    }

    assert _told() == there


def test_the_page_names_every_variable_of_the_settings() -> None:
    named = set(re.findall(r"^\| `HUB_(\w+)`", PAGE.read_text("utf-8"), re.M))
    read = {name.upper() for name in Settings.model_fields} - {"ENVIRONMENT"}

    assert read <= named
