"""Numerals as people say and type them: 三四十万, 一百八, 12万5, 1.2个亿, 百八十万, 十几 → exact values or ranges.

A hand-written reader, not a pattern: a numeral is a row of places (digit and unit), each smaller than the one before,
and a place may be said as a pair (三四十) or left open (几十). What a numeral counts is judged by who asks; only where a
digit behind a unit may belong to the next word (三十万五台, 两万一吨) the reader looks at what is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CAPITALS = {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
_UNITS = {"十": 10, "百": 100, "千": 1_000, "拾": 10, "佰": 100, "仟": 1_000}
_SCALES = {"万": 10_000, "亿": 100_000_000}
_LETTERS = {"w": 10_000, "k": 1_000}
_ARABIC = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,15})(?:\.[0-9]{1,6})?(?![0-9])")
_DECIMALS = re.compile("点([零〇一二三四五六七八九]{1,4})(?=个?[万亿千wWkK块元倍%]|个点|百万|千万)(?!千[瓦克米])")
# Where a numeral may begin; 两 of 斤两 and 几 of 茶几 do not matter, since nothing is counted behind them.
_START = re.compile("[0-9零〇一二两三四五六七八九十百千万亿几数半壹贰叁肆伍陆柒捌玖拾]")
_ASCII_WORD = re.compile("[A-Za-z0-9]")

# What a numeral counts when it is not money: measure words, units of time and size, percent. Each with what must not
# follow, for then it is another word (分期, 本周, 张总).
_TITLE = "[总工董姐哥]|经理|老板|厂长|主任|部长|科长|处长|院长|书记|老师|校长|医生|会计|师傅|律师|局长|店长|行长|所长"
_MEASURE_WORDS = (
    "台 套(?!路) 只(?!能|要|有|是|好|会|够|剩|给|肯|认|批|花|付|做|卖|报|包|买|管|谈|多|少|占|用) 件 条(?!件|款) 支(?!付|持|出|票) 根(?!据|本) "
    "辆 架(?!构) 座 栋 幢 间(?!接) 家(?!里|人|属|用|电|具|装) 户 层 米 平(?!时|均|台|常|衡) ㎡ m[23²³]? mm cm km 吨 t(?![a-z]) 斤 公斤 千克 克(?!莱|拉|朗|隆|鲁|勒|劳|罗) kg g(?![a-z]) "
    "升 毫升 ml 立方 方(?!案|便|式|面|向|才|法) 公里 里(?!面|边|头) 瓦 千瓦 度 伏 安培 转(?!账|给|让|过来|到|入|正|款|介绍|告|交|天) "
    "趟 遍 人 名(?!字|义|单) 口(?!径|头|碑|气) 匹(?!配) 卷 桶 罐 瓶 盒 箱 袋 副(?!总|厂|院|部|处|科|主|经|局|所|校|书) 颗 粒 株 棵 份(?!额) 页 册 "
    "班(?!子|长) 车(?!间) 柜 托(?!盘|人|管|付|运) 盏 扇 樘 锭 床 席(?!总) 桌 端 芯 工位 像素 兆 目(?!前|标|录) 亩 英寸 寸 厘米 毫米 公分 "
    "分之 分钟 分(?!期|两|三|四|批|包|给|摊|别|布|几|成|开) 秒 小时 个?钟头 刻钟 天 日(?!常|后再|前) 周(?!转|边) 个?星期 个?礼拜 月 年(?!总) 岁 号(?!称|召) 楼 期(?!限|间|望) "
    "折(?!合|算|中|腾|旧) 成(?!交|本|功|了|立|员|都|套|为|总|败) 倍 % ‰ ℃ 点(?!头|名|了点|子|儿|价) 代 届 轮 级 档 款(?!项|到|子|都) 种 类 项(?!目|总) 则 场(?!长|地|馆|里|内) 次(?!日|要) 回(?!头|去|来|复|话|款|扣|家|访|购|不来) "
    "位(?!置) 伙 帮 群 步(?!骤) 门 眼 段 节(?!后|前|约|省) 道(?!理) 路(?!费|上|总) 行(?!政|业|情|不行|长|吗|就|了|动) 遭 句 字 票 张 包(?!干|[0-9一两二三四五六七八九十]|安装|含|括|在内|邮|税|运|送|给|死|工|料|装|总|圆|不住) 批(?!下|复|准|了|文|的|过|示|给|不|完|好|款|到|出|得) 组(?!织|成|长) 块板 "
    "股(?!份|东|票|权) 板(?!块|着|的) 吋 万平 人次 标箱 公顷 千伏 千安 kw kv hz mpa kn gb tb hr dn rpm v(?![a-z]) nm pcs 瓦特 匹马力 马力 圈 杯 碗 盘(?!算|子|点) 副 双(?!方|十|休|十一) 头(?!期|款|寸|疼|上|一|了) 尾(?!款|数) 枚 艘 列(?!进|入|在|支|了) 排(?!期|产|名) 垛 串(?!货) 捆 摞 堆(?!头)"
)
_MEASURE = re.compile("(?:" + "|".join(_MEASURE_WORDS.split()) + ")", re.IGNORECASE)
_PERSON = re.compile(f".(?:{_TITLE})")
_THING = re.compile(r"个(?!半?亿|[wW]|多亿|来亿|把亿|多[wW]|来[wW]|数|不停)")
_ONE_MORE = re.compile(
    "一?(?:起|共|块|下(?!午)|点|直|定|样|次|般|并|些|半|边|方面|律|口|旦|会|来|番|趟|笔|齐|向|把|路|手|步|会儿|模|刀|遍|分钱)"
)
# 一万二平方, 三千五吨: measured by the thousand, so that the digit belongs to the figure; 两万一吨 is a price.
_IN_BULK = re.compile("平|吨|公里|公斤|斤|千瓦|亩|米|转(?![账给让正款介])")
_PAIRS = frozenset(["一二", "一两", "二三", "两三", "三四", "四五", "五六", "六七", "七八", "八九", "三五", "三两"])


_GOES_ON = frozenset("零〇一二两三四五六七八九十百千万亿拾佰仟点多来余好大个、wWkK啷郎")
"""What may make a digit the beginning of a longer numeral."""


@dataclass(frozen=True, slots=True)
class Number:
    """`low` = `high` where it was said exactly. Places are those of the text it was read from."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    scale: int = 1
    """万, 亿, w, k, or the 千 of a typed 5千: what a neighbour in a range shares (五十到六十万)."""
    head: int = 1
    """The multiplier of the leading digit: 百万 of 五百万, for 三到五百万."""
    shortened: bool = False
    """一百八, 三万八: said without its last unit, as prices are."""
    implied: bool = False
    """百万, 亿: no digit before the unit; only 上百万, 近百万 and the like are numerals for certain."""
    vague: bool = False
    """几十, 十几, 三百多."""

    @property
    def is_exact(self) -> bool:
        return self.low == self.high


@dataclass(slots=True)
class _Places:
    """A numeral on the way: what has been read of one stretch below 万."""

    end: int
    low: Decimal
    high: Decimal
    step: Decimal
    """The value of the last place: what 多 adds."""
    head: int = 1
    last_unit: int = 1
    shortened: bool = False
    implied: bool = False
    vague: bool = False
    typed: bool = False
    """Begins with Arabic digits."""


def is_counted(text: str, at: int) -> bool:
    """Whether a measure word, a unit of time or size, or a percent sign stands there: what is before it is no money."""
    found = _MEASURE.match(text, at)
    if found is not None:
        return not (found.end() - at == 1 and _PERSON.match(text, at))
    return _THING.match(text, at) is not None


def numbers(text: str) -> Iterator[Number]:
    """Every numeral of the text, in order; it does not say what they count."""
    at = 0
    while found := _START.search(text, at):
        number = read_number(text, found.start())
        if number is None:
            at = found.start() + 1
        else:
            yield number
            at = number.end


def whole(text: str) -> int | None:
    """The text, all of it, as one whole number: 二十 → 20, 12 → 12; of a pair the greater one (两三 → 3)."""
    if text.isascii() and text.isdigit():
        return int(text)
    if len(text) == 1:
        return 10 if text == "十" else DIGITS.get(text)
    if len(text) == 2 and text in _PAIRS:
        return DIGITS[text[1]]
    if text and all(sign in DIGITS for sign in text):
        return int("".join(str(DIGITS[sign]) for sign in text))  # 二〇二六
    number = read_number(text, 0)
    if number is None or number.end != len(text) or number.high != number.high.to_integral_value():
        return None
    return int(number.high)


def read_number(text: str, at: int) -> Number | None:
    """The longest numeral that begins exactly here."""
    if text[at] in DIGITS and text[at + 1 : at + 2] not in _GOES_ON:
        value = Decimal(DIGITS[text[at]])  # most numerals of a talk: 一下, 两家
        return Number(at, at + 1, value, value) if value else None
    if text[at] == "半":
        return _half(text, at)
    places = _typed(text, at) or _section(text, at)
    if places is None:
        return _implied_scale(text, at)
    if decimals := None if places.typed or places.shortened else _DECIMALS.match(text, places.end):
        digits = "".join(str(DIGITS[sign]) for sign in decimals[1])
        places.low = places.high = places.low + Decimal(f"0.{digits}")
        places.step = Decimal(1).scaleb(-len(digits))
        places.end = decimals.end()
    _widen(text, places)
    return _scaled(text, at, places)


# ---------------------------------------------------------------- below 万


def _typed(text: str, at: int) -> _Places | None:
    """Arabic digits, with a unit of their own behind them: 3千, 5百万."""
    if not "0" <= text[at] <= "9":
        return None
    if at and _ASCII_WORD.match(text[at - 1]):
        return None
    if at > 1 and text[at - 1] == "." and text[at - 2].isdigit():
        return None
    found = _ARABIC.match(text, at)
    if found is None:
        return None
    digits = found[0].replace(",", "")
    value = Decimal(digits)
    places = _Places(found.end(), value, value, _last_place(digits), typed=True)
    unit = _UNITS.get(text[places.end : places.end + 1])
    if unit and unit > 10 and not text.startswith(("千瓦", "千克", "千米", "千伏", "百分"), places.end):
        places.low = places.high = value * unit
        places.step *= unit
        places.head = places.last_unit = unit
        places.end += 1
        _lower_places(text, places)
    return places


def _last_place(digits: str) -> Decimal:
    if "." in digits:
        return Decimal(1).scaleb(-len(digits.partition(".")[2]))
    return Decimal(10 ** (len(digits) - len(digits.rstrip("0")))) if digits.strip("0") else Decimal(1)


def _section(text: str, at: int) -> _Places | None:
    """Chinese numerals below 万: 三百二十, 十五, 一百零五, 二十三四, 几十, 百八十."""
    places = _first_place(text, at)
    if places is not None:
        _lower_places(text, places)
    return places


def _first_place(text: str, at: int) -> _Places | None:
    sign = text[at]
    if sign in "零〇" and _DECIMALS.match(text, at + 1):
        return _Places(at + 1, Decimal(0), Decimal(0), Decimal(1))
    if sign in "十拾":
        return _Places(at + 1, Decimal(10), Decimal(10), Decimal(10), head=10, last_unit=10)
    if sign in "百千佰仟":
        return _loose_hundred(text, at)
    slot = _digit(text, at)
    if slot is None:
        return None
    low, high, end = slot
    unit = _UNITS.get(text[end : end + 1], 1)
    if text.startswith("百分", end):
        unit = 1
    if high == 10:  # 几 alone, 几十, 几百
        return _Places(end + (unit > 1), low * unit, high * unit, Decimal(unit), head=unit, last_unit=unit, vague=True)
    if unit == 1 and sign in _CAPITALS and sign != "零" and text[end : end + 1] not in ("万", "亿", "元", "圆", "角"):
        return None  # 陆总, 伍工: names
    return _Places(end + (unit > 1), low * unit, high * unit, Decimal(unit), head=unit, last_unit=unit)


def _loose_hundred(text: str, at: int) -> _Places | None:
    """百八十, 千八百, 百十来: "some eighty to a hundred"; 百 alone counts only with a scale (百万) or 把, 来, 十 behind it."""
    unit = _UNITS[text[at]]
    following = text[at + 1 : at + 3]
    lower = DIGITS.get(following[:1])
    if lower and _UNITS.get(following[1:]) == unit // 10:
        low, high = sorted((Decimal(lower * unit // 10), Decimal(unit)))
        return _Places(at + 3, low, high, Decimal(unit // 10), head=unit // 10, vague=True)
    if following[:1] == "十" and unit == 100:
        return _Places(at + 2, Decimal(100), Decimal(100), Decimal(10), head=100, vague=True)
    if following[:1] in ("把", "来") and following[1:] in ("万", "亿", "块", "元", "个"):
        return _Places(at + 2, Decimal(unit), Decimal(unit), Decimal(unit), head=unit, vague=True)
    return _Places(at + 1, Decimal(unit), Decimal(unit), Decimal(unit), head=unit, implied=True)


def _digit(text: str, at: int) -> tuple[Decimal, Decimal, int] | None:
    """One place: a digit, a pair (三四, 三、四), or 几. Low, high, end."""
    sign = text[at : at + 1]
    if sign in ("几", "数") and sign:
        if sign == "数" and text[at + 1 : at + 2] not in ("十", "百", "千", "万", "亿"):
            return None
        return Decimal(5 if at and text[at - 1] == "大" else 1), Decimal(10), at + 1  # 大几十万
    value = DIGITS.get(sign, _CAPITALS.get(sign)) if sign else None
    if value is None or value == 0:
        return None
    if text[at : at + 2] in _PAIRS:
        return *_ordered(value, DIGITS[text[at + 1]]), at + 2
    if text[at + 1 : at + 2] == "、" and sign + text[at + 2 : at + 3] in _PAIRS and _joins_a_pair(text, at):
        return *_ordered(value, DIGITS[text[at + 2]]), at + 3
    return Decimal(value), Decimal(value), at + 1


def _ordered(one: int, other: int) -> tuple[Decimal, Decimal]:
    return Decimal(min(one, other)), Decimal(max(one, other))


def _joins_a_pair(text: str, at: int) -> bool:
    """五、六万 is a pair; the 三、 of a list (…;三、四十万) is not."""
    return text[at + 3 : at + 4] in ("十", "百", "千", "万", "亿") and at > 0 and text[at - 1] not in ";。:,\n"


def _lower_places(text: str, places: _Places) -> None:
    """What follows the first place: 二十, 零五, 五六, or the digit alone of 一百八."""
    while places.last_unit > 1 and places.end < len(text):
        at = places.end
        gap = text[at] in "零〇"
        at += gap
        if text[at : at + 1] == "十" and places.last_unit == 100:
            low, high, end = Decimal(1), Decimal(1), at  # 一百十五
        else:
            slot = _digit(text, at)
            if slot is None:
                slot = _typed_digit(text, at, places)
            if slot is None:
                return
            low, high, end = slot
        unit = _UNITS.get(text[end : end + 1], 1)
        if text.startswith(("百分", "千瓦", "千克"), end):
            unit = 1
        if unit > 1:
            if unit >= places.last_unit or not (gap or unit * 10 == places.last_unit):
                return
            _add(places, low * unit, high * unit, unit, end + 1)
        elif gap or places.last_unit == 10:
            if high == 10:
                low = Decimal(0)
                if not _may_be_left_open(text, end):
                    return
            _add(places, low, high, 1, end)
        else:
            _shorten(text, places, low, high, end)
            return


def _typed_digit(text: str, at: int, places: _Places) -> tuple[Decimal, Decimal, int] | None:
    """The 5 of 3千5百 and 3千5."""
    found = _ARABIC.match(text, at) if places.typed and "0" <= text[at : at + 1] <= "9" else None
    if found is None or len(found[0]) > 1:
        return None
    return Decimal(found[0]), Decimal(found[0]), found.end()


def _may_be_left_open(text: str, at: int) -> bool:
    """十几 before something, not before the question 几号."""
    return text[at : at + 1] not in ("号", "点", "月")


def _add(places: _Places, low: Decimal, high: Decimal, unit: int, end: int) -> None:
    places.vague |= high - low > 5 * unit
    places.low += low
    places.high += high
    places.step = Decimal(unit)
    places.last_unit = unit
    places.end = end


def _shorten(text: str, places: _Places, low: Decimal, high: Decimal, end: int) -> None:
    """一百八 = 180: the digit belongs to the place below, unless it counts what comes next (一百五台)."""
    if high == 10 or not _is_tail(text, end - 1 if low == high else end - 2, end, places.end):
        return
    unit = places.last_unit // 10
    places.low += low * unit
    places.high += high * unit
    places.step = Decimal(unit)
    places.last_unit = 1
    places.shortened = True
    places.end = end


def _is_tail(text: str, start: int, end: int, unit_end: int) -> bool:
    """Whether the digit between `start` and `end`, behind a unit, is the short form of the place below."""
    if start != unit_end or text[start] in "两零〇":
        return False
    following = text[end : end + 1]
    if following and (following in _UNITS or following in _SCALES or following in "0123456789." or following in DIGITS):
        # 一百二一台, 三千八一共, 两万八三十台: the next digit begins the next count.
        other = read_number(text, end) if following in DIGITS else None
        return other is not None and (is_counted(text, other.end) or bool(_ONE_MORE.match(text, end)))
    if text[start] == "一" and _ONE_MORE.match(text, end):
        return False
    if following == "点" and text[end + 1 : end + 2] in DIGITS:
        return False
    return not is_counted(text, end) or (text[start] != "一" and _IN_BULK.match(text, end) is not None)


# ---------------------------------------------------------------- 多, 几, 万, 亿


def _widen(text: str, places: _Places) -> None:
    """三百多, 二十几, 二十好几, 六十来: 多 reaches to the next step of the last place said."""
    at = places.end
    following = text[at : at + 1]
    if _is_and_more(text, at):
        places.high += places.step
        places.vague, places.end = True, at + 1
    elif text.startswith(("啷当", "郎当"), at):
        places.vague, places.end = True, at + 2
    elif text.startswith(("好几", "大几"), at) and places.step == 10:
        places.low += 5 if following == "大" else 0
        places.high += 10
        places.vague, places.end = True, at + 2
    elif (
        following == "来"
        and places.step >= 10
        and (_is_scale(text, at + 1) or is_counted(text, at + 1) or text[at + 1 : at + 2] in ("块", "元"))
    ):
        places.vague, places.end = True, at + 1


_OTHER_MORE = (
    "多少",
    "多久",
    "多大",
    "多长",
    "多一分",
    "多一毛",
    "多了没",
    "多了不",
    "多了就",
    "多也",
    "多没",
    "余款",
    "余下",
    "余额",
)
"""八万多一分没有, 八万多了没有: nothing is added."""


def _is_and_more(text: str, at: int) -> bool:
    return text[at : at + 1] in ("多", "余") and not text.startswith(_OTHER_MORE, at)


def _is_scale(text: str, at: int) -> bool:
    return text[at : at + 1] in ("万", "亿", "个") or _letter(text, at) > 1


def _letter(text: str, at: int) -> int:
    """w and k, when they do not begin a word or a unit (kg, kW)."""
    sign = text[at : at + 1].lower()
    if sign not in _LETTERS or (at + 1 < len(text) and _ASCII_WORD.match(text[at + 1])):
        return 1
    return _LETTERS[sign]


def _implied_scale(text: str, at: int) -> Number | None:
    """万把块, 上万, 过亿, 亿把: the unit alone."""
    scale = _SCALES.get(text[at])
    if scale is None:
        return None
    if text[at] == "万" and text[at + 1 : at + 3] in ("八千", "儿八"):
        end = at + (3 if text[at + 1] == "八" else 4)
        return Number(at, end, Decimal(8_000), Decimal(10_000), scale, scale, vague=True)
    end = at + 1
    loose = text[end : end + 2] in ("把块", "把元", "把个", "来块")
    return Number(at, end + loose, Decimal(scale), Decimal(scale), scale, scale, implied=not loose, vague=loose)


def _half(text: str, at: int) -> Number | None:
    """半个亿, 半亿, 半个w."""
    end = at + 1 + text.startswith("个", at + 1)
    scale = _SCALES["亿"] if text.startswith("亿", end) else _letter(text, end)
    if scale <= 1_000:
        return None
    half = Decimal(scale) / 2
    return Number(at, end + 1, half, half, scale, scale)


_PIECES = re.compile("个(半|多|来|把)?(亿|[wW](?![A-Za-z0-9])|万(?!能|一|科|达|向|华|总|家))")


def _scaled(text: str, start: int, places: _Places) -> Number:
    """万 and 亿 behind the places, and what is said below them."""
    at = places.end
    low, high, scale, step = places.low, places.high, 1, places.step
    if pieces := _PIECES.match(text, at):  # 1.2个亿, 一个半亿, 三个多亿, 30个w
        scale = _SCALES.get(pieces[2], 10_000)
        if pieces[1] == "半":
            low, high = low + Decimal("0.5"), high + Decimal("0.5")
        elif pieces[1] == "多":
            high += step
        return Number(start, pieces.end(), low * scale, high * scale, scale, places.head * scale, vague=bool(pieces[1]))
    if (letter := _letter(text, at)) > 1:
        return Number(start, at + 1, low * letter, high * letter, letter, places.head * letter, vague=places.vague)
    sign = text[at : at + 1]
    if sign not in _SCALES or places.shortened or text.startswith("万能", at):
        typed_unit = places.head if places.typed else 1
        return Number(
            start,
            at,
            low,
            high,
            typed_unit,
            places.head,
            places.shortened,
            places.implied and at == start + 1,
            places.vague,
        )
    scale = _SCALES[sign]
    at += 1
    if sign == "万" and text.startswith("亿", at):
        scale *= _SCALES["亿"]
        at += 1
    low, high, step = low * scale, high * scale, step * scale
    return _below_scale(text, start, at, low, high, step, scale, places)


def _below_scale(
    text: str, start: int, at: int, low: Decimal, high: Decimal, step: Decimal, scale: int, places: _Places
) -> Number:
    head = places.head * scale
    plain = Number(start, at, low, high, scale, head, places.shortened, places.implied, places.vague)
    following = text[at : at + 1]
    if _is_and_more(text, at):
        return Number(start, at + 1, low, high + step, scale, head, vague=True)
    if following == "来" and text[at + 1 : at + 2] in ("块", "元"):
        return Number(start, at + 1, low, high, scale, head, vague=True)
    if places.vague and low != high:
        return plain
    rest = _rest(text, at, scale)
    if rest is None:
        return plain
    more_low, more_high, end, shortened = rest
    return Number(start, end, low + more_low, high + more_high, scale, head, shortened)


def _rest(text: str, at: int, scale: int) -> tuple[Decimal, Decimal, int, bool] | None:
    """Below 万 or 亿: 三万五千, 三万零五十, 一亿两千万, and the short 三万八, 一亿二, 12万5."""
    if at >= len(text):
        return None
    gap = text[at] in "零〇"
    first = at + gap
    if first >= len(text):
        return None
    below = _typed(text, first) or (None if text[first] in "百千佰仟" else _section(text, first))
    if below is None:
        return None
    if below.typed and below.head == 1 and len(_ARABIC.match(text, first)[0]) > 1:  # type: ignore[index]
        return None  # 50万30台, 三十万2026年
    if scale == _SCALES["亿"] and text.startswith("万", below.end):
        lower = _scaled(text, first, below)
        return lower.low, lower.high, lower.end, False
    top = below.head if below.head > 1 else 1
    if gap or (top > 1 and top * 10 == scale):
        if below.high < scale and not (top == 1 and is_counted(text, below.end)):
            return below.low, below.high, below.end, below.shortened
        return None
    if top > 1:  # 三万五百块: said without its 零, and only money is said so
        if scale == 10_000 and top == 100 and text[below.end : below.end + 1] in ("块", "元"):
            return below.low, below.high, below.end, False
        return None
    if below.high >= 10 or below.vague or not _is_tail(text, first, below.end, at):
        return None
    tenth = scale // 10
    return below.low * tenth, below.high * tenth, below.end, True
