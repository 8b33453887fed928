"""What things of a bulletin are called: metrics, reasons, groups, units above.

What lives here: from a code to words of one language, wherever they are declared. A
code that nobody has words for stands as it is. What does not: sentences (`words`).
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.bulletin.content import BulletinContent
from hub.bulletin.ranking import Group
from hub.bulletin.words import Words
from hub.metrics.calibers import CALIBERS, Caliber
from hub.metrics.reasons import REASONS
from hub.metrics.registry import METRICS
from hub.schemas.code_lists import code_list


@dataclass(frozen=True)
class Naming:
    """Names in one language for one bulletin."""

    content: BulletinContent
    words: Words

    def metric(self, id_: str) -> str:
        """A metric's name."""
        one = METRICS.get(id_)
        return self.words.pick((one.name_zh, one.name_en)) if one else id_

    def formula(self, id_: str) -> str:
        """A metric's formula in words; nothing where it is unknown."""
        one = METRICS.get(id_)
        return self.words.pick((one.formula_zh, one.formula_en)) if one else ""

    def basis(self, code: str) -> str:
        """What puts a row into the month."""
        return self.words.known(f"basis_{code}", code)

    def caliber(self, id_: str) -> str:
        """A caliber's text."""
        one = CALIBERS.get(id_)
        return self.caliber_text(one) if one else id_

    def caliber_text(self, one: Caliber) -> str:
        """The same, of a caliber at hand."""
        return self.words.pick((one.text_zh, one.text_en))

    def reason(self, code: str) -> str:
        """Why a row counts, does not count, or is shown beside."""
        pair = REASONS.get(code)
        return self.words.pick(pair) if pair else code

    def not_ranked(self, code: str | None) -> str:
        """Why a unit has no rank."""
        if code is None:
            return self.words("not_ranked")
        word, _, items = code.partition(":")
        told = self.words.known(f"not_ranked_{word.lower()}", self.reason(word))
        names = [self.item(item) for item in items.split(",") if item]
        return f"{told} ({', '.join(names)})" if names else told

    def dimension(self, code: str | None) -> str:
        """A dimension of the policy."""
        if code is None:
            return ""
        told = self.words.label(self.content.labels, "dimension", code)
        return self.words.known(f"dimension_{code}", told) if told == code else told

    def item(self, code: str) -> str:
        """An item of the policy, else a test of persons, else the metric of that id."""
        told = self.words.label(self.content.labels, "item", code)
        if told != code:
            return told
        return self.words.known(f"step_{code}", self.metric(code))

    def kind(self, code: str | None) -> str:
        """A rule kind of the policy."""
        return self.words.known(f"kind_{code}", code or "")

    def exception(self, kind: str, note_zh: str | None, note_en: str | None) -> str:
        """What is odd about a row of an exception list."""
        note = self.words.pick((note_zh or "", note_en or ""))
        return note or self.words.label(self.content.labels, "exception", kind)

    def category(self, code: str | None) -> str:
        """A category."""
        if code is None:
            return self.words("unknown")
        return self.words.label(self.content.labels, "category", code)

    def place(self, level: str, code: str | None) -> str:
        """A street or district by the reference data; its code where that has none."""
        return self.content.names.get((level, code)) or code or ""

    def unit(self, code: str | None) -> str:
        """A unit; what has none is of no unit."""
        return (
            self.words("of_no_unit") if code is None else self.content.unit_name(code)
        )

    def group(self, group: Group) -> str:
        """A group, with the unit above it where there is one."""
        above = self.content.names.get(("unit", group.parent)) or group.parent
        parts = [above, self._group_word(group.code)]
        return " · ".join(part for part in parts if part) or self.words("group_none")

    def _group_word(self, code: str | None) -> str | None:
        if code is None:
            return None
        pair = code_list("UNIT_GROUP").labels.get(code)
        usual = self.words.pick(pair) if pair else code
        told = self.words.label(self.content.labels, "group", code)
        return usual if told == code else told
