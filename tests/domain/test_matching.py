"""What makes a match certain, and everything that makes it doubtful (P2). Each case is one rule."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.matching import match
from domain.payments import BankTransaction, BookedPayment, Decision, MatchClass, Nature, Reason, Receivable
from nlp.payment_words import PAYMENT_WORDS

CERTAIN, DOUBTFUL, NONE, IGNORED, DUPLICATE = (
    MatchClass.CERTAIN,
    MatchClass.NEEDS_CONFIRMATION,
    MatchClass.UNMATCHED,
    MatchClass.IGNORED,
    MatchClass.DUPLICATE,
)
START = datetime.fromisoformat("2026-11-02T09:00:00+08:00")
TANGXI, HUANYU = "南京棠溪电子有限公司", "宁波寰屿塑业有限公司"


def order(number: str, customer: str, yuan: str, **more: object) -> Receivable:
    more.setdefault("due_date", date(2026, 11, 30))
    return Receivable(number, customer, fen(yuan), **more)  # type: ignore[arg-type]


def fen(yuan: str) -> int:
    whole, _, rest = yuan.partition(".")
    return int(whole) * 100 + int((rest + "00")[:2])


def paid(payer: str, yuan: str, remark: str = "货款", *, serial: str = "S1", **more: object) -> BankTransaction:
    more.setdefault("paid_at", START)
    more.setdefault("holder", "苏州砺澜智能装备有限公司")
    sign = -1 if yuan.startswith("-") else 1
    amount = sign * fen(yuan.lstrip("-"))
    return BankTransaction(serial=serial, amount=amount, payer=payer, remark=remark, **more)  # type: ignore[arg-type]


def judge(receivables: list[Receivable], *transactions: BankTransaction) -> list[Decision]:
    return match(transactions, receivables, words=PAYMENT_WORDS)


def booked(decision: Decision) -> dict[str, int]:
    return {one.order_no: one.amount // 100 for one in decision.matches}


OPEN = [
    order("XS2610-0101", TANGXI, "64000"),
    order("XS2610-0102", HUANYU, "35200"),
    order("XS2610-0103", HUANYU, "29600"),
    order("XS2610-0104", HUANYU, "18700"),
    order("XS2610-0105", "沪铎机电设备（苏州）有限公司", "75000"),
    order("XS2610-0106", "沪铎机电设备（无锡）有限公司", "75000"),
    order("XS2610-0107", "岭桦木业（牡丹江）有限公司", "20500"),
    order("XS2610-0108", "岭桦木业（牡丹江）有限公司", "21000"),
    order("XS2610-0109", "泉州柏潮鞋材有限公司", "44000"),
    order("XS2610-0110", "泉州柏潮鞋材有限公司", "44000"),
    order("XS2610-0111", "徐州沐垚工程机械租赁有限公司", "88000", known_payers=("沐垚设备租赁服务部", "郎媛")),
    order("XS2610-0112", "青岛澜汐海洋科技有限公司", "33300"),
    order("XS2610-0113", "青岛澜汐海洋装备有限公司", "58800"),
    order("XS2610-0114", "镇江润砧工具有限公司", "22000"),
    order("XS2610-0115", "常州铎远机电有限公司", "36800"),
    order("XS2610-0116", "王思远", "980"),
    order("XS2610-0117", "嘉兴沛禾纺织有限责任公司", "57360.50"),
    order("XS2610-0118", "丽水括岚竹木制品有限公司", "5400"),
    order("XS2610-0119", "呼和浩特青垣乳业有限公司", "80000"),
    order("XS2610-0120", "呼和浩特青垣乳业有限公司", "120000"),
    order("XS2608-0099", "台州椒屿模具有限公司", "7000", received=700000),
    order("XS2610-0121", "成都栎原餐饮管理有限公司锦江分公司", "28500"),
]
EVERYTHING = (
    # The payer is the customer and the number is given.
    ("the number, the name and the amount agree", TANGXI, "64000", "XS2610-0101尾款", CERTAIN, {"XS2610-0101": 64000}),
    ("a part payment with its number is certain", TANGXI, "30000", "XS2610-0101定金", CERTAIN, {"XS2610-0101": 30000}),
    ("small letters", TANGXI, "64000", "xs2610-0101", CERTAIN, {"XS2610-0101": 64000}),
    ("full width", TANGXI, "64000", "付ＸＳ２６１０－０１０１设备款", CERTAIN, {"XS2610-0101": 64000}),
    ("no hyphen", TANGXI, "30000", "XS26100101", CERTAIN, {"XS2610-0101": 30000}),
    ("a long dash", TANGXI, "30000", "XS2610—0101", CERTAIN, {"XS2610-0101": 30000}),
    ("a missing XS", TANGXI, "30000", "2610-0101货款", CERTAIN, {"XS2610-0101": 30000}),
    ("a missing XS and no hyphen", TANGXI, "30000", "货款26100101", CERTAIN, {"XS2610-0101": 30000}),
    ("blanks inside the number", TANGXI, "30000", "XS 2610 - 01 01", CERTAIN, {"XS2610-0101": 30000}),
    ("digits glued behind XS and eight digits", TANGXI, "30000", "XS2610010120261102", CERTAIN, {"XS2610-0101": 30000}),
    ("the same number twice is one order", TANGXI, "30000", "XS2610-0101 XS26100101", CERTAIN, {"XS2610-0101": 30000}),
    ("an order number settles a cut-off name", "沪铎机电设备（", "75000", "XS2610-0106", CERTAIN, {"XS2610-0106": 75000}),
    # Several numbers.
    ("two numbers and their sum", HUANYU, "64800", "XS2610-0102 XS2610-0103", CERTAIN, {"XS2610-0102": 35200, "XS2610-0103": 29600}),
    ("a list that repeats the last digits only", HUANYU, "64800", "XS2610-0102/0103货款", CERTAIN, {"XS2610-0102": 35200, "XS2610-0103": 29600}),
    ("a list of three", HUANYU, "83500", "XS2610-0102、0103和0104", CERTAIN, {"XS2610-0102": 35200, "XS2610-0103": 29600, "XS2610-0104": 18700}),
    ("a list without XS", HUANYU, "64800", "2610-0102/0103", CERTAIN, {"XS2610-0102": 35200, "XS2610-0103": 29600}),
    ("a list of last digits only", HUANYU, "64800", "0102/0103货款", CERTAIN, {"XS2610-0102": 35200, "XS2610-0103": 29600}),
    ("several named but short paid: the last one bears the gap", HUANYU, "60000", "XS2610-0102/0103", DOUBTFUL, {"XS2610-0102": 35200, "XS2610-0103": 24800}),
    ("the last one named, not the last one due", HUANYU, "60000", "XS2610-0103/0102", DOUBTFUL, {"XS2610-0103": 29600, "XS2610-0102": 30400}),
    ("several named and too much", HUANYU, "65000", "XS2610-0102/0103", DOUBTFUL, {"XS2610-0102": 35200, "XS2610-0103": 29600}),
    # The amount says which order.
    ("exactly one of the customer's orders", HUANYU, "29600", "货款", CERTAIN, {"XS2610-0103": 29600}),
    ("exactly all of them", HUANYU, "83500", "", CERTAIN, {"XS2610-0102": 35200, "XS2610-0103": 29600, "XS2610-0104": 18700}),
    ("some of them only", HUANYU, "64800", "货款", DOUBTFUL, {"XS2610-0102": 35200, "XS2610-0103": 29600}),
    ("two equal orders are a tie", "泉州柏潮鞋材有限公司", "44000", "货款", DOUBTFUL, {}),
    ("two equal orders are all of them together", "泉州柏潮鞋材有限公司", "88000", "货款", CERTAIN, {"XS2610-0109": 44000, "XS2610-0110": 44000}),
    ("a number settles two equal orders", "泉州柏潮鞋材有限公司", "44000", "XS2610-0110", CERTAIN, {"XS2610-0110": 44000}),
    ("a part payment without a number", TANGXI, "50000", "货款", DOUBTFUL, {"XS2610-0101": 50000}),
    ("a little less without a number", "青岛澜汐海洋科技有限公司", "33000", "货款", DOUBTFUL, {"XS2610-0112": 33000}),
    ("more than is open without a number", TANGXI, "64400", "货款", DOUBTFUL, {"XS2610-0101": 64000}),
    ("more than is open with its number", TANGXI, "66000", "XS2610-0101", DOUBTFUL, {"XS2610-0101": 64000}),
    ("several orders and none of them fits", "呼和浩特青垣乳业有限公司", "50000", "货款", DOUBTFUL, {}),
    ("eight digits inside a longer number are no order number", TANGXI, "64000", "发票2610010388123货款", CERTAIN, {"XS2610-0101": 64000}),
    ("a day is no order number", TANGXI, "64000", "20261102货款", CERTAIN, {"XS2610-0101": 64000}),
    ("a contract number is no order number", TANGXI, "64000", "合同LS-HT-2026-031", CERTAIN, {"XS2610-0101": 64000}),
    ("a contract number with a part payment", TANGXI, "14000", "LS-HT-2026-031二期款", DOUBTFUL, {"XS2610-0101": 14000}),
    # The payer's name.
    ("brackets of another width", "岭桦木业(牡丹江)有限公司", "20500", "货款", CERTAIN, {"XS2610-0107": 20500}),
    ("square brackets", "岭桦木业【牡丹江】有限公司", "20500", "货款", CERTAIN, {"XS2610-0107": 20500}),
    ("blanks behind and inside the name", "南京 棠溪电子有限公司   ", "64000", "", CERTAIN, {"XS2610-0101": 64000}),
    ("a confirmed payer", "沐垚设备租赁服务部", "88000", "挖机款", CERTAIN, {"XS2610-0111": 88000}),
    ("a confirmed person", "郎媛", "88000", "", CERTAIN, {"XS2610-0111": 88000}),
    ("a confirmed payer's part payment", "郎媛", "8000", "", DOUBTFUL, {"XS2610-0111": 8000}),
    ("a name cut off that fits one customer", "宁波寰屿塑业有", "29600", "货款", CERTAIN, {"XS2610-0103": 29600}),
    ("a short form from the start", "嘉兴沛禾纺织", "57360.50", "面料设备款", CERTAIN, {"XS2610-0117": 57360}),
    ("five characters are too few", "嘉兴沛禾纺", "57360.50", "", DOUBTFUL, {"XS2610-0117": 57360}),
    ("a short form from the middle", "沛禾纺织有限责任公司", "57360.50", "", DOUBTFUL, {"XS2610-0117": 57360}),
    ("a cut-off that fits two with equal amounts", "沪铎机电设备（", "75000", "设备款", DOUBTFUL, {}),
    ("a cut-off that fits two, the amount only one", "青岛澜汐海洋", "58800", "设备款", DOUBTFUL, {"XS2610-0113": 58800}),
    ("a whole name is no cut-off of a branch's", "成都栎原餐饮管理有限公司", "28500", "", DOUBTFUL, {"XS2610-0121": 28500}),
    ("one character off", "镇江润钻工具有限公司", "22000", "货款", DOUBTFUL, {"XS2610-0114": 22000}),
    ("one character off with the number", "镇江润钻工具有限公司", "22000", "XS2610-0114", DOUBTFUL, {"XS2610-0114": 22000}),
    ("another company form", "嘉兴沛禾纺织有限公司", "57360.50", "货款", DOUBTFUL, {"XS2610-0117": 57360}),
    ("a factory for a limited company", "丽水括岚竹木制品厂", "5400", "货款", DOUBTFUL, {"XS2610-0118": 5400}),
    ("an added sole trader", "王思远（个体工商户）", "980", "", DOUBTFUL, {"XS2610-0116": 980}),
    ("a sole trader behind a company's name", "丽水括岚竹木制品（个体工商户）", "5400", "XS2610-0118", DOUBTFUL, {"XS2610-0118": 5400}),
    ("a branch", "南京棠溪电子有限公司江宁分公司", "64000", "货款", DOUBTFUL, {"XS2610-0101": 64000}),
    ("an affiliate with the number", "南京棠溪控股有限公司", "64000", "XS2610-0101", DOUBTFUL, {"XS2610-0101": 64000}),
    ("an affiliate without the number", "南京棠溪控股有限公司", "10000", "货款", DOUBTFUL, {"XS2610-0101": 10000}),
    ("a person with the number", "周铎", "64000", "XS2610-0101", DOUBTFUL, {"XS2610-0101": 64000}),
    ("a person who mentions the customer", "周铎", "36800", "铎远机电货款", DOUBTFUL, {"XS2610-0115": 36800}),
    ("a person and only the amount", "沈曼", "36800", "", DOUBTFUL, {"XS2610-0115": 36800}),
    ("only the amount, which two orders have", "沈曼", "44000", "", DOUBTFUL, {}),
    ("a masked name is nobody's", "*思远", "980", "", DOUBTFUL, {"XS2610-0116": 980}),
    ("cash with the customer in the remark", "", "36800", "现金存入 常州铎远", DOUBTFUL, {"XS2610-0115": 36800}),
    ("a payment platform with the number", "网上支付平台待清算款项", "10000", "寰屿塑业XS2610-0104", DOUBTFUL, {"XS2610-0104": 10000}),
    # Numbers that contradict.
    ("a number that does not exist, name and amount fit", TANGXI, "64000", "XS2610-0199", DOUBTFUL, {"XS2610-0101": 64000}),
    ("a number that does not exist without XS", TANGXI, "64000", "2610-0199货款", DOUBTFUL, {"XS2610-0101": 64000}),
    ("a number with a digit missing", TANGXI, "64000", "XS2610-010", DOUBTFUL, {"XS2610-0101": 64000}),
    ("another customer's number", TANGXI, "64000", "XS2610-0102", DOUBTFUL, {}),
    ("an own and another customer's number", TANGXI, "99200", "XS2610-0101 XS2610-0102", DOUBTFUL, {}),
    ("an own number and one that does not exist", TANGXI, "64000", "XS2610-0101/0199", DOUBTFUL, {"XS2610-0101": 64000}),
    ("an order that was paid before", "台州椒屿模具有限公司", "7000", "XS2608-0099", DOUBTFUL, {}),
    ("a stranger names an order that was paid before", "周铎", "7000", "XS2608-0099", DOUBTFUL, {}),
    # Nothing fits.
    ("a stranger", "义乌蓝棹进出口有限公司", "18000", "样机款", NONE, {}),
    ("a stranger with a number that does not exist", "保定莲砚电气有限公司", "61000", "XS2610-0188", NONE, {}),
    ("a customer with nothing open", "台州椒屿模具有限公司", "3000", "定金", NONE, {}),
    ("a name like a customer's that has nothing open", "台州椒屿客栈", "3000", "定金", NONE, {}),
    ("a card terminal's settlement", "银联商务股份有限公司", "64000", "POS结算 1102", NONE, {}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("payer", "yuan", "remark", "expected", "orders"),
    [case[1:] for case in EVERYTHING],
    ids=[case[0] for case in EVERYTHING],
)
def test_one_payment(payer: str, yuan: str, remark: str, expected: MatchClass, orders: dict[str, int]) -> None:
    (decision,) = judge(OPEN, paid(payer, yuan, remark))
    assert (decision.match_class, booked(decision)) == (expected, orders), decision.reason


IGNORABLE = (
    ("outgoing", paid("昆山砾原钢材贸易有限公司", "-86400", "钢材款")),
    ("a refund to a customer", paid(TANGXI, "-5000", "XS2610-0101退货款")),
    ("an own transfer", paid("苏州砺澜智能装备有限公司", "200000", "资金调拨")),
    ("an own transfer in other brackets and blanks", paid("苏州砺澜智能装备 有限公司", "64000", "")),
    ("a withdrawal from Alipay", paid("支付宝备付金提现", "64000", "提现 苏州砺澜智能装备有限公司")),
    ("interest", paid("", "2186.75", "", kind="结息")),
    ("interest on a deposit", paid("", "2186.75", "通知存款利息")),
    ("returned wages", paid("代发工资过渡户", "4812", "代发失败退回")),
    ("wages that did not reach a person", paid("韦小棠", "7920.50", "工资退汇 账号户名不符")),
    ("a supplier's refund", paid("昆山砾原钢材贸易有限公司", "9600", "退多付货款")),
    ("a supplier's refund of the amount of an open order", paid("昆山砾原钢材贸易有限公司", "64000", "退货款")),
    ("a returned loan", paid("太仓澜铸机械配件有限公司", "120000", "归还借款")),
    ("a deposit that a customer returns", paid(TANGXI, "64000", "退投标保证金")),
    ("a deposit, the word behind", paid("锡北柏筑招标代理有限公司", "15000", "投标保证金退还")),
    ("petty cash", paid("郑可", "3000", "退还备用金")),
    ("an account test", paid("蓝棹电子认证服务有限公司", "0.01", "账户验证")),
    ("an account test without words", paid("蓝棹电子认证服务有限公司", "0.37", "")),
    ("a tax refund", paid("国家金库苏州市中心支库", "41207.33", "增值税留抵退税")),
    ("a loan paid out", paid("", "500000", "流动资金贷款发放")),
    ("wages that did not arrive", paid("代付工资户", "6433.20", "代付退回 代付失败退回", kind="网上银行")),
    ("the yield of a money fund", paid("余额宝", "12.08", "余额宝收益发放")),
    ("a reversal marked by the bank", paid(TANGXI, "64000", "XS2610-0101", is_reversal=True)),
    ("a reversal in words", paid(TANGXI, "64000", "冲正")),
    ("a negative amount in the credit column", paid(TANGXI, "-64000", "XS2610-0101", is_reversal=True)),
    ("a fee that comes back", paid("支付宝", "7.20", "退回服务费", kind="收费")),
    (
        "a fee that comes back for an order of our checkout",
        paid("支付宝", "7.20", "服务费退回", kind="退费", checkout_no="XS2610-0116"),
    ),
    ("nothing at all", paid(TANGXI, "0", "")),
)


@pytest.mark.parametrize("transaction", [case[1] for case in IGNORABLE], ids=[case[0] for case in IGNORABLE])
def test_what_is_no_customers_payment_is_ignored(transaction: BankTransaction) -> None:
    (decision,) = judge(OPEN, transaction)
    assert decision.match_class is IGNORED, decision.reason


@pytest.mark.parametrize(
    "remark",
    ["退火炉尾款", "XS2610-0101质保金", "测试仪器款", "利息检测仪款", "货款及逾期利息", "放款机款", "基金会项目设备款"],
)
def test_words_of_an_order_that_look_like_an_ignorable_ones_take_no_customer_away(remark: str) -> None:
    (decision,) = judge(OPEN, paid(TANGXI, "64000", remark))
    assert decision.match_class in (CERTAIN, DOUBTFUL), decision.reason


def test_words_of_a_refund_beside_an_order_number_are_for_finance_to_judge() -> None:
    (decision,) = judge(OPEN, paid(TANGXI, "64000", "XS2610-0101退质保金"))
    assert (decision.match_class, decision.reason) == (DOUBTFUL, Reason.CONTRADICTING_WORDS)


def test_what_is_too_much_for_the_order_that_is_named_may_be_for_another_of_the_customers() -> None:
    (decision,) = judge(OPEN, paid(HUANYU, "64800", "XS2610-0102"))
    assert (decision.match_class, decision.reason) == (DOUBTFUL, Reason.OVERPAID)
    assert decision.candidates == ("XS2610-0102", "XS2610-0103", "XS2610-0104")


def test_a_customer_is_known_without_a_county_that_we_do_not_know() -> None:
    county = order("XS2610-0301", "开化砚根雕刻工坊", "2980")
    (decision,) = judge([county], paid("", "2900", "二维码收款 付款备注：砚根雕刻工坊"))
    assert (decision.match_class, decision.reason) == (DOUBTFUL, Reason.CUSTOMER_IN_REMARK)
    (decision,) = judge([county], paid("", "2900", "二维码收款 付款备注：雕刻"))
    assert decision.match_class is NONE


def test_a_reversal_in_words_that_goes_out_is_known_as_one() -> None:
    """Not only as money that went out: what it takes back has to be looked at."""
    (decision,) = judge(OPEN, paid(TANGXI, "-64000", "冲正"))
    assert decision.facts == {"nature": Nature.REVERSAL}


# Our own checkout


@pytest.mark.parametrize(
    ("yuan", "expected", "orders"),
    [
        ("980", CERTAIN, {"XS2610-0116": 980}),
        ("900", CERTAIN, {"XS2610-0116": 900}),
        ("1000", DOUBTFUL, {"XS2610-0116": 980}),
    ],
)
def test_a_number_from_our_own_checkout_is_certain_whoever_paid_up_to_what_is_open(
    yuan: str, expected: MatchClass, orders: dict[str, int]
) -> None:
    (decision,) = judge(OPEN, paid("陈*", yuan, "直饮水机", checkout_no="XS2610-0116"))
    assert (decision.match_class, booked(decision)) == (expected, orders)


def test_the_same_order_paid_twice_at_the_checkout_is_doubtful_the_second_time() -> None:
    first, second = judge(
        OPEN,
        paid("陈*", "980", "", checkout_no="XS2610-0116", serial="A"),
        paid("陈*", "980", "", checkout_no="XS2610-0116", serial="B", paid_at=START + timedelta(minutes=2)),
    )
    assert (first.match_class, second.match_class) == (CERTAIN, DOUBTFUL)
    assert (second.reason, second.matches, second.candidates) == (Reason.PAID_TWICE, (), ("XS2610-0116",))
    assert second.unallocated == 98000


# Serials, time and what was booked before


def test_a_serial_that_stands_in_the_payments_is_a_duplicate_even_if_its_amount_is_what_is_open() -> None:
    known = order("XS2610-0206", TANGXI, "8640", received=432000, payments=(BookedPayment("S1", 432000),))
    (decision,) = judge([known], paid(TANGXI, "4320", "XS2610-0206"))
    assert decision.match_class is DUPLICATE


def test_rows_with_different_serials_are_never_duplicates() -> None:
    decisions = judge(
        [order("XS2610-0125", TANGXI, "128000")],
        paid(TANGXI, "30000", "XS2610-0125部分货款", serial="A"),
        paid(TANGXI, "30000", "XS2610-0125部分货款", serial="B"),
        paid(TANGXI, "68000", "货款", serial="C", paid_at=START + timedelta(days=10)),
    )
    assert [booked(one) for one in decisions] == [{"XS2610-0125": 30000}] * 2 + [{"XS2610-0125": 68000}]
    assert {one.match_class for one in decisions} == {CERTAIN}


def test_the_same_row_twice_counts_once() -> None:
    first, second = judge(OPEN, paid(TANGXI, "64000"), paid(TANGXI, "64000"))
    assert (first.match_class, second.match_class) == (CERTAIN, DUPLICATE)


def test_rows_are_judged_in_the_order_of_time_whatever_their_order_in_the_file() -> None:
    late = paid(TANGXI, "34000", "货款", serial="late", paid_at=START + timedelta(days=3))
    early = paid(TANGXI, "30000", "XS2610-0101", serial="early")
    decisions = {one.transaction.serial: one for one in judge(OPEN, late, early)}
    assert {one.match_class for one in decisions.values()} == {CERTAIN}
    assert booked(decisions["late"]) == {"XS2610-0101": 34000}


def test_a_doubtful_payment_is_not_booked_so_a_later_one_finds_the_order_open() -> None:
    doubtful, certain = judge(
        OPEN,
        paid("周铎", "64000", "XS2610-0101", serial="A"),
        paid(TANGXI, "64000", "XS2610-0101", serial="B", paid_at=START + timedelta(days=1)),
    )
    assert (doubtful.match_class, certain.match_class) == (DOUBTFUL, CERTAIN)


def test_the_same_amount_again_from_a_customer_without_open_orders_is_an_order_paid_twice() -> None:
    first, second = judge(OPEN, paid(TANGXI, "64000", serial="A"), paid(TANGXI, "64000", serial="B"))
    assert first.match_class is CERTAIN
    assert (second.match_class, second.reason, second.candidates) == (DOUBTFUL, Reason.PAID_TWICE, ("XS2610-0101",))


def test_a_payer_confirmed_for_two_customers_decides_nothing_where_both_fit() -> None:
    both = [
        order("XS2610-0001", TANGXI, "5000", known_payers=("郎媛",)),
        order("XS2610-0002", HUANYU, "5000", known_payers=("郎媛",)),
        order("XS2610-0003", HUANYU, "7000", known_payers=("郎媛",)),
    ]
    tie, by_number = judge(both, paid("郎媛", "5000", serial="A"), paid("郎媛", "5000", "XS2610-0002", serial="B"))
    assert (tie.match_class, tie.matches) == (DOUBTFUL, ())
    assert {"XS2610-0001", "XS2610-0002"} <= set(tie.candidates)
    assert (by_number.match_class, booked(by_number)) == (CERTAIN, {"XS2610-0002": 5000})


def test_money_for_a_cancelled_order_is_asked_about_and_never_booked() -> None:
    cancelled = [order("XS2610-0001", TANGXI, "5000", is_cancelled=True)]
    named, bare = judge(cancelled, paid(TANGXI, "5000", "XS2610-0001", serial="A"), paid(TANGXI, "5000", serial="B"))
    assert (named.match_class, named.reason, named.matches) == (DOUBTFUL, Reason.ORDER_CANCELLED, ())
    assert bare.match_class is NONE


def test_an_order_in_another_currency_is_refused() -> None:
    foreign = [order("XS2610-0001", TANGXI, "5000", currency="USD")]
    named, bare = judge(foreign, paid(TANGXI, "5000", "XS2610-0001", serial="A"), paid(TANGXI, "5000", serial="B"))
    assert (named.match_class, named.reason, named.matches) == (DOUBTFUL, Reason.OTHER_CURRENCY, ())
    assert bare.match_class is NONE


def test_sets_of_orders_that_sum_up_in_two_ways_are_a_tie() -> None:
    orders = [order(f"XS2610-000{at}", TANGXI, yuan) for at, yuan in enumerate(["10", "20", "30", "40", "500"], 1)]
    (decision,) = judge(orders, paid(TANGXI, "50"))
    assert (decision.match_class, decision.matches) == (DOUBTFUL, ())


def test_order_numbers_of_any_other_shape_work_as_well() -> None:
    other = [order("SO-26-0042", TANGXI, "5000"), order("HT/A77", TANGXI, "9000"), order("104417", TANGXI, "700")]
    for remark, number in (("付so26 0042货款", "SO-26-0042"), ("ht/a77", "HT/A77"), ("单号104417", "104417")):
        (decision,) = judge(other, paid(TANGXI, "100", remark))
        assert (decision.match_class, list(booked(decision))) == (CERTAIN, [number]), remark


# Whatever the data

_NAMES = (
    "甲屿机械有限公司",
    "甲屿机械有限责任公司",
    "乙衡电子（苏州）有限公司",
    "乙衡电子（无锡）有限公司",
    "丙澜",
    "丁砚",
)
_orders = st.lists(
    st.tuples(st.sampled_from(_NAMES), st.integers(0, 6), st.integers(0, 4), st.booleans()), min_size=1, max_size=8
)
_rows = st.lists(
    st.tuples(
        st.sampled_from((*_NAMES, "乙衡电子（", "甲屿机械有限", "丁砚客栈", "")),
        st.integers(1, 14),
        st.sampled_from(
            ("", "货款", "XS2610-0001", "XS2610-0002/0003", "0001/0002", "XS2610-0099", "丙澜", "乙衡电子")
        ),
        st.sampled_from(("", "XS2610-0001", "XS2610-0004")),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=12,
)


@given(_orders, _rows, st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_whatever_the_data(orders: list, rows: list, dice: random.Random) -> None:  # type: ignore[type-arg]
    """Nothing above what is open is ever booked; amounts add up; the order of the receivables decides nothing."""
    receivables = [
        Receivable(f"XS2610-{at:04d}", name, amount * 1000, min(received, amount) * 1000, is_cancelled=gone)
        for at, (name, amount, received, gone) in enumerate(orders, 1)
    ]
    transactions = [
        BankTransaction(f"S{at}", START + timedelta(days=day), units * 500, name, remark=remark, checkout_no=checkout)
        for at, (name, units, remark, checkout, day) in enumerate(rows)
    ]
    decisions = match(transactions, receivables, words=PAYMENT_WORDS)
    left = {one.order_no: one.open for one in receivables}
    for decision in decisions:
        for one in decision.matches:
            assert 0 < one.amount <= left[one.order_no]
            if decision.match_class is CERTAIN:
                left[one.order_no] -= one.amount
        if decision.match_class not in (IGNORED, DUPLICATE):
            assert sum(one.amount for one in decision.matches) + decision.unallocated == decision.transaction.amount
        assert decision.match_class is not CERTAIN or decision.unallocated == 0
        assert {one.order_no for one in decision.matches} <= set(decision.candidates)
    shuffled = receivables.copy()
    dice.shuffle(shuffled)
    assert match(transactions, shuffled, words=PAYMENT_WORDS) == decisions
