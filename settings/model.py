"""Everything that can be set, as one frozen tree. `settings.load.load` reads it; config.example.toml shows every key.

Only shapes and checks live here; settings/rules.py turns sections into the types that the domain works with.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from domain import geography
from domain.working_time import WorkingCalendar, WorkingHours
from settings import defaults, names
from settings.kinds import (
    ClockTime,
    Day,
    Duration,
    Fen,
    FilePath,
    Interval,
    Many,
    Secret,
    Texts,
    ZoneName,
    folder_of,
    wrong,
    wrong_at,
)

GradeLetter = Literal["A", "B", "C"]
IsoWeekday = Annotated[int, Field(ge=1, le=7)]
Count = Annotated[int, Field(ge=1)]
Weight = Annotated[float, Field(ge=0)]


def _address(*schemes: str) -> AfterValidator:
    def check(value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in schemes or not parts.hostname:
            raise wrong(f"要写成 {schemes[0]}:// 开头的完整地址，现在是 {value!r}")
        return value.rstrip("/")

    return AfterValidator(check)


HttpUrl = Annotated[str, _address("https", "http")]
SocketUrl = Annotated[str, _address("wss", "ws")]


class Section(BaseModel):
    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        str_strip_whitespace=True,
        hide_input_in_errors=True,
    )


class Server(Section):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: HttpUrl = ""
    stop_within: Duration = timedelta(seconds=20)

    @property
    def url(self) -> str:
        """The address that cards link to; the local one as long as none is given."""
        return self.public_url or f"http://{self.host}:{self.port}"


SQLITE = "sqlite+aiosqlite:///"
POSTGRESQL = "postgresql+asyncpg://"
DEFAULT_DATABASE = f"{SQLITE}var/dealbell.db"


class Database(Section):
    url: Secret = Secret(DEFAULT_DATABASE)
    """A secret, because it may hold a password."""

    @property
    def sqlite_file(self) -> Path | None:
        """None for PostgreSQL and for a database in memory."""
        file = self.url.reveal().removeprefix(SQLITE).partition("?")[0]
        return None if self.url.reveal().startswith(POSTGRESQL) or file == ":memory:" else Path(file)

    @field_validator("url")
    @classmethod
    def _known_driver(cls, value: Secret, info: ValidationInfo) -> Secret:
        text = value.reveal()
        if text.startswith(POSTGRESQL):
            return value
        if not text.startswith(SQLITE) or text == SQLITE:
            raise wrong(f"要以 {SQLITE} 或 {POSTGRESQL} 开头，后面是文件或地址")
        file, question, query = text.removeprefix(SQLITE).partition("?")
        folder = folder_of(info)
        if folder is None or file == ":memory:" or Path(file).is_absolute():
            return value
        return Secret(f"{SQLITE}{folder / file}{question}{query}", value.source)


_AES_KEY = re.compile(r"[A-Za-z0-9+/]{43}")


def _aes_key(value: Secret) -> Secret:
    if value and not _AES_KEY.fullmatch(value.reveal()):
        raise wrong(f"要正好 43 个字母或数字，现在是 {len(value.reveal())} 个字符；到企业微信后台重新复制")
    return value


def _given(value: Secret) -> Secret:
    if not value:
        raise wrong("不能是空的")
    return value


GivenSecret = Annotated[Secret, AfterValidator(_given)]


class App(Section):
    """The self-built app: complete, or left out altogether (import and migrate do without)."""

    agent_id: Count
    secret: GivenSecret
    token: GivenSecret
    encoding_aes_key: Annotated[GivenSecret, AfterValidator(_aes_key)]

    @staticmethod
    def none() -> App:
        return App.model_construct(agent_id=0, secret=Secret(), token=Secret(), encoding_aes_key=Secret())

    @property
    def is_set(self) -> bool:
        return bool(self.secret)


_BOT_KEYS: dict[str, tuple[str, ...]] = {
    "callback": ("token", "encoding_aes_key"),
    "websocket": ("bot_id", "secret", "ws_url"),
    "off": (),
}


class Bot(Section):
    """The smart bot. Keys of the mode that is not used may stand there and are not looked at."""

    mode: Literal["callback", "websocket", "off"] = "callback"
    name: str = "跟单铃"
    token: Secret = Secret()
    encoding_aes_key: Annotated[Secret, AfterValidator(_aes_key)] = Secret()
    bot_id: str = ""
    secret: Secret = Secret()
    ws_url: SocketUrl = "wss://openws.work.weixin.qq.com"

    @model_validator(mode="before")
    @classmethod
    def _only_keys_of_the_mode(cls, data: Any) -> Any:
        mode = data.get("mode", "callback") if isinstance(data, dict) else None
        if not isinstance(mode, str) or mode not in _BOT_KEYS:
            return data
        unused = {key for keys in _BOT_KEYS.values() for key in keys} - set(_BOT_KEYS[mode])
        return {key: value for key, value in data.items() if key not in unused}

    @model_validator(mode="after")
    def _mode_has_its_keys(self) -> Self:
        if missing := [key for key in _BOT_KEYS[self.mode] if not getattr(self, key)]:
            raise wrong_at(*((key, f'没有填；mode = "{self.mode}" 需要它') for key in missing))
        return self


class Webhook(Section):
    name: Annotated[str, Field(min_length=1)]
    chatid: str = ""
    """Case-sensitive. Empty = learnt: an admin says 绑定本群 and the name in the group."""
    key: Secret

    @field_validator("key")
    @classmethod
    def _not_an_address(cls, value: Secret) -> Secret:
        if not value or "://" in value.reveal():
            raise wrong("要填 webhook 地址里 key= 后面的那一段")
        return value


class WeCom(Section):
    corp_id: str = ""
    api_base: Annotated[HttpUrl, Field(min_length=1)] = "https://qyapi.weixin.qq.com"
    login_url: Annotated[HttpUrl, Field(min_length=1)] = "https://open.weixin.qq.com/connect/oauth2/authorize"
    app: App = App.none()
    bot: Bot = Bot(mode="off")
    webhooks: Many[Webhook] = ()

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        if self.app.is_set and not self.corp_id:
            raise wrong_at(("corp_id", "没有填；在企业微信后台“我的企业”页的最下面"))
        problems = [
            ("webhooks", f"{what} 出现了两次；一个群只写一次")
            for what, values in (
                ("name", [webhook.name for webhook in self.webhooks]),
                ("chatid", [webhook.chatid for webhook in self.webhooks if webhook.chatid]),
                ("key", [webhook.key.reveal() for webhook in self.webhooks]),
            )
            if len(set(values)) < len(values)
        ]
        if problems:
            raise wrong_at(*problems)
        return self


class Roster(Section):
    file: FilePath = Path("roster.toml")


class Weights(Section):
    load: Weight = 4.0
    skill: Weight = 3.0
    wins: Weight = 2.0
    fairness: Weight = 1.0

    @model_validator(mode="after")
    def _some_weight(self) -> Self:
        if not (self.load or self.skill or self.wins or self.fairness):
            raise wrong("四个权重不能都是 0")
        return self


class Group(Section):
    name: Annotated[str, Field(min_length=1)]
    members: Texts = ()
    teams: Texts = ()


class AssignmentRule(Section):
    name: Annotated[str, Field(min_length=1)]
    groups: Annotated[Texts, Field(min_length=1)]
    regions: Texts = ()
    industries: Texts = ()
    product_lines: Texts = ()
    hospital_levels: Texts = ()
    budget_bands: Texts = ()
    channels: Texts = ()
    grades: Many[GradeLetter] = ()
    only_in_working_hours: bool = False


class Assignment(Section):
    cap: Count = 5
    circuit_after: Count = 3
    probation_after: Duration = timedelta(minutes=30)
    fairness_after: Duration = timedelta(days=2)
    weights: Weights = Weights()
    groups: Many[Group] = ()
    rules: Many[AssignmentRule] = ()

    @model_validator(mode="after")
    def _rules_name_groups(self) -> Self:
        known = [group.name for group in self.groups]
        problems = [*names.repeats("groups", known), *names.repeats("rules", [rule.name for rule in self.rules])]
        for number, rule in enumerate(self.rules, 1):
            problems += names.unknown(f"rules[{number}].groups", rule.groups, known, "组", "assignment.groups")
        if problems:
            raise wrong_at(*problems)
        return self


class Region(Section):
    name: Annotated[str, Field(min_length=1)]
    cities: Texts = ()
    geojson: str = ""
    geojson_file: FilePath | None = None
    """Read into `geojson` when the settings are loaded."""
    buffer_km: Annotated[float, Field(ge=0, le=500)] = 0.0

    @model_validator(mode="before")
    @classmethod
    def _read_file(cls, data: Any, info: ValidationInfo) -> Any:
        if not isinstance(data, dict) or not isinstance(file := data.get("geojson_file"), str):
            return data
        if data.get("geojson"):
            raise wrong_at(("geojson_file", "和 geojson 只能写一个"))
        path = (folder_of(info) or Path()) / file
        try:
            return {**data, "geojson": path.read_text("utf-8")}
        except (OSError, UnicodeDecodeError):
            raise wrong_at(("geojson_file", f"读不了 {path}；请检查路径，文件要是 UTF-8")) from None

    @model_validator(mode="after")
    def _has_a_place(self) -> Self:
        if not self.cities and not self.geojson:
            raise wrong_at(("cities", "没有填；写城市名单，或者用 geojson / geojson_file 写边界"))
        try:
            geography.check_region(geography.Region(self.name, geojson=self.geojson))
        except ValueError:
            key = "geojson_file" if self.geojson_file else "geojson"
            raise wrong_at(
                (key, "不是能用的 GeoJSON 边界；要有 Polygon 或 MultiPolygon，坐标写成 [经度, 纬度]")
            ) from None
        if self.buffer_km and not self.geojson:
            raise wrong_at(("buffer_km", "只对 geojson 边界有效；城市名单没有边界可缓冲"))
        return self


class WordTag(Section):
    value: str
    words: Annotated[Texts, Field(min_length=1)]


class BudgetBand(Section):
    name: str
    starts_at: Fen


def _pairs(key: str, value: str, of: type, how: str) -> BeforeValidator:
    """A TOML table `"汽车" = ["汽配", "汽车"]` → the list of entries that the tree holds, in the order written."""

    def turn(data: Any) -> Any:
        if isinstance(data, tuple):
            return data
        if not isinstance(data, dict):
            raise wrong(f"要写成表，每行一个 {how}")
        if odd := [name for name, content in data.items() if not isinstance(content, of) or not content]:
            raise wrong_at(*((f'"{name}"', f"要写成 {how}") for name in odd))
        return tuple({key: name, value: content} for name, content in data.items())

    return BeforeValidator(turn)


WordTags = Annotated[Many[WordTag], _pairs("value", "words", list, '"名称" = ["词", "词"]')]
BudgetBands = Annotated[Many[BudgetBand], _pairs("name", "starts_at", str, '"名称" = "起点（元）"')]


def _word_tags(table: dict[str, tuple[str, ...]]) -> tuple[WordTag, ...]:
    return tuple(WordTag(value=value, words=words) for value, words in table.items())


def _bands(table: dict[str, str]) -> tuple[BudgetBand, ...]:
    return tuple(BudgetBand.model_validate({"name": name, "starts_at": yuan}) for name, yuan in table.items())


class Tags(Section):
    """Words → tag. A table in the file replaces the shipped one as a whole."""

    industries: WordTags = _word_tags(defaults.INDUSTRIES)
    product_lines: WordTags = ()
    hospital_levels: WordTags = _word_tags(defaults.HOSPITAL_LEVELS)
    budget_bands: BudgetBands = _bands(defaults.BUDGET_BANDS)

    @model_validator(mode="after")
    def _bands_ascend(self) -> Self:
        starts = [band.starts_at for band in self.budget_bands]
        if starts != sorted(set(starts)):
            raise wrong_at(("budget_bands", "要按起点从小到大写，起点不能相同"))
        return self


class GradeRule(Section):
    """Every condition that is named must hold; then `points` are added (or, below zero, taken off)."""

    name: Annotated[str, Field(min_length=1)]
    points: int
    channels: Texts = ()
    words: Texts = ()
    product_lines: Texts = ()
    hospital_levels: Texts = ()
    budget_at_least: Fen | None = None
    page_time_at_least: Duration | None = None
    downloads_at_least: Count | None = None
    staff_at_least: Count | None = None
    turnover_at_least: Fen | None = None
    """Of a year."""
    standing: Literal["good", "doubtful"] | None = None
    """Of a customer who is known already, by what the house is owed."""


class Grading(Section):
    starting_points: int = 30
    a_from: int = 60
    b_from: int = 30
    rules: Many[GradeRule] = tuple(GradeRule.model_validate(rule) for rule in defaults.GRADE_RULES)

    @model_validator(mode="after")
    def _a_above_b(self) -> Self:
        if self.a_from <= self.b_from:
            raise wrong_at(("a_from", f"要大于 b_from（{self.b_from}）"))
        return self


class Leads(Section):
    channels: Annotated[Texts, Field(min_length=1)] = defaults.CHANNELS
    call_at_least: Duration = timedelta(seconds=60)
    """S3: a shorter call is no first contact."""


class WorkingTime(Section):
    timezone: ZoneName = "Asia/Shanghai"
    intervals: Annotated[Many[Interval], Field(min_length=1)] = ((time(9), time(12)), (time(13, 30), time(18)))
    weekdays: Annotated[Many[IsoWeekday], Field(min_length=1)] = (1, 2, 3, 4, 5)
    country: str = "CN"
    """Whose public holidays count; empty = none."""
    extra_holidays: Many[Day] = ()
    extra_working_days: Many[Day] = ()
    known_years: Many[int] = ()
    """Years whose make-up days are entered above by hand, so that nothing about them is provisional."""

    @model_validator(mode="after")
    def _apart(self) -> Self:
        problems = [("intervals", f"{a} 和 {b} 重叠") for a, b in names.overlaps(self.intervals)]
        if self.country not in ("", "CN") and not _has_calendar(self.country):
            problems.append(("country", f'没有 {self.country} 的节假日日历；写两个字母的国家代码，例如 "CN"，或者 ""'))
        if both := sorted(set(self.extra_holidays) & set(self.extra_working_days)):
            problems.append(("extra_holidays", f"{both[0]} 同时写成了假日和上班日"))
        if problems:
            raise wrong_at(*problems)
        return self


def _has_calendar(country: str) -> bool:
    """CN is known without asking, because the calendar library takes a tenth of a second to load."""
    try:
        WorkingCalendar(WorkingHours(country=country)).is_working_day(date(2026, 1, 1))
    except NotImplementedError:
        return False
    return True


class QuietHours(Section):
    """The same time twice = no quiet hours."""

    start: ClockTime = time(21)
    end: ClockTime = time(8)


class EscalationRule(Section):
    """What is not named is as in [escalation]."""

    name: Annotated[str, Field(min_length=1)]
    grades: Many[GradeLetter] = ()
    product_lines: Texts = ()
    hospital_levels: Texts = ()
    accept_within: Duration | None = None
    first_contact_within: Duration | None = None
    report_after: Duration | None = None
    around_the_clock: bool | None = None
    take_back: bool | None = None


class Escalation(Section):
    accept_within: Duration = timedelta(minutes=3)
    first_contact_within: Duration = timedelta(hours=2)
    report_after: Duration = timedelta(hours=4)
    around_the_clock: bool = False
    take_back: bool = False
    snooze_for: Duration = timedelta(minutes=30)
    repeat_after: Duration = timedelta(minutes=30)
    """S4: nobody is pinged about the same thing again before."""
    bundle_within: Duration = timedelta(seconds=2)
    """Leads that come due within this time share one card."""
    rules: Many[EscalationRule] = tuple(EscalationRule.model_validate(rule) for rule in defaults.ESCALATION_RULES)

    @property
    def has_own_rules(self) -> bool:
        return "rules" in self.model_fields_set

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        if problems := names.repeats("rules", [rule.name for rule in self.rules]):
            raise wrong_at(*problems)
        return self


class Digest(Section):
    at: ClockTime = time(9)
    timezone: ZoneName = "Asia/Shanghai"
    weekdays: Many[IsoWeekday] = ()
    """Empty = every day, as the interfaces promise."""
    catch_up_until: ClockTime = time(12)
    spread: Duration = timedelta(seconds=20)
    """WeCom asks not to send on the full minute of :00 and :30; the digests leave within this time after it."""

    @property
    def catch_up_for(self) -> timedelta:
        """How late a missed digest still goes out; three hours where `catch_up_until` lies before `at`."""
        minutes = (self.catch_up_until.hour - self.at.hour) * 60 + self.catch_up_until.minute - self.at.minute
        return timedelta(minutes=minutes if minutes > 0 else 180)


class Speech(Section):
    engine: Literal["whisper", "openai-whisper", "remote", "off"] = "whisper"
    model: Annotated[str, Field(min_length=1)] = "small"
    """A name, or a path; a relative one that exists beside the settings file is meant."""
    url: HttpUrl = ""
    key: Secret = Secret()
    model_folder: FilePath | None = None
    """Where downloaded models are kept; None = the engine's own place."""
    model_url: HttpUrl = ""
    """Of a mirror of the model hub."""
    threads: Annotated[int, Field(ge=0)] = 0
    """0 = all cores but one, which is left to the server."""
    send: Literal["wav", "original"] = "wav"
    """To a remote server; "original" needs no PyAV here."""
    timeout: Duration = timedelta(minutes=5)
    """For one recording, besides twice its length; the loading of the model apart."""
    recording_at_most: Duration = timedelta(minutes=30)
    """Of a call recording sent as a file; a voice message ends at 60 seconds by itself."""

    @field_validator("model")
    @classmethod
    def _beside_the_file(cls, value: str, info: ValidationInfo) -> str:
        path = (folder_of(info) or Path()) / Path(value).expanduser()
        return str(path) if path.exists() else value

    @model_validator(mode="after")
    def _remote_has_address(self) -> Self:
        if self.engine == "remote" and not self.url:
            raise wrong_at(("url", '没有填；engine = "remote" 需要它'))
        return self


class Memos(Section):
    answer_within: Duration = timedelta(days=1)
    """So long a plain sentence still puts the newest card right; after that by its number."""
    undated_step_within: Annotated[int, Field(ge=1, le=30)] = 2
    """Working days for a next step that was promised without a day."""
    brief_before: Duration = timedelta(minutes=30)
    """B1: so long before a planned visit the brief comes by itself."""


class ScoreCard(Section):
    """N4: points for what a customer's memos say; the sum gives the intent level."""

    budget_clear: int = 20
    budget_confirmed: int = 15
    decision_maker_known: int = 10
    decision_maker_met: int = 20
    no_competitor: int = 15
    urgent: int = 10
    next_step_agreed: int = 10
    stalled: int = -30
    high_from: int = 60
    middle_from: int = 30

    @model_validator(mode="after")
    def _high_above_middle(self) -> Self:
        if self.high_from <= self.middle_from:
            raise wrong_at(("high_from", f"要大于 middle_from（{self.middle_from}）"))
        return self


Worry = Literal[
    "price", "delivery", "quality", "service", "payment", "technology", "contract", "trust",
    "price_sensitive", "competitor_involved", "urgent", "stalled",
]  # fmt: skip


class Script(Section):
    name: Annotated[str, Field(min_length=1, max_length=30)]
    words: Annotated[str, Field(min_length=1, max_length=500)]
    answers: Many[Worry] = ()
    """Empty = fits whatever worries the customer."""
    industries: Texts = ()


class Scripts(Section):
    """B2. A library in the file replaces the shipped one as a whole."""

    library: Many[Script] = tuple(Script.model_validate(script) for script in defaults.SCRIPTS)

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        if problems := names.repeats("library", [script.name for script in self.library]):
            raise wrong_at(*problems)
        return self


class ApiKey(Section):
    id: Annotated[str, Field(min_length=1)]
    secret: GivenSecret
    scopes: Annotated[Many[Literal["leads", "bank"]], Field(min_length=1)]


class Api(Section):
    keys: Many[ApiKey] = ()

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        if problems := names.repeats("keys", [key.id for key in self.keys]):
            raise wrong_at(*problems)
        return self


StatementColumn = Literal[
    "time", "in", "out", "amount", "refunded", "direction", "payer", "payer_account", "from_name", "from_account",
    "to_name", "to_account", "remark", "kind", "serial", "checkout", "currency", "account", "holder", "reversal",
    "status",
]  # fmt: skip


class StatementLayout(Section):
    """A statement whose header words are not known by themselves: what each column is called (P1)."""

    name: Annotated[str, Field(min_length=1)]
    columns: dict[StatementColumn, Texts]

    @model_validator(mode="after")
    def _is_usable(self) -> Self:
        if "time" not in self.columns or not {"in", "out", "amount"} & self.columns.keys():
            raise wrong_at(("columns", "要有 time，还要有 in、out、amount 里的至少一个"))
        return self


class Payments(Section):
    tell_group: bool = True
    """P3: the group where the lead came from hears the good news, without figures."""
    own_names: Texts = ()
    """Ours, as banks print them; money between our own accounts is no customer's payment."""
    cards_at_once: Count = 10
    """Doubtful payments of one statement that are sent as cards; the rest is asked for with 待确认."""
    remind_at: ClockTime = time(9, 30)
    remind_days: Annotated[Many[int], Field(min_length=1)] = (-3, 0, 1, 7, 15, 30)
    """P4: days after the due day, before it below zero."""
    manager_from: int = 1
    finance_from: int = 7
    leader_from: int = 15
    layouts: Many[StatementLayout] = ()

    @model_validator(mode="after")
    def _days_ascend(self) -> Self:
        if list(self.remind_days) != sorted(set(self.remind_days)):
            raise wrong_at(("remind_days", "要从小到大，每个数一次"))
        if problems := names.repeats("layouts", [layout.name for layout in self.layouts]):
            raise wrong_at(*problems)
        return self


class Hooks(Section):
    call_robot: HttpUrl = ""
    erp: HttpUrl = ""
    secret: Secret = Secret()

    @model_validator(mode="after")
    def _signed(self) -> Self:
        if (self.call_robot or self.erp) and not self.secret:
            raise wrong_at(("secret", "没有填；填了 call_robot 或 erp 就要用它签名"))
        return self


class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class Bucket(Section):
    """S3-compatible: AWS, MinIO, Ceph, or a Chinese cloud's S3 door."""

    endpoint: HttpUrl = ""
    bucket: str = ""
    region: str = "us-east-1"
    access_key: Secret = Secret()
    secret_key: Secret = Secret()
    prefix: str = ""


class Media(Section):
    store: Literal["folder", "s3"] = "folder"
    folder: FilePath = Path("var/media")
    s3: Bucket = Bucket()

    @model_validator(mode="after")
    def _bucket_is_named(self) -> Self:
        needed = ("endpoint", "bucket", "access_key", "secret_key")
        if self.store == "s3" and (missing := [key for key in needed if not getattr(self.s3, key)]):
            raise wrong_at(*((f"s3.{key}", '没有填；store = "s3" 需要它') for key in missing))
        return self


class Visit(Section):
    """What one line of products needs of a visit (V3). Without `product_lines` it is for all others."""

    name: Annotated[str, Field(min_length=1)]
    product_lines: Texts = ()
    photos: Annotated[int, Field(ge=0, le=20)] = 1
    memos: Annotated[int, Field(ge=0, le=20)] = 1
    place: bool = False
    door_sign: bool = False
    signed: bool = False
    needs: Annotated[int, Field(ge=0, le=6)] = 0
    need_choices: Annotated[Texts, Field(max_length=6)] = ()
    """A card has room for six buttons."""
    needs_words: Annotated[int, Field(ge=0, le=200)] = 10
    within: Duration = timedelta(hours=2)

    @model_validator(mode="after")
    def _enough_to_choose_from(self) -> Self:
        if self.needs > len(set(self.need_choices)):
            raise wrong_at(
                ("need_choices", f"至少要有 {self.needs} 个不同的词，现在是 {len(set(self.need_choices))} 个")
            )
        if any(not choice or len(choice) > 9 or "|" in choice for choice in self.need_choices):
            raise wrong_at(("need_choices", "每个词 1 到 9 个字，不能有竖线，按钮上才放得下"))
        return self


class Visits(Section):
    remind_before: Duration = timedelta(minutes=30)
    close_after: Duration = timedelta(hours=8)
    """A complete visit that nobody has closed."""
    far_after_m: Annotated[int, Field(ge=50, le=100_000)] = 1000
    """Metres from the customer's known place from which on it is pointed out."""
    spot_checks: Annotated[int, Field(ge=1, le=10)] = 3
    spot_check_days: Annotated[int, Field(ge=1, le=90)] = 7
    templates: Many[Visit] = tuple(Visit.model_validate(template) for template in defaults.VISIT_TEMPLATES)

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        if problems := names.repeats("templates", [template.name for template in self.templates]):
            raise wrong_at(*problems)
        return self


class Alarms(Section):
    """What the operators are told of the house itself."""

    no_callbacks_after: Duration = timedelta(hours=2)
    """Working time without a word from WeCom."""


class Limits(Section):
    """WeCom's own ceilings, kept by waiting; lower them when other programs send through the same app."""

    member_per_minute: Annotated[int, Field(ge=1, le=30)] = 30
    webhook_per_minute: Annotated[int, Field(ge=1, le=20)] = 20
    media_mb: Annotated[int, Field(ge=1, le=100)] = 20
    people_at_once: Annotated[int, Field(ge=1, le=64)] = 8
    """Messages of so many people are worked on in parallel."""
    attempts: Count = 5
    """A message that fails so often is parked."""


class Settings(Section):
    server: Server = Server()
    database: Database = Database()
    wecom: WeCom = WeCom()
    roster: Roster = Roster()
    leads: Leads = Leads()
    regions: Many[Region] = ()
    tags: Tags = Tags()
    grading: Grading = Grading()
    assignment: Assignment = Assignment()
    working_time: WorkingTime = WorkingTime()
    quiet_hours: QuietHours = QuietHours()
    escalation: Escalation = Escalation()
    digest: Digest = Digest()
    speech: Speech = Speech()
    payments: Payments = Payments()
    memos: Memos = Memos()
    scorecard: ScoreCard = ScoreCard()
    scripts: Scripts = Scripts()
    api: Api = Api()
    hooks: Hooks = Hooks()
    log: Log = Log()
    media: Media = Media()
    visits: Visits = Visits()
    alarms: Alarms = Alarms()
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _rules_speak_of_known_things(self) -> Self:
        problems = names.repeats("regions", [region.name for region in self.regions])
        known = {
            "regions": ([region.name for region in self.regions], "区域", "regions"),
            "industries": ([tag.value for tag in self.tags.industries], "行业", "tags.industries"),
            "product_lines": ([tag.value for tag in self.tags.product_lines], "产品线", "tags.product_lines"),
            "hospital_levels": ([tag.value for tag in self.tags.hospital_levels], "医院等级", "tags.hospital_levels"),
            "budget_bands": ([band.name for band in self.tags.budget_bands], "预算档", "tags.budget_bands"),
            "channels": (list(self.leads.channels), "来源渠道", "leads.channels"),
        }
        # The shipped rules may speak of channels or levels that a company has taken off its own lists.
        own_grading = self.grading.rules if "rules" in self.grading.model_fields_set else ()
        own_ladders = self.escalation.rules if self.escalation.has_own_rules else ()
        shipped = Visits().templates
        own_visits = tuple(Visit(name=one.name) if one in shipped else one for one in self.visits.templates)
        own_scripts = self.scripts.library if "library" in self.scripts.model_fields_set else ()
        sections: tuple[tuple[str, tuple[Section, ...]], ...] = (
            ("scripts.library", own_scripts),
            ("assignment.rules", self.assignment.rules),
            ("escalation.rules", own_ladders),
            ("grading.rules", own_grading),
            ("visits.templates", own_visits),
        )
        for place, rules in sections:
            for number, rule in enumerate(rules, 1):
                for field, (values, what, where) in known.items():
                    said = getattr(rule, field, ())
                    problems += names.unknown(f"{place}[{number}].{field}", said, values, what, where)
        if problems:
            raise wrong_at(*problems)
        return self
