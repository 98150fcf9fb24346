"""Bluesky's conversations on loopback, over lists that a test can lengthen. Forms as at https://docs.bsky.app/docs/category/http-reference."""

import json
from datetime import datetime
from typing import Any

from tests.support.bluesky_platform import ADA, HANDLES, OWN, XRPC, Network, at, problem
from tests.support.replay import Platform, Reply, Seen, as_json

CONVOS, MESSAGES = f"{XRPC}chat.bsky.convo.listConvos", f"{XRPC}chat.bsky.convo.getMessages"
SEND, ACCEPT = f"{XRPC}chat.bsky.convo.sendMessage", f"{XRPC}chat.bsky.convo.acceptConvo"
PROXY = "did:web:api.bsky.chat#bsky_chat"
CONVO = "3convo1"
DIGITS = "234567abcdefghijklmnopqrstuvwxyz"


def tid(moment: datetime) -> str:
    number = int(moment.timestamp() * 1_000_000) << 10
    return "".join(DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


class Chat:
    """Conversations of our account. What it writes stands there at once; `scoped`: whether the app password may read messages."""

    def __init__(self, platform: Platform, network: Network, *, size: int = 10) -> None:
        self.network, self.size, self.scoped = network, size, True
        self.said: dict[str, list[dict[str, Any]]] = {}
        self.members: dict[str, list[str]] = {}
        self.accepted: list[str] = []
        self.lost_cursors: set[str] = set()
        for path, answering in ((CONVOS, self._convos), (MESSAGES, self._messages)):
            platform.always(path, self._signed(answering))
        for path, answering in ((SEND, self._send), (ACCEPT, self._accept)):
            platform.always(path, self._signed(answering), method="POST")

    def arrive(self, number: int, text: str, *, by: str = ADA, convo: str = CONVO, **changes: Any) -> dict[str, Any]:
        """Message 1, 2, 3 …, a minute apart."""
        self.members.setdefault(convo, [OWN, ADA])
        message = {
            "$type": "chat.bsky.convo.defs#messageView",
            "id": f"3m{number:011}",
            "rev": tid(datetime.fromisoformat(at(number))),
            "text": text,
            "sender": {"did": by},
            "sentAt": at(number),
            **changes,
        }
        self.said.setdefault(convo, []).append(message)
        return message

    def _signed(self, answering: Any) -> Any:
        def answer(seen: Seen) -> Reply:
            if seen.headers.get("atproto-proxy") != PROXY:
                return problem(501, "MethodNotImplemented", "Method Not Implemented")
            if not self.scoped:
                return problem(400, "InvalidToken", "Bad token method")
            found: Reply = answering(seen)
            return found

        return self.network._signed(answer)

    def _convos(self, seen: Seen) -> Reply:
        listed = sorted(self.said, key=lambda one: str(self.said[one][-1]["rev"]), reverse=True)
        return self._page(seen, "convos", [self._convo(one) for one in listed])

    def _convo(self, convo: str) -> dict[str, Any]:
        last = self.said[convo][-1]
        members = [{"did": did, "handle": HANDLES.get(did, "someone.test")} for did in self.members[convo]]
        return {"id": convo, "rev": last["rev"], "members": members, "lastMessage": last, "muted": False, "unreadCount": 1}

    def _messages(self, seen: Seen) -> Reply:
        return self._page(seen, "messages", list(reversed(self.said.get(seen.query["convoId"], []))))

    def _page(self, seen: Seen, name: str, items: list[dict[str, Any]]) -> Reply:
        cursor = seen.query.get("cursor")
        if cursor in self.lost_cursors:
            return problem(400, "InvalidRequest", "Malformed cursor")
        start = int(cursor or 0)
        more = {"cursor": str(start + self.size)} if start + self.size < len(items) else {}
        return as_json({name: items[start : start + self.size], **more})

    def _send(self, seen: Seen) -> Reply:
        given = json.loads(seen.body)
        number = 1000 + sum(map(len, self.said.values()))
        return as_json(self.arrive(number, given["message"]["text"], by=OWN, convo=given["convoId"]))

    def _accept(self, seen: Seen) -> Reply:
        self.accepted.append(json.loads(seen.body)["convoId"])
        return as_json({})
