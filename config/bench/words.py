"""What else customers say: sentences of our own that give each generated case words common, less common and rare."""

from dataclasses import dataclass
from random import Random

from complaints.search import words_of

#: Every fourth case or so says one of these.
COMMON = (
    "请尽快退款。", "我要求退款并道歉。", "客服一直不回电话。", "快递把包装压坏了。", "希望贵公司尽快维修。", "发票至今没有开给我。",
    "安装师傅约了三次都没有来。", "商品与页面描述不符。", "保修期内却要我付维修费。", "门店的人态度很差。", "换货以后问题还在。", "等了两个星期没有消息。",
)  # fmt: skip
#: Here and there.
LESS_COMMON = (
    "热水器夜里漏水，泡坏了地板。", "会员积分被无故清零。", "预付款的押金不退。", "说明书缺少中文部分。", "电池充一次只能用半天。", "阀门拧不紧，一直滴水。",
    "遥控器按键失灵。", "宽带经常掉线。", "车门的漆面有划痕。", "屏幕出现一条绿线。", "冰箱噪音大得睡不着。", "合同里多收了一笔服务费。",
)  # fmt: skip
#: A few in a hundred thousand.
RARE = ("插座冒烟，险些酿成火灾。", "玻璃锅盖突然爆裂。", "检测报告写着甲醛超标。", "孩子的手指被折叠椅夹伤。", "压力锅喷溅烫伤了手臂。")
SHARES = (0.25, 0.1, 0.0003)


@dataclass(frozen=True)
class Said:
    """A sentence, and its words with their places as PostgreSQL reads a text vector."""

    text: str
    vector: str


NOTHING = Said("", "")


class Sentences:
    """Draws what a case says besides its story. The places of its words follow those of any story."""

    FIRST_PLACE = 2000

    def __init__(self) -> None:
        self.kinds = [[self._said(text) for text in texts] for texts in (COMMON, LESS_COMMON, RARE)]

    def draw(self, random: Random) -> Said:
        chance = random.random()
        for said, share in zip(self.kinds, SHARES, strict=True):
            if chance < share:
                return random.choice(said)
            chance -= share
        return NOTHING

    def _said(self, text: str) -> Said:
        places = [f"'{word}':{self.FIRST_PLACE + place}" for place, word in enumerate(words_of(text))]
        return Said(text, " ".join(places))
