"""Bytes to text, whatever the sender calls their encoding: what cannot be read becomes a replacement character, never an error."""

import re

#: Only these are looked up: among Python's codecs are some that are no charsets and some that take quadratic time.
KNOWN = frozenset(
    [
        "utf-8",
        "ascii",
        "big5hkscs",
        "gb18030",
        "hz",
        "shift_jis",
        "euc_jp",
        "iso2022_jp_ext",
        "euc_kr",
        "cp949",
        "iso2022_kr",
        "koi8-r",
        "koi8-u",
        "utf-7",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "iso8859-1",
        "iso8859-2",
        "iso8859-3",
        "iso8859-4",
        "iso8859-5",
        "iso8859-6",
        "iso8859-7",
        "iso8859-8",
        "iso8859-9",
        "iso8859-10",
        "iso8859-13",
        "iso8859-14",
        "iso8859-15",
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "cp1258",
        "cp437",
        "cp850",
        "cp866",
        "cp874",
    ]
)
#: What is written → what is meant. Mail that says gb2312 is full of characters that only its successors have.
MEANT = {
    "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8", "us-ascii": "ascii", "ansi_x3.4-1968": "ascii", "7bit": "ascii",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "ms936": "gb18030", "windows-936": "gb18030",
    "gb_2312-80": "gb18030", "chinese": "gb18030", "csgb2312": "gb18030", "euc-cn": "gb18030", "x-euc-cn": "gb18030", "hz-gb-2312": "hz",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "cn-big5": "big5hkscs", "csbig5": "big5hkscs", "cp950": "big5hkscs",
    "iso-2022-jp": "iso2022_jp_ext", "iso-2022-jp-2": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext", "iso-2022-kr": "iso2022_kr",
    "shift-jis": "shift_jis", "sjis": "shift_jis", "x-sjis": "shift_jis", "windows-31j": "shift_jis", "euc-jp": "euc_jp",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "latin1": "cp1252", "iso-8859-1": "cp1252", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
}  # fmt: skip
REPLACEMENT = "\ufffd"
#: Controls that no database column holds and no page shows; tab and line feed stay.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def codec_of(charset: str) -> str:
    """Python's name of a charset, or "" of one that nobody knows."""
    name = charset.strip().strip("\"'").lower().replace(" ", "")
    name = MEANT.get(name, name)
    if name.startswith("iso-8859-"):
        name = name.replace("iso-8859-", "iso8859-")
    elif name.startswith("windows-"):
        name = name.replace("windows-", "cp")
    return name if name in KNOWN else ""


def decode(content: bytes, charset: str = "") -> str:
    """The text of some bytes, with Unix line ends, as any database can keep it."""
    codec = codec_of(charset)
    if codec and not (codec == "ascii" and not content.isascii()):
        return clean(content.decode(codec, "replace"))
    return clean(_guessed(content))


def clean(text: str) -> str:
    """Without what PostgreSQL cannot hold (NUL, halves of surrogate pairs) and without control characters."""
    return CONTROLS.sub(REPLACEMENT, text.replace("\r\n", "\n").replace("\r", "\n"))


def _guessed(content: bytes) -> str:
    """Nobody said, or nobody knows what they said: UTF-8 if it is, else Chinese if it is, else what can be read of it."""
    for codec in ("utf-8", "gb18030"):
        try:
            return content.decode(codec)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")
