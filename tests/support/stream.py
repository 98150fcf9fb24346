"""A page over Streamlit's websocket without a browser: what it is told to draw, and what somebody with another client could ask of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

RUN_S = 60


class Page:
    """One connection. `told` is everything that it was ever sent, `parts` the parts of the page that can be drawn alone."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.told: list[ForwardMsg] = []
        self.parts: set[str] = set()
        self.buttons: set[str] = set()
        self.session = ""

    def run(self, page: str = "", query: str = "", *, part: str = "", clicked: frozenset[str] = frozenset()) -> bytes:
        """One run to its end, with these buttons pressed; all that it sent, as it came over the wire."""
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string, asked.rerun_script.fragment_id = page, query, part
        for one in sorted(clicked):
            asked.rerun_script.widget_states.widgets.add(id=one, trigger_value=True)
        self.socket.send(asked.SerializeToString())
        return b"".join(self._answers())

    def _answers(self) -> Iterator[bytes]:
        while True:
            came = self.socket.recv(timeout=RUN_S)
            assert isinstance(came, bytes)
            message = ForwardMsg.FromString(came)
            self._note(message)
            yield came
            if message.WhichOneof("type") == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return

    def _note(self, message: ForwardMsg) -> None:
        self.told.append(message)
        if message.WhichOneof("type") == "new_session":
            self.session = message.new_session.initialize.session_id
            self.parts, self.buttons = set(), set()
        if message.delta.fragment_id:
            self.parts.add(message.delta.fragment_id)
        if message.delta.new_element.button.id:
            self.buttons.add(message.delta.new_element.button.id)


@contextmanager
def opened(url: str, cookie: str | None, *, session: str = "") -> Iterator[Page]:
    """A connection with this Cookie header, none for None; `session` is a session of Streamlit's that it wants to go on with."""
    headers: dict[str, Any] = {} if cookie is None else {"Cookie": cookie}
    protocols = [Subprotocol(one) for one in ("streamlit", *(("unused", session) if session else ()))]
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(address, subprotocols=protocols, additional_headers=headers, max_size=None, ping_interval=None) as socket:
        yield Page(socket)
