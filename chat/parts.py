"""A long text as several messages: cut at line ends where possible, never inside a character (wecom.md pitfall 16)."""

from __future__ import annotations

from itertools import count


def split(text: str, largest: int) -> list[str]:
    """Parts of at most `largest` bytes of UTF-8, numbered (1/3) when there are several.

    Only line ends at a cut are left out: the next message begins a new line anyway.
    """
    if len(text.encode()) <= largest:
        return [text]
    for digits in count(1):
        parts = _pieces(text, largest - len("(/)\n") - 2 * digits)
        if len(str(len(parts))) <= digits:
            break
    return [f"({number}/{len(parts)})\n{part}" for number, part in enumerate(parts, start=1)]


def _pieces(text: str, room: int) -> list[str]:
    pieces = []
    while text:
        piece = _fitting(text, room)
        text = text[len(piece) :]
        pieces.append(piece.strip("\n"))
    return pieces


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
