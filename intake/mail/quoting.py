"""What somebody wrote now, without the history their mail program put under it. The whole mail is kept as it arrived."""

import re

#: How programs and providers head what they quote.
HISTORY = re.compile(
    r"^(?:"
    r"-{2,}\s*(?:original message|forwarded message|原始邮件|原邮件|转发邮件|回复的原邮件)\s*-{2,}"
    r"|_{20,}"
    r"|on\s.{4,300}\swrote:"
    r"|在\s?.{4,300}写道[:：]"
    r"|\d{4}\s?年.{4,300}写道[:：]"
    r")$",
    re.IGNORECASE,
)
#: Headers of the quoted mail, with nothing above them; the first alone may be somebody's own words.
SENDER = re.compile(r"^(?:发件人|from)\s*[:：]", re.IGNORECASE)
NEXT_HEADER = re.compile(r"^(?:发送时间|发送日期|日期|时间|收件人|抄送|主题|sent|date|to|cc|subject)\s*[:：]", re.IGNORECASE)
LONGEST_LINE = 400


def newly_said(text: str) -> str:
    """The words above the quoted history; everything where nothing would be left."""
    lines = [line.strip() for line in text.split("\n")]
    end = next((number for number in range(len(lines)) if _heads_history(lines[number : number + 2])), len(lines))
    kept = text.split("\n")[:end]
    while kept and (not kept[-1].strip() or kept[-1].lstrip().startswith(">")):
        kept.pop()
    return "\n".join(kept).strip() or text.strip()


def _heads_history(lines: list[str]) -> bool:
    """Whether the first of these two lines begins the history."""
    joined = " ".join(lines)
    if len(joined) > LONGEST_LINE:
        return False
    if SENDER.match(lines[0]):
        return NEXT_HEADER.match(lines[-1]) is not None
    return HISTORY.match(lines[0]) is not None or (joined.lower().startswith("on ") and HISTORY.match(joined) is not None)
