"""The checks of `hub doctor`: each says what it found and what to do about it.

What lives here: looking. Nothing here creates, repairs or asks a partner. What does
not: printing.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from hub.errors import HubError
from hub.flow import tables
from hub.flow.reconcile.kept import last_results
from hub.partners.loader import load_city
from hub.partners.secrets import is_reference
from hub.schemas import DATASETS
from hub.storage.control import ControlDatabase, read
from hub.storage.lake import Lake
from hub.storage.migrations import HEAD
from hub.storage.tables import LAKE_VERSION

if TYPE_CHECKING:
    from pydantic import BaseModel

    from hub.partners.city import City
    from hub.settings import Settings

PYTHON = (3, 11)
REQUIREMENT = re.compile(r"^([\w.-]+)(?:\[[^\]]*\])?([^;]*)(;.*)?$")
# The simulated partners, and with them their addresses and keys, live in `hub demo`.
OF_THE_DEMO = "HUB_DEMO_"
BOUND = re.compile(r"(>=|<)([\d.]+)")


@dataclass(frozen=True)
class Check:
    """One thing looked at."""

    name: str
    ok: bool
    found: str
    next_step: str | None = None


def examine(settings: Settings) -> list[Check]:
    """Every check, in the order in which a newcomer would repair."""
    return [
        *_versions(),
        _home(settings.home),
        *_control(settings),
        *_city(settings),
        *_reconciled(settings.home),
    ]


def _versions() -> Iterator[Check]:
    said = ".".join(map(str, sys.version_info[:3]))
    least = ".".join(map(str, PYTHON))
    yield Check(
        "python",
        sys.version_info >= PYTHON,
        said,
        None if sys.version_info >= PYTHON else f"Install Python {least} or newer.",
    )
    wrong = []
    listed = [text for text in requires("city-hub") or [] if "extra ==" not in text]
    for text in listed:
        hit = REQUIREMENT.match(text)
        if hit is None:
            continue
        try:
            installed = version(hit[1])
        except PackageNotFoundError:
            wrong.append(f"{hit[1]} is missing")
            continue
        if not _within(installed, hit[2]):
            wrong.append(f"{hit[1]} {installed} is not {hit[2].strip()}")
    yield Check(
        "dependencies",
        not wrong,
        "; ".join(wrong) or f"{len(listed)} as declared",
        "Install them as requirements.lock pins them (`make install`)."
        if wrong
        else None,
    )


def _within(installed: str, bounds: str) -> bool:
    """Whether a version lies inside plain bounds such as `>=1.6,<2`."""
    have = _numbers(installed)
    return all(
        have >= _numbers(limit) if sign == ">=" else have < _numbers(limit)
        for sign, limit in BOUND.findall(bounds)
    )


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(one) for one in re.findall(r"\d+", text)[:3])


def _home(home: Path) -> Check:
    place = str(home.absolute())
    if not home.is_dir():
        return Check("home", False, f"{place} is not there", "Run `hub init`.")
    if not os.access(home, os.W_OK | os.X_OK):
        return Check(
            "home",
            False,
            f"{place} cannot be written to",
            "Give the user that runs the hub the right to write there.",
        )
    return Check("home", True, place)


def _control(settings: Settings) -> Iterator[Check]:
    """The control database's revision, and the lake against what it acknowledged."""
    name = "control database"
    if settings.database_url is None and not (settings.home / "control.db").exists():
        yield Check(name, False, "there is none", "Run `hub init`.")
        return
    try:
        database = ControlDatabase(settings.control_url)
        with read(database.engine) as connection:
            revision = _revision(connection)
            yield Check(
                name,
                revision == HEAD,
                f"revision {revision}, newest {HEAD}",
                None if revision == HEAD else "Run `hub init` to migrate it.",
            )
            if revision != HEAD:
                return
            marks = connection.execute(
                sa.select(LAKE_VERSION.c.table_name, LAKE_VERSION.c.version)
            )
            acknowledged = {row.table_name: row.version for row in marks}
    except HubError as error:
        yield Check(name, False, error.seen, error.next_step)
        return
    except sa.exc.SQLAlchemyError as problem:
        # The text of a driver's error may hold the URL, and with it a password.
        yield Check(
            name,
            False,
            f"it cannot be opened ({type(problem).__name__})",
            "Check HUB_DATABASE_URL and that the server is up.",
        )
        return
    yield _lake(settings, acknowledged)


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version"))
    return found.scalar()


def _lake(settings: Settings, acknowledged: dict[str, int]) -> Check:
    """No table may be older than what was acknowledged to somebody."""
    lake = Lake(settings.lake_root)
    wrong = []
    for ds in DATASETS.values():
        table = tables.core_table(lake, ds)
        try:
            version_now = table.version()
        except HubError as error:
            wrong.append(f"{table.name}: {error.seen}")
            continue
        least = acknowledged.get(table.name, -1)
        if version_now < least:
            wrong.append(f"{table.name} is at {version_now}, {least} was acknowledged")
    return Check(
        "lake",
        not wrong,
        "; ".join(wrong) or f"{len(acknowledged)} tables as acknowledged",
        "Restore the lake from its backup." if wrong else None,
    )


def _city(settings: Settings) -> Iterator[Check]:
    try:
        city = load_city(settings)
    except HubError as error:
        yield Check("city", False, error.seen, error.next_step)
        return
    wrong = ", ".join(sorted(path.stem for path in city.broken))
    yield Check(
        "city",
        not wrong,
        f"wrong: {wrong}" if wrong else f"{city.id}, {len(city.partners)} partners",
        "Run `hub partner check`." if wrong else None,
    )
    yield from _secrets(settings, city)


def _secrets(settings: Settings, city: City) -> Iterator[Check]:
    """Each active partner's variables are set; their values are not looked at.

    Those of the demo are no problem: nobody but `hub demo` can set them.
    """
    for partner in city.partners.values():
        if partner.status != "active":
            continue
        used = [partner.source, *(f.source for f in partner.feeds if f.source)]
        names = sorted({name for one in used for name in references_in(one)})
        unset = [name for name in names if settings.secret(name) is None]
        missing = [name for name in unset if not name.startswith(OF_THE_DEMO)]
        toys = [name for name in unset if name.startswith(OF_THE_DEMO)]
        found = [f"not set: {', '.join(missing)}"] if missing else []
        if toys:
            found.append(
                f"{', '.join(toys)}: set by `hub demo` itself while it runs; "
                "nothing to do"
            )
        yield Check(
            f"secrets of {partner.id}",
            not missing,
            "; ".join(found) or f"{len(names)} set",
            f"Set {', '.join(missing)} where the hub runs." if missing else None,
        )


def _reconciled(home: Path) -> Iterator[Check]:
    """How the feeds stood against their sources, where anybody has asked."""
    kept = list(last_results(home))
    wrong = [f"{one.partner}/{one.feed}" for one in kept if not one.ok]
    if kept:
        oldest = min(one.at for one in kept)
        said = f"{len(kept)} feeds since {oldest:%Y-%m-%d %H:%MZ}"
        yield Check(
            "reconciled",
            not wrong,
            f"{said}; not explained: {', '.join(wrong)}" if wrong else said,
            f"`hub reconcile {wrong[0]} --rows` names the rows." if wrong else None,
        )


def references_in(declared: BaseModel) -> Iterator[str]:
    """Names of the variables that a declaration refers to as `env:NAME`."""
    for name in type(declared).model_fields:
        value = getattr(declared, name)
        if isinstance(value, str) and is_reference(value):
            yield value.removeprefix("env:")
        elif hasattr(type(value), "model_fields"):
            yield from references_in(value)
