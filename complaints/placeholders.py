"""Placeholders of letters and replies: names of an allow-list are replaced, everything else is text and stays as it is (threats C7).

No template engine and no format string sees what people typed: one pass of a regular expression, so that a value which looks like a
placeholder is not replaced again.
"""

import re
from collections.abc import Mapping

#: What may stand between braces: the name used in the code, and the one Chinese writers use.
NAMES: dict[str, str] = {
    "name": "顾客姓名",
    "number": "投诉编号",
    "company": "公司名称",
    "hotline": "服务热线",
    "today": "今日日期",
    "received": "收到日期",
    "due": "答复期限",
    "handler": "承办人",
    "signed": "我的姓名",
    "department": "承办部门",
    "product": "产品名称",
    "story": "投诉内容",
    "facts": "记录事实",
    "findings": "调查结论",
    "solution": "解决方案",
    "standard": "衡量标准",
    "reasons": "判定理由",
    "track": "查询网址",
}
_BY_ANY_NAME = {**{name: name for name in NAMES}, **{chinese: name for name, chinese in NAMES.items()}}
_PLACEHOLDER = re.compile(r"\{([^{}\s]{1,20})\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced; one without a value becomes nothing, an unknown one stays."""

    def value(found: re.Match[str]) -> str:
        name = _BY_ANY_NAME.get(found[1])
        return found[0] if name is None else values.get(name, "")

    return _PLACEHOLDER.sub(value, text)


def unknown_in(text: str) -> list[str]:
    """What looks like a placeholder in a template and is none."""
    return [found[0] for found in _PLACEHOLDER.finditer(text) if found[1] not in _BY_ANY_NAME]


def used_in(text: str) -> set[str]:
    """The placeholders a text has, by the name used in the code."""
    return {_BY_ANY_NAME[found[1]] for found in _PLACEHOLDER.finditer(text) if found[1] in _BY_ANY_NAME}
