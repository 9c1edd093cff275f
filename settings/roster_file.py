"""A roster file, TOML or Excel, → rows of the same shape, each with the words that name it in a complaint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from settings import names
from settings.load import SettingsError, read_toml, unreadable

EXCEL = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")

_COLUMNS = {
    "userid": ("账号", "帐号", "userid", "用户账号", "成员账号", "企业微信账号"),
    "name": ("姓名", "name", "名字"),
    "roles": ("角色", "roles", "role"),
    "team": ("团队", "team", "部门", "小组"),
    "region": ("区域", "region", "大区"),
    "product_lines": ("产品线", "product_lines", "product_line", "产品"),
    "skills": ("技能", "skills", "专长"),
    "manager": ("主管", "manager", "上级", "直属上级"),
    "status": ("状态", "status"),
    "leave_first": ("请假开始", "leave_first", "休假开始"),
    "leave_last": ("请假结束", "leave_last", "休假结束"),
    "stand_in": ("代理人", "stand_in", "请假代理人"),
}
_COLUMN_OF = {title: column for column, titles in _COLUMNS.items() for title in titles}
_TITLE_ROWS = 10
"""Lists from a personnel office often have a heading above the header row."""


@dataclass(frozen=True, slots=True)
class Row:
    place: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    rows: tuple[Row, ...]
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_rows(path: Path) -> Rows:
    return _from_excel(path) if path.suffix.lower() in EXCEL else _from_toml(path)


def _from_toml(path: Path) -> Rows:
    try:
        data = read_toml(path)
    except SettingsError as error:
        return Rows((), error.problems)
    problems = tuple(_unknown_top(key) for key in data if key != "members")
    entries = data.get("members", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return Rows((), (*problems, "members：每个人要写成一段 [[members]]。"))
    return Rows(tuple(Row(f"members[{n}]", entry) for n, entry in enumerate(entries, 1)), problems)


def _unknown_top(key: str) -> str:
    return (
        f"{key} 不认识；是不是 members？"
        if names.nearest(key, ["members"])
        else f"{key} 不认识；名册里只有 [[members]]。"
    )


def _from_excel(path: Path) -> Rows:
    import python_calamine as calamine  # with the first roster in Excel

    try:
        with calamine.load_workbook(BytesIO(path.read_bytes())) as book:
            cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except OSError as error:
        return Rows((), (unreadable(path, error),))
    except calamine.PasswordError:
        return Rows((), (f"{path} 有密码，读不了；请另存一份没有密码的。",))
    except calamine.CalamineError:
        return Rows((), (f"{path} 不是能读的 Excel 文件；请另存为 .xlsx 再试。",))
    return _rows_of([[_text(cell) for cell in row] for row in cells])


def _rows_of(cells: list[list[str]]) -> Rows:
    header = next((n for n, row in enumerate(cells[:_TITLE_ROWS]) if "userid" in map(_column, row)), None)
    if header is None:
        return Rows((), ("第一张表里找不到表头；要有一列叫“账号”或 userid，放在前十行之内。",))
    columns = [_column(title) for title in cells[header]]
    problems = [f"表头里有两列都是“{title}”。" for title in _twice(columns)]
    warnings = [f"不认识的列“{title}”，没有读。" for title in cells[header] if title and not _column(title)]
    rows = [
        Row(f"第 {number} 行", _entry(columns, row))
        for number, row in enumerate(cells[header + 1 :], header + 2)
        if any(row)
    ]
    return Rows(tuple(rows), tuple(problems), tuple(warnings))


def _column(title: str) -> str:
    return _COLUMN_OF.get(title.strip().casefold().replace(" ", "_"), "")


def _twice(columns: list[str]) -> list[str]:
    return [_COLUMNS[column][0] for column in dict.fromkeys(columns) if column and columns.count(column) > 1]


def _entry(columns: list[str], row: list[str]) -> dict[str, Any]:
    """Empty cells are left out, so that they mean the same as a key that is not written."""
    said: dict[str, Any] = {column: cell for column, cell in zip(columns, row, strict=False) if column and cell}
    leave = {key: said.pop(column, None) for key, column in _LEAVE.items()}
    if any(leave.values()):
        said["leave"] = [{key: value for key, value in leave.items() if value}]
    return said


_LEAVE = {"first": "leave_first", "last": "leave_last", "stand_in": "stand_in"}


def _text(cell: Any) -> str:
    """A cell as somebody reads it: Excel keeps an account such as 1001 as the number 1001.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()
