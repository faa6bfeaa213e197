"""When it spreads, in the demo: a lot that leaks and those who bought it, a suspicion to look through, the register of crises and an open one."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from complaints.models import Complaint, Product
from complaints.services import purchases
from complaints.services.purchases import PurchaseInput
from complaints.workflow import Mode
from config.demo.organisation import person
from config.demo.tables import keep
from escalation.models import Affected, CrisisRisk, CrisisRole, Incident, Measure, Point, Reach, Statement
from escalation.queries import approval
from escalation.services import affected, broadcast, crises, incidents, measures, reach

HEATER, HEATER_LOT = "WH-60", "WH60-2508B"
KETTLE, KETTLE_LOT = "KT-17", "KT17-2603"
DECLARED = timedelta(days=3)

#: Who bought of the lot: name, e-mail, telephone, language.
BUYERS = (
    ("邹明", "zou.ming@example.com", "13900010001", "zh-hans"), ("贺芳", "he.fang@example.com", "13900010002", "zh-hans"),
    ("龚建", "gong.jian@example.com", "13900010003", "zh-hans"), ("程静", "cheng.jing@example.com", "13900010004", "zh-hans"),
    ("Emily Carter", "emily.carter@example.com", "13900010005", "en"), ("黎波", "", "13900010006", "zh-hans"),
    ("Daniel Novak", "daniel.novak@example.com", "13900010007", "en"), ("易秀英", "", "13900010008", "zh-hans"),
    ("常亮", "chang.liang@example.com", "13900010009", "zh-hans"), ("武玲", "wu.ling@example.com", "13900010010", "zh-hans"),
)  # fmt: skip
#: What some of them have answered, in the order they were found.
ANSWERS = (Reach.Answer.WANTED, Reach.Answer.WANTED, Reach.Answer.NOT_MINE)

#: What could happen, what would show it early, what prevents it, whose it is, days until it is looked at again.
RISKS = (
    ("燃气灶漏气造成人身伤害", "“燃气味”类来电一周内两起以上；维修记录中阀体更换增多；同行召回消息。", "出厂气密性全检；安装后现场检漏并拍照存档；热线设燃气专席。", "head", 25),
    ("会员信息外泄", "顾客反映接到冒充客服的电话；商城异常登录告警。", "手机号脱敏显示；导出须经审批；每季度一次权限核对。", "E1016", 40),
)  # fmt: skip

LETTER: dict[str, Any] = {
    "subject": "请检查您的60升电热水器，我们免费上门更换密封圈",
    "text": "您购买的60升储水式电热水器属于 WH60-2508B 批次，阀门密封圈可能渗水。发现渗水请先断电、关闭进水阀。我们将免费上门更换密封圈，请通过本页面告诉我们您是否需要。",
    "subject_en": "Please check your 60-litre water heater: we replace the seal free of charge",
    "text_en": "Your water heater belongs to lot WH60-2508B. The seal of its valve may leak. If you see water, switch the heater off and close"
    " the inlet. We come to you and replace the seal free of charge; please tell us on your page whether you want this.",
}
NOTICE = {
    "notice_title": "60升电热水器 WH60-2508B 批次：免费更换密封圈",
    "notice_text": "该批次热水器的阀门密封圈可能渗水。请查看机身铭牌上的批号；发现渗水请先断电、关闭进水阀，并致电 400-000-1230。我们免费上门更换。",
    "notice_title_en": "Water heater, 60 litres, lot WH60-2508B: seals are replaced free of charge",
    "notice_text_en": "The seal of the valve may leak. Look for the lot on the nameplate. If you see water, switch the heater off, close the"
    " inlet and call 400-000-1230. We replace the seal at your home, free of charge.",
}  # fmt: skip
FACTS = "1. 已确认：WH60-2508B 批次已查到购买者 10 位，接到渗水反映，无人受伤（品质检验部台账）。\n2. 原因：阀门密封圈硬度超差（检验报告 QC-0918）。\n3. 已停售该批次，已通知顾客免费更换。"
STATEMENT = "我们向受影响的家庭致歉。该批次热水器的密封圈可能渗水，目前没有人受伤。发现渗水请先断电、关阀。我们免费上门更换，明天同一时间再次通报进展。"


def spread(*, now: datetime) -> None:
    """An incident half told, another to look through, two risks, and a crisis about the first."""
    risks = [_risk(row, now=now) for row in RISKS]
    incident = _leaking_heaters(at=now - DECLARED)
    _hot_kettles(at=now - timedelta(hours=20))
    _crisis(incident, at=now - timedelta(hours=6))
    crises.review_risk(
        risk_id=risks[1].pk, finding="权限已核对，两个离职账号已停用。", next_on=timezone.localdate(now) + timedelta(days=60),
        by=person("E1016"), at=now - timedelta(days=2),
    )  # fmt: skip


def _sell(product: str, lot: str, *, to: tuple[tuple[str, str, str, str], ...], at: datetime) -> None:
    """As the till says it."""
    day = timezone.localdate(at)
    rows = (
        PurchaseInput(name, email, phone, product, day - timedelta(days=3 * place), lot, f"D{day:%y%m}{place:04}", language=language)
        for place, (name, email, phone, language) in enumerate(to, start=1)
    )
    purchases.load(rows=rows, at=at)


def _leaking_heaters(*, at: datetime) -> Incident:
    """Declared by the head of quality, its list looked through by another, its measure approved by who had no hand in it."""
    head, other, boss = person("head"), person("head2"), person("executive")
    _sell(HEATER, HEATER_LOT, to=BUYERS, at=at - timedelta(days=90))
    heater, hour = Product.objects.get(code=HEATER), timedelta(hours=1)
    incident = incidents.declare(
        title="60升电热水器密封圈渗水", what="多位顾客反映阀门处渗水，返回件的密封圈硬度超差。", reason="同一批次的密封圈来自同一供应商，共售出多台。",
        owner=head, by=head, at=at, case=_case_of(heater, before=at), warning="渗水类投诉一周内四起",
    )  # fmt: skip
    goods = affected.find(incident_id=incident.pk, product=heater, lots=[HEATER_LOT], by=head, at=at + hour)
    affected.review(goods_id=goods.pk, accepted=True, remark="已与销售记录核对。", by=other, at=at + 3 * hour)
    incidents.publish(incident_id=incident.pk, by=boss, at=at + 4 * hour, **NOTICE)
    stop = measures.decide(
        incident_id=incident.pk, kind=Measure.Kind.STOP_SALE, what="门店与仓库停售该批次并封存。", reason="防止扩散。", owner=person("E1008"),
        due_on=timezone.localdate(at) + timedelta(days=10), by=head, at=at + 4 * hour,
    )  # fmt: skip
    measures.complete(measure_id=stop.pk, proof="门店下架照片与仓库封存单", by=person("E1008"), at=at + 5 * hour)
    measure = measures.decide(
        incident_id=incident.pk, kind=Measure.Kind.FREE_REPAIR, what="免费上门更换密封圈。", reason="渗水会造成财产损失。", owner=person("E1005"),
        due_on=timezone.localdate(at) + timedelta(days=20), by=head, at=at + 4 * hour, **LETTER,
    )  # fmt: skip
    measures.approve(measure_id=measure.pk, seen=approval.fingerprint(measure), by=boss, at=at + 6 * hour)
    measures.start(measure_id=measure.pk, by=head, at=at + 7 * hour)
    made = 1
    while made:  # batch after batch, as the worker does it
        made = broadcast.send_batch(measure_id=measure.pk, at=at + 7 * hour)
    _answers(measure, at=at + timedelta(days=1))
    return incident


def _case_of(product: Product, *, before: datetime) -> Complaint | None:
    """A complaint about it that the head sees; without one the incident is declared from the warning."""
    cases = Complaint.objects.visible_to(person("head")).filter(product=product, received_at__lt=before)
    found: Complaint | None = cases.filter(complainant__mode=Mode.REAL_NAME).order_by("-received_at").first()
    return found


def _answers(measure: Measure, *, at: datetime) -> None:
    """Some have read their page, some have answered, one has got it."""
    told = Affected.objects.filter(incident=measure.incident_id, goods__isnull=False, reaches__message__state="sent").order_by("pk")
    rows = list(told[: len(ANSWERS) + 1])
    for place, row in enumerate(rows):
        reach.mark_read(affected=row, at=at + timedelta(hours=place))
    for place, (row, said) in enumerate(zip(rows, ANSWERS, strict=False)):
        words = "周末在家，请提前一天联系。" if place == 0 else ""
        reach.answer(affected=row, measure_id=measure.pk, said=said, words=words, at=at + timedelta(hours=place, minutes=5))
    served = Reach.objects.filter(measure=measure, answer=Reach.Answer.WANTED).order_by("pk").first()
    if served is not None:
        reach.fulfil(reach_id=served.pk, proof="维修单 W-20871，顾客签字", by=person("E1005"), at=at + timedelta(hours=30))


def _hot_kettles(*, at: datetime) -> None:
    """Found, and waiting for somebody to look through it."""
    manager = person("manager")
    _sell(KETTLE, KETTLE_LOT, to=BUYERS[4:], at=at - timedelta(days=40))
    incident = incidents.declare(
        title="电热水壶手柄过热", what="早期预警：本周“手柄烫手”反映增多，原因尚未查明。", reason="同一批次更换过手柄材料。", owner=person("E1012"),
        by=manager, at=at, warning="电热水壶“烫手”类投诉高于平常三倍",
    )  # fmt: skip
    affected.find(
        incident_id=incident.pk, product=Product.objects.get(code=KETTLE), lots=[KETTLE_LOT], by=manager, at=at + timedelta(hours=1)
    )


def _risk(row: tuple[str, str, str, str, int], *, now: datetime) -> CrisisRisk:
    what, early, prevention, owner, days = row
    review_on = timezone.localdate(now) + timedelta(days=days)
    risk = CrisisRisk(what=what, early_sources=early, prevention=prevention, owner=person(owner), review_on=review_on)
    return keep(risk, by=person("manager"), at=now - timedelta(days=65))


def _crisis(incident: Incident, *, at: datetime) -> None:
    """Opened by the management of complaints; the facts written by who keeps them, approved by another; the first word spoken in time."""
    manager, head, boss = person("manager"), person("head"), person("executive")
    crisis = crises.open_crisis(
        title="热水器渗水引起媒体关注",
        what="本地媒体来电询问热水器渗水一事。",
        lead=manager,
        spokesperson=boss,
        incident=incident,
        by=manager,
        at=at,
    )
    for role, who in ((CrisisRole.Role.FACTS, head), (CrisisRole.Role.CUSTOMERS, person("head2"))):
        crises.give_role(crisis_id=crisis.pk, role=role, user=who, by=manager, at=at + timedelta(minutes=5))
    sheet = crises.write_facts(crisis_id=crisis.pk, text=FACTS, by=head, at=at + timedelta(minutes=40))
    crises.approve_facts(sheet_id=sheet.pk, by=manager, at=at + timedelta(minutes=60))
    for point in (Point.SAFETY_FIRST, Point.ONE_LEAD, Point.FACTS_GATHERED, Point.ONE_SPOKESPERSON):
        crises.tick(crisis_id=crisis.pk, point=point, by=manager, at=at + timedelta(minutes=70))
    spoken = at + timedelta(minutes=90)
    crises.say(
        crisis_id=crisis.pk,
        audience=Statement.Audience.CUSTOMERS,
        text=STATEMENT,
        next_due_at=spoken + crises.LONGEST_SILENCE,
        by=boss,
        at=spoken,
    )
    crises.log_question(
        crisis_id=crisis.pk, asked_by="云州晚报 记者", question="一共卖出多少台？更换要等多久？", by=head, at=at + timedelta(hours=3)
    )
