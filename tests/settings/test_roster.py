"""Reading the roster: what a good one becomes, and one sentence for each thing wrong with a bad one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from domain.people import Leave, Role, Status
from settings.load import parse
from settings.roster import RosterRead, doubts_beside, read

Reading = Callable[..., RosterRead]


def member(userid: str, name: str, more: str = "") -> str:
    return f'[[members]]\nuserid = "{userid}"\nname = "{name}"\n{more}\n'


BOSS = member("boss", "陈露", 'roles = ["admin", "manager"]')


@pytest.fixture
def from_toml(tmp_path: Path) -> Reading:
    def reading(*parts: str) -> RosterRead:
        file = tmp_path / "roster.toml"
        file.write_text("".join(parts), "utf-8")
        return read(file)

    return reading


@pytest.fixture
def from_excel(tmp_path: Path) -> Reading:
    def reading(*rows: tuple[object, ...]) -> RosterRead:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / "roster.xlsx")
        return read(tmp_path / "roster.xlsx")

    return reading


def test_a_member_has_everything_that_the_file_says(from_toml: Reading) -> None:
    found = from_toml(
        BOSS,
        member(
            "LiSi",
            "李四",
            'roles = ["销售", "tech"]\nteam = "华东"\nregion = "华东"\nproduct_lines = ["数控"]\n'
            'skills = { "数控" = 1 }\nmanager = "BOSS"\n'
            'leave = [{ first = 2027-02-01, last = "2027-02-03", stand_in = "boss" }]',
        ),
    )
    assert found.problems == found.warnings == ()
    li = found.members[1]
    assert (li.userid, li.wecom_userid, li.manager) == ("lisi", "LiSi", "boss")
    assert li.roles == {Role.REP, Role.TECH}
    assert (li.team, li.region, li.product_lines, li.skills) == ("华东", "华东", {"数控"}, {"数控": 1.0})
    assert li.leave == (Leave(date(2027, 2, 1), date(2027, 2, 3), "boss"),)


def test_who_has_no_role_written_is_a_rep(from_toml: Reading) -> None:
    assert from_toml(BOSS, member("a", "甲")).members[1].roles == {Role.REP}


@pytest.mark.parametrize(
    ("rest", "sentence"),
    [
        (member("a", "甲", 'roles = ["reps"]'), "members[2]（甲） roles[1]：没有叫“reps”的角色；是不是“rep”？"),
        (member("a", "甲", 'roles = ["总经里"]'), "members[2]（甲） roles[1]：没有叫“总经里”的角色；是不是“总经理”？"),
        (
            member("a", "甲", 'roles = ["xyz"]'),
            "members[2]（甲） roles[1]：没有叫“xyz”的角色；"
            "可以写：rep、manager、admin、finance、tech、service、leader、operator",
        ),
        (member("a", "甲", 'managr = "boss"'), "members[2]（甲） managr 不认识；是不是 manager？"),
        (member("a", "甲", 'manager = "bos"'), "members[2]（甲） manager：名册里没有“bos”；是不是“boss”？"),
        (member("a", "甲", 'manager = "zzz"'), "members[2]（甲） manager：名册里没有“zzz”；要写名册里某人的账号。"),
        (
            member("a", "甲", "status = '休假'"),
            "members[2]（甲） status：只能是 active（在职）或 frozen（冻结），现在是“休假”",
        ),
        (member("a", "甲", "skills = { x = 2 }"), "members[2]（甲） skills.x：不能大于 1"),
        ('[[members]]\nuserid = "a"\n', "members[2]（a） name：没有填"),
        ('[[members]]\nname = "甲"\nuserid = " "\n', "members[2]（甲） userid：不能是空的"),
        (
            member("a", "甲", "leave = [{ first = 2027-02-03, last = 2027-02-01 }]"),
            "members[2]（甲） leave[1].last：2027-02-01 早于开始的 2027-02-03",
        ),
        (
            member("a", "甲", "leave = [{ first = 2027-02-01, last = 2027-02-01, stand_in = 'x' }]"),
            "members[2]（甲） stand_in：名册里没有“x”；要写名册里某人的账号。",
        ),
        (
            member("a", "甲", "leave = [{ first = 2027-02-01, last = 2027-02-01, stand_in = 'A' }]"),
            "members[2]（甲） stand_in：自己不能做自己的代理人。",
        ),
        (
            member("a", "甲") + member("BOSS", "乙"),
            "members[3]（乙） userid：账号 BOSS 和 members[1]（陈露） 重复；企业微信的账号不分大小写。",
        ),
        (
            member("a", "甲", 'manager = "b"') + member("b", "乙", 'manager = "c"\nroles = ["manager"]')
            + member("c", "丙", 'manager = "b"\nroles = ["manager"]'),
            "主管绕成了一圈：乙（b） → 丙（c） → 乙（b）；去掉其中一个 manager。",
        ),
        (
            member("a", "甲", 'manager = "a"\nroles = ["rep", "manager"]'),
            "主管绕成了一圈：甲（a） → 甲（a）；去掉其中一个 manager。",
        ),
        ("", "名册里没有在职的销售（角色 rep）；线索会没有人可派。"),
        (member("a", "甲", 'status = "frozen"'), "名册里没有在职的销售（角色 rep）；线索会没有人可派。"),
        (member("a", "甲") + "[[member]]\n", "member 不认识；是不是 members？"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_own_sentence(from_toml: Reading, rest: str, sentence: str) -> None:
    assert from_toml(BOSS, rest).problems == (sentence,)


def test_a_slip_in_one_row_is_not_complained_about_in_the_rows_that_point_there(from_toml: Reading) -> None:
    found = from_toml(BOSS, member("a", "甲", 'roles = ["x1"]'), member("b", "乙", 'manager = "a"'))
    assert [sentence[:10] for sentence in found.problems] == ["members[2]"]


@pytest.mark.parametrize("text", ["", "# 空的\n", "members = []\n"])
def test_an_empty_roster_is_refused(from_toml: Reading, text: str) -> None:
    assert from_toml(text).problems == ("名册里一个人也没有；至少要有一名销售。",)


def test_a_roster_of_another_shape_is_refused(from_toml: Reading) -> None:
    assert from_toml("members = 3").problems == ("members：每个人要写成一段 [[members]]。",)
    assert "不是正确的 TOML" in from_toml("[[members]\n").problems[0]


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    for name in ("no.toml", "no.xlsx"):
        assert read(tmp_path / name).problems == (f"找不到文件 {tmp_path / name}；请检查路径。",)


def test_doubts_are_told_and_forbid_nothing(from_toml: Reading) -> None:
    found = from_toml(member("a", "甲"), member("b", "甲", 'manager = "a"'))
    assert found.problems == ()
    assert found.warnings == (
        "名册里没有群管理员（admin）或机器人管理员（operator）；派不出去的线索没有人会收到提醒。",
        "有 2 个人叫“甲”；客户指名要他时分不清是谁。",
        "甲 是 甲 的主管，但没有角色 manager。",
    )


HEADER = ("账号", "姓名", "角色", "团队", "区域", "产品线", "技能", "主管", "状态", "请假开始", "请假结束", "代理人")


def test_an_excel_roster_reads_like_a_toml_one(from_excel: Reading) -> None:
    """Under a heading, accounts as numbers, several roles in a cell, the manager by name, days as days."""
    found = from_excel(
        ("销售部名册",),
        HEADER,
        ("boss", "陈露", "群管理员、主管"),
        (),
        (1001, "李四", "销售", "华东", "华东", "数控；激光", "数控:90%", "陈露", "在职",
         date(2027, 2, 1), "2027-02-03", "boss"),
        ("old", "王五", "rep", None, None, None, None, None, "离职"),
    )  # fmt: skip
    assert found.problems == found.warnings == ()
    boss, li, old = found.members
    assert boss.roles == {Role.ADMIN, Role.MANAGER}
    assert (li.userid, li.manager, li.product_lines, li.skills) == ("1001", "boss", {"数控", "激光"}, {"数控": 0.9})
    assert li.leave == (Leave(date(2027, 2, 1), date(2027, 2, 3), "boss"),)
    assert (old.status, old.frozen_why) == (Status.FROZEN, "roster")


def test_english_headers_do_as_well(from_excel: Reading) -> None:
    found = from_excel(("Name", "UserID", "Roles", "Product Lines"), ("李四", "lisi", "rep,admin", "A,B"))
    assert found.problems == ()
    assert found.members[0].product_lines == {"A", "B"}


def test_a_complaint_about_excel_names_the_row_as_excel_counts_it(from_excel: Reading) -> None:
    found = from_excel(("账号", "姓名", "角色"), ("boss", "陈露", "群管理员"), (), ("a", "甲", "肖售"))
    assert [sentence.split("；")[0] for sentence in found.problems] == ["第 4 行（甲） roles[1]：没有叫“肖售”的角色"]


def test_an_excel_file_without_header_or_with_a_column_twice_is_refused(from_excel: Reading) -> None:
    assert "找不到表头" in from_excel(("李四", "lisi"), ("王五", "wangwu")).problems[0]
    assert "表头里有两列都是“主管”。" in from_excel(("账号", "姓名", "主管", "上级"), ("a", "甲", "", "")).problems


def test_a_column_that_nobody_knows_is_told_and_not_read(from_excel: Reading) -> None:
    assert "不认识的列“工龄”，没有读。" in from_excel(("账号", "姓名", "工龄"), ("a", "甲", 3)).warnings


def test_a_file_that_only_calls_itself_excel_is_refused(tmp_path: Path) -> None:
    (tmp_path / "roster.xlsx").write_text("账号,姓名\n", "utf-8")
    assert "不是能读的 Excel 文件" in read(tmp_path / "roster.xlsx").problems[0]


def test_settings_that_name_people_or_lines_who_are_not_there_are_told(from_toml: Reading) -> None:
    members = from_toml(BOSS, member("a", "甲", 'team = "华东一队"\nregion = "华南"\nproduct_lines = ["数控"]')).members
    settings = parse(
        {
            "assignment": {"groups": [{"name": "g", "teams": ["华东二队"], "members": ["A", "nobody"]}]},
            "regions": [{"name": "华东", "cities": ["上海"]}],
            "tags": {"product_lines": {"数控机床": ["X200"]}},
        }
    )
    assert doubts_beside(settings, members) == (
        "assignment.groups[1].teams：没有叫“华东二队”的团队；是不是“华东一队”？",
        "assignment.groups[1].members：没有叫“nobody”的成员；名册 里有：boss、a",
        "名册 甲：没有叫“数控”的产品线；是不是“数控机床”？",
        "名册 甲：没有叫“华南”的区域；regions 里有：华东",
    )
