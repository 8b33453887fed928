"""Secrets are references; nothing that is printed shows one."""

from __future__ import annotations

import pytest

from hub.errors import DeclarationError, SecretMissing
from hub.partners.redaction import is_secret_name, redact
from hub.partners.secrets import resolve, shown
from hub.partners.spec import Auth, Column, Emit, Feed, Partner, Read, Source
from hub.settings import Settings

LITERAL = "hunter2"


def partner_with_literals() -> Partner:
    """A declaration made past the loader, with a secret in every place."""
    return Partner(
        id="x1",
        title="x",
        timezone="UTC",
        source=Source(
            connector="rest",
            base_url=f"https://{LITERAL}@host/api?appKey={LITERAL}",
            url=f"postgresql+psycopg2://u:{LITERAL}@host/db",
            folder=f"sftp://u:{LITERAL}@host/drop",
            auth=Auth(
                kind="basic",
                token=LITERAL,
                username=LITERAL,
                password=LITERAL,
                key=LITERAL,
                secret=LITERAL,
            ),
        ),
        feeds=(
            Feed(
                name="cases",
                key=("id",),
                read=Read(
                    params={"access_token": LITERAL, "page": 1},
                    body={"login": {"pwd": LITERAL, "list": [{"sign": LITERAL}]}},
                ),
                emits=(Emit(dataset="issue", columns={"case_no": Column(field="n")}),),
            ),
        ),
    )


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        lambda p: f"{p!r:>10}",
        lambda p: repr(p.source) + str(p.source.auth) + repr(p.feeds[0].read),
        lambda p: repr(p.model_dump()),
        lambda p: repr(p.model_dump(mode="json", by_alias=True)),
        lambda p: p.model_dump_json(),
        lambda p: repr(shown(p)),
    ],
    ids=["repr", "str", "format", "parts", "dump", "dump_json", "json", "shown"],
)
def test_a_literal_secret_is_never_printed(show):
    text = show(partner_with_literals())

    assert LITERAL not in text
    assert "***" in text


def test_what_is_no_secret_is_printed():
    tables = shown(partner_with_literals())

    assert tables["source"]["url"] == "postgresql+psycopg2://***@host/db"
    assert tables["source"]["base_url"] == "https://***@host/api?appKey=***"
    assert tables["feeds"][0]["key"] == ["id"]
    assert tables["feeds"][0]["read"]["params"] == {"access_token": "***", "page": 1}


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ('auth = { kind = "bearer", token = "hunter2" }', "source → auth → token"),
        (
            'auth = { kind = "basic", username = "u", password = "hunter2" }',
            "source → auth → password",
        ),
        (
            'auth = { kind = "signed", key = "k", secret = "hunter2" }',
            "source → auth → secret",
        ),
        ('auth = { kind = "api_key", key = "hunter2" }', "source → auth → key"),
    ],
)
def test_a_literal_credential_is_refused_at_load(
    problem_lines, head, feed, line, where
):
    lines = problem_lines(head + line + feed)

    key = where.rpartition(" ")[2]
    assert lines == [
        f'{where}: is written out; put it into a variable and write {key} = "env:NAME"'
    ]


def test_a_password_in_an_address_is_refused_at_load(problem_lines, head, feed):
    text = head.replace("env:QK_URL", "https://u:hunter2@host") + feed

    assert problem_lines(text) == [
        "source → base_url: spells out a password; put the whole address into a "
        'variable and write "env:NAME"'
    ]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("hunter2", "looks like a secret that is written out"),
        ("env:QK_SECRET", "would be sent as it is written"),
    ],
)
def test_a_secret_in_a_request_template_is_refused_at_load(
    problem_lines, head, feed, value, what
):
    template = f'body = {{ login = {{ appSecret = "{value}" }} }}'

    lines = problem_lines(head + feed.replace('records = "data.list"', template))

    assert lines == [
        f'feed "cases" → read → body → login → appSecret: {what}; '
        "credentials belong in [source] auth"
    ]


def test_a_page_token_is_no_secret(problem_lines, head, feed):
    template = (
        'page = { kind = "cursor", cursor = "next" }\n'
        'params = { page_token = "{cursor}" }'
    )

    assert problem_lines(head + feed.replace('records = "data.list"', template)) == []


@pytest.mark.parametrize(
    ("auth", "missing"),
    [
        ('kind = "basic", username = "u"', "password"),
        ('kind = "bearer"', "token"),
        ('kind = "api_key", header = "X-Key"', "token"),
        ('kind = "signed", key = "k"', "secret"),
        ('kind = "login", username = "u", password = "env:P"', "login"),
    ],
)
def test_a_kind_of_credential_needs_its_parts(problem_lines, head, feed, auth, missing):
    lines = problem_lines(f"{head}auth = {{ {auth} }}\n{feed}")

    assert [line.partition(";")[0] for line in lines] == [
        f"source → auth: kind {auth.split(', ')[0].removeprefix('kind = ')} needs "
        f"{missing}"
    ]


@pytest.mark.parametrize(
    ("login", "where", "what"),
    [
        (
            'body = { user = "{username}", pwd = "hunter2" }',
            " → pwd",
            'looks like a secret that is written out; write "{password}"',
        ),
        (
            'body = { pwd = "env:P" }',
            " → pwd",
            'would be sent as it is written; write "{username}" or "{password}"',
        ),
        (
            'body = { pwd = "{pasword}" }',
            " → pwd",
            'unknown placeholder "{pasword}"; did you mean "{password}"?',
        ),
        ('body = { user = "{username}" }', "", "holds no {password}; say where it"),
    ],
)
def test_a_sign_in_says_where_the_password_goes(
    problem_lines, head, feed, login, where, what
):
    auth = (
        'auth = { kind = "login", username = "env:U", password = "env:P", '
        f'login = {{ path = "/login", token_field = "token", {login} }} }}'
    )

    lines = problem_lines(f"{head}{auth}\n{feed}")

    at = "source → auth → login → body"
    assert any(line.startswith(f"{at}{where}: {what}") for line in lines), lines
    assert "hunter2" not in "".join(lines)


def test_a_template_says_where_the_password_goes(problem_lines, head, feed):
    auth = 'auth = { kind = "template", username = "env:U", password = "env:P" }\n'
    text = head + auth + feed
    placed = 'records = "data.list"\nparams = { u = "{username}", p = "{password}" }'

    assert problem_lines(text) == [
        'feed "cases" → read: holds no {password}; say where it goes'
    ]
    assert problem_lines(text.replace('records = "data.list"', placed)) == []


def test_a_reference_names_a_variable(problem_lines, head, feed):
    lines = problem_lines(head + 'auth = { kind = "bearer", token = "env:" }' + feed)

    assert lines == [
        'source → auth → token: is no reference to a variable; write "env:" and its '
        "name"
    ]


def test_a_reference_is_resolved_late():
    settings = Settings(environment={"QK_TOKEN": LITERAL})

    assert resolve(settings, "env:QK_TOKEN") == LITERAL
    assert resolve(settings, "plain") == "plain"


def test_a_missing_secret_is_said_in_four_parts():
    settings = Settings(environment={"OTHER": LITERAL})

    with pytest.raises(SecretMissing) as caught:
        resolve(settings, "env:QK_TOKEN", partner="qiaokou", feed="cases")

    assert str(caught.value) == (
        "qiaokou/cases: could not read the secret QK_TOKEN from the environment: the "
        "variable is not set or empty. Set QK_TOKEN where the hub runs, then try again."
    )


def test_a_secret_pasted_behind_env_is_not_repeated():
    with pytest.raises(DeclarationError) as caught:
        resolve(Settings(environment={}), "env:hunter2!", partner="qiaokou")

    assert LITERAL not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET https://u:p@h/x?page=2&sign=ab12", "GET https://***@h/x?page=2&sign=***"),
        ("GET https://h/x?token=ab&page=2", "GET https://h/x?token=***&page=2"),
        ("mail a@b.cn about https://h/x", "mail a@b.cn about https://h/x"),
        ("Bearer hunter2 refused", "Bearer *** refused"),
        ("https://h/?monkey=x&key=y&design=z", "https://h/?monkey=x&key=***&design=z"),
    ],
)
def test_running_text_is_redacted(text, expected):
    assert redact(text, [LITERAL, ""]) == expected


@pytest.mark.parametrize(
    "name",
    ["password", "appSecret", "access_token", "X-Api-Key", "APPKEY", "apiKey", "SIGN"],
)
def test_names_of_secrets_are_known(name):
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name", ["design", "monkey", "keyword", "key", "tokens2", "签名"]
)
def test_other_names_are_no_secrets(name):
    assert not is_secret_name(name)
