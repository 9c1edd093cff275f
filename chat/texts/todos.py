"""What a to-do is called in a list and on a card (S5)."""

from __future__ import annotations

from domain.todos import TodoKind

_AHEAD = {TodoKind.FOLLOW_UP: "跟进 ", TodoKind.VISIT: "拜访 "}


def todo_words(kind: str, title: str, customer: str) -> str:
    """恒达机械：寄样品; 跟进 恒达机械：付定金; 拜访 恒达机械."""
    ahead = _AHEAD.get(TodoKind(kind), "") if kind in set(TodoKind) else ""
    return f"{ahead}{'：'.join(part for part in (customer, title) if part)}".strip()
