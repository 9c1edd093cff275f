"""Text as people type it, made even: widths, spaces, invisible characters, the traditional characters of our own words.

`tidy` may change the length and is done once, first. `half_width` and `fold` keep it, so that a place found in the
folded text can be cut out of the text as typed.
"""

from __future__ import annotations

import re

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff]")
_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
_EMOJI = re.compile(
    "[\u2190-\u21ff\u2300-\u23ff\u25a0\u25aa-\u25c7\u25c9-\u25ca\u25cc-\u25ff\u2600-\u2775\u2794-\u27bf\u2b00-\u2bff"
    "\ue000-\uf8ff\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)
# The codes that the chat client puts for its own little pictures, such as [抱拳]; a name in brackets that is not one of
# them (a product, a placeholder) stays.
_STICKERS = re.compile(
    r"\[(?:微笑|撇嘴|色|发呆|得意|流泪|害羞|闭嘴|睡|大哭|尴尬|发怒|调皮|呲牙|惊讶|难过|囧|抓狂|吐|偷笑|愉快|白眼|傲慢|困|惊恐|憨笑|悠闲|咒骂|疑问|嘘|晕|衰|骷髅|"
    r"敲打|再见|擦汗|抠鼻|鼓掌|坏笑|右哼哼|鄙视|委屈|快哭了|阴险|亲亲|可怜|笑脸|生病|脸红|破涕为笑|恐惧|失望|无语|嘿哈|捂脸|奸笑|机智|皱眉|耶|吃瓜|加油|汗|天啊|Emm|"
    r"社会社会|旺柴|好的|打脸|哇|翻白眼|666|让我看看|叹气|苦涩|裂开|嘴唇|爱心|心碎|拥抱|强|弱|握手|胜利|抱拳|勾引|拳头|OK|合十|啤酒|咖啡|蛋糕|玫瑰|凋谢|菜刀|"
    r"炸弹|便便|月亮|太阳|庆祝|礼物|红包|發|福|烟花|爆竹|猪头|跳跳|发抖|转圈|赞|心|花|鲜花|点赞|收到|666666)\]"
)
_BLANK = re.compile("[^\\S\n]+")


def _blank(found: re.Match[str]) -> str:
    """A tab stays a tab: it separates fields as a comma does."""
    return "\t" if "\t" in found[0] else " "


def tidy(text: str) -> str:
    """Line ends are one character, runs of spaces one space; pictures and invisible characters are gone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _KEYCAP.sub(r"\1、", text)
    text = _INVISIBLE.sub("", text)
    text = _EMOJI.sub(" ", _STICKERS.sub(" ", text))
    return _BLANK.sub(_blank, text)


_HYPHENS = "－‐‑‒–—―−﹣﹘ー"
_HALF = {code: code - 0xFEE0 for first, last in ("０９", "ＡＺ", "ａｚ") for code in range(ord(first), ord(last) + 1)}
_HALF |= {ord(hyphen): ord("-") for hyphen in _HYPHENS}
_HALF[0x3000] = ord(" ")

# Traditional forms of the words that we look for ourselves (header, labels, channels); no general conversion.
_TRADITIONAL = dict(
    zip(
        "線缐響應號碼話電機產網紅書視頻轉紹廣詢標國際會單稱規來備註說聯繫係採購業廠醫樣價戶題銷團補無沒從過處間",
        "线线响应号码话电机产网红书视频转绍广询标国际会单称规来备注说联系系采购业厂医样价户题销团补无没从过处间",
        strict=True,
    )
)
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLD |= _HALF
_FOLD |= {ord(typed): ord(plain) for typed, plain in _TRADITIONAL.items()}
_FOLD |= {
    ord(typed): ord(plain)
    for typed, plain in zip("〔〕〖〗《》〈〉﹛﹜｡､︰∶＠﹫•・‧∙", "[][]<><>{}。、::@@····", strict=True)
}


def half_width(text: str) -> str:
    """Letters, digits, hyphens and spaces in half width; everything else as typed. Keeps the length."""
    return text.translate(_HALF)


def fold(text: str) -> str:
    """One form for signs that mean the same, for looking only. Keeps the length."""
    return text.translate(_FOLD)


def one_space(text: str) -> str:
    """Any blank, line ends too, is one space; none at the ends."""
    return " ".join(text.split())
