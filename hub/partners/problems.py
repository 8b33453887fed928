"""What is wrong with a declaration, in sentences a steward can act on.

What lives here: one `Problem` per line, the error that carries all problems of
a file at once, and the search for the spelling that was probably meant. What
does not: finding problems (`wording`, `check`, `expressions`, `city_check`).
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.errors import DeclarationError

# The widest closed vocabulary of a declaration, the columns of issue, has 65 words.
_LISTED = 80
_SAMPLE = 5


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to correct.

    Attributes:
        where: table path as it is written in the file, e.g. `feed "cases" → read`;
            empty for the file as a whole.
        what: what was found, without secrets.
        remedy: what to write instead; may be empty where `what` says it.
    """

    where: str
    what: str
    remedy: str = ""

    @property
    def line(self) -> str:
        """The whole problem on one line."""
        prefix = f"{self.where}: " if self.where else ""
        return f"{prefix}{self.what}" + (f"; {self.remedy}" if self.remedy else "")


class FaultyDeclaration(DeclarationError):
    """A file with one or more problems; `problems` holds them all."""

    def __init__(
        self,
        path: Path,
        problems: Sequence[Problem],
        *,
        partner: str | None = None,
        next_step: str | None = None,
    ) -> None:
        self.path = path
        self.problems = tuple(problems)
        count = len(self.problems)
        check = f"hub partner check {partner}" if partner else "hub partner check"
        super().__init__(
            f"load {path.parent.name}/{path.name}",
            seen=f"{count} problem{'s' if count != 1 else ''}",
            next_step=next_step or f"Correct the file, then run `{check}`.",
            partner=partner,
        )

    @property
    def sentence(self) -> str:
        """The message: what was attempted, one problem per line, what to do."""
        prefix = f"{self.partner}: " if self.partner else ""
        lines = "".join(f"  - {problem.line}\n" for problem in self.problems)
        head = f"{prefix}could not {self.attempted}: {self.seen}"
        return f"{head}\n{lines}{self.next_step}"


def path_of(*steps: str) -> str:
    """The table path, e.g. `feed "cases" → read → page`."""
    return " → ".join(step for step in steps if step)


def nearest(given: str, allowed: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The allowed word that is spelt most like the given one, if any is close."""
    known = {word.casefold(): word for word in allowed}
    found = difflib.get_close_matches(given.casefold(), list(known), n=1, cutoff=cutoff)
    return known[found[0]] if found else None


def listing(allowed: Collection[str]) -> str:
    """Allowed words in a row; a few of them when there are hundreds."""
    words = sorted(allowed)
    if len(words) <= _LISTED:
        return ", ".join(words)
    return f"{', '.join(words[:_SAMPLE])} … ({len(words)} in all)"


def not_allowed(
    where: str,
    *,
    kind: str,
    given: str,
    allowed: Collection[str],
    advice: str = "",
) -> Problem:
    """The problem that a word is outside a closed vocabulary.

    Args:
        where: table path.
        kind: what the word is ("key", "dataset", "code of STAGE").
        given: the word as written; never pass a secret.
        allowed: the vocabulary.
        advice: what to do where spelling is not the matter.
    """
    guess = nearest(given, allowed)
    parts = [f'did you mean "{guess}"?' if guess else "", advice]
    choice = f"allowed: {listing(allowed)}" if allowed else "none is allowed here"
    return Problem(
        where,
        f'unknown {kind} "{given}"',
        "; ".join(part for part in (*parts, choice) if part),
    )
