"""The hub's failures, each one sentence a person can act on.

What lives here: one exception class per kind of failure. A class decides once
whether a retry may help (`transient`), what `error.code` a machine reads, and
with which exit code the command line ends. Every message has four parts: what
was attempted, for which partner and feed, what was seen, what to do next.

What does not: findings about single rows. A bad row is data, see
`hub.schemas.rules`. A message never carries a secret or a value of a row.
"""

from __future__ import annotations

from typing import ClassVar


class HubError(Exception):
    """A failure in the hub's own words.

    Args:
        attempted: what was being done, as a clause ("read page 3 of the cases").
        seen: what was seen instead, without values of rows and without secrets.
        next_step: what the reader should do now.
        partner: partner id, where one is concerned.
        feed: feed name, where one is concerned.
    """

    code: ClassVar[str] = "hub_error"
    transient: ClassVar[bool] = False
    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        attempted: str,
        *,
        seen: str,
        next_step: str,
        partner: str | None = None,
        feed: str | None = None,
    ) -> None:
        self.attempted = attempted
        self.seen = seen
        self.next_step = next_step
        self.partner = partner
        self.feed = feed
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The whole message on one line."""
        where = "/".join(part for part in (self.partner, self.feed) if part)
        prefix = f"{where}: " if where else ""
        return f"{prefix}could not {self.attempted}: {self.seen}. {self.next_step}"

    def as_dict(self) -> dict[str, str | None]:
        """The `error` object of every JSON answer."""
        return {
            "code": self.code,
            "message": self.sentence,
            "partner": self.partner,
            "feed": self.feed,
            "next": self.next_step,
        }

    def at(self, partner: str | None, feed: str | None) -> HubError:
        """The same failure, naming partner and feed where they were unknown."""
        self.partner = self.partner or partner
        self.feed = self.feed or feed
        self.args = (self.sentence,)
        return self


class MisuseError(HubError):
    """The command or call itself is wrong; nothing was done."""

    code = "misuse"
    exit_code = 2


class DeclarationError(HubError):
    """A city folder or partner file says something the hub cannot follow."""

    code = "declaration"
    exit_code = 2


class SecretMissing(DeclarationError):
    """An `env:` reference names a variable that is not set."""

    code = "secret_missing"
    exit_code = 1


class SourceUnavailable(HubError):
    """The partner could not be reached or broke off; a retry may help."""

    code = "source_unavailable"
    transient = True


class SourceRejected(HubError):
    """The partner answered, and the answer is no; a retry cannot help."""

    code = "source_rejected"


class BatchRefused(HubError):
    """A delivery is outside its declared bounds; nothing of it entered."""

    code = "batch_refused"


class LeaseHeld(HubError):
    """Another run is at work on the same partner."""

    code = "lease_held"
    transient = True


class ReleaseGone(HubError):
    """A release is there no more for readers: recalled, or its retention ended.

    Its answer over HTTP is 410.
    """

    code = "release_gone"


class StorageDamaged(HubError):
    """A file of the hub is not what was acknowledged."""

    code = "storage_damaged"
