"""What every command has in common: which hub is meant, and how to answer.

What lives here: the options `--home`, `--city` and `--json` of every command, the
`Call` that a command is handed in their place, and the examples in its help. What
does not: commands; failures (`failures`); the look of an answer (`printing`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.house import House
    from hub.settings import Settings


@dataclass(frozen=True)
class Call:
    """One call of one command.

    Attributes:
        as_json: whether a program reads the answer.
        home: folder of the hub, where the call names one.
        city: name or folder of the city, where the call names one.
    """

    as_json: bool
    home: Path | None
    city: str | None

    def settings(self, **given: Any) -> Settings:
        """The surroundings: the environment, then `given`, then what the call names.

        Raises:
            MisuseError: a variable of the environment cannot be understood.
        """
        from pydantic import ValidationError

        from hub.settings import Settings
        from hub.telling import start

        named = {"home": self.home, "city": self.city}
        given |= {name: value for name, value in named.items() if value is not None}
        try:
            made = Settings(**given)
        except ValidationError as problem:
            names = sorted({f"HUB_{one['loc'][0]}".upper() for one in problem.errors()})
            raise MisuseError(
                "read the environment",
                seen=f"{', '.join(names)} cannot be understood",
                next_step="An instant is written 2026-10-01T08:00:00+08:00.",
            ) from None
        start(made)
        return made

    def house(self) -> House:
        """The hub that is there; reading commands make none.

        Raises:
            MisuseError: there is no hub in that folder.
        """
        found = self.house_if_there()
        if found is None:
            home = self.settings().home
            raise MisuseError(
                "open the hub",
                seen=f"there is none in {home}",
                next_step="Make one with `hub init` or `hub demo`, or name another "
                "with --home.",
            )
        return found

    def house_if_there(self) -> House | None:
        """The hub, or None where none was made yet."""
        settings = self.settings()
        control = settings.home / "control.db"
        if settings.database_url is None and not control.exists():
            return None
        from hub.flow.house import open_house

        return open_house(settings)

    def answer(self, value: object, show: Callable[[Page], None]) -> None:
        """Give the answer: the value for programs, or what `show` prints."""
        from hub.cli import printing

        if self.as_json:
            printing.print_json(value)
        else:
            show(printing.Page())

    def note(self, text: str) -> None:
        """Tell the person something beside the answer."""
        click.echo(text, err=True)


def surroundings() -> list[click.Parameter]:
    """Options that say which hub is meant; the program itself takes them too."""
    return [
        click.Option(
            ["--home"],
            type=click.Path(path_type=Path),
            help="Folder of the hub, before HUB_HOME; .hub by default.",
        ),
        click.Option(
            ["--city"],
            metavar="NAME|FOLDER",
            help="Shipped city or folder of one, before HUB_CITY; wuhan by default.",
        ),
    ]


def shared_options() -> list[click.Parameter]:
    """Options of every command; a fresh list per command."""
    as_json = click.Option(
        ["--json", "as_json"],
        is_flag=True,
        help="Answer with one JSON value; everything else goes to standard error.",
    )
    return [as_json, *surroundings()]


class HubCommand(click.Command):
    """A command with examples, whose function is handed a `Call` as `call`."""

    def __init__(
        self, *args: Any, examples: tuple[str, ...] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples
        self.params += shared_options()

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command's function."""
        named = ctx.find_root().params
        own = {name: ctx.params.pop(name) for name in ("as_json", "home", "city")}
        ctx.params["call"] = Call(
            as_json=own["as_json"],
            home=own["home"] or named.get("home"),
            city=own["city"] or named.get("city"),
        )
        return super().invoke(ctx)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples at the end of the help."""
        del ctx
        with formatter.section("Examples"):
            for example in self.examples:
                # Never wrapped: an example is there to be copied.
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


class HubGroup(click.Group):
    """A family of commands."""

    command_class = HubCommand
