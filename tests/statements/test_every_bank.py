"""The same transactions under the column names of many banks are read as the same transactions (P1)."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from io import StringIO

import pytest

from domain.payments import BankTransaction
from statements.reading import read_statement

CHINA = timezone(timedelta(hours=8))
AT = datetime(2026, 11, 2, 9, 42, 10, tzinfo=CHINA)
OURS, OUR_ACCOUNT = "苏州砺澜智能装备有限公司", "32250198843600001234"
ROWS = (
    BankTransaction(
        "G26110200001", AT, 6_400_000, payer="南京棠溪电子有限公司", payer_account="6222001", remark="XS2610-0101货款"
    ),
    BankTransaction(
        "G26110200002",
        AT + timedelta(hours=1),
        -123_456,
        payer="昆山砾原钢材贸易有限公司",
        payer_account="6222002",
        remark="采购款",
    ),
    BankTransaction(
        "G26110200003",
        AT + timedelta(hours=2),
        30,
        payer="蓝棹电子认证服务有限公司",
        payer_account="6222003",
        remark="账户验证",
    ),
)
"""In, out, and a few fen."""

FIELDS: dict[str, Callable[[BankTransaction], str]] = {
    "日期": lambda one: f"{one.paid_at:%Y-%m-%d}",
    "日期8": lambda one: f"{one.paid_at:%Y%m%d}",
    "时间": lambda one: f"{one.paid_at:%H:%M:%S}",
    "时间6": lambda one: f"{one.paid_at:%H%M%S}",
    "日期时间": lambda one: f"{one.paid_at:%Y-%m-%d %H:%M:%S}",
    "日期时间14": lambda one: f"{one.paid_at:%Y%m%d%H%M%S}",
    "收": lambda one: yuan(one.amount) if one.amount > 0 else "",
    "支": lambda one: yuan(-one.amount) if one.amount < 0 else "",
    "收0": lambda one: yuan(max(0, one.amount)),
    "支0": lambda one: yuan(max(0, -one.amount)),
    "支-": lambda one: yuan(one.amount) if one.amount < 0 else "",
    "额": lambda one: yuan(abs(one.amount)),
    "±额": lambda one: yuan(one.amount),
    "±额,": lambda one: f"{one.amount / 100:,.2f}",
    "借贷": lambda one: "贷" if one.amount > 0 else "借",
    "收支": lambda one: "收入" if one.amount > 0 else "支出",
    "来往": lambda one: "来账" if one.amount > 0 else "往账",
    "对方": lambda one: one.payer,
    "对方账号": lambda one: one.payer_account,
    "付款人": lambda one: one.payer if one.amount > 0 else OURS,
    "付款账号": lambda one: one.payer_account if one.amount > 0 else OUR_ACCOUNT,
    "收款人": lambda one: OURS if one.amount > 0 else one.payer,
    "收款账号": lambda one: OUR_ACCOUNT if one.amount > 0 else one.payer_account,
    "附言": lambda one: one.remark,
    "流水": lambda one: one.serial,
    "余额": lambda one: "888888.88",
    "我方账号": lambda one: OUR_ACCOUNT,
    "我方户名": lambda one: OURS,
    "币种": lambda one: "人民币",
    "-": lambda one: "",
}  # fmt: skip
BANKS = {
    "农业银行": "账号=我方账号 账户名称=我方户名 交易时间=日期时间 收入金额=收 支出金额=支 账户余额=余额 交易行名=- 对方省市=- 对方账号=对方账号 对方户名=对方 交易用途=附言",
    "中国银行": "交易类型[Transaction_Type]=来往 业务类型[Business_type]=- 付款人开户行名[Payer_account_bank]=- 付款人账号[Debit_Account_No.]=付款账号"
              " 付款人名称[Payer's_Name]=付款人 收款人账号[Payee's_Account_Number]=收款账号 收款人名称[Payee's_Name]=收款人 交易日期[Transaction_Date]=日期8"
              " 交易时间[Transaction_time]=时间 交易货币[Trade_Currency]=币种 交易金额[Trade_Amount]=±额 交易后余额[After-transaction_balance]=余额"
              " 交易流水号[Transaction_reference_number]=流水 摘要[Reference]=- 用途[Purpose]=附言 交易附言[Remark]=-",
    "交通银行": "交易日期=日期 交易时间=时间 交易地点=- 借贷标志=借贷 交易金额=额 余额=余额 对方账号=对方账号 对方户名=对方 对方行名=- 摘要=附言 会计流水号=流水",
    "工商银行": "凭证号=- 本方账号=我方账号 对方账号=对方账号 交易时间=日期时间 借/贷=借贷 借方发生额=支 贷方发生额=收 对方行号=- 摘要=- 用途=附言 对方单位名称=对方 余额=余额 个性化信息=- 交易流水号=流水",
    "建设银行": "账号=我方账号 账户名称=我方户名 交易时间=日期时间14 借方发生额/元(支取)=支0 贷方发生额/元(收入)=收0 余额=余额 币种=币种 对方户名=对方 对方账号=对方账号 对方开户机构=- 记账日期=日期8 摘要=- 备注=附言 账户明细编号-交易流水号=流水",
    "招商银行": "账号=我方账号 账号名称=我方户名 币种=币种 交易日=日期8 交易时间=时间 起息日=日期8 交易类型=- 借方金额=支 贷方金额=收 余额=余额 摘要=附言 流水号=流水 业务参考号=- 收(付)方名称=对方 收(付)方账号=对方账号",
    "邮储银行": "交易日期=日期8 交易时间=时间6 借方发生额=支0 贷方发生额=收0 余额=余额 对方账号=对方账号 对方户名=对方 对方开户行=- 摘要=- 附言=附言 流水号=流水",
    "中信银行": "交易日期=日期 柜员交易号=流水 借方发生额=支 贷方发生额=收 账户余额=余额 对方账号=对方账号 对方账户名称=对方 对方开户行名=- 摘要=附言 交易时间=时间",
    "民生银行": "交易日期=日期 主机交易流水号=流水 借方发生额=支 贷方发生额=收 账户余额=余额 凭证号=- 摘要=附言 对方账号=对方账号 对方账号名称=对方 对方开户行=- 交易时间=日期时间",
    "兴业银行": "银行流水号=流水 账号=我方账号 账户名称=我方户名 凭证代号=- 交易时间=日期时间 借方金额=支 贷方金额=收 账户余额=余额 对方账号=对方账号 对方户名=对方 对方银行=- 交易渠道=- 币种=币种 摘要=- 用途=附言",
    "平安银行": "交易日期=日期时间 账号=我方账号 借=支 贷=收 账户余额=余额 对方账号=对方账号 对方账户名称=对方 交易流水号=流水 摘要=- 用途=附言",
    "浦发银行": "交易日期=日期8 交易时间=时间6 借方金额=支 贷方金额=收 余额=余额 对方账号=对方账号 对方户名=对方 传票号=- 摘要=附言 核心流水=流水",
    "光大银行": "交易日期=日期 交易时间=时间 借方发生额=支 贷方发生额=收 账户余额=余额 对方账号=对方账号 对方名称=对方 凭证号=- 摘要=附言 交易流水=流水",
    "宁波银行": "交易日期=日期时间 收支方向=收支 交易金额=额 账户余额=余额 对方户名=对方 对方账号=对方账号 用途=附言 业务编号=流水",
    "农商银行": "记账日期=日期 记账时间=时间 发生额=±额, 余额=余额 收付款人名称=对方 收付款人账号=对方账号 附言=附言 全局流水号=流水",
    "城商银行": "过账日期=日期 借记金额=支 贷记金额=收 账面余额=余额 交易对手名称=对方 交易对手账号=对方账号 汇款附言=附言 系统参考号=流水 交易时间=时间",
    "支付宝": "入账时间=日期时间 支付宝交易号=- 支付宝流水号=流水 商户订单号=- 账务类型=- 收入（+元）=收 支出（-元）=支- 账户余额（元）=余额 对方账户=对方账号 对方名称=对方 银行订单号=- 商品名称=- 备注=附言",
}  # fmt: skip


def yuan(fen: int) -> str:
    return f"{fen / 100:.2f}"


def exported(bank: str, rows: tuple[BankTransaction, ...] = ROWS) -> bytes:
    columns = [column.rpartition("=") for column in BANKS[bank].split()]
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow([name.replace("_", " ") for name, _, _ in columns])
    writer.writerows([FIELDS[field](one) for _, _, field in columns] for one in rows)
    return written.getvalue().encode("gb18030")


@pytest.mark.parametrize("bank", BANKS)
def test_every_bank_says_the_same(bank: str) -> None:
    statement = read_statement(exported(bank))
    assert statement.unreadable == ()
    read = [
        (one.paid_at, one.amount, one.payer, one.payer_account, one.remark, one.is_reversal)
        for one in statement.transactions
    ]
    assert read == [(one.paid_at, one.amount, one.payer, one.payer_account, one.remark, False) for one in ROWS]
    if "=流水" in BANKS[bank]:
        assert [one.serial for one in statement.transactions] == [one.serial for one in ROWS]


@pytest.mark.parametrize("bank", BANKS)
def test_the_newest_first_says_the_same(bank: str) -> None:
    assert [one.amount for one in read_statement(exported(bank, ROWS[::-1])).transactions] == [
        one.amount for one in ROWS
    ]
