"""What `hub doctor` says of the secrets of partners."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from pydantic import BaseModel

from hub.cli.checks import Check, _secrets
from hub.partners.city import City
from hub.settings import Settings


class Source(BaseModel):
    """As much of a declaration as the check looks at."""

    url: str
    token: str


def looked_at(source: Source) -> Check:
    partner = SimpleNamespace(id="platform", status="active", source=source, feeds=())
    city = cast(City, SimpleNamespace(partners={"platform": partner}))
    (found,) = _secrets(Settings(), city)
    return found


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HUB_DEMO_TOY_URL", "HUB_DEMO_TOY_TOKEN", "OWN_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def test_what_only_the_demo_sets_is_no_problem() -> None:
    found = looked_at(
        Source(url="env:HUB_DEMO_TOY_URL", token="env:HUB_DEMO_TOY_TOKEN")
    )

    assert (found.ok, found.next_step) == (True, None)
    assert found.found == (
        "HUB_DEMO_TOY_TOKEN, HUB_DEMO_TOY_URL: set by `hub demo` itself while it "
        "runs; nothing to do"
    )


def test_another_missing_secret_stays_a_problem() -> None:
    found = looked_at(Source(url="env:HUB_DEMO_TOY_URL", token="env:OWN_TOKEN"))

    assert not found.ok
    assert found.found.startswith("not set: OWN_TOKEN; HUB_DEMO_TOY_URL: set by")
    assert found.next_step == "Set OWN_TOKEN where the hub runs."


def test_what_is_set_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWN_TOKEN", "x")

    found = looked_at(Source(url="http://127.0.0.1", token="env:OWN_TOKEN"))

    assert (found.ok, found.found) == (True, "1 set")
