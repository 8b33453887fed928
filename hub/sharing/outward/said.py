"""Why something does not go or did not arrive, in words for a district.

What lives here: refusals by their kind, and what a receiver said, in Chinese or
English. What is kept of both is a sentence for the hub's operator; `hub delivery show`
tells it. What does not: the page (`page`), the facts (`standing`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from hub.sharing.asks import Kind, Refused

Pair = tuple[str, str]
REFUSALS: Mapping[Kind, Pair] = {
    "unknown": ("没有有效授权", "no grant in force covers it"),
    "unauthorised": ("使用方尚未生效", "the consumer is not in force yet"),
    "expired": ("使用方或其密钥已到期", "the consumer or its key has expired"),
    "revoked": ("使用方或其密钥已撤销", "the consumer or its key was revoked"),
    "purpose": ("授权的用途不同", "the grant is for another purpose"),
    "column": ("字段未授权：{}", "columns that are not granted: {}"),
    "masked": (
        "筛选条件用了脱敏字段：{}",
        "the filter reads columns that are masked: {}",
    ),
}
NO_CONSUMER: Pair = ("使用方未登记", "the consumer is not registered")
# What a connector says (`hub.connectors.outward_*`) → the same for a district. The
# first that is found counts.
SAID: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern), zh, en)
    for pattern, zh, en in (
        (r"its verdict in \S+ is (.+)", "对方答复：{}", "the receiver said: {}"),
        (r"at work on this parcel", "对方仍在处理这一批",
         "the receiver is still at work on it"),
        (r"login|HTTP 40[13]\b", "对方不接受登录凭据",
         "the receiver refused the login"),
        (r"HTTP (\d{3})", "对方返回 HTTP {}", "the receiver answered HTTP {}"),
        (r"where its verdict stands", "对方的回复缺少结果字段",
         "the receiver's answer has no verdict"),
        (r"does not take the rows", "对方数据表不接受这些行",
         "the receiver's table does not take the rows"),
        (r"cannot be written in (\S+)", "有的文字不能用 {} 编码写出",
         "a text cannot be written in {}"),
        (r"no such folder", "对方文件夹不存在或不能进入",
         "the receiver's folder is not there"),
        (r"no such table", "对方没有这张表或字段",
         "the receiver has no such table or column"),
        (r"the system answered", "文件未能写入对方文件夹",
         "the file could not be written"),
        (r"TLS", "对方的证书不能建立安全连接",
         "no secure connection by the receiver's certificate"),
        (r"reached|broke|within|seconds|connections", "对方系统暂时连不上",
         "the receiver could not be reached"),
    )
)  # fmt: skip
OTHER: Pair = ("对方未接收", "the receiver did not take it")


def refusal_said(refused: Refused | None, nth: int) -> str:
    """Why nothing may go; `nth` 0 for Chinese, 1 for English.

    Args:
        refused: the decision; None where there is no such consumer.
        nth: the language.
    """
    if refused is None:
        return NO_CONSUMER[nth]
    columns = ("、", ", ")[nth].join(refused.columns)
    return REFUSALS[refused.kind][nth].format(columns)


def error_said(error: str, nth: int) -> str:
    """What became of a parcel that did not arrive."""
    for pattern, *texts in SAID:
        if found := pattern.search(error):
            return texts[nth].format(*found.groups())
    return OTHER[nth]
