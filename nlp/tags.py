"""What a lead says about itself (L4): region, industry, product line, hospital level, budget, and the person asked for (R3)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.leads import Tags
from domain.tagging import BudgetBand, TagRules, WordTag
from nlp.lead_post import ParsedLead
from nlp.normalize import fold
from nlp.people import is_bare_name, is_person, surname_of, without_title
from nlp.places import NOWHERE, Place, place_of


def read_tags(
    lead: ParsedLead,
    rules: TagRules,
    regions: Iterable[tuple[str, Collection[str]]] = (),
    members: Sequence[tuple[str, str]] = (),
) -> Tags:
    """`regions`: (name, cities and provinces); `members`: (userid, name). Reasons name the words behind each tag."""
    reasons: list[tuple[str, str]] = []
    customer, model, remark = (_plain(text) for text in (lead.customer, lead.model, lead.remark))

    def tag(field: str, tags: Sequence[WordTag], *texts: str) -> str:
        value, word = _word_tag(tags, texts)
        return _because(reasons, field, value, word)

    place = place_of(lead.customer, lead.phone)
    budget = budget_in(lead.remark)
    wish = wished_member(lead.remark, members)
    return Tags(
        region=_because(reasons, "region", _region(place, regions), place.words),
        city=_because(reasons, "city", place.city, place.words),
        industry=tag("industry", rules.industries, customer, model, remark),
        product_line=tag("product_line", rules.product_lines, model, remark, customer),
        hospital_level=tag("hospital_level", rules.hospital_levels, customer, remark),
        budget_band=_because(reasons, "budget_band", _band(budget, rules.budget_bands), _budget_words(lead.remark)),
        wished_member=_because(reasons, "wished_member", wish.name or wish.words, wish.words) if wish else "",
        budget_fen=budget,
        reasons=tuple(reasons),
    )


def _plain(text: str) -> str:
    return fold(text).casefold()


def _because(reasons: list[tuple[str, str]], field: str, value: str, words: str) -> str:
    if value:
        reasons.append((field, words))
    return value


def _word_tag(tags: Sequence[WordTag], texts: Sequence[str]) -> tuple[str, str]:
    """The first text that holds any of the words decides; within it the order of the settings."""
    for text in texts:
        for tag in tags:
            for word in tag.words:
                if _plain(word) in text:
                    return tag.value, word
    return "", ""


def _region(place: Place, regions: Iterable[tuple[str, Collection[str]]]) -> str:
    """A region that names the city goes before one that names only its province."""
    if place == NOWHERE:
        return ""
    listed = list(regions)
    by_city = (name for name, cities in listed if place.city and place.city in cities)
    by_province = (name for name, cities in listed if place.province and place.province in cities)
    return next(by_city, "") or next(by_province, "")


# ---------------------------------------------------------------- budget

_DIGIT = "零一二三四五六七八九"
_AMOUNT = r"([0-9]{1,12}(?:,[0-9]{3}){0,4}(?:\.[0-9]{1,6})?|[零〇一二两三四五六七八九十百千几]{1,12})"
_UNIT = r"(亿|千万|百万|万|w|千|k)?"
_BUDGET = re.compile(
    rf"预算[^0-9零〇一二两三四五六七八九十百千,，。;；]{{0,8}}{_AMOUNT} ?{_UNIT}([1-9一二三四五六七八九](?![0-9十百千万]))? ?(?:元|块)?"
    rf"(?: ?(?:-|~|到|至) ?{_AMOUNT} ?{_UNIT})?"
    rf"|{_AMOUNT} ?{_UNIT} ?(?:(?:-|~|到|至) ?[0-9零一二两三四五六七八九十百千.]{{1,12}} ?{_UNIT})? ?(?:元|块)?(?:左右|以内|以上|上下)?的?预算",
    re.IGNORECASE,
)
_TIMES = {"": 1, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 10**8}
_LEAST_WITHOUT_UNIT = 1_000
"""预算60 says neither yuan nor 万."""


def budget_in(text: str) -> int | None:
    """The budget in fen, of a range its lower end: 预算大概60万, 预算50-60万, 预算六十万, 80万预算. None where none is said."""
    found = _BUDGET.search(fold(text))
    if found is None:
        return None
    amount, unit, tail, _, upper_unit, amount_before, unit_before, upper_unit_before = found.groups()
    # 50-60万: the unit stands behind the upper end only.
    unit = (unit or unit_before or upper_unit or upper_unit_before or "").lower()
    number = _number(amount or amount_before)
    if not number or (not unit and number < _LEAST_WITHOUT_UNIT):
        return None
    fen = number * _TIMES[unit] * 100
    return int(fen + (_number(tail) * _TIMES[unit] // 10 * 100 if tail and unit else 0))


def _budget_words(text: str) -> str:
    found = _BUDGET.search(fold(text))
    return text[found.start() : found.end()].strip() if found else ""


def _number(text: str) -> Decimal:
    if text[0] in "0123456789":
        return Decimal(text.replace(",", ""))
    total = current = 0
    for char in text.replace("两", "二").replace("〇", "零").replace("几", ""):
        if char in _DIGIT:
            # 两三万, 五六十万: of two digits in a row the first is the lower end.
            current = current or _DIGIT.index(char)
        else:
            total += (current or 1) * {"十": 10, "百": 100, "千": 1_000}[char]
            current = 0
    return Decimal(total + current)


def _band(budget: int | None, bands: Sequence[BudgetBand]) -> str:
    if budget is None:
        return ""
    return next((band.name for band in reversed(bands) if budget >= band.from_fen), "")


# ---------------------------------------------------------------- the person asked for


@dataclass(frozen=True, slots=True)
class Wish:
    words: str
    """As typed: 李工."""
    userid: str = ""
    """Empty where nobody, or more than one, can be meant."""
    name: str = ""


_HOUSE = "(?:我[司们]的?|咱们?的?|你们?的?|贵司的?|销售|业务员?|同事|老销售|之前的|原来的)*"
_STOP = "(?=来|去|跟|对接|负责|联系|接|服务|处理|谈|上门|拜访|做|报|的|[^\u4e00-\u9fff]|$)"
_ASKED = re.compile(
    rf"(?:指定|点名|指名)(?:道姓)?(?:要求|要|找|给|由|让|派|请)?{_HOUSE} ?(?P<asked>[\u4e00-\u9fff]{{2,4}}?){_STOP}"
    rf"|(?:由|让|请|派|要求|希望|想要|想找|只要|只认|要)+{_HOUSE} ?(?P<wanted>[\u4e00-\u9fff]{{2,4}}?)(?:来|去|继续)?(?:跟进|跟单|对接|负责|服务)"
)
_WEEKDAY = re.compile("周[一二三四五六日天末]")


def wished_member(remark: str, members: Sequence[tuple[str, str]]) -> Wish | None:
    """客户指定李工跟进, 点名要王五: who is asked for, and which member (userid, name) that is, if only one can be."""
    for found in _ASKED.finditer(fold(remark)):
        words = found["asked"] or found["wanted"]
        meant = _members_meant(words, members)
        if len(meant) == 1:
            return Wish(words, *meant[0])
        if meant or _is_name(words):
            return Wish(words)
    return None


def _is_name(words: str) -> bool:
    return (is_person(words) or is_bare_name(words)) and not _WEEKDAY.match(words)


def _members_meant(words: str, members: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """By the whole name, with or without a title; else by surname and title (李工, 小李)."""
    bare = without_title(words)
    whole = [member for member in members if member[1] in (words, bare)]
    if whole or not is_person(words):
        return whole
    surname = surname_of(words)
    alone = len(bare) <= len(surname) or words[0] in "小老阿"
    return [member for member in members if alone and surname and surname_of(member[1]) == surname]
