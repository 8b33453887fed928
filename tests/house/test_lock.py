"""The lock: pinned, hashed, complete, and within what pyproject.toml promises."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from support.source_tree import ROOT


class Pin(NamedTuple):
    """One entry of the lock."""

    name: str
    version: str
    hashes: tuple[str, ...]


def _entries() -> list[str]:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    joined = text.replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip()]


def _pins() -> dict[str, Pin]:
    pins: dict[str, Pin] = {}
    for entry in _entries():
        if entry.startswith("#"):
            continue
        first, *rest = entry.split()
        name, _, version = first.partition("==")
        assert version, f"not pinned: {first}"
        pins[canonicalize_name(name)] = Pin(name, version, tuple(rest))
    return pins


def _project() -> list[Requirement]:
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text())
    texts = [
        *tables["build-system"]["requires"],
        *tables["project"]["dependencies"],
        *tables["project"]["optional-dependencies"]["dev"],
    ]
    return [Requirement(text) for text in texts]


def _unmet(wanted: Requirement, pins: dict[str, Pin]) -> str | None:
    pin = pins.get(canonicalize_name(wanted.name))
    if pin is None:
        return f"{wanted} is not in the lock"
    if not wanted.specifier.contains(pin.version, prereleases=True):
        return f"{wanted} is locked at {pin.version}"
    return None


def test_every_entry_is_pinned_and_hashed() -> None:
    pins = _pins()

    loose = [
        pin.name
        for pin in pins.values()
        if not pin.hashes
        or not all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", h) for h in pin.hashes)
    ]

    assert len(pins) > 50
    assert not loose


def test_the_lock_names_no_index_and_no_address() -> None:
    entries = _entries()

    told = [entry[:60] for entry in entries if re.search(r"^-|://|^\.|^/", entry)]

    assert not told


def test_the_lock_keeps_what_pyproject_promises() -> None:
    pins = _pins()

    unmet = [said for wanted in _project() if (said := _unmet(wanted, pins))]

    assert not unmet


def test_the_lock_is_complete() -> None:
    """It is installed without resolving, so nothing may be missing from it."""
    pins = _pins()
    extras = {canonicalize_name(want.name): want.extras for want in _project()}

    unmet = []
    for name in pins:
        try:
            listed = requires(name) or []
        except PackageNotFoundError:
            pytest.fail(f"{name} is in the lock and not installed: run make install")
        for text in listed:
            wanted = Requirement(text)
            asked = [{"extra": extra} for extra in ("", *extras.get(name, ()))]
            if wanted.marker is None or any(map(wanted.marker.evaluate, asked)):
                said = _unmet(wanted, pins)
                unmet += [f"{name}: {said}"] if said else []

    assert not unmet
