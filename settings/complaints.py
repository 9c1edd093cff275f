"""What is wrong with a settings file, in plain sentences that begin with the key's path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from settings import names

_SENTENCES = {
    "missing": "没有填",
    "string_type": "要写成加引号的文字",
    "int_type": "要写成整数，不加引号",
    "float_type": "要写成数字，不加引号",
    "bool_type": "要写成 true 或 false，不加引号",
    "date_type": "要写成 2027-02-06 这样的日期",
    "tuple_type": '要写成列表，例如 ["甲", "乙"]',
    "too_short": "不能是空的",
    "string_too_short": "不能是空的",
    "greater_than_equal": "不能小于 {ge:g}",
    "less_than_equal": "不能大于 {le:g}",
    "finite_number": "要写成普通的数字",
}
_QUOTED = re.compile(r"'([^']*)'")
_TABLES = ("model_type", "model_attributes_type", "dict_type")


def complaints(error: ValidationError, tree: type[BaseModel]) -> tuple[str, ...]:
    details = error.errors()
    deeper = {detail["loc"][:-1] for detail in details}
    # A list whose only entry is wrong counts as empty for pydantic; the entry's own complaint is enough.
    worth_saying = (detail for detail in details if detail["type"] != "too_short" or detail["loc"] not in deeper)
    return tuple(dict.fromkeys(sentence for detail in worth_saying for sentence in _of(detail, tree)))


def _of(detail: ErrorDetails, tree: type[BaseModel]) -> Iterator[str]:
    place, kind, facts = path(detail["loc"]), detail["type"], detail.get("ctx", {})
    if kind == "dealbell_many":
        for rest, sentence in facts["problems"]:
            yield f"{f'{place}.{rest}' if place else rest}：{sentence}"
    elif kind == "extra_forbidden":
        yield f"{place} 不认识；{_did_you_mean(detail['loc'], tree)}"
    elif kind == "dealbell":
        yield f"{place}：{facts['sentence']}"
    elif kind == "literal_error":
        yield f"{place}：只能是 {'、'.join(_QUOTED.findall(facts['expected']))} 之一"
    elif kind == "tuple_type" and _model_at(list(detail["loc"]), tree):
        yield f"{place}：要写成一段或几段 [[{place}]]"
    elif kind in _TABLES:
        yield f"{place}：要写成一段 [{place}]，里面是 键 = 值"
    elif kind in _SENTENCES:
        yield f"{place}：{_SENTENCES[kind].format(**facts)}"
    else:
        yield f"{place}：{detail['msg']}"


def path(loc: tuple[int | str, ...]) -> str:
    """wecom.webhooks[1].key; entries are counted from 1, as people count."""
    text = ""
    for step in loc:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def _did_you_mean(loc: tuple[int | str, ...], tree: type[BaseModel]) -> str:
    *section, wrong = loc
    here = _model_at(section, tree)
    known = list(here.model_fields) if here else []
    if close := names.nearest(str(wrong), known):
        return f"是不是 {close}？"
    elsewhere = [f"{place}.{wrong}" for place, model in _sections(tree) if wrong in model.model_fields]
    if elsewhere:
        return f"是不是 {elsewhere[0]}？"
    return f"这里可以写：{'、'.join(known)}"


def _model_at(loc: list[int | str], tree: type[BaseModel]) -> type[BaseModel] | None:
    model: type[BaseModel] | None = tree
    for step in loc:
        if isinstance(step, int):
            continue
        field = model.model_fields.get(step) if model else None
        model = _model_in(field.annotation) if field else None
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The section that a field holds: itself, in a tuple, or beside None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (tuple, Union, UnionType):
        return next((model for part in get_args(annotation) if (model := _model_in(part))), None)
    return None


def _sections(tree: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in tree.model_fields.items():
        if model := _model_in(field.annotation):
            yield f"{prefix}{name}", model
            yield from _sections(model, f"{prefix}{name}.")
