"""Header words of a list of receivables, which tell it from a statement (P4)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from statements.cells import word


class Column(StrEnum):
    ORDER = "order"
    CUSTOMER = "customer"
    AMOUNT = "amount"
    DUE = "due"
    RECEIVED = "received"
    OPEN = "open"
    """What is still owed, where the list does not say what has come in."""
    CURRENCY = "currency"
    STATUS = "status"
    OTHER_SIDE = "other_side"
    """Words that only a statement has."""


_WORDS: tuple[tuple[Column, str], ...] = (
    (Column.OTHER_SIDE, "(对方|对手|交易对|收/?付|付款人|收款人|借方|贷方).*|.*(流水|借/?贷).*|(账户|本次|当前|联机|可用|交易后)?余额"),
    (Column.ORDER, "(销售|客户|本司|我方|内部|应收)?(订单|单据|合同)(编号|单号|号码?)|(销售|应收|业务)?(单号|编号)|(销售|客户)?订单|order_?(no|number|id)?"),
    (Column.CUSTOMER, "(客户|购货|购买|采购|往来)(单位|方|公司)?(名称|全称|简称)?|(付款|欠款)(单位|方)(名称|全称)?|(单位|公司)名称|[买需]方(名称)?|customer(_?name)?"),
    (Column.RECEIVED, "(已收|已回|已付|已核销|累计收|累计回|回|实收)(款|账|货款)?(金额|额|总额|合计)?|received"),
    (Column.OPEN, "(未收|未回|未付|未核销|待收|尚欠|欠)(款|账|货款)?(金额|额|总额|合计|余额)?|应收余额|open"),
    (Column.AMOUNT, "(订单|合同|应收|销售|货款|含税|开票)?(总)?(金额|总额|额|款|价税合计)(合计)?|应收(账款)?|总价|amount"),
    (Column.DUE, "(应收|应付|约定|付款|收款|回款|账期|款项)?(到期|截止|最后|期限)(日期?|时间)?|(应收|应付|应收款|约定付款|约定收款|预计收款|预计回款)(日期?|时间)"
                 "|(付款|收款|回款)期限|到期|due_?(date|on)?"),
    (Column.CURRENCY, "(币种|币别|货币)(名称)?|currency"),
    (Column.STATUS, "(订单|应收|单据)?状态|state|status"),
)  # fmt: skip
_COMPILED = tuple((column, re.compile(pattern)) for column, pattern in _WORDS)
_BETTER = {Column.ORDER: re.compile("订单"), Column.CUSTOMER: re.compile("全称|名称")}
"""Of two columns of one meaning, the one whose word has this in it: 订单号 before 合同号, 客户全称 before 客户."""
_NEEDED = (Column.ORDER, Column.CUSTOMER, Column.AMOUNT)


@lru_cache(maxsize=1024)
def meaning(text: str) -> Column | None:
    bare = re.sub(r"\([^()]*\)$|/元$", "", text)
    return next((column for column, pattern in _COMPILED if pattern.fullmatch(bare)), None)


def read_receivable_header(cells: Sequence[str]) -> Mapping[Column, int] | None:
    """Where each column stands; None where the row is no header of such a list."""
    found: dict[Column, int] = {}
    for at, cell in enumerate(cells):
        column = meaning(word(cell))
        if column is not None and (column not in found or _is_better(column, cell, cells[found[column]])):
            found[column] = at
    if Column.OTHER_SIDE in found and not (Column.OPEN in found or Column.DUE in found):
        return None
    return found if all(column in found for column in _NEEDED) else None


def _is_better(column: Column, cell: str, before: str) -> bool:
    wanted = _BETTER.get(column)
    return wanted is not None and bool(wanted.search(cell)) and not wanted.search(before)
