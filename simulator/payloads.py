"""What WeCom tells a server: XML of the app, JSON of the smart bot (wecom.md 1.2, 1.5, 1.6, 2.3, 2.4)."""

from __future__ import annotations

from xml.etree import ElementTree

from simulator.crypto import SealBroken
from simulator.world import Json

Fields = list[tuple[str, "str | int | Fields"]]

_LISTS = {"ButtonList", "OptionList", "HorizontalContentList", "JumpList", "SelectList", "VerticalContentList"}


def xml(fields: Fields) -> str:
    return f"<xml>{_inner(fields)}</xml>"


def _inner(fields: Fields) -> str:
    return "".join(f"<{tag}>{_value(value)}</{tag}>" for tag, value in fields)


def _value(value: str | int | Fields) -> str:
    match value:
        case int():
            return str(value)
        case str():
            return f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
    return _inner(value)


def read_xml(text: str) -> ElementTree.Element:
    """Only answers of the product under test are read here, and none of them has a document type."""
    if "<!DOCTYPE" in text:
        raise SealBroken("an answer with a DOCTYPE")
    try:
        return ElementTree.fromstring(text)  # noqa: S314
    except ElementTree.ParseError as fault:
        raise SealBroken(f"not XML: {fault}") from fault


def card_from_xml(element: ElementTree.Element) -> Json:
    """CamelCase tags of a passive update, lists as repeated tags, into the JSON of a card."""
    card: Json = {}
    for child in element:
        value = card_from_xml(child) if len(child) else _scalar(child.text or "")
        if child.tag in _LISTS:
            card.setdefault(_snake(child.tag), []).append(value)
        else:
            card[_snake(child.tag)] = value
    return card


def _scalar(text: str) -> str | int:
    return int(text) if text.isdigit() and len(text) < 4 else text


def _snake(tag: str) -> str:
    if tag == "KeyName":
        return "keyname"
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in tag).lstrip("_")


def selected_items(selected: dict[str, list[str]]) -> Fields:
    items: Fields = []
    for question, options in selected.items():
        chosen: Fields = [("OptionId", option) for option in options]
        items.append(("SelectedItem", [("QuestionKey", question), ("OptionIds", chosen)]))
    return items


def selected_json(selected: dict[str, list[str]]) -> Json:
    items = [{"question_key": key, "option_ids": {"option_id": ids}} for key, ids in selected.items()]
    return {"selected_item": items}
