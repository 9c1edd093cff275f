"""Leads written in every mixture of the forms that people use: whatever the form, the same four fields."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import pytest

from nlp.lead_post import ParsedLead, PostKind, Problem, parse_post

HEADERS = (
    "【线索响应】",
    "[线索响应]",
    "线索响应：",
    "【线索相应】",
    "#线索响应# ",
    "「线索响应」",
    "（线索响应）：",
    "【線索響應】",
    "【线索响应】\n",
)
MENTIONS = ("", "", "@跟单铃 ", "@跟单铃\u2005", "@所有人 @跟单铃 ")
CUSTOMERS = (
    "苏州屿衡精密机械有限公司",
    "霁川（天津）自动化设备有限公司",
    "澍诚包装",
    "王先生",
    "抚州赣砚药业",
    "Sunvale Tooling",
    "1688客户刘姐",
    "抖音电商基地",
    "3H能源",
    "大同市第二人民医院",
)
MOBILES = ("13862517043", "15968814270", "19925517306", "16673105529", "14775208841")
LANDLINES = (("0512", "67738120"), ("021", "54186630"), ("0771", "5563278"), ("010", "62178845"), ("0911", "3862750"))
MODELS = (
    "YH-850L",
    "4LZ-6",
    "空压机 GA 75",
    "净水机R8",
    "6308-2RS",
    "300",
    "DN80闸阀",
    "MK7130",
    "洗薯机（不锈钢）",
    "qPCR-96",
)
CHANNELS = ("1688", "阿里国际站", "官网", "电话咨询", "转介绍", "老客户转介绍", "展会", "抖音")
REMARKS = ("", "", "急", "客户希望本周内看到样机", "预算大概60万，要含运费", "找行政部", "下午三点后打")
SEPARATORS = (" ", "  ", "，", " , ", "/", " / ", "|", "｜", "、", "\t", "+", "　", "；")
LABELS = (
    ("客户名", "电话", "意向型号", "来源渠道", "备注"),
    ("客户", "手机", "型号", "来源", "备注"),
    ("公司名称", "联系电话", "产品型号", "渠道", "说明"),
    ("单位", "联系方式", "机型", "客户来源", "备注"),
)


@dataclass(frozen=True)
class Fields:
    customer: str
    phone: str
    typed_phone: str
    model: str
    channel: str
    remark: str
    ext: str = ""

    @property
    def lead(self) -> tuple[str, ...]:
        return self.customer, self.phone, self.ext, self.model, self.channel, self.remark


def _phone(rng: random.Random) -> tuple[str, str, str]:
    """(digits, as typed, extension)"""
    if rng.random() < 0.6:
        mobile = rng.choice(MOBILES)
        a, b, c = mobile[:3], mobile[3:7], mobile[7:]
        forms = (mobile, mobile, f"{a} {b} {c}", f"{a}-{b}-{c}", f"{a}.{b}.{c}", f"+86 {mobile}", f"+86-{a}-{b}-{c}")
        forms += (
            f"86{mobile}",
            f"0086 {mobile}",
            f"（+86）{mobile}",
            "".join(chr(ord(d) + 0xFEE0) for d in mobile),
            f"{a} {b}{c}",
        )
        return mobile, rng.choice(forms), ""
    area, number = rng.choice(LANDLINES)
    forms = (
        f"{area}-{number}",
        f"（{area}）{number}",
        f"{area} {number}",
        f"{area}{number}",
        f"({area}) {number}",
        f"{area}－{number}",
    )
    typed = rng.choice((*forms, f"+86 {area[1:]} {number}", f"{area}-{number[:-4]}-{number[-4:]}"))
    if rng.random() < 0.25:
        return (
            area + number,
            typed + rng.choice(("转806", " 转 806", "-806", "分机806", " ext.806", "（转806）")),
            "806",
        )
    return area + number, typed, ""


def _fields(rng: random.Random) -> Fields:
    digits, typed, ext = _phone(rng)
    return Fields(
        rng.choice(CUSTOMERS), digits, typed, rng.choice(MODELS), rng.choice(CHANNELS), rng.choice(REMARKS), ext
    )


def _in_a_row(rng: random.Random, fields: Fields, separators: tuple[str, ...] = SEPARATORS) -> str:
    separator = rng.choice(separators)
    parts = [fields.customer, fields.typed_phone, fields.model, fields.channel]
    if rng.random() < 0.12 and separator.strip():
        parts = [fields.typed_phone, fields.customer, fields.model, fields.channel]
    row = separator.join(parts)
    if not fields.remark:
        return row + rng.choice(("", "", "。", " "))
    return row + rng.choice(
        (
            f" {fields.remark}",
            f"（{fields.remark}）",
            f"，{fields.remark}",
            f" 备注：{fields.remark}",
            f"【{fields.remark}】",
        )
    )


def _labelled(rng: random.Random, fields: Fields, between: str) -> str:
    names = rng.choice(LABELS)
    values = [fields.customer, fields.typed_phone, fields.model, fields.channel]
    pairs = list(zip(names, values, strict=False))
    rng.shuffle(pairs)
    if fields.remark:
        pairs.append((names[4], fields.remark))
    colon = rng.choice(("：", ":", ": ", " ："))
    return between.join(f"{name}{colon}{value}" for name, value in pairs)


def _in_lines(fields: Fields) -> str:
    lines = [fields.customer, fields.typed_phone, fields.model, fields.channel, fields.remark]
    return "\n".join(line for line in lines if line)


def _read(lead: ParsedLead) -> tuple[str, ...]:
    return lead.customer, lead.phone, lead.ext, lead.model, lead.channel, lead.remark


def _one(rng: random.Random, fields: Fields) -> str:
    form = rng.random()
    if form < 0.6:
        return _in_a_row(rng, fields)
    if form < 0.75:
        return _labelled(rng, fields, "\n")
    if form < 0.9:
        return _labelled(rng, fields, rng.choice((" ", "，", "；", " ; ", "  ")))
    return _in_lines(fields)


@pytest.mark.parametrize("seed", range(600))
def test_one_lead_is_read_alike_in_every_form(seed: int) -> None:
    rng = random.Random(seed)
    fields = _fields(rng)
    post = rng.choice(MENTIONS) + rng.choice(HEADERS) + _one(rng, fields)
    result = parse_post(post)
    assert [_read(lead) for lead in result.leads] == [fields.lead], post
    assert not result.errors, post


MARKS = (
    lambda n: "",
    lambda n: f"{n}. ",
    lambda n: f"{n}、",
    lambda n: "①②③④⑤"[n - 1],
    lambda n: f"（{n}）",
    lambda n: "- ",
)
CLOSINGS = ("", "", "\n以上，辛苦大家", "\n谢谢各位[抱拳]", "\n收到请回复")


@pytest.mark.parametrize("seed", range(400))
def test_several_leads_are_read_alike_in_every_form(seed: int) -> None:
    rng = random.Random(seed)
    several = [_fields(rng) for _ in range(rng.randint(2, 5))]
    header, form = rng.choice(HEADERS), rng.random()
    if form < 0.4:
        mark = rng.choice(MARKS)
        text = header.strip() + "\n" + "\n".join(mark(n) + _in_a_row(rng, one) for n, one in enumerate(several, 1))
    elif form < 0.55:
        text = "\n".join(header.strip() + _in_a_row(rng, one) for one in several)
    elif form < 0.75:
        names = random.Random(seed + 1)
        text = header.strip() + "\n" + "\n\n".join(_labelled(names, one, "\n") for one in several)
    elif form < 0.9:
        rows = [_in_a_row(rng, one, SEPARATORS[:-1]).rstrip("。 ") for one in several]
        text = header.strip() + rng.choice(("；", ";", "； ")).join(rows)
    else:
        text = header.strip() + "\n" + "\n\n".join(_in_lines(one) for one in several)
    result = parse_post(rng.choice(MENTIONS) + text + rng.choice(CLOSINGS))
    assert [_read(lead) for lead in result.leads] == [one.lead for one in several], text
    assert not result.errors, text


@pytest.mark.parametrize("seed", range(300))
def test_no_phone_is_ever_invented(seed: int) -> None:
    """Whatever is done to the digits of a phone, the answer is a complaint or digits that were typed."""
    rng = random.Random(seed)
    fields = _fields(rng)
    typed = list(fields.typed_phone)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(typed))
        typed[at] = rng.choice(("", "*", "O", "x", " ", "X", typed[at] * 2, "l", "-"))
    broken = "".join(typed)
    post = f"【线索响应】{fields.customer} {broken} {fields.model} {fields.channel} {fields.remark}"
    said = "".join(char for char in post.translate({0xFF10 + n: str(n) for n in range(10)}) if char.isdigit())
    result = parse_post(post)
    assert result.kind is not PostKind.NOT_A_LEAD, post
    for lead in result.leads:
        assert lead.phone.removeprefix("0") in said, post
        assert lead.phone == fields.phone or broken != fields.typed_phone, post


def _broken(rng: random.Random, phone: str) -> str:
    mobile = rng.choice(MOBILES)
    forms = (mobile[:-1], mobile + "3", mobile[:3] + "****" + mobile[7:], mobile[:3] + "O" + mobile[4:], "82753164")
    forms += (
        f"{mobile[:3]} {mobile[3:7]} {mobile[7:10]}",
        mobile[:3] + "xxxx" + mobile[7:],
        "0512-677381",
        "6773-8120",
        mobile[:7] + "XXXX",
    )
    return rng.choice(forms)


def _wrong(rng: random.Random) -> tuple[Fields, Problem]:
    """Fields with one thing wrong, and what is to be said about it."""
    good = _fields(rng)
    kind = rng.choice(("phone", "later", "broken", "model", "channel", "customer", "template"))
    if kind == "phone":
        return replace(good, typed_phone=""), Problem.PHONE_MISSING
    if kind == "later":
        said = rng.choice(("电话稍后补", "稍后补", "暂无", "没留电话", "电话待定", "手机号晚点发", "未留电话"))
        return replace(good, typed_phone=said), Problem.PHONE_MISSING
    if kind == "broken":
        return replace(good, typed_phone=_broken(rng, good.phone)), Problem.PHONE_INVALID
    if kind == "model":
        return replace(good, model=""), Problem.MODEL_MISSING
    if kind == "channel":
        return replace(good, channel="", remark=""), Problem.CHANNEL_MISSING
    if kind == "customer":
        return replace(good, customer=""), Problem.CUSTOMER_MISSING
    field, shown = rng.choice(
        (
            ("customer", "{客户名}"),
            ("typed_phone", "{电话}"),
            ("model", "{意向型号}"),
            ("channel", "{来源渠道}"),
            ("customer", "XX公司"),
        )
    )
    return replace(good, **{field: shown}), Problem.TEMPLATE_NOT_FILLED


def _wrong_row(rng: random.Random, fields: Fields) -> str:
    separator = rng.choice(SEPARATORS[:-1])
    parts = [fields.customer, fields.typed_phone, fields.model, fields.channel, fields.remark]
    return separator.join(part for part in parts if part)


@pytest.mark.parametrize("seed", range(400))
def test_the_wrong_field_is_named_in_every_form(seed: int) -> None:
    rng = random.Random(seed)
    fields, problem = _wrong(rng)
    text = _labelled(rng, fields, rng.choice(("\n", " ", "；"))) if rng.random() < 0.4 else _wrong_row(rng, fields)
    post = rng.choice(MENTIONS) + rng.choice(HEADERS) + text
    result = parse_post(post)
    assert (result.kind, result.problem) == (PostKind.ERROR, problem), post


@pytest.mark.parametrize("seed", range(300))
def test_a_wrong_line_among_good_ones_is_named_with_its_line(seed: int) -> None:
    rng = random.Random(seed)
    rows, wanted, problems = [], [], []
    mark = rng.choice(MARKS)
    for number in range(2, rng.randint(4, 6)):
        if rng.random() < 0.4 and (rows or number < 3):
            fields, problem = _wrong(rng)
            rows.append(_wrong_row(rng, fields))
            problems.append((number, problem))
        else:
            fields = _fields(rng)
            rows.append(_in_a_row(rng, fields, SEPARATORS[:-1]))
            wanted.append(fields.lead)
    text = "【线索响应】\n" + "\n".join(mark(number) + row for number, row in enumerate(rows, 1)) + rng.choice(CLOSINGS)
    result = parse_post(text)
    assert [_read(lead) for lead in result.leads] == wanted, text
    assert [(error.line, error.problem) for error in result.errors] == problems, text
