"""One customer's case in words: a story filled in, the person, the day, the amounts. Drawn from one random source."""

import struct
import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from complaints.services.inputs import PartyInput
from config.demo import texts
from config.demo.texts import Story

SHOPS = ("云州中山路门店", "临江大道门店", "城南家居城店", "开发区店")
WEIGHT = {"zh-hans": 9, "en": 3}
ENGLISH_NAMES = ("Anna Keller", "James Wood", "Priya Nair", "Tom Becker")


def is_english(story: Story) -> bool:
    return story.text.isascii()


def choose_story(random: Random, *, named: bool, with_person: bool, category: str = "") -> Story:
    """A story, of this category if one is given; where somebody is to be held responsible, one whose cause lies with a person."""
    from config.demo.causes import CAUSES

    fitting = [story for story in texts.STORIES if not named or story.cause == "attitude"]
    fitting = [story for story in fitting if not with_person or CAUSES[story.cause].person]
    return random.choice([story for story in fitting if category in {"", story.category}])


@dataclass(frozen=True)
class Words:
    """What the customer says, filled in."""

    story: str
    order: str
    occurred_on: date
    allegations: tuple[str, ...]


def fill(story: Story, random: Random, *, filed_on: date) -> Words:
    days = random.randint(2, 40)
    occurred = filed_on - timedelta(days=random.randint(0, min(days, 9)))
    order = f"HM{filed_on:%y}{random.randint(100000, 999999)}"
    month = f"{(filed_on - timedelta(days=days + 20)).month}月"
    slots = {"days": days, "n": random.randint(2, 6), "month": month, "shop": random.choice(SHOPS), "order": order}
    body = story.text.format(**slots)
    if not is_english(story):
        body = random.choice(texts.OPENINGS) + body + random.choice(texts.CLOSINGS).format(**slots)
    return Words(body, order if random.random() < 0.7 else "", occurred, story.allegations)


def somebody(random: Random, *, english: bool, written: bool) -> PartyInput:
    """A fictitious person; telephone numbers and mailboxes of nobody."""
    if english:
        name = random.choice(ENGLISH_NAMES)
        return PartyInput(name=name, email=f"{name.split()[1].lower()}{random.randint(1, 99)}@example.com", language="en")
    name = random.choice(texts.SURNAMES) + random.choice(texts.GIVEN)
    phone = f"1{random.choice('3578')}0{random.randint(0, 99999999):08d}" if random.random() < 0.9 else ""
    email = f"guke{random.randint(1000, 99999)}@example.com" if random.random() < 0.45 or not phone else ""
    address = f"云州市{random.choice('东南西北')}城区民生路{random.randint(1, 300)}号" if written else ""
    return PartyInput(name=name, phone=phone, email=email, address=address)


def amount(about: int, random: Random) -> Decimal | None:
    """An amount around the usual one, to the tenth of a yuan."""
    return (Decimal(about) * Decimal(random.randint(70, 150)) / 100).quantize(Decimal("0.1")) if about else None


def photo(random: Random) -> bytes:
    """A small picture (PNG) of stripes, as a stand-in for a customer's photo."""
    width, height = 96, 64
    dark, light = (bytes(random.randint(low, low + 90) for _channel in range(3)) for low in (20, 140))
    line = b"\x00" + b"".join((dark if x // 12 % 2 else light) for x in range(width))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(line * height)) + chunk(b"IEND", b"")
