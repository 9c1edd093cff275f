"""One lead's text → its fields (L1): what the fixed format means however it was typed.

The text comes twice and equally long: folded, for looking, and as typed, for cutting values out (see normalize).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from nlp.normalize import fold, one_space
from nlp.people import is_bare_name, is_department, is_maker, is_person, split_person
from nlp.phones import Phone, find_broken, find_phones
from nlp.places import begins_with_place, is_place_name

DEFAULT_CHANNELS = (
    "1688",
    "阿里国际站",
    "百度推广",
    "抖音",
    "快手",
    "视频号",
    "小红书",
    "公众号",
    "官网",
    "展会",
    "招标网",
    "电话咨询",
    "转介绍",
    "老客户转介绍",
)


class Problem(StrEnum):
    """What is wrong with a line that was meant as a lead. Sentences: chat/texts/errors.py."""

    PHONE_MISSING = "phone_missing"
    PHONE_INVALID = "phone_invalid"
    MODEL_MISSING = "model_missing"
    CHANNEL_MISSING = "channel_missing"
    CUSTOMER_MISSING = "customer_missing"
    TEMPLATE_NOT_FILLED = "template_not_filled"


class Kind(StrEnum):
    """What a label announces."""

    CUSTOMER = "customer"
    PHONE = "phone"
    MODEL = "model"
    CHANNEL = "channel"
    REMARK = "remark"
    CONTACT = "contact"
    OTHER = "other"
    """地址, 预算 …: a remark that keeps its label."""


CORE = (Kind.CUSTOMER, Kind.PHONE, Kind.MODEL, Kind.CHANNEL)

_LABELS = {
    Kind.CUSTOMER: "客户名称 客户名字 客户姓名 客户公司 客户单位 客户名 客户 公司名称 公司名 公司全称 公司 单位名称 单位 企业名称 企业名 企业 医院名称 医院 学校 姓名 名称 称呼 抬头 "
    "customer name company name customer company name",
    Kind.PHONE: "客户联系电话 客户电话 客户手机号 客户手机 联系电话 联系手机 联系方式 联系号码 手机号码 手机号 手机 电话号码 电话号 电话 座机号码 座机号 座机 固话 固定电话 号码 "
    "telephone tel mobile phone cell contact number phone number",
    Kind.MODEL: "客户意向型号 意向型号 意向产品型号 意向产品 意向机型 意向设备 意向 产品型号 产品名称 产品 设备型号 设备名称 设备 需求型号 需求产品 咨询型号 咨询产品 规格型号 规格 机型 型号 品名 "
    "model product type",
    Kind.CHANNEL: "客户来源渠道 客户来源 线索来源 线索渠道 来源渠道 渠道来源 获客渠道 推广渠道 信息来源 渠道 来源 source channel",
    Kind.REMARK: "备注信息 备注说明 备注 备 说明 附注 补充说明 补充 其他 其它 remarks remark notes note ps",
    Kind.CONTACT: "联系人姓名 联系人 对接人 负责人 contact person contact",
    Kind.OTHER: "地址 地区 区域 城市 省份 所在地 所在城市 行业 预算 数量 采购量 采购时间 时间 交期 微信号 微信 邮箱 邮件 QQ 职位 部门 用途 工况 情况 客户情况 客户需求 需求 要求 "
    "咨询内容 沟通内容 沟通情况 留言内容 留言 跟进人 意向度 等级 紧急程度 规模 人数 网址 主营",
}
_TWO_WORDS = ("customer name", "company name", "contact number", "phone number", "contact person")


def _words_of(kind: Kind) -> list[str]:
    listed = _LABELS[kind]
    pairs = [pair for pair in _TWO_WORDS if pair in listed]
    return [*pairs, *listed.split()]


_KIND_OF = {word.lower(): kind for kind in reversed(Kind) for word in _words_of(kind)}
_ALL_LABELS = "|".join(re.escape(word) for word in sorted(_KIND_OF, key=len, reverse=True))
_CORE_LABELS = "|".join(
    re.escape(word) for word in sorted(_KIND_OF, key=len, reverse=True) if _KIND_OF[word] in (*CORE, Kind.REMARK)
)
_SECOND = f"(?: ?[/、&和或] ?(?:{_ALL_LABELS}))?"
_LABEL = re.compile(
    rf"(?<![A-Za-z])(?P<word>{_ALL_LABELS})[0-9]?{_SECOND}(?: ?\([^()\n]{{0,8}}\))? ?[:=]"
    rf"|[【\[](?P<boxed>{_ALL_LABELS})[】\]](?: ?:|(?=[^\s【\[{{<]))",
    re.IGNORECASE,
)
_BARE_LABEL = re.compile(rf"(?:(?<=[\s,;|/、])|^)(?P<word>{_CORE_LABELS})[ \t]+(?=\S)", re.IGNORECASE)

_CUSTOMER_WORDS = "|".join(sorted(_words_of(Kind.CUSTOMER)[:16], key=len, reverse=True))
_LEADING_CUSTOMER_LABEL = re.compile(rf"(?:{_CUSTOMER_WORDS})[ \t]+(?=\S)|(?:客户名称|客户名|公司名称)(?=\S)")
_TRAILING_PHONE_LABEL = re.compile(
    r"(?:[ \t,(\[]|^|(?<=[\u4e00-\u9fff]))"
    r"(?:(?:客户|联系)?(?:电话|手机)(?:号码|号)?|联系方式|座机|固话|telephone|tel|mobile|mob|phone)[.: ]?$",
    re.IGNORECASE,
)
_MODEL_WORDS = "|".join(sorted(_words_of(Kind.MODEL)[:20], key=len, reverse=True))
_LEADING_MODEL_LABEL = re.compile(rf"(?:{_MODEL_WORDS})[ \t]+(?=\S)|(?:意向型号|意向产品|产品型号|型号)(?=[A-Za-z0-9])")
_TRAILING_CHANNEL_LABEL = re.compile(
    r"(?:来源渠道|渠道来源|客户来源|线索来源|渠道|来源于|来源|来自于?)[: ]?$|(?:[ \t,]|^)(?:通过|走|从|在)[: ]?$"
)
_LEADING_REMARK_LABEL = re.compile(
    r"(?:备注信息|备注|说明|附注|ps|p\.s\.|注)(?: ?: ?|[ \t]+|(?=[\u4e00-\u9fff]))", re.IGNORECASE
)

_EDGES = " \t\n,，、/|｜;；:：。.·-_~=>→+\"'“”‘’《》*#^"
_OPENERS = "(（[［【{｛「『<〈〔"
_CLOSERS = ")）]］】}｝」』>〉〕"
_STRONG = re.compile(r"[,，、;|\n\t/+]+")
_BLANKS = re.compile(r"[ \t\n]+")


@dataclass(slots=True)
class Reading:
    """What was understood of one lead's text; nothing is None-safe by guessing."""

    customer: str = ""
    phone: str = ""
    ext: str = ""
    model: str = ""
    channel: str = ""
    remark: str = ""
    phone_is_broken: bool = False
    phone_comes_later: bool = False
    placeholders: frozenset[Kind] = frozenset()
    labels: frozenset[Kind] = frozenset()
    has_values: bool = True
    """False where labels stand without any value behind them."""
    spot: int = 0
    """Where in the text the wrong field stands, as far as it has a place."""
    rest: str = ""
    """Placeholders only: the words around them."""

    @property
    def problem(self) -> Problem | None:
        """The first thing that is wrong, in the order of the fields; an unfilled template before all."""
        if self.placeholders or (self.labels and not self.has_values):
            return Problem.TEMPLATE_NOT_FILLED
        if not self.customer:
            return Problem.CUSTOMER_MISSING
        if not self.phone:
            return Problem.PHONE_INVALID if self.phone_is_broken else Problem.PHONE_MISSING
        if not self.model:
            return Problem.MODEL_MISSING
        return None if self.channel else Problem.CHANNEL_MISSING

    @property
    def is_complete(self) -> bool:
        return self.problem is None


# ---------------------------------------------------------------- values


def trim(value: str) -> str:
    """Without separators and lone brackets at the ends, in one line."""
    value = value.strip(_EDGES)
    for _ in range(3):
        before = value
        value = value.lstrip(_CLOSERS + _EDGES).rstrip(_OPENERS + _EDGES)
        if value[:1] in _OPENERS and value[:1] and not _closes(value, value[0]):
            value = value[1:].strip(_EDGES)
        if value[-1:] in _CLOSERS and value[-1:] and not _opens(value, value[-1]):
            value = value[:-1].strip(_EDGES)
        if value == before:
            break
    return one_space(value)


def _closes(value: str, opener: str) -> bool:
    return any(value.count(char) for char in _CLOSERS if _pair(opener) == _pair(char))


def _opens(value: str, closer: str) -> bool:
    return any(value.count(char) for char in _OPENERS if _pair(char) == _pair(closer))


def _pair(bracket: str) -> str:
    bracket = fold(bracket)
    at = "([【{「『<".find(bracket)
    return "([【{「『<"[at] if at >= 0 else "([【{「『<"[")]】}」』>".find(bracket)]


def unwrapped(value: str) -> str:
    """（急，明天到厂） → 急，明天到厂; only where one pair holds the whole."""
    for _ in range(2):
        value = value.strip(_EDGES)
        if (
            len(value) < 2
            or value[0] not in _OPENERS
            or value[-1] not in _CLOSERS
            or _pair(value[0]) != _pair(value[-1])
        ):
            break
        inner = value[1:-1]
        if any(char in _OPENERS + _CLOSERS and _pair(char) == _pair(value[0]) for char in inner):
            break
        value = inner
    return one_space(value)


_THANKS = re.compile(
    r"(?:^|[\s,，。.;；!！~、])(?:谢谢|多谢|感谢|辛苦|拜托|收到请?回复?|请查收|请跟进|请接单)"
    r"(?:大家|各位|您|你们?|了|啦|老师|领导|一下|[0-9~!！。哈])*$"
)


def tidy_remark(value: str) -> str:
    value = value.strip(_EDGES + "!！")
    if found := _THANKS.search(value, max(0, len(value) - 16)):
        value = value[: found.start()].strip(_EDGES + "!！")
    for _ in range(2):
        value = unwrapped(value)
        if found := _LEADING_REMARK_LABEL.match(fold(value)):
            value = value[found.end() :]
    return _unpaired(unwrapped(value))


def _unpaired(value: str) -> str:
    """Keeps a bracket that opens the remark and closes inside it; drops one that has no partner."""
    return value if value[:1] in _OPENERS and value[:1] and _closes(value, value[0]) else trim(value)


# ---------------------------------------------------------------- channel


@dataclass(frozen=True, slots=True)
class _Channel:
    start: int
    end: int
    word: str
    rank: int
    """0: stands alone or right behind a code; 1: has words on one side."""


@lru_cache(maxsize=32)
def _channel_pattern(channels: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    names = {fold(word).replace(" ", "").lower(): word for word in channels}
    forms = []
    for name in sorted(names, key=len, reverse=True):
        if name.isascii():
            forms.append(rf"(?<![0-9A-Za-z.]){re.escape(name)}(?![0-9A-Za-z\-.])")
        else:
            forms.append(" ?".join(re.escape(char) for char in name))
    return re.compile("|".join(forms) or r"(?!)", re.IGNORECASE), names


_LEFT_WORDS = ("来自", "来自于", "来源于", "通过", "渠道", "来源", "从", "在", "走", "是")
_BORDER = frozenset(" \t\n,，、/|;；:：。.·-_~=>+\"'“”!！?？&…" + _OPENERS + _CLOSERS + "\x1f")


def _channels_in(folded: str, channels: tuple[str, ...], start: int, end: int) -> Iterator[_Channel]:
    pattern, names = _channel_pattern(channels)
    for found in pattern.finditer(folded, start, end):
        before = folded[max(start, found.start() - 3) : found.start()]
        after = folded[found.end() : found.end() + 1] if found.end() < end else ""
        left = not before or before[-1] in _BORDER or before.endswith(_LEFT_WORDS)
        right = not after or after in _BORDER
        coded = before[-1:].isascii() and (before[-1:].isalnum() or before[-1:] == ")") and not found[0].isascii()
        if not (left or right):
            continue
        word = names[found[0].replace(" ", "").lower()]
        hyphened = found[0].isascii() and before[-1:] == "-"
        yield _Channel(found.start(), found.end(), word, int(not ((left or coded) and right) or hyphened))


def _best_channel(folded: str, channels: tuple[str, ...], start: int, end: int) -> _Channel | None:
    return min(_channels_in(folded, channels, start, end), key=lambda found: (found.rank, found.start), default=None)


# ---------------------------------------------------------------- placeholders

_TEMPLATE_WORDS = f"{_ALL_LABELS}|公司名称?|电话/手机"
_ORGANISATION = "(?:有限公司|公司|先生|女士|医院|单位|工厂|企业|集团|厂|客户|学校|酒店)"
_PLACEHOLDER = re.compile(
    rf"[{{<]{{1,2}} ?(?P<braced>{_TEMPLATE_WORDS}) ?[}}>]{{1,2}}"
    rf"|[\[【(] ?(?P<boxed>{_TEMPLATE_WORDS}) ?[\]】)]"
    r"|[{<]{1,2} ?(?P<empty>[xX×*._…]{0,12}) ?[}>]{1,2}"
    rf"|(?<![0-9A-Za-z*×\-某○])(?:[\u4e00-\u9fff]{{0,4}}(?=[xX×*某○]))"
    rf"(?P<crossed>[xX×*○]{{2,12}}|某{{1,3}}(?={_ORGANISATION}))(?P<what>{_ORGANISATION}|{_ALL_LABELS})?(?![0-9A-Za-z\-*×])"
    r"|(?<![^\s,;:/|+])(?P<line>_{2,})(?![^\s,;:/|+])",
    re.IGNORECASE,
)
# 138 0000 and four crosses is a masked number and no placeholder.
_HALF_A_PHONE = re.compile(r"(?<![0-9])(?:1[3-9][0-9][ \-]?[0-9]{0,4}|0[0-9]{2,3}[ \-][0-9]{0,4})[ \-]$")
_TEMPLATE_TOKENS = {
    "客户名": Kind.CUSTOMER,
    "客户名称": Kind.CUSTOMER,
    "意向型号": Kind.MODEL,
    "来源渠道": Kind.CHANNEL,
}


_Mark = tuple[int, int, Kind]
"""Start, end and meaning of a label or placeholder."""


def _placeholders(folded: str) -> list[_Mark]:
    found = []
    boxed_labels = [match.start() for match in _LABEL.finditer(folded) if match["boxed"]]
    for match in _PLACEHOLDER.finditer(folded):
        if len(boxed_labels) >= 2 and match.start() in boxed_labels:
            continue
        word = match["braced"] or match["boxed"] or match["what"] or ""
        bare = match["crossed"] and not match["what"]
        if bare and (
            match.start("crossed") > match.start()
            or _HALF_A_PHONE.search(folded[max(0, match.start() - 14) : match.start()])
        ):
            continue
        kind = _KIND_OF.get(word.lower(), Kind.CUSTOMER if word else Kind.OTHER)
        found.append((match.start(), match.end(), kind))
    return found


def _template_tokens(folded: str, labels: list[_Mark]) -> list[_Mark]:
    """The template's words without their braces: 客户名 电话 意向型号 来源渠道."""
    tokens = [(found.start(), found.end(), found[0]) for found in re.finditer(r"[^\s,，、/|;+:]+", folded)]
    named = [(start, end, _KIND_OF[word]) for start, end, word in tokens if _KIND_OF.get(word) in CORE]
    if len({kind for *_, kind in named}) >= 3 and _stand_together(tokens, named):
        return named
    if labels:
        return []
    return [(start, end, _TEMPLATE_TOKENS[word]) for start, end, word in tokens if word in _TEMPLATE_TOKENS]


def _stand_together(tokens: list[tuple[int, int, str]], named: list[_Mark]) -> bool:
    """Label words with values between them are labels without colons, and no template."""
    starts = [start for start, *_ in tokens]
    places = [starts.index(start) for start, *_ in named[:6]]
    return all(after - before == 1 for before, after in itertools.pairwise(places))


# ---------------------------------------------------------------- reading


def read_lead(value: str, folded: str, channels: Sequence[str]) -> Reading:
    words = tuple(channels)
    marks = _label_marks(folded)
    shown = _placeholders(folded) or ([] if _LABEL.search(folded) else _template_tokens(folded, marks))
    if shown:
        return _read_template(value, folded, words, shown)
    if any(kind in CORE for *_, kind in marks):
        return _read_labelled(value, folded, words, marks)
    return _read_positional(value, folded, words)


def _blanked(text: str, spans: Sequence[_Mark]) -> str:
    parts = []
    last = 0
    for start, end, _ in spans:
        parts += [text[last:start], " " * (end - start)]
        last = end
    return "".join([*parts, text[last:]])


def _read_template(value: str, folded: str, channels: tuple[str, ...], shown: list[_Mark]) -> Reading:
    """The unfilled ones are blanked, so that the rest can be read for the corrected template."""
    value, folded = _blanked(value, shown), _blanked(folded, shown)
    marks = [mark for mark in _label_marks(folded) if mark[2] in CORE]
    reading = _read_labelled(value, folded, channels, marks) if marks else _read_positional(value, folded, channels)
    kinds = frozenset(kind for *_, kind in shown)
    gone = {Kind.CUSTOMER: "customer", Kind.PHONE: "phone", Kind.MODEL: "model", Kind.CHANNEL: "channel"}
    if not marks and len(kinds) < 3 and Kind.CUSTOMER in kinds and reading.customer and not reading.model:
        reading = replace(reading, customer="", model=reading.customer)
    changes: dict[str, Any] = {name: "" for kind, name in gone.items() if kind in kinds and kind is not Kind.CUSTOMER}
    rest = one_space(_LABEL.sub(" ", folded))
    return replace(reading, placeholders=kinds, spot=shown[0][0], rest=rest, **changes)


def _label_marks(folded: str) -> list[_Mark]:
    marks = [
        (found.start(), found.end(), _KIND_OF[(found["word"] or found["boxed"]).lower()])
        for found in _LABEL.finditer(folded)
    ]
    boxed = [mark for mark in marks if folded[mark[0]] in "【["]
    if len(boxed) == 1:
        marks.remove(boxed[0])
    if marks:
        return marks
    bare = [(found.start(), found.end(), _KIND_OF[found["word"].lower()]) for found in _BARE_LABEL.finditer(folded)]
    return bare if len({kind for *_, kind in bare if kind in CORE}) >= 3 else []


def label_kinds(folded: str) -> list[Kind]:
    """The labels of a text, in order."""
    return [kind for *_, kind in _label_marks(folded)]


@dataclass(slots=True)
class _Draft:
    """Fields while they are being found."""

    customer: str = ""
    phone: Phone | None = None
    broken: int | None = None
    later: bool = False
    model: str = ""
    channel: str = ""
    remarks: list[str] = field(default_factory=list)

    def note(self, *words: str) -> None:
        self.remarks += [word for word in words if word]

    def done(self, labels: frozenset[Kind] = frozenset(), *, spot: int = 0) -> Reading:
        customer, contacts = split_contacts(self.customer)
        return Reading(
            customer=customer,
            phone=self.phone.digits if self.phone else "",
            ext=self.phone.ext if self.phone else "",
            model=self.model,
            channel=self.channel,
            remark=" ".join([*contacts, *self.remarks]),
            phone_is_broken=self.phone is None and self.broken is not None,
            phone_comes_later=self.later,
            labels=labels,
            spot=self.broken if self.phone is None and self.broken is not None else spot,
        )


# ---------------------------------------------------------------- customer and contact


def split_contacts(text: str) -> tuple[str, list[str]]:
    """The customer's name, and the persons and departments that stand beside it (周经理 is a remark)."""
    text = trim(text)
    folded = fold(text)
    if found := _LEADING_CUSTOMER_LABEL.match(folded):
        text, folded = text[found.end() :], folded[found.end() :]
    contacts: list[str] = []
    text = _without_boxed_person(text, folded, contacts)
    words = [word for word in (trim(word) for word in re.split(r"[\s,，、/|;；]+", text)) if word]
    if len(words) > 1:
        text = _without_person_words(text, words, contacts)
    company, person = split_person(fold(text))
    if person:
        contacts.append(person)
        text = text[: len(company)]
    return trim(text), contacts


_BOXED_TAIL = re.compile(r"[(\[【]([^()\[\]【】]{1,16})[)\]】]$")


def _without_boxed_person(text: str, folded: str, contacts: list[str]) -> str:
    found = _BOXED_TAIL.search(folded, max(0, len(folded) - 18))
    if found is None or found.start() == 0:
        return text
    if is_person(found[1]) or is_department(found[1]) or (is_bare_name(found[1]) and found.start() >= 4):
        contacts.append(trim(text[found.start(1) : found.end(1)]))
        return text[: found.start()]
    return text


def _without_person_words(text: str, words: list[str], contacts: list[str]) -> str:
    persons = [is_person(fold(word)) or is_department(fold(word)) for word in words]
    if not any(persons) and len(words[0]) >= 4:
        persons = [False] + [is_bare_name(fold(word)) for word in words[1:]]
    if not any(persons) or all(persons):
        return text
    contacts += [_without_contact_label(word) for word, person in zip(words, persons, strict=True) if person]
    return " ".join(word for word, person in zip(words, persons, strict=True) if not person)


def _without_contact_label(word: str) -> str:
    found = re.match("(?:联系人|对接人|负责人)[:：]", word)
    return word[found.end() :] if found else word


_CODE_SIGN = re.compile(r"[0-9]{2}|^[A-Z]{2,}$")
_HAS_LETTER = re.compile("[A-Za-z]")
_HAS_DIGIT = re.compile("[0-9]")
_ORGANISED = re.compile(
    "公司|厂$|集团|医院|诊所|学校|大学|学院|中学|小学|酒店|宾馆|饭店|商行|超市|研究|科技|机械|有限|[(（][^()（）]{2,4}[)）].|店$|部$|中心$|局$|院$|所$|馆$|社$|站$"
)


def looks_like_code(word: str) -> bool:
    mixed = _HAS_LETTER.search(word) and _HAS_DIGIT.search(word)
    return bool(mixed or _CODE_SIGN.search(word)) and not _ORGANISED.search(word)


def looks_like_customer(word: str) -> bool:
    """A company by its form, a person, or a name that begins with a place."""
    if _ORGANISED.search(word) or is_person(fold(word)):
        return True
    return len(word) >= 4 and begins_with_place(fold(word)) and not looks_like_code(word)


def _customer_and_model(value: str, folded: str) -> tuple[str, str]:
    """Where no phone stands between them: the first piece is the customer, the others are the model."""
    separator = _STRONG if _STRONG.search(folded.strip(_EDGES)) else _BLANKS
    words = [word for word in (trim(part) for part in _split(value, folded, separator)) if word]
    if separator is _BLANKS and _STRONG.search(folded) and words and not looks_like_customer(words[0]):
        # Commas around it: one field with blanks in it.
        words = [trim(value)]
    if len(words) >= 2 and separator is _STRONG:
        head, *tail = words
    elif words:
        head, *tail = _joined_head(words)
    else:
        return "", ""
    if not tail and not looks_like_customer(head) and (looks_like_code(head) or _is_product(head)):
        return "", head
    if separator is _BLANKS and len(head) <= 3 and _is_product(head) and tail and looks_like_code(tail[0]):
        return "", " ".join([head, *tail])
    while len(tail) > 1 and (is_person(fold(tail[0])) or is_department(fold(tail[0]))):
        head += " " + tail.pop(0)
    if len(tail) == 1 and is_person(fold(tail[0])) and not is_maker(tail[0]):
        return f"{head} {tail[0]}", ""
    return head, " ".join(tail)


def _joined_head(words: list[str]) -> list[str]:
    """苏州 屿衡机械 YH-850L: a place alone is no company; 周经理 常州铎远 is a person before the company."""
    joins = len(words) >= 3 and (is_place_name(words[0]) or (is_person(words[0]) and looks_like_customer(words[1])))
    latin = 1
    while not joins and latin < len(words) - 1 and re.fullmatch(r"[A-Za-z.&']+", words[latin - 1] + words[latin]):
        latin += 1
    if joins:
        return [" ".join(words[:2]), *words[2:]]
    return [" ".join(words[:latin]), *words[latin:]]


def _split(value: str, folded: str, separator: re.Pattern[str]) -> Iterator[str]:
    last = 0
    for found in separator.finditer(folded):
        yield value[last : found.start()]
        last = found.end()
    yield value[last:]


# ---------------------------------------------------------------- the phone's neighbourhood

_BOXED_NOTE = re.compile(r" ?[(\[【]([^()\[\]【】\n]{1,40})[)\]】]")
_WORD_NOTE = re.compile(
    r"[ ,，、/]*(?P<note>(?:手机|电话)?(?:加?微信|wechat|wx|vx|V信|[VvWw]\+?)号?(?:同号|同步|同手机号?|同电话|同|一样|也是|联系|号)?|同微信|微信同|同号|同V|本人)"
    r"(?=[\s,，、/|;；]|$)",
    re.IGNORECASE,
)
_LATER_WORDS = (
    r"(?:稍后|稍晚|稍等|待会儿?|晚点|晚些|回头|后面|后续|随后|过会儿?|明天|下午|晚上|下班后?|等会儿?|马上|一会儿?)"
)
_LATER = re.compile(
    rf"(?:客户|联系|对方)*(?:电话|手机|号码|联系方式|座机|tel)(?:号码|号)?[:： ]?(?:客户|对方)?(?:还|也|暂时|先)?"
    rf"(?:{_LATER_WORDS}.{{0,6}}|待[补定确发].{{0,4}}|后补.{{0,3}}|[未没无暂缺不空].{{0,8}}|补)"
    rf"|(?:客户|对方)?(?:还|也|暂时|先|暂)?(?:没有?|未|无|不肯|不愿|不方便)(?:给|留|提供|登记|填写|填)?(?:下)?(?:联系)?(?:电话|手机号?|号码|联系方式)(?:号码)?"
    rf"|{_LATER_WORDS}(?:再)?(?:补上?|补充|发|发你|给|提供|填)(?:电话|手机号?|号码|联系方式)?"
    r"|待补充?|后补|待定|待确认|暂无|暂缺|未知|不详|保密|没有|未留|没留|未提供|无|缺|空|N/?A|TBD|none"
    r"|(?:加了?|只有|只留了?|有)?微信(?:联系|沟通|聊|号)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\s,，、/|;；。]+")


def comes_later(word: str) -> bool:
    """电话稍后补, 没留电话, 暂无: words in the phone's place that say there is none yet."""
    return len(word) <= 20 and bool(_LATER.fullmatch(trim(word).strip("()（）")))


def _take_later(value: str, folded: str, draft: _Draft) -> tuple[str, str]:
    """Blanks such words out of the text before the model."""
    spans: list[_Mark] = []
    for number, found in enumerate(_WORD.finditer(folded)):
        word = found[0]
        if (number and comes_later(word) and (len(word) > 1 or number == 1)) or (
            number and _KIND_OF.get(word.lower()) is Kind.PHONE
        ):
            spans.append((found.start(), found.end(), Kind.PHONE))
    draft.later = draft.later or bool(spans)
    return _blanked(value, spans), _blanked(folded, spans)


def _take_notes(value: str, folded: str, draft: _Draft, *, persons: bool = True) -> tuple[str, str]:
    """Notes on the phone at the head of what follows it: （微信同号）, 周经理, a second number.

    `persons` False where the customer is still to come: 王先生 may be that.
    """
    for _ in range(4):
        found = _BOXED_NOTE.match(folded)
        if found:
            note = trim(value[found.start(1) : found.end(1)])
            if looks_like_code(note) and not trim(folded[found.end() :]):
                break
            draft.note(note)
        elif found := _WORD_NOTE.match(folded):
            draft.note(trim(value[found.start("note") : found.end("note")]))
        else:
            found = _second_phone(folded) or (_person_ahead(folded) if persons else None)
            if found is None:
                break
            draft.note(trim(value[found.start(1) : found.end(1)]))
        value, folded = value[found.end() :], folded[found.end() :]
    return value, folded


def _person_ahead(folded: str) -> re.Match[str] | None:
    found = re.match(r"[\s,，、/|;；]*([^\s,，、/|;；]{2,16})[\s,，、/|;；]+(?=[^\s,，、/|;；])", folded)
    return found if found and is_person(found[1]) and not is_maker(found[1]) else None


_SECOND_PHONE = re.compile(r"[ ,，、/;；或和]{1,3}([0-9()+][0-9()\- ]{5,18}[0-9])(?![0-9A-Za-z])")


def _second_phone(folded: str) -> re.Match[str] | None:
    found = _SECOND_PHONE.match(folded)
    if found is None:
        return None
    phones = find_phones(found[1])
    return found if phones and phones[0].start == 0 and phones[0].end == len(found[1]) else None


# ---------------------------------------------------------------- fields by their place


def _read_positional(value: str, folded: str, channels: tuple[str, ...]) -> Reading:
    draft = _Draft()
    _place_fields(value, folded, channels, draft)
    return draft.done()


@dataclass(frozen=True, slots=True)
class _Landmarks:
    """Where phone (or what was meant as one) and channel stand; the other fields lie between them."""

    phone: tuple[int, int] | None
    channel: _Channel | None


def _landmarks(folded: str, channels: tuple[str, ...], draft: _Draft) -> _Landmarks:
    phone = next(iter(find_phones(folded)), None)
    span = (phone.start, phone.end) if phone else _broken_span(folded, channels, draft)
    channel = _channel_around(folded, channels, span)
    if phone and channel and channel.start < phone.start:
        # What stands in the phone's place and is broken is not put right by another number further on.
        broken = next((found for found in find_broken(folded[: channel.start]) if found.certain), None)
        if broken:
            phone, span, draft.broken = None, (broken.start, broken.end), broken.start
            channel = _channel_around(folded, channels, span)
    draft.phone = phone
    return _Landmarks(span, channel)


def _broken_span(folded: str, channels: tuple[str, ...], draft: _Draft) -> tuple[int, int] | None:
    for broken in find_broken(folded):
        around = folded[: broken.start] + " " + folded[broken.end :]
        if broken.certain or len(_before_channel(around, channels).split()) >= 2:
            draft.broken = broken.start
            return broken.start, broken.end
    return None


def _before_channel(folded: str, channels: tuple[str, ...]) -> str:
    channel = _best_channel(folded, channels, 0, len(folded))
    return folded[: channel.start] if channel else folded


def _channel_around(folded: str, channels: tuple[str, ...], phone: tuple[int, int] | None) -> _Channel | None:
    """Behind the phone if it can be; a channel's word before it only where it stands alone."""
    if phone is None:
        return _best_channel(folded, channels, 0, len(folded))
    start, end = phone
    hidden = folded[:start] + "\x1f" * (end - start) + folded[end:]
    behind = _best_channel(hidden, channels, end, len(folded))
    before = _best_channel(hidden, channels, 0, start)
    if before is None or (behind and behind.rank <= before.rank):
        return behind
    if before.rank or (behind and not trim(folded[: before.start])):
        return behind
    return before


def _place_fields(value: str, folded: str, channels: tuple[str, ...], draft: _Draft) -> None:
    found = _landmarks(folded, channels, draft)
    end = found.channel.start if found.channel else len(folded)
    if found.channel:
        draft.channel = found.channel.word
    if found.phone is None:
        _fields_without_phone(value, folded, end, draft)
    elif found.phone[0] < end:
        _fields_around_phone(value, folded, found.phone, end, draft)
    else:
        draft.customer, draft.model = _customer_and_model(value[:end], folded[:end])
    if found.channel:
        _behind_channel(value, folded, found.channel, found.phone, draft)
    draft.model = _bare_model(draft.model)


def _fields_without_phone(value: str, folded: str, end: int, draft: _Draft) -> None:
    head, folded_head = _take_later(value[:end], folded[:end], draft)
    draft.customer, draft.model = _customer_and_model(head, folded_head)


def _fields_around_phone(value: str, folded: str, phone: tuple[int, int], end: int, draft: _Draft) -> None:
    before = _without_phone_label(value[: phone[0]])
    folded_before = folded[: len(before)]
    leads = not trim(before)
    behind, folded_behind = _take_notes(value[phone[1] : end], folded[phone[1] : end], draft, persons=not leads)
    if leads:
        draft.customer, draft.model = _customer_and_model(behind, folded_behind)
        return
    draft.customer, draft.model = before, trim(behind)
    if not draft.model:
        draft.customer, draft.model = _model_before_phone(before, folded_before)


def _without_phone_label(before: str) -> str:
    """… 电话|13…: the label belongs to no value."""
    found = _TRAILING_PHONE_LABEL.search(fold(before), max(0, len(before) - 14))
    return before[: found.start()] if found else before


_PRODUCT_ENDS = (
    *tuple("机器线炉泵阀仪车床柜箱塔釜罐刀锯灯板膜管架秤镜钻"),
    "设备",
    "系统",
    "装置",
    "机组",
    "机器人",
    "工作台",
    "生产线",
)


def _model_before_phone(before: str, folded: str) -> tuple[str, str]:
    customer, model = _customer_and_model(before, folded)
    if customer and model and not is_place_name(customer) and (looks_like_code(model) or _is_product(model)):
        return customer, model
    return before, ""


def _is_product(word: str) -> bool:
    word = fold(word).partition("(")[0]
    return len(word) >= 2 and word.endswith(_PRODUCT_ENDS) and not looks_like_customer(word)


def _behind_channel(value: str, folded: str, channel: _Channel, phone: tuple[int, int] | None, draft: _Draft) -> None:
    if phone is None or phone[0] < channel.start:
        draft.note(tidy_remark(value[channel.end :]))
        return
    if not trim(value[: channel.start]):
        _fields_around_phone(
            value[channel.end :], folded[channel.end :], _shifted(phone, channel.end), len(value), draft
        )
        return
    between = _without_phone_label(value[channel.end : phone[0]])
    draft.note(tidy_remark(between), tidy_remark(value[phone[1] :]))


def _shifted(span: tuple[int, int], by: int) -> tuple[int, int]:
    return span[0] - by, span[1] - by


def _bare_model(model: str) -> str:
    model = trim(model)
    folded = fold(model)
    if found := _TRAILING_CHANNEL_LABEL.search(folded, max(0, len(folded) - 8)):
        model, folded = model[: found.start()], folded[: found.start()]
    if found := _LEADING_MODEL_LABEL.match(folded):
        model = model[found.end() :]
    elif folded.lower() in _KIND_OF:
        model = ""
    return trim(model)


# ---------------------------------------------------------------- fields by their labels


@dataclass(frozen=True, slots=True)
class _Segment:
    kind: Kind
    value: str
    folded: str
    start: int
    label: str = ""

    @property
    def lines(self) -> tuple[str, str]:
        """Its first line with anything in it, and the others."""
        head, _, tail = self.value.strip(" \t\n").partition("\n")
        return head, tail


def _read_labelled(value: str, folded: str, channels: tuple[str, ...], marks: list[_Mark]) -> Reading:
    kinds = frozenset(kind for *_, kind in marks)
    draft = _Draft()
    contact: list[str] = []
    head = marks[0][0]
    if trim(value[:head]):
        _read_leading(value[:head], folded[:head], channels, kinds, draft)
    segments = list(_segments(value, folded, marks))
    for segment in segments:
        if segment.kind is Kind.CONTACT:
            contact.append(trim(segment.value))
        else:
            _READERS[segment.kind](segment, channels, kinds, draft)
    contact = [name for name in contact if name]
    if contact and not draft.customer:
        draft.customer = contact.pop(0)
    draft.remarks[:0] = contact
    reading = draft.done(kinds)
    reading.has_values = any(trim(segment.value) for segment in segments) or bool(trim(value[:head]))
    if not reading.phone_is_broken:
        reading.spot = _label_of(reading.problem, marks)
    return reading


_KIND_AT_FAULT = {
    Problem.CUSTOMER_MISSING: Kind.CUSTOMER,
    Problem.PHONE_MISSING: Kind.PHONE,
    Problem.PHONE_INVALID: Kind.PHONE,
    Problem.MODEL_MISSING: Kind.MODEL,
    Problem.CHANNEL_MISSING: Kind.CHANNEL,
}


def _label_of(problem: Problem | None, marks: list[_Mark]) -> int:
    wrong = _KIND_AT_FAULT.get(problem) if problem else None
    return next((start for start, _, kind in marks if kind is wrong), 0)


def _segments(value: str, folded: str, marks: list[_Mark]) -> Iterator[_Segment]:
    for at, (start, end, kind) in enumerate(marks):
        until = marks[at + 1][0] if at + 1 < len(marks) else len(value)
        yield _Segment(kind, value[end:until], folded[end:until], end, value[start:end])


def _read_leading(value: str, folded: str, channels: tuple[str, ...], kinds: frozenset[Kind], draft: _Draft) -> None:
    if Kind.CUSTOMER in kinds:
        draft.note(trim(value))
    else:
        _place_fields(value, folded, channels, draft)


def _read_customer(segment: _Segment, channels: tuple[str, ...], kinds: frozenset[Kind], draft: _Draft) -> None:
    if draft.customer:
        _second_customer(trim(segment.value), draft)
        return
    if Kind.PHONE not in kinds and (find_phones(segment.folded) or find_broken(segment.folded)):
        _place_fields(segment.value, segment.folded, channels, draft)
        return
    channel = _best_channel(segment.folded, channels, 0, len(segment.folded)) if Kind.CHANNEL not in kinds else None
    if channel and channel.rank == 0 and Kind.MODEL not in kinds:
        _place_fields(segment.value, segment.folded, channels, draft)
        return
    draft.customer, others = segment.lines
    draft.note(tidy_remark(others))


def _second_customer(name: str, draft: _Draft) -> None:
    """公司 and 姓名 both given: the company is the customer, whichever came first."""
    person = is_person(fold(draft.customer)) or is_bare_name(fold(draft.customer))
    if person and not is_person(fold(name)) and not is_bare_name(fold(name)):
        draft.remarks.insert(0, trim(draft.customer))
        draft.customer = name
    else:
        draft.note(name)


def _read_phone(segment: _Segment, channels: tuple[str, ...], kinds: frozenset[Kind], draft: _Draft) -> None:
    phone = next(iter(find_phones(segment.folded)), None)
    if phone is None:
        _no_phone_in(segment, draft)
        return
    if draft.phone:
        draft.note(trim(segment.value))
        return
    draft.phone, draft.broken = phone, None
    draft.note(trim(segment.value[: phone.start]))
    value, folded = _take_notes(segment.value[phone.end :], segment.folded[phone.end :], draft)
    _read_tail(value, folded, channels, kinds, draft)


def _no_phone_in(segment: _Segment, draft: _Draft) -> None:
    said = trim(segment.value)
    if draft.phone or not said:
        return
    if sum(char.isdigit() for char in said) >= 3 or find_broken(segment.folded):
        draft.broken = segment.start
    else:
        draft.later = True


def _read_tail(value: str, folded: str, channels: tuple[str, ...], kinds: frozenset[Kind], draft: _Draft) -> None:
    """Unlabelled text behind a labelled value: model and channel where they have no label of their own."""
    channel = None
    if Kind.CHANNEL not in kinds:
        channel = _best_channel(folded, channels, 0, len(folded))
    head = value[: channel.start] if channel else value
    if channel:
        draft.channel = channel.word
    if Kind.MODEL in kinds or draft.model:
        draft.note(tidy_remark(head))
    else:
        draft.model = _bare_model(head)
    if channel:
        draft.note(tidy_remark(value[channel.end :]))


def _read_model(segment: _Segment, channels: tuple[str, ...], kinds: frozenset[Kind], draft: _Draft) -> None:
    value, folded = segment.value, segment.folded
    phone = next(iter(find_phones(folded)), None) if Kind.PHONE not in kinds and draft.phone is None else None
    tail, folded_tail = "", ""
    if phone:
        draft.phone = phone
        value, folded, tail, folded_tail = (
            value[: phone.start],
            folded[: phone.start],
            value[phone.end :],
            folded[phone.end :],
        )
    channel = _best_channel(folded, channels, 0, len(folded)) if Kind.CHANNEL not in kinds else None
    others = ""
    if channel:
        draft.channel, others, value = channel.word, value[channel.end :], value[: channel.start]
    head, _, below = value.strip(" \t\n").partition("\n")
    draft.model = " ".join(part for part in (draft.model, trim(head)) if part)
    draft.note(tidy_remark(below), tidy_remark(others))
    if tail:
        _read_tail(*_take_notes(tail, folded_tail, draft), channels, kinds, draft)


def _read_channel(segment: _Segment, channels: tuple[str, ...], kinds: frozenset[Kind], draft: _Draft) -> None:
    value, folded = segment.value, segment.folded
    phone = next(iter(find_phones(folded)), None) if Kind.PHONE not in kinds and draft.phone is None else None
    if phone:
        draft.phone = phone
        blank = [(phone.start, phone.end, Kind.PHONE)]
        value, folded = _blanked(value, blank), _blanked(folded, blank)
    channel = _best_channel(folded, channels, 0, len(folded))
    if channel is None:
        return
    draft.channel = channel.word
    draft.note(trim(value[: channel.start]) if channel.rank else "", tidy_remark(value[channel.end :]))


def _read_remark(segment: _Segment, channels: tuple[str, ...], kinds: frozenset[Kind], draft: _Draft) -> None:
    draft.note(tidy_remark(segment.value))


def _read_other(segment: _Segment, channels: tuple[str, ...], kinds: frozenset[Kind], draft: _Draft) -> None:
    if said := trim(segment.value):
        draft.note(one_space(segment.label) + said)


_READERS = {
    Kind.CUSTOMER: _read_customer,
    Kind.PHONE: _read_phone,
    Kind.MODEL: _read_model,
    Kind.CHANNEL: _read_channel,
    Kind.REMARK: _read_remark,
    Kind.OTHER: _read_other,
}
