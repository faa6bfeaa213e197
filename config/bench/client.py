"""Many customers at once: keep-alive connections to one server, driven by one loop in a process of its own.

Standard library alone, no Django: it shall take as little as possible from what it measures.
"""

from __future__ import annotations

import multiprocessing
import selectors
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

HEAD_END = b"\r\n\r\n"
CHUNK = 262_144
#: Makes the n-th request, as bytes.
MakeRequest = Callable[[int], bytes]


@dataclass
class Seen:
    """What came back: seconds of each answer, how often each status, and how long it all took."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    took: float = 0.0
    first_odd: bytes = b""

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.took if self.took else 0.0


class Line:
    """One customer's connection: sends a request, waits for its answer, sends the next."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(0)

    def begin(self, request: bytes) -> None:
        self.unsent = memoryview(request)
        self.answer = b""
        self.wanted = -1
        self.began = time.perf_counter()

    def push(self) -> None:
        """Send what the server takes now."""
        with suppress(BlockingIOError):
            self.unsent = self.unsent[self.socket.send(self.unsent[:CHUNK]) :]

    @property
    def waits_for(self) -> int:
        return selectors.EVENT_WRITE if self.unsent else selectors.EVENT_READ

    def receive(self) -> bool:
        """Read what is there; whether the answer is whole."""
        chunk = self.socket.recv(CHUNK)
        if not chunk:
            raise ConnectionError("the server hung up")
        self.answer += chunk
        if self.wanted < 0:
            end = self.answer.find(HEAD_END)
            if end < 0:
                return False
            self.wanted = end + len(HEAD_END) + _length(self.answer[:end])
        return len(self.answer) >= self.wanted

    @property
    def status(self) -> int:
        return int(self.answer[9:12])

    @property
    def closes(self) -> bool:
        return b"\nConnection: close" in self.answer[: self.answer.find(HEAD_END)]


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0


class Crowd:
    """All customers of a run."""

    def __init__(self, port: int, make: MakeRequest, *, first: int, fine: tuple[int, ...], selector: selectors.BaseSelector) -> None:
        self.port, self.make, self.fine, self.selector = port, make, fine, selector
        self.number = self.first = first
        self.seen = Seen()

    def join(self) -> None:
        """One more customer."""
        line = Line(self.port)
        line.begin(self._next())
        self.selector.register(line.socket, line.waits_for, line)

    def serve(self, line: Line) -> bool:
        """Do what can be done on a line that is ready; whether an answer is whole."""
        if line.unsent:
            line.push()
            self.selector.modify(line.socket, line.waits_for, line)
            return False
        if not line.receive():
            return False
        self.seen.seconds.append(time.perf_counter() - line.began)
        self.seen.statuses[line.status] = self.seen.statuses.get(line.status, 0) + 1
        if line.status not in self.fine and not self.seen.first_odd:
            self.seen.first_odd = line.answer
        return True

    def again(self, line: Line) -> None:
        if line.closes:
            self.go(line)
            line.connect()
            self.selector.register(line.socket, selectors.EVENT_WRITE, line)
        line.begin(self._next())
        self.selector.modify(line.socket, line.waits_for, line)

    def go(self, line: Line) -> None:
        self.selector.unregister(line.socket)
        line.socket.close()

    def _next(self) -> bytes:
        self.number += 1
        return self.make(self.number - 1)


def drive(port: int, make: MakeRequest, *, lines: int, seconds: float, first: int, fine: tuple[int, ...], most: int = 0) -> Seen:
    """Ask for so many seconds (or `most` requests) over so many connections. Numbers of requests begin at `first`."""
    with selectors.DefaultSelector() as selector:
        crowd = Crowd(port, make, first=first, fine=fine, selector=selector)
        began = time.perf_counter()
        for _line in range(lines):
            crowd.join()
        while selector.get_map():
            for key, _events in selector.select(timeout=30):
                if not crowd.serve(key.data):
                    continue
                is_over = time.perf_counter() - began >= seconds or (most and crowd.number - first >= most)
                (crowd.go if is_over else crowd.again)(key.data)
        crowd.seen.took = time.perf_counter() - began
    return crowd.seen


def ask(
    port: int, make: MakeRequest, *, lines: int = 8, seconds: float = 3.0, first: int = 0, fine: tuple[int, ...] = (200,), most: int = 0
) -> Seen:
    """`drive` in a process of its own. Raises RuntimeError with the answer when one was not as it should be."""
    fork = multiprocessing.get_context("fork")
    reader, writer = fork.Pipe(duplex=False)
    child = fork.Process(target=_child, args=(writer, port, make, lines, seconds, first, fine, most))
    child.start()
    writer.close()
    seen: Seen = reader.recv()
    child.join()
    if set(seen.statuses) - set(fine):
        raise RuntimeError(f"{seen.statuses}: {seen.first_odd[:2000].decode(errors='replace')}")
    return seen


def _child(
    writer: Connection, port: int, make: MakeRequest, lines: int, seconds: float, first: int, fine: tuple[int, ...], most: int
) -> None:  # fmt: skip
    writer.send(drive(port, make, lines=lines, seconds=seconds, first=first, fine=fine, most=most))
    writer.close()


def request(method: str, path: str, *, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in (headers or {}).items())]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body
