"""POST to a web address of somebody else's: nowhere but there, within a time, and only so much of the answer is read."""

from __future__ import annotations

import socket
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Timer
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, Request, build_opener

#: Seconds for one answer of the network, and for all of it: whoever sends a byte now and then holds no worker.
STEP, WHOLE = 10, 10
LONGEST_ANSWER = 10_000


def post(address: str, content: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and the beginning of the answer. Raises OSError when there is none in time, or the address is none of the web; a redirect is an answer
    like any other."""
    if not address.startswith(("https://", "http://")):  # urllib opens files and FTP, too
        raise ConnectionError(address)
    request = Request(address, data=content, headers=headers, method="POST")  # noqa: S310 - an address of the web: asked two lines above
    bell = _Bell()
    bell.start()
    try:
        with build_opener(_NoRedirect, _Plain(bell), _Encrypted(bell)).open(request, timeout=STEP) as response:
            answer = response.status, response.read(LONGEST_ANSWER)
    except HTTPError as error:
        error.close()
        return error.code, b""
    except HTTPException as error:
        raise ConnectionError(type(error).__name__) from error
    finally:
        bell.end()
    if bell.has_rung:  # what was cut off looks like an answer that has ended
        raise TimeoutError
    return answer


class _Bell(Timer):
    """When the time is over the line is cut, whatever comes over it."""

    def __init__(self) -> None:
        super().__init__(WHOLE, self.cut)
        self.daemon = True
        self.line: socket.socket | None = None
        self.has_rung = False

    def watch(self, line: socket.socket) -> None:
        """A second handle on the connection: the first one is handed on to TLS and to the answer."""
        self.line = line.dup()
        if self.has_rung:
            raise TimeoutError

    def cut(self) -> None:
        self.has_rung = True
        if self.line is not None:
            with suppress(OSError):
                self.line.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        self.cancel()
        if self.line is not None:
            self.line.close()


class _PlainLine(HTTPConnection):
    def __init__(self, *args: Any, bell: _Bell, **options: Any) -> None:
        super().__init__(*args, **options)
        self.bell = bell

    def connect(self) -> None:
        super().connect()
        self.bell.watch(self.sock)


class _EncryptedLine(HTTPSConnection, _PlainLine):
    """TLS is spoken over the line that is watched already."""


class _Plain(HTTPHandler):
    def __init__(self, bell: _Bell) -> None:
        super().__init__()
        self.bell = bell

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_PlainLine, req, bell=self.bell)  # type: ignore[arg-type]  # the stubs know no connection that takes a keyword of its own


class _Encrypted(HTTPSHandler):
    def __init__(self, bell: _Bell) -> None:
        super().__init__()
        self.bell = bell

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_EncryptedLine, req, bell=self.bell)


class _NoRedirect(HTTPRedirectHandler):
    """What is sent goes to the address that was set and nowhere else."""

    def redirect_request(self, *_args: Any, **_options: Any) -> None:
        return None
