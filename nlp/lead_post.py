"""The fixed format as people really type it in a group (L1): 【线索响应】{客户名} {电话} {意向型号} {来源渠道}.

A post → header → blocks of text, one for each lead → fields (lead_fields) → leads, complaints, or neither.
Every step looks at each character a bounded number of times: a post of any size costs time in proportion.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from nlp.lead_fields import (
    CORE,
    DEFAULT_CHANNELS,
    Kind,
    Problem,
    Reading,
    label_kinds,
    looks_like_code,
    looks_like_customer,
    read_lead,
)
from nlp.normalize import fold, half_width, one_space, tidy

__all__ = [
    "DEFAULT_CHANNELS",
    "LineError",
    "ParsedLead",
    "PostKind",
    "PostResult",
    "Problem",
    "as_labels",
    "parse_post",
    "template_for",
]


class PostKind(StrEnum):
    LEADS = "leads"
    """At least one good lead; `errors` may name bad lines beside it."""
    ERROR = "error"
    """Meant as a lead, and none usable."""
    NOT_A_LEAD = "not_a_lead"
    """Small talk, a question, a quotation: no complaint to the poster."""


@dataclass(frozen=True, slots=True)
class ParsedLead:
    customer: str
    phone: str
    """Digits only; a landline with its area code."""
    model: str
    channel: str
    """The settings' spelling of the word."""
    remark: str = ""
    ext: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong in which line, and what was understood nevertheless; empty text where nothing was."""

    line: int
    problem: Problem
    text: str
    """The line, or the lines of one lead, as typed."""
    customer: str = ""
    phone: str = ""
    model: str = ""
    channel: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class PostResult:
    kind: PostKind
    leads: tuple[ParsedLead, ...] = ()
    errors: tuple[LineError, ...] = ()
    """In the order typed; of an ERROR post too."""
    problem: Problem | None = None
    """Only with ERROR: the one to complain about first."""


NOT_A_LEAD = PostResult(PostKind.NOT_A_LEAD)


def template_for(error: LineError) -> str:
    """The line to copy and complete: what was understood, and a placeholder for what was not."""
    phone = error.phone or "{电话}"
    fields = (
        error.customer or "{客户名}",
        phone,
        error.model or "{意向型号}",
        error.channel or "{来源渠道}",
        error.remark,
    )
    return "【线索响应】" + " ".join(part for part in fields if part)


def as_labels(result: PostResult) -> dict[str, object]:
    """The result as the labelled files write it (and `dealbell parse-post` prints it)."""
    labels: dict[str, object] = {"kind": result.kind.value, "leads": [_lead_labels(lead) for lead in result.leads]}
    if result.problem:
        labels["problem"] = result.problem.value
    if result.errors and result.leads:
        labels["errors"] = [{"line": error.line, "problem": error.problem.value} for error in result.errors]
    return labels


def _lead_labels(lead: ParsedLead) -> dict[str, str | None]:
    ext = {"ext": lead.ext} if lead.ext else {}
    tail = {"model": lead.model, "channel": lead.channel, "remark": lead.remark or None}
    return {"customer": lead.customer, "phone": lead.phone, **ext, **tail}


# ---------------------------------------------------------------- the post


def parse_post(text: str, channels: Sequence[str] = DEFAULT_CHANNELS) -> PostResult:
    if not _MAYBE_HEADER.search(text):
        return NOT_A_LEAD
    typed = half_width(tidy(text))
    folded = fold(typed)
    typed, folded = _without_mentions(typed, folded)
    headers = list(_HEADER.finditer(folded))
    typed, folded = _without_quotes(typed, folded, headers)
    headers = [header for header in headers if folded[header.start() : header.end()].strip()]
    if not headers:
        return NOT_A_LEAD
    words_before = _words_before(folded[: headers[0].start()])
    if _EXAMPLE.search(words_before) and not _SENT_AGAIN.search(words_before):
        return NOT_A_LEAD
    found = _Found()
    for block in _blocks(typed, folded, headers, tuple(channels)):
        found.add(block)
    return found.result(lambda: _words_around(folded, headers, found.lines))


# Homophones of the four characters; only a header in brackets, with a colon or at the head of a line counts.
_X, _S, _XI, _Y = "线現现限县献陷先", "索锁所琐嗦缩", "响想相享向象像详", "应映硬英迎影盈"
_NAME = f"[{_X}] ?[{_S}] ?[{_XI}] ?[{_Y}]"
_MAYBE_HEADER = re.compile(f"[{_X}線缐]\\s{{0,8}}[{_S}]\\s{{0,8}}[{_XI}響]\\s{{0,8}}[{_Y}應]")
_OPEN = r"[【\[「『(<{#*\"“‘]"
_CLOSE = r"[】\]」』)>}#*\"”’]"
_HEADER = re.compile(
    rf"{_OPEN}{{1,3}} ?{_NAME} ?(?:[:-]? ?(?:[0-9]{{1,3}}|加急|急|新))?[!]{{0,3}} ?{_CLOSE}{{1,3}}(?: ?[:：\-])?"
    rf"|{_OPEN}{{0,3}} ?{_NAME} ?:"
    rf"|{_NAME}[】\]」』]"
    rf"|[【\[]{_NAME}(?=[ \t\n])"
    rf"|(?:(?<=\n)|^) ?(?:[0-9]{{1,2}} ?[.、)] ?)?{_NAME}(?=[ \t\n,，、/|+;\-])"
)
_MENTION = re.compile(r"@(?:(?![0-9]{7})[^\s@,，。:;!?【】\[\]「」『』()<>{}|/、#\"“”]){1,32}")
_MAIL_DOMAIN = re.compile(r"@[A-Za-z0-9\-]{1,63}\.[A-Za-z]")


def _without_mentions(typed: str, folded: str) -> tuple[str, str]:
    """Blanked, so that every place keeps its number; an e-mail address is no mention."""
    spans = []
    for found in _MENTION.finditer(folded):
        before = folded[found.start() - 1] if found.start() else " "
        if before.isascii() and before.isalnum() and _MAIL_DOMAIN.match(folded, found.start()):
            continue
        spans.append((found.start(), found.end()))
    return _blanked(typed, spans), _blanked(folded, spans)


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The spans become spaces; their line ends stay, because lines are counted."""
    parts = []
    last = 0
    for start, end in spans:
        parts += [text[last:start], "\n".join(" " * len(line) for line in text[start:end].split("\n"))]
        last = end
    return "".join([*parts, text[last:]])


_QUOTED_LINE = re.compile(r"^ ?>[^\n]*", re.MULTILINE)
_RULE = re.compile(r"^(?:- ?){5,}$", re.MULTILINE)
_QUOTES = {"「": "」", "『": "』", "“": "”"}
_REPLY_TO = re.compile(r"(?:回复|引用|转自)[^\n]{0,24}$")


def _without_quotes(typed: str, folded: str, headers: list[re.Match[str]]) -> tuple[str, str]:
    """A post that is quoted in a reply says nothing new: 「陈露：【线索响应】…」, “【线索响应】…”, lines with >."""
    spans = [(found.start(), found.end()) for found in _QUOTED_LINE.finditer(folded)]
    spans += _quoted_spans(folded, headers)
    spans = _merged(spans)
    return _blanked(typed, spans), _blanked(folded, spans)


def _quoted_spans(folded: str, headers: list[re.Match[str]]) -> list[tuple[int, int]]:
    spans = []
    begin = 0
    for at, header in enumerate(headers):
        until = headers[at + 1].start() if at + 1 < len(headers) else len(folded)
        span = _quote_around(folded, max(begin, header.start() - _LONGEST_NAME), header, until)
        if span:
            spans.append(span)
        begin = span[1] if span else header.end()
    return spans


# How far before the header a quotation may begin: a name and a time stand there.
_LONGEST_NAME = 200


def _quote_around(folded: str, begin: int, header: re.Match[str], until: int) -> tuple[int, int] | None:
    before = folded[begin : header.end()]
    for opener, closer in _QUOTES.items():
        if before.rfind(opener) > before.rfind(closer):
            return begin + before.rfind(opener), _quote_end(folded, closer, header.end())
    before = folded[begin : header.start()]
    if header[0].startswith('"') and header[0].count('"') == 1:
        return header.start(), _quote_end(folded, '"', header.end())
    if reply := _REPLY_TO.search(before):
        return begin + reply.start(), until
    return None


def _quote_end(folded: str, closer: str, after: int) -> int:
    """A quotation without its closing sign goes to the ruled line below it, or to the end."""
    end = folded.find(closer, after)
    if end >= 0:
        return end + 1
    rule = _RULE.search(folded, after)
    return rule.start() if rule else len(folded)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


_EXAMPLE = re.compile("例如|比如|譬如|示例|样例|举例|范例|范本|模板|模版|正确写法|错误写法|参考|格式")
_SENT_AGAIN = re.compile("重发|补发|重新|再发|更正|改一下|改好|错了|不对|补一|按格式")


def _words_before(folded: str) -> str:
    return folded.strip(" \t\n,，。:;!！、-—「」『』“”\"'")


# ---------------------------------------------------------------- what was found


@dataclass(slots=True)
class _Block:
    """The text of one lead, and what was read in it."""

    typed: str
    folded: str
    lines: list[int]
    reading: Reading
    numbered: bool = False

    @property
    def line(self) -> int:
        """The line of the wrong field, as far as it has one."""
        return self.lines[min(self.folded.count("\n", 0, self.reading.spot), len(self.lines) - 1)]


@dataclass(slots=True)
class _Found:
    leads: list[ParsedLead] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)
    templates: list[LineError] = field(default_factory=list)
    """Those errors that are the whole template with nothing filled in."""
    lines: set[int] = field(default_factory=set)
    """That leads and errors take."""

    def add(self, block: _Block) -> None:
        reading = block.reading
        if reading.is_complete:
            self.leads.append(_lead(block))
        elif _is_meant(block):
            self.errors.append(_complaint(block))
            if _is_whole_template(reading):
                self.templates.append(self.errors[-1])
        else:
            return
        self.lines.update(block.lines)

    def result(self, words_around: Callable[[], str]) -> PostResult:
        errors = tuple(self.errors)
        if self.leads:
            return PostResult(PostKind.LEADS, tuple(self.leads), errors)
        # 格式再提醒一遍：【线索响应】{客户名} …: the template shown inside other words is nobody's mistake.
        if self.templates and words_around():
            errors = tuple(error for error in errors if error not in self.templates)
        if not errors:
            return NOT_A_LEAD
        unfilled = any(error.problem is Problem.TEMPLATE_NOT_FILLED for error in errors)
        problem = Problem.TEMPLATE_NOT_FILLED if unfilled else errors[0].problem
        return PostResult(PostKind.ERROR, errors=errors, problem=problem)


def _lead(block: _Block) -> ParsedLead:
    reading = block.reading
    fields = (reading.customer, reading.phone, reading.model, reading.channel, reading.remark, reading.ext)
    return ParsedLead(*fields, line=block.lines[0])


def _complaint(block: _Block) -> LineError:
    reading = block.reading
    assert reading.problem is not None
    return LineError(
        block.line,
        reading.problem,
        one_space(block.typed),
        reading.customer,
        reading.phone,
        reading.model,
        reading.channel,
        reading.remark,
    )


_SENTENCE = re.compile(
    r"[?？]|吗|怎么|什么|如何|为何|是不是|有没有|能不能|可不可以|谁(?!家)|哪个|哪里|哪位|哪些|多少|请问|请各|请大|请按|请及|请尽|请勿|各位|大家|"
    r"收到|已接|已经|知悉|谢谢|辛苦|麻烦|这个|这条|那条|那个|这单|那单|昨天|昨晚|刚才|刚刚|以上|以下|如下|格式|规则|提醒|通知|注意|必须|不要|不能|不用|可以|打不通|打通|没人|投诉|"
    r"今天|今日|明天|本周|上周|下周|本月|上月|昨日|汇总|统计|播报|日报|周报|平均|超时|排名|继续|"
    r"[0-9] ?(?:条|分钟|%|单)|率(?=[0-9 :为是])|的是|的客户|客户都|了(?=[,，。!！ ]|$)|我[们来的先去]|你们?|他们|她"
)


def _is_sentence(text: str) -> bool:
    return len(text) > 60 or bool(_SENTENCE.search(text))


def _is_meant(block: _Block) -> bool:
    """Whether an incomplete block is an attempt at a lead; a question or a statistic under the header is none."""
    reading = block.reading
    if reading.placeholders:
        return not (_is_whole_template(reading) and _said(reading.rest))
    if len(reading.labels.intersection(CORE)) >= 2:
        return True
    if _is_sentence(reading.customer) or (not reading.channel and _is_sentence(reading.model)):
        return False
    if reading.phone or reading.phone_is_broken:
        return True
    if reading.phone_comes_later:
        return bool(reading.customer and (reading.model or reading.channel or looks_like_customer(reading.customer)))
    return _is_meant_without_phone(block)


def _is_meant_without_phone(block: _Block) -> bool:
    reading = block.reading
    if reading.channel:
        return bool(reading.customer and (reading.model or looks_like_customer(reading.customer)))
    named = looks_like_customer(reading.customer)
    if reading.model:
        return (named or block.numbered) and looks_like_code(reading.model)
    return named and (block.numbered or len(reading.customer) >= 5)


def _is_whole_template(reading: Reading) -> bool:
    if len(reading.placeholders.intersection(CORE)) < 3 or Kind.CUSTOMER not in reading.placeholders:
        return False
    return not (reading.phone or reading.channel or reading.phone_is_broken)


_POLITE = re.compile(r"谢谢|辛苦|大家|各位|您好|你好|早上好|了|啦|[^\u4e00-\u9fffA-Za-z0-9]")


def _said(text: str) -> bool:
    """More than a greeting or thanks."""
    return len(_POLITE.sub("", text)) >= 2


def _words_around(folded: str, headers: list[re.Match[str]], taken: set[int]) -> str:
    """What the post says outside its leads: before the first header, and in lines of their own."""
    before = folded[: headers[0].start()]
    behind = _blanked(folded, [(header.start(), header.end()) for header in headers])[len(before) :]
    first = before.count("\n") + 1
    lines = [line for number, line in enumerate(behind.split("\n"), first) if number not in taken]
    return before if _said(before) else next((line for line in lines if _said(line)), "")


# ---------------------------------------------------------------- blocks


@dataclass(slots=True)
class _Unit:
    """A line, or the part of a line that may be a lead of its own."""

    typed: str
    folded: str
    line: int
    numbered: bool = False
    after_blank: bool = False


def _blocks(typed: str, folded: str, headers: list[re.Match[str]], channels: tuple[str, ...]) -> Iterator[_Block]:
    line = 1
    counted = 0
    for at, header in enumerate(headers):
        start, end = header.end(), headers[at + 1].start() if at + 1 < len(headers) else len(folded)
        line += folded.count("\n", counted, start)
        counted = start
        units = list(_units(typed[start:end], folded[start:end], line, channels))
        if at + 1 < len(headers) and units:
            _drop_next_number(units[-1])
        yield from _grouped([unit for unit in units if unit.folded.strip(_NOTHING)], channels)


_NOTHING = " \t,，、。.:;-—_*#|/~!！"
_NEXT_NUMBER = re.compile(r"(?:^|[\s,，;。])(?:[0-9]{1,2}[.、)]|[(][0-9]{1,2}[)]|[①-⑳])[ ]*$")


def _drop_next_number(unit: _Unit) -> None:
    """1.【线索响应】… 2.【线索响应】…: the 2 belongs to the header behind it."""
    if found := _NEXT_NUMBER.search(unit.folded, max(0, len(unit.folded) - 6)):
        unit.folded, unit.typed = unit.folded[: found.start()], unit.typed[: found.start()]


_BULLET = re.compile(r"[ \t\-*•·●◆■▪—~>]*")
_NUMERALS = "一二三四五六七八九十"
_NUMBER = re.compile(
    r"(?:[①-⑳❶-❿⑴-⒛]|\([0-9]{1,2}\)[.、:]?|[0-9]{1,2} ?(?:[)、,，:#]|[.](?![0-9]{1,3}(?![0-9])))"
    rf"|\([{_NUMERALS}]{{1,3}}\)[.、:]?|[{_NUMERALS}]{{1,3}}[、.)]"
    rf"|第[0-9{_NUMERALS}]{{1,3}}(?:条|个|家)?(?:线索|客户)?[:、.,， ]|(?:线索|客户)[0-9{_NUMERALS}]{{1,2}}[:、. ]|No\.?[0-9]{{1,2}}[:. ]"
    r"|[0-9]{1,2} (?=[\u4e00-\u9fff]{2}))",
    re.IGNORECASE,
)


def _units(typed: str, folded: str, line: int, channels: tuple[str, ...]) -> Iterator[_Unit]:
    after_blank = False
    start = 0
    for text in folded.split("\n"):
        end = start + len(text)
        if text.strip(_NOTHING):
            whole = _Unit(typed[start:end], text, line, after_blank=after_blank)
            yield from _parts(_unnumbered(whole), channels)
        after_blank = not text.strip()
        start = end + 1
        line += 1


def _cut(unit: _Unit, start: int, end: int, *, numbered: bool) -> _Unit:
    return _Unit(unit.typed[start:end], unit.folded[start:end], unit.line, numbered, unit.after_blank)


def _unnumbered(unit: _Unit) -> _Unit:
    bullet = _BULLET.match(unit.folded)
    start = bullet.end() if bullet else 0
    number = _NUMBER.match(unit.folded, start)
    return _cut(unit, number.end() if number else start, len(unit.folded), numbered=bool(number) or unit.numbered)


_INLINE_NUMBER = re.compile(
    r"(?:(?<=[\s,，;。)\]】])|^)(?:(?P<circled>[①-⑳❶-❿])|\(?(?P<plain>[0-9]{1,2})[.、)](?=\D|[0-9]{7}))"
)


def _parts(unit: _Unit, channels: tuple[str, ...]) -> Iterator[_Unit]:
    """Several leads in one line: split at list numbers, else at semicolons and full stops."""
    cuts = list(_number_cuts(unit))
    if cuts:
        for start, end in zip([0, *cuts], [*cuts, len(unit.folded)], strict=True):
            yield _unnumbered(_cut(unit, start, end, numbered=True))
        return
    yield from _parts_at_semicolons(unit, channels)


def _number_cuts(unit: _Unit) -> Iterator[int]:
    """The line begins with a list number (taken off already), so the next ones run on from two."""
    if not unit.numbered:
        return
    wanted = None
    for found in _INLINE_NUMBER.finditer(unit.folded):
        if found["circled"]:
            yield found.start()
            continue
        number = int(found["plain"])
        if number == (wanted or 2):
            wanted = number + 1
            yield found.start()


_SEMICOLON = re.compile(r"[;。]")


def _parts_at_semicolons(unit: _Unit, channels: tuple[str, ...]) -> Iterator[_Unit]:
    """Only before a part that is a lead by itself: a semicolon may also separate fields, or stand in a remark."""
    if not _SEMICOLON.search(unit.folded):
        yield unit
        return
    start = last = 0
    seen = False
    for found in [*_SEMICOLON.finditer(unit.folded), None]:
        end = found.start() if found else len(unit.folded)
        part = _unnumbered(_cut(unit, last, end, numbered=False))
        is_row = _is_row(part, _read(part, channels))
        if is_row and seen and last > start:
            yield _unnumbered(_cut(unit, start, last - 1, numbered=unit.numbered))
            start = last
        seen = seen or is_row
        last = end + 1
    yield _unnumbered(_cut(unit, start, len(unit.folded), numbered=unit.numbered))


def _read(unit: _Unit, channels: tuple[str, ...]) -> Reading:
    return read_lead(unit.typed, unit.folded, channels)


def _is_row(unit: _Unit, reading: Reading) -> bool:
    """Holds enough of a lead to be one by itself, good or bad."""
    if reading.placeholders:
        return len(reading.placeholders) >= 2 or bool(reading.customer or reading.phone)
    if reading.labels:
        return len(reading.labels.intersection(CORE)) >= 3
    phone = reading.phone or reading.phone_is_broken or reading.phone_comes_later
    if phone:
        return bool(reading.customer or (reading.model and reading.channel)) and not _is_sentence(reading.customer)
    if reading.channel:
        return bool(reading.customer and reading.model) and not _is_sentence(reading.customer)
    return bool(reading.model) and looks_like_customer(reading.customer) and looks_like_code(reading.model)


def _grouped(units: list[_Unit], channels: tuple[str, ...]) -> Iterator[_Block]:
    readings = [_read(unit, channels) for unit in units]
    rows = [_is_row(unit, reading) for unit, reading in zip(units, readings, strict=True)]
    at = 0
    while at < len(units):
        end = at + 1
        if rows[at]:
            while end < len(units) and not rows[end] and not _starts_anew(units[end:]):
                end += 1
            yield from _row_and_what_follows(units[at:end], readings[at:end], channels)
        else:
            while end < len(units) and not rows[end]:
                end += 1
            following = units[end] if end < len(units) else None
            run = units[at:end]
            if following and _belongs_before(run, readings[end]):
                units[end] = _joined([run.pop(), following])
                readings[end] = _read(units[end], channels)
            yield from _field_lines(run, channels)
        at = end


def _starts_anew(units: list[_Unit]) -> bool:
    """Labelled lines behind a finished row are a lead of their own."""
    kinds = {kind for unit in units[:4] for kind in label_kinds(unit.folded)}
    return bool(set(label_kinds(units[0].folded)).intersection(CORE)) and len(kinds.intersection(CORE)) >= 3


def _belongs_before(run: list[_Unit], row: Reading) -> bool:
    """The customer's name stands alone in the line above the rest."""
    name = run[-1].folded.strip() if run else ""
    return bool(name) and not row.customer and len(name) <= 40 and not _is_sentence(name) and not row.placeholders


def _joined(units: Sequence[_Unit]) -> _Unit:
    return _Unit(
        "\n".join(unit.typed for unit in units),
        "\n".join(unit.folded for unit in units),
        units[0].line,
        units[0].numbered,
        units[0].after_blank,
    )


def _block(units: Sequence[_Unit], channels: tuple[str, ...]) -> _Block:
    whole = _joined(units)
    lines = [unit.line + number for unit in units for number in range(unit.folded.count("\n") + 1)]
    return _Block(whole.typed, whole.folded, lines, _read(whole, channels), whole.numbered)


_CHATTER = re.compile(
    r"大家|各位|辛苦|谢谢|感谢|多谢|收到请|收到回|收到后|回个?1|回复1|扣1|以上|请查收|请接收|请知悉|早上好|上午好|下午好|晚上好|早安|加油|还有[一两几0-9]条|再来[一两几0-9]条|再补|补充[一两几0-9]条|"
    r"另外[一两几0-9]条|完毕|就这些|就这[一两三几0-9]条|[共今][一二三四五六七八九十几0-9]+条|今天[一二三两四五六七八九十几0-9]+条|拜托|麻烦(?!客户)|请.{0,6}(?:跟进|接单|联系|处理|回复|确认)|抓紧(?:联系|跟进|时间)|尽快(?:接单|跟进)|^收到"
)


def _is_chatter(unit: _Unit) -> bool:
    return bool(_CHATTER.search(unit.folded)) and not unit.numbered


def _row_and_what_follows(units: list[_Unit], readings: list[Reading], channels: tuple[str, ...]) -> Iterator[_Block]:
    """A row, and lines below it that are no rows: its missing fields, its remark, or nobody's words."""
    mine = [units[0]]
    reading = readings[0]
    for unit, said in zip(units[1:], readings[1:], strict=True):
        if _is_chatter(unit):
            continue
        if unit.numbered:
            yield _block(mine, channels)
            mine, reading = [unit], said
        elif reading.is_complete or _completes(reading, said):
            mine.append(unit)
            reading = _read(_joined(mine), channels) if not reading.is_complete else reading
    yield _block(mine, channels)


def _completes(reading: Reading, below: Reading) -> bool:
    """客户 电话 in one line, 型号 渠道 in the next; or only the channel is below."""
    if reading.channel or below.phone or below.phone_is_broken or below.phone_comes_later or not reading.customer:
        return False
    if reading.model:
        return bool(below.channel) and not below.customer and not below.model
    alone = not (below.customer and below.model)
    return alone and not looks_like_customer(below.customer) and not _is_sentence(below.customer)


def _field_lines(units: list[_Unit], channels: tuple[str, ...]) -> Iterator[_Block]:
    """Leads that are spread over lines, a field or two in each."""
    if not units:
        return
    kinds = [kind for unit in units for kind in label_kinds(unit.folded)]
    groups = _labelled_groups(units) if len(set(kinds).intersection(CORE)) >= 2 else _bare_groups(units, channels)
    for group in groups:
        yield _block(group, channels)


def _labelled_groups(units: list[_Unit]) -> Iterator[list[_Unit]]:
    """A new lead begins where its first label comes again, or behind a blank line where every block is labelled."""
    by_blank = _blank_lines_separate(units)
    group: list[_Unit] = []
    first: Kind | None = None
    last: Kind | None = None
    for unit in units:
        kinds = label_kinds(unit.folded)
        repeated = bool(kinds) and kinds[0] is first and last is not first
        if group and ((by_blank and unit.after_blank and kinds) or repeated):
            yield group
            group, first = [], None
        if not kinds and _is_chatter(unit):
            continue
        if kinds:
            first, last = first or kinds[0], kinds[-1]
        group.append(unit)
    if group:
        yield group


def _blank_lines_separate(units: list[_Unit]) -> bool:
    counts = [0]
    for unit in units:
        if unit.after_blank:
            counts.append(0)
        counts[-1] += len(label_kinds(unit.folded))
    return all(count != 1 for count in counts)


def _bare_groups(units: list[_Unit], channels: tuple[str, ...]) -> Iterator[list[_Unit]]:
    """One field in each line: a lead for each phone, with the line before it as its customer."""
    units = [unit for unit in units if not _is_chatter(unit)]
    phones = [at for at, unit in enumerate(units) if _has_phone(unit, channels)]
    starts = [max(at - 1, 0) for at in phones[1:]] if len(phones) > 1 and phones[0] > 0 else phones[1:]
    blanks = [at for at, unit in enumerate(units) if at and unit.after_blank]
    if len(phones) < 2:
        starts = [] if len(phones) == 1 and len(units) <= 6 else _separate_attempts(units, blanks)
    for start, end in zip([0, *starts], [*starts, len(units)], strict=True):
        if units[start:end]:
            yield units[start:end]


def _separate_attempts(units: list[_Unit], blanks: list[int]) -> list[int]:
    return [at for at, unit in enumerate(units) if at and unit.numbered] or blanks


def _has_phone(unit: _Unit, channels: tuple[str, ...]) -> bool:
    reading = _read(unit, channels)
    return bool(reading.phone or reading.phone_is_broken)
