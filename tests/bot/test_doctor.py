"""What the doctor finds, one check at a time, against the pretend WeCom and broken settings."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.commands import checks, wecom_checks
from bot.commands.checks import Check, Verdict
from bot.commands.doctor import examine
from scheduler.clock import SystemClock
from settings.load import parse
from settings.model import Settings
from simulator.company import demo_company
from simulator.pretend import PretendWeCom
from simulator.weather import Outage
from storage.database import Database
from tests.kit.s3 import SECRET, pretend_bucket

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
COMPANY = demo_company()
ROSTER = '[[members]]\nuserid = "a"\nname = "甲"\n[[members]]\nuserid = "b"\nname = "乙"\nroles = ["admin"]\n'


def made(folder: Path | None = None, **sections: Any) -> Settings:
    return parse(sections, folder)


def wecom(api_base: str = "https://qyapi.weixin.qq.com", **changes: Any) -> dict[str, Any]:
    app, bot = COMPANY.app, COMPANY.bot
    return {
        "corp_id": COMPANY.corp_id,
        "api_base": api_base,
        "app": {
            "agent_id": app.agent_id,
            "secret": app.secret,
            "token": app.token,
            "encoding_aes_key": app.encoding_aes_key,
            **changes,
        },
        "bot": {"token": bot.token, "encoding_aes_key": bot.encoding_aes_key},
    }


def told(found: list[Check]) -> list[tuple[str, str]]:
    return [(check.verdict.value, check.sentence) for check in found]


# what this machine can tell


def test_a_line_shows_verdict_sentence_and_cure() -> None:
    assert Check("磁盘", Verdict.FAIL, "/x 不能写", "换一个").line() == "✗ 磁盘：/x 不能写 → 换一个"
    assert Check("磁盘", Verdict.OK, "可写").line() == "✓ 磁盘：可写"


def test_missing_credentials_are_a_fault() -> None:
    assert [check.verdict for check in checks.settings_complete(made())] == [Verdict.FAIL, Verdict.FAIL]
    assert told(checks.settings_complete(made(wecom=wecom()))) == [("✓", "读到了，没有写错的键")]


def test_plain_secrets_are_named_by_key_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALBELL_TEST_SECRET", "hush")
    settings = made(
        wecom=wecom(secret={"env": "DEALBELL_TEST_SECRET"}),
        database={"url": "postgresql+asyncpg://u:pw@h/d"},
        api={"keys": [{"id": "x", "secret": "plain", "scopes": ["leads"]}]},
    )
    (check,) = checks.plain_secrets(settings)
    assert check.verdict is Verdict.WARN
    assert check.sentence == (
        "明文写在设置里：database.url、wecom.app.token、wecom.app.encoding_aes_key、wecom.bot.token、"
        "wecom.bot.encoding_aes_key、api.keys[1].secret"
    )


def test_a_database_address_without_password_is_no_secret() -> None:
    assert told(checks.plain_secrets(made())) == [("✓", "没有明文写在设置里的")]


def test_a_database_that_does_not_exist_yet_is_not_made_by_looking(tmp_path: Path) -> None:
    found = asyncio.run(checks.database(made(tmp_path)))
    assert [check.verdict for check in found] == [Verdict.WARN, Verdict.OK]
    assert list(tmp_path.iterdir()) == []


async def test_the_version_of_the_database_is_told(database: Database, database_url: str) -> None:
    settings = made(database={"url": database_url})
    (check,) = await checks.database(settings)
    assert (check.verdict, check.sentence.startswith("连得上，结构是最新的")) == (Verdict.OK, True)


def test_an_empty_database_wants_migrating(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var/dealbell.db").touch()
    (check,) = asyncio.run(checks.database(made(tmp_path)))
    assert (check.verdict, check.cure) == (Verdict.WARN, "执行 dealbell migrate")


def test_a_database_of_a_newer_version_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    with sqlite3.connect(tmp_path / "var/dealbell.db") as newer:
        newer.execute("CREATE TABLE alembic_version (version_num TEXT)")
        newer.execute("INSERT INTO alembic_version VALUES ('9999')")
    newer.close()
    assert [check.verdict for check in asyncio.run(checks.database(made(tmp_path)))] == [Verdict.FAIL]


async def test_a_database_that_does_not_answer_is_a_fault_without_its_password() -> None:
    (check,) = await checks.database(made(database={"url": "postgresql+asyncpg://u:hush@127.0.0.1:1/d"}))
    assert check.verdict is Verdict.FAIL
    assert "hush" not in check.line()


def test_each_mistake_in_the_roster_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "roster.toml").write_text(ROSTER + '[[members]]\nuserid = "A"\nname = "丙"\nmanager = "x"\n', "utf-8")
    assert [check.verdict for check in checks.roster(made(tmp_path))] == [Verdict.FAIL, Verdict.FAIL]


def test_a_good_roster_is_counted_and_groups_are_checked_against_it(tmp_path: Path) -> None:
    (tmp_path / "roster.toml").write_text(ROSTER, "utf-8")
    settings = made(tmp_path, assignment={"groups": [{"name": "g", "members": ["c"]}]})
    assert told(checks.roster(settings)) == [
        ("✓", "2 人"),
        ("!", "assignment.groups[1].members：没有叫“c”的成员；名册 里有：a、b"),
    ]


def test_a_year_whose_make_up_days_nobody_knows_is_told() -> None:
    found = checks.calendar(made(), datetime(2090, 5, 1, tzinfo=UTC))
    assert [check.verdict for check in found] == [Verdict.WARN, Verdict.WARN]
    by_hand = made(working_time={"known_years": [2090, 2091]})
    assert [c.verdict for c in checks.calendar(by_hand, datetime(2090, 5, 1, tzinfo=UTC))] == [Verdict.OK, Verdict.OK]


def test_the_year_is_that_of_the_company_not_of_greenwich() -> None:
    found = checks.calendar(made(), datetime(2025, 12, 31, 17, tzinfo=UTC))
    assert ["2026" in check.sentence for check in found] == [True, False]


def test_without_a_country_there_is_no_calendar_to_know() -> None:
    assert [c.verdict for c in checks.calendar(made(working_time={"country": ""}), NOW)] == [Verdict.OK]


def test_a_ladder_out_of_order_is_told() -> None:
    assert checks.ladder(made()) == []
    assert [c.verdict for c in checks.ladder(made(escalation={"accept_within": "3h"}))] == [Verdict.WARN]


@pytest.mark.parametrize(
    ("url", "verdict"),
    [
        ("https://bell.example.com", Verdict.OK),
        ("http://bell.example.com", Verdict.WARN),
        ("https://localhost", Verdict.WARN),
        ("https://127.0.0.1:8080", Verdict.WARN),
        ("https://192.168.1.5", Verdict.WARN),
        ("", Verdict.WARN),
    ],
)
def test_only_a_public_https_address_will_do(url: str, verdict: Verdict) -> None:
    assert [check.verdict for check in checks.public_url(made(server={"public_url": url}))] == [verdict]


@pytest.mark.parametrize(
    ("bot", "verdict"),
    [
        (wecom()["bot"], Verdict.OK),
        ({"mode": "off"}, Verdict.WARN),
        ({"mode": "websocket", "bot_id": "b", "secret": "s"}, Verdict.WARN),
    ],
)
def test_the_mode_of_the_bot_is_told(bot: dict[str, str], verdict: Verdict) -> None:
    assert [check.verdict for check in checks.bot_mode(made(wecom={"bot": bot}))] == [verdict]


def test_webhooks_are_only_looked_at() -> None:
    key = "00000000-1111-2222-3333-4444444444ab"
    hooks = [
        {"name": "甲群", "key": key, "chatid": "wr1"},
        {"name": "乙群", "key": "https"},
        {"name": "丙群", "key": key[:-1] + "c"},
    ]
    found = checks.webhooks(made(wecom={"webhooks": hooks}))
    assert [check.verdict for check in found] == [Verdict.OK, Verdict.WARN, Verdict.OK]
    assert "绑定本群 丙群" in found[2].sentence


def test_hooks_without_tls_are_told() -> None:
    hooks = {"call_robot": "http://r.example.com", "erp": "https://e.example.com", "secret": "s"}
    found = checks.hooks(made(hooks=hooks))
    assert [check.verdict for check in found] == [Verdict.WARN, Verdict.OK]
    assert checks.hooks(made()) == []


def test_speech_that_is_off_or_far_away_needs_nothing_here() -> None:
    assert [c.verdict for c in checks.media_tools(made(speech={"engine": "off"}))] == [Verdict.OK]
    remote = made(speech={"engine": "remote", "url": "http://127.0.0.1:9000/v1"})
    assert [c.verdict for c in checks.media_tools(remote)] == [Verdict.OK]


def test_a_folder_where_nothing_can_be_written_is_a_fault(tmp_path: Path) -> None:
    assert [c.verdict for c in checks.disk(made(tmp_path))] == [Verdict.OK]
    (tmp_path / "file").touch()
    assert [c.verdict for c in checks.disk(made(tmp_path, media={"folder": "file/media"}))] == [Verdict.FAIL]


async def test_a_bucket_is_asked_for_something_that_is_not_there(tmp_path: Path) -> None:
    """[media] store = "s3": the key and the address are tried, nothing is written."""
    async with pretend_bucket() as bucket:
        keys = {"endpoint": bucket.url, "bucket": "originals", "access_key": "key-of-nobody"}
        right = made(tmp_path, media={"store": "s3", "s3": {**keys, "secret_key": SECRET}})
        wrong = made(tmp_path, media={"store": "s3", "s3": {**keys, "secret_key": "another"}})
        assert [c.verdict for c in await checks.bucket(right)] == [Verdict.OK]
        assert [c.verdict for c in await checks.bucket(wrong)] == [Verdict.FAIL]
        assert bucket.objects == {}
    assert [c.verdict for c in await checks.bucket(right)] == [Verdict.FAIL]
    assert checks.disk(right) == []
    assert await checks.bucket(made(tmp_path)) == []


# callbacks


def test_callbacks_open_what_was_sealed_with_their_own_key() -> None:
    found = wecom_checks.callbacks_decrypt(made(wecom=wecom()), NOW)
    assert [(check.name, check.verdict) for check in found] == [("应用回调", Verdict.OK), ("机器人回调", Verdict.OK)]
    assert wecom_checks.callbacks_decrypt(made(), NOW) == []


async def serving(answer: web.StreamResponse | None, settings: Settings) -> Check:
    """What the doctor says of a server that gives this answer (None: the right one) at the app's address."""
    name, path, crypto = wecom_checks.cryptos(settings)[0]

    async def respond(request: web.Request) -> web.StreamResponse:
        return answer or web.Response(text=crypto.decrypt(request.query["echostr"]))

    app = web.Application()
    app.router.add_get(path, respond)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        async with aiohttp.ClientSession() as session:
            return await wecom_checks.answers(name, f"http://{host}:{port}{path}", crypto, session, NOW)
    finally:
        await runner.cleanup()


async def test_an_address_that_answers_like_the_console_wants_is_fine() -> None:
    assert (await serving(None, made(wecom=wecom()))).verdict is Verdict.OK


async def test_an_address_that_answers_something_else_is_told() -> None:
    check = await serving(web.Response(text="<html>nginx</html>", status=404), made(wecom=wecom()))
    assert (check.verdict, "HTTP 404" in check.sentence) == (Verdict.WARN, True)


async def test_an_address_where_nobody_is_is_told() -> None:
    name, path, crypto = wecom_checks.cryptos(made(wecom=wecom()))[0]
    async with aiohttp.ClientSession() as session:
        check = await wecom_checks.answers(name, f"http://127.0.0.1:1{path}", crypto, session, NOW)
    assert check.verdict is Verdict.WARN


# WeCom itself


@pytest.fixture
async def sim() -> AsyncIterator[PretendWeCom]:
    async with PretendWeCom.running(SystemClock()) as running:
        yield running


async def asked(settings: Settings, now: datetime | None = None) -> list[Check]:
    async with aiohttp.ClientSession() as session:
        return [c async for c in wecom_checks.credentials(settings, session, now or SystemClock().now())]


async def test_good_credentials_are_told_as_good(sim: PretendWeCom) -> None:
    found = await asked(made(wecom=wecom(sim.api_base)))
    assert [(check.name, check.verdict) for check in found] == [("企业微信凭据", Verdict.OK), ("应用", Verdict.OK)]


@pytest.mark.parametrize(
    ("changes", "cure"),
    [
        ({"secret": "wrong"}, "到后台 应用管理 → 这个应用，重新复制 Secret 到 wecom.app.secret"),
        ({"agent_id": 999}, "从后台同一个应用的页面上重新复制 AgentId 和 Secret"),
    ],
)
async def test_wrong_credentials_say_which(sim: PretendWeCom, changes: dict[str, Any], cure: str) -> None:
    last = (await asked(made(wecom=wecom(sim.api_base, **changes))))[-1]
    assert (last.verdict, last.cure) == (Verdict.FAIL, cure)
    assert "wrong" not in last.line()


async def test_a_wrong_corp_id_is_told(sim: PretendWeCom) -> None:
    (check,) = await asked(made(wecom={**wecom(sim.api_base), "corp_id": "wwother"}))
    assert (check.verdict, check.sentence) == (Verdict.FAIL, "corp_id 不对（40013）")


async def test_an_ip_that_is_not_trusted_is_named(sim: PretendWeCom) -> None:
    sim.weather.answer_with(60020, "/cgi-bin/agent/get")
    last = (await asked(made(wecom=wecom(sim.api_base))))[-1]
    assert (last.name, last.verdict) == ("企业可信IP", Verdict.FAIL)
    assert "加上 127.0.0.1，" in last.cure


async def test_an_unknown_refusal_shows_its_words_without_secrets() -> None:
    from bot.wecom_errors import WeComError

    check = wecom_checks.refused(WeComError(48002, "api forbidden, access_token=abc"))
    assert "48002" in check.sentence
    assert "abc" not in check.line()


async def test_wecom_out_of_reach_is_told_by_its_host(sim: PretendWeCom) -> None:
    sim.weather.go_down(Outage.RESET)
    (check,) = await asked(made(wecom=wecom(sim.api_base)))
    assert (check.verdict, check.sentence.startswith("连不上 127.0.0.1")) == (Verdict.FAIL, True)
    sim.weather.come_back()


async def test_an_answer_that_is_no_json_is_told(sim: PretendWeCom) -> None:
    sim.weather.go_down(Outage.UNAVAILABLE)
    (check,) = await asked(made(wecom=wecom(sim.api_base)))
    assert check.verdict is Verdict.FAIL
    sim.weather.come_back()


@pytest.mark.parametrize(
    ("app", "verdicts"),
    [
        ({"name": "x", "close": 1, "allow_partys": {"partyid": [1]}}, [Verdict.FAIL]),
        ({"name": "x", "close": 0, "allow_partys": {"partyid": [2]}}, [Verdict.OK, Verdict.WARN]),
        (
            {"name": "x", "close": 0, "allow_partys": {"partyid": [1]}, "home_url": "https://x"},
            [Verdict.OK, Verdict.WARN],
        ),
    ],
)
def test_the_app_itself_is_looked_at(app: dict[str, Any], verdicts: list[Verdict]) -> None:
    assert [check.verdict for check in wecom_checks.agent(app)] == verdicts


@pytest.mark.parametrize(("minutes", "word"), [(-6, "慢了 6 分钟"), (4, "快了 4 分钟")])
def test_a_clock_that_is_off_is_told(minutes: int, word: str) -> None:
    check = wecom_checks.clock(format_datetime(NOW, usegmt=True), NOW + timedelta(minutes=minutes))
    assert check is not None
    assert word in check.sentence


@pytest.mark.parametrize("date", [format_datetime(NOW, usegmt=True), "", "soon"])
def test_a_clock_that_is_right_or_cannot_be_compared_is_not_mentioned(date: str) -> None:
    assert wecom_checks.clock(date, NOW) is None


# all together


async def test_a_whole_examination_finds_nothing_to_mend(
    sim: PretendWeCom, database: Database, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "roster.toml").write_text(ROSTER, "utf-8")
    settings = made(tmp_path, wecom=wecom(sim.api_base), database={"url": database_url}, speech={"engine": "off"})
    found = [check async for check in examine(settings, SystemClock().now())]
    assert [check.line() for check in found if check.verdict is Verdict.FAIL] == []
    assert {"设置", "数据库", "名册", "日历", "应用回调", "企业微信凭据", "应用", "磁盘"} <= {c.name for c in found}


async def test_offline_nothing_is_asked_of_wecom(sim: PretendWeCom, tmp_path: Path) -> None:
    settings = made(tmp_path, wecom=wecom(sim.api_base))
    found = [check async for check in examine(settings, SystemClock().now(), offline=True)]
    assert "企业微信凭据" not in {check.name for check in found}
