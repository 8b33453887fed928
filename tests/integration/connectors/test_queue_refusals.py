"""A broker that says no, or nothing: in the hub's words, and without the password."""

from __future__ import annotations

import socket
import threading
from contextlib import closing

import pika
import pytest
from support.broker import Queue
from support.queue_reading import connector, fetch, queue_feed

from hub.errors import HubError, SourceRejected, SourceUnavailable

PASSWORD = "pa55-w0rd"


def failure(url: str, queue: str) -> HubError:
    one = queue_feed(queue)
    with pytest.raises(HubError) as caught, connector(url, one) as made:
        fetch(made, one)
    error = caught.value
    assert PASSWORD not in repr(error.as_dict())
    assert error.__cause__ is None
    assert (error.partner, error.feed) == ("qiaokou", "cases")
    return error


def test_a_queue_that_is_not_there_is_not_made(broker_url: str) -> None:
    first = failure(broker_url, "hub_test_nowhere")
    again = failure(broker_url, "hub_test_nowhere")

    assert isinstance(first, SourceRejected)
    assert "there is no such queue (404)" in first.sentence
    assert "hub_test_nowhere" in first.sentence
    assert again.sentence == first.sentence


def test_wrong_credentials_are_told(broker_url: str) -> None:
    url = broker_url.replace("guest:guest@", f"guest:{PASSWORD}@")

    error = failure(url, "any")

    assert isinstance(error, SourceRejected)
    assert "it refused our credentials" in error.sentence


def test_a_virtual_host_that_is_not_ours_is_told(broker_url: str) -> None:
    error = failure(broker_url.rpartition("/")[0] + "/nowhere", "any")

    assert isinstance(error, SourceRejected)
    assert "virtual host" in error.sentence


def test_a_queue_of_one_connection_is_told(broker_url: str) -> None:
    with closing(pika.BlockingConnection(pika.URLParameters(broker_url))) as other:
        name = other.channel().queue_declare("", exclusive=True).method.queue

        error = failure(broker_url, name)

    assert isinstance(error, SourceRejected)
    assert "holds the queue for itself (405)" in error.sentence


def test_another_exclusive_reader_is_told(queue: Queue) -> None:
    queue.channel.basic_consume(queue.name, lambda *_: None, exclusive=True)

    error = failure(queue.url, queue.name)

    assert isinstance(error, SourceRejected)
    assert "no other program uses it exclusively" in error.sentence


def test_nobody_there_may_pass(broker_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    error = failure(f"amqp://hub:{PASSWORD}@127.0.0.1:{port}/", "any")

    assert isinstance(error, SourceUnavailable)
    assert "nobody listens at its address" in error.sentence


def test_a_name_that_nobody_knows_may_pass() -> None:
    error = failure(f"amqp://hub:{PASSWORD}@broker.invalid/", "any")

    assert isinstance(error, SourceUnavailable)
    assert "its host name is not known" in error.sentence


def test_a_server_of_another_kind_is_told() -> None:
    def greet(listener: socket.socket) -> None:
        near, _ = listener.accept()
        with near:
            near.recv(8)
            near.sendall(b"AMQP\x00\x01\x00\x00")  # AMQP 1.0

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=greet, args=(listener,))
        thread.start()
        port = listener.getsockname()[1]
        error = failure(f"amqp://hub:{PASSWORD}@127.0.0.1:{port}/", "any")
        thread.join()

    assert isinstance(error, SourceRejected)
    assert "does not speak AMQP 0-9-1" in error.sentence
