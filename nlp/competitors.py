"""Rival suppliers and brands that a memo names, as said (memos/SCHEMA.md): a part's brand and an end customer are none.

A rival is known by what it does (报了, 也来过, 在谈, 入围) or by what is said of it (对手是, 用的是…的, 拿…压我们). Names in a
row (海尔和松下, 三一、中联) are rivals together.
"""

from __future__ import annotations

import re

from domain.facts import Known, Said
from nlp.names_said import HAN, ending_at, is_name
from nlp.reading import Reading

_DOES = re.compile(
    "(?:的(?:业务员|销售员?|代理商?|经销商|方案|机器|胶|单价|货|代表|老总|报价|人(?=来|也|都|在|前|刚|上|给|跟|报|已|,)))?(?:那边|那家|家|他们|今天|昨天|上午|上周|前天|刚|上个?月|上礼拜|上一?期|也|都|就|才|已经|还|又|一直|去年|前脚|下周|下下周|明天|后天|单台|一台|Ａａ*|,)*"
    "(?:报(?:价|了|过|的|得|出|Ａ|给)|给(?:他|她|他们|人家|客户|这边)?(?:的|过)?(?:报|Ａ|打|便宜|送|发|账期|帐期)|来(?:过|看过|做|投|试|找|量|谈)|在(?:谈|跟|试用?|比|争|推|磨|盯|用)|入围|参与|参加|投标|中标|中了|派人|演示过|做过|合作|比(?:我们|咱)|(?:便宜|低)Ａ|要Ａ|卖Ａ|前脚|刚走|走了|Ａａ*(?:卖|给|带)|掺和|插(?:了)?(?:一)?(?:脚|手)|盯得|接触|送(?:过|了)?样|请(?:他们|他)吃饭|开的?价|压价|抢|也(?:在|来|报|给|做|想|跟)|一块儿停|被(?:他|她)否了|同台)"
)
_ENDS = f"[{HAN}A-Za-z0-9]{{2,8}}?"
_LIST = re.compile(
    f"(?P<one>{_ENDS})(?:[和跟与、,]|还有|以及)(?P<other>{_ENDS})(?=也|都|在|的|报|,|。|入围|两家|$|来|给|比)"
)
_NAMED_BEHIND = re.compile(
    f"(?:对手(?:主要)?(?:有|是|就是|还有|:)|竞品(?:是|有)?|同台的还有|现在(?:用|进|做|使)的(?:都)?是|目前用的是|(?:一直|以前|原来|老线)用的?(?:都)?是?|中的是|中标的是|就找|改找|还有个叫|有个叫|有家叫|除了我们还有|拿|内定(?:得差不多了)?(?:要)?给|要给|倾向于?|在用|被)"
    f"(?P<name>{_ENDS})(?=的(?:货|机|单价|报价|合同|价|方案|胶|产品|,|。)|的?$|[,。和、跟]|压|说事|来压|磨|了|嫌|那边|这|已经|做|合作|了一|,嫌)"
)
_PART = re.compile(
    "(?:指定(?:要)?|点名(?:要)?用?|温控用的是|电芯|PLC|plc|电机用|配(?:的是)?|里头(?:用)?的?(?:是)?|变频器|轴承用|核心部件)[^,。]{0,6}$"
)
_PART_BEHIND = re.compile("^的?[^,。]{0,4}(?:他们自己买|自己采购|不归(?:咱|我)|咱配|我们配)")
_END_CUSTOMER = re.compile("(?:给|为|供|配套|客户是|甲方是|主机厂|他们的客户)$")
_OURS = re.compile("我们?|咱们?|他|她|人家|客户|业主|甲方|对方|大家|老板|公司|厂里|财务|采购|设备|技术")


def competitors(reading: Reading, known: Known) -> tuple[Said[str], ...]:
    """In the order said, each once."""
    marked = reading.marked
    places: dict[str, tuple[int, int]] = {}

    def add(place: tuple[int, int] | None, *, sure: bool = False) -> None:
        if place is None or not _may_be(reading, place, sure=sure):
            return
        places.setdefault(reading.text[place[0] : place[1]], place)

    for name in known.competitors:
        if (at := reading.text.find(name)) >= 0:
            places[name] = (at, at + len(name))
    for found in _DOES.finditer(marked):
        add(ending_at(marked, found.start()))
    for found in _NAMED_BEHIND.finditer(marked):
        add(found.span("name"), sure=True)
    for found in _LIST.finditer(marked):
        first, second = ending_at(marked, found.end("one")), found.span("other")
        names = {reading.text[start:end] for start, end in (first, second) if first} if first else set()
        if first is not None and names & set(places):
            add(first)
            add(second, sure=True)
    rivals = _longest(places)
    return tuple(Said(reading.as_said(start, end), reading.words(start, end)) for start, end in sorted(rivals.values()))


def _may_be(reading: Reading, place: tuple[int, int], *, sure: bool) -> bool:
    start, end = place
    text, marked = reading.text, reading.marked
    name = text[start:end]
    if not 2 <= len(name) <= 8 or _OURS.match(name) or marked[start:end] != name:
        return False
    before, behind = text[max(0, start - 12) : start], text[end : end + 12]
    if _PART.search(before) or _PART_BEHIND.match(behind) or _END_CUSTOMER.search(before):
        return False
    return is_name(name, sure=sure)


def _longest(places: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """江南包机 and 江南: the longer one was said in full."""
    return {
        name: place for name, place in places.items() if not any(name != other and name in other for other in places)
    }
