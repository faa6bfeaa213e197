"""Names and contacts as they are shown to whoever needs to recognise a person but not to reach them."""

import re

MASK = "*"
#: Addresses and long numbers inside a text of a machine, such as the answer of a mail server.
EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
LONG_NUMBER = re.compile(r"(?<![\w-])\+?\d{7,15}(?![\w-])")


def mask_name(name: str) -> str:
    """王芳 → 王**, Mary Smith → M**; how long it is is not told."""
    plain = name.strip()
    return f"{plain[0]}{MASK * 2}" if plain else ""


def mask_phone(phone: str) -> str:
    """13800138000 → 138****8000; of a short number only its end."""
    digits = re.sub(r"\D", "", phone)
    if not digits:
        return ""
    if len(digits) >= 9:
        return f"{digits[:3]}{MASK * 4}{digits[-4:]}"
    return f"{MASK * 4}{digits[-2:]}"


def mask_email(email: str) -> str:
    """wang.fang@example.com → w***@example.com."""
    local, at, domain = email.strip().rpartition("@")
    if not at:
        return MASK * 3 if domain else ""
    return f"{local[:1]}{MASK * 3}@{domain}"


def mask_address(address: str) -> str:
    """Where somebody lives is not told at all, only that it is known."""
    return MASK * 4 if address.strip() else ""


def hide_text(text: str, *known: str) -> str:
    """A text with all that is `known` of a protected person, addresses and long numbers gone: not even their first letter stays."""
    for said in sorted((each.strip() for each in known if len(each.strip()) > 1), key=len, reverse=True):
        text = text.replace(said, MASK * 3)
    return LONG_NUMBER.sub(MASK * 3, EMAIL.sub(MASK * 3, text))


def mask_text(text: str, *known: str) -> str:
    """A text with e-mail addresses, long numbers, and the names in `known` masked."""
    for name in sorted((each.strip() for each in known if len(each.strip()) > 1), key=len, reverse=True):
        text = text.replace(name, mask_name(name))
    text = EMAIL.sub(lambda found: mask_email(found.group()), text)
    return LONG_NUMBER.sub(lambda found: mask_phone(found.group()), text)
