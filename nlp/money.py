"""Every amount of money that a text names, with its bounds, as ranges in fen (conventions: memos/SCHEMA.md).

An amount is a numeral (nlp/numbers.py), or two that make a range, which something shows to be money: a money word (元,
块钱, ¥), the scale of money (万, 亿, w) with nothing counted behind it, the short form of prices (三千六, 一百八), or a
word before it that asks for money (预算五十). Bounds said around it (不到, 以内, 起码, 往上) are then applied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from nlp.numbers import Number, is_counted, numbers, read_number
from nlp.spans import Span, span_of

WAN = 10_000


@dataclass(frozen=True, slots=True)
class Amount:
    span: Span
    """With the words that bound it (不到五十万, 五十万左右)."""
    min_fen: int | None
    max_fen: int | None
    """Both None: a currency other than yuan, whose worth the text does not say."""
    bare: bool
    """Said without a money word: 预算五十万, 五十个."""


@dataclass(frozen=True, slots=True)
class _Figure:
    """An amount on the way: in yuan, or in what `scale_open` leaves to the other amounts of the text."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    bare: bool
    scale_open: bool = False
    """二百三, 预算五十: yuan or 万, as the rest of the talk has it."""
    else_wan: bool = False
    """万 where no other amount settles it."""
    foreign: bool = False
    is_range: bool = False
    """Both ends were said: 两百八到三百万封顶 keeps the lower one."""


def amounts(text: str) -> list[Amount]:
    """In order. The text should be even (nlp/transcript.py)."""
    figures = _settled(text, list(_figures(text)))
    return [_bounded(text, figure, figures[i - 1].end if i else 0) for i, figure in enumerate(figures)]


# ---------------------------------------------------------------- numerals and ranges


_JOINT = re.compile(
    "(?: ?(?:元|块钱?|左右|上下))? ?(?:,?[到至]|-{1,2}|~|—)(?:了|也就)? ?(?:(?:[¥￥]|人民币|rmb|cny) ?)?", re.IGNORECASE
)
_OR = re.compile("(?:还是|或者?是?|要么)(?:说)?")


def _figures(text: str) -> Iterator[_Figure]:
    read = [number for number in numbers(text) if not _is_name(text, number)]
    skip_to = 0
    previous: _Figure | None = None
    for i, number in enumerate(read):
        if number.start < skip_to:
            continue
        following = read[i + 1] if i + 1 < len(read) else None
        figure = _range(text, number, following) or _as_money(text, number, previous)
        if figure is not None:
            yield figure
            previous, skip_to = figure, figure.end


def _range(text: str, one: Number, other: Number | None) -> _Figure | None:
    """五十到六十万, 50万-60万, 八千到一万二, 三到五百万, ¥50-60万; None where it is not one, or not money."""
    if other is None or not (
        other.start == one.end or _JOINT.fullmatch(text, one.end, other.start) or _is_pair(text, one, other)
    ):
        return None
    shared = _shared_scale(one, other)
    if shared is None:
        return None
    low, high, scale = shared
    if other.scale == 1 and scale > 1 and is_counted(text, other.end):
        return None  # 五十万到二十号
    whole = replace(other, start=one.start, low=low, high=high, scale=scale, shortened=one.shortened or other.shortened)
    found = _as_money(text, whole, None)
    return found and replace(found, is_range=True)


def _is_pair(text: str, one: Number, other: Number) -> bool:
    """12、13万: two numbers, one after the other."""
    return text[one.end : other.start] == "、" and one.scale == 1 and other.low == (one.high + 1) * other.scale


def _shared_scale(one: Number, other: Number) -> tuple[Decimal, Decimal, int] | None:
    """Low, high and the scale of a range, of which one end may lend its scale to the other."""
    if one.end == other.start:  # 十万八万, 三万五万
        small = (
            one.scale == other.scale == WAN
            and max(one.high, other.high) <= 10 * WAN
            and one.is_exact
            and other.is_exact
        )
        return (min(one.low, other.low), max(one.high, other.high), WAN) if small else None
    if one.scale > 1 and other.scale == 1 and not one.implied:
        lent = other.high * one.scale
        return (one.low, lent, one.scale) if other.high < 10_000 and lent > one.high else None
    if one.scale == 1 and other.scale > 1:
        head = other.head if one.high < 10 and other.head > other.scale and one.high * other.head < other.low else 0
        for scale in (head, other.scale, 1):
            if scale and one.high * scale < other.low:
                return one.low * scale, other.high, other.scale
        return None
    if one.scale == 1 and one.high < 10 and other.head > 1 and other.head <= other.low != other.head:
        return one.low * other.head, other.high, 1  # 三到五百
    return (one.low, other.high, max(one.scale, other.scale)) if one.high < other.low else None


_NAME_BEFORE = re.compile("(?:[^A-Za-z]|^)(?:rmb|cny|rmb:|cny:) ?$", re.IGNORECASE)


def _is_name(text: str, number: Number) -> bool:
    """X200, 第二, 周三, 百分之十: digits that are part of something else."""
    before = text[number.start - 1 : number.start]
    if not before:
        return False
    if before in "第周":
        return not (before == "第" and number.scale > 1 and number.end - number.start > 2)
    if before == "之" and text[number.start - 2 : number.start - 1] == "分":
        return True
    return (
        text[number.start].isdigit()
        and bool(re.match("[A-Za-z0-9_#]", before))
        and not _NAME_BEFORE.search(text[: number.start])
    )


# ---------------------------------------------------------------- what shows that it is money


_CURRENCY_BEFORE = re.compile("(?:[¥￥]|人民币|(?<![A-Za-z])(?:rmb|cny))[:：]? ?$", re.IGNORECASE)
_FOREIGN = re.compile(
    " ?(?:美[金元刀]|欧元|日元|日币|港[币元]|英镑|韩元|台币|新台币|新币|加元|澳元|卢布|usd|eur|刀(?![具片模头]))",
    re.IGNORECASE,
)
_FOREIGN_BEFORE = re.compile("(?:\\$|€|£|(?:US|HK)\\$|(?<![A-Za-z])(?:usd|eur)) ?$", re.IGNORECASE)
_MONEY_WORD = re.compile(
    " ?(?:元(?:人民币|钱)?整?(?!旦|件|器|素|月|宵|老)|圆整?|(?:块|快)(?:大洋|钱)|块(?!儿|头)|人民币|(?:rmb|cny)(?![A-Za-z])|大洋"
    "|整(?![个套体改理条年天合机车栋层厂包顿治修单箱批柜租件站流线形]))",
    re.IGNORECASE,
)
# Things that come in 块: 三块屏, 两块地. Behind anything else 块 is money.
_BLOCKS = re.compile(
    "块(?:板|屏|电池|地(?!方)|显示|玻璃|砖|表|牌|硬盘|主板|电路|模|肉|布|石|钢|铁|镜|区域|业务|内容|部分|市场|大|小|试|组件|面板|工地|场地|厂|仪表|样|料|木|瓷|钣|挡|盖|挂|"
    "的?(?:工作|活儿?|事|责任)|一起|硬|芯|卡|田|空|广告|黑|白|垫|隔|铝|铜|薄|厚|不同|分开)"
)
_PRICE_BEFORE = re.compile(
    "(?:价|报|卖|要|降|涨|便宜|贵|差|加|减|让|省|优惠|多|少|每[^0-9]{0,3}|一[台个只片套件吨斤米卷平盒箱瓶包把根条张支盏度次天月年小时方]+|低|高|运费|成本|利润|赚|挣|花|付|给|收|才|就|"
    "块钱?|砍)[了的到是成掉]?(?:大概|差不多|也就|只|才|就)?$"
)
_ONE_KUAI_BEFORE = re.compile(
    "(?:多|少|差|便宜|贵|涨|降|加|减|让|每[^0-9]{1,3}|[台个只片套件吨斤米卷平盒箱瓶包把根条张支])[了的到]?$"
)
_SMALL = re.compile("(?:一[只个台片套件吨斤米卷平盒箱瓶包把根条张支盏]|[/每])")
_KUAI_TAIL = re.compile("块零?([一二三四五六七八九半]|[0-9]{1,2})(?:(毛)([一二三四五六七八九])?钱?)?(?![十百千万])")
_MAO = re.compile(
    "(?:毛|角(?=钱|[一二三四五六七八九]分))(?!不拔|[利坯重巾料病刷毡竹石豆线收])(?:([一二三四五六七八九])(?:分钱?)?(?![十百千万个台只号月点]))?钱?"
)
_FEN_MONEY = re.compile("分钱")
_YUAN_JIAO = re.compile(
    "元([零一二三四五六七八九壹贰叁肆伍陆柒捌玖0-9])角(?:([零一二三四五六七八九壹贰叁肆伍陆柒捌玖0-9])分)?整?"
)
_PER_WATT = re.compile(
    "[wWkK](?:的)?(?:灯|电机|电源|光源|功率|激光|光纤|快充|充电|投光|射灯|组件|音箱|马达|伺服|光伏|屏|高清|分辨率|显示|摄像|电视|画质|监控)"
)
_COUNTED_BEFORE = re.compile(
    "(?:(?<!按)产能|产量|[年月日]产|用量|销量|出货量?|库存|人口|粉丝|播放量?|阅读量?|面积|转速|寿命|里程|工时|用户|数量|总量|发行量|并发|像素|编号|型号|房号|电话|手机|尾号|工号|人数|员工|门店|从业)"
    "(?:[是有在到了约为达的]|大概|大约|差不多|将近|接近|不到|超过|一共|总共)*$"
)
_MEASURED_BEFORE = re.compile(
    "(?:温度|长度|口径|功率|压力|直径|宽度|高度|厚度|重量|速度|电压|电流|流量|精度|跑了|频率|容量|扬程|行程|吨位|目数|分辨率|里程数|血压|身高|体重|门牌|邮编|货号|规格|尺寸|长|宽|厚|三相|成立)"
    "(?:[是有在到了约为达的]|大概|大约|差不多|将近|接近|不到|超过|一共|总共)*$"
)
"""Sizes, which are not in 万."""

# Words that ask for money, so that a numeral behind them is money with nothing else to show it.
_ASKS = re.compile(
    "(?:(?P<total>预算|预蒜|总报价|总价|总额|总投资|投资|额度|盘子|拨款|合同额|合同价|中标价?|拦标价|控制价|限价|评估价|标的|上限|下限|总包|打包价?|整包|批了|批下来|拨了|追加了?|准备了?|合计|总计|共计)"
    "|(?P<price>报价|价格|造价|底价|金额|标价|批价|最终价|成交价|要价|开价|出价|货款|尾款|首付|定金|预付款|押金|保证金|封顶价?|"
    "报了?的?是?|报到|投了?|砍到|压到|降到|还到|还价|让到|谈到|做到|打到|涨到|给到|出到|砍成|改成|掏|拿出|才肯走)"
    "|(?P<small>单价|成本价?|均价|售价|(?<![免浪])费用?|工资|月薪|底薪|薪水|提成|奖金|补贴|罚款?|花了|卖到?|便宜了?|贵了?|少了?|多了?|差了?|收了?|欠了?|机票|酒店|房租|租金))$"
)
# 从九十八砍到八十五, 八十八成交: what is done with a figure shows that it is a price.
_BARGAINED = re.compile("(?:砍|降|压|涨|谈|还|让|调|加|提)(?:到|成|至)|(?:就|的?时候)?成交|拿下|中标")
# 说六十以内, 三十个上下: a bound shows that a figure is money where nothing is counted.
_CAPPED = re.compile("[之以]内(?!的)|封顶|打住|顶天|上下(?!铺)|左右(?!两|岸|手)")
_GAP = re.compile(
    "(?:[,，、: 是在就也只才了的得要为有到给呢嘛吧啊呃嗯额哦说讲约大差不多]|一共|总共|大概|大约|可能|估计|应该|目前|现在|今年|那边|这边|他们|我们|咱们?|客户|左右|上面|这个|那个|"
    "控制|不超过|不到|最多|最高|顶多|撑死|至少|起码|最少|最低|不低于|定|放|差不多|超过|以内|能|不能)$"
)
_LONGEST_GAP = 8
_UNIT = "(?:[台个只片套件吨斤米卷平盒箱瓶包把根条张支盏度方桶罐双颗辆]|公斤|平[方米]|人|天|小时|次|趟)"
_PER_UNIT_BEFORE = re.compile(
    "(?:单[价台套只件]|每[^,，。0-9次回周家]{1,3}|一[台个只片套件吨斤米卷平盒箱瓶包把根条张支盏度方桶罐双颗辆]|平米|每平|平方)[^,，。;；0-9一二三四五六七八九十百千万]{0,7}$"
    f"|一{_UNIT}$"
)
_PER_UNIT_AFTER = re.compile(
    f"(?:左右|出头|上下|多|以内|不到)?(?:[元块]钱?)?(?:一{_UNIT}(?!月|星期|礼拜|亿|[起共])|/(?:{_UNIT}|[月年]|kg|t|m|pcs)|每)"
)
_SAYS = re.compile(
    "(?:给[他她你我]|现在是|那边是|不含是|含[^,，]{0,3}是|[他她]要|权限[^,，]{0,3}到|我们是|他们是|占|那?就是)$"
)


_MONEY_BEGINS = frozenset(" 元块快圆毛角分人大整美欧日港英韩台新加澳卢刀rRcCuUeE")
_MONEY_ENDS = frozenset(" ¥￥$€£币YyBbDdRr:")


def _as_money(text: str, number: Number, previous: _Figure | None) -> _Figure | None:
    start, end, low, high = number.start, number.end, number.low, number.high
    if _is_plain_digit(text, number):
        return None
    if mark := _CURRENCY_BEFORE.search(text, max(0, start - 5), start):
        word = _MONEY_WORD.match(text, end)
        return _Figure(mark.start(), word.end() if word else end, low, high, bare=False)
    if foreign := _FOREIGN.match(text, end):
        return _Figure(start, foreign.end(), low, high, bare=False, foreign=True)
    if foreign := _FOREIGN_BEFORE.search(text, max(0, start - 4), start):
        return _Figure(foreign.start(), end, low, high, bare=False, foreign=True)
    if number.implied and not _is_licensed(text, number):
        return None
    if coins := _coins(text, number):
        return coins
    if word := _MONEY_WORD.match(text, end):
        if "块" in word[0] and not _is_kuai(text, number, word.end()):
            return None
        if word[0] == "整" and number.scale == 1:  # 两百整
            return _Figure(start, word.end(), low, high, bare=True, scale_open=True, else_wan=high < _LEAST_YUAN)
        return _Figure(start, word.end(), low, high, bare=False)
    if number.scale > 1:
        return _scaled_money(text, number)
    return _bare_money(text, number, previous)


def _is_plain_digit(text: str, number: Number) -> bool:
    """Most digits of a talk are no money; this is told fast."""
    if number.high >= 10 or number.scale > 1 or number.high != number.high.to_integral_value():
        return False
    return (
        text[number.end : number.end + 1] not in _MONEY_BEGINS
        and text[number.start - 1 : number.start] not in _MONEY_ENDS
    )


_LICENSED = re.compile("级的?|元|块|以[上内下]|左右|的?预算|的?(?:单子|项目|盘子|合同|大单)|出头")


def _is_licensed(text: str, number: Number) -> bool:
    """百万, 千万, 亿, 万 without a digit: 上百万, 过亿, 百万预算; not 千万别, 万一, 万科."""
    if text[number.start - 1 : number.start] in ("上", "近", "过", "超", "破", "逾", "达"):
        return True
    return number.low >= 100 * WAN and _LICENSED.match(text, number.end) is not None


def _is_kuai(text: str, number: Number, after: int) -> bool:
    """三块二 and 五十块 are money; 这一块, 两块业务, 三块屏 are not."""
    if text[after - 1] == "钱" or text[after - 1] == "洋":
        return True
    if _BLOCKS.match(text, number.end):
        return False
    if number.high > 5 or number.scale > 1:
        return True
    before = text[max(0, number.start - 8) : number.start]
    if before.endswith(("这", "那", "哪", "第")) or (number.high == 1 and not _ONE_KUAI_BEFORE.search(before)):
        return False
    return bool(_PRICE_BEFORE.search(before) or _SMALL.match(text, after))


def _coins(text: str, number: Number) -> _Figure | None:
    """三块二, 三块二毛五, 四块半, 五毛, 三元五角, 八分钱."""
    end = number.end
    if number.is_exact and (tail := _KUAI_TAIL.match(text, end)):
        of_the_next = tail[2] is None and (
            is_counted(text, tail.end())
            or (tail[1] == "一" and re.match("[起个直定共下样只]", text[tail.end() : tail.end() + 1]))
        )
        if not of_the_next and text[tail.end() : tail.end() + 1] not in ("块", "元"):
            low = number.low + _jiao(tail[1])
            low += Decimal(_digit(tail[3])) / 100 if tail[3] else 0
            return _Figure(number.start, tail.end(), low, low, bare=False)
    if tail := _YUAN_JIAO.match(text, end):
        low = number.low + Decimal(_digit(tail[1])) / 10 + (Decimal(_digit(tail[2])) / 100 if tail[2] else 0)
        return _Figure(number.start, tail.end(), low, low, bare=False)
    if number.high < 10 and (tail := _MAO.match(text, end)):
        more = Decimal(_digit(tail[1])) / 100 if tail[1] else Decimal(0)
        return _Figure(number.start, tail.end(), number.low / 10 + more, number.high / 10 + more, bare=False)
    if 1 < number.high < 10 and (tail := _FEN_MONEY.match(text, end)):  # 一分钱 is a saying
        return _Figure(number.start, tail.end(), number.low / 100, number.high / 100, bare=False)
    return None


def _jiao(tail: str) -> Decimal:
    if tail == "半":
        return Decimal("0.5")
    if tail.isdigit() and tail.isascii():
        return Decimal(f"0.{tail}")
    return Decimal(_digit(tail)) / 10


def _digit(sign: str) -> int:
    if sign in "零0":
        return 0
    number = read_number(sign + "元", 0)
    assert number is not None
    return int(number.low)


# 月 and 年 behind 五十万 begin the next words here; 五十万一年 has its own digit.
_NEXT_WORD = re.compile("级|月[底初末头内中]|年[底初末前后内中终会]|周[一二三四五六日天末内]|日前")
_ABOUT = re.compile("(?:左右|上下|以上|以下|以内|出头)的?")


def _scaled_money(text: str, number: Number) -> _Figure | None:
    """三十万, 30w, 5k: money unless something is counted."""
    counted = is_counted(text, number.end) and not _NEXT_WORD.match(text, number.end)
    if (counted and not number.implied) or _PER_WATT.match(text, number.end - 1):
        return None
    if number.scale < WAN and not _asked(text, number.start) and not number.shortened:
        return None  # 5k, 3千: as often a size
    before = text[max(0, number.start - 12) : number.start]
    if _COUNTED_BEFORE.search(before) or (text[number.end - 1] in "wWkK" and _MEASURED_BEFORE.search(before)):
        return None
    about = _ABOUT.match(text, number.end)
    if about and is_counted(text, about.end()) and text[about.end()] not in "一年月日":
        return None  # 三万左右台
    return _Figure(number.start, number.end, number.low, number.high, bare=True)


def _asked(text: str, start: int) -> str:
    """The kind of word that asks for money before a numeral, with nothing but small words between; "" for none."""
    at = start
    while at > max(0, start - _LONGEST_GAP - 4):
        if asks := _ASKS.search(text, max(0, at - 5), at):
            return asks.lastgroup or ""
        gap = _GAP.search(text, max(0, at - 3), at)
        if gap is None:
            return ""
        at = gap.start()
    return ""


def _bare_money(text: str, number: Number, previous: _Figure | None) -> _Figure | None:
    """一百八, 预算五十, 报价38, 预算五十个, and 三十几 behind 二十几万还是."""
    start, end = number.start, number.end
    before = text[max(0, start - 12) : start]
    if previous is not None and _continues(text, previous, number):
        return _Figure(start, end, number.low * WAN, number.high * WAN, bare=True)
    if _COUNTED_BEFORE.search(before) or _MEASURED_BEFORE.search(before) or _is_elsewhere(text, number, before):
        return None
    asked = _asked(text, start)
    if text.startswith("个", end):
        is_few = number.high < 10 and number.high == number.high.to_integral_value()
        if not (asked or _CAPPED.match(text, end + 1)) or is_few or _PIECES_OF.match(text, end):
            return None
        return _Figure(start, end + 1, number.low * WAN, number.high * WAN, bare=True)
    is_price_of_one = _PER_UNIT_AFTER.match(text, end) is not None
    if is_counted(text, end) and not is_price_of_one:
        return None
    per_unit = is_price_of_one or (asked != "total" and _PER_UNIT_BEFORE.search(before) is not None)
    asked = asked or ("price" if _BARGAINED.match(text, end) or _CAPPED.match(text, end) else "")
    is_small = number.high < 10 and number.low == number.low.to_integral_value()
    if is_small or (not per_unit and _OF_A_MODEL.match(text, end)):
        return None
    if not (asked or number.shortened or per_unit or (number.high >= 100 and _SAYS.search(before))):
        return None
    # Nobody has a budget of 五十 yuan; a ticket, or 一百八 with nothing around it, costs what it says.
    else_wan = asked in ("total", "price") and number.high < _LEAST_YUAN
    return _Figure(start, end, number.low, number.high, bare=True, scale_open=not per_unit, else_wan=else_wan)


def _continues(text: str, previous: _Figure, number: Number) -> bool:
    """二十几万还是三十几: the second figure has the scale of the first."""
    return (
        not previous.scale_open
        and number.high < WAN <= previous.low
        and _OR.fullmatch(text, previous.end, number.start) is not None
        and not is_counted(text, number.end)
    )


def _is_elsewhere(text: str, number: Number, before: str) -> bool:
    """12/5, 十一前, 0512, 13800001111: parts of days, of numbers of telephones and accounts."""
    if _OF_A_DAY.match(text, number.end) or _OF_ANOTHER.search(before):
        return True
    starts_with_zero = text[number.start] == "0" and text[number.start + 1 : number.start + 2] != "."
    return starts_with_zero or number.high >= _MOST_BARE


_PIECES_OF = re.compile(
    "个(?:人|点|月|工|小时|钟|星期|礼拜|百分|台|字|门|店|项目|客户|订单|样|托|单|城|厂|房|柜|站|箱|型|规格|品)"
)
_OF_A_MODEL = re.compile("[A-Za-z%/]")
_OF_ANOTHER = re.compile("[0-9][-/.:]$")
_OF_A_DAY = re.compile("[-/.:~][0-9]|[之以]?前|[之以]后")
_MOST_BARE = 10**9
"""Longer rows of digits without a money word are numbers of telephones and accounts."""


# ---------------------------------------------------------------- 二百三: yuan or 万


_CLOSE = 5
"""How many times greater or smaller a figure may be and still be talked of in one breath."""
_LEAST_YUAN = 1_000
"""预算五千 is yuan."""


def _settled(text: str, figures: list[_Figure]) -> list[_Figure]:
    """The scale of figures said without one, from the amounts around them; else from their size."""
    done: list[_Figure] = []
    for i, figure in enumerate(figures):
        if figure.scale_open:
            known = [*reversed(done), *(later for later in figures[i + 1 :] if not later.scale_open)]
            scale = _scale_among(figure, known)
            figure = replace(figure, low=figure.low * scale, high=figure.high * scale, scale_open=False)
        done.append(figure)
    return done


def _scale_among(figure: _Figure, known: Sequence[_Figure]) -> int:
    for other in known:
        for scale in (1, WAN):
            if other.high < _CLOSE * figure.low * scale and figure.high * scale < _CLOSE * other.low:
                return scale
    return WAN if figure.else_wan else 1


# ---------------------------------------------------------------- bounds


_FILL = "(?:[:,，]?(?:也就|也|就|是|在|到|为|了|得|要|有|能|给|给到|[出花投拿掏用留]|只|呢|嘛|呃|嗯|啊|额|吧|他|这个|那个|大概|差不多|大约|说|算|个|批|做|控制))"
_MOST_LOOSE = (
    "(?:不(?:能|会|得|许|要|可|想|准|敢|让)?|别|没)(?:再)?(?:突破|超出|超过?|破|高[于过]|[大多]于|(?<=[^,。]不)过|(?<=不[能会得许要可准])过|(?<=别)过)"
    "|最多|最高|最大|顶多|撑死|至多|充其量|封顶|顶格|顶破天|上限|红线|天花板|(?:控制|压|卡|限制)在|[限卡]死|限额|(?:最高)?限价|拦标价|[超高]不过|超不了"
)
_MOST_TIGHT = "不到|不足|未到|没到|到不了|低于|小于|少于|(?<![大最老从])小|≤|<=?|没有?个?"
_LEAST_LOOSE = "起码|至少|最少|最低|少说|保底|打底|下限|起步价?|怎么[也都着][也得]*|往少了?说|不低于|不能低于|不得低于|不会低于|不少于|不能少于|不小于|不能小于|不下于?"
_LEAST_TIGHT = "超过|超出|超|高于|大于|多于|不止|突破|≥|>=?|逾"
_BEFORE = re.compile(
    f"(?:(?P<most>{_MOST_LOOSE}){_FILL}{{0,4}}|(?P<tight_most>{_MOST_TIGHT})|(?P<least>{_LEAST_LOOSE}){_FILL}{{0,4}}|(?P<tight_least>{_LEAST_TIGHT}){_FILL}{{0,1}})[, :]?$"
)
# 八万块,再多没有; 三万头了; 五十万,破线出局.
_NO_MORE = (
    "(?=[,，这就也都算是已到头顶封打红天卡限不没再多往一别超破过以])[,，]?(?:这|就|也|都|算|是|已经)*(?:到?头了|到头|到顶|顶到?(?:破)?天|顶格|封顶|打住|[是为]?红线|[是为]?天花板|[卡打限]死(?!人)"
    "|(?:不能|不许|没法|不可能|不会|不肯)再(?:多|加|添|高)|再?(?:往上|多)(?:一[分毛块](?:钱)?)?[了就也都]*(?:没|不(?!少|了))|一[分毛]钱?[也都]?(?:不能?|没法?)[再]?(?:多|加|添|超)"
    "|(?:不能|不许|不让|别|没法)[再]?[超破]|(?:[再往以]上|超[了过出]?(?:一[分毛块]钱?)?|多了|破线|过线|过了)[的就都也]*(?:一概|直接)?(?:免谈|别谈|不谈|出局|不看|不行|不要|废标|没戏|白搭|作废))"
)
_AFTER = re.compile(
    f" ?(?:(?P<most>[之以]内|内(?![部容勤衬置存径墙])|[之以]下|封顶|打住|为限|[都还也]?不到(?!位)|[以往朝]里|[的是为]?上限|往下(?![压砍降谈让调])|(?:最多|顶多|撑死)(?=了|[,，。;；!！]|$)|{_NO_MORE})"
    "|(?P<least>[之以]上|往上(?![加报涨调抬])|朝上|向上|起步|起跳|打底|保底|开外|[都还也]?打?不止|[都还也]打不住|\\+|起(?![来草诉码订吊重初先因点飞动租运火家名到价]))"
    "|(?P<about>左右|上下(?![料游班级货架文])|出头|之间|光景))"
)
# 下限三十万上限五十万: a word that may stand on either side belongs to the figure behind it.
_NEXT_FIGURE = re.compile(f"(?:{_FILL}|大概)*[0-9一二两三四五六七八九十百几.]+[万亿wW百千]")
_EITHER_SIDE = ("封顶", "打底", "保底", "不到", "不止", "上限", "起步", "红线", "天花板", "顶格")
_OUT_OF_REACH = re.compile(
    "(?:根本|肯定|我|你|谁也|都|也|就|是)*(?:下不来|拿不下|做不[了下来]|搞不定|打不住|不行|免谈|别谈|别想|办不)"
)


_NEVER = re.compile("(?:不能?|不得|不许|不要|别|不可|不想|没)$")
_AND_MORE = ("上", "过", "破")
"""上百万, 过亿, 破千万."""
_KEPT_AT = ("控制在", "压在", "卡在", "限制在")
"""控制在五十万 is a limit, 控制在五十万左右 and 控制在四五十万 are what they say."""


def _bounded(text: str, figure: _Figure, floor: int) -> Amount:
    """The figure with what is said around it: 不到五十万 → at most, 五十万往上 → at least, 左右 → the figure itself."""
    start, end, bound = figure.start, figure.end, ""
    is_about = figure.low != figure.high
    while after := _AFTER.match(text, end):
        if after[0].strip().endswith(_EITHER_SIDE) and _NEXT_FIGURE.match(text, after.end()):
            break
        is_about |= after.lastgroup == "about"
        bound = bound if after.lastgroup == "about" else after.lastgroup or ""
        end = after.end()
    if before := _BEFORE.search(text, max(floor, start - 14), start):
        start = before.start()
        bound = bound or _bound_before(text, before, end, is_about=is_about)
    elif text[start] in "百千万亿" and text[start - 1 : start] in _AND_MORE:
        bound = bound or ("most" if _NEVER.search(text, max(floor, start - 4), start - 1) else "least")
        start -= 1
    low = None if (bound == "most" and not figure.is_range) or figure.foreign else _fen(figure.low)
    high = None if bound == "least" or figure.foreign else _fen(figure.high)
    return Amount(span_of(text, start, end), low, high, figure.bare)


def _bound_before(text: str, found: re.Match[str], end: int, *, is_about: bool) -> str:
    if found[0].startswith("没") and _OUT_OF_REACH.match(text, end):
        return "least"  # 没有五十万下不来
    if is_about and found[0].startswith(_KEPT_AT):
        return ""
    if found[0] == "小" and text[found.end()] == "几":
        return ""  # 小几十万
    return "most" if found.lastgroup in ("most", "tight_most") else "least"


def _fen(yuan: Decimal) -> int:
    return int((yuan * 100).to_integral_value())
