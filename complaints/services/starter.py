"""What a new installation starts with in this app: categories with the departments that answer for them, words to avoid.

A beginning to be edited in the back office, not constants; nothing that is there already is touched.
"""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from complaints.models import Category, WordToAvoid
from complaints.services.advance import keep
from complaints.workflow import Severity
from staff.models import Department, User


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
