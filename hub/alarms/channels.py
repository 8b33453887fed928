"""The ways out: robots of 企业微信 and 钉钉, a webhook of one's own, e-mail.

What lives here: how a post travels by each kind of channel, and what its answer means.
What does not: limits and wording (`messages`), trying again (`sending`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import httpx
import orjson

from hub.alarms.messages import Post
from hub.errors import HubError
from hub.partners.alarms import Channel
from hub.partners.secrets import resolve
from hub.settings import Settings

PATIENCE = 10.0  # seconds
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
# Codes by which the robots say that it went too fast, or that they are busy.
BUSY = frozenset({-1, 45009, 130101, 410100})
SMTP_PASSING = range(400, 500)
PORTS = {"starttls": 587, "tls": 465}


class ChannelFailed(HubError):
    """A channel did not take a message; it stays waiting."""

    code = "alarm_channel"

    def __init__(self, channel: str, seen: str, *, passing: bool) -> None:
        self.passing = passing
        super().__init__(
            f"send alarms by the channel {channel}",
            seen=seen,
            next_step="They stay waiting; see [[alarm.channel]] and `hub alarm list`.",
        )


def send(settings: Settings, channel: Channel, post: Post, at: datetime) -> None:
    """Send one post, once.

    Args:
        settings: the reader of secrets.
        channel: how it goes.
        post: what is sent.
        at: the present instant by the wall clock; robots refuse another.

    Raises:
        ChannelFailed: it was not taken.
        SecretMissing: a variable that the channel names is not set.
    """
    WAYS[channel.kind](settings, channel, post, at)


def send_wecom(settings: Settings, channel: Channel, post: Post, at: datetime) -> None:
    """The group robot of 企业微信."""
    del at
    body = {"msgtype": "markdown", "markdown": {"content": post.text}}
    _robot(settings, channel, {}, body)


def send_dingtalk(
    settings: Settings, channel: Channel, post: Post, at: datetime
) -> None:
    """The robot of 钉钉, signed where it has a secret."""
    query: dict[str, str] = {}
    if channel.secret is not None:
        stamp = str(int(at.timestamp() * 1000))
        secret = resolve(settings, channel.secret)
        query = {"timestamp": stamp, "sign": dingtalk_sign(secret, stamp)}
    text = post.text
    if channel.keyword and channel.keyword not in text:
        text = f"{channel.keyword}\n\n{text}"
    # It joins lines that are not apart by an empty one.
    markdown = {"title": post.subject, "text": text.replace("\n", "\n\n")}
    _robot(settings, channel, query, {"msgtype": "markdown", "markdown": markdown})


def dingtalk_sign(secret: str, stamp: str) -> str:
    """The signature 加签 of an instant in milliseconds."""
    mac = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


def send_webhook(
    settings: Settings, channel: Channel, post: Post, at: datetime
) -> None:
    """JSON to an address of the city's own, signed where it has a secret.

    The signature covers time and body: `X-Hub-Signature: sha256=` HMAC-SHA256 of
    `<X-Hub-Timestamp>.<body>`. `Idempotency-Key` is the same when it is sent again.
    """
    body = orjson.dumps(
        {"subject": post.subject, "text": post.text, "messages": post.data}
    )
    stamp = str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": post.key,
        "X-Hub-Timestamp": stamp,
    }
    if channel.secret is not None:
        secret = resolve(settings, channel.secret)
        headers["X-Hub-Signature"] = f"sha256={webhook_sign(secret, stamp, body)}"
    _posted(settings, channel, {}, body, headers)


def webhook_sign(secret: str, stamp: str, body: bytes) -> str:
    """The signature of a body at an instant in seconds, as hex."""
    text = stamp.encode() + b"." + body
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def send_email(settings: Settings, channel: Channel, post: Post, at: datetime) -> None:
    """A letter by SMTP, never without TLS."""
    letter = EmailMessage()
    letter["Subject"] = post.subject
    letter["From"] = channel.sender
    letter["To"] = ", ".join(channel.to)
    letter["Date"] = format_datetime(at)
    # The same when it is sent again, so that mailboxes can drop the second one.
    letter["Message-ID"] = f"<{post.key}@alarms.hub>"
    letter.set_content(post.text.replace("**", "").replace("\n> ", "\n"))
    host, _, port = str(channel.host).partition(":")
    number = int(port) if port else PORTS[channel.tls]
    context = _trust(settings, channel)
    try:
        with _smtp(channel, host, number, context) as server:
            if channel.username and channel.password:
                server.login(
                    resolve(settings, channel.username),
                    resolve(settings, channel.password),
                )
            server.send_message(letter)
    except smtplib.SMTPRecipientsRefused as error:
        codes = {code for code, _ in error.recipients.values()}
        passing = all(code in SMTP_PASSING for code in codes)
        seen = f"SMTP {', '.join(map(str, sorted(codes)))} for the recipients"
        raise ChannelFailed(channel.name, seen, passing=passing) from None
    except smtplib.SMTPResponseException as error:
        passing = error.smtp_code in SMTP_PASSING
        seen = f"SMTP {error.smtp_code}"
        raise ChannelFailed(channel.name, seen, passing=passing) from None
    except (OSError, smtplib.SMTPException) as error:
        # An expired or foreign certificate is no reason to send it in the open.
        passing = not isinstance(error, ssl.SSLCertVerificationError)
        raise ChannelFailed(
            channel.name, type(error).__name__, passing=passing
        ) from None


def _smtp(
    channel: Channel, host: str, port: int, context: ssl.SSLContext
) -> smtplib.SMTP:
    if channel.tls == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
    server = smtplib.SMTP(host, port, timeout=PATIENCE)
    try:
        server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _trust(settings: Settings, channel: Channel) -> ssl.SSLContext:
    ca = None if channel.ca is None else resolve(settings, channel.ca)
    return ssl.create_default_context(cafile=ca)


def _robot(
    settings: Settings, channel: Channel, query: dict[str, str], body: dict[str, Any]
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = _posted(settings, channel, query, orjson.dumps(body), headers)
    try:
        code = orjson.loads(answer.content)["errcode"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise ChannelFailed(
            channel.name, "an answer without errcode", passing=False
        ) from None
    if code != 0:
        # Its own words may repeat the message or the key.
        raise ChannelFailed(channel.name, f"errcode {code}", passing=code in BUSY)


def _posted(
    settings: Settings,
    channel: Channel,
    query: dict[str, str],
    body: bytes,
    headers: dict[str, str],
) -> httpx.Response:
    url = httpx.URL(resolve(settings, str(channel.url))).copy_merge_params(query)
    try:
        with httpx.Client(
            verify=_trust(settings, channel),
            timeout=PATIENCE,
            follow_redirects=False,
            trust_env=False,
        ) as client:
            answer = client.post(url, content=body, headers=headers)
    except httpx.HTTPError as error:
        # Not its text: that may name the address, and the address holds the key.
        raise ChannelFailed(channel.name, type(error).__name__, passing=True) from None
    if not answer.is_success:
        status = answer.status_code
        raise ChannelFailed(channel.name, f"HTTP {status}", passing=status in PASSING)
    return answer


Way = Callable[[Settings, Channel, Post, datetime], None]
WAYS: dict[str, Way] = {
    "wecom": send_wecom,
    "dingtalk": send_dingtalk,
    "webhook": send_webhook,
    "email": send_email,
}
