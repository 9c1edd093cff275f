"""Header words → what each column means (P1). The file's name says nothing; the words above the columns say it all.

Banks rename and reorder columns from year to year, so a column is known by its own word and not by the layout that it
stands in; the layout's name is found last, from the words that only that bank uses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import zip_longest

from statements.cells import word
from statements.receivable_columns import read_receivable_header
from statements.units import NO_UNIT, Unit, unit_of_words


class Column(StrEnum):
    TIME = "time"
    """A day, a clock or both; several columns may share it."""
    MONEY_IN = "in"
    MONEY_OUT = "out"
    AMOUNT = "amount"
    """One column for both directions: signed, or with DIRECTION beside it."""
    REFUNDED = "refunded"
    DIRECTION = "direction"
    PAYER = "payer"
    PAYER_ACCOUNT = "payer_account"
    FROM_NAME = "from_name"
    FROM_ACCOUNT = "from_account"
    TO_NAME = "to_name"
    TO_ACCOUNT = "to_account"
    REMARK = "remark"
    KIND = "kind"
    SERIAL = "serial"
    CHECKOUT = "checkout"
    CURRENCY = "currency"
    ACCOUNT = "account"
    HOLDER = "holder"
    REVERSAL = "reversal"
    STATUS = "status"
    NONE = "none"
    """Known, and of no use here."""


_C = Column
_OTHER_SIDE = r"(对方|对手方?|交易对手|交易对方|收/?付款?[人方]?|收\(付\)款?[人方]|往来|对方客户|对方单位)"
_WORDS: tuple[tuple[Column, str], ...] = (
    (_C.REVERSAL, "(冲[帐账正销]|抹账|红蓝字|红字)(标[志识记])?|是否(冲[帐账正销]|抹账|红字)|红蓝字"),
    (_C.SERIAL, "柜员(交易|流水)号"),
    (_C.NONE, ".*(余额|结余|开户|行号|行名|网点|地址|手续费|费率|起息|汇率|凭证种类|凭证类型|省市|柜员|回单|附件|操作员|申请人|分行|打印)"
              ".*|序号|凭证号码?|票据号.*|行别|子公司.*|母.*公司.*|门店.*|名义.*"),
    (_C.CHECKOUT, "(商户|商家)(网站)?(订单号|单号|订单编号)"),
    (_C.REFUNDED, "退款金额|申请退款金额.*"),
    (_C.MONEY_IN, r"(贷方|贷记|收入|转入|存入|入账|进账|来账|收款|收方)(发生)?(金额|发生额|额)?(/?元)?(\(.*\))*|入金(金额)?|贷"),
    (_C.MONEY_OUT, r"(借方|借记|支出|转出|支取|出账|往账|付款|付方)(发生)?(金额|发生额|额)?(/?元)?(\(.*\))*|出金(金额)?|借"),
    (_C.AMOUNT, r"(收支|交易|发生|变动|实收|应结订单|订单|记账|本次|入账|到账|清算|结算)?(总)?(发生)?(金额|发生额|额)(/?元)?(\(.*\))*|总金额|交易额"),
    (_C.DIRECTION, r"借/?贷(标[志识记]|方向|类型|别|项)?|收/?[支付](标[志识记]|方向|类型|款)?|(交易|资金|收支|记账)方向|资金流向|借贷|收支类型|dc(标志)?"),
    (_C.FROM_NAME, "(付款|汇款)(人|方|单位)?([账帐]户)?(名称|名|户名|全称|姓名)?|付方(名称|户名)"),
    (_C.TO_NAME, "收款(人|方|单位)?([账帐]户)?(名称|名|户名|全称|姓名)?|收方(名称|户名)"),
    (_C.FROM_ACCOUNT, "(付款|汇款)(人|方|单位)?[账帐]号|付方[账帐]号"),
    (_C.TO_ACCOUNT, "收款(人|方|单位)?[账帐]号|收方[账帐]号"),
    (_C.PAYER_ACCOUNT, rf"{_OTHER_SIDE}([账帐][号户]|卡号)|(用户|买家)(标识|账号|id)"),
    (_C.PAYER, rf"{_OTHER_SIDE}(户名|名称?|姓名|单位|单位名称?|([账帐][号户])?名称?|公司名称?|企业名称)?|往来户名"),
    (_C.SERIAL, ".*(流水号?|流水单号|日志号|交易号|业务单号|业务编号|参考号|微信(支付)?订单号|交易编号|退款单号|唯一(编号|标识)|受理编号|交易序号|交易单号|交易订单号)"),
    (_C.CURRENCY, "(交易|账户)?(币种|货币|货币种类|币别)(名称)?"),
    (_C.TIME, "(交易|发生|记账|入账|创建|完成|付款|支付|到账|资金到账|清算|会计|业务|过账|账务|处理)?(日期?|时间戳?|日期时间)(/?时间)?"),
    (_C.ACCOUNT, "(本方|查询|我方|交易)?[账帐]号|(本方|我方)[账帐]户"),
    (_C.HOLDER, "(本方|我方)?([账帐][号户]名称|户名)|本方(单位)?名称?|本方户名|公司名称"),
    (_C.STATUS, "(交易|当前|订单|退款|支付)?状态"),
    (_C.KIND, "(交易|业务|账务|资金)(类型|类别|方式|名称|种类|渠道|代码)|类型|渠道|业务(摘要)?类型|交易地点|交易场所"),
    (_C.REMARK, ".*(摘要|附言|用途|备注|留言|说明|商品|款项|事由|附加(信息|数据)|个性化信息|业务凭证号|描述|数据包|标题|外部订单号).*"),
)  # fmt: skip
_COMPILED = tuple((column, re.compile(pattern)) for column, pattern in _WORDS)

_SERIAL_FIRST = (
    "账务流水号", "支付宝流水号", "账户明细编号-交易流水号", "资金流水单号", "交易流水号", "流水号", "交易日志号", "日志号",
    "核心流水号", "会计流水号", "业务流水号",
)  # fmt: skip
"""A row's own number first; the number of the trade, which its fee and its refund share, stands behind."""
_TIME_FIRST = ("交易时间", "交易时间戳", "发生时间", "入账时间", "记账时间", "交易日期", "交易日", "记账日期", "记账日")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A layout that the settings describe: which header text stands for which meaning."""

    name: str
    columns: Mapping[Column, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Header:
    """Which columns hold what, by position; several columns of one meaning stand in order of trust."""

    layout: str
    texts: tuple[str, ...]
    places: Mapping[Column, tuple[int, ...]] = field(default_factory=dict)
    unit: Unit = NO_UNIT

    def first(self, column: Column) -> int | None:
        places = self.places.get(column, ())
        return places[0] if places else None

    @property
    def is_usable(self) -> bool:
        has_amount = any(column in self.places for column in (_C.MONEY_IN, _C.MONEY_OUT, _C.AMOUNT))
        return _C.TIME in self.places and has_amount

    @property
    def known(self) -> int:
        return sum(len(places) for column, places in self.places.items() if column is not _C.NONE)

    @property
    def out_is_negative(self) -> bool:
        """支出金额（-元）: the column's own sign is part of the layout, not a reversal."""
        return any("-" in self.texts[at] for at in self.places.get(_C.MONEY_OUT, ())) or self.layout in (
            "boc",
            "alipay",
        )


_SIGNS: tuple[tuple[str, frozenset[str]], ...] = (
    ("wechat", frozenset({"微信支付业务单号", "资金流水单号"})),
    ("wechat", frozenset({"微信订单号", "商户订单号"})),
    ("wechat", frozenset({"微信支付订单号", "商户订单号"})),
    ("alipay", frozenset({"账务流水号", "商户订单号"})),
    ("alipay", frozenset({"支付宝交易号", "商户订单号"})),
    ("alipay", frozenset({"账务流水号", "业务流水号"})),
    ("boc", frozenset({"付款人名称", "收款人名称", "交易附言"})),
    ("boc", frozenset({"付款人名称", "收款人名称", "交易货币"})),
    ("ccb", frozenset({"账户明细编号-交易流水号"})),
    ("ccb", frozenset({"对方开户机构", "借方发生额", "贷方发生额"})),
    ("cmb", frozenset({"收(付)方名称"})),
    ("cmb", frozenset({"收/付方名称"})),
    ("cmb", frozenset({"收付方名称"})),
    ("icbc", frozenset({"对方单位名称", "借/贷"})),
    ("icbc", frozenset({"对方单位名称", "个性化信息"})),
    ("icbc", frozenset({"对方单位", "转入金额", "转出金额"})),
    ("abc", frozenset({"收入金额", "支出金额", "交易行名"})),
    ("abc", frozenset({"收入金额", "支出金额", "账户余额", "交易用途"})),
    ("abc", frozenset({"收入金额", "支出金额", "本次余额"})),
    ("abc", frozenset({"收入金额", "支出金额", "账户余额", "对方户名"})),
    ("bocom", frozenset({"借贷标志", "发生额"})),
    ("bocom", frozenset({"借贷标志", "交易金额", "对方户名"})),
    ("bocom", frozenset({"交易地点", "借方发生额", "贷方发生额"})),
    ("bocom", frozenset({"记账日期", "会计流水号"})),
)  # fmt: skip
OTHER = "other"
_FEWEST_KNOWN = 4


@lru_cache(maxsize=1024)
def meaning(text: str) -> Column | None:
    if not text or len(text) > 40:
        return None
    bare = re.sub(r"\((单位:?)?[a-z]*元?\)$", "", text)
    for column, pattern in _COMPILED:
        if pattern.fullmatch(bare) or pattern.fullmatch(text):
            return column
    return None


def read_header(cells: Sequence[str], mappings: Sequence[ColumnMapping] = ()) -> Header | None:
    """None where the row is no header: a statement's has a time, an amount and two more words that are known."""
    texts = tuple(word(cell) for cell in cells)
    for mapping in mappings:
        if (mapped := _mapped(texts, mapping)) is not None:
            return mapped
    if read_receivable_header(cells) is not None:
        return None
    found: dict[Column, list[int]] = {}
    for at, text in enumerate(texts):
        if (column := meaning(text)) is not None:
            found.setdefault(column, []).append(at)
    for column, order in ((_C.SERIAL, _SERIAL_FIRST), (_C.TIME, _TIME_FIRST)):
        if column in found:
            found[column].sort(key=lambda at, order=order: _rank(texts[at], order))  # type: ignore[misc]
    places = {column: tuple(places) for column, places in _settled(found, texts).items()}
    header = Header(_layout_of(texts), texts, places, _unit(texts, places))
    return header if header.is_usable and header.known >= _FEWEST_KNOWN else None


def read_header_of_two(
    upper: Sequence[str], lower: Sequence[str], mappings: Sequence[ColumnMapping] = ()
) -> Header | None:
    """发生额 over 借方 and 贷方, 对方 over 户名 and 账号: cells of the upper line reach over the empty ones behind them."""
    if any(char.isdigit() for cell in lower for char in cell):
        return None
    over, joined = "", []
    for above, below in zip_longest(map(word, upper), map(word, lower), fillvalue=""):
        over = above or (over if below else "")
        joined.append(_joined(over, below) if below else above)
    return read_header(joined, mappings)


def _joined(over: str, below: str) -> str:
    whole = (over + below, over[:2] + below)
    return next((text for text in whole if over and meaning(text) is not None), below)


def _unit(texts: Sequence[str], places: Mapping[Column, Sequence[int]]) -> Unit:
    amounts = (_C.MONEY_IN, _C.MONEY_OUT, _C.AMOUNT)
    return unit_of_words(texts[at] for column in amounts for at in places.get(column, ()))


def _rank(text: str, order: Sequence[str]) -> int:
    return order.index(text) if text in order else len(order) + ("流水" not in text)


def _settled(found: dict[Column, list[int]], texts: Sequence[str]) -> dict[Column, list[int]]:
    """Words that mean something else in company: a lone 付款人 is the payer, a lone 户名 beside no payer too."""
    if _C.PAYER not in found and _C.TO_NAME not in found and _C.FROM_NAME in found:
        found[_C.PAYER] = found.pop(_C.FROM_NAME)
        if _C.FROM_ACCOUNT in found:
            found[_C.PAYER_ACCOUNT] = found.pop(_C.FROM_ACCOUNT)
    if _C.AMOUNT in found:
        # WeChat Pay's bill: what comes in is the settled amount, the order's own comes second.
        found[_C.AMOUNT].sort(key=lambda at: not texts[at].startswith(("应结", "发生", "收支", "交易")))
    return found


def _layout_of(texts: Sequence[str]) -> str:
    """The bare words count: 借方发生额/元(支取) is 借方发生额 for this purpose."""
    have = {form for text in texts for form in (text, re.split(r"/元|\(", text)[0])}
    return next((layout for layout, signs in _SIGNS if signs <= have), OTHER)


def _mapped(texts: Sequence[str], mapping: ColumnMapping) -> Header | None:
    wanted = {column: [word(name) for name in names] for column, names in mapping.columns.items()}
    if not all(any(name in texts for name in names) for names in wanted.values()):
        return None
    places = {column: tuple(texts.index(name) for name in names if name in texts) for column, names in wanted.items()}
    header = Header(mapping.name, tuple(texts), places, _unit(texts, places))
    return header if header.is_usable else None
