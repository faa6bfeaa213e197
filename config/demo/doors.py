"""The doors of the demo company: where customers find them, boxes on walls, leaders' days to come, questions by topic, a message on the tape."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from complaints.models import Category, Question
from config.demo.tables import keep
from intake.models import Box, Channel, ReceptionDay
from intake.services import boxes, recordings
from staff.models import Department, User

#: Code of the channel → where to, hours, remark.
WHERE = {
    "phone": ("400-000-1230", "每天 8:00–20:00", "免费"),
    "voicemail": ("400-000-1230 转 9", "全天", "留言后次日上午回电"),
    "letter": ("江南省云州市禾木路18号 客户服务中心收", "", ""),
    "fax": ("0555-0000-1239", "全天", ""),
    "counter": ("云州市禾木路18号一楼服务台", "每天 9:00–18:00", ""),
    "email": ("complaints@hemu.example.com", "", ""),
    "social": ("公众号“禾木家居”", "每天 9:00–21:00", ""),
    "box": ("各门店入口处", "每周开箱", ""),
}
BOXES = [("中山路门店意见箱", "云州市中山路门店入口右侧", "SHOP1"), ("临江大道门店意见箱", "临江大道门店二楼电梯口", "SHOP2")]
QUESTIONS = [
    ("配送延误", "约定的送达日期", "The day it was to be delivered", Question.Kind.DAY, ""),
    ("货损与错发", "外包装是否完好", "Was the outer packaging sound?", Question.Kind.YES_NO, ""),
    ("安装质量", "问题出现在什么时候", "When did the fault show?", Question.Kind.CHOICE, "安装当天\n一周以内\n一周以后"),
]
#: A moment of silence as an AMR recording: head and one frame.
SILENCE = b"#!AMR\n" + bytes([0x3C]) + bytes(31)


def open_doors(*, by: User, at: datetime, now: datetime) -> None:
    """What complaint management set up in the back office (`at`), and what lies waiting today (`now`)."""
    for code, (address, hours, note) in WHERE.items():
        channel = Channel.objects.get(code=code)
        channel.address, channel.hours, channel.note = address, hours, note
        keep(channel, by=by, at=at)
    units = {department.code: department for department in Department.objects.all()}
    for name, place, unit in BOXES:
        keep(Box(name=name, place=place, department=units[unit]), by=by, at=at)
    for position, (category, text, text_en, kind, choices) in enumerate(QUESTIONS, start=1):
        asked = Question(
            category=Category.objects.get(name=category), position=position, text=text, text_en=text_en, kind=kind, choices=choices
        )
        keep(asked, by=by, at=at)
    _days(by, now)
    _waiting(now)


def _days(by: User, now: datetime) -> None:
    """The general manager receives in a week and in two."""
    leader = User.objects.get(employee_number="executive")
    for days in (7, 14):
        day = timezone.localdate(now) + timedelta(days=days)
        hours = {"begins": time(9), "ends": time(11, 30), "minutes": 30, "place": "云州市禾木路18号三楼接待室", "published": True}
        keep(ReceptionDay(leader=leader, day=day, **hours), by=by, at=now)


def _waiting(now: datetime) -> None:
    """A box opened yesterday that the second person has still to confirm, and a recorded message nobody has listened to."""
    opener, witness = (User.objects.get(employee_number=number) for number in ("agent", "agent2"))
    boxes.open_box(box=Box.objects.get(name=BOXES[0][0]), slips=2, witness=witness, by=opener, at=now - timedelta(days=1))
    tape = Channel.objects.get(code="voicemail")
    recordings.keep(channel=tape, name="留言.amr", content=SILENCE, from_number="13900001234", at=now - timedelta(hours=10))
