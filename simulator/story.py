"""The guided story of the chat page: steps as data, carried out by the same hands as everything else on the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

# A server that is told to speak at nine does so a few seconds later: WeCom asks senders to keep away from the full
# minute (wecom.md 3.2). Jumping that far shows at once what the hour brings.
_PAST_THE_MINUTE = timedelta(seconds=25)


@dataclass(frozen=True, slots=True)
class Say:
    """`chat` is app, bot or a group's chatid. A userid such as @恒达机械 is whoever holds a card about it."""

    userid: str
    chat: str
    text: str


@dataclass(frozen=True, slots=True)
class Send:
    """One of the samples of the chat page."""

    userid: str
    sample: str


@dataclass(frozen=True, slots=True)
class Tap:
    button: str
    userid: str = ""
    """Empty: whoever holds the newest card with that button."""


@dataclass(frozen=True, slots=True)
class Pass:
    """Lets time pass: so long, or until that hour comes round."""

    by: timedelta = timedelta()
    until: time | None = None
    on_weekday: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    hint: str
    """Before: what the button will do."""
    look: str
    """After: what to look at."""
    action: Say | Send | Tap | Pass
    windows: tuple[str, ...] = ()
    """Whose windows show it (userid or chatid)."""


def until_next(now: datetime, at: time, *, on_weekday: bool = False) -> timedelta:
    """How long until that hour comes round. For a weekday Saturday and Sunday are skipped; holidays are not known."""
    here = now.astimezone(ZONE)
    target = datetime.combine(here.date(), at, ZONE)
    while target <= here or (on_weekday and target.weekday() >= 5):
        target += timedelta(days=1)
    return target - here + _PAST_THE_MINUTE


def duration(action: Pass, now: datetime) -> timedelta:
    if action.until is None:
        return action.by
    return until_next(now, action.until, on_weekday=action.on_weekday)


def demo_story(chatid: str = "wrEastLeads") -> tuple[Step, ...]:
    return (
        Step(
            "开工",
            "把时钟拨到下一个工作日上午九点半。",
            "九点半了。计时都按工作时间走，所以先开工。",
            Pass(until=time(9, 30), on_weekday=True),
        ),
        Step(
            "发线索",
            "陈露在群里按固定格式发两条线索。",
            "群里马上有回音：编号、归谁、为什么；销售各自收到一张卡片。",
            Say(
                "chenlu",
                chatid,
                "@跟单铃 【线索响应】恒达机械 13800001111 X200 展会\n【线索响应】鸿远精工 13800002222 X300 官网",
            ),
            (chatid,),
        ),
        Step(
            "写错一条",
            "陈露又发一条，电话少了几位。",
            "不猜电话：它说清是哪一行哪一项，并给出改好的模板。",
            Say("chenlu", chatid, "@跟单铃 【线索响应】同舟包装 1380000 X200 官网"),
            (chatid,),
        ),
        Step(
            "接单",
            "收到卡片的销售点「接单」。",
            "卡片上的按钮变灰，首次联系的时限开始走。",
            Tap("接单"),
        ),
        Step(
            "没人接",
            "另一张卡片没人理，三分钟过去。",
            "主管收到升级：哪条线索、在谁手里、晚了多久。",
            Pass(by=timedelta(minutes=3, seconds=10)),
            ("zhaomin",),
        ),
        Step(
            "主管知道了",
            "赵敏点「收到」。",
            "同一件事半小时内不会再打扰她。",
            Tap("收到", "zhaomin"),
            ("zhaomin",),
        ),
        Step(
            "去拜访",
            "负责恒达的销售到了现场，说一声开始拜访。",
            "拜访开了，有编号；还缺什么，它说得清清楚楚。",
            Say("@恒达机械", "app", "开始拜访 恒达机械"),
            ("@恒达机械",),
        ),
        Step(
            "拍张照",
            "拍一张车间的照片，直接发。",
            "照片记在这次拜访里，原件和校验和都留着。",
            Send("@恒达机械", "workshop"),
            ("@恒达机械",),
        ),
        Step(
            "说几句",
            "上车前说十几秒，不填表（演示的语音服务只听得懂样例）。",
            "听成了文字，又变成一张卡片：预算、下一步都在上面，错了用一句话改。",
            Send("@恒达机械", "memo"),
            ("@恒达机械",),
        ),
        Step(
            "确认",
            "销售点「确认」。",
            "下一步进了待办，到点提醒；主管发“看 V1”就能看到照片、原声和文字。",
            Tap("确认", "@恒达机械"),
            ("@恒达机械",),
        ),
        Step(
            "明早九点",
            "一天过去，到第二天早上九点。",
            "周总收到日报：先看三个数，其余点开再看。",
            Pass(until=time(9, 0)),
            ("zhouzong",),
        ),
        Step(
            "钱到账",
            "财务钱芳把今天的网银流水发给跟单铃。",
            "恒达的钱对得上，已经入账：销售和主管马上知道金额、还欠多少；群里只报喜，不报数。拿不准的一笔没有入账，等钱芳看。",
            Send("qianfang", "statement"),
            (chatid, "@恒达机械", "zhaomin", "qianfang"),
        ),
        Step(
            "确认一笔",
            "个人代付的那笔，钱芳看过，点订单那个按钮（也可以打开财务页面一次确认多笔）。",
            "这笔也入账了，负责鸿远的销售收到已回款。这个人以后再替鸿远付款，就认得了。",
            Tap("0102 36500", "qianfang"),
            ("qianfang", "@鸿远精工"),
        ),
    )
