"""Rival suppliers and brands as said (memos/SCHEMA.md, labels.competitors): who else is in play, never a part's brand or an
end customer.

A rival is known by the words beside its name: its people were here (的业务员, 也来过), it has quoted (才报, 给的报价), we are
measured against it (比, 拿…压, 不然就找), the customer has it now (现在用的是), or it is called one (对手是).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from domain.facts import Known
from nlp.name_kinds import is_kind_sure, kind_of
from nlp.name_looks import HAN, is_likely, is_name, likeness
from nlp.names_said import Slot, apart, beginning_at, ending_at, openings, slots, strange_runs
from nlp.patterns import sought
from nlp.places import is_place_name
from nlp.reading import Reading
from nlp.rival_cues import LEFT, RIGHT

Place = tuple[int, int]

_SOON = "(?:也|都|才|刚刚?|就|已经|已|正|又|还|一直|早就?|前脚|后脚|上午|下午|中午|早上|先|最近|现在|目前|前两天|今年|这次|又来|一共|统统|会|要|将|,|[Ｄｄ]+)*"
_TO_THEM = "(?:在)?(?:(?:给|跟|和|找|去|到|在)(?:他们?|她们?|客户|院里|厂里|甲方|业主|对方|[ＰｐＴｔ]+)(?:那边|那里|那儿|办公室)?(?:也|都)?)?"
_ANEW = "(?<![下上出过回起])"
_QUOTES = "(?<![汇申误填播上])报"
# Between a name and what its bearer does.
_LEAD = re.compile(
    "(?:那边|那家|那台|那款|这边|那个)?的?(?:进口机|国产机|同款|机器|产品|东西|货|样机)?"
    f"{_SOON}{_TO_THEM}{_SOON}(?:一台|单台|每台|一套|单价)?$"
)
# What nobody does but a rival …
_DOES_SURELY = (
    f"{_QUOTES}(?:的是|了|过|价|得|到|出|个|的)?价?(?:才|只|就)?(?:Ａ|低|比)|{_QUOTES}过价?|(?<=[也在])报(?!销|告|警|名)|报的价|(?<=给[他她])报|给的报?价|给(?:他们?|她们?)?[的了]?Ａ|开价|要价"
    f"|(?<=才)(?:Ａ|[一二三四五六七八九十两])|卖Ａ|入围|{_ANEW}来(?:过(?!我们)|看过|投标|讲标|竞标|竞争|做过?(?:POC|演示|中试|测试|试|对比|样))|演示过|试用过?|给过样|送过样|送了样|(?:发|寄|送)过(?![来去])|做过演示"
    "|在(?:试用|争|抢|跟(?![我他她])|盯)|再跟(?=[,。]|$)|在谈(?=[,。ＰｐＴｔ]|$)|派人来?了?|(?:在[^,。]{2,8})?装了样机|做技术答疑"
)
# … and what somebody does who has the name of one.
_DOES = (
    f"{_ANEW}来(?:了|抢|汇报|交流|拜访|演示|送样|测|报|谈|推)|{_QUOTES}(?!下|告|表|警|名|销|备|一下|批|到|关|废|错|喜|道|社|个|给)|中标|中了|递了?方案|交了?方案|送样|打[一二三四五六七八九]折|打了?[^,。]{{0,2}}折"
    "|跟(?:他们?|她们?|客户|院里)(?:合作|做了|关系|好)|便宜Ａ|低Ａ|有个?业务|她?他?也在比|各讲|讲了?[一二三四五六七八九十两]|也有意|盯得|跑得|做过一期|参加了?投标|也在"
)
# What stands right behind a rival's name.
_BEHIND_SURELY = (
    "的(?:人|业务员?|业务经理|销售员?|代理商?|经销商|推销员?|客户经理|区域经理|大区经理|应用工程师|售前|驻场工程师|商务)(?!员的)|的[Ｐｐ]+(?=常驻|天天|也来|刚来|来过|前脚)"
    f"|(?:的[{HAN}]{{1,3}})?都?在(?:他们|客户|院里|甲方)的?[^,。]{{0,4}}(?:名录|表|名单|库)|(?:和|跟|还有)(?:另外?|其他|别的)[一两二三几]家|那边(?:他|她)?说?(?:也|在)(?=[^,。]{{0,4}}(?:停|做|跟|谈))"
    "|(?:这|那)?(?:也|都)?(?:比|跟)(?:我们?|咱们?)的?家?(?:整整|要|还|差不多|低|高|贵|便宜|打|早|好|快|近|多|少|一样|价)"
)
_BEHIND = "的(?:报价|单价|价格?|底价|方案|货|产品|样品|样机|案例|展台|胶|机器|设备|同款|投标|技术|合同|关系|系统|料|配方|牌子|膜|人)(?=也|都|是|被|,|。|比|便宜|贵|压|报|他|她|在|才|就|跟|来|低|[ＡＰＴＤ]|$)"
_RIGHT = sought(
    f"(?P<behind_surely>{_BEHIND_SURELY})|(?P<does_surely>{_DOES_SURELY})|(?P<behind>{_BEHIND})|(?P<does>{_DOES})"
)
_LEFT_SURELY = sought(
    "(?:竞争对手|对手|竞品|友商|竞对|同行)(?:里|中|方面)?(?:主要|目前|现在|就|还|也|依然|仍然|一个|两家|名字)*(?:是|有|叫|包括|,|:)+(?:一家|两家)?(?:叫)?"
    "|除了?(?:我们|咱们?|我)(?:家)?(?:之?外)?[,]?(?:还有|另有|就是|剩下|只有|就)(?:一家|一个)?(?:叫)?"
    "|(?:中的|中标的|定的|最后中|选的|选中的|定下的)(?:就)?是"
    "|(?:一家|有家|厂家|小厂|牌子|同行|别家|[一两二三]个)[^,。我你他她]{0,10}[,]?(?:在(?:抢|争|报|跟|谈)[,]?)?叫(?:做)?"
    "|(?:不然|否则|要不(?:然)?|再不行|大不了|宁可|还不如|干脆|那就|他就|她就)(?:就|要|只能|得)?(?:去)?(?:找|选|买|用|换|上|给(?:[^,。]{1,4}的)?)"
)
_LEFT = sought(
    "(?:还有|另外|对了|哦)?(?:那个|一个)(?=[^,。我你他她]{2,6},[^。]{0,16}(?:也在|也来|也报|再跟))"
    "|(?:现在|目前|一直|以前|原来|之前|原先|手头|手上|手里|早先|老设备|旧的|前几年)(?:他们|她们|厂里|院里|店里)?(?:都|也|还|在)?(?:用|使|装|上|进|买|做)(?:着)?(?:的)?(?:就|都|也|全|还|一直)?(?:是)?(?:一套|一台)?"
    "|(?:老的|旧的|[一二三]期|之前那套|老设备|原来那套|现有的?)(?:就)?是|(?:他们|她们|老板)?(?:都|一直|更|还是)?(?:倾向于?|偏向|看好|喜欢|认准|内定|要给|定给|换成|改用|转头找|还在看|还看了)(?:了)?"
    "|(?:拿|用)(?=[^,。]{2,9}(?:的|来|跟|压|说|比|报))|(?<!百分之)(?<!对)比(?!较|例|如|价|照|我|你|咱|他|她|原|去|上|以|预|这|那)(?=[^,。]{2,7}(?:贵|便宜|高|低|好|差|慢|快|多|少))"
    "|(?:我们|咱们?)(?:和|跟|、|与)(?=[^,。我你他她]{2,12}(?:讲|争|比|抢|竞|都|一起|两家|三家|进|入|、|差|打|和另|和别|还有))"
    "|和(?=[^,。我你他她]{2,6}的对比)|(?:认|说|听说|据说|提到|夸)(?=[^,。我你他她的]{2,6}(?:就|才|那边)(?:这|是这|报|给|卖))"
)
_GOES_ON = re.compile("[、,]?(?:和|跟|与|、|还有|以及|也有|或者)(?:另外)?")
_JOINED = re.compile("(?:、|和|跟|与|还有|以及)$")
_PART = re.compile(
    "(?:PLC|温控|变频|电机|轴承|伺服|电芯|芯片|压缩机|泵|阀|传感器|仪表|配件|元件|零件|部件|电控|机芯|屏|镜头|光源|密封|机封|减速机|导轨|丝杆|电气|主机|钢材|板材|原料)[^,。]{0,4}(?:用|指定|点名|配|选|要)[^,。]{0,6}$"
)


def competitors(reading: Reading, known: Known) -> list[Place]:
    """In the order said, each name once."""
    shown = [*_found(reading), *_sightings(reading), *_known(reading.text, known.competitors)]
    return apart(((place, reading.text[slice(*place)]) for place in sorted(set(shown))), known.customers)


def _known(text: str, names: Iterable[str]) -> Iterator[Place]:
    for name in names:
        if len(name) > 1 and (at := text.find(name)) >= 0:
            yield at, at + len(name)


def _found(reading: Reading) -> Iterator[Place]:
    for found in _RIGHT.finditer(reading.marked):
        kind, end = found.lastgroup or "", found.start()
        if kind.startswith("does") and (lead := _LEAD.search(reading.marked, max(0, end - 24), end)) is not None:
            if kind == "does" and "的" in lead[0]:
                # agv的报价发过去: something of somebody's, no deed.
                continue
            end = lead.start()
        yield from _before(reading, end, sure=kind.endswith("surely"))
    for pattern, sure in ((_LEFT_SURELY, True), (_LEFT, False)):
        for found in pattern.finditer(reading.marked):
            if _CALLED.match(found[0]) and not _RIVAL_AROUND.search(
                reading.marked[max(0, found.start() - 5) : found.end() + 14]
            ):
                # 一家叫…的, 牌子叫…: the customer is named so too.
                continue
            yield from _behind(reading, found.end(), sure=sure)


def _sightings(reading: Reading) -> Iterator[Place]:
    """Names that show themselves by what stands before and behind them, the surest first."""
    text = reading.text
    taken: list[Place] = []
    for slot in sorted(
        [
            *slots(reading.marked, reading.breaks, LEFT, RIGHT, openings(reading.marked, reading.pieces)),
            *strange_runs(reading.marked, reading.pieces),
        ],
        key=_surest_first(text),
    ):
        if any(start < slot.end and slot.start < end for start, end in taken):
            continue
        before = text[max(0, slot.start - 14) : slot.start]
        if slot.start == 0 and text[slot.end : slot.end + 1] == "的":
            continue
        pieces = _pieces(reading, slot)
        if not pieces or _PART.search(before) or _NO_NAME_AHEAD.search(before):
            continue
        if _TAKEN_BACK.match(reading.marked, slot.end):
            continue
        taken.append((slot.start, slot.end))
        yield from pieces
        yield from _joined(reading, pieces)


def _surest_first(text: str) -> Callable[[Slot], tuple[int, bool, int, int]]:
    """Of equally sure ones the one that says what house it is, for it is whole."""
    return lambda slot: (
        -slot.weight,
        not kind_of(text[slot.start : slot.end]),
        slot.start,
        slot.end if slot.weight else -slot.end,
    )


def _pieces(reading: Reading, slot: Slot) -> list[Place]:
    """日东和劲拓: two names; 和仁 may be one."""
    for joint in _JOINT.finditer(reading.text, slot.start + 2, slot.end - 2):
        halves = [(slot.start, joint.start()), (joint.end(), slot.end)]
        likely = [is_likely(reading.marked, *half, reading.breaks, max(2, slot.weight)) for half in halves]
        # 宁德和亿纬: a town, where it stands beside a maker, is one too.
        if all(likely) or (any(likely) and any(is_place_name(reading.text[slice(*half)]) for half in halves)):
            return halves
    if is_likely(reading.marked, slot.start, slot.end, reading.breaks, slot.weight):
        return [(slot.start, slot.end)]
    return []


def _joined(reading: Reading, pieces: Sequence[Place]) -> Iterator[Place]:
    """每刻和|汇联易: the neighbour that a name is joined to."""
    if (joint := _JOINED.search(reading.marked, max(0, pieces[0][0] - 2), pieces[0][0])) is not None:
        yield from _before(reading, joint.start(), sure=True)
    if (joint := _GOES_ON.match(reading.marked, pieces[-1][1])) is not None and joint[0]:
        yield from _behind(reading, joint.end(), sure=True)


_NO_NAME_AHEAD = re.compile("(?:不是|不叫|并非|别的|其他|哪个|某个?|什么|一个|这种|那种|随便)$")
_TAKEN_BACK = re.compile("[,。]*(?:啊|哦)?(?:不对|不是|说错|错了|口误|更正)")
_JOINT = re.compile("和|跟|、|与")


_CALLED = re.compile("一家|有家|厂家|小厂|牌子|[一两二三]个")
_RIVAL_AROUND = re.compile("还有|另|对手|同行|别家|外地|抢|争|也[来在报给比送测说]|报[了价过Ａ]|比我们|来过|也$")


def _before(reading: Reading, end: int, *, sure: bool) -> Iterator[Place]:
    """The name that ends here, and those that are joined to it on its left."""
    place = ending_at(reading.marked, end)
    if place is None:
        return
    start, end = place
    # 用友和金蝶: two names; 仁和骨科 is one.
    cut = reading.text.rfind("和", start + 2, end - 2)
    if cut > 0:
        start = cut + 1
    if start == 0 and reading.text[end : end + 1] == "的":
        # A memo begins with its customer: 德旺座椅的报价战打到第四轮.
        return
    if not _is_rival(reading, (start, end), sure=sure) or reading.text[start - 1 : start] in ("给", "帮", "替", "向"):
        return
    yield start, end
    joined = _JOINED.search(reading.marked, max(0, start - 2), start)
    if joined is not None:
        yield from _before(reading, joined.start(), sure=True)


def _behind(reading: Reading, start: int, *, sure: bool) -> Iterator[Place]:
    """The name that begins here, and those that are joined to it on its right."""
    place = beginning_at(reading.marked, start)
    if place is None or not _is_rival(reading, place, sure=sure):
        return
    yield place
    if (joined := _GOES_ON.match(reading.marked, place[1])) is not None:
        yield from _behind(reading, joined.end(), sure=True)


def _is_rival(reading: Reading, place: Place, *, sure: bool) -> bool:
    start, end = place
    if reading.text[start - 1 : start] == "把" or _NO_NAME_AHEAD.search(reading.text, max(0, start - 4), start):
        return False
    name = reading.text[start:end]
    if kind_of(name) and not is_kind_sure(name) and not likeness(name):
        # 换成透平机: a machine, not whose.
        return False
    return is_name(name, sure=sure) and not _PART.search(reading.text[max(0, start - 14) : start])
