"""Servers that a partner drops files on: SFTP, FTP and S3 on the loopback interface.

What lives here: starting and stopping real ones over a folder, and what an FTP
server of a bad day does. What does not: any test, the hub.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

USER, PASSWORD = "district", "c4nary-p4ss"
_SSHD = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/own.pub
PidFile none
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp internal-sftp
LogLevel QUIET
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass(frozen=True)
class Sftp:
    """A running sshd that lets the current user in by key."""

    port: int
    folder: Path

    @property
    def key_file(self) -> Path:
        """Our private key."""
        return self.folder / "own"

    def known_hosts(self, key: str | None = None) -> Path:
        """A known-hosts file with the server's key, or with another one."""
        path = self.folder / ("known_hosts" if key is None else f"known_{key}")
        kind, text, *_ = (self.folder / f"{key or 'host'}.pub").read_text().split()
        path.write_text(f"[127.0.0.1]:{self.port} {kind} {text}\n")
        return path


@contextmanager
def sftp_server(folder: Path) -> Iterator[Sftp]:
    """OpenSSH's server as the current user; a skip where there is none."""
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if program is None:
        pytest.skip("no sshd here; it is in the package openssh-server")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where root's sshd shuts itself in
    for name in ("host", "own", "stranger"):
        made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(made, check=True)
    port = free_port()
    (folder / "sshd_config").write_text(_SSHD.format(port=port, folder=folder))
    command = [program, "-D", "-e", "-f", str(folder / "sshd_config")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _await(port, lambda: process.poll() is None)
            yield Sftp(port, folder)
        finally:
            process.terminate()


def _await(port: int, lives: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(200):
        if not lives():
            pytest.skip("sshd does not start here")
        with closing(socket.socket()) as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        pause.wait(0.05)
    pytest.fail("sshd does not answer")


@dataclass
class Ftp:
    """A running FTP server over a folder, and what it does wrong.

    Attributes:
        fault: name of the fault that the next download meets, then forgotten.
    """

    port: int
    root: Path
    fault: str | None = None
    commands: list[str] = field(default_factory=list)


class _Cut(io.BytesIO):
    """A file that breaks off in the middle."""

    name = "cut"

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        if not piece:
            raise OSError("the disk is gone")
        return piece


@contextmanager
def ftp_server(root: Path, *, names: str = "utf-8", mlsd: bool = True) -> Iterator[Ftp]:
    """An FTP server; a skip where its package is not installed.

    Args:
        root: the folder that a login sees as `/`.
        names: encoding of file names on the wire.
        mlsd: whether it can list in the form that machines read.
    """
    pytest.importorskip("pyftpdlib", reason="no pyftpdlib here: make blackbox")
    with warnings.catch_warnings():
        # It stands on a module that the next Python no longer has, and knows it.
        warnings.filterwarnings("ignore", ".*asyn(core|chat) module")
        from pyftpdlib.authorizers import DummyAuthorizer
        from pyftpdlib.filesystems import AbstractedFS
        from pyftpdlib.handlers import FTPHandler
        from pyftpdlib.servers import FTPServer

    told = Ftp(0, root)

    class Files(AbstractedFS):
        def open(self, filename: str, mode: str) -> Any:
            fault, told.fault = told.fault, None
            content = Path(filename).read_bytes()
            if fault == "grows":
                with Path(filename).open("ab") as file:
                    file.write(content)
            elif fault == "short":
                short = io.BytesIO(content[: len(content) // 2])
                short.name = filename
                return short
            elif fault == "breaks":
                return _Cut(content[: len(content) // 2])
            return super().open(filename, mode)

    class Handler(FTPHandler):
        abstracted_fs = Files
        encoding = names

        def pre_process_command(self, line: str, cmd: str, arg: str) -> None:
            told.commands.append(cmd)
            super().pre_process_command(line, cmd, arg)

    if not mlsd:
        Handler.proto_cmds = {
            name: about
            for name, about in FTPHandler.proto_cmds.items()
            if name not in {"MLSD", "MLST"}
        }
    Handler.authorizer = DummyAuthorizer()
    Handler.authorizer.add_user(USER, PASSWORD, str(root), perm="elr")
    server = FTPServer(("127.0.0.1", 0), Handler)
    told.port = server.address[1]
    going = threading.Event()
    going.set()

    def serve() -> None:
        while going.is_set():
            server.serve_forever(timeout=0.02, blocking=False)
        server.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield told
    finally:
        going.clear()
        thread.join()
