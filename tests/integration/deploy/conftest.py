"""Production's services in a closed network, looked at once for several tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from support.closed_network import closed
from support.databases import postgres_database
from support.made_once import made_once
from support.own_postgres import own_postgres
from support.seen_pages import browser_path
from support.source_tree import ROOT

from hub.assets.instance import DRIVER


@pytest.fixture(scope="session")
def closed_services(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `support.closed_services` told of them."""
    browser_path()
    closed(["true"])
    folder = made_once(tmp_path_factory, "closed_services", _look)
    return dict(json.loads((folder / "told.json").read_text("utf-8")))


def _look(folder: Path) -> None:
    # A socket in a folder is reached from a network of its own; a port would not be.
    with (
        own_postgres(folder / "postgres") as server,
        postgres_database(server.get_uri()) as database,
        postgres_database(server.get_uri()) as records,
    ):
        address = sa.make_url(records).set(drivername=DRIVER)
        done = subprocess.run(
            closed(
                [
                    *(sys.executable, "-m", "support.closed_services", folder),
                    *(database, address.render_as_string(hide_password=False)),
                ]
            ),
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
            capture_output=True,
            text=True,
        )
    logs = {path.name: path.read_text("utf-8") for path in folder.glob("*.log")}
    assert done.returncode == 0, (done.stderr, logs)
    told = folder / "told.json"
    told.write_text(json.dumps(json.loads(told.read_text("utf-8")) | {"logs": logs}))
