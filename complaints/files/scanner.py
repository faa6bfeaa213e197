"""Asks a virus scanner that speaks clamd's protocol about one file. Without an answer nothing is clean."""

from __future__ import annotations

from typing import BinaryIO

from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket, CommunicationError

PATIENCE_SECONDS = 30
LONGEST_NAME = 120


class Unavailable(Exception):
    """The scanner does not answer."""


class Undecided(Exception):
    """The scanner answered that it could not look at this file."""


def virus_in(content: BinaryIO, address: str) -> str:
    """The name of what the scanner found, or "". `address`: host:port, or the path of a Unix socket. Raises Unavailable or Undecided."""
    try:
        answer = _client(address).instream(content)
    except (CommunicationError, OSError) as error:
        raise Unavailable(str(error)) from error
    except (ClamdError, UnicodeDecodeError) as error:
        raise Undecided(str(error)) from error
    if not answer:
        raise Unavailable("the connection was closed without an answer")
    ((status, found),) = answer.values()
    if status == "FOUND":
        return str(found or "?")[:LONGEST_NAME]
    if status != "OK":
        raise Undecided(f"{status} {found}")
    return ""


def _client(address: str) -> ClamdNetworkSocket:
    if "/" in address:
        return ClamdUnixSocket(address, timeout=PATIENCE_SECONDS)
    host, _colon, port = address.rpartition(":")
    try:
        return ClamdNetworkSocket(host.strip("[]"), int(port), timeout=PATIENCE_SECONDS)
    except ValueError as error:
        raise Unavailable(f"CLAMD_ADDRESS is neither host:port nor a path: {address}") from error
