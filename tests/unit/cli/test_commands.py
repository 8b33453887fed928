"""Every command is documented, and its examples are calls that it understands."""

from __future__ import annotations

import shlex

import click
import pytest

from hub.cli.call import HubCommand
from hub.cli.pages import command_page, commands
from hub.cli.program import program

FOUND = {
    path.command_path: command
    for path, command in commands(program, click.Context(program, info_name="hub"))
}


def _command_of(words: list[str]) -> tuple[str, list[str]]:
    """The command that an example calls, and the arguments it hands over."""
    for length in (2, 3, 4):
        path = " ".join(words[:length])
        if path in FOUND:
            return path, words[length:]
    raise AssertionError(f"no command in {words}")


def test_the_promised_commands_are_there() -> None:
    promised = {
        "hub init", "hub doctor", "hub run", "hub reconcile", "hub demo", "hub docs",
        "hub partner list", "hub partner check", "hub partner show",
        "hub batch list", "hub batch show",
        "hub quarantine list", "hub quarantine show", "hub quarantine export",
        "hub quarantine replay",
        "hub dataset list", "hub dataset show", "hub dataset rows",
        "hub dataset export",
        "hub metric list", "hub metric compute", "hub metric explain",
        "hub release list", "hub release show", "hub release verify",
        "hub release diff",
        "hub assessment compute", "hub assessment freeze", "hub assessment revise",
        "hub assessment list", "hub assessment show", "hub assessment diff",
        "hub assessment verify", "hub assessment simulate",
        "hub assessment input add", "hub assessment input list",
        "hub assessment input withdraw",
        "hub consumer add", "hub consumer list", "hub consumer show",
        "hub consumer grant", "hub consumer revoke", "hub consumer rotate",
        "hub audit list", "hub audit show", "hub audit verify", "hub audit sign",
    }  # fmt: skip

    assert promised <= set(FOUND)


@pytest.mark.parametrize("path", sorted(FOUND))
def test_a_command_has_help_json_and_examples(path: str) -> None:
    command = FOUND[path]

    assert isinstance(command, HubCommand)
    assert str(command.help).partition("\n")[0].endswith(".")
    assert command.examples
    assert {"as_json", "home", "city"} <= {one.name for one in command.params}
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert all(one.help for one in options)


@pytest.mark.parametrize("path", sorted(FOUND))
def test_examples_are_calls_of_that_very_command(path: str) -> None:
    for example in FOUND[path].examples:  # type: ignore[attr-defined]
        called, args = _command_of(shlex.split(example))

        assert called == path
        FOUND[path].make_context(path, args)


def test_every_command_stands_in_the_reference() -> None:
    page = command_page()

    assert not [path for path in FOUND if f"## `{path}`" not in page]
