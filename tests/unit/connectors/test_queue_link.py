"""Where a declaration leads, without going there."""

from __future__ import annotations

import ssl
from typing import Any

import pytest
from support.declared import feed, partner

from hub.connectors.queue_link import parameters_of
from hub.errors import DeclarationError, SecretMissing
from hub.settings import Settings


def parameters(url: str, **source: Any) -> Any:
    surroundings = {"BROKER": url, "WORD": "p/s:w@rd"}
    given = {"connector": "queue", "url": "env:BROKER"} | source
    settings = Settings(environment=surroundings)
    return parameters_of(partner(given, feed()), settings)


@pytest.mark.parametrize(
    ("url", "host", "port", "virtual_host", "user"),
    [
        ("amqp://broker", "broker", 5672, "/", "guest"),
        ("amqp://broker/", "broker", 5672, "/", "guest"),
        ("amqp://broker/%2F", "broker", 5672, "/", "guest"),
        ("amqp://hub@broker:7/cg%2Fa", "broker", 7, "cg/a", "hub"),
        ("amqps://h%40b:x@10.0.0.9/cg", "10.0.0.9", 5671, "cg", "h@b"),
        ("amqp://[::1]:9/cg", "::1", 9, "cg", "guest"),
    ],
)
def test_an_address_is_taken_apart(
    url: str, host: str, port: int, virtual_host: str, user: str
) -> None:
    found = parameters(url)

    assert (found.host, found.port, found.virtual_host) == (host, port, virtual_host)
    assert found.credentials.username == user


def test_credentials_may_stand_beside_the_address() -> None:
    auth = {"kind": "basic", "username": "hub", "password": "env:WORD"}

    found = parameters("amqp://broker", auth=auth)

    assert found.credentials.username == "hub"
    assert found.credentials.password == "p/s:w@rd"


def test_tls_is_verified_and_names_its_host() -> None:
    found = parameters("amqps://broker/cg").ssl_options

    assert found.context.verify_mode == ssl.CERT_REQUIRED
    assert found.context.check_hostname
    assert found.server_hostname == "broker"
    assert parameters("amqp://broker/cg").ssl_options is None


@pytest.mark.parametrize(
    "url", ["http://broker", "amqp://", "broker", "amqp://u:s3cret@broker:port/"]
)
def test_what_is_no_address_is_not_quoted(url: str) -> None:
    with pytest.raises(DeclarationError, match="no url of a broker") as caught:
        parameters(url)

    assert "s3cret" not in repr(caught.value.as_dict())
    assert caught.value.__cause__ is None


def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(SecretMissing, match="BROKER"):
        parameters("")
