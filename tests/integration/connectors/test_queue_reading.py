"""What lands of messages, and how many of them are under way, on a RabbitMQ."""

from __future__ import annotations

import gzip

import pytest
from support.broker import Queue
from support.queue_reading import ANY, broken, connector, fetch, queue_feed, rows

from hub.connectors import messages

TOTAL, BATCH = 20_000, 5_000


def test_twenty_thousand_messages_pass_a_bounded_number_at_a_time(queue: Queue) -> None:
    queue.send_many({"id": str(n), "text": "x" * 1000} for n in range(TOTAL))
    one = queue_feed(queue.name, read={"max_messages": BATCH})
    seen: list[tuple[str | None, ...]] = []
    confirmed = 0
    with connector(queue.url, one) as made:
        planned = list(made.deliveries(one, since=None, until=None, seen=_never))
        for delivery in planned:
            for part in made.read(one, delivery, sweep_keys=None):
                assert len(part.body) < 9 << 20  # type: ignore[arg-type]
                seen += rows([part], "id")
                assert TOTAL - confirmed - queue.count() <= BATCH
            made.landed(one, delivery)
            confirmed = len(seen)

    assert len(planned) == TOTAL / BATCH
    assert seen == [(str(n),) for n in range(TOTAL)]
    assert queue.count() == 0


def _never(_name: str, _content: str | None) -> bool:
    return False


@pytest.mark.parametrize("queue", ["classic", "quorum"], indirect=True)
def test_nothing_is_gone_before_it_is_confirmed(queue: Queue) -> None:
    for number in range(7):
        queue.send({"id": number})
    one = queue_feed(queue.name, read={"max_messages": 5})
    with connector(queue.url, one) as made:
        first = list(made.read(one, ANY, sweep_keys=None))
        assert queue.settle(2)
    assert queue.settle(7)

    with connector(queue.url, one) as made:
        again = fetch(made, one)
        rest = fetch(made, one)

    assert rows(first, "id") == rows(again, "id") == [(str(n),) for n in range(5)]
    assert rows(rest, "id") == [("5",), ("6",)]
    assert queue.count() == 0


def test_a_reading_that_is_given_up_sends_its_messages_back(queue: Queue) -> None:
    queue.send({"id": 1})
    one = queue_feed(queue.name)
    with connector(queue.url, one) as made:
        reading = made.read(one, ANY, sweep_keys=None)
        next(reading)
        reading.close()  # type: ignore[attr-defined]
        assert queue.settle(1)


def test_what_the_sender_wrote_joins_every_row(queue: Queue) -> None:
    queue.send(
        {"data": [{"id": 1}, {"id": 2, "@type": "own"}]},
        message_id="m1",
        timestamp=1_790_000_000,
        type="case",
        headers={"area.code": "420102", "x-delivery-count": 3, "n": 19},
    )
    one = queue_feed(queue.name, read={"records": "data"})
    with connector(queue.url, one) as made:
        parts = fetch(made, one)

    names = ("id", "@message_id", "@timestamp", "@type", "@headers.area.code")
    written = ("m1", "1790000000", "case", "420102")
    assert rows(parts, *names) == [("1", *written), ("2", *written)]
    assert rows(parts, "@headers.x-delivery-count", "@headers.n")[0] == (None, "19")


def test_xml_is_read_where_its_rows_stand(queue: Queue) -> None:
    queue.send('<a><c id="1"><no>甲</no></c><c id="2"/></a>'.encode(), message_id="m")
    head = '<?xml version="1.0" encoding="GBK"?>'
    queue.send(f"{head}<a><c id='3'><no>乙</no></c></a>".encode("gbk"))
    queue.send(b"<a><c>")
    queue.send(b"<!DOCTYPE a><a><c id='4'/></a>")
    queue.send(b"<b/>")
    one = queue_feed(queue.name, read={"format": "xml", "records": "a.c"})
    with connector(queue.url, one) as made:
        parts = fetch(made, one)

    expected = [("1", "甲", "m"), ("2", None, "m"), ("3", "乙", None)]
    assert rows(parts, "@id", "no", "@message_id") == expected
    assert [rule for rule, _ in broken(parts)] == ["P40"] * 3


def test_bodies_in_any_bytes_land_as_they_came(queue: Queue) -> None:
    queue.send('{"id": "路长"}'.encode("gb18030"))
    queue.send(gzip.compress(b'{"id": "packed"}'), content_encoding="gzip")
    queue.send(b'{"id": "not packed"}', content_encoding="gzip")
    queue.send(b"\xff\xfe\xff")
    queue.send(b"")
    queue.send(b"null")
    queue.send('\ufeff{"id": "marked"}'.encode())
    one = queue_feed(queue.name)
    with connector(queue.url, one) as made:
        parts = fetch(made, one)

    ids = [("路长",), ("packed",), ("not packed",), ("marked",)]
    assert rows(parts, "id") == ids
    assert [rule for rule, _ in broken(parts)] == ["P40", "P40", "P09"]


def test_a_large_message_is_kept_and_not_read(queue: Queue) -> None:
    large = b'{"id": "' + b"x" * (1 << 20) + b'"}'
    bomb = gzip.compress(b" " * (2 << 20))
    queue.send({"id": "before"})
    queue.send(large, message_id="m2")
    queue.send(bomb, message_id="m3", content_encoding="gzip")
    queue.send({"id": "after"})
    one = queue_feed(queue.name)
    with connector(queue.url, one) as made:
        parts = fetch(made, one)

    assert rows(parts, "id") == [("before",), ("after",)]
    assert [part.meta.sequence for part in parts] == [0, 1, 2, 3]
    assert [parts[1].body, parts[2].body] == [large, bomb]
    told = broken(parts)
    assert [rule for rule, _ in told] == ["P41", "P41"]
    assert '"message_id":"m2"' in told[0][1]
    assert str(len(large)) in told[0][1]
    assert queue.count() == 0


def test_what_must_never_be_kept_is_cut_before_landing(queue: Queue) -> None:
    queue.send({"id": 1.10, "pw": "s3cret"}, headers={"key": "s3cret"})
    queue.send(b'{"pw": "s3cret", broken')
    queue.send(b'{"pw": "s3cret", "x": "' + b"x" * (1 << 20) + b'"}')
    never = ("pw", "@headers.key")
    one = queue_feed(queue.name, never_land=never)
    with connector(queue.url, one) as made:
        parts = fetch(made, one)

    assert not [part for part in parts if b"s3cret" in part.body]  # type: ignore[operator]
    assert not [part for part in parts if "s3cret" in part.meta.as_json()]
    assert parts[0].meta.cut == {"pw": 1, "@headers.key": 1}
    assert rows(parts, "id") == [("1.1",)]
    assert [rule for rule, _ in broken(parts)] == ["P40", "P41"]


def test_a_queue_that_is_deleted_meanwhile_gives_what_had_come(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "PART_BYTES", 1)  # a part per message
    for number in range(3):
        queue.send({"id": number})
    one = queue_feed(queue.name)
    with connector(queue.url, one) as made:
        reading = made.read(one, ANY, sweep_keys=None)
        parts = [next(reading)]
        queue.channel.queue_delete(queue.name)
        parts += reading
        made.landed(one, ANY)

    assert rows(parts, "id")[0] == ("0",)
