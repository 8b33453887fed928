"""Refusals: each code that can come stands in docs/api.md, and says what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

import hub.sharing.api
from hub.errors import HubError, MisuseError, ReleaseGone
from hub.sharing.api.hand import NotReady
from hub.sharing.api.health import unready
from hub.sharing.api.problems import refusal_of
from hub.sharing.asks import STATUS, Refused
from hub.sharing.submissions import refusals
from hub.storage.faults import AuditUnwritable

DOCS = Path(__file__).parents[4] / "docs"
LINE = re.compile(r"^\| (\d{3}) \| ([^|]*) \|", re.MULTILINE)
TOLD = re.compile(r"Refusal\(\s*(\d{3}),\s*\"(\w+)\"")
MISUSE = re.compile(r"_misuse\(\"(\w+)\"")
GIVEN = {"seen": "lake/secret", "next_step": "Look at hush."}


def in_docs(page: str) -> set[tuple[int, str]]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return {
        (int(status), code)
        for status, codes in LINE.findall(text)
        for code in re.findall(r"`(\w+)`", codes)
    }


def test_the_page_of_the_interface_has_every_code_and_no_other() -> None:
    folder = Path(str(hub.sharing.api.__file__)).parent
    source = "\n".join(one.read_text() for one in sorted(folder.glob("*.py")))
    raised = {(int(status), code) for status, code in TOLD.findall(source)}
    raised |= {(400, code) for code in MISUSE.findall(source)}
    raised |= {(status, kind) for kind, status in STATUS.items()}
    # What the framework itself refuses: no such address, no such method.
    raised |= {(404, "not_found"), (405, "method_not_allowed")}
    example = (500, "storage_damaged")

    assert in_docs("api.md") == {*raised, example}


def test_the_page_of_submissions_has_every_code() -> None:
    made = [
        one
        for one in vars(refusals).values()
        if isinstance(one, type) and issubclass(one, refusals.Refusal)
    ]
    raised = {(one.status, one.code) for one in made if one is not refusals.Refusal}

    assert raised <= in_docs("submissions.md")


def test_another_purpose_is_refused_with_what_to_do() -> None:
    said = refusal_of(Refused(kind="purpose", reason="for the audit"))

    assert (said.status, said.code) == (403, "purpose")
    assert "add purpose=" in said.detail
    assert "for the audit" not in said.detail


@pytest.mark.parametrize(
    ("problem", "word"),
    [
        (NotReady(), "made ready"),
        (AuditUnwritable("write", **GIVEN), "audit log"),
        (MisuseError("find", **GIVEN), "`hub run` makes one"),
        (ReleaseGone("find", **GIVEN), "`hub run` makes one"),
        (sa.exc.OperationalError("hush", {}, Exception("hush")), "control database"),
        (HubError("read", **GIVEN), "its log"),
    ],
)
def test_who_is_not_ready_says_why_in_a_sentence(problem: Exception, word: str) -> None:
    said = unready(problem)

    assert word in said
    assert re.fullmatch(r"[A-Z][^.]+ [^.]+\.", said)
    assert type(problem).__name__ not in said
    assert "secret" not in said
    assert "hush" not in said
