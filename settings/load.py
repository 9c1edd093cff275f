"""A settings file → Settings, or every complaint about it at once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from settings.complaints import complaints
from settings.model import DEFAULT_DATABASE, Settings


class SettingsError(Exception):
    """`problems` are whole sentences for the operator."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load(path: Path | str) -> Settings:
    path = Path(path)
    return parse(read_toml(path), path.resolve().parent)


def parse(data: dict[str, Any], folder: Path | None = None) -> Settings:
    """`folder`: where relative paths start; without it they stay as written."""
    try:
        return Settings.model_validate(_with_paths(data), context={"folder": folder})
    except ValidationError as error:
        raise SettingsError(*complaints(error, Settings)) from None


_PATHS = (("database", "url", DEFAULT_DATABASE), ("roster", "file", "roster.toml"), ("media", "folder", "var/media"))


def _with_paths(data: dict[str, Any]) -> dict[str, Any]:
    """Paths left to their default start at the settings file too, like those that are written there."""
    filled = dict(data)
    for section, key, default in _PATHS:
        written = filled.get(section, {})
        if isinstance(written, dict):
            filled[section] = {key: default, **written}
    return filled


def read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise SettingsError(unreadable(path, error)) from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path} 不是 UTF-8 编码；请另存为 UTF-8。") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} {_where(error)}不是正确的 TOML：{_cause(error)}。") from None


def unreadable(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"找不到文件 {path}；请检查路径。"
    return f"读不了 {path}（{error.strerror or error}）；请检查它是不是文件、有没有读取权限。"


def missing_for_serving(settings: Settings) -> tuple[str, ...]:
    """What `serve` needs and other commands do without."""
    app, corp = settings.wecom.app.is_set, settings.wecom.corp_id
    problems = []
    if not corp:
        problems.append("wecom.corp_id：没有填；在企业微信后台“我的企业”页的最下面")
    if not app:
        problems.append("wecom.app：没有填；serve 需要自建应用的 agent_id、secret、token、encoding_aes_key")
    return tuple(problems)


_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")
_CAUSES = {
    "Cannot overwrite a value": "同一个键写了两次",
    "Cannot declare": "同一个段名写了两次",
    "Unterminated string": "引号没有配对",
    "Invalid value": "等号后面的值写得不对；文字要加英文引号",
    "Expected '=' after a key": "键后面要有等号",
    "Expected ']'": "方括号没有配对",
    "Unclosed array": "方括号没有配对",
    "Illegal character": "有不能出现的字符，例如换行断在引号里",
}


def _where(error: tomllib.TOMLDecodeError) -> str:
    found = _LINE.search(str(error))
    return f"第 {found[1]} 行第 {found[2]} 列" if found else "结尾处"


def _cause(error: tomllib.TOMLDecodeError) -> str:
    text = _LINE.sub("", str(error)).strip()
    return next((cause for start, cause in _CAUSES.items() if text.startswith(start)), text)
