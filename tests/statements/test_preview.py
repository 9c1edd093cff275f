"""What a statement says before it is taken stays small, whatever the size of the file (P1)."""

from __future__ import annotations

from statements.preview import FIRST_ROWS, MOST_ROWS_LOOKED_UP, UNREADABLE_SHOWN, ListPreview, Preview, preview_of

HEADER = "交易日期,交易时间,借方金额,贷方金额,余额,交易类型,摘要,收(付)方名称,收(付)方账号,流水号\n"


def of(*rows: str) -> Preview:
    preview = preview_of((HEADER + "\n".join(rows)).encode())
    assert isinstance(preview, Preview)
    return preview


def row(serial: int, came: str = "", went: str = "") -> str:
    return f"2026-11-{serial % 27 + 1:02d},10:00:00,{went},{came},,转账,货款,恒达机械,,S{serial}"


def test_what_came_and_what_went_are_summed_apart() -> None:
    preview = of(row(1, came="64000.00"), row(2, came="0.30"), row(3, went="1200.50"))
    assert (preview.layout, preview.rows) == ("cmb", 3)
    assert (preview.came.count, preview.came.fen, preview.went.count, preview.went.fen) == (2, 6_400_030, 1, -120_050)
    assert preview.first_at is not None
    assert preview.last_at is not None
    assert (preview.first_at.day, preview.last_at.day) == (2, 4)


def test_of_a_large_statement_only_the_first_rows_are_carried() -> None:
    preview = of(*(row(n, came="1") for n in range(MOST_ROWS_LOOKED_UP + 1)))
    assert (preview.rows, len(preview.transactions), preview.may_be_looked_up) == (5001, FIRST_ROWS, False)
    assert preview.came.fen == 500_100


def test_of_many_lines_that_cannot_be_read_the_first_are_shown_and_all_counted() -> None:
    preview = of(row(1, came="1"), *(row(n, came="三万") for n in range(2, 303)))
    assert (preview.unreadable_count, len(preview.unreadable)) == (301, UNREADABLE_SHOWN)


def test_a_list_of_receivables_is_no_statement() -> None:
    preview = preview_of("订单号,客户,金额,已收\nXS2611-0301,恒达机械,64000,4000\n".encode())
    assert isinstance(preview, ListPreview)
    assert (preview.owed.count, preview.owed.fen, preview.open_fen) == (1, 6_400_000, 6_000_000)
