"""The day that a delivery names by itself (`as_of`).

What lives here: reading it from a file name, a response header or an envelope, in
the partner's zone. A delivery that should name its day and does not is refused:
dating it by its arrival would let an old file win over a newer one. What does not:
dates inside rows (`hub.pipeline`).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from hub.connectors.base import Place
from hub.connectors.windows import EPOCHS
from hub.partners.spec import AsOf


def read_day(text: str, form: str | None, zone: str) -> datetime:
    """An instant in UTC from a text.

    Args:
        text: what stands there.
        form: strptime pattern, `epoch_s`, `epoch_ms`; null = ISO 8601.
        zone: the partner's zone, for texts that name none.

    Raises:
        ValueError: the text is not of that form.
    """
    text = text.strip()
    if form in EPOCHS:
        return datetime.fromtimestamp(int(text) / EPOCHS[form], UTC)
    if form is None:
        read = datetime.fromisoformat(text)
    else:
        read = datetime.strptime(text, form)  # noqa: DTZ007 - the zone follows
    if read.tzinfo is None:
        read = read.replace(tzinfo=ZoneInfo(zone))
    return read.astimezone(UTC)


def day_of_file(as_of: AsOf | None, name: str, zone: str) -> datetime | None:
    """The day in a file name; null if none is declared or it does not stand there."""
    if as_of is None or as_of.file is None:
        return None
    found = re.search(as_of.file, name)
    if found is None:
        return None
    try:
        return read_day(found[found.re.groups and 1], as_of.format, zone)
    except ValueError:
        return None


def day_of_answer(
    as_of: AsOf | None,
    *,
    header: str | None,
    envelope: str | None,
    zone: str,
    place: Place,
) -> datetime | None:
    """The day that an answer names, or null if the feed declares none.

    Args:
        as_of: the declaration.
        header: value of the declared response header.
        envelope: text at the declared path of the answer.
        zone: the partner's zone.
        place: partner and feed, for errors.

    Raises:
        BatchRefused: it is declared, and missing or unreadable.
    """
    if as_of is None or (as_of.header is None and as_of.envelope is None):
        return None
    where = as_of.header or as_of.envelope
    text = header if as_of.header is not None else envelope
    try:
        if text is None:
            raise ValueError
        if (as_of.header or "").lower() == "date" and as_of.format is None:
            return parsedate_to_datetime(text).astimezone(UTC)
        return read_day(text, as_of.format, zone)
    except ValueError:
        raise place.refused(
            f"date the delivery by {where}",
            "it is missing from the answer or not in the declared form",
            "Correct as_of in the feed, or ask the partner.",
        ) from None
