"""A long text as several messages: cut at line ends where possible, never inside a character (wecom.md pitfall 16)."""

from __future__ import annotations

_ROOM_FOR_NUMBER = len("(99/99)\n")


def split(text: str, largest: int) -> list[str]:
    """Parts of at most `largest` bytes of UTF-8, numbered (1/3) when there are several."""
    if len(text.encode()) <= largest:
        return [text]
    room = largest - _ROOM_FOR_NUMBER
    parts = []
    rest = text
    while rest:
        part = _fitting(rest, room)
        rest = rest[len(part) :]
        parts.append(part.strip("\n"))
    return [f"({number}/{len(parts)})\n{part}" for number, part in enumerate(parts, start=1)]


def _fitting(text: str, room: int) -> str:
    """The longest beginning of `text` within `room` bytes that ends a line, or else a character."""
    encoded = text.encode()
    if len(encoded) <= room:
        return text
    beginning = encoded[:room].decode(errors="ignore")
    line_end = beginning.rfind("\n")
    cut = line_end + 1 if line_end > 0 else len(beginning)
    # A variation sign or joiner belongs to the emoji before it.
    while cut > 1 and (text[cut] in "\u200d\ufe0f" or text[cut - 1] == "\u200d"):
        cut -= 1
    return text[:cut]
