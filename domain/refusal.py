"""What is the person's problem and not ours: rolled back, said politely, logged at info."""

from __future__ import annotations


class Refusal(Exception):
    """`code` names a sentence in chat.texts.errors; `facts` fill its gaps."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
