"""What kind of house a name says it is: 机械 of 恒达机械, 医药公司 of 瑞泽医药公司, and what is left of its own."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from nlp.wordlists import Finder, words

_ORGANISATIONS = Finder("organisations")
_PRODUCTS = Finder("products")
_COMPANY_AT_END = re.compile("(?:安装|销售|制造|技术|服务|发展|股份|有限|责任)*公司$")


@cache
def _kinds() -> frozenset[str]:
    return words("organisations") | words("products")


@lru_cache(maxsize=4096)
def kind_of(name: str) -> str:
    """Empty where the name does not say."""
    ends = [len(name)]
    if (company := _COMPANY_AT_END.search(name)) is not None:
        ends.append(company.start())
    known = _kinds()
    for place in range(len(name) - 1, -1, -1):
        if any(name[place:end] in known for end in ends):
            ends.append(place)
    begin = min(ends)
    if company is not None and (begin == company.start() or begin < 2):
        # 交投服务区公司; but 封测厂 and 印刷厂 say nothing of their own.
        begin = company.start()
    return name[begin:]


def own_part(name: str) -> str:
    """恒达 of 恒达机械."""
    return name[: len(name) - len(kind_of(name))]


def is_kind_sure(name: str) -> bool:
    """机械厂 alone says nothing, 阀业 does."""
    kind = kind_of(name)
    return bool(kind) and kind not in _weak_kinds()


@cache
def _weak_kinds() -> frozenset[str]:
    return words("weak_kinds") | words("products")


def kind_at(text: str, place: int) -> str:
    """The longest kind that begins here."""
    found = _ORGANISATIONS.all_at(text, place) or _PRODUCTS.all_at(text, place)
    return found[0] if found else ""
