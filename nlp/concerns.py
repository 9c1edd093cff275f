"""What the customer worries about (N4): short tags for the customer, each with the words that show it."""

from __future__ import annotations

import re

from domain.facts import Concern
from nlp.spans import Span, span_of

_WORDS = {
    Concern.PRICE: "嫌[^,。;]{0,6}贵|太贵|价格?高|贵了|超预算|便宜点|降价|压价|砍价",
    Concern.DELIVERY: "交期|交货期|货期|工期(?:紧|太)|周期太长|来不及|赶不上|怕[^,。;]{0,6}(?:晚|拖|误)|送货慢|发货慢|等[^,。;]{0,6}太久",
    Concern.QUALITY: "故障率|老坏|天天坏|质量(?:问题|不行|不稳|怎么样)|不合格|漏(?:水|油|得)|发雾|怕(?:坏|不耐用)|稳定性|不稳|精度(?:不够|差)|误报",
    Concern.SERVICE: "售后|维修|修一次|响应(?:慢|速度)|备件|没人管|质保|保修|培训|上门",
    Concern.PAYMENT: "账期|帐期|付款方式|预付|分期|先发货后付款|尾款|回款慢|垫资|现款",
    Concern.TECHNOLOGY: "兼容|对接(?:不上|麻烦)|接口|数据迁移|能耗|技术参数|适配|换型|国产的?[^,。;]{0,4}(?:不放心|嫌)|怕[^,。;]{0,6}(?:装不|不匹配|用不)",
    Concern.CONTRACT: "合同条款|违约|条款|法务[^,。;]{0,4}(?:意见|不同意)|发票",
    Concern.TRUST: "没听说过|没用过|小厂|资质|案例|业绩表?|不放心|信不过|第一次合作|跑路",
}
_PATTERNS = {concern: re.compile(words) for concern, words in _WORDS.items()}
_NOT = re.compile("(?:不|没有?|别|从不)(?:怎么|太|是|用|再)?(?:计较|在乎|担心|嫌|管|提|问)?$")


def concerns(text: str) -> dict[Concern, Span]:
    """`text` is evened."""
    found = {}
    for concern, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            if not _NOT.search(text[max(0, match.start() - 6) : match.start()]):
                found[concern] = span_of(text, match.start(), match.end())
                break
    return found
