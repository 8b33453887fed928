"""The offline bundle: one archive from which the hub is installed without an index.

What lives here: wheels of `deploy/requirements.lock` fetched by their hashes, the hub's
own wheel, the services' files, checksums, the archive. What does not: which packages
(`production.py`), installing (`offline/install.sh`).

    make bundle             dist/hub-bundle-<version>-<platform>.tar.gz
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
# Of the checkout only; a machine without internet builds no images.
LEFT_OUT = {"bundle.py", "production.py", "offline", "__pycache__", "requirements.lock"}
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
EPOCH = 1_577_836_800  # archives of the same files are the same archive


def bundle_name() -> str:
    """What the bundle is called: the hub's version, the machine, the Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    platform = sysconfig.get_platform().replace("-", "_")
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    return f"hub-bundle-{project['version']}-{platform}-{python}"


def gather(folder: Path) -> None:
    """Fill the bundle's folder."""
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    lock = DEPLOY / "requirements.lock"
    _run(
        *(*PIP, "download", "--require-hashes", "--no-deps", "--only-binary", ":all:"),
        *("--dest", str(wheels), "-r", str(lock)),
    )
    with tempfile.TemporaryDirectory() as scratch:
        source = _source(Path(scratch))
        own = ("wheel", "--no-deps", "--no-build-isolation", "--no-index")
        _run(*PIP, *own, "--wheel-dir", str(wheels), str(source))
    shutil.copy(lock, folder)
    shutil.copytree(DEPLOY / "offline", folder, dirs_exist_ok=True)
    ignored = shutil.ignore_patterns(*LEFT_OUT)
    shutil.copytree(DEPLOY, folder / "deploy", ignore=ignored)
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "CHANGELOG.md", folder / "docs")
    version = f"{sys.version_info.major}.{sys.version_info.minor}\n"
    (folder / "python-version").write_text(version, "utf-8")
    sums = "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )
    (folder / "SHA256SUMS").write_text(sums, "utf-8")


def _source(scratch: Path) -> Path:
    """A copy of the hub's source: building leaves folders where it is done."""
    shutil.copytree(
        ROOT / "hub", scratch / "hub", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, scratch)
    return scratch


def pack(folder: Path, archive: Path) -> None:
    """One archive of a folder; nothing in it says who made it, and when."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = EPOCH
        return entry

    archive.parent.mkdir(exist_ok=True)
    with (
        archive.open("wb") as out,
        # Wheels are compressed already.
        gzip.GzipFile(
            filename="", mode="wb", fileobj=out, compresslevel=1, mtime=0
        ) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as tar,
    ):
        tar.add(folder, folder.name, filter=plain)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)  # noqa: S603 (ours)


def main() -> int:
    """Make the bundle; its folder is the first argument, `dist` by default."""
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist"
    archive = where / f"{bundle_name()}.tar.gz"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / bundle_name()
        gather(folder)
        pack(folder, archive)
    size = archive.stat().st_size / 1_000_000
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    sys.stdout.write(f"{archive}  {size:.0f} MB\nSHA-256 {digest}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
