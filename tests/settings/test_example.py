"""config.example.toml is the reference of the settings: these tests keep it complete and true."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from settings.load import load, parse
from settings.model import BudgetBand, Section, Settings, WordTag
from settings.roster import read

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"
PLACEHOLDERS = {"server.public_url", "wecom.corp_id", "wecom.app.agent_id"}
"""Shown with a value that nobody can have as a default. Secrets are left out by their type."""


@pytest.fixture(autouse=True)
def _secrets_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in set(re.findall(r'env = "([A-Z_]+)"', EXAMPLE.read_text("utf-8"))):
        monkeypatch.setenv(name, "k" * 43)


def with_examples_switched_on() -> str:
    """Every `#key = value` line without its #; `# text` stays a comment."""
    return re.sub(r"(?m)^(\s*)#(?=\S)", r"\1", EXAMPLE.read_text("utf-8"))


def section_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    if get_origin(annotation) in (tuple, Union, UnionType):
        return next((found for part in get_args(annotation) if (found := section_in(part))), None)
    return None


def missing_keys(model: type[BaseModel], written: list[dict[str, Any]], at: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        values = [entry[name] for entry in written if name in entry]
        if not values:
            yield f"{at}{name}"
        section = section_in(field.annotation)
        if section and section not in (WordTag, BudgetBand):
            below = [entry for value in values for entry in (value if isinstance(value, list) else [value])]
            yield from missing_keys(section, below, f"{at}{name}.")


def differing_defaults(section: BaseModel, written: dict[str, Any], at: str = "") -> Iterator[str]:
    for name, raw in written.items():
        field, value = type(section).model_fields[name], getattr(section, name)
        is_secret = isinstance(raw, dict) and set(raw) == {"env"}
        if isinstance(value, Section):
            yield from differing_defaults(value, raw, f"{at}{name}.")
        elif not is_secret and f"{at}{name}" not in PLACEHOLDERS and value != field.default:
            yield f"{at}{name}: example {value!r}, default {field.default!r}"


def test_the_example_loads_as_it_stands() -> None:
    assert load(EXAMPLE).wecom.bot.mode == "callback"


def test_the_example_loads_with_every_optional_line_switched_on(tmp_path: Path) -> None:
    (tmp_path / "subei.geojson").write_text('{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}', "utf-8")
    settings = parse(tomllib.loads(with_examples_switched_on()), tmp_path)
    assert [rule.name for rule in settings.assignment.rules] == ["三甲和大预算", "华东数控", "其余"]
    assert settings.api.keys[0].scopes == ("leads", "bank")


def test_every_key_of_the_tree_appears_in_the_example() -> None:
    assert list(missing_keys(Settings, [tomllib.loads(with_examples_switched_on())])) == []


def test_values_shown_without_a_comment_sign_are_the_defaults() -> None:
    written = tomllib.loads(EXAMPLE.read_text("utf-8"))
    assert list(differing_defaults(parse(written), written)) == []


def test_the_example_roster_has_nothing_to_complain_about() -> None:
    found = read(ROOT / "roster.example.toml")
    assert (found.problems, found.warnings) == ((), ())
    assert {member.name for member in found.members} == {"赵总", "张主管", "李四", "王五", "陈露"}
