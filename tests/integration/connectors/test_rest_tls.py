"""TLS with an authority of our own: who may vouch for whom."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
from support.certificates import Authority, Pair
from support.declared import feed, partner
from support.partner_server import PartnerServer, Reply, serve
from support.rest_partner import ALL, NOW, ROWS, ids

from hub.connectors.rest import RestConnector
from hub.errors import (
    DeclarationError,
    SecretMissing,
    SourceRejected,
    SourceUnavailable,
)
from hub.settings import Settings

FEED = feed(read={"path": "/cases"})
TLS = {"cert": "env:CERT", "key": "env:CERT_KEY", "ca": "env:CA"}


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def paths(authority: Authority, pair: Pair, **more: str) -> dict[str, str]:
    own = {"CERT": str(pair.cert), "CERT_KEY": str(pair.key)}
    return own | {"CA": str(authority.path)} | more


def take(
    server: PartnerServer, environment: dict[str, str], tls: dict[str, Any] | None
) -> list[str]:
    source = {"connector": "rest", "base_url": server.url, "limits": {"attempts": 1}}
    declared = partner(source | ({"tls": tls} if tls else {}), FEED)
    settings = Settings(now=NOW, environment=environment)
    with RestConnector(declared, settings, sleep=lambda _: None) as one:
        return ids(list(one.read(FEED, ALL, sweep_keys=None)))


@pytest.mark.parametrize("password", [None, "t0p-secret"])
def test_both_sides_show_a_certificate(
    authority: Authority, password: str | None
) -> None:
    context = authority.server(authority.issue("partner"), wants_client=True)
    environment = paths(authority, authority.issue("hub", password=password))
    tls: dict[str, Any] = dict(TLS)
    if password:
        environment["PW"], tls["password"] = password, "env:PW"

    with serve(lambda _: Reply(ROWS[:1]), context=context) as server:
        assert take(server, environment, tls) == ["0"]


def test_the_key_may_stand_in_the_file_of_the_certificate(authority: Authority) -> None:
    context = authority.server(authority.issue("partner"), wants_client=True)
    pair = authority.issue("hub")
    pair.cert.write_bytes(pair.cert.read_bytes() + pair.key.read_bytes())

    with serve(lambda _: Reply(ROWS[:1]), context=context) as server:
        tls = {"cert": "env:CERT", "ca": "env:CA"}
        assert take(server, paths(authority, pair), tls) == ["0"]


@pytest.mark.parametrize("shown", ["none", "foreign", "expired"])
def test_a_partner_that_wants_another_certificate_of_ours(
    authority: Authority, tmp_path: Path, shown: str
) -> None:
    context = authority.server(authority.issue("partner"), wants_client=True)
    # TLS 1.3 looks at our certificate after the handshake; then the refusal may be
    # overtaken by the end of the connection, which counts as one that may pass.
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    foreign = Authority(tmp_path, "other").issue("stranger")
    old = authority.issue("old", days=-1)
    environment = paths(authority, old if shown == "expired" else foreign)
    tls = {"ca": "env:CA"} if shown == "none" else TLS

    with (
        serve(lambda _: Reply([]), context=context) as server,
        pytest.raises(SourceRejected, match="wants another cert") as failed,
    ):
        take(server, environment, tls)

    assert server.requests == []
    assert "tls of [source]" in str(failed.value)
    assert str(tmp_path) not in str(failed.value)


@pytest.mark.parametrize("fault", ["unknown authority", "expired", "other name"])
def test_a_partner_that_nobody_vouches_for_is_not_asked(
    authority: Authority, tmp_path: Path, fault: str
) -> None:
    pair = authority.issue("partner", days=-1 if fault == "expired" else 1)
    tls = {"ca": "env:CA"} if fault != "unknown authority" else None

    with serve(lambda _: Reply([]), context=authority.server(pair)) as server:
        if fault == "other name":
            server.url = server.url.replace("127.0.0.1", "localhost")
        with pytest.raises(SourceRejected, match="not to be trusted") as failed:
            take(server, paths(authority, pair), tls)

    assert server.requests == []
    assert "tls of [source]" in str(failed.value)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_versions_of_tls_are_not_spoken(authority: Authority) -> None:
    context = authority.server(authority.issue("partner"))
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1

    with (
        serve(lambda _: Reply([]), context=context) as server,
        pytest.raises((SourceRejected, SourceUnavailable)),
    ):
        take(server, {"CA": str(authority.path)}, {"ca": "env:CA"})

    assert server.requests == []


def test_a_link_or_redirect_from_https_down_to_http_is_refused(
    authority: Authority,
) -> None:
    context = authority.server(authority.issue("partner"))
    with serve(lambda _: Reply([])) as plain:
        moved = Reply(status=301, headers={"Location": f"{plain.url}/cases"})
        with (
            serve(lambda _: moved, context=context) as server,
            pytest.raises(SourceRejected, match="from https down to http"),
        ):
            take(server, {"CA": str(authority.path)}, {"ca": "env:CA"})

    assert plain.requests == []


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"CERT": "/nowhere/hub.pem"}, "cert in .source. tls names no file"),
        ({"CA": "{key}"}, "ca in .source. tls holds no PEM certificate"),
        ({"CERT_KEY": "{other}"}, "cert in .source. tls and its key do not fit"),
        ({"CERT_KEY": "{locked}"}, "or the password is wrong"),
    ],
)
def test_files_that_do_not_fit_are_said_before_anything_is_sent(
    authority: Authority, change: dict[str, str], seen: str
) -> None:
    pair = authority.issue("hub")
    files = {
        "key": str(pair.key),
        "other": str(authority.issue("other").key),
        "locked": str(authority.issue("locked", password="t0p-secret").key),
    }
    changed = {name: path.format(**files) for name, path in change.items()}

    with (
        serve(lambda _: Reply([])) as server,
        pytest.raises(DeclarationError, match=seen) as failed,
    ):
        take(server, paths(authority, pair) | changed, TLS)

    assert not isinstance(failed.value, SecretMissing)
    assert not any(path in str(failed.value) for path in changed.values())
