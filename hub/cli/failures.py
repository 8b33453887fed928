"""How a command ends badly: one sentence or one JSON object, and an exit code.

What lives here: every failure's way to the person or program that asked. Exit 1:
data was refused, a check failed, something broke; exit 2: the call or a
declaration is wrong. What does not: the failures themselves (`hub.errors`).
A traceback may show values of rows, so it is printed only where HUB_DEBUG is set.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from hub.errors import HubError

FAILED = 1
MISUSED = 2


def ended(work: Callable[[], object], given: Sequence[str]) -> int:
    """Do the work of one call; its exit code, whatever happens.

    Args:
        work: parses and runs; may return an exit code.
        given: the arguments, to know whether a program asked.
    """
    as_json = asks_for_json(given)
    try:
        code = work()
        sys.stdout.flush()
    except click.ClickException as problem:
        return tell_misuse(problem, as_json)
    except HubError as problem:
        tell(problem.as_dict(), as_json)
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt):
        tell(_interrupted(), as_json)
        return FAILED
    except BrokenPipeError:
        _abandon_output()
        return FAILED
    except OSError as problem:
        tell(_from_system(problem), as_json)
        return _unforeseen_code()
    except Exception as problem:  # noqa: BLE001  the last place that can word it
        is_known = _is_of_database(problem)
        tell(_from_database() if is_known else _unforeseen(problem), as_json)
        return _unforeseen_code()
    return code if isinstance(code, int) else 0


def asks_for_json(given: Sequence[str]) -> bool:
    """Whether the arguments ask for JSON, even where they are wrong otherwise."""
    options = given[: given.index("--")] if "--" in given else given
    return "--json" in options


def tell(error: Mapping[str, str | None], as_json: bool) -> None:
    """Print an error object for a program, its sentence for a person."""
    if as_json:
        from hub.cli.printing import print_json

        print_json({"error": dict(error)})
    else:
        click.echo(error["message"], err=True)


def tell_misuse(problem: click.ClickException, as_json: bool) -> int:
    """Print what is wrong with a call."""
    path = "hub"
    if isinstance(problem, click.UsageError) and problem.ctx is not None:
        path = problem.ctx.command_path
    if isinstance(problem, click.exceptions.NoArgsIsHelpError) and not as_json:
        problem.show()
        return MISUSED
    step = f"`{path} --help` shows how it is called."
    # Click words a missing subcommand as the whole help page.
    is_page = isinstance(problem, click.exceptions.NoArgsIsHelpError)
    seen = "a subcommand is missing." if is_page else problem.format_message()
    tell(_error("misuse", f"could not run `{path}`: {seen} {step}", step), as_json)
    return MISUSED


def _error(code: str, message: str, step: str) -> dict[str, str | None]:
    return {
        "code": code,
        "message": message,
        "partner": None,
        "feed": None,
        "next": step,
    }


def _interrupted() -> dict[str, str | None]:
    step = "The next `hub run` finishes what was begun."
    return _error("interrupted", f"Stopped before the end. {step}", step)


def _from_system(problem: OSError) -> dict[str, str | None]:
    about = f" {problem.filename}" if problem.filename else ""
    seen = problem.strerror or type(problem).__name__
    step = "Free or repair it, then run the same command again."
    return _error("system", f"could not use{about}: {seen}. {step}", step)


def _from_database() -> dict[str, str | None]:
    # The driver's own text may hold the URL, and with it a password.
    step = "Check HUB_DATABASE_URL, and that the server is up and lets the hub in."
    seen = "it cannot be opened, or broke off"
    return _error(
        "database", f"could not use the control database: {seen}. {step}", step
    )


def _is_of_database(problem: Exception) -> bool:
    kind = type(problem)
    return kind.__module__ == "sqlalchemy.exc" and kind.__name__ == "OperationalError"


def _unforeseen(problem: Exception) -> dict[str, str | None]:
    # The exception's own text may hold a row's value; where it arose may be told.
    places = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(problem.__traceback__)
        if "hub" in Path(frame.filename).parts
    ]
    kind = type(problem).__name__
    at = f" at {places[-1]}" if places else ""
    step = "This is a mistake in the hub: report it; HUB_DEBUG=1 shows where."
    return _error("unexpected", f"could not go on: {kind}{at}. {step}", step)


def _unforeseen_code() -> int:
    from hub.settings import Settings

    if Settings.model_construct().secret("HUB_DEBUG"):
        traceback.print_exc(file=sys.stderr)
    return FAILED


def _abandon_output() -> None:
    """Nobody reads any more; keep Python from complaining about it at exit."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
