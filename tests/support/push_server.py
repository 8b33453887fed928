"""A hub's submissions behind HTTP, and the clients that its district and others are."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from fastapi import FastAPI
from support.consumers import consumer
from support.push_city import Push

from hub.sharing.submissions.routes import router
from hub.storage.consumer_keys import ConsumerKeys
from hub.storage.consumers import Consumers

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
CASES = "/api/v1/submissions/east/cases"
CSV = {"Content-Type": "text/csv", "Idempotency-Key": "a"}


@dataclass
class Met:
    """A hub, and two clients of its server: the district's and a stranger's."""

    push: Push
    app: FastAPI
    key: str
    strange: str

    def ask(self, method: str, path: str, *, key: str | None = "own", **given: object):
        """One request; `own`, `strange` or no key."""
        told = {"own": self.key, "strange": self.strange}.get(key or "", key)
        headers = dict(given.pop("headers", {}))  # type: ignore[call-overload]
        if told:
            headers.setdefault("Authorization", f"Bearer {told}")

        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://hub"
            ) as client:
                return await client.request(method, path, headers=headers, **given)  # type: ignore[arg-type]

        return asyncio.run(go())


def meet(push: Push) -> Met:
    """A server of that hub, its consumer and a stranger, each with a key."""
    engine = push.house.control.engine
    keys = {}
    for name in ("qiaokou", "hanyang"):
        Consumers(engine).add(consumer(id=name, valid_from=BEGUN))
        key, _ = ConsumerKeys(engine).make(name, by="甲", at=BEGUN)
        keys[name] = key
    app = FastAPI()
    app.include_router(router(push.desk))
    return Met(push, app, keys["qiaokou"], keys["hanyang"])
