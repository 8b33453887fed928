"""A refusal as a page: what a browser shows instead of a receipt.

What lives here: words for staff who open a link without their key, or with a number
that is not theirs. Programs get the problem itself; only who asks for HTML gets a page.
What does not: deciding (`desk`), the problem (`problems`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from hub.sharing.api.problems import documented
from hub.sharing.submissions.page import POLICY, WORDS, template

PAGES = ("/page", "/workbook")  # what people open; the rest is for programs
Pair = tuple[str, str]
# Code → what it is and what to do, in Chinese and in English.
SAID: Mapping[str, tuple[Pair, Pair]] = {
    "unauthorised": (
        ("需要密钥", "A key is needed"),
        (
            "请刷新本页，在浏览器弹出的窗口中输入：用户名任意填写，密码填写本单位的报送密钥。"
            "密钥遗失或失效时，请联系平台管理员。",
            "Load the page again. Where the browser asks, give any user name, and the "
            "key of your unit as the password. If the key is lost or has ended, ask "
            "the hub's operator.",
        ),
    ),
    "not_found": (
        ("没有这份回执", "There is no such receipt"),
        (
            "请核对网址中的回执号。回执只有报送单位自己能看到，请使用本单位的密钥。",
            "Check the number in the address. A receipt is shown only to the unit that "
            "sent it: use the key of that unit.",
        ),
    ),
    "no_workbook": (
        ("没有可下载的退回数据", "There are no rejected rows to fetch"),
        (
            "数据还在处理，或者已全部通过，或者整批退回。请返回回执页查看。",
            "The rows are still being checked, are all in, or were refused as a whole. "
            "The page of the receipt tells which.",
        ),
    ),
}
LATER: tuple[Pair, Pair] = (
    ("暂时不能显示", "It cannot be shown now"),
    (
        "请过几分钟再试；如果一直不行，请把下面的代码告诉平台管理员。",
        "Try again in a few minutes. If that does not help, tell the hub's operator "
        "the code below.",
    ),
)


def for_people(request: Request, answer: Response) -> Response:
    """The refusal as a page where a browser asked, with the same status and headers."""
    accepted = request.headers.get("accept", "")
    if not request.url.path.endswith(PAGES) or "text/html" not in accepted:
        return answer
    told = orjson.loads(answer.body)
    language = "en" if request.query_params.get("lang") == "en" else "zh"
    text = refused_page(told["code"], told["status"], language)
    answer.body = text.encode()
    answer.headers["Content-Length"] = str(len(answer.body))
    answer.headers["Content-Type"] = "text/html; charset=utf-8"
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def documented_page(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """As `documented`, of a route whose refusals a browser gets as a page."""
    html = {"text/html": {"schema": {"type": "string"}}}
    return {
        status: told | {"content": told["content"] | html}
        for status, told in documented(*statuses).items()
    }


def refused_page(code: str, status: int, language: str) -> str:
    """The page of a refusal."""
    at = 0 if language == "zh" else 1
    what, step = SAID.get(code, LATER)
    return template("refused.html.j2").render(
        language=("zh-CN", "en")[at],
        other=("en", "zh")[at],
        other_name=WORDS["other"][at],
        title=WORDS["title"][at],
        what=what[at],
        next=step[at],
        status=status,
        code=code,
    )
