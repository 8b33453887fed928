"""Keys of consumers: made once, shown once, kept as a salted digest only.

What lives here: making a key, finding the kept key that somebody presents, rotation
with an overlap, revocation. A key is `hub_<prefix>_<secret>`: the prefix finds the row
and tells nothing, the secret is 256 random bits as base64url. The row keeps a salt of
its own and HMAC-SHA256(salt, whole key). What does not: what a key opens
(`hub.sharing`).
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from hub.errors import MisuseError
from hub.storage.consumer_tables import CONSUMER_KEY
from hub.storage.desk import Desk
from hub.storage.span import Given

SECRET_BYTES = 32
SALT_BYTES = 16
PREFIX_BYTES = 6
SHAPE = re.compile(r"hub_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
NOBODY = ("00" * SALT_BYTES, "00" * 32)


@dataclass(frozen=True, kw_only=True)
class ConsumerKey(Given):
    """A key as it is kept; the key itself cannot be had from it.

    Attributes:
        number: counted up over all consumers.
        consumer: whose it is.
        prefix: 12 hex digits by which people and logs name the key.
        salt, digest: hex; never shown.
    """

    number: int
    consumer: str
    prefix: str
    salt: str = field(repr=False)
    digest: str = field(repr=False)


class ConsumerKeys(Desk):
    """The keys of one control database."""

    def make(
        self,
        consumer: str,
        *,
        by: str,
        at: datetime,
        until: datetime | None = None,
        conn: sa.Connection | None = None,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> tuple[str, ConsumerKey]:
        """A new key, to be shown this once, and what is kept of it."""
        prefix = random(PREFIX_BYTES).hex()
        key = f"hub_{prefix}_{_base64url(random(SECRET_BYTES))}"
        salt = random(SALT_BYTES).hex()
        row = {
            "consumer": consumer,
            "prefix": prefix,
            "salt": salt,
            "digest": _digest(salt, key),
            "valid_until": until,
            "made_at": at,
            "made_by": by,
        }
        with self._writing(conn) as connection:
            number = connection.execute(
                sa.insert(CONSUMER_KEY).values(row).returning(CONSUMER_KEY.c.number)
            ).scalar_one()
            return key, _one(connection, CONSUMER_KEY.c.number == number)

    def of(self, consumer: str, conn: sa.Connection | None = None) -> list[ConsumerKey]:
        """Every key that a consumer ever had, the oldest first."""
        query = (
            sa.select(CONSUMER_KEY)
            .where(CONSUMER_KEY.c.consumer == consumer)
            .order_by(CONSUMER_KEY.c.number)
        )
        with self._reading(conn) as connection:
            return [ConsumerKey(**r._mapping) for r in connection.execute(query)]

    def match(self, key: str, conn: sa.Connection | None = None) -> ConsumerKey | None:
        """The kept key that this is, in whatever state; None where there is none.

        Digests are compared in constant time, and an unknown prefix costs the same
        comparison, so that the time tells nothing about the keys there are.
        """
        shape = SHAPE.fullmatch(key)
        found = None
        if shape is not None:
            query = sa.select(CONSUMER_KEY).where(CONSUMER_KEY.c.prefix == shape[1])
            with self._reading(conn) as connection:
                found = connection.execute(query).first()
        salt, digest = NOBODY if found is None else (found.salt, found.digest)
        is_same = hmac.compare_digest(_digest(salt, key), digest)
        return ConsumerKey(**found._mapping) if found and is_same else None

    def rotate(
        self,
        consumer: str,
        *,
        by: str,
        at: datetime,
        old_until: datetime,
        until: datetime | None = None,
    ) -> tuple[str, ConsumerKey]:
        """A new key; those in force end at `old_until`, or earlier where they did."""
        with self._writing(None) as connection:
            ends = CONSUMER_KEY.c.valid_until
            connection.execute(
                sa.update(CONSUMER_KEY)
                .where(
                    CONSUMER_KEY.c.consumer == consumer,
                    CONSUMER_KEY.c.revoked_at.is_(None),
                    sa.or_(ends.is_(None), ends > old_until),
                )
                .values(valid_until=old_until)
            )
            return self.make(consumer, by=by, at=at, until=until, conn=connection)

    def revoke(
        self, consumer: str, prefix: str, *, by: str, reason: str, at: datetime
    ) -> ConsumerKey:
        """Take a key back at once.

        Raises:
            MisuseError: the consumer has none of that prefix, or it was taken back.
        """
        chosen = sa.and_(
            CONSUMER_KEY.c.consumer == consumer, CONSUMER_KEY.c.prefix == prefix
        )
        with self._writing(None) as connection:
            row = connection.execute(sa.select(CONSUMER_KEY).where(chosen)).first()
            if row is None or row.revoked_at is not None:
                raise MisuseError(
                    f"revoke a key of {consumer}",
                    seen="it has no key of that prefix"
                    if row is None
                    else "that key is revoked already",
                    next_step=f"`hub consumer show {consumer}` tells the prefixes.",
                )
            connection.execute(
                sa.update(CONSUMER_KEY)
                .where(chosen)
                .values(revoked_at=at, revoked_by=by, revoked_reason=reason)
            )
            return _one(connection, chosen)


def _one(connection: sa.Connection, chosen: sa.ColumnElement[bool]) -> ConsumerKey:
    row = connection.execute(sa.select(CONSUMER_KEY).where(chosen)).one()
    return ConsumerKey(**row._mapping)


def _digest(salt: str, key: str) -> str:
    return hmac.new(
        bytes.fromhex(salt), key.encode(errors="replace"), "sha256"
    ).hexdigest()


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
