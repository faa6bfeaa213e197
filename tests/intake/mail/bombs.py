"""Mails of the corpus that are too large to keep as files."""

HEAD = b"From: a@example.com\r\nTo: complaints@shop.example\r\nSubject: bomb\r\nMessage-ID: <bomb@example.com>\r\n"
MIXED = b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n"


def nested(levels: int) -> bytes:
    return HEAD + b"".join(MIXED % ((b"b%d" % level,) * 2) for level in range(levels)) + b"\r\nhello"


def nested_mails(levels: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * levels + b"hello"


def parts(count: int) -> bytes:
    return HEAD + MIXED % (b"b", b"b") + b"\r\nhello\r\n--b\r\n" * count + b"\r\n--b--"


def attachments(count: int) -> bytes:
    one = b'Content-Disposition: attachment; filename="%d.png"\r\nContent-Type: image/png\r\n\r\nx\r\n--b\r\n'
    return HEAD + MIXED % (b"b", b"b") + b"".join(one % number for number in range(count)) + b"\r\n--b--"


def base64_of(size: int) -> bytes:
    lines = (b"A" * 76 + b"\r\n") * (size // 78)
    return HEAD + b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lines


def long_headers(lines: int) -> bytes:
    return HEAD + b"X-Y: z\r\n" * lines + b"\r\nhello"


BOMBS = {
    "held-too_large-nested-1000": lambda: nested(1000),
    "held-too_large-mails-in-mails-1000": lambda: nested_mails(1000),
    "held-too_large-parts-20000": lambda: parts(20_000),
    "held-too_large-attachments-10000": lambda: attachments(10_000),
    "held-too_large-base64-30-mb": lambda: base64_of(30_000_000),
    "case-base64-24-mb": lambda: base64_of(24_000_000),
    "case-headers-100000": lambda: long_headers(100_000),
}
#: One megabyte of each (threat H10), in the words, as a web page, and in the headers.
SLOW = (b"(", b"&", b"<", b"a.", b"@", b"<a ", b"<!--", b"<div>", b"=?utf-8?q?", b"&#", b"<script>", b"\n>", b"On \n", b"From:\n")
