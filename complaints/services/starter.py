"""What a new installation starts with in this app: categories with the departments that answer for them, words to avoid.

A beginning to be edited in the back office, not constants; nothing that is there already is touched.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from complaints.models import Article, Authority, Category, CostRate, ItemRule, LetterTemplate, Measure, WordToAvoid
from complaints.services import starter_fund, starter_standards, starter_texts
from complaints.services.advance import keep
from complaints.workflow import Severity
from staff.models import Department, User
from staff.roles import Role


class StarterCategory(NamedTuple):
    name: str
    department: str  # code of a starter department
    severity: Severity = Severity.ORDINARY
    needs_ruling: bool = False
    injury: bool = False


CATEGORIES = [
    StarterCategory("产品质量", "PROD"),
    StarterCategory("产品设计与功能", "RND"),
    StarterCategory("人身伤害", "QM", Severity.SEVERE, injury=True),
    StarterCategory("运输与配送", "DELIVERY"),
    StarterCategory("安装与维修", "REPAIR"),
    StarterCategory("售后与退换货", "AFTER"),
    StarterCategory("服务态度", "INSP"),
    StarterCategory("价格与宣传", "MKT"),
    StarterCategory("销售承诺", "SALES"),
    StarterCategory("合同纠纷", "HQ", Severity.SERIOUS, needs_ruling=True),
    StarterCategory("网站与系统", "NET", Severity.MINOR),
]

WORDS_TO_AVOID = [
    ("是您的问题", "我们一起看看是哪里出了问题"),
    ("您应该", "您可以"),
    ("不可能", "这种情况比较少见，我来核实"),
    ("我们规定", "我说明一下我们能做什么"),
    ("没办法", "我能为您做的是"),
    ("别人都没有", "感谢您告诉我们"),
    ("但是", "同时"),
]

#: Use, role, and in the company's currency: per case, per person and day, per customer in a year. Empty: no limit.
AUTHORITIES: list[tuple[Authority.Use, Role, int | None, int | None, int | None]] = [
    (Authority.Use.SETTLE, Role.AGENT, 200, 1_000, 500),
    (Authority.Use.SETTLE, Role.INVESTIGATOR, 500, 2_000, 1_000),
    (Authority.Use.SETTLE, Role.HEAD, 1_000, 5_000, 3_000),
    (Authority.Use.APPROVE, Role.HEAD, 5_000, 20_000, 20_000),
    (Authority.Use.APPROVE, Role.EXECUTIVE, None, None, None),
]

LATEST = "侵害消费者权益行为处罚办法 第八、九条"
#: Kind of item, whether money flows, per cent of it that is value to the customer, days within which it must be carried out.
ITEM_RULES: list[tuple[str, bool, int, int | None]] = [
    ("refund", True, 100, 15),
    ("return", False, 100, 15),
    ("replacement", False, 100, 15),
    ("repair", False, 100, 15),
    ("compensation", True, 100, 15),
    ("goodwill", True, 100, None),
    ("voucher", False, 70, None),
    ("free_service", False, 100, None),
    ("gift", False, 80, None),
    ("apology", False, 0, None),
    ("explanation", False, 0, None),
    ("other", False, 100, None),
]

#: What for, amount, minutes of the customer's time.
COST_RATES: list[tuple[CostRate.Unit, int, int]] = [
    (CostRate.Unit.HOUR, 30, 0),
    (CostRate.Unit.CONTACT, 5, 15),
    (CostRate.Unit.REPEAT, 20, 20),
    (CostRate.Unit.PAPER, 5, 10),
    (CostRate.Unit.UPSET, 10, 0),
    (CostRate.Unit.ANGRY, 20, 0),
    (CostRate.Unit.DISTRESSED, 50, 0),
]


#: Code, name, name in English, weight, cap in percent of the month's wage, its source.
MEASURES: list[tuple[str, str, str, int, int | None, str]] = [
    ("talk", "谈话", "Talk", 10, None, ""),
    ("training", "培训", "Training", 20, None, ""),
    ("criticism", "书面批评", "Written criticism", 30, None, ""),
    ("warning", "警告", "Warning", 40, None, ""),
    ("deduction", "扣减工资", "Deduction from wages", 50, 20, "《工资支付暂行规定》第十六条 / Interim Provisions on Wage Payment, Art. 16"),
    ("transfer", "调离岗位", "Transfer to another post", 60, None, ""),
]


@transaction.atomic
def load_money(by: User, at: datetime) -> None:
    """Authorities, rules for items and rates, each table only where it is empty."""
    since = date(timezone.localdate(at).year - 1, 1, 1)  # cases from before that are brought in can be worked too
    if not Authority.objects.exists():
        for use, role, case, day, customer in AUTHORITIES:
            limits = [None if limit is None else Decimal(limit) for limit in (case, day, customer)]
            row = Authority(use=use, role=role, per_case=limits[0], per_day=limits[1], per_customer=limits[2], valid_from=since)
            keep(row, by=by, at=at, reason="setup")
    if not ItemRule.objects.exists():
        for kind, cash, counts, days in ITEM_RULES:
            rule = ItemRule(kind=kind, cash=cash, counts=counts, days_most=days, source=LATEST if days else "")
            keep(rule, by=by, at=at, reason="setup")
    _load_measures(by, at)
    if not CostRate.objects.exists():
        for unit, amount, minutes in COST_RATES:
            keep(CostRate(unit=unit, amount=Decimal(amount), minutes=minutes, valid_from=since), by=by, at=at, reason="setup")


def _load_measures(by: User, at: datetime) -> None:
    """A database laid at once has run none of the migrations that brought them."""
    if not Measure.objects.exists():
        for code, name, name_en, weight, cap, law in MEASURES:
            measure = Measure(code=code, name=name, name_en=name_en, weight=weight, cap_percent=cap and Decimal(cap), source=law)
            keep(measure, by=by, at=at, reason="setup")


@transaction.atomic
def load(by: User, at: datetime) -> None:
    """Add the categories whose department exists, and the words, that are not there yet."""
    departments = {department.code: department for department in Department.objects.all()}
    known = set(Category.objects.values_list("name", flat=True))
    for row in CATEGORIES:
        if row.name in known or row.department not in departments:
            continue
        category = Category(
            name=row.name,
            department=departments[row.department],
            default_severity=row.severity,
            needs_ruling=row.needs_ruling,
            injury=row.injury,
        )
        keep(category, by=by, at=at, reason="setup")
    words = set(WordToAvoid.objects.values_list("text", flat=True))
    for text, instead in WORDS_TO_AVOID:
        if text not in words:
            word = WordToAvoid(text=text, instead=instead)
            keep(word, by=by, at=at, reason="setup")
    load_money(by, at)
    load_texts(by, at)
    starter_fund.load(by, at)
    starter_standards.load(by, at, date(timezone.localdate(at).year - 1, 1, 1))


def load_texts(by: User, at: datetime) -> None:
    """Templates of letters and replies, and answers to common questions; only where there are none at all."""
    if not LetterTemplate.objects.exists():
        for text in starter_texts.TEXTS:
            keep(LetterTemplate(**text._asdict()), by=by, at=at, reason="setup")
    if not Article.objects.exists():
        categories = {category.name: category for category in Category.objects.all()}
        review_on = timezone.localdate(at) + timedelta(days=starter_texts.REVIEW_AFTER_DAYS)
        for row in starter_texts.ARTICLES:
            values = row._asdict() | {"category": categories.get(row.category), "owner": by, "review_on": review_on}
            keep(Article(**values, public=True, state=Article.State.PUBLISHED), by=by, at=at, reason="setup")
