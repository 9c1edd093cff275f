"""What the words above the columns mean, whichever bank writes them (P1)."""

from __future__ import annotations

import pytest

from statements.cells import word
from statements.layouts import Column, meaning, read_header

WORDS = {
    Column.TIME: "交易日期 交易时间 记账日 业务日期 过账日期 资金到账时间 账务时间 处理时间 日期 交易日期时间",
    Column.MONEY_IN: "贷方金额 贷记金额 贷方发生额（元） 收入金额（+元） 转入金额 收方金额 入金 贷",
    Column.MONEY_OUT: "借方金额 借记金额 借方发生额（支取） 支出金额（-元） 转出金额 付方金额 出金 借",
    Column.AMOUNT: "交易金额 发生额 金额(元) 应结订单金额 到账金额 清算金额 交易金额[Trade_Amount]",
    Column.DIRECTION: "借/贷 借贷标志 借贷标记 收/支 收支方向 资金流向 记账方向",
    Column.PAYER: "对方户名 对方账户名称 对方帐户名称 对方账号名称 收(付)方名称 收/付款人 收付款人名称 交易对手名称 往来单位",
    Column.PAYER_ACCOUNT: "对方账号 对方帐号 交易对手账号 收付款人账号 用户标识",
    Column.FROM_NAME: "付款人名称 付款户名 付款账户名 汇款人",
    Column.TO_NAME: "收款人名称 收款户名 收款单位",
    Column.REMARK: "摘要 附言 用途 备注 商户数据包 附加数据 订单标题 交易说明 外部订单号",
    Column.KIND: "交易类型 业务种类 渠道",
    Column.SERIAL: "流水号 交易流水 柜员交易号 交易订单号 业务编号 唯一标识 受理编号 微信支付业务单号 资金流水单号",
    Column.CHECKOUT: "商户订单号 商家订单号",
    Column.CURRENCY: "币种 交易货币 币别名称",
    Column.REVERSAL: "冲正标志 冲账标识 是否冲正 红蓝字",
    Column.STATUS: "交易状态 支付状态",
    Column.NONE: "余额 账户余额 对方开户行 手续费(元) 费率 凭证号 起息日 序号 打印次数",
}


@pytest.mark.parametrize(
    ("said", "column"), [(said, column) for column, words in WORDS.items() for said in words.split()]
)
def test_a_header_word_means_its_column(said: str, column: Column) -> None:
    assert meaning(word(said)) is column


@pytest.mark.parametrize("said", ["姓名", "电话", "苏州恒达机械有限公司", "2026-11-02", "64000.00", ""])
def test_what_is_no_header_word_means_nothing(said: str) -> None:
    assert meaning(word(said)) is None


@pytest.mark.parametrize(
    ("header", "serial"),
    [
        ("入账时间 支付宝交易号 支付宝流水号 商户订单号 收入（+元） 支出（-元）", "支付宝流水号"),
        ("记账时间 微信支付业务单号 资金流水单号 业务名称 收支类型 收支金额(元)", "资金流水单号"),
        ("交易时间 微信订单号 商户订单号 订单金额 退款单号", "微信订单号"),
        ("交易日期 业务编号 核心流水 借方金额 贷方金额", "核心流水"),
    ],
)
def test_a_rows_own_number_stands_before_the_one_that_its_fee_shares(header: str, serial: str) -> None:
    read = read_header(header.split())
    assert read is not None
    assert header.split()[read.places[Column.SERIAL][0]] == serial
