"""What the people of the journeys are called and what they write, once in each language, so that a stray word of the other one shows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """One story, told by everybody in it."""

    #: As Django names it.
    language: str
    #: As a browser names it.
    locale: str
    #: As the names of the pictures have it.
    short: str
    company: str
    address: str
    #: Names of people and departments by the fields of the office.
    names: dict[str, str]
    category: str
    customer: str
    story: str
    wish: str
    proposal: str
    message: str
    correction: str
    apology: str
    facts: str
    allegations: tuple[str, str]
    standard: str
    reasons: str
    cause: str
    whys: tuple[str, str]
    finding: str
    cure: str
    agreed: str
    repair: str
    money: str
    sent_back: str
    proof: str
    nobody: str
    handling: str
    lesson: str
    action: str
    expectation: str
    praise: str
    question: str
    statement: str
    idea: str
    notice: str


ZH = Words(
    language="zh-hans",
    locale="zh-CN",
    short="zh",
    company="清泉家电有限公司",
    address="上海市杨浦区四平路一百号",
    names={
        "reception": "客户服务部", "division": "生产事业部", "quality": "质量部", "callers": "回访组", "management": "投诉管理办公室",
        "board": "总经理室", "agent": "林小雨", "reception_head": "周敏", "investigator": "陈立", "head": "吴强", "division_head": "郑国栋",
        "caller": "何静", "manager": "孙丽", "executive": "高远", "auditor": "钱正", "personnel": "冯洁", "employee": "赵工",
    },
    category="质量问题",
    customer="王芳",
    story="热水器用了三天就漏水，厨房地板泡坏了一块。打了两次报修电话，都说当天上门，结果没有人来。",
    wish="尽快上门修好",
    proposal="换一台新的，旧的你们拉走",
    message="漏水的照片已经传上来了，请看一下。",
    correction="第二次报修是三月四日，不是三月三日。",
    apology="王女士，您好！我是客户服务部的林小雨。让您遇到这样的事，非常抱歉。这件事由我一直跟到底，有进展我马上告诉您。",
    facts="顾客三月一日购买热水器，使用三日后漏水，厨房地板受损；两次电话报修，均答应当天上门而无人到达。",
    allegations=("热水器使用三天后漏水", "两次报修无人上门"),
    standard="产品质量标准第三条",
    reasons="正常使用三日漏水，属于质量缺陷",
    cause="阀门密封圈批次不合格，进货检验没有抽到",
    whys=("密封圈老化开裂", "这一批进货没有抽检"),
    finding="拆检属实",
    cure="更换合格密封圈并做保压试验，不会再漏水",
    agreed="同意您的建议：给您换一台新的",
    repair="上门更换新机并检查管路",
    money="厨房地板损失补偿",
    sent_back="请把补偿金额的依据写清楚",
    proof="顾客签收单 2026-0318",
    nobody="进货抽检制度有缺口，不是个人失误",
    handling="接待及时，处理得当",
    lesson="每批密封圈都要抽检",
    action="修订进货检验规程，每批抽检五件",
    expectation="同类投诉不再发生",
    praise="修好了，师傅很耐心，挺满意的。",
    question="三月二日和三日的报修电话是谁接的？为什么没有派工？",
    statement="三月二日是我接的电话，派工单漏填了地址，是我的疏忽。",
    idea="派工单的地址一栏应当设为必填。",
    notice="本周五下午进行投诉处理培训",
)  # fmt: skip

EN = Words(
    language="en",
    locale="en-GB",
    short="en",
    company="Clearspring Appliances",
    address="100 Harbour Road, Bristol",
    names={
        "reception": "Customer service", "division": "Production division", "quality": "Quality", "callers": "Follow-up desk",
        "management": "Complaint management", "board": "Board", "agent": "Lucy Lane", "reception_head": "Mary Chase",
        "investigator": "Leo Carter", "head": "Walter Strong", "division_head": "George Bell", "caller": "Jean Hall",
        "manager": "Sarah Lee", "executive": "Frank High", "auditor": "Ann Wright", "personnel": "Jane Frost", "employee": "Tom Porter",
    },
    category="Quality of goods",
    customer="Wendy Fields",
    story="The water heater began to leak after three days and ruined part of the kitchen floor. I called twice; "
    "both times somebody was to come the same day, and nobody came.",
    wish="Come and repair it soon",
    proposal="Give me a new one and take the old one away",
    message="I have added a photo of the leak.",
    correction="The second call was on 4 March, not on 3 March.",
    apology="Dear Ms Fields, my name is Lucy Lane. I am very sorry that this happened to you. I stay with your complaint until it is put "
    "right, and tell you of every step.",
    facts="The customer bought a water heater on 1 March. After three days of use it leaked and damaged the kitchen floor. She called twice; "
    "each time a visit the same day was promised and nobody came.",
    allegations=("The heater leaked after three days", "Nobody came after two calls"),
    standard="Product quality standard, clause 3",
    reasons="A leak after three days of ordinary use is a defect",
    cause="A batch of valve seals was faulty, and the goods-in check missed it",
    whys=("The seal had cracked", "This batch was not sampled on arrival"),
    finding="Confirmed when it was taken apart",
    cure="A sound seal, tested under pressure, does not leak",
    agreed="We follow your proposal: you get a new one",
    repair="Replace the heater and check the pipes",
    money="Compensation for the kitchen floor",
    sent_back="Please say what the amount is based on",
    proof="Receipt signed by the customer, 2026-0318",
    nobody="The sampling rule had a gap; no person failed",
    handling="Answered quickly and properly",
    lesson="Every batch of seals must be sampled",
    action="Change the goods-in rule: five pieces of each batch",
    expectation="No more complaints of this kind",
    praise="It works again, and the fitter was patient. I am content.",
    question="Who took the calls on 2 and 3 March, and why was nobody sent?",
    statement="I took the call on 2 March. The address was missing on the job sheet; that was my slip.",
    idea="The address on the job sheet should be required.",
    notice="Training on complaints this Friday afternoon",
)  # fmt: skip

BY_LANGUAGE = {words.short: words for words in (ZH, EN)}
