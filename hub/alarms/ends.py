"""A08 and A09: certificates, keys and tokens that end soon.

What lives here: what partner files and consumers have that ends. A server's certificate
is looked at once a day and remembered. What does not: reading certificates
(`certificates`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import httpx

from hub.alarms.certificates import first_end, token_end
from hub.alarms.sight import Sight
from hub.errors import HubError
from hub.partners.secrets import resolve
from hub.partners.spec import Partner, Source
from hub.storage.alarms import Cause, Value
from hub.storage.consumer_keys import ConsumerKeys
from hub.storage.consumers import Consumers

LOOK_AGAIN = timedelta(days=1)
LOOKS = 4  # servers that one check asks at most: each may keep it waiting
HTTPS = 443
DAY = timedelta(days=1)


def certificates(sight: Sight) -> Iterator[Cause]:
    """Certificates of connections that end within the declared days (A08)."""
    looks = iter(range(LOOKS))
    for partner, where, source in _sources(sight):
        for name, what in (("cert", "client certificate 本方证书"),
                           ("ca", "authority 信任的根证书")):  # fmt: skip
            end = _file_end(sight, partner, getattr(source.tls, name, None))
            yield from _ending(sight, "A08", end, what, partner.id, f"{where}{name}")
        if source.connector == "rest" and source.base_url:
            end, host = _server_end(sight, partner, source.base_url, looks)
            what = f"server certificate 服务端证书 {host}"
            yield from _ending(sight, "A08", end, what, partner.id, host)


def keys(sight: Sight) -> Iterator[Cause]:
    """Tokens towards partners and keys of consumers that end soon (A09)."""
    for partner, where, source in _sources(sight):
        auth = source.auth
        if auth.expires_on is not None:
            end: datetime | None = datetime.combine(
                auth.expires_on + DAY, time(), sight.zone
            )
        else:
            token = _secret(sight, partner, auth.token)
            end = token_end(token) if token else None
        what = f"{auth.kind} credentials 接入凭据"
        yield from _ending(sight, "A09", end, what, partner.id, f"{where}auth")
    engine = sight.house.control.engine
    for consumer in Consumers(engine).all():
        if consumer.state(sight.now) != "active":
            continue
        own = ConsumerKeys(engine).of(consumer.id)
        ends = [one.valid_until for one in own if one.revoked_at is None]
        if ends and None not in ends:
            end = max(one for one in ends if one is not None)
            # Who let a key end long ago has gone: that is nothing to be told daily.
            if sight.now - end > timedelta(days=sight.declared.end_days):
                continue
            what = f"key of consumer 使用方密钥 {consumer.id}"
            yield from _ending(sight, "A09", end, what, "", f"consumer/{consumer.id}")


def _ending(
    sight: Sight, rule: str, end: datetime | None, what: str, partner: str, subject: str
) -> Iterator[Cause]:
    if end is None:
        return
    left = end - sight.now
    if left < timedelta(days=sight.declared.end_days):
        seen: dict[str, Value] = {
            "what": what,
            "end": sight.local(end),
            "days": left // DAY,
        }
        yield Cause(rule=rule, partner=partner, subject=subject, seen=seen)


def _sources(sight: Sight) -> Iterator[tuple[Partner, str, Source]]:
    """Every connection of active partners, each with a word for its feed."""
    for partner in sight.house.city.partners.values():
        if partner.status != "active":
            continue
        yield partner, "", partner.source
        for feed in partner.feeds:
            if feed.source is not None:
                yield partner, f"{feed.name}/", feed.source


def _secret(sight: Sight, partner: Partner, text: str | None) -> str | None:
    """The value behind a reference; None where it is not set: the feed tells so."""
    if text is None:
        return None
    try:
        return resolve(sight.house.settings, text, partner=partner.id)
    except HubError:
        return None


def _file_end(sight: Sight, partner: Partner, text: str | None) -> datetime | None:
    path = _secret(sight, partner, text)
    if path is None:
        return None
    try:
        return first_end(Path(path).read_bytes())
    except OSError:
        return None


def _server_end(
    sight: Sight, partner: Partner, text: str, looks: Iterator[int]
) -> tuple[datetime | None, str]:
    """When the certificate of an address ends, as last seen; None: nobody knows."""
    address = _secret(sight, partner, text)
    url = httpx.URL(address) if address else None
    if url is None or url.scheme != "https":
        return None, ""
    host = f"{url.host}:{url.port or HTTPS}"
    name = f"certificate/{host}"
    known = sight.store.fact(name)
    is_old = known is None or sight.now - known[1] >= LOOK_AGAIN
    if is_old and next(looks, None) is not None:
        seen: str | None = None
        try:
            seen = sight.senses.server_end(url.host, url.port or HTTPS).isoformat()
        except OSError:
            # Nobody answers: what was seen before still holds, and is asked for again.
            seen = known[0] if known else None
        sight.store.keep_fact(name, seen, at=sight.now)
        known = (seen, sight.now)
    if known is None or known[0] is None:
        return None, host
    return datetime.fromisoformat(known[0]).astimezone(UTC), host
