"""Before the board can serve, its address answers 503."""

import socket

import httpx

from dashboard.doorstep import Doorstep


def test_who_comes_early_is_told_to_come_again() -> None:
    doorstep = Doorstep("127.0.0.1", 0)
    port = doorstep.socket.getsockname()[1]
    answers = [httpx.get(f"http://127.0.0.1:{port}/healthz") for _ in range(3)]
    doorstep.leave()
    doorstep.socket.close()
    assert [(answer.status_code, answer.headers["retry-after"]) for answer in answers] == [(503, "1")] * 3


def test_who_says_nothing_keeps_nobody_else_out() -> None:
    doorstep = Doorstep("127.0.0.1", 0)
    address = doorstep.socket.getsockname()
    with socket.create_connection(address):
        answer = httpx.get(f"http://127.0.0.1:{address[1]}/", timeout=10)
    doorstep.leave()
    doorstep.socket.close()
    assert answer.status_code == 503


def test_whoever_knocks_after_it_left_waits_for_the_server() -> None:
    doorstep = Doorstep("127.0.0.1", 0)
    doorstep.leave()
    with socket.create_connection(doorstep.socket.getsockname()) as early:
        visitor, _ = doorstep.socket.accept()
        visitor.sendall(b"served")
        visitor.close()
        assert early.recv(10) == b"served"
    doorstep.socket.close()
