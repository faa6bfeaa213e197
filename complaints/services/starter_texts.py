"""The words a new installation starts with: canned replies, letters, answers to common questions. To be edited in the back office."""

from typing import NamedTuple


class StarterText(NamedTuple):
    kind: str
    language: str
    name: str
    subject: str
    body: str


class StarterArticle(NamedTuple):
    question: str
    answer: str
    question_en: str
    answer_en: str
    category: str = ""  # name of a starter category


#: Days until somebody looks at an article again.
REVIEW_AFTER_DAYS = 180

TEXTS = [
    # --- canned replies
    StarterText(
        "reply", "zh-hans", "收到补充材料", "",
        "您补充的材料已经收到，放进了投诉 {投诉编号} 的档案，谢谢您。\n\n我们会把它和之前的情况一起核实，有了进展马上告诉您。",
    ),
    StarterText(
        "reply", "zh-hans", "请补充照片或单据", "",
        "为了尽快核实，想请您补充以下材料（有什么就提供什么，没有也不影响受理）：\n\n"
        "1. 能看清问题的照片；\n2. 订单号或购买凭证；\n3. 问题第一次出现的日期。\n\n您可以在查询页直接上传：{查询网址}",
    ),
    StarterText(
        "reply", "zh-hans", "告知目前进展", "",
        "向您报告投诉 {投诉编号} 的进展：目前由{承办部门}的{承办人}负责跟进，原因正在查证。\n\n"
        "虽然现在还没有结论，但我们没有搁下。{答复期限}之前我会再与您联系；有结果就提前告诉您。",
    ),
    StarterText(
        "reply", "zh-hans", "说明正确使用方法", "",
        "谢谢您告诉我们。{产品名称}这样使用，效果会更好：\n\n（请写明步骤）\n\n这不是您的错，是我们的说明不够清楚，我们会改进说明书。照此使用后如果仍有问题，请直接回复，我们继续帮您解决。",
    ),
    StarterText(
        "reply", "en", "Thank you for the documents", "",
        "Thank you: what you sent has reached us and is on the file of complaint {number}.\n\n"
        "We look at it together with what we know already, and tell you as soon as there is news.",
    ),
    StarterText(
        "reply", "en", "Please send pictures or a receipt", "",
        "To find out quickly what happened, these would help (whatever you have; without them we go on all the same):\n\n"
        "1. a picture that shows the problem;\n2. the order number or receipt;\n3. the day it first happened.\n\nYou can add them here: {track}",
    ),
    StarterText(
        "reply", "en", "How it stands", "",
        "How complaint {number} stands: {handler} of {department} follows it and is finding out the cause.\n\n"
        "There is no result yet, but we have not put it aside. We are in touch again by {due}, earlier if there is news.",
    ),
    StarterText(
        "reply", "en", "The right use", "",
        "Thank you for telling us. {product} works best like this:\n\n(please write the steps)\n\n"
        "This is not your fault; our instructions were not clear enough, and we will improve them. If it still does not work, just answer.",
    ),
    # --- letters
    StarterText(
        "holding", "zh-hans", "阶段性答复", "关于您的投诉 {投诉编号}：目前的进展",
        "您 {收到日期} 的投诉（编号 {投诉编号}）由{承办人}专人跟进。\n\n"
        "到今天为止，我们做了以下工作：\n（请写明已做的事）\n\n还需要查证的是：\n（请写明还在等什么）\n\n"
        "因此还不能给您最后的答复，为此向您致歉。我们最迟在 {答复期限} 之前再与您联系；即使那时仍没有结论，也会如实告诉您原因。",
    ),
    StarterText(
        "holding", "en", "Holding letter", "Your complaint {number}: how it stands",
        "{handler} follows your complaint of {received} (number {number}).\n\n"
        "This is what we have done so far:\n(please say what)\n\nThis is still to be found out:\n(please say what we wait for)\n\n"
        "We are sorry that there is no final answer yet. You hear from us by {due} at the latest; should there be no result even then, we tell you honestly why.",
    ),
    StarterText(
        "apology", "zh-hans", "致歉信", "就投诉 {投诉编号} 向您致歉",
        "您遇到的事情，我们已经了解：\n（请用自己的话写明发生了什么）\n\n给您添了麻烦，也让您失望了，我们诚恳地向您道歉。\n\n"
        "这件事由我负责跟进到底，有任何情况请直接找我：{服务热线}。",
    ),
    StarterText(
        "apology", "en", "Letter of apology", "Our apology for what complaint {number} is about",
        "We know what happened to you:\n(please say it in your own words)\n\n"
        "It cost you trouble and it disappointed you. We are sincerely sorry.\n\nI see this through to the end. Please turn to me with anything: {hotline}.",
    ),
    StarterText(
        "decision", "zh-hans", "处理答复函", "投诉 {投诉编号} 的处理结果",
        "感谢您把问题告诉我们。您 {收到日期} 的投诉，我们已经查清，现将结果告诉您。\n\n一、查明的情况\n{调查结论}\n\n二、我们的答复\n{解决方案}\n\n"
        "如果您不同意，可以在查询页（{查询网址}）或拨打 {服务热线} 提出异议，由另外的人重新办理；您也可以向 12315 反映。",
    ),
    StarterText(
        "decision", "en", "Decision letter", "The result of your complaint {number}",
        "Thank you for telling us. We have looked into your complaint of {received}, and this is the result.\n\n1. What we found\n{findings}\n\n2. Our answer\n{solution}\n\n"
        "If you do not agree, you can object on the tracking page ({track}) or by telephone ({hotline}); somebody else will look at it. You may also turn to 12315.",
    ),
    StarterText(
        "refusal", "zh-hans", "不成立说明函", "关于投诉 {投诉编号} 的说明",
        "感谢您把感受告诉我们；能听到您的声音，对我们很重要。\n\n我们认真核对了您反映的情况，衡量的依据是：\n{衡量标准}\n\n核对的结果是：\n{判定理由}\n\n"
        "因此我们这次无法按您的要求处理，希望您能理解。让您产生这样的期待，我们也有需要改进的地方，会继续查找原因。\n\n"
        "如果您不同意，或者还有我们没看到的情况，请在查询页（{查询网址}）或拨打 {服务热线} 告诉我们，由另外的人重新核实。",
    ),
    StarterText(
        "refusal", "en", "Refusal letter", "About your complaint {number}",
        "Thank you for telling us how you see it; it matters to us to hear it.\n\nWe have looked carefully at what you told us, and measured it against:\n{standard}\n\n"
        "This is what we found:\n{reasons}\n\nSo this time we cannot do what you asked for, and hope that you understand. "
        "That you expected otherwise is something we have to look at ourselves, and we will.\n\n"
        "If you do not agree, or there is something we have not seen, tell us on the tracking page ({track}) or by telephone ({hotline}); somebody else will look at it again.",
    ),
]  # fmt: skip

ARTICLES = [
    StarterArticle(
        "投诉提交后多久会有答复？",
        "提交后马上有投诉编号和查询码。我们力争 24 小时内由专人与您联系，一周内给出处理结果。情况复杂、一周内办不完的，会先告诉您进展和下一次联系的时间。\n\n"
        "随时可以用查询码在“查询进度”里看到：谁在跟进、办到哪一步、下一步是什么。",
        "How long until I get an answer?",
        "You have a number and a tracking code at once. A person with a name is in touch within 24 hours if at all possible, and there is a result within a week. "
        "Where it takes longer we tell you how it stands and when you hear from us next.\n\n"
        "With the tracking code you see at any time who follows it, where it stands and what comes next.",
    ),
    StarterArticle(
        "查询码丢了怎么办？",
        "请打开页面底部的“查询码丢失？”，填写投诉编号和投诉时留下的电话或邮箱，新的查询码会发到您留下的联系方式。\n\n匿名投诉没有留下联系方式，查询码丢失后无法补发，请您妥善保管。",
        "I have lost my tracking code. What now?",
        "Open “Lost your code?” at the foot of the page and enter your number with the telephone number or e-mail address you gave; a new code goes there.\n\n"
        "An anonymous complaint has no address we could send one to: please keep its code safe.",
    ),
    StarterArticle(
        "投诉要准备哪些材料？",
        "一样都不是必须的，说清楚发生了什么就可以。如果方便，请准备：订单号或购买凭证、问题发生的日期、能看清问题的照片。以后也可以在查询页补充。",
        "What do I need for a complaint?",
        "Nothing is required: tell us what happened. If you have them at hand, the order number or receipt, the day it happened and a picture help. "
        "You can add them later on the tracking page.",
    ),
    StarterArticle(
        "对处理结果不满意怎么办？",
        "收到处理结果后，您可以在查询页提出异议，写明是事实不对，还是方案不合适；我们会由另外的人重新核实，或者另提方案。您也可以随时向 12315 反映。",
        "What if I do not agree with the result?",
        "Object on the tracking page, and say whether the facts are wrong or the solution does not fit: somebody else looks at it again, or another solution is proposed. "
        "You may also turn to 12315 at any time.",
    ),
    StarterArticle(
        "收到的商品破损了怎么办？",
        "请先拍下外包装、快递面单和破损处的照片，并保留包装，不要急着丢弃或自行修理。然后写一份投诉并附上照片；我们核实后为您换货、维修或退款，由您选择，往返运费由我们承担。",
        "The goods arrived damaged. What now?",
        "Please take pictures of the parcel, the label and the damage, and keep the packaging. Then write to us with the pictures: once checked, we replace, repair or refund, "
        "as you choose, and pay the shipping both ways.",
        "运输与配送",
    ),
    StarterArticle(
        "产品不会用或效果不好怎么办？",
        "请先看“产品信息”里的“正确使用”。如果照做仍然不行，请告诉我们产品名称、怎样使用的、出现了什么情况，我们会帮您弄清楚；用法没写明白是我们的责任，不是您的错。",
        "The product does not work as I expected. What now?",
        "Have a look at “right use” on the page of the product. If that does not help, tell us which product it is, how you used it and what happened. "
        "If the instructions were not clear, that is our fault and not yours.",
        "产品质量",
    ),
]  # fmt: skip
