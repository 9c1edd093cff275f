"""The front door: exit codes, plain sentences on stderr, and what the commands leave behind."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.replay import Replayed
from bot.__main__ import COMMANDS, main
from bot.commands import archive
from bot.commands.archive import _libpq
from bot.commands.replay import _told
from domain.assignment import Way
from domain.ids import LeadId, UserId
from domain.people import Member, Status
from settings.load import parse
from storage.database import Database
from storage.unit_of_work import begin_work

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)

ROSTER = """
[[members]]
userid = "LiSi"
name = "李四"
roles = ["rep"]
[[members]]
userid = "chenlu"
name = "陈露"
roles = ["admin"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "roster.toml").write_text(ROSTER, "utf-8")
    file = tmp_path / "config.toml"
    file.write_text("[server]\nport = 1\n", "utf-8")
    return file


Called = Callable[..., tuple[int, str, str]]


@pytest.fixture
def dealbell(capsys: pytest.CaptureFixture[str]) -> Called:
    """Runs a command; returns its exit code, stdout and stderr."""

    def call(*argv: object) -> tuple[int, str, str]:
        try:
            code = main([str(arg) for arg in argv])
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help(dealbell: Called, command: str) -> None:
    code, out, err = dealbell(command, "--help")
    assert (code, err) == (0, "")
    assert command in out


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        ((), "还要写 COMMAND；用法见 dealbell --help。\n"),
        (("serv",), "没有“serv”；是不是 serve？；用法见 dealbell --help。\n"),
        (("migrate",), "还要写 --config；用法见 dealbell migrate --help。\n"),
        (("migrate", "--config"), "--config 后面要有值；用法见 dealbell migrate --help。\n"),
        (("demo", "--port", "x"), "--port 要写整数，现在是 x；用法见 dealbell demo --help。\n"),
        (
            ("demo", "--port", "99999"),
            "--port 要写 0 到 65535 之间的整数，现在是 99999；用法见 dealbell demo --help。\n",
        ),
        (("demo", "--prot", "1"), "不认识 --prot 1；用法见 dealbell --help。\n"),
        (
            ("replay", "--config", "x", "--days", "0"),
            "--days 要写 1 到 366 之间的天数；用法见 dealbell replay --help。\n",
        ),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(dealbell: Called, argv: tuple[str, ...], sentence: str) -> None:
    assert dealbell(*argv) == (2, "", sentence)


def test_a_demo_whose_port_or_folder_cannot_be_had_says_what_to_do(dealbell: Called, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, out, err = dealbell("demo", "--port", taken.getsockname()[1], "--data", tmp_path / "demo")
    assert (code, out) == (1, "")
    assert err.startswith("端口打不开")
    assert err.endswith("用 --port 换一个，或停掉占用它的程序。\n")
    (tmp_path / "file").write_text("", "utf-8")
    code, out, err = dealbell("demo", "--data", tmp_path / "file" / "demo")
    assert (code, out) == (1, "")
    assert err.startswith(f"打不开 {tmp_path / 'file' / 'demo'}")


@pytest.mark.parametrize("command", ["serve", "migrate", "doctor", "backup", "replay"])
def test_wrong_settings_are_told_by_key_and_exit_code_2(dealbell: Called, config: Path, command: str) -> None:
    config.write_text('[escalation]\nacept_within = "3m"\n[log]\nlevel = "loud"\n', "utf-8")
    code, out, err = dealbell(command, "--config", config)
    assert (code, out) == (2, "")
    assert sorted(err.splitlines()) == [
        "escalation.acept_within 不认识；是不是 accept_within？",
        "log.level：只能是 debug、info、warning、error 之一",
    ]


def test_a_missing_settings_file_is_one_sentence(dealbell: Called, tmp_path: Path) -> None:
    file = tmp_path / "no.toml"
    assert dealbell("migrate", "--config", file) == (2, "", f"找不到文件 {file}；请检查路径。\n")


def test_serve_refuses_without_an_app(dealbell: Called, config: Path) -> None:
    code, _, err = dealbell("serve", "--config", config)
    assert code == 2
    assert [line.split("：")[0] for line in err.splitlines()] == ["wecom.corp_id", "wecom.app"]


@pytest.mark.parametrize("roster", ["", ROSTER + '[[members]]\nuserid = "a"\nname = "甲"\nmanager = "a"\n'])
def test_serve_refuses_an_empty_or_circular_roster(dealbell: Called, config: Path, roster: str) -> None:
    config.write_text(
        '[wecom]\ncorp_id = "ww1"\n[wecom.app]\nagent_id = 1\nsecret = "s"\ntoken = "t"\n'
        'encoding_aes_key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"\n',
        "utf-8",
    )
    (config.parent / "roster.toml").write_text(roster, "utf-8")
    code, _, err = dealbell("serve", "--config", config)
    assert code == 2
    assert err.startswith(f"名册 {config.parent / 'roster.toml'}：")
    assert len(err.splitlines()) == 1


def test_migrate_makes_the_database_and_does_nothing_the_second_time(dealbell: Called, config: Path) -> None:
    code, out, err = dealbell("migrate", "--config", config)
    assert (code, err) == (0, "")
    assert out.startswith("数据库已建好")
    assert (config.parent / "var/dealbell.db").exists()
    assert dealbell("migrate", "--config", config)[1].startswith("数据库已经是最新的")


def test_migrate_refuses_a_database_of_a_newer_version(dealbell: Called, config: Path) -> None:
    dealbell("migrate", "--config", config)
    with sqlite3.connect(config.parent / "var/dealbell.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    assert dealbell("migrate", "--config", config) == (
        1,
        "",
        "数据库比这个程序新；请先升级程序，或者恢复升级之前的备份。\n",
    )


@pytest.mark.parametrize("command", ["migrate", "replay"])
def test_a_database_that_does_not_answer_is_one_sentence(dealbell: Called, config: Path, command: str) -> None:
    config.write_text('[database]\nurl = "postgresql+asyncpg://u:hush@127.0.0.1:1/d"\n', "utf-8")
    code, out, err = dealbell(command, "--config", config)
    assert (code, out) == (1, "")
    assert err.startswith("数据库连不上（")
    assert len(err.splitlines()) == 1
    assert "hush" not in err


# import


def everybody(config: Path) -> dict[str, str]:
    async def read() -> dict[str, str]:
        database = Database(f"sqlite+aiosqlite:///{config.parent}/var/dealbell.db")
        async with begin_work(database, NOW, actor="test") as work:
            found = {member.userid: member.status.value for member in await work.members.everybody()}
        await database.close()
        return found

    return asyncio.run(read())


def test_importing_a_roster_stores_it_and_says_what_changed(dealbell: Called, config: Path) -> None:
    roster = config.parent / "roster.toml"
    code, out, err = dealbell("import", "roster", roster, "--config", config)
    assert (code, err) == (0, "")
    assert out.splitlines() == ["新增 2 人：李四、陈露", "名册已更新。"]
    assert everybody(config) == {"chenlu": "active", "lisi": "active"}

    assert dealbell("import", "roster", roster, "--config", config)[1].splitlines() == ["没有变化。", "名册已更新。"]

    roster.write_text(ROSTER.replace('"chenlu"', '"zhao"').replace("陈露", "赵总").replace("李四", "李四四"), "utf-8")
    out = dealbell("import", "roster", roster, "--config", config)[1]
    assert out.splitlines() == [
        "新增 1 人：赵总",
        "有变化 1 人：李四四",
        "名册里没有了，将冻结 1 人：陈露",
        "名册已更新。",
    ]
    assert everybody(config) == {"chenlu": "frozen", "lisi": "active", "zhao": "active"}


def test_a_dry_run_of_an_import_stores_nothing(dealbell: Called, config: Path) -> None:
    code, out, _ = dealbell("import", "roster", config.parent / "roster.toml", "--config", config, "--dry-run")
    assert code == 0
    assert out.splitlines()[-1] == "以上还没有写进数据库；去掉 --dry-run 再执行一次。"
    assert everybody(config) == {}


def test_a_roster_with_mistakes_is_not_imported(dealbell: Called, config: Path) -> None:
    bad = config.parent / "bad.toml"
    bad.write_text(ROSTER + '[[members]]\nuserid = "a"\nname = "甲"\nmanager = "b"\n', "utf-8")
    assert dealbell("import", "roster", bad, "--config", config) == (
        1,
        "",
        f"{bad}：members[3]（甲） manager：名册里没有“b”；要写名册里某人的账号。\n什么也没有改。\n",
    )


def test_a_roster_from_elsewhere_says_that_the_server_reads_its_own(dealbell: Called, config: Path) -> None:
    other = config.parent / "other.toml"
    other.write_text(ROSTER, "utf-8")
    assert "服务按" in dealbell("import", "roster", other, "--config", config)[1]


BANK = Path(__file__).parents[1] / "data/bank"


def test_receivables_and_statements_go_in_once_and_a_dry_run_stores_nothing(dealbell: Called, config: Path) -> None:
    orders, statement = BANK / "receivables.json", BANK / "cmb.csv"
    assert "没有写进数据库" in dealbell("import", "receivables", orders, "--config", config, "--dry-run")[1]
    assert dealbell("import", "receivables", orders, "--config", config)[0] == 0
    code, out, _ = dealbell("import", "bank", statement, "--config", config)
    assert code == 0
    assert "已有 0 笔" in out
    code, out, _ = dealbell("import", "bank", statement, "--config", config)
    assert code == 0
    assert "新流水 0 笔" in out


def test_an_order_that_cannot_be_kept_is_told_by_its_number_and_the_others_go_in(
    dealbell: Called, config: Path
) -> None:
    file = config.parent / "orders.json"
    file.write_text(
        json.dumps(
            [
                {"order_no": "XS1", "customer": "恒达机械", "amount": "100.00"},
                {"order_no": "XS2", "customer": "恒达机械", "amount": "100.00", "currency": "USD"},
            ]
        ),
        "utf-8",
    )
    code, out, err = dealbell("import", "receivables", file, "--config", config)
    assert code == 1
    assert out.startswith("应收 1 单已写入")
    assert "orders.json：第 2 笔：不是人民币，现在只收人民币应收，请折成人民币再登记（XS2 USD）。" in err


def test_receivables_go_in_from_a_table_too(dealbell: Called, config: Path) -> None:
    file = config.parent / "应收.csv"
    file.write_bytes("订单号,客户,金额,到期日\nXS1,恒达机械,100,2026-11-30\nXS2,恒达机械,一百,".encode("gbk"))
    code, out, err = dealbell("import", "receivables", file, "--config", config)
    assert code == 1
    assert out.startswith("应收 1 单已写入")
    assert "应收.csv：第 3 行：金额看不懂，请写成 64000 或 64,000.00（一百）。" in err


def test_a_statement_whose_columns_the_settings_describe_goes_in(dealbell: Called, config: Path) -> None:
    file = config.parent / "other.csv"
    file.write_text("When,Who,How much,No\n2026-11-02,恒达机械,64000,G1\n", "utf-8")
    assert dealbell("import", "bank", file, "--config", config)[0] == 1
    layout = '[[payments.layouts]]\nname = "某某银行"\ncolumns = { time = ["When"], amount = ["How much"], payer = ["Who"] }\n'
    config.write_text(config.read_text("utf-8") + layout, "utf-8")
    code, out, _ = dealbell("import", "bank", file, "--config", config)
    assert code == 0
    assert out.startswith("新流水 1 笔")


def test_a_file_that_is_no_statement_is_told(dealbell: Called, config: Path) -> None:
    code, _, err = dealbell("import", "bank", config, "--config", config)
    assert code == 1
    assert str(config) in err


@pytest.mark.parametrize("kind", ["customers", "leads"])
def test_kinds_that_cannot_be_imported_yet_are_refused(dealbell: Called, config: Path, kind: str) -> None:
    code, _, err = dealbell("import", kind, "x.csv", "--config", config)
    assert code == 2
    assert err.startswith("这个版本还不能导入")


# export


def test_an_export_without_corrections_is_empty(dealbell: Called, config: Path) -> None:
    """N3: lines of JSON and nothing else; the story of one is in tests/scenarios/test_memos.py."""
    assert dealbell("export", "corrections", "--config", config) == (0, "", "")


def test_an_export_of_something_unknown_names_what_there_is(dealbell: Called, config: Path) -> None:
    code, _, err = dealbell("export", "customers", "--config", config)
    assert code == 2
    assert "corrections" in err


# personal data (A4; what goes and what stays is told in tests/scenarios/test_personal_data.py)


def add_customers(config: Path, *named: tuple[str, str]) -> None:
    async def add() -> None:
        database = Database(f"sqlite+aiosqlite:///{config.parent}/var/dealbell.db")
        async with begin_work(database, NOW, actor="test") as work:
            for name, phone in named:
                await work.customers.add(name, "", phone)
        await database.close()

    asyncio.run(add())


def test_a_person_is_exported_and_then_erased_once(dealbell: Called, config: Path) -> None:
    dealbell("migrate", "--config", config)
    add_customers(config, ("欧阳静怡", "13800001111"), ("宏远包装", "13900002222"))
    out = config.parent / "out/person.zip"
    code, said, _ = dealbell("export", "person", "138 0000 1111", "--out", out, "--by", "chenlu", "--config", config)
    assert (code, "0 个原件" in said) == (0, True)
    assert out.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(out) as archive:
        held = archive.read("data.json").decode()
    assert "欧阳静怡" in held
    assert "宏远" not in held
    code, would, _ = dealbell("erase", "person", "欧阳静怡", "--config", config)
    assert (code, "电话 1 条" in would, "什么都没动" in would) == (0, True, True)
    code, done, _ = dealbell("erase", "person", "欧阳静怡", "--yes", "--by", "chenlu", "--config", config)
    assert (code, done.startswith("K1 已删除")) == (0, True)
    assert dealbell("erase", "person", "K1", "--yes", "--config", config) == (0, "K1 没有可以删的个人资料。\n", "")
    code, _, told = dealbell("erase", "person", "13800001111", "--yes", "--config", config)
    assert (code, "没有找到" in told) == (1, True)
    # What was erased cannot be read out of the file's free pages.
    files = b"".join(path.read_bytes() for path in (config.parent / "var").glob("dealbell.db*"))
    assert "欧阳静怡".encode() not in files
    assert b"13800001111" not in files
    assert b"13900002222" in files


def test_a_companys_name_that_looks_like_a_persons_can_be_kept(dealbell: Called, config: Path) -> None:
    dealbell("migrate", "--config", config)
    add_customers(config, ("金龙重工", "13800001111"))
    argv = ("erase", "person", "13800001111", "--config", config)
    assert "当作人名删掉的：金龙重工。" in dealbell(*argv)[1]
    assert "当作人名删掉的：没有。" in dealbell(*argv, "--company", "金龙重工")[1]
    assert dealbell(*argv, "--company", "金龙重工", "--yes")[0] == 0
    assert "什么都没动" in dealbell("erase", "person", "金龙重工", "--config", config)[1]


def test_two_of_one_name_and_a_member_are_told_apart(dealbell: Called, config: Path) -> None:
    dealbell("import", "roster", config.parent / "roster.toml", "--config", config)
    add_customers(config, ("王敏", "13800001111"), ("王敏", "13900002222"))
    code, _, told = dealbell("erase", "person", "王敏", "--yes", "--config", config)
    assert (code, "K1 王敏、K2 王敏" in told) == (1, True)
    code, _, told = dealbell("erase", "person", "lisi", "--yes", "--config", config)
    assert (code, "花名册" in told) == (1, True)
    assert dealbell("export", "person", "--config", config)[0] == 2


# replay


def test_a_replay_without_leads_says_so(dealbell: Called, config: Path) -> None:
    assert dealbell("replay", "--config", config, "--days", "7") == (0, "最近 7 天没有线索。\n", "")


def test_a_replay_names_only_the_leads_that_would_change_hands() -> None:
    same = Replayed(LeadId(1), "恒甲", "李四", "李四", Way.DEFAULT, "")
    moved = Replayed(LeadId(2), "恒乙", "李四", "王五", Way.RULE, "展会给王五")
    lost = Replayed(LeadId(3), "恒丙", "李四", "", Way.NOBODY, "")
    assert _told([same, moved, lost], 30) == [
        "最近 30 天 3 条线索，2 条会换人。",
        "L2 恒乙：李四 → 王五（展会给王五）",
        "L3 恒丙：李四 → 人工池（没有规则）",
        "按现在的规则：李四 1、王五 1、人工池 1。",
    ]


# backup and restore


def put_original(config: Path, name: str, content: bytes) -> Path:
    file = config.parent / "var/media" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def test_a_backup_brings_database_and_originals_back(dealbell: Called, config: Path) -> None:
    dealbell("import", "roster", config.parent / "roster.toml", "--config", config)
    original = put_original(config, "ab/abcdef.amr", b"#!AMR\n123")
    target = config.parent / "safe/monday.tar"
    code, out, err = dealbell("backup", target, "--config", config)
    assert (code, err) == (0, "")
    assert f"已备份到 {target}：数据库和 1 个原件" in out
    assert target.stat().st_mode & 0o077 == 0

    (config.parent / "roster.toml").write_text(ROSTER.replace("chenlu", "zhao"), "utf-8")
    dealbell("import", "roster", config.parent / "roster.toml", "--config", config)
    original.unlink()
    assert "zhao" in everybody(config)

    code, out, err = dealbell("restore", target, "--config", config)
    assert (code, err) == (0, "")
    assert everybody(config) == {"chenlu": "active", "lisi": "active"}
    assert original.read_bytes() == b"#!AMR\n123"
    assert (config.parent / "var/dealbell.db.before-restore").exists()
    assert list(target.parent.iterdir()) == [target]


async def frozen_everybody(url: str) -> None:
    database = Database(url)
    async with begin_work(database, NOW, actor="test") as work:
        for member in await work.members.everybody():
            await work.members.save(member.frozen("roster"))
    await database.close()


async def test_backup_and_restore_work_on_both_databases(
    database: Database, database_url: str, database_kind: str, tmp_path: Path
) -> None:
    if database_kind == "postgresql" and not shutil.which("pg_dump"):
        pytest.skip("pg_dump is not installed")
    settings = parse({"database": {"url": database_url}}, tmp_path)
    async with begin_work(database, NOW, actor="test") as work:
        await work.members.save(Member(UserId("lisi"), "李四"))
    await database.close()
    assert archive.write(settings, tmp_path / "b.tar", NOW).media == 0
    await frozen_everybody(database_url)
    archive.read(settings, tmp_path / "b.tar")
    async with begin_work(database, NOW, actor="test") as work:
        assert [member.status for member in await work.members.everybody()] == [Status.ACTIVE]


def test_a_backup_while_somebody_writes_holds_only_what_was_committed(dealbell: Called, config: Path) -> None:
    dealbell("import", "roster", config.parent / "roster.toml", "--config", config)
    writer = sqlite3.connect(config.parent / "var/dealbell.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE members SET status = 'frozen'")
    target = config.parent / "b.tar"
    assert dealbell("backup", target, "--config", config)[0] == 0
    writer.execute("COMMIT")
    writer.close()
    dealbell("restore", target, "--config", config)
    assert set(everybody(config).values()) == {"active"}


def test_a_backup_without_a_name_gets_one_with_the_date(
    dealbell: Called, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    dealbell("migrate", "--config", config)
    assert dealbell("backup", "--config", config)[0] == 0
    assert [file.suffix for file in (tmp_path / "backup").iterdir()] == [".tar"]


def test_there_is_nothing_to_back_up_before_the_first_start(dealbell: Called, config: Path) -> None:
    code, _, err = dealbell("backup", config.parent / "b.tar", "--config", config)
    assert (code, err) == (1, f"还没有数据库 {config.parent}/var/dealbell.db，没有东西可备份。\n")


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"PK\x03\x04"])
def test_what_is_no_backup_is_not_restored(dealbell: Called, config: Path, content: bytes) -> None:
    dealbell("import", "roster", config.parent / "roster.toml", "--config", config)
    (config.parent / "x.tar").write_bytes(content)
    code, _, err = dealbell("restore", config.parent / "x.tar", "--config", config)
    assert code == 1
    assert "数据库没有动" in err
    assert everybody(config) == {"chenlu": "active", "lisi": "active"}


@pytest.mark.parametrize("kept", [0.2, 0.8])
def test_a_backup_that_was_cut_off_is_not_restored(dealbell: Called, config: Path, kept: float) -> None:
    """In the database, which comes first, or in the originals behind it."""
    dealbell("import", "roster", config.parent / "roster.toml", "--config", config)
    put_original(config, "a.jpg", b"x" * 1_000_000)
    target = config.parent / "b.tar"
    dealbell("backup", target, "--config", config)
    whole = target.read_bytes()
    target.write_bytes(whole[: int(len(whole) * kept)])
    code, _, err = dealbell("restore", target, "--config", config)
    assert (code, err) == (1, f"{target} 不是完整的备份文件；数据库没有动。\n")
    assert everybody(config) == {"chenlu": "active", "lisi": "active"}


def test_a_backup_cannot_write_outside_the_media_folder(dealbell: Called, config: Path) -> None:
    dealbell("migrate", "--config", config)
    target = config.parent / "b.tar"
    dealbell("backup", target, "--config", config)
    (config.parent / "evil").write_bytes(b"evil")
    with tarfile.open(target, "a") as tar:
        tar.add(config.parent / "evil", "media/../../outside")
        tar.add(config.parent / "evil", "media//etc/outside")
    code, out, _ = dealbell("restore", target, "--config", config)
    assert code == 0
    assert "0 个原件" in out
    assert not (config.parent / "outside").exists()


def test_a_backup_of_the_other_database_is_refused(dealbell: Called, config: Path) -> None:
    dealbell("migrate", "--config", config)
    dealbell("backup", config.parent / "b.tar", "--config", config)
    config.write_text('[server]\nport = 1\n[database]\nurl = "postgresql+asyncpg://u@127.0.0.1:1/d"\n', "utf-8")
    code, _, err = dealbell("restore", config.parent / "b.tar", "--config", config)
    assert code == 1
    assert "另一种数据库" in err


def test_restore_refuses_while_something_listens_on_the_servers_port(dealbell: Called, config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        config.write_text(f"[server]\nport = {server.getsockname()[1]}\n", "utf-8")
        code, _, err = dealbell("restore", config, "--config", config)
    assert (code, "先停掉服务" in err) == (1, True)


@pytest.mark.parametrize(
    ("url", "address", "environment"),
    [
        ("postgresql+asyncpg://u:p%40w@h:5433/d", "postgresql://u@h:5433/d", {"PGPASSWORD": "p@w"}),
        ("postgresql+asyncpg://u@h/d?ssl=require", "postgresql://u@h/d", {"PGSSLMODE": "require"}),
        ("postgresql+asyncpg://h/d", "postgresql://h/d", {}),
    ],
)
def test_the_database_address_is_put_in_postgresqls_own_words(
    url: str, address: str, environment: dict[str, str]
) -> None:
    """The password is never among the arguments, which everybody on the machine can read."""
    assert _libpq(url) == (address, environment)


def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    """The libraries that take long to load are not there after --help."""
    heavy = ("sqlalchemy", "aiohttp", "shapely", "holidays", "pydantic", "python_calamine", "alembic")
    code = (
        "import sys, contextlib, io\nfrom bot.__main__ import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()): main(['--help'])\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ}, cwd=Path.cwd()
    )
    assert done.stdout.strip() == "[]"
