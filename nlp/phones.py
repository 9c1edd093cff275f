"""Chinese phone numbers in folded text (see normalize): whole ones, and what was meant as one and is not.

Nothing is guessed: a number counts only when all its digits are there, in an order in which people write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phone:
    start: int
    end: int
    """Behind the extension, where there is one."""
    digits: str
    """A mobile's eleven digits; area code and number together; the ten digits of a 400 or 800 number."""
    ext: str = ""


@dataclass(frozen=True, slots=True)
class BrokenPhone:
    """Meant as a phone number and not usable: too short or long, masked, a letter for a digit, no area code."""

    start: int
    end: int
    certain: bool
    """False for what may be a model as well, such as 6308-2205."""


# Area codes (without the 0) whose numbers have eight digits; other areas of four digits have seven or eight.
# Source: numbering plan as described by libphonenumber's metadata for region CN.
_EIGHT_DIGITS = frozenset(
    [
        "0311",
        "0371",
        "0377",
        "0379",
        "0411",
        "0431",
        "0432",
        "0451",
        "0510",
        "0511",
        "0512",
        "0513",
        "0514",
        "0515",
        "0516",
        "0517",
        "0518",
        "0519",
        "0523",
        "0527",
        "0531",
        "0532",
        "0551",
        "0571",
        "0573",
        "0574",
        "0575",
        "0576",
        "0577",
        "0579",
        "0591",
        "0595",
        "0731",
        "0755",
        "0757",
        "0760",
        "0769",
        "0791",
        "0871",
        "0898",
    ]
)
_DIGITS = re.compile("[0-9]+")
_GAP = re.compile(r" ?[-.·~_] ?| |\) ?-? ?| ?\(")
_MOBILE = re.compile("1[3-9][0-9]{9}")
_AREA = re.compile("010|02[0-9]|0[3-9][0-9]{2}")
# How the eleven digits are grouped with spaces between them. Others, such as 8 + 3, are a short number and a model.
_MOBILE_SHAPES = frozenset(
    {(3, 4, 4), (3, 8), (4, 4, 3), (4, 3, 4), (3, 3, 5), (3, 5, 3), (3, 4, 2, 2), (3, 2, 2, 2, 2)}
)
_MOBILE_SHAPES |= {(1,) * 11, (1, 2, 2, 2, 2, 2)}
_LOCAL_SHAPES = frozenset({(7,), (8,), (4, 4), (3, 4), (4, 3), (3, 5), (2, 2, 2, 2), (3, 2, 3), (3, 2, 2)})
_SERVICE_SHAPES = frozenset({(10,), (3, 3, 4), (4, 3, 3), (3, 7), (3, 4, 3), (4, 6)})
_LONGEST_SHAPE = 11
_EXT_WORD = re.compile(
    r" ?[(\[]? ?(?:转|分机号?|内线|extension|ext\.?|(?<=[0-9])x|#)(?: ?分机号?)?[: .]{0,2}([0-9]{1,6})(?![0-9])(?: ?[)\]])?",
    re.IGNORECASE,
)
_EXT_HYPHEN = re.compile(r" ?[-~] ?([0-9]{1,6})(?![0-9A-Za-z\-~])")
_EXT_HYPHEN_MOBILE = re.compile(r"-([0-9]{3,4})(?![0-9A-Za-z\-~])")


@dataclass(frozen=True, slots=True)
class _Group:
    start: int
    end: int
    digits: str
    gap: str | None
    """What stands before it, when that may stand inside a number; None otherwise."""


def _groups(folded: str) -> list[_Group]:
    groups: list[_Group] = []
    last = -1
    for found in _DIGITS.finditer(folded):
        gap = folded[last : found.start()] if last >= 0 and found.start() - last <= 3 else ""
        groups.append(_Group(found.start(), found.end(), found[0], gap if _GAP.fullmatch(gap) else None))
        last = found.end()
    return groups


def _run(groups: list[_Group], first: int, wanted: int) -> int | None:
    """How many groups from `first` on hold exactly `wanted` digits."""
    total = 0
    for count, group in enumerate(groups[first : first + _LONGEST_SHAPE], 1):
        if count > 1 and group.gap is None:
            return None
        total += len(group.digits)
        if total >= wanted:
            return count if total == wanted else None
    return None


def _joined(groups: list[_Group], first: int, count: int) -> str:
    return "".join(group.digits for group in groups[first : first + count])


def _shape(groups: list[_Group], first: int, count: int) -> tuple[int, ...]:
    return tuple(len(group.digits) for group in groups[first : first + count])


def _mobile(groups: list[_Group], first: int) -> int | None:
    count = _run(groups, first, 11)
    if count is None or not _MOBILE.fullmatch(_joined(groups, first, count)):
        return None
    shape = _shape(groups, first, count)
    if count == 1 or shape in _MOBILE_SHAPES:
        return count
    tight = all((group.gap or "").strip() for group in groups[first + 1 : first + count])
    return count if tight and shape[0] <= 7 and shape[-1] >= 2 else None


def _service(groups: list[_Group], first: int) -> int | None:
    """400-xxx-xxxx and 800-xxx-xxxx are whole numbers of ten digits."""
    count = _run(groups, first, 10)
    if count is None or not groups[first].digits.startswith(("400", "800")):
        return None
    return count if _shape(groups, first, count) in _SERVICE_SHAPES else None


def _local_lengths(area: str) -> tuple[int, ...]:
    return (8,) if len(area) == 3 or area in _EIGHT_DIGITS else (8, 7)


def _landline(groups: list[_Group], first: int, *, abroad: bool) -> tuple[int, str] | None:
    """(groups used, digits); `abroad`: behind +86, where the area code has lost its 0."""
    head = ("0" if abroad and not groups[first].digits.startswith("0") else "") + groups[first].digits
    area = _AREA.match(head)
    if area is None:
        return None
    if len(head) > area.end():
        return (1, head) if len(head) - area.end() in _local_lengths(area[0]) else None
    for length in _local_lengths(area[0]):
        count = _run(groups, first + 1, length)
        if count and groups[first + 1].gap is not None and _shape(groups, first + 1, count) in _LOCAL_SHAPES:
            return 1 + count, head + _joined(groups, first + 1, count)
    return None


def _country_code(folded: str, groups: list[_Group], at: int) -> tuple[int, int, bool]:
    """(where the number begins, index of its first group, whether +86 stood before it)."""
    group = groups[at]
    if group.digits in ("86", "0086") and at + 1 < len(groups) and groups[at + 1].gap is not None:
        start = group.start
        while start and folded[start - 1] in "+(":
            start -= 1
        return start, at + 1, group.digits == "0086" or "+" in folded[start : group.start] or _mobile_next(groups, at)
    return group.start, at, False


def _mobile_next(groups: list[_Group], at: int) -> bool:
    return _mobile(groups, at + 1) is not None or groups[at + 1].digits.startswith("0")


def _glued_country_code(folded: str, group: _Group) -> str:
    """+8613… and 008613… in one piece: the mobile's digits, or nothing."""
    bare = group.digits.removeprefix("00").removeprefix("86")
    return bare if len(group.digits) > 11 and bare != group.digits and _MOBILE.fullmatch(bare) else ""


def find_phones(folded: str) -> list[Phone]:
    groups = _groups(folded)
    phones = []
    at = 0
    while at < len(groups):
        found = _phone_at(folded, groups, at)
        if found is None:
            at += 1
            continue
        phones.append(found)
        while at < len(groups) and groups[at].start < found.end:
            at += 1
    return phones


def _phone_at(folded: str, groups: list[_Group], at: int) -> Phone | None:
    group = groups[at]
    if group.start and folded[group.start - 1] in "*×":
        return None
    if glued := _glued_country_code(folded, group):
        start = group.start - (group.start > 0 and folded[group.start - 1] == "+")
        return _with_extension(folded, start, group.end, glued)
    start, first, abroad = _country_code(folded, groups, at)
    if first > at and not abroad:
        return None
    if count := _mobile(groups, first):
        return _with_extension(folded, start, groups[first + count - 1].end, _joined(groups, first, count))
    if landline := _landline(groups, first, abroad=abroad):
        count, digits = landline
        if start and folded[start - 1] == "(" and ")" in folded[start : groups[first + count - 1].end]:
            start -= 1
        return _with_extension(folded, start, groups[first + count - 1].end, digits)
    if count := _service(groups, first):
        return _with_extension(folded, start, groups[first + count - 1].end, _joined(groups, first, count))
    return None


def _with_extension(folded: str, start: int, end: int, digits: str) -> Phone | None:
    if end < len(folded) and (folded[end] in "*×" or _letter_digit_at(folded, end)):
        return None
    found = _EXT_WORD.match(folded, end)
    # Where hyphens separate the fields, the next digits are the model and no extension.
    if found is None and not (start and folded[start - 1] == "-"):
        found = (_EXT_HYPHEN_MOBILE if _MOBILE.fullmatch(digits) else _EXT_HYPHEN).match(folded, end)
    if found is None:
        return Phone(start, end, digits)
    return Phone(start, found.end(), digits, found[1])


def _letter_digit_at(folded: str, end: int) -> bool:
    """1386730415O9O: a lone letter that looks like a digit makes the number too long, not a model."""
    return folded[end] in "OoIl" and (end + 1 == len(folded) or folded[end + 1] in " \t\n,;/|")


_FOREIGN = r"\+(?!86)[0-9][0-9 ()\-]{6,14}[0-9]"
_MASKED = r"(?:1[3-9]|\(?0[0-9])[0-9 ()\-]{0,10}(?:[*×xX•?#]{2,}|\.{3,}|…+)[0-9*×xX•?# \-]{0,12}"
_LETTERED = (
    r"(?<![0-9A-Za-z])(?=[0-9A-Za-z\-]{0,14}[OoQIiLlSsBZz])[0-9OoQIiLlSsBZz][0-9OoQIiLlSsBZz\-]{8,14}(?![0-9A-Za-z])"
)
_CHINESE = "[零〇一二三四五六七八九幺两]{7,13}"
_BROKEN = re.compile(f"(?P<sure>{_FOREIGN}|{_MASKED}|{_CHINESE})|(?P<lettered>{_LETTERED})")
_AS_DIGITS = str.maketrans("OoQIiLlSsBZz", "000111155822")
_NOT_A_PHONE_BEFORE = re.compile(
    r"(?:QQ号?|微信号?|wx|vx|订单号?|单号|编号|投标号|项目号|合同号?|税号|账号|工号|预算|价格?|¥|￥)[: ]?$",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(r" ?(?:元|块|万|台|件|个|吨|kg|mm|米|平|套|人|年|月|%)", re.IGNORECASE)
_DATE = re.compile(r"20[0-9]{2}[-.]?(?:0[1-9]|1[0-2])[-.]?(?:[0-2][0-9]|3[01])")


def find_broken(folded: str) -> list[BrokenPhone]:
    """Only to be asked where `find_phones` finds nothing in its place."""
    found = [*_broken_words(folded), *_broken_digits(folded)]
    return sorted(found, key=lambda broken: broken.start)


def _broken_words(folded: str) -> Iterator[BrokenPhone]:
    for found in _BROKEN.finditer(folded):
        if found["sure"]:
            yield BrokenPhone(found.start(), _without_tail(folded, found.start(), found.end()), certain=True)
        elif _looks_lettered(found[0]):
            yield BrokenPhone(found.start(), found.end(), certain=True)


_LONGEST_PHONE = 11


def _without_tail(folded: str, start: int, end: int) -> int:
    """138****2207 300: what follows a whole number's worth of digits and signs is the model."""
    count = 0
    for at in range(start, end):
        if folded[at] in " -" and count >= _LONGEST_PHONE:
            return at
        count += folded[at] not in " -()"
    return start + len(folded[start:end].rstrip(" -"))


def _looks_lettered(word: str) -> bool:
    digits = sum(char.isdigit() for char in word)
    read = word.translate(_AS_DIGITS).replace("-", "")
    return digits >= 7 and digits < len(read) and bool(re.fullmatch(r"1[3-9][0-9]{8,10}|0[1-9][0-9]{8,10}", read))


def _broken_digits(folded: str) -> Iterator[BrokenPhone]:
    groups = _groups(folded)
    at = 0
    while at < len(groups):
        last = _cluster_end(groups, at)
        found = _judge_cluster(folded, groups[at : last + 1])
        if found:
            yield found
        at = last + 1


def _cluster_end(groups: list[_Group], at: int) -> int:
    """Index of the last group that belongs to the number beginning at `at`: hyphens join, spaces only behind a
    mobile's or an area's first digits."""
    first = groups[at].digits
    leads = bool(re.fullmatch(r"1[3-9][0-9]{1,2}|0[0-9]{2,3}|86|0086", first))
    last = at
    digits = len(first)
    while last + 1 < len(groups) and groups[last + 1].gap is not None and last - at < _LONGEST_SHAPE:
        spaced = not (groups[last + 1].gap or "").strip()
        if spaced and not (leads and len(groups[last + 1].digits) >= 3 and digits < 11):
            break
        last += 1
        digits += len(groups[last].digits)
    return last


def _judge_cluster(folded: str, cluster: list[_Group]) -> BrokenPhone | None:
    start, end = cluster[0].start, cluster[-1].end
    digits = "".join(group.digits for group in cluster)
    before = folded[max(0, start - 6) : start]
    if not 7 <= len(digits) <= 16 or _NOT_A_PHONE_BEFORE.search(before) or _UNIT_AFTER.match(folded, end):
        return None
    if (before[-1:].isascii() and before[-1:].isalpha()) or _DATE.fullmatch(folded[start:end]):
        return None
    leads = bool(re.match(r"1[3-9]|0|86", digits))
    return BrokenPhone(start, end, certain=leads or len(cluster) == 1)
