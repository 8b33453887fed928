"""amqps:// is verified: an authority we trust, or no connection at all."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
from support.broker import Queue, Wire
from support.queue_reading import connector, fetch, queue_feed, rows

from hub.errors import SourceUnavailable


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and self-signed certificate of 127.0.0.1, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here to make a certificate with")
    path = tmp_path / "broker.pem"
    subject = ["-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [
            openssl,
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *subject,
            *("-keyout", str(tmp_path / "key.pem"), "-out", str(path)),
        ],
        check=True,
        capture_output=True,
    )
    path.write_text((tmp_path / "key.pem").read_text() + path.read_text())
    return path


@pytest.fixture
def spoken(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_trusted_broker_is_read_over_tls(
    queue: Queue,
    certificate: Path,
    spoken: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    queue.send({"id": 1})
    one = queue_feed(queue.name)
    with Wire(queue.url, tls=spoken) as wire, connector(wire.url, one) as made:
        assert wire.url.startswith("amqps://")
        assert rows(fetch(made, one), "id") == [("1",)]

    assert queue.count() == 0


def test_a_certificate_of_nobody_is_refused(
    queue: Queue, spoken: ssl.SSLContext
) -> None:
    one = queue_feed(queue.name)
    with (
        Wire(queue.url, tls=spoken) as wire,
        pytest.raises(SourceUnavailable, match="not one we trust") as caught,
        connector(wire.url, one) as made,
    ):
        fetch(made, one)

    assert "guest" not in caught.value.sentence
