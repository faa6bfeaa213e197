"""Mails taken apart: in bounded time whatever they are, and into the words that were meant."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.mail.addresses import sender_of
from intake.mail.charsets import decode
from intake.mail.markup import words_of
from intake.mail.mime import MOST_BYTES, TooLarge
from intake.mail.parse import parse
from intake.mail.quoting import newly_said
from tests.intake.mail.bombs import HEAD, MIXED, SLOW

MB = 1_000_000


def seconds_for(raw: bytes) -> float:
    begun = time.process_time()
    with suppress(TooLarge):
        newly_said(parse(raw).text)
    return time.process_time() - begun


@pytest.mark.parametrize("mark", SLOW)
def test_h10_a_megabyte_of_anything_is_read_in_less_than_a_second(mark: bytes) -> None:
    text = mark * (MB // len(mark))
    headers = b"\r\n".join(name + b": " + text for name in (b"From", b"Subject", b"References", b"To", b"Content-Type", b"Date"))
    assert seconds_for(HEAD + b"\r\n" + text) < 1
    assert seconds_for(HEAD + b"Content-Type: text/html\r\n\r\n" + text) < 1
    assert seconds_for(headers + b"\r\n\r\nhello") < 1


@pytest.mark.parametrize(
    "inside",
    [b"\n", b"\n--", b"\n--b0 ", b"--b0\n", b"--b0--", b"\r", b" "],
    ids=["lines", "dashes", "spaces", "false", "ends", "returns", "blank"],
)
@pytest.mark.parametrize("levels", [1, 6, 12])
def test_d8_the_largest_mail_of_many_levels_is_read_in_two_seconds(inside: bytes, levels: int) -> None:
    head = HEAD + b"".join(MIXED % ((b"b%d" % level,) * 2) for level in range(levels)) + b"\r\n"
    assert seconds_for(head + inside * ((MOST_BYTES - len(head)) // len(inside))) < 2


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([
    b"From: a@b.c\n", b"Content-Type: multipart/mixed; boundary=b\n", b"Content-Type: multipart/alternative; boundary=\"c\"\n", b"--b\n", b"--b--\n",
    b"--c\n", b"\n", b"\r\n", b"Content-Transfer-Encoding: base64\n", b"Content-Type: text/html; charset=gb2312\n", b"Content-Type: message/rfc822\n",
    b"AAAA=\n", b"=?utf-8?B?\xff?=", b"Subject: =?x?q?=00?=\n", b"\x00\xff", b"<p>", b"Content-Disposition: attachment; filename*0*=utf-8''%ff\n",
    "水壶".encode("gbk"), b"Date: x\n", b"Content-Type: multipart/report; boundary=b\n",
]), max_size=40).map(b"".join) | st.binary(max_size=300))  # fmt: skip
def test_d10_no_bytes_at_all_make_it_stumble(raw: bytes) -> None:
    mail = parse(raw)
    for text in (mail.subject, mail.text, mail.sender.name, mail.sender.address, *(file.name for file in mail.attachments)):
        assert "\x00" not in text
        text.encode("utf-8")


@pytest.mark.parametrize(("charset", "codec"), [("gb2312", "gb18030"), ("GBK", "gb18030"), ("x-gbk", "gb18030"), ("big5", "big5"), ("Shift_JIS", "shift_jis"),
                                               ("hz-gb-2312", "hz"), ("utf-16le", "utf-16-le"), ("", "gb18030"), ("us-ascii", "utf-8"), ("x-none", "utf-8")])  # fmt: skip
def test_d10_bytes_are_read_in_the_charset_that_was_meant(charset: str, codec: str) -> None:
    assert decode("漏水退".encode(codec), charset) == "漏水退"


def test_d2_a_sender_is_one_mailbox_or_none() -> None:
    assert sender_of('"Li, Lei" <li@example.com>').address == "li@example.com"
    assert sender_of("LI@Example.COM").address == "li@example.com"
    for line in (
        "a@b.cc,evil@x.cc", "a@b.cc evil@x.cc", "a@b.cc\tBcc: evil@x.cc", "a@b.cc <x@y.zz> <evil@x.cc>", "x <a@b.cc>, <evil@x.cc>",
        '"x" <evil@x.cc>,', "alice@example.org)bob@evil.cc", "<a@b.cc>evil@x.cc", "@x.cc:evil@x.cc", "a@b.cc;evil@x.cc", "", "x", "<>",
    ):  # fmt: skip
        assert sender_of(line).address == "", line


def test_c3_of_a_web_page_only_the_words_are_left() -> None:
    page = '<p>Hello</p><img src="http://x/1.gif"><script>bad()</script><style>p{}</style><a href="javascript:bad()">you</a> &lt;b&gt; <!-- hidden --> 1 < 2'
    assert words_of(page) == "Hello\nyou <b> 1 < 2"


def test_the_history_under_an_answer_is_left_away_but_never_everything() -> None:
    assert newly_said("new\n\n-----Original Message-----\nold") == "new"
    assert newly_said("new\n\n在 2026年3月2日，Shop 写道：\n> old") == "new"
    assert newly_said("From: the shop I bought it\nI want my money") == "From: the shop I bought it\nI want my money"
    assert newly_said("> old\n\nnew") == "> old\n\nnew"
    assert newly_said("> only old") == "> only old"
