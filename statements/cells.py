"""One cell's text → a value: amounts, times, directions, names. Full-width signs are ordinary."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from domain.statements import Problem
from statements.problems import RowError
from statements.sheets import FORMULA

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Statements write the clock of Beijing and do not say so."""

_NOTHING = frozenset({"", "-", "--", "---", "/", "\\", "无", "null", "none", "nan"})
_LONGEST_NOTHING = max(map(len, _NOTHING))
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00]")
_EXCEL_TEXT = re.compile(r'="?([^"]*)"?')
_MINUS = str.maketrans("−–—﹣－‐‑‒―", "-" * 9)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
_MOST_FEN = 10**15
_FLOAT_NOISE = Decimal("0.000001")
"""0.1 + 0.2 in a spreadsheet is 0.30000000000000004: noise of this size is no fraction of a fen."""


def clean(cell: str) -> str:
    """Without what exports put around a value: blanks, a tab, a backtick, Excel's ="…" and leading apostrophe."""
    if cell.isalnum():
        return cell
    text = _INVISIBLE.sub("", cell).strip().strip("`").strip()
    if text.startswith("="):
        found = _EXCEL_TEXT.fullmatch(text)
        text = found[1].strip() if found and text != FORMULA else text
    if text.startswith("'") and not text.endswith("'"):
        text = text[1:]
    return text


def even(text: str) -> str:
    """Half width, one blank between words."""
    if text.isascii() and " " not in text:
        return text
    return " ".join(unicodedata.normalize("NFKC", text).split())


def word(cell: str) -> str:
    """A header's word: 交易金额[ Trade Amount ] → 交易金额; widths and blanks are even, brackets stay."""
    return re.sub(r"\[.*?\]|\s", "", even(clean(cell)).lower()).strip(":*#'\"")


def is_nothing(text: str) -> bool:
    return not text or (len(text) <= _LONGEST_NOTHING and text.lower() in _NOTHING)


@lru_cache(maxsize=4096)
def fen(cell: str) -> int | None:
    """Whole fen; None where the cell says nothing. RowError where it is no amount, or not of whole fen."""
    text = clean(cell)
    if is_nothing(text):
        return None
    if text.startswith("="):
        raise RowError(Problem.FORMULA, text if text != FORMULA else "")
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS).strip()
    sign = 1
    if (found := re.fullmatch(r"\((.+)\)", plain)) or (found := re.fullmatch(r"([^-].*)-", plain)):
        plain, sign = found[1], -1
    plain = re.sub(r"(?i)人民币|cny|rmb|[¥元\s]", "", plain)
    if is_nothing(plain):
        return None
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _PLAIN.fullmatch(plain):
        raise RowError(Problem.BAD_AMOUNT, text)
    try:
        hundredfold = Decimal(plain) * 100
    except InvalidOperation:
        raise RowError(Problem.BAD_AMOUNT, text) from None
    whole = hundredfold.to_integral_value()
    if abs(whole) > _MOST_FEN:
        raise RowError(Problem.BAD_AMOUNT, text)
    if abs(hundredfold - whole) > _FLOAT_NOISE:
        raise RowError(Problem.FRACTION_OF_FEN, text)
    return sign * int(whole)


_DAY = re.compile(r"(20\d\d|19\d\d)(?:([-/.年])(\d{1,2})[-/.月](\d{1,2})日?|(\d\d)(\d\d))")
_CLOCK = re.compile(r"(\d{1,2})[:.时](\d{1,2})(?:[:.分](\d{1,2})秒?)?(?:[.:]\d+)?|(\d{2})(\d{2})(\d{2})(?:\d{3,6})?")
_SERIAL_DAY = re.compile(r"[3-6]\d{4}(?:\.\d+)?")
_SERIAL_CLOCK = re.compile(r"0\.\d{3,}")
"""A spreadsheet's time of day in a column of its own."""
_FIRST_DAY = date(1899, 12, 30)


@lru_cache(maxsize=8192)
def moment(cell: str) -> tuple[date | None, time | None]:
    """The day and the clock that a cell says, each None where it does not; RowError where it is something else."""
    text = even(clean(cell)).replace("T", " ")
    if is_nothing(text):
        return None, None
    if text == FORMULA:
        raise RowError(Problem.FORMULA)
    try:
        return _moment(text)
    except ValueError:
        raise RowError(Problem.BAD_TIME, text) from None


def _moment(text: str) -> tuple[date | None, time | None]:
    if found := _DAY.match(text):
        day = date(int(found[1]), int(found[3] or found[5]), int(found[4] or found[6]))
        rest = text[found.end() :].lstrip(" -_")
        return day, _clock(rest) if rest else None
    if _SERIAL_DAY.fullmatch(text):
        whole, _, part = text.partition(".")
        seconds = round(float(f"0.{part or 0}") * 86400)
        return _FIRST_DAY + timedelta(days=int(whole)), _of_seconds(seconds) if part else None
    if _SERIAL_CLOCK.fullmatch(text):
        return None, _of_seconds(round(float(text) * 86400))
    return None, _clock(text)


def _clock(text: str) -> time:
    text = re.sub(r"(?:\+08:?00|Z|(?<=\d)分)$", "", text).strip()
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError(text)
    hour, minute, second = found[1] or found[4], found[2] or found[5], found[3] or found[6] or "0"
    return time(int(hour) % 24, int(minute), int(second))


def _of_seconds(seconds: int) -> time:
    seconds = min(seconds, 86399)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def at(day: date, clock: time | None) -> datetime:
    return datetime.combine(day, clock or time(), CHINA)


_IN = re.compile(r"贷|贷方|收|收入|转入|来账|入账|进账|入|存入|汇入|流入|资金流入|收款|已收款|c|cr|credit|in|\+")
_OUT = re.compile(r"借|借方|支|付|支出|转出|往账|出账|出|支取|汇出|流出|资金流出|付款|已付款|d|dr|debit|out|-")


def direction(cell: str) -> int:
    """1 in, -1 out, 0 where the cell does not say."""
    text = even(clean(cell)).lower()
    text = re.sub(r"^[\dcd]{1,2}[-:. ](?=\D)", "", text)
    if _IN.fullmatch(text):
        return 1
    return -1 if _OUT.fullmatch(text) else 0


_CURRENCIES = {
    "": "CNY", "人民币": "CNY", "人民币元": "CNY", "rmb": "CNY", "cny": "CNY", "cnh": "CNY", "156": "CNY", "10": "CNY",
    "01": "CNY", "001": "CNY", "美元": "USD", "usd": "USD", "欧元": "EUR", "eur": "EUR", "港币": "HKD", "港元": "HKD",
    "hkd": "HKD", "日元": "JPY", "jpy": "JPY", "英镑": "GBP", "gbp": "GBP",
}  # fmt: skip


def currency(cell: str) -> str:
    text = re.sub(r"\(.*?\)", "", even(clean(cell))).strip().lower()
    words = re.sub(r"^\d+[-. ]|[-/ ].*$", "", text)
    return _CURRENCIES.get(text) or _CURRENCIES.get(words) or text.upper()


def known_currency(text: str) -> str:
    """Empty where the text names none."""
    return _CURRENCIES.get(text.strip().lower(), "") if text.strip() else ""


_ACCOUNT_BEHIND = re.compile(r"(.*?)\s*[((]([^()()]*[@*\d][^()()]*)[))]")


def name_and_account(cell: str) -> tuple[str, str]:
    """Alipay writes the name with the account in brackets behind it: 某某有限公司(abc***@…)."""
    text = clean(cell)
    found = _ACCOUNT_BEHIND.fullmatch(text)
    name, account = (found[1], found[2]) if found else (text, "")
    return ("" if is_nothing(name) else name.rstrip("\ufffd?").strip()), account
