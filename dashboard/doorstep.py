"""What answers at the board's address until the board can: 503, so that nobody takes a start for an absence."""

import select
import socket
import threading

LOOK_EVERY_S = 0.05
READ_WITHIN_S = 0.5
BODY = b"The board is starting."
ANSWER = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\nretry-after: 1\r\nconnection: close\r\n"
    b"content-length: " + str(len(BODY)).encode() + b"\r\n\r\n" + BODY
)


class Doorstep:
    """Holds the address from the first moment on. After `leave` the same socket is the server's."""

    def __init__(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.create_server((host, port), family=family, backlog=2048)
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._answer, name="doorstep", daemon=True)
        self._thread.start()

    def leave(self) -> None:
        """Answer no more; whoever knocks now is the server's."""
        self._left.set()
        self._thread.join()

    def _answer(self) -> None:
        while not self._left.is_set():
            ready, _, _ = select.select([self.socket], [], [], LOOK_EVERY_S)
            if ready:
                _turn_away(self.socket)


def _turn_away(listening: socket.socket) -> None:
    try:
        visitor, _ = listening.accept()
        with visitor:
            visitor.settimeout(READ_WITHIN_S)
            visitor.recv(4096)
            visitor.sendall(ANSWER)
            visitor.shutdown(socket.SHUT_WR)
    except OSError:
        return  # who left again needs no answer
