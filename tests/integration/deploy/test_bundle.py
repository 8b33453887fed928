"""The offline bundle installs and works where there is no index and no network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.closed_network import closed
from support.source_tree import ROOT
from support.thorough import large

# Three gigabytes are written and read: `make try-bundle` does it.
pytestmark = large
DEMO = "hub demo --issues 120 --days 1 --home home --json"
# In one network, so that its kernel counts what any of them sent outward.
WHOLE = f"""
sh "$1/install.sh" installed "$2" && PATH="$PWD/installed/bin:/usr/bin:/bin" &&
hub --version && {DEMO} > demo.json && cat /proc/net/snmp
"""


@pytest.fixture(scope="module")
def room() -> Iterator[Path]:
    """A folder that is gone afterwards: two gigabytes are not kept for three runs."""
    with tempfile.TemporaryDirectory(prefix="hub-bundle-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def bundle(room: Path) -> Path:
    """The bundle, made as `make bundle` makes it and taken out of its archive."""
    closed(["true"])
    made = subprocess.run(
        [sys.executable, ROOT / "deploy" / "bundle.py", room / "dist"],
        capture_output=True,
        text=True,
    )
    if "No matching distribution" in made.stderr or "Connection" in made.stderr:
        pytest.skip(f"the locked wheels cannot be had: {made.stderr[-200:]}")
    assert made.returncode == 0, made.stderr
    (archive,) = (room / "dist").glob("hub-bundle-*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(room, filter="data")
    assert archive.name.removesuffix(".tar.gz") in made.stdout
    archive.unlink()
    (folder,) = room.glob("hub-bundle-*/")
    return folder


def run_in(room: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command without a way out and without this machine's settings."""
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(room), "LC_ALL": "C.UTF-8"}
    bare["PIP_NO_COMPILE"] = "1"  # a third of the time, and pip's own affair
    return subprocess.run(
        closed(command),
        cwd=room,
        env=bare | {"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=900,
    )


def test_the_bundle_installs_without_index_and_runs_a_demo(
    bundle: Path, room: Path
) -> None:
    command = ["sh", "-c", WHOLE, "sh", str(bundle), sys.executable]

    done = run_in(room, command)

    assert done.returncode == 0, (done.stdout[-2000:], done.stderr[-2000:])
    assert re.search(r"^hub \d+\.\d+", done.stdout, re.M)
    assert "No broken requirements found" in done.stdout
    demo = (room / "demo.json").read_text("utf-8")
    assert '"release"' in demo
    names, counts = re.findall(r"^Ip: (.*)$", done.stdout, re.M)
    assert dict(zip(names.split(), counts.split(), strict=True))["OutNoRoutes"] == "0"
    installed = room / "installed"
    for service in ("dagster", "dagster-daemon", "dagster-webserver", "hub"):
        assert (installed / "bin" / service).exists()
    assert (installed / "deploy" / "workspace.yaml").exists()
    assert not list(installed.glob("lib/*/site-packages/pytest"))
    # Every process would otherwise compile the hub anew.
    assert "compile" not in (bundle / "install.sh").read_text("utf-8")


def test_the_bundle_holds_both_languages_and_no_checkout(bundle: Path) -> None:
    (own,) = (bundle / "wheels").glob("city_hub-*.whl")
    names = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*")}
    sums = (bundle / "SHA256SUMS").read_text("utf-8")

    assert {"README.md", "README.zh-CN.md", "install.sh", "requirements.lock"} <= names
    assert {"deploy/compose.yaml", "deploy/.env.example", "deploy/systemd"} <= names
    assert not [name for name in names if name.startswith(("deploy/bundle", "tests"))]
    assert sums.count(".whl\n") == len(list((bundle / "wheels").iterdir()))
    assert "hub/assets/workspace.yaml" in zipfile.ZipFile(own).namelist()


def test_a_damaged_bundle_is_not_installed(bundle: Path, room: Path) -> None:
    damaged = room / "damaged"
    shutil.copytree(bundle, damaged, ignore=shutil.ignore_patterns("wheels"))
    (damaged / "wheels").symlink_to(bundle / "wheels")
    (damaged / "requirements.lock").write_text("", "utf-8")

    done = run_in(room, ["sh", str(damaged / "install.sh"), "never", sys.executable])

    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert "请重新拷贝" in done.stderr
    assert not (room / "never").exists()
