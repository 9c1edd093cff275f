"""The loader's complaints: one plain sentence each, beginning with the key's path, all of them at once."""

from __future__ import annotations

import tomllib
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from settings.kinds import Secret, SecretSource
from settings.load import SettingsError, load, missing_for_serving, parse
from settings.model import Settings

AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
APP = f'[wecom.app]\nagent_id = 1000002\nsecret = "s"\ntoken = "t"\nencoding_aes_key = "{AES_KEY}"\n'


def problems(toml: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        parse(tomllib.loads(toml))
    return caught.value.problems


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ('[escalation]\nacept_within = "3m"', "escalation.acept_within 不认识；是不是 accept_within？"),
        ("[escalation]\nAccept-Within = '3m'", "escalation.Accept-Within 不认识；是不是 accept_within？"),
        ('[assignment]\naccept_within = "3m"', "assignment.accept_within 不认识；是不是 escalation.accept_within？"),
        ("[sever]\nport = 1", "sever 不认识；是不是 server？"),
        ("[log]\nzzzz = 1", "log.zzzz 不认识；这里可以写：level、format"),
        (
            '[[wecom.webhooks]]\nname = "a"\nkey = "k"\nchatId = "x"',
            "wecom.webhooks[1].chatId 不认识；是不是 chatid？",
        ),
        ('[[escalation.rules]]\nname = "x"\ngrade = ["A"]', "escalation.rules[1].grade 不认识；是不是 grades？"),
        ('[server]\nport = "8080"', "server.port：要写成整数，不加引号"),
        ("[server]\nport = 70000", "server.port：不能大于 65535"),
        ("[assignment]\ncap = true", "assignment.cap：要写成整数，不加引号"),
        ("[assignment]\ncap = 0", "assignment.cap：不能小于 1"),
        ("[assignment.weights]\nload = nan", "assignment.weights.load：要写成普通的数字"),
        ("[escalation]\naround_the_clock = 1", "escalation.around_the_clock：要写成 true 或 false，不加引号"),
        ("log = 3", "log：要写成一段 [log]，里面是 键 = 值"),
        ("[regions]\nname = 'x'", "regions：要写成一段或几段 [[regions]]"),
        ("[leads]\nchannels = []", "leads.channels：不能是空的"),
        ("[leads]\nchannels = '官网'", 'leads.channels：要写成列表，例如 ["甲", "乙"]'),
        (
            '[escalation]\naccept_within = "3 minutes"',
            'escalation.accept_within：要写成 "4s"、"3m"、"2h"、"5d" 这样的时长，现在是 \'3 minutes\'',
        ),
        ('[escalation]\naccept_within = "0s"', "escalation.accept_within：要大于零"),
        ('[digest]\nat = "9点"', "digest.at：要写成 \"09:00\" 这样的时间，现在是 '9点'"),
        ('[digest]\ntimezone = "Beijing"', "digest.timezone：不是时区名：'Beijing'；中国写 \"Asia/Shanghai\""),
        ("[working_time]\nweekdays = [8]", "working_time.weekdays[1]：不能大于 7"),
        (
            '[working_time]\nintervals = ["09:00-12:00", "11:30-18:00"]',
            "working_time.intervals：09:00-12:00 和 11:30-18:00 重叠",
        ),
        (
            '[working_time]\nintervals = ["22:00-06:00", "05:00-07:00"]',
            "working_time.intervals：22:00-06:00 和 05:00-07:00 重叠",
        ),
        (
            '[working_time]\nintervals = ["09:00-09:00"]',
            "working_time.intervals[1]：开始和结束都是 09:00，这个时段是空的",
        ),
        (
            "[working_time]\nextra_holidays = [2027-02-06]\nextra_working_days = ['2027-02-06']",
            "working_time.extra_holidays：2027-02-06 同时写成了假日和上班日",
        ),
        (
            "[database]\nurl = 'sqlite:///x.db'",
            "database.url：要以 sqlite+aiosqlite:/// 或 postgresql+asyncpg:// 开头，后面是文件或地址",
        ),
        (
            "[database]\nurl = 'postgresql://u@h/d'",
            "database.url：要以 sqlite+aiosqlite:/// 或 postgresql+asyncpg:// 开头，后面是文件或地址",
        ),
        ("[wecom.bot]\nmode = 'webhook'", "wecom.bot.mode：只能是 callback、websocket、off 之一"),
        ("[wecom.bot]\nmode = []", "wecom.bot.mode：只能是 callback、websocket、off 之一"),
        ("[wecom]\napi_base = ''", "wecom.api_base：不能是空的"),
        ("[wecom.bot]\nmode = 'websocket'\nbot_id = 'b'", 'wecom.bot.secret：没有填；mode = "websocket" 需要它'),
        (
            "[wecom.app]\nagent_id = 1\nsecret = 's'\ntoken = 't'\nencoding_aes_key = 'short'",
            "wecom.app.encoding_aes_key：要正好 43 个字母或数字，现在是 5 个字符；到企业微信后台重新复制",
        ),
        (APP, "wecom.corp_id：没有填；在企业微信后台“我的企业”页的最下面"),
        (
            "[[wecom.webhooks]]\nname = 'a'\nkey = 'k1'\n[[wecom.webhooks]]\nname = 'a'\nkey = 'k2'",
            "wecom.webhooks：name 出现了两次；一个群只写一次",
        ),
        (
            "[[wecom.webhooks]]\nname = 'a'\nkey = 'k'\n[[wecom.webhooks]]\nname = 'b'\nkey = 'k'",
            "wecom.webhooks：key 出现了两次；一个群只写一次",
        ),
        (
            "[[wecom.webhooks]]\nname = 'a'\nkey = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k'",
            "wecom.webhooks[1].key：要填 webhook 地址里 key= 后面的那一段",
        ),
        (
            "[[assignment.groups]]\nname = '华东组'\n[[assignment.rules]]\nname = 'r'\ngroups = ['华东']",
            "assignment.rules[1].groups：没有叫“华东”的组；是不是“华东组”？",
        ),
        (
            "[[assignment.rules]]\nname = 'r'\ngroups = ['g']",
            "assignment.rules[1].groups：没有叫“g”的组；先在 assignment.groups 里写上",
        ),
        (
            "[[assignment.groups]]\nname = 'g'\n[[assignment.groups]]\nname = 'g'",
            "assignment.groups[2]：“g”前面已经有了；名字不能重复",
        ),
        (
            "[[assignment.groups]]\nname='g'\n[[assignment.rules]]\nname='r'\ngroups=['g']\nhospital_levels=['三级']",
            "assignment.rules[1].hospital_levels：没有叫“三级”的医院等级；tags.hospital_levels 里有：三甲、二甲、民营",
        ),
        (
            "[[assignment.groups]]\nname='g'\n[[assignment.rules]]\nname='r'\ngroups=['g']\ngrades=['D']",
            "assignment.rules[1].grades[1]：只能是 A、B、C 之一",
        ),
        (
            "[assignment.weights]\nload = 0\nskill = 0\nwins = 0\nfairness = 0",
            "assignment.weights：四个权重不能都是 0",
        ),
        ("[[regions]]\nname = 'x'", "regions[1].cities：没有填；写城市名单，或者用 geojson / geojson_file 写边界"),
        (
            "[[regions]]\nname = 'x'\ncities = ['苏州']\nbuffer_km = 5.0",
            "regions[1].buffer_km：只对 geojson 边界有效；城市名单没有边界可缓冲",
        ),
        (
            "[[regions]]\nname = 'x'\ngeojson_file = 'no.geojson'",
            "regions[1].geojson_file：读不了 no.geojson；请检查路径，文件要是 UTF-8",
        ),
        (
            '[[regions]]\nname = \'x\'\ngeojson = \'{"type":"Point","coordinates":[120,31]}\'',
            "regions[1].geojson：不是能用的 GeoJSON 边界；要有 Polygon 或 MultiPolygon，坐标写成 [经度, 纬度]",
        ),
        (
            "[[regions]]\nname = 'x'\ngeojson = '{'",
            "regions[1].geojson：不是能用的 GeoJSON 边界；要有 Polygon 或 MultiPolygon，坐标写成 [经度, 纬度]",
        ),
        (
            "[working_time]\ncountry = 'XX'",
            'working_time.country：没有 XX 的节假日日历；写两个字母的国家代码，例如 "CN"，或者 ""',
        ),
        ("[tags.industries]\n'汽车' = '汽配'", 'tags.industries."汽车"：要写成 "名称" = ["词", "词"]'),
        ("[tags.budget_bands]\n'小' = 0", 'tags.budget_bands."小"：要写成 "名称" = "起点（元）"'),
        (
            "[tags.budget_bands]\n'大' = '10万'\n'小' = '0'",
            "tags.budget_bands：要按起点从小到大写，起点不能相同",
        ),
        (
            "[[grading.rules]]\nname = 'x'\npoints = 1\nbudget_at_least = 500000",
            'grading.rules[1].budget_at_least：要写成加引号的元，例如 "50000" 或 "5万"，现在是 500000',
        ),
        (
            "[[grading.rules]]\nname = 'x'\npoints = 1\nbudget_at_least = '0.001'",
            "grading.rules[1].budget_at_least：最多写到分",
        ),
        (
            "[[grading.rules]]\nname = 'x'\npoints = 1\npage_time_at_least = 300",
            'grading.rules[1].page_time_at_least：要写成 "4s"、"3m"、"2h"、"5d" 这样的时长，现在是 300',
        ),
        (
            "[[grading.rules]]\nname = 'x'\npoints = 1\nstanding = '好'",
            "grading.rules[1].standing：只能是 good、doubtful 之一",
        ),
        (
            "[[grading.rules]]\nname = 'x'\npoints = 1\ndownload_at_least = 1",
            "grading.rules[1].download_at_least 不认识；是不是 downloads_at_least？",
        ),
        (
            "[[grading.rules]]\nname = 'x'\npoints = 1\nstaff_at_least = 0",
            "grading.rules[1].staff_at_least：不能小于 1",
        ),
        ("[grading]\na_from = 30", "grading.a_from：要大于 b_from（30）"),
        (
            "[server]\npublic_url = 'bell.example.com'",
            "server.public_url：要写成 https:// 开头的完整地址，现在是 'bell.example.com'",
        ),
        ("[speech]\nengine = 'remote'", 'speech.url：没有填；engine = "remote" 需要它'),
        ("[hooks]\nerp = 'https://erp.example.com'", "hooks.secret：没有填；填了 call_robot 或 erp 就要用它签名"),
        (
            "[[api.keys]]\nid = 'a'\nsecret = 's'\nscopes = ['lead']",
            "api.keys[1].scopes[1]：只能是 leads、bank 之一",
        ),
        (
            "[[api.keys]]\nid = 'a'\nsecret = ''\nscopes = ['leads']",
            "api.keys[1].secret：不能是空的",
        ),
        (
            "[[api.keys]]\nid = 'a'\nsecret = { env = 'DEALBELL_NOT_SET' }\nscopes = ['leads']",
            "api.keys[1].secret：要读环境变量 DEALBELL_NOT_SET，但它没有设置或为空；先 export DEALBELL_NOT_SET=…",
        ),
        (
            "[[api.keys]]\nid = 'a'\nsecret = { file = '/no/such' }\nscopes = ['leads']",
            "api.keys[1].secret：要读文件 /no/such，但读不了（文件不存在）",
        ),
        (
            "[hooks]\nsecret = { environment = 'X' }",
            'hooks.secret：要写成文字，或 { env = "变量名" }，或 { file = "路径" }',
        ),
    ],
)
def test_each_mistake_has_its_own_sentence(toml: str, sentence: str) -> None:
    assert problems(toml) == (sentence,)


def test_all_mistakes_are_told_at_once() -> None:
    found = problems(
        '[server]\nport = "x"\n[wecom.app]\nagent_id = "1"\nsecret = "s"\n'
        '[escalation]\nacept_within = "3m"\nreport_after = "4"'
    )
    assert [sentence.split("：")[0].split(" ")[0] for sentence in found] == [
        "server.port",
        "wecom.app.agent_id",
        "wecom.app.token",
        "wecom.app.encoding_aes_key",
        "escalation.report_after",
        "escalation.acept_within",
    ]


def test_a_complaint_never_repeats_a_secret() -> None:
    found = problems("[wecom.app]\nagent_id = 1\nsecret = 12345678\ntoken = 't'\nencoding_aes_key = 'hushhush'")
    assert not [sentence for sentence in found if "12345678" in sentence or "hushhush" in sentence]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[server]\nport = \n", "第 2 行第 8 列不是正确的 TOML：等号后面的值写得不对；文字要加英文引号。"),
        ("[server]\nport 8080\n", "第 2 行第 6 列不是正确的 TOML：键后面要有等号。"),
        ("[server]\nport = 1\nport = 2\n", "同一个键写了两次。"),
        ("[server]\nhost = “x”\n", "第 2 行第 8 列不是正确的 TOML：等号后面的值写得不对；文字要加英文引号。"),
    ],
)
def test_broken_toml_is_told_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load(file)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].endswith(words)


def test_a_missing_file_and_a_wrong_encoding_are_one_sentence_each(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="找不到文件"):
        load(tmp_path / "no.toml")
    (tmp_path / "gbk.toml").write_bytes("# 设置".encode("gbk"))
    with pytest.raises(SettingsError, match="不是 UTF-8 编码"):
        load(tmp_path / "gbk.toml")


def test_nothing_written_gives_every_default() -> None:
    settings = parse({})
    assert settings == Settings(
        database=settings.database.model_copy(), roster=settings.roster.model_copy(), media=settings.media.model_copy()
    )
    assert (settings.assignment.cap, settings.escalation.accept_within) == (5, timedelta(minutes=3))
    assert settings.wecom.bot.mode == "off"
    assert missing_for_serving(settings) != ()


def test_a_complete_app_is_enough_for_serving() -> None:
    assert missing_for_serving(parse(tomllib.loads('[wecom]\ncorp_id = "ww1"\n' + APP))) == ()


def test_values_are_read_as_they_are_written() -> None:
    settings = parse(
        tomllib.loads(
            """
            [escalation]
            accept_within = "1h30m"
            [working_time]
            intervals = ["00:00-24:00"]
            extra_holidays = [2027-02-05]
            [digest]
            at = 07:30:00
            [tags.budget_bands]
            "小" = "0"
            "大" = "1,234.56元"
            [wecom]
            api_base = "http://127.0.0.1:9000/"
            """
        )
    )
    assert settings.escalation.accept_within == timedelta(minutes=90)
    assert settings.working_time.intervals == ((time(0), time(0)),)
    assert settings.working_time.extra_holidays == (date(2027, 2, 5),)
    assert settings.digest.at == time(7, 30)
    assert settings.tags.budget_bands[1].starts_at == 123_456
    assert settings.wecom.api_base == "http://127.0.0.1:9000"


def test_several_webhooks_stand_beside_each_other() -> None:
    hooks = [
        {"name": "甲群", "key": "k1", "chatid": "wrA"},
        {"name": "乙群", "key": "k2"},
        {"name": "丙群", "key": "k3"},
    ]
    assert [hook.name for hook in parse({"wecom": {"webhooks": hooks}}).wecom.webhooks] == ["甲群", "乙群", "丙群"]


def test_secrets_come_from_text_environment_or_file_and_never_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEALBELL_TEST_TOKEN", "from-env")
    (tmp_path / "secret.txt").write_text("from-file\n", "utf-8")
    (tmp_path / "config.toml").write_text(
        '[wecom]\ncorp_id = "ww1"\n[wecom.app]\nagent_id = 1\nsecret = { file = "secret.txt" }\n'
        f'token = {{ env = "DEALBELL_TEST_TOKEN" }}\nencoding_aes_key = "{AES_KEY}"\n',
        "utf-8",
    )
    settings = load(tmp_path / "config.toml")
    app = settings.wecom.app
    assert (app.secret.reveal(), app.token.reveal()) == ("from-file", "from-env")
    assert (app.secret.source, app.encoding_aes_key.source) == (SecretSource.FILE, SecretSource.TEXT)
    shown = repr(settings) + str(settings) + f"{app.secret}" + repr(settings.model_dump())
    assert not [value for value in ("from-file", "from-env", AES_KEY) if value in shown]


def test_relative_paths_start_at_the_settings_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[roster]\nfile = 'people/roster.xlsx'\n", "utf-8")
    settings = load(tmp_path / "config.toml")
    assert settings.roster.file == tmp_path / "people/roster.xlsx"
    assert settings.media.folder == tmp_path / "var/media"
    assert settings.database.url == Secret(f"sqlite+aiosqlite:///{tmp_path}/var/dealbell.db")


@pytest.mark.parametrize(
    "url", ["sqlite+aiosqlite:////srv/bell.db", "sqlite+aiosqlite:///:memory:", "postgresql+asyncpg://u:p@h:5432/d"]
)
def test_database_addresses_that_are_complete_stay_as_they_are(tmp_path: Path, url: str) -> None:
    assert parse({"database": {"url": url}}, tmp_path).database.url.reveal() == url


def test_a_region_is_read_from_its_file(tmp_path: Path) -> None:
    polygon = '{"type":"Polygon","coordinates":[[[119,31],[121,31],[121,32],[119,31]]]}'
    (tmp_path / "south.geojson").write_text(polygon, "utf-8")
    region = parse({"regions": [{"name": "苏南", "geojson_file": "south.geojson", "buffer_km": 10}]}, tmp_path).regions[
        0
    ]
    assert (region.geojson, region.buffer_km) == (polygon, 10.0)


@pytest.mark.parametrize(("mode", "given"), [("websocket", {"bot_id": "b", "secret": "s"}), ("off", {})])
def test_keys_of_the_other_bot_mode_are_not_looked_at(mode: str, given: dict[str, str]) -> None:
    bot = parse({"wecom": {"bot": {"mode": mode, "token": "…", "encoding_aes_key": "…", **given}}}).wecom.bot
    assert bot.mode == mode
    assert not bot.encoding_aes_key


def test_a_shorter_list_of_channels_does_not_break_the_shipped_grading_rules() -> None:
    assert parse({"leads": {"channels": ["展会"]}}).leads.channels == ("展会",)


@pytest.mark.parametrize(
    ("at", "until", "length"), [("09:00", "12:00", 180), ("08:30", "09:00", 30), ("15:00", "12:00", 180)]
)
def test_a_missed_digest_goes_out_for_a_while(at: str, until: str, length: int) -> None:
    digest = parse({"digest": {"at": at, "catch_up_until": until}}).digest
    assert digest.catch_up_for == timedelta(minutes=length)
