"""The promises a new installation begins with: a managed document, its clauses, and the measurable rows that belong to them.

A beginning to be replaced by the company's own words in a version of its own.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from complaints.models import Standard
from complaints.services import standards
from staff.models import Document, DocumentVersion, User
from staff.services import documents
from staff.services.documents import NumberedClause
from staff.services.recording import recorded

CODE, NAME = "STD-01", "服务标准与补偿标准"
BODY = "本文件规定产品与服务应达到的标准，以及未达到时的补偿。投诉按事件发生之日有效的版本处理。法律规定更高的，从其规定。"
CLAUSES = [
    NumberedClause("1", "配送时限", "现货商品自付款之日起三日内送达。逾期按日补偿，补偿不以顾客提出为条件。"),
    NumberedClause("2", "上门维修", "报修后二十四小时内上门。逾期的，按小时补偿。"),
    NumberedClause("3", "一次修复", "同一故障一次修好。再次返修的，给予补偿；修理两次仍不能正常使用的，换货或者退款。"),
    NumberedClause("4", "产品质量", "商品在质量保证期内正常使用不出故障。有瑕疵而顾客愿意保留的，减价；不愿保留的，退货退款。"),
    NumberedClause("5", "投诉答复", "投诉七日内给出处理结果。逾期的，致歉并补偿。"),
    NumberedClause("6", "如实宣传", "宣传与实物、实价一致。经营者欺诈的，按价款三倍赔偿，不足五百元的按五百元。"),
]
FRAUD = "消费者权益保护法 第五十五条"


@dataclass(frozen=True)
class Row:
    clause: str
    kind: Standard.Kind
    title: str
    title_en: str
    quantity: str
    quantity_en: str
    unit: str
    unit_en: str
    limit: int
    basis: Standard.Basis
    item_kinds: tuple[str, ...]
    least: int | None = None
    most: int | None = None
    recommended: int | None = None
    floor: int | None = None
    floor_percent: int | None = None
    source: str = ""


KIND, BASIS = Standard.Kind, Standard.Basis
MONEY = ("compensation", "goodwill", "voucher")
ROWS = [
    Row("1", KIND.SERVICE, "三日内送达", "Delivered within three days", "从付款到送达用了多久", "How long it took from payment to delivery", "日", "days", 3, BASIS.EACH, MONEY, 10, 20, 10),
    Row("2", KIND.SERVICE, "二十四小时内上门维修", "A repairer comes within 24 hours", "从报修到上门用了多久", "How long it took from the call to the visit", "小时", "hours", 24, BASIS.EACH, MONEY, 1, 5, 2),
    Row("3", KIND.SERVICE, "一次修好", "Repaired the first time", "同一故障修了几次", "How often the same fault was repaired", "次", "repairs", 1, BASIS.EACH, MONEY, 30, 100, 50),
    Row("4", KIND.PRODUCT, "质保期内不出故障", "No fault within the warranty", "质保期内出了几次故障", "How many faults there were within the warranty", "次", "faults", 0, BASIS.PERCENT, ("refund", "replacement", "repair", "compensation"), 0, 100, 100),
    Row("4", KIND.COMPENSATION, "瑕疵品减价", "A lower price for flawed goods", "有几处瑕疵", "How many flaws there are", "处", "flaws", 0, BASIS.PERCENT, ("refund", "compensation", "goodwill"), 5, 30, 15),
    Row("5", KIND.SERVICE, "七日内答复投诉", "Complaints are answered within seven days", "从投诉到答复用了多久", "How long it took from the complaint to the answer", "日", "days", 7, BASIS.EACH, MONEY, 5, 20, 10),
    Row("6", KIND.COMPENSATION, "如实宣传", "Advertising is true", "有几处与宣传不符", "In how many points it was not as advertised", "处", "points", 0, BASIS.PERCENT, ("compensation",), recommended=300, floor=500, floor_percent=300, source=FRAUD),
]  # fmt: skip


@transaction.atomic
def load(by: User, at: datetime, since: date) -> None:
    """Only where there is no standard yet, nor a document of this code."""
    if Standard.objects.exists() or Document.objects.filter(code=CODE).exists():
        return
    document = Document(code=CODE, name=NAME)
    with recorded(document, by=by, at=at):
        document.save()
    version = documents.publish_version(document=document, body=BODY, clauses=CLAUSES, in_force_from=since, by=by, at=at)
    for row in ROWS:
        standards.add(standard=made(row, version), by=by, at=at)


def made(row: Row, version: DocumentVersion) -> Standard:
    """The row, not yet saved."""
    amounts = {name: getattr(row, name) for name in ("least", "most", "recommended", "floor", "floor_percent")}
    return Standard(
        version=version, clause=version.clauses.get(number=row.clause), kind=row.kind, title=row.title, title_en=row.title_en,
        quantity=row.quantity, quantity_en=row.quantity_en, unit=row.unit, unit_en=row.unit_en, limit=Decimal(row.limit), basis=row.basis,
        item_kinds=list(row.item_kinds), floor_source=row.source,
        **{name: None if amount is None else Decimal(amount) for name, amount in amounts.items()},
    )  # fmt: skip
