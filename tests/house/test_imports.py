"""The import rule of the house: who may know whom (docs/architecture.md). The message says what to do instead."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "nlp": {"domain"},
    "chat": {"domain"},
    "settings": {"domain"},
    "media": {"domain"},
    "storage": {"domain", "chat"},
    "integrations": {"domain", "media", "scheduler.clock"},
    "notify": {"domain", "chat", "settings", "storage"},
    "actions": {"domain", "nlp", "storage", "notify", "integrations", "settings"},
    "handlers": {"domain", "nlp", "chat", "settings", "storage", "notify", "actions"},
    "scheduler": {"domain", "media", "nlp", "chat", "settings", "statements", "storage", "notify", "actions"},
    # The page shows what a statement says before it is taken: read by the same code, and off the event loop.
    "web": {
        "actions", "storage", "chat", "domain", "settings", "notify", "statements", "scheduler.apart", "scheduler.clock",
    },
    "simulator": set(),
    "statements": {"domain"},
    "bot": {
        "actions", "chat", "domain", "handlers", "integrations", "media", "nlp", "notify", "scheduler", "settings", "simulator",
        "statements", "storage", "web",
    },
}  # fmt: skip
ONLY_IN = {
    "aiohttp": {"bot", "web", "simulator", "integrations", "media"},
    "sqlalchemy": {"storage", "bot"},
    "wechatpy": {"bot", "simulator"},
    "apscheduler": {"scheduler"},
    "jinja2": {"web"},
    "openpyxl": {"web"},
}
MAY_IMPORT_HANDLERS = {"bot/app.py", "bot/middleware.py"}
NO_CHINESE = ("domain", "storage", "scheduler", "actions")


def files(package: str) -> list[Path]:
    return sorted(path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)


def imported(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_lies_below_it(package: str) -> None:
    allowed = {package, *MAY_IMPORT[package]}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}; {package} may know {sorted(allowed - {package}) or 'nothing of ours'}"
        for path in files(package)
        for name in imported(path)
        if name.split(".")[0] in MAY_IMPORT and not any(name == a or name.startswith(f"{a}.") for a in allowed)
    ]
    assert wrong == []


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stays_behind_its_own_door(library: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}; {library} belongs into {sorted(ONLY_IN[library])}"
        for package in MAY_IMPORT
        if package not in ONLY_IN[library]
        for path in files(package)
        for name in imported(path)
        if name.split(".")[0] == library
    ]
    assert wrong == []


def test_only_the_composition_root_and_the_middleware_know_the_handlers() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files("bot")
        for name in imported(path)
        if name.split(".")[0] == "handlers" and str(path.relative_to(ROOT)) not in MAY_IMPORT_HANDLERS
    ]
    assert wrong == []


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def docstrings(tree: ast.AST) -> set[int]:
    """Strings that stand alone as a statement: they are for readers of the code, not for a chat."""
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


@pytest.mark.parametrize("package", NO_CHINESE)
def test_rules_return_codes_and_sentences_are_made_at_the_rim(package: str) -> None:
    """Data files may hold names of cities; code of these packages holds no Chinese string that people would read."""
    wrong = []
    for path in files(package):
        tree = ast.parse(path.read_text("utf-8"))
        readable = docstrings(tree)
        wrong += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.value!r}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in readable
            and is_chinese(node.value)
        ]
    assert wrong == []


LOADED_WHEN_NEEDED = ("numpy", "shapely", "rjieba", "opencc", "av", "faster_whisper")
"""Some 16 to 60 MB each: loaded with the first polygon, the first memo, the first voice."""


def test_a_server_at_rest_has_loaded_nothing_heavy() -> None:
    packages = ("bot", "handlers", "actions", "scheduler", "notify", "web", "integrations")
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for package in packages
        for path in files(package)
        if path.stem not in ("__init__", "__main__")
    ]
    check = f"import sys\nfor name in {modules}: __import__(name)\nprint(*{{*{LOADED_WHEN_NEEDED}}} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
