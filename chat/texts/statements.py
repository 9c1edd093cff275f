"""What is wrong with a statement or with one of its rows, and what to do about it (P1)."""

from __future__ import annotations

from domain.statements import Problem, UnreadableRow

_FILES = {
    Problem.EMPTY: "文件是空的，请重新导出",
    Problem.TOO_BIG: "文件太大（展开后超过 30 万行），请按月分开导出",
    Problem.NOT_TEXT: "不是对账单，请用网银导出的 CSV、XLS 或 XLSX",
    Problem.BROKEN_WORKBOOK: "表格打不开，请用 Excel 或 WPS 另存一次再试",
    Problem.ENCRYPTED: "表格有密码，请去掉密码另存一次再试",
    Problem.LOST: "原件找不到了，请再发一次",
    Problem.STUMBLED: "读的时候出错了，已经告诉管理员",
    Problem.NO_HEADER: "找不到表头（要有交易时间、金额、对方户名这样的列名），请在设置里写明各列",
    Problem.NO_LIST: "应收的 JSON 要是一个列表",
    Problem.NO_RECEIVABLES: "找不到表头（要有订单号、客户、金额这三列，可以再有到期日、已收、币种），请加上列名",
}
_ROWS = {
    Problem.NO_TIME: "没有交易时间",
    Problem.BAD_TIME: "交易时间看不懂",
    Problem.NO_AMOUNT: "没有金额",
    Problem.BAD_AMOUNT: "金额看不懂",
    Problem.FRACTION_OF_FEN: "金额不到整分",
    Problem.TWO_AMOUNTS: "收入和支出都有金额",
    Problem.NO_DIRECTION: "看不出是收入还是支出",
    Problem.FORMULA: "单元格是没有结果的公式，请用 Excel 或 WPS 另存一次再试",
    Problem.BAD_RECEIVABLE: "这笔应收看不懂",
    Problem.NO_ORDER: "没有订单号，请补上",
    Problem.NO_CUSTOMER: "没有客户，请写客户全称",
    Problem.BAD_DUE: "到期日看不懂，请写成 2026-11-30",
    Problem.REPEATED_ORDER: "订单号重复：一单只写一行，分期的每行写不同的到期日",
    Problem.OTHER_CURRENCY: "不是人民币，现在只收人民币应收，请折成人民币再登记",
    Problem.BAD_RECEIVED: "金额要大于零，已收不能超过金额",
    Problem.BELOW_RECEIVED: "已经入账的比这个金额多，请先撤销入账再改",
    Problem.JUST_CHANGED: "刚被别人改过，请再导入一次",
}
_RECEIVABLES = _ROWS | {
    Problem.BAD_AMOUNT: "金额看不懂，请写成 64000 或 64,000.00",
    Problem.FRACTION_OF_FEN: "金额不到整分，请写到分，像 64000.50",
    Problem.NO_AMOUNT: "没有金额，请写上应收多少元",
}

_LAYOUTS = {
    "icbc": "工商银行",
    "cmb": "招商银行",
    "ccb": "建设银行",
    "abc": "农业银行",
    "boc": "中国银行",
    "bocom": "交通银行",
    "alipay": "支付宝",
    "wechat": "微信支付",
    "other": "其他银行（按列名读）",
    "receivables": "应收清单",
}


def layout_name(layout: str) -> str:
    """One from the settings is called as it is there."""
    return _LAYOUTS.get(layout, layout)


def file_wrong(problem: Problem) -> str:
    return _FILES[problem]


def row_wrong(row: UnreadableRow) -> str:
    """工作表“明细”第 12 行：金额看不懂（1,23）."""
    sheet = f"工作表“{row.sheet}”" if row.sheet else ""
    return f"{sheet}第 {row.line} 行：{_ROWS[row.problem]}{_quoted(row)}"


def receivable_wrong(row: UnreadableRow, *, is_table: bool = True) -> str:
    """With what to write instead: people make these lists themselves. JSON has places and no lines."""
    sheet = f"工作表“{row.sheet}”" if row.sheet else ""
    return f"{sheet}第 {row.line} {'行' if is_table else '笔'}：{_RECEIVABLES[row.problem]}{_quoted(row)}"


def _quoted(row: UnreadableRow) -> str:
    return f"（{row.text[:40]}）" if row.text else ""
