"""How values are written in the settings file: durations, money, times of day, secrets, paths."""

from __future__ import annotations

import os
import re
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, GetCoreSchemaHandler, Strict, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(r"(?:\d+(?:ms|s|m|h|d))+")
_DURATION_PART = re.compile(r"(\d+)(ms|s|m|h|d)")
_YUAN = re.compile(r"(\d+(?:\.\d+)?)(万)?元?")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_INTERVAL = re.compile(r"(\d{1,2}:\d{2})\s*[-–~至]\s*(\d{1,2}:\d{2})")


def wrong(sentence: str) -> PydanticCustomError:
    """A complaint that reads on after the key: `escalation.accept_within` + `要写成 "3m" 这样的时长`."""
    return PydanticCustomError("dealbell", "{sentence}", {"sentence": sentence})


def wrong_at(*problems: tuple[str, str]) -> PydanticCustomError:
    """Several complaints of one section, each with the rest of its path: `("rules[1].groups", "…")`."""
    return PydanticCustomError("dealbell_many", "several", {"problems": list(problems)})


def folder_of(info: ValidationInfo) -> Path | None:
    """Where the settings file lies, when they come from a file."""
    context = info.context or {}
    folder = context.get("folder")
    return folder if isinstance(folder, Path) else None


def _duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not _DURATION.fullmatch(value.strip()):
        raise wrong(f'要写成 "4s"、"3m"、"2h"、"5d" 这样的时长，现在是 {value!r}')
    length = timedelta(milliseconds=sum(int(n) * _UNITS[unit] for n, unit in _DURATION_PART.findall(value)))
    if not length:
        raise wrong("要大于零")
    return length


def _fen(value: Any) -> Any:
    """Yuan as text → whole fen. A bare number is refused: nobody could tell yuan from fen."""
    if not isinstance(value, str) or not (found := _YUAN.fullmatch(value.replace(",", "").strip())):
        raise wrong(f'要写成加引号的元，例如 "50000" 或 "5万"，现在是 {value!r}')
    fen = Decimal(found[1]) * 100 * (10_000 if found[2] else 1)
    if fen != int(fen):
        raise wrong("最多写到分")
    return int(fen)


def _clock_time(value: Any) -> Any:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not (found := _CLOCK.fullmatch(value.strip())):
        raise wrong(f'要写成 "09:00" 这样的时间，现在是 {value!r}')
    return time(int(found[1]), int(found[2]))


def _interval(value: Any) -> Any:
    if isinstance(value, tuple):
        return value
    if not isinstance(value, str) or not (found := _INTERVAL.fullmatch(value.strip())):
        raise wrong(f'要写成 "09:00-12:00" 这样的时段，现在是 {value!r}')
    start = _clock_time(found[1])
    end = time(0) if found[2] == "24:00" else _clock_time(found[2])
    if start == end and found[2] != "24:00":
        raise wrong(f"开始和结束都是 {found[1]}，这个时段是空的")
    return (start, end)


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise wrong(f"要写成 2027-02-06 这样的日期，现在是 {value!r}") from None


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise wrong(f'不是时区名：{value!r}；中国写 "Asia/Shanghai"') from None
    return value


def _path(value: Any, info: ValidationInfo) -> Any:
    """A relative path starts at the folder of the settings file, wherever the command was called from."""
    if not isinstance(value, str | Path) or not str(value).strip():
        raise wrong("要写一个路径")
    folder = folder_of(info)
    return folder / Path(value).expanduser() if folder else Path(value)


class SecretSource(StrEnum):
    TEXT = "text"
    ENV = "env"
    FILE = "file"


class Secret:
    """A value that neither repr nor logs show; `reveal()` gives it. Empty = not set (bool is False)."""

    __slots__ = ("_value", "source")

    def __init__(self, value: str = "", source: SecretSource = SecretSource.TEXT) -> None:
        self._value = value
        self.source = source

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret('…')" if self._value else "Secret('')"

    __str__ = __repr__

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(_secret)


def _secret(value: Any, info: Any) -> Secret:
    if isinstance(value, Secret):
        return value
    if isinstance(value, str):
        return Secret(value.strip())
    if isinstance(value, dict) and len(value) == 1:
        (where, name), *_ = value.items()
        if isinstance(name, str) and where == "env":
            return _secret_from_env(name)
        if isinstance(name, str) and where == "file":
            return _secret_from_file(name, folder_of(info))
    raise wrong('要写成文字，或 { env = "变量名" }，或 { file = "路径" }')


def _secret_from_env(name: str) -> Secret:
    value = os.environ.get(name, "").strip()
    if not value:
        raise wrong(f"要读环境变量 {name}，但它没有设置或为空；先 export {name}=…")
    return Secret(value, SecretSource.ENV)


def _secret_from_file(name: str, folder: Path | None) -> Secret:
    path = (folder or Path()) / Path(name).expanduser()
    try:
        value = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise wrong(f"要读文件 {path}，但读不了（{_io_reason(error)}）") from None
    if not value:
        raise wrong(f"要读文件 {path}，但它是空的")
    return Secret(value, SecretSource.FILE)


def _io_reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "文件不存在"
    if isinstance(error, PermissionError):
        return "没有读取权限"
    if isinstance(error, UnicodeDecodeError):
        return "不是 UTF-8 文字"
    return type(error).__name__


T = TypeVar("T")

Many = Annotated[tuple[T, ...], Strict(False)]
"""A TOML list, kept as a tuple; what is in it stays strict."""
Texts = Annotated[tuple[str, ...], Strict(False)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Fen = Annotated[int, BeforeValidator(_fen)]
ClockTime = Annotated[time, BeforeValidator(_clock_time)]
Interval = Annotated[tuple[time, time], BeforeValidator(_interval)]
Day = Annotated[date, BeforeValidator(_day)]
ZoneName = Annotated[str, AfterValidator(_zone)]
FilePath = Annotated[Path, BeforeValidator(_path)]
