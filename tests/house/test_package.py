"""What is installed elsewhere: the wheel holds every file that the hub needs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from support.source_tree import HUB, ROOT, repository_files

BUILD = "import sys, setuptools.build_meta as b; b.build_wheel(sys.argv[1])"


def test_the_wheel_holds_every_file_of_the_hub(tmp_path: Path) -> None:
    shipped = [path for path in repository_files() if HUB in path.parents]
    for path in [*shipped, ROOT / "pyproject.toml", ROOT / "README.md"]:
        copy = tmp_path / "house" / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)

    subprocess.run(
        [sys.executable, "-c", BUILD, str(tmp_path)],
        cwd=tmp_path / "house",
        check=True,
        capture_output=True,
    )

    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {path.relative_to(ROOT).as_posix() for path in shipped}
    assert not wanted - held
