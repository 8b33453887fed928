"""Where the hub runs: one frozen value made from the environment.

What lives here: the only reader of the environment. Everything else is handed
a `Settings`. Secrets are read through `Settings.secret`, late and by name, so
that no object ever holds one. What does not: anything about a city or partner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The hub's surroundings; `HUB_` variables fill it, arguments win.

    `now` fixes the hub's clock (tests, the demo, a rebuild of an old day). `log` asks
    for a line per event on standard error, in words or as JSON; without it a person
    is shown the progress, and only what went wrong as a line. `history_days` says how
    long Dagster's runs and their events are kept; the ledger is kept for ever.
    `automation` says whether schedules and sensors of a fresh Dagster home begin
    switched on; whoever switches one in the UI is obeyed from then on.
    `dagster_database_url` keeps Dagster's records in PostgreSQL; Dagster itself reads
    the same variable, so it counts where Dagster runs.
    """

    model_config = SettingsConfigDict(env_prefix="HUB_", frozen=True, extra="ignore")

    home: Path = Field(default=Path(".hub"))
    city: str = "wuhan"
    database_url: str | None = None
    dagster_database_url: str | None = Field(default=None, repr=False)
    lake_url: str | None = None
    warehouse_url: str | None = None
    now: AwareDatetime | None = None
    automation: bool = True
    log: Literal["text", "json"] | None = None
    history_days: int = Field(default=90, ge=1)
    environment: Mapping[str, str] | None = Field(default=None, repr=False)

    def clock(self) -> datetime:
        """The present instant in UTC, or the fixed one."""
        return self.now.astimezone(UTC) if self.now else datetime.now(UTC)

    def secret(self, name: str) -> str | None:
        """The value of one environment variable, never kept."""
        import os

        source = os.environ if self.environment is None else self.environment
        return source.get(name) or None

    @property
    def control_url(self) -> str:
        """SQLAlchemy URL of the control database; SQLite in the home by default."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{self.home.absolute() / 'control.db'}"

    @property
    def warehouse(self) -> str:
        """SQLAlchemy URL of the warehouse; SQLite in the home by default."""
        if self.warehouse_url:
            return self.warehouse_url
        return f"sqlite:///{self.home.absolute() / 'warehouse.sqlite'}"

    @property
    def lake_root(self) -> Path:
        """Folder of the lake."""
        if self.lake_url:
            return Path(self.lake_url.removeprefix("file://"))
        return self.home.absolute() / "lake"


class ServeSettings(BaseSettings):
    """How `hub serve` serves; it hands this to processes of its own as `HUB_SERVE_`."""

    model_config = SettingsConfigDict(env_prefix="HUB_SERVE_", frozen=True)

    per_minute: int = 1200
    at_once: int = 100

    def variables(self) -> dict[str, str]:
        """The environment of a process that is to serve so."""
        told = self.model_dump()
        return {f"HUB_SERVE_{name.upper()}": str(told[name]) for name in told}


@contextmanager
def lent(environment: Mapping[str, str]) -> Iterator[None]:
    """Variables that this process has for the length of a block, and not after."""
    import os

    before = dict(os.environ)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
