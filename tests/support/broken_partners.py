"""Partners that fail, each in its own way, and the systems behind them.

What lives here: their declarations, and servers on loopback that answer as they
should not. What does not: a sound partner (`file_city`).

Whatever no output may show holds CANARY: credentials, words of the other side,
values of rows.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from support.file_city import FileCity, note
from support.partner_server import Reply, Request, serve
from support.refusing_database import refusing

CANARY = "c4nary"
TOKEN = f"{CANARY}-token"
NOTES = """
[[feed]]
name = "{name}"
dataset = "review"
key = ["id"]
changed = "at"
{more}

[feed.columns]
issue_id = {{ field = "case", ref = "issue", partner = "district" }}
attempt_seq = {{ value = 1 }}
review_kind_code = {{ value = "CHECK" }}
result_code = {{ field = "verdict", codes = "verdict" }}
done_at = "at"
media_count = {{ value = 0 }}

[feed.codes.verdict]
"通过" = "PASS"
"""
REST = """
connector = "rest"
base_url = "env:{name}_URL"
auth = {{ kind = "bearer", token = "env:{name}_TOKEN" }}
limits = {{ attempts = 1 }}
"""
READ = 'read = {{ path = "/{}" }}'


def declared(name: str, source: str, **feeds: str) -> str:
    """A partner file whose feeds differ in how they are read."""
    about = f'id = "{name}"\ntitle = "{name}"\ntimezone = "Asia/Shanghai"\n'
    made = (NOTES.format(name=feed, more=more) for feed, more in feeds.items())
    return f"[partner]\n{about}\n[source]\n{source}" + "".join(made)


PARTNERS = {
    "misspelt": declared(
        "misspelt",
        f'connector = "files"\nfolder = "env:DISTRICT_DROP"\npasword = "{CANARY}"\n',
        notes='read = { files = "notes_*.jsonl" }',
    ),
    "keyless": declared("keyless", REST.format(name="KEYLESS"), notes=READ.format("n")),
    "closed": declared("closed", REST.format(name="CLOSED"), notes=READ.format("n")),
    "portal": declared(
        "portal",
        REST.format(name="PORTAL"),
        locked=READ.format("locked"),
        page=READ.format("page"),
    ),
    "base": declared(
        "base",
        'connector = "sql"\nurl = "env:BASE_URL"\n',
        notes='read = { table = "notes" }',
    ),
    "sheets": declared(
        "sheets",
        'connector = "files"\nfolder = "env:SHEETS_DROP"\n',
        gb='encoding = "utf-8"\nread = { files = "gb_*.csv" }',
        utf='encoding = "gb18030"\nread = { files = "utf_*.csv" }',
    ),
}


@contextmanager
def broken_partners(city: FileCity) -> Iterator[Mapping[str, str]]:
    """Add every broken partner to a city.

    Returns:
        The environment in which the hub meets them.
    """
    for name, text in PARTNERS.items():
        (city.partner_file.parent / f"{name}.toml").write_text(text, encoding="utf-8")
    drop = city.folder / "sheets"
    drop.mkdir()
    sheet = f"id,case,verdict,at\n{CANARY},A1,通过,2026-10-02 09:00:00\n"
    (drop / "gb_1.csv").write_text(sheet, encoding="gb18030")
    (drop / "utf_1.csv").write_text(sheet, encoding="utf-8")
    words = f'password authentication failed for user "{CANARY}"'
    with serve(answer) as server, refusing("28P01", words) as port:
        yield {
            "KEYLESS_URL": server.url,
            "CLOSED_URL": f"http://{CANARY}:{CANARY}@127.0.0.1:{closed_port()}",
            "CLOSED_TOKEN": TOKEN,
            "PORTAL_URL": server.url,
            "PORTAL_TOKEN": TOKEN,
            "BASE_URL": f"postgresql+psycopg://{CANARY}:{CANARY}@127.0.0.1:{port}/d",
            "SHEETS_DROP": str(drop),
        }


def answer(request: Request) -> Reply:
    """No entry, a page for people, or rows for whoever asks without a token."""
    if request.path == "/locked":
        return Reply({"message": f"{TOKEN} is not valid"}, status=401)
    if request.path == "/page":
        page = f"<!DOCTYPE html><title>登录 {CANARY}</title>"
        return Reply(page.encode(), headers={"Content-Type": "text/html"})
    return Reply([note(CANARY, "A1")])


def closed_port() -> int:
    """A port of the loopback interface on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
