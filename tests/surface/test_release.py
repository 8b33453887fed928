"""Releases as somebody outside meets them: checked alone, taken back, pruned."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from support.file_city import FileCity


def test_a_consumer_checks_a_release_with_the_script_alone(
    delivered, tmp_path: Path
) -> None:
    """Figures and their rows are part of a release: their digests come out too."""
    script = tmp_path / "verify_release.py"
    told = delivered.city.hub("release", "script", str(script), "--json")
    assert told.code == 0, told
    home = delivered.city.folder / "home"
    (key,) = (home / "releases").glob("key-*.pub")

    done = subprocess.run(
        [
            *(sys.executable, "-I", str(script)),
            str(home / "releases" / "r000001.json"),
            *("--key", str(key), "--lake", str(home / "lake"), "--all"),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("r000001 of small is what was published at 2026-")
    assert told.json["bytes"] == script.stat().st_size


def test_a_recalled_release_is_told_and_not_handed_out(
    city: FileCity, tmp_path: Path
) -> None:
    args = ("release", "recall", "r000001", "--reason", "误发", "--author", "张三")
    gone = city.hub(*args, "--json")
    file = tmp_path / "issues.csv"
    export = ("dataset", "export", "issue", str(file), "--release", "r000001")
    refused = city.hub(*export, "--json")

    assert gone.json["recalled"]["reason"] == "误发"
    assert (refused.code, refused.error["code"]) == (1, "release_gone")
    assert "误发" in refused.error["message"]
    assert not file.exists()
