"""The demo company on paper: a fictitious maker and retailer of household goods, its units, people, rules and tables."""

from typing import Any, NamedTuple

from complaints.workflow import Severity
from staff.models import Level
from staff.roles import Role

COMPANY: dict[str, Any] = {
    "name": "禾木家居电器有限公司",
    "hotline": "400-000-1230",
    "address": "江南省云州市禾木路18号",
    "privacy_contact": "综合办公室 privacy@hemu.example.com",
}


class NewDepartment(NamedTuple):
    code: str
    name: str
    level: Level
    parent: str


#: Beside those every company starts with.
DEPARTMENTS = [
    NewDepartment("QC", "品质检验部", Level.TECHNICAL_SUPPORT, "PROD"),
    NewDepartment("FREIGHT", "物流货运部", Level.FRONT_LINE, "HQ"),
    NewDepartment("LEGAL", "合同法务部", Level.MANAGEMENT, "HQ"),
    NewDepartment("SHOP1", "云州中山路门店", Level.FRONT_LINE, "SALES"),
    NewDepartment("SHOP2", "临江大道门店", Level.FRONT_LINE, "SALES"),
]


class Person(NamedTuple):
    number: str
    name: str
    places: tuple[tuple[str, Role, str], ...]  # department, role, post


_A, _I, _H, _E = Role.AGENT, Role.INVESTIGATOR, Role.HEAD, Role.EMPLOYEE

#: The first manager's account is made at set-up; these follow. The readable numbers are the demo accounts.
PEOPLE = [
    Person("agent", "林小雨", (("CS", _A, "客服专员"), ("HOTLINE", _A, "热线受理员"))),
    Person("agent2", "马晓兰", (("CS", _A, "客服专员"),)),
    Person("head", "吴强", (("QC", _H, "部门主管"),)),
    Person("head2", "周敏", (("CS", _H, "客户服务主管"),)),
    Person("investigator", "陈立", (("QC", _I, "工程技术员"),)),
    Person("investigator2", "唐洁", (("CS", _I, "客服专员"),)),
    Person("caller", "何静", (("VISIT", _A, "回访专员"),)),
    Person("executive", "高远", (("HQ", Role.EXECUTIVE, "高层领导"),)),
    Person("supervisor", "秦正", (("INSP", _A, "服务督查员"), ("INSP", _I, "服务督查员"))),
    Person("supervisor2", "方洁", (("INSP", _H, "部门主管"),)),
    Person("auditor", "钱正", (("INSP", Role.AUDITOR, "服务督查员"),)),
    Person("personnel", "冯洁", (("HR", Role.PERSONNEL, "人事专员"),)),
    Person("employee", "赵国平", (("PROD", _E, "生产工艺工程师"),)),
    Person("E1001", "郑国栋", (("PROD", _H, "部门主管"),)),
    Person("E1002", "徐海峰", (("FREIGHT", _H, "部门主管"), ("DELIVERY", _H, "部门主管"))),
    Person("E1003", "罗燕", (("FREIGHT", _I, "客户经理"), ("DELIVERY", _I, "客户经理"))),
    Person("E1004", "宋大勇", (("DELIVERY", _E, "配送员"),)),
    Person("E1005", "彭伟", (("AFTER", _H, "部门主管"), ("REPAIR", _H, "部门主管"))),
    Person("E1006", "许文", (("AFTER", _I, "售后专员"), ("REPAIR", _I, "安装维修工程师"))),
    Person("E1007", "曹军", (("REPAIR", _E, "安装维修工程师"),)),
    Person("E1008", "邓丽华", (("SALES", _H, "部门主管"),)),
    Person("E1009", "蒋涛", (("SALES", _I, "客户经理"),)),
    Person("E1010", "苏晴", (("SHOP1", _E, "销售顾问"),)),
    Person("E1011", "袁梦", (("SHOP2", _E, "销售顾问"),)),
    Person("E1012", "沈一凡", (("RND", _H, "部门主管"),)),
    Person("E1013", "韩雪", (("RND", _I, "研发工程师"),)),
    Person("E1014", "杨帆", (("LEGAL", _H, "部门主管"),)),
    Person("E1015", "梁红", (("LEGAL", _I, "综合管理专员"),)),
    Person("E1016", "谢宇", (("NET", _H, "部门主管"),)),
    Person("E1017", "董超", (("NET", _I, "网络维护工程师"),)),
]
MANAGER = ("manager", "孙丽")

#: What a unit may give in a month; the others draw on the nearest one above them.
BUDGETS = {"HQ": 80_000, "QC": 20_000, "AFTER": 15_000, "REPAIR": 15_000}
#: Of the year's reward fund.
FUND = 20_000

#: Shown by `make run`: number and what the account is for.
ACCOUNTS = [
    ("agent", "客服专员 林小雨", "受理：致歉、记录、判定、分派"),
    ("agent2", "客服专员 马晓兰", "受理"),
    ("investigator", "品质检验 陈立", "调查原因、提出方案"),
    ("investigator2", "客服 唐洁", "调查服务类投诉"),
    ("head", "品质检验部主管 吴强", "审批方案、责任、改善"),
    ("head2", "客服主管 周敏", "复核“不成立”"),
    ("caller", "回访专员 何静", "回访、办结"),
    ("executive", "总经理 高远", "裁定"),
    ("manager", "投诉管理 孙丽", "全局管理、人员、规则"),
    ("supervisor", "服务督查 秦正", "受理并调查举报"),
    ("supervisor2", "督查主管 方洁", "举报复核、同意调阅身份"),
    ("auditor", "服务督查 钱正", "只读全部"),
    ("personnel", "人事 冯洁", "培训、证书、文件"),
    ("employee", "生产部员工 赵国平", "通知、我的事项、建议"),
]

#: Code, name, months a certificate counts, the posts that require it.
COURSES = [
    ("SERVICE", "服务礼仪与倾听", 24, ("客服专员", "热线受理员", "回访专员", "销售顾问", "配送员")),
    ("LAW", "消费者权益保护法基础", 24, ("客服专员", "客户服务主管", "部门主管")),
    ("CAUSE", "原因分析与五个为什么", 36, ("工程技术员", "研发工程师", "部门主管")),
    ("INSTALL", "家用电器安装安全", 12, ("安装维修工程师",)),
]

#: Code, name.
PRODUCTS = [
    ("WH-60", "60升储水式电热水器"), ("RF-330", "330升双门冰箱"), ("WM-9", "9公斤滚筒洗衣机"), ("AC-35", "1.5匹变频空调"),
    ("HD-900", "侧吸油烟机"), ("GC-2", "双眼燃气灶"), ("RC-4", "4升智能电饭煲"), ("KT-17", "1.7升电热水壶"), ("VC-8", "无线吸尘器"),
    ("MT-180", "1.8米床垫"), ("SF-3", "三人位布艺沙发"), ("TB-6", "六人位实木餐桌"), ("WR-2", "定制衣柜"), ("LK-1", "智能门锁"),
    ("PU-5", "净水机"), ("SV-DEL", "送货服务"), ("SV-INS", "安装与维修服务"), ("SV-APP", "网上商城与会员服务"),
]  # fmt: skip


#: What customers read about a product, and staff have at hand.
PRODUCT_FACTS: dict[str, dict[str, str]] = {
    "WH-60": {
        "name_en": "Water heater, 60 litres",
        "material": "搪瓷内胆，聚氨酯保温层，镁棒防腐。", "material_en": "Enamelled tank, polyurethane insulation, magnesium anode.",
        "storage": "安装前竖放于室内干燥处；长期不用请排空内胆的水。",
        "storage_en": "Keep it upright and dry before it is installed; drain the tank when it is not used for long.",
        "right_use": "先通水，出水口出水后再通电；每两年更换一次镁棒；插座须可靠接地。",
        "right_use_en": "Let water in first; switch it on when water comes out. Change the anode every two years. The socket must be earthed.",
        "known_faults": "2025 年 9 月前的批次，阀门密封圈可能渗水，可免费更换。",
        "known_faults_en": "In units made before September 2025 the seal of the valve may leak; it is replaced free of charge.",
    },
    "KT-17": {
        "name_en": "Electric kettle, 1.7 litres",
        "material": "304 不锈钢内胆，食品级 PP 外壳。", "material_en": "Stainless steel 304 inside, food-grade PP outside.",
        "storage": "倒净余水，晾干后存放。", "storage_en": "Empty it and let it dry before it is put away.",
        "right_use": "水位在最低与最高线之间；每月用柠檬酸除垢一次；不要空烧。",
        "right_use_en": "Fill it between the two marks, descale it once a month, never heat it empty.",
    },
    "MT-180": {
        "name_en": "Mattress, 1.8 m",
        "material": "独立弹簧，天然乳胶 3 厘米，针织棉面料。", "material_en": "Pocket springs, 3 cm of natural latex, knitted cotton.",
        "storage": "拆封后通风 48 小时；不可对折。", "storage_en": "Air it for 48 hours after unpacking; never fold it.",
        "right_use": "前半年每月调头一次，使受力均匀。", "right_use_en": "Turn it once a month in the first half year.",
        "known_faults": "新床垫有轻微乳胶气味，通风后一至两周消失。",
        "known_faults_en": "A new one smells slightly of latex; aired, it is gone after a week or two.",
    },
}  # fmt: skip


class NewCategory(NamedTuple):
    name: str
    department: str
    severity: Severity = Severity.ORDINARY
    parent: str = ""
    needs_ruling: bool = False
    injury: bool = False


#: Who answers for what (step 4).
CATEGORIES = [
    NewCategory("产品", "QC"),
    NewCategory("质量问题", "QC", parent="产品"),
    NewCategory("设计与功能", "RND", parent="产品"),
    NewCategory("人身伤害与安全隐患", "QC", Severity.SEVERE, "产品", injury=True),
    NewCategory("交付", "FREIGHT"),
    NewCategory("配送延误", "FREIGHT", parent="交付"),
    NewCategory("货损与错发", "FREIGHT", parent="交付"),
    NewCategory("安装维修", "REPAIR"),
    NewCategory("安装质量", "REPAIR", parent="安装维修"),
    NewCategory("维修与退换", "AFTER", parent="安装维修"),
    NewCategory("销售", "SALES"),
    NewCategory("门店服务态度", "SALES", parent="销售"),
    NewCategory("宣传与承诺不符", "SALES", Severity.SERIOUS, "销售"),
    NewCategory("价格与合同纠纷", "LEGAL", Severity.SERIOUS, needs_ruling=True),
    NewCategory("客服与热线", "CS"),
    NewCategory("网上商城与系统", "NET"),
]

#: Words, and what to say instead.
WORDS = [
    ("您应该", "请允许我们建议"), ("不可能", "请让我们先核实"), ("这是规定", "我来说明我们这样做的原因"), ("您没看清", "是我们没有说明清楚"),
    ("不归我们管", "我来为您找到负责的同事"), ("您弄错了", "我们核实到的情况是"), ("没办法", "我能为您做的是"), ("别人都没问题", "您的情况我们单独查"),
    ("你不懂", "我来详细解释"), ("再闹", ""),
]  # fmt: skip


class NewDocument(NamedTuple):
    code: str
    name: str
    body: str
    clauses: tuple[tuple[str, str, str], ...]


DOCUMENTS = [
    NewDocument("HM-ACC", "投诉责任追究办法", "追究责任须有事实、有条款、有本人陈述；系统原因不归个人，归于改善。", (
        ("3.1", "直接责任", "因违反作业规程造成投诉成立的，对直接责任人进行谈话、培训或书面批评。"),
        ("3.2", "主管责任", "同一部门一个季度内同类原因重复发生的，部门主管承担管理责任。"),
        ("3.3", "处理不当", "逾期、推诿、与顾客争辩或指责顾客的，追究处理人责任。"),
        ("3.4", "隐瞒", "隐瞒、销毁或改动记录的，给予警告并调离岗位。"),
        ("4.1", "申辩", "作出认定前必须听取本人陈述；本人可以申诉，申诉期间暂停执行。"),
    )),
    NewDocument("HM-COMP", "顾客损失补偿标准", "补偿应使顾客所得不低于其应得与投诉所费之和。", (
        ("1", "送货延误", "超过约定日期，每延误一日补偿订单金额的百分之一，最低二十元。"),
        ("2", "上门失约", "未按约定时段上门的，补偿五十元，并优先安排下一时段。"),
        ("3", "重复维修", "同一故障维修两次仍未修好的，顾客可以选择换货或退货。"),
        ("4", "货损", "收货时发现破损的，无条件更换，往返运费由公司承担。"),
        ("5", "宣传不符", "以公示内容为准；顾客要求退货的，全额退款。"),
    )),
    NewDocument("HM-SRV", "服务标准", "可衡量的服务承诺，每季度公布完成情况。", (
        ("1", "送货", "市区订单四十八小时内送达，其他地区七日内送达。"),
        ("2", "安装", "送货后二十四小时内联系顾客，三日内完成安装。"),
        ("3", "维修", "报修后二十四小时内联系，七十二小时内上门。"),
        ("4", "热线", "三十秒内接听；不能当场答复的，约定回电时间并按时回电。"),
    )),
]  # fmt: skip

#: Title, text, roles it is for (none: everybody), days ago.
NOTICES = [
    (
        "关于统一致歉用语的通知",
        "受理任何来件，先致歉、先安抚，说明由谁跟进；不得与顾客争辩，不得先问“是不是您操作不当”。",
        (Role.AGENT, Role.HEAD),
        120,
    ),
    ("夏季空调安装高峰安排", "七、八月安装量预计增加四成，请各班组提前一天与顾客确认时段，失约按补偿标准第2条执行。", (), 95),
    ("《顾客损失补偿标准》发布", "新标准自发布之日起执行，请各部门组织学习并确认已读。", (), 200),
    (
        "密封圈供应商更换说明",
        "因三月批次密封圈老化，已更换供应商；此前批次报漏水的一律免费更换。",
        (Role.INVESTIGATOR, Role.HEAD, Role.AGENT),
        60,
    ),
    ("本月投诉分析会", "本月分析会定于最后一个周五下午两点，请各部门准备重复投诉的改善情况。", (Role.HEAD, Role.EXECUTIVE), 6),
]

#: Number of who says it, kind, text, department, answer (or none), days ago.
SUGGESTIONS = [
    ("employee", "noticed", "三号线装箱工位的托盘没有零件定位槽，螺丝包有时漏放。", "PROD", "已加装定位槽托盘，每箱称重复核。", 150),
    ("E1004", "suggestion", "送货单上能否印上门禁和电梯信息？经常到了楼下才知道上不去。", "DELIVERY", "新版送货单下月启用。", 110),
    ("E1010", "noticed", "促销牌上“全场五折起”常被理解成全场五折，建议把“起”字放大。", "SALES", "已更换全部促销牌。", 80),
    ("E1007", "suggestion", "热水器进水口建议随箱附赠角阀垫片，现场缺件要跑两趟。", "RND", "", 20),
    ("agent", "suggestion", "晚上八点后来电较多，建议热线延长一小时。", "CS", "", 9),
    ("E1011", "noticed", "商城页面沙发颜色与实物差异较大，已有三位顾客提起。", "NET", "", 4),
]
