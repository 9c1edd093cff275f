"""The customer's name as said (N2): the company that the memo is about, or nothing where it has none (做体检那家).

Every company named is weighed by the words around it: the one whose people were met, that was gone to, that a memo
begins with. A rival, an end customer and a name taken back (不是中建, 是华泰建工) are none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from nlp.customer_cues import LEFT, RIGHT
from nlp.dictionary import is_word
from nlp.name_kinds import is_kind_sure, kind_of, kinds_in, own_part, products_in
from nlp.name_looks import HAN, is_likely, is_name, is_strange, likeness, stands_alone
from nlp.names_said import ending_at, openings, slots
from nlp.reading import Reading

_NUMBERED = re.compile(
    "(?P<name>(?:市|省|县|区|[\u4e00-\u9fff]{2,3}?)第?[一二三四五六七八九十]{1,2}(?:公司|医院|人民医院|院|中医院|中学|中|小学|小|局|处|厂|建|冶|航局|化建|幼|所|分公司))"
)
_COUNTY = re.compile(
    "(?P<name>[\u4e00-\u9fff]{1,3}[市县区镇](?:人民医院|中医院|妇幼|医院|[一二三]院|一中|二中|水务|供电局|自来水|城投|供销社))"
)
_PUBLIC = re.compile(
    "(?P<name>[省市县区镇乡](?![场域里面别间长委书内外上下公])(?:立|属|直)?[\u4e00-\u9fff]{0,5}?(?:医院|图书馆|博物馆|文化馆|体育馆|档案馆|科技馆|局|学校|中学|小学|幼儿园|妇幼|保健院|疾控(?:中心)?|供电所|水厂|污水厂|法院|检察院|政府|[一二三四五六七八九十]院|[一二三四五六七八九十]中|管处|血站|电视台|看守所|党校|福利院)"
    "|(?:实验|外国语|中心|育才|[一二三四五六七八九十]+)(?:中学|小学|学校|高中|幼儿园)|(?:人民|中心|中医|妇幼)医院|(?:公交|水务|自来水|燃气|热力|地铁|城投|交投|港务|机场|烟草|供电|环卫|市政|文旅|粮食)(?:集团|公司|局)|(?:城管|环卫|水务|教育|卫健|公安|交通|住建|市政|园林|气象|环保|农业|林业|民政|文旅|体育|应急)(?:局|委|处|所|中心)(?:[\u4e00-\u9fff]{2}(?:中心|站|所|处|大队))?)"
)
"""Houses of a town that need no name of their own where the town is known."""
# What stands before the customer of the memo. The last group is the name's beginning.
_BEFORE = re.compile(
    "(?:(?:刚|才|刚刚|今天|又)?从|陪|访|跑的(?:那家)?(?:是)?|去了?(?:一?趟)?|去的(?:那家)?(?:是)?|到了?|拜访了?|走访了?|回访了?|跑了?(?:一?趟)?|见了?|见到了?|碰到了?|堵到了?|跟|和|给|找了?|约了?|在|客户(?:是|叫|就是|名字叫|:|,)?|老客户|新客户|业主(?:是|叫)?|甲方(?:是|叫)?|"
    "叫(?:做)?|就是|这边是|这家是|是|关于|说说|说下|说一下|汇报下?|汇报一下|补一条|记一下|来电的?(?:是)?|名字叫|回了|接到|陪|最要紧的那家|[,。、](?:那个)?|第[一二三四五](?:个|家)?(?:是)?)(?:那个|这个|一下|隔壁)?[,]?$"
)
_GONE_TO = re.compile(
    "(?:从|去|去了|去的|去的是|趟|到了|拜访|拜访了|走访|回访|跑了|跑的是|访|在|陪|业主|甲方|客户是?|老客户)$"
)
_MET_THERE = re.compile("^(?:[^,。的ＰＴＡＤ]{0,8})?(?:的|他们)?(?:[^,。的ＰＴＡＤ]{0,5}?)(?:[ＰＴ])")
_BEHIND = re.compile(
    "^(?:那边|这边|那头|的(?:事|项目|单子|单|订单|[^,。]{1,8}(?:项目|单子|这单|的事|合同|招标|采购|改造))|那个|这个|这单|要|想|回话|来电|打来|出来|回来|(?:的)?(?:工地|办公楼|办公室|现场|厂里|车间|门口|仓库)|[,。]|演示|做了?(?:一次|个)?(?:演示|回访|拜访|交流)|通了?(?:个)?电话|开会|谈|聊|今天|项目|报价)"
)
_NOT_THE_CUSTOMER = re.compile(
    "(?:给|供|替|帮)[^,。]{0,2}$(?=.{0,8}供货)|(?:不是|并非|不叫|搞错|说错|竞争对手|对手|竞品|友商|同行)(?:是|有|就是|叫)?$|(?:隔壁|除了|参考|参观过?|做过|合作过|之前做|以前做|像|比如|类似|隔壁县|隔壁镇的?)$|(?:我们|咱们?|我们和|我司|我们、|我方)$"
)
_TAKEN_BACK = re.compile("^(?:[,。…吧嘛]|的)*(?:啊|哦|呃|哎)?(?:不对|不是|说错|错了|口误|更正|搞错)")
_INSTEAD_OF = re.compile("[,。]*不是([^,。不,]{2,})")
_TRADE = re.compile("(?:做|搞|开|卖|造|产|养|种|干)[^,。ＡＤＰＴ的]{1,8}的$")
_OF_SOMEBODY = re.compile(
    "^(?:供货|做配套|配套|的案例|的样板|的展台|也(?:在|来|报|给)|报了|报的|报价|给的报价|比(?:我们|咱)|中标|的(?:报价|单价|代理|业务员|经销商|货|销售|方案))"
)
_SOME = re.compile("(?:那间|这间|有间|一间|一个|一家|那个|某个?|有个|有家|这种|那种|几个|哪个|这类|个|家)$")
_HEAD_WITHOUT_KIND = re.compile(
    f"(?P<name>[{HAN}]{{2,5}})(?:的(?:[一两二三四几]位|[一两二三四几]个)?(?=[ＰＴ]))"
    f"|(?:^|[,。是])(?P<first>[{HAN}]{{2,5}})(?=那边|这边|的(?!那|这)|[,。])"
    f"|(?<![都们家她他])(?:叫|客户是|客户叫|业主是|业主叫|名字叫|就叫)(?:啥|什么)?(?:来着)?,?(?P<called>[{HAN}]{{2,7}})(?=[,。的]|$|[ＰＴＡＤ])"
    f"|(?P<has>[{HAN}]{{2,4}})(?=在[{HAN}]{{2,3}}(?:有|的)|那边|这边的?[ＰＴ]|回话|来电|要换|要上|要买|想上|想换|要给|要[一二两三四五六七八九十0-9])"
)


@dataclass(slots=True)
class _Weighed:
    start: int
    end: int
    points: int = 0
    times: int = 0
    is_denied: bool = False


def customer(reading: Reading, rivals: Collection[str] = (), known: Iterable[str] = ()) -> tuple[int, int] | None:
    """Where it stands in the text. `rivals` are the competitors found in it."""
    if (place := _known(reading.text, known)) is not None:
        return place
    open_text = reading.with_open_offices()
    candidates = list(_candidates(reading, open_text))
    best = _heaviest(reading, candidates, rivals)
    if best is None or best.points < _BEYOND_DOUBT:
        candidates += _between(reading, open_text, [(start, end) for start, end, _ in candidates])
        best = _heaviest(reading, candidates, rivals)
    return (best.start, best.end) if best is not None else None


def _heaviest(reading: Reading, candidates: Iterable[tuple[int, int, int]], rivals: Collection[str]) -> _Weighed | None:
    text, marked = reading.text, reading.marked
    weighed: dict[str, _Weighed] = {}
    for start, end, base in candidates:
        name = text[start:end]
        one = weighed.setdefault(name, _Weighed(start, end, base))
        one.times += 1
        one.points = max(one.points, base) if one.times > 1 else one.points
        one.points += _around(text, marked, start, end)
        one.is_denied = one.is_denied or _is_denied(marked, start, end)
    for name, one in weighed.items():
        # 牧源,牧草的牧,牧源农牧: the fuller name is the one that is meant.
        if (fuller := next((other for other in weighed if other != name and other.startswith(name)), None)) is not None:
            weighed[fuller].points = max(weighed[fuller].points, one.points + 1)
    best: _Weighed | None = None
    for name, one in weighed.items():
        if one.is_denied or one.points < _ENOUGH or any(name in rival or rival in name for rival in rivals):
            continue
        if best is None or one.points > best.points:
            best = one
    return best


_BEYOND_DOUBT = 5
_ENOUGH = 4
_EARLY = 40


def _known(text: str, known: Iterable[str]) -> tuple[int, int] | None:
    """The longest known name that is said; the earliest of equally long ones."""
    said = [(text.find(name), name) for name in known if len(name) > 1 and name in text]
    if not said:
        return None
    at, name = min(said, key=lambda found: (-len(found[1]), found[0]))
    return at, at + len(name)


def _candidates(reading: Reading, open_text: str) -> Iterator[tuple[int, int, int]]:
    """Names with the points that their own form gives them."""
    text, marked = reading.text, reading.marked
    taken: list[tuple[int, int]] = []
    for pattern in (_NUMBERED, _COUNTY):
        for found in pattern.finditer(marked):
            place = ending_at(marked, found.end("name"))
            if place is not None and place[1] - place[0] > 2 and not _SOME.search(marked[: place[0]]):
                taken.append(place)
                yield (*place, 4)
    for found in _PUBLIC.finditer(open_text):
        place = found.span("name")
        whole = ending_at(open_text, place[1])
        if whole is not None and whole[0] < place[0] and is_name(text[slice(*whole)]):
            continue
        if not any(start < place[1] and place[0] < end for start, end in taken) and not _SOME.search(text[: place[0]]):
            taken.append(place)
            yield (*place, 1)
    for end in kinds_in(open_text):
        if _SHOW.match(open_text, end):
            continue
        place = ending_at(open_text, _before_office(reading, end))
        if place is not None and (works := _WORKS.match(reading.marked, place[1])) is not None:
            # 味之源火锅|底料厂.
            place = (place[0], works.end())
        if place is None or any(start < place[1] and place[0] < end for start, end in taken):
            continue
        name = text[place[0] : place[1]]
        own = own_part(name)
        if is_name(name) and len(own) > 1 and not _is_some(text, place, name):
            taken.append(place)
            yield (
                *place,
                3
                if is_strange(own) or likeness(own) == 1
                else 2
                if is_kind_sure(name) or _HOUSE.search(name)
                else 1
                if likeness(own)
                else 0,
            )
    for end in products_in(marked, _EARLY):
        # 腾远涂料的分散机: a maker's product in the place of a company's name.
        place = ending_at(marked, end)
        if place is None or any(start < place[1] and place[0] < end for start, end in taken):
            continue
        own = own_part(text[place[0] : place[1]])
        is_placed = place[0] == 0 or re.search("[,。跟给去从是和Ｄｄ]$", marked[: place[0]])
        if (
            is_placed
            and re.match("的|[,。ＰＴ]", marked[place[1] :])
            and re.fullmatch(f"[{HAN}]{{2,3}}", own)
            and len(own) < place[1] - place[0]
            and not is_word(own)
            and stands_alone(own)
        ):
            taken.append(place)
            yield (*place, 3)
    for found in _HEAD_WITHOUT_KIND.finditer(marked):
        group = found.lastgroup or "name"
        place = found.span(group) if group == "called" else ending_at(marked, found.end(group))
        if place is None or any(start < place[1] and place[0] < end for start, end in taken):
            continue
        name = text[place[0] : place[1]]
        if any(person.family == name[-1] for person in reading.people):
            # 黄总,草头黄: how a family name is written.
            continue
        if group != "called" and name[-1] in "来任到去出里外上下想要得":
            continue
        if is_name(name, sure=group == "called") and (group == "called" or stands_alone(name)):
            taken.append(place)
            yield (*place, {"called": 4, "has": 3}.get(group, 1))


_HOUSE = re.compile("(?:医院|幼儿园|学校|小学|中学|大学|学院|酒店|宾馆|超市)$")
_OF_A_NAME = re.compile("[^我你他她,。也又刚再的了就还]$")
_SHOW = re.compile("展(?!示|览馆)|师(?!范)|员|博览会|论坛|年会|峰会|协会")
_WORKS = re.compile("[\u4e00-\u9fff]{1,3}?(?:厂|公司|集团|合作社|商行|门市|经销部)(?![长区里子])")


def _before_office(reading: Reading, end: int) -> int:
    """天成日化|供应链桑小姐: the office belongs to the person."""
    start = end
    while start and reading.marked[start - 1] in "Ｐｐ":
        start -= 1
    return start if start < end and kind_of(reading.text[max(0, start - 4) : start]) else end


def _between(reading: Reading, open_text: str, taken: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Names that show themselves by what stands before and behind them."""
    text = reading.text
    found = [
        slot
        for slot in slots(reading.marked, reading.breaks, LEFT, RIGHT, openings(reading.marked, reading.pieces))
        if slot.weight > 1
    ]
    for slot in sorted(
        found, key=lambda slot: (-slot.weight, not kind_of(text[slot.start : slot.end]), slot.start, slot.end)
    ):
        if any(start < slot.end and slot.start < end for start, end in taken):
            continue
        if text[slot.start - 1 : slot.start] in ("和", "与", "、") and _OF_A_NAME.search(text, 0, slot.start - 1):
            continue
        if is_likely(open_text, slot.start, slot.end, reading.breaks, slot.weight):
            taken.append((slot.start, slot.end))
            yield slot.start, slot.end, slot.weight - 1


def _is_some(text: str, place: tuple[int, int], name: str) -> bool:
    """一个氯碱厂, 那个电厂: a kind of house, not a name."""
    return bool(_SOME.search(text[max(0, place[0] - 3) : place[0]])) and len(kind_of(name)) == 1


def _around(text: str, marked: str, start: int, end: int) -> int:
    before, behind = marked[max(0, start - 10) : start], marked[end : end + 16]
    points = 0
    if start == 0:
        points += 3 if behind.startswith("的") else 2
    elif before[-1:] in ",。":
        points += 1
    elif _BEFORE.search(before) or re.search("[业甲客]", text[max(0, start - 2) : start]):
        points += 3 if _GONE_TO.search(before) else 2
    elif before[-1:] in ("Ｄ", "ｄ"):
        points += 1
    if _MET_THERE.match(behind):
        points += 3
    if _BEHIND.match(behind):
        points += 1
    if start < _EARLY:
        points += 1
    if (start and _OF_SOMEBODY.match(behind)) or re.search(
        "(?:他们|她们|人家)的客户$", text[max(0, start - 5) : start]
    ):
        points -= 5
    if before.endswith("的") and not before.endswith(("去的", "跑的", "见的")) and not _TRADE.search(before):
        points -= 3
    if re.search("全名|全称", before + marked[max(0, start - 20) : start]):
        points += 4
    if re.search("不是[^。]{2,9}[,]?(?:是|叫)[,]?$", before):
        points += 3
    if "不是客户" in marked[end : end + 40]:
        points -= 5
    return points


def _is_denied(marked: str, start: int, end: int) -> bool:
    before, behind = marked[max(0, start - 10) : start], marked[end : end + 10]
    instead = _INSTEAD_OF.match(behind)
    if instead is not None and not instead[1].startswith(marked[start:end]):
        # 是金衡路桥,不是中交.
        return False
    return bool(
        _NOT_THE_CUSTOMER.search(before)
        or _TAKEN_BACK.match(behind)
        or (before.endswith("给") and behind.startswith("供货"))
    )
