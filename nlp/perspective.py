"""A customer's own words told from our side (V6): 我们 there is the customer, 你们 is us.

Every word is replaced by one of the same length, so that places in the text stay what they are.
"""

from __future__ import annotations

import re

_SWAPPED = {
    "我们": "客户",
    "咱们": "客户",
    "我司": "客户",
    "敝司": "客户",
    "我方": "客户",
    "我厂": "客户",
    "我院": "客户",
    "你们": "我们",
    "您们": "我们",
    "贵司": "我们",
    "贵方": "我们",
    "你方": "我们",
    "我": "他",
    "俺": "他",
    "你": "我",
    "您": "我",
}
_WORDS = re.compile("|".join(sorted(_SWAPPED, key=len, reverse=True)))


def told_from_our_side(text: str) -> str:
    return _WORDS.sub(lambda found: _SWAPPED[found[0]], text)
