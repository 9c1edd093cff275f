"""What a template_card must hold, and what a member sees of it (wecom.md 2.7 and 3.5).

Which errcode answers a wrong card is not documented beyond 40058; the detail names the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from simulator.errors import ApiError
from simulator.world import CardState, Json

TEXT_NOTICE, NEWS_NOTICE = "text_notice", "news_notice"
BUTTONS, VOTE, MULTIPLE = "button_interaction", "vote_interaction", "multiple_interaction"
INTERACTIVE = {BUTTONS, VOTE, MULTIPLE}
_TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")

_APP_LENGTHS = {
    "source.desc": 20,
    "main_title.title": 36,
    "main_title.desc": 44,
    "emphasis_content.title": 10,
    "emphasis_content.desc": 22,
    "sub_title_text": 160,
    "horizontal_content_list.keyname": 5,
    "horizontal_content_list.value": 30,
    "jump_list.title": 18,
    "vertical_content_list.title": 38,
    "vertical_content_list.desc": 160,
    "button_list.text": 10,
    "checkbox.option_list.text": 11,
    "select_list.option_list.text": 10,
    "button_selection.option_list.text": 10,
    "submit_button.text": 10,
}
_BOT_LENGTHS = _APP_LENGTHS | {
    "source.desc": 13,
    "main_title.title": 26,
    "main_title.desc": 30,
    "emphasis_content.desc": 15,
    "sub_title_text": 112,
    "horizontal_content_list.value": 26,
    "jump_list.title": 13,
    "vertical_content_list.title": 26,
    "vertical_content_list.desc": 112,
}


def is_interactive(card: Json) -> bool:
    """Whether the send answer carries a response_code."""
    return card.get("card_type") in INTERACTIVE or "action_menu" in card


def require_valid(card: object, *, is_update: bool = False, for_bot: bool = False) -> Json:
    """The card itself, or 40058 with the field that is wrong. An update may leave out the task_id."""
    if not isinstance(card, dict):
        raise _wrong("template_card")
    kind = card.get("card_type")
    if kind not in INTERACTIVE | {TEXT_NOTICE, NEWS_NOTICE}:
        raise _wrong("template_card.card_type")
    _require_head(card)
    if kind in (TEXT_NOTICE, NEWS_NOTICE):
        _require_notice(card)
    else:
        _require_interaction(card, for_bot=for_bot)
    _require_lists(card)
    if kind in INTERACTIVE or "action_menu" in card:
        _require_task_id(card, is_optional=is_update)
    elif "task_id" in card:
        _require_task_id(card, is_optional=True)
    return card


def _wrong(field: str) -> ApiError:
    return ApiError(40058, field)


def _require_head(card: Json) -> None:
    title = card.get("main_title") or {}
    if not isinstance(title, dict):
        raise _wrong("main_title")
    if card["card_type"] == TEXT_NOTICE:
        if not title.get("title") and not card.get("sub_title_text"):
            raise _wrong("main_title.title or sub_title_text")
    elif not title.get("title"):
        raise _wrong("main_title.title")


def _require_notice(card: Json) -> None:
    action = card.get("card_action")
    if not isinstance(action, dict) or action.get("type") not in (1, 2):
        raise _wrong("card_action.type")
    if action["type"] == 1 and not action.get("url"):
        raise _wrong("card_action.url")
    if card["card_type"] == NEWS_NOTICE and not (card.get("card_image") or card.get("image_text_area")):
        raise _wrong("card_image or image_text_area")


def _require_interaction(card: Json, *, for_bot: bool) -> None:
    if card["card_type"] == BUTTONS:
        _require_buttons(card, for_bot=for_bot)
        if "button_selection" in card:
            _require_question(card["button_selection"], "button_selection", most=10)
        return
    submit = card.get("submit_button") or {}
    if not submit.get("text") or not submit.get("key"):
        raise _wrong("submit_button")
    if card["card_type"] == VOTE:
        _require_question(card.get("checkbox"), "checkbox", most=20)
        return
    lists = card.get("select_list")
    if not isinstance(lists, list) or not 1 <= len(lists) <= 3:
        raise _wrong("select_list")
    for question in lists:
        _require_question(question, "select_list", most=10)


def _require_buttons(card: Json, *, for_bot: bool) -> None:
    buttons = card.get("button_list")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 6:
        raise _wrong("button_list")
    for button in buttons:
        if not button.get("text"):
            raise _wrong("button_list.text")
        if button.get("style", 1) not in (1, 2, 3, 4):
            raise _wrong("button_list.style")
        if button.get("type", 0) == 1:
            if for_bot or not button.get("url"):
                raise _wrong("button_list.url")
        elif not button.get("key") or len(str(button["key"]).encode()) > 1024:
            raise _wrong("button_list.key")


def _require_question(question: object, field: str, most: int) -> None:
    if not isinstance(question, dict) or not question.get("question_key"):
        raise _wrong(f"{field}.question_key")
    options = question.get("option_list")
    if not isinstance(options, list) or not 1 <= len(options) <= most:
        raise _wrong(f"{field}.option_list")
    if any(not option.get("id") or not option.get("text") for option in options):
        raise _wrong(f"{field}.option_list")
    if len({option["id"] for option in options}) != len(options):
        raise _wrong(f"{field}.option_list.id")


def _require_lists(card: Json) -> None:
    rows = card.get("horizontal_content_list", [])
    if not isinstance(rows, list) or len(rows) > 6:
        raise _wrong("horizontal_content_list")
    needs = {1: "url", 2: "media_id", 3: "userid"}
    for row in rows:
        if not row.get("keyname"):
            raise _wrong("horizontal_content_list.keyname")
        needed = needs.get(row.get("type", 0))
        if needed and not row.get(needed):
            raise _wrong(f"horizontal_content_list.{needed}")
    for field, most in (("jump_list", 3), ("vertical_content_list", 4)):
        entries = card.get(field, [])
        if not isinstance(entries, list) or len(entries) > most or any(not entry.get("title") for entry in entries):
            raise _wrong(field)


def _require_task_id(card: Json, *, is_optional: bool) -> None:
    task_id = card.get("task_id")
    if task_id is None and is_optional and "action_menu" not in card:
        return
    if not isinstance(task_id, str) or not _TASK_ID.fullmatch(task_id):
        raise _wrong("task_id")


def overlong(card: Json, *, for_bot: bool = False) -> Iterator[str]:
    """Texts that a client would cut. Whether WeCom refuses them is not documented, so they are only remarked on."""
    lengths = _BOT_LENGTHS if for_bot else _APP_LENGTHS
    for path, text in _texts(card, ""):
        if len(text) > lengths.get(path, 10_000):
            yield f"{path} shows {lengths[path]} of {len(text)} characters: {text}"


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for entry in value:
            yield from _texts(entry, path)
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _texts(entry, f"{path}.{key}" if path else key)


def live_buttons(state: CardState) -> list[Json]:
    """Buttons that can still be tapped, each with text and key (or url); submit buttons count."""
    if state.replaced:
        return []
    buttons = list(state.body.get("button_list", []))
    if submit := state.body.get("submit_button"):
        buttons.append(submit)
    return buttons


def questions(card: Json) -> list[Json]:
    found = list(card.get("select_list", []))
    found += [card[name] for name in ("button_selection", "checkbox") if name in card]
    return found


def preselected(question: Json) -> list[str]:
    """What is sent when the member does not touch the question."""
    checked = [option["id"] for option in question["option_list"] if option.get("is_checked")]
    if checked:
        return checked
    if question.get("selected_id"):
        return [question["selected_id"]]
    return []
