"""What is still to happen, by when and by whom (memos/SCHEMA.md, labels.next_steps and steps).

A step is looked for behind each day that is still to come and behind each promise without a day (我去…, 让我…, 帮我…). It
ends where the next one, another subject or another subject matter begins: speech has no full stops to rely on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.facts import NextStep, Owner, Said, Words
from nlp.dates import DayMention
from nlp.patterns import sought
from nlp.persons import Person

_VERB = (
    "告诉|重新|出发|动身|拖|供|挑|点|抱|载|运|借|租|贴|填|盘|抽|印|卸|部署|起草|公示|公布|宣布|联系|通知|跟进|沟通|拜会|登门|碰头|碰面|见面|叫|到(?=我们|他们|现场|厂|公司|客户|咱|你们|总部|实验室|车间|工地)|飞|下(?=单|采购|订单|图|料)|敲定|摸|塞|派人|捎|修|商量|递|发货|发车|发|寄|送|递|交|提交|提|出|报|做|办|去|来|带|约|请|拜访|见|打|回|答复|回复|反馈|签|付|汇|转|补|改|备|准备|整理|安排|确认|复核|核|测|试|装|演示|讲|述标|投标|投|开标|开|挂网|定标|评审|论证|跑|查|问|催|跟|拉|领|"
    "收|取|上门|汇报|申请|请示|盖章|盖|排|写|画|算|录|导|培训|验收|看|参观|踏勘|堵|盯|敲|定稿|过一遍|给|把|帮|派|让|找|陪|谈|聊|碰|审|审核|批|选定|选|完成|搞|弄|拟|封|上|发标|勘|量|接|调|拆|混|组|对接|对|落实|协调|"
    "推|拿|回访|考察|驻厂|拷|清|交底|复测|采样|送检|打样|排期|邀|吃饭|敲定|定|回话|回信|商量|研究|开会|过会|上会|进场|再给|想办法|想法子|腾|铺|挖|通|停|搬|换|移|挪"
)
_US = "(?:我们?这边|我们?这头|我们?公司|我们?厂里|我们?工厂|我们?[这]?[边里]|我方|我司|咱们?这边|咱们?|我们|我|(?<![分总子贸流司\u4e00-\u9fff])公司|厂里)"
_THEY = "(?:他们|她们|人家|对方|客户|甲方|业主|总包|院里|厂方|店长|他那边|她那边|他这边|那边|他|她|律所|学校|采购部|设备科|财务|法务|行政)"
_SUBJECT = f"(?:{_US}|{_THEY})"
_LEAD = re.compile(
    f"^(?:[,、:: ]|呃|嗯|啊|哎|吧|呢|嘛|哈|就|那个|这个|那|然后|之前|以前|前|内|之内|以内|左右|上午|下午|晚上|早上|中午|一早|下班前|[0-9一二两三四五六七八九十]+点(?:半|钟)?|"
    f"{_US}|{_THEY}|自己|亲自|这边|那边|还|也|都|再次|必须|须|务必|一定|肯定|争取|尽量|负责|准备(?![一两三几0-9个份张套些好材资])|打算|计划|需要|还要|还得|要|得|会|应该|可以|能|想(?!办法|法|辙)|不(?=,)|不是(?=,)|(?:测|试|看|用|跑|收|签|审|开|谈|改)完(?:以?后|之后)?|说|说好|说是|讲|答应|定了|约好|约定|安排好|统一|继续|的时候|吧|是)"
)
_KEEP_LEAD = re.compile("^(?:再|先|顺便|重新)")
_ENDS = re.compile("[。;!?,…]|\\n")
_NEW_TOPIC = re.compile(
    "(?:另外(?![一两二三四几])|然后|还有就是|还有|不过|但是|但|因为|所以|现在|目前|预算|其实|反正|主要|顺便说|对了|要不|否则|只是|据说|听说|看样子|估计|这样|先这样|就这些|别的|(?<![\u4e00-\u9fff])总的|不然|否则|第[一二三四五六](?![批版套次轮台家份期车步])|一个是|一是|二是|三是|同时|而且|竞争|对手|上次|上回|本来|之前|昨天|今天上午)"
)
_PAST = re.compile("已经|昨[天晚]|刚[才刚]?|上[周次回个礼]|之前已|早就|当场|去年|前[天年]|完了|过了$")
_DONE = re.compile(
    "(?:跑|碰|磨|吃|换|收|谈|打|加班|见着|盖章|演示|发|寄|送|交|报|给|签|做|付|打|出|测|装|说|谈|见|聊|看|改|批|定|讲|来|去|寄出|发出|拿)(?:完|好|过|出去|过去)?了(?!解)|过(?:一[次遍面])?了|已经?(?!有|知)"
)
_NO_STEP = re.compile(
    "^(?:[签报换批核做买说给](?:了|的)|完(?!成)|刚|总算|[批审核]定?(?:下来|过|完)|含|第[一二三四五六七八九十]|(?:先)?见的|申请的|[^把将]{1,2}的(?=[0-9一二三四五六七八九十两]))|^(?:再|先|那就|看情况|到时候)*(?:看|说|看看|议|定|确认|讲|谈|考虑|研究)(?:吧|呗|了)?$|^(?:推|往后|延|拖|放|停|缓)|^(?:的|了|去的|来的|跑的|见的|聊的|谈的|定的|做的|买的|到的|线上会|加班|来不及|亲口|主动|当面|跟[^,。;]{1,8}(?:聊|碰|谈|磨|见))"
    "|^(?:说|讲|觉得|认为|知道|嫌|没|不|别|只|才|就是|有|是|在(?!场)|想|急|催得|最|更|比|太|很|挺|就[要能]|贵|便宜|缺|差|用的|买了|问我们?|问能|问价|开业|投产|量产|上线|开灌|通水|用上|到货|要货|要用|年底要|完工|竣工|并网|见分晓|过年|放假|就位|开会$)"
)
_NEEDED_BY_THEM = re.compile(
    "(?:通电|出海|换过来|切过来|开播|收权|装车|开门|营业|开张|下线|投料|点火|供暖|开馆|开幕|首演|入住|投产|开业|上线|进场|通水|开灌|装完|完工|竣工|交付|到货|用上|验收|量产|并网|投用|投运|开工|开学|搬家|搬进|搬过去|铺完|换完|全换|到位|装好|用起来|开张|投入使用|见到货|拿到货|要货|出栏|收割|赶上|启用|开园|运行|试营业|复产|迎检|封顶|出首批|首批出|割接)"
)
_WANT = re.compile(
    "(?:要求|急着|着急|急等|等着|赶着?|想(?:在|赶)?|必须|最好|希望|指望|得|要|催|争取|计划)[^,。;]{0,8}$"
)
_TOLD_US = re.compile(
    "(?:让|要|叫|请|催|喊|求|要求|约|通知|嘱咐|盯着|逼着?|等着?|需要)(?:着|了|了下)?(?:我们|咱们?|我方|我司|我)[^,。;我他她]{0,10}$"
)
_OBJECT_OF = frozenset("给跟和找让请约见带帮陪催问回发寄送叫替为把向与由被对等通知请示到于同比教交领接拉")
_RIVAL_SUBJECT = re.compile("(?:对手|同行|竞品|别家|那家|另外一家|另一家)[^,。;]{0,6}$")


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    due: date | None
    owner: Owner
    anchor: int
    is_asked: bool = False
    """让我们…, without a day."""
    is_put_right: bool = False
    """The day was said otherwise first."""


def next_steps(
    text: str, days: Sequence[DayMention], people: Sequence[Person], today: date, rivals: Sequence[str] = ()
) -> tuple[Said[NextStep], ...]:
    """In the order said. `text` is evened; `rivals` are the competitors named in it: their plans are no steps."""
    found: list[_Found] = []
    for place, day in enumerate(days):
        if day.due is not None and (
            day.due < today or (day.due == today and not _STILL_TODAY.search(_around(text, day)))
        ):
            continue
        if _is_today_by_name(text, day, today):
            continue
        step = _behind_day(text, days, place, people, rivals)
        if step is not None and not (step.due == today and _DONE.search(text, step.start, step.end)):
            found.append(step)
    for step in _without_day(text, people, rivals):
        if not any(step.start < one.end and one.start < step.end for one in found):
            found.append(step)
    found = [step for step in found if not (step.is_asked and _is_promised_behind(step, found))]
    found = _last_word(text, sorted(found, key=lambda step: (step.start, step.anchor)))
    found = _last_day(text, found, days)
    return tuple(
        Said(
            NextStep(text[step.start : step.end], step.due, step.owner),
            Words(step.start, step.end, text[step.start : step.end]),
        )
        for step in found
    )


def _is_promised_behind(asked: _Found, found: Sequence[_Found]) -> bool:
    """让我先发个配置单,我明天早上发: one thing, asked for and promised."""
    return any(
        step.due is not None and step.owner is Owner.US and asked.start < step.start <= asked.end + _SOON
        for step in found
    )


_SOON = 40


def _is_today_by_name(text: str, day: DayMention, today: date) -> bool:
    """周六陪客户喝早茶, said on a Saturday at the beginning: today, not in a week."""
    return (
        day.span.start <= _OPENING
        and day.due == today + timedelta(days=7)
        and text.startswith(("周", "星期", "礼拜"), day.span.start)
        and text[day.span.end - 1] not in "前内"
    )


_OPENING = 16
_STILL_TODAY = re.compile("前|内|之前|下午|今晚|晚上|下班|得|要|必须|马上|先|把|问完")


def _around(text: str, day: DayMention) -> str:
    """今天 alone speaks of what has been; 今天下班前, 今晚, 今天得 of what is to come."""
    return text[day.span.start : day.span.end + 4]


# behind a day


def _behind_day(
    text: str, days: Sequence[DayMention], place: int, people: Sequence[Person], rivals: Sequence[str]
) -> _Found | None:
    day = days[place]
    limit = next((other.span.start for other in days[place + 1 :] if other.span.start > day.span.end + 1), len(text))
    start = _begin(text, day.span.end, people)
    before = _before(text, day.span.start, days, place)
    end = _end(text, start, limit, people, rivals)
    if end - start < 2 and limit < len(text) and limit - start <= 3:
        return None
    action = text[start:end]
    if not _is_action(action):
        return _ahead_of_day(text, day, before, people, rivals)
    subject = f"{before}|{text[day.span.end : start]}"
    if _PAST.search(before[-6:]) or _is_rivals(subject, rivals):
        return None
    if _is_their_need(before, text[day.span.end : start], action):
        return None
    owner = _owner(text, before, text[day.span.end : start], action, people, day.span.start, start)
    return _Found(start, end, day.due, owner, day.span.start)


def _before(text: str, at: int, days: Sequence[DayMention], place: int) -> str:
    floor = days[place - 1].span.end if place else 0
    window = text[max(floor, at - 22) : at]
    cut = max((window.rfind(sign) for sign in "。;!?"), default=-1)
    return window[cut + 1 :]


def _begin(text: str, at: int, people: Sequence[Person]) -> int:
    """Past the subject, the hour and the modal words: the verb."""
    while at < len(text):
        person = next((one for one in people if one.start == at), None)
        if person is not None and not _is_object(text, at):
            at = person.end
            continue
        found = _LEAD.match(text[at : at + 12])
        if found is None or not found[0]:
            return at
        at += len(found[0])
    return at


def _is_object(text: str, at: int) -> bool:
    return at > 0 and text[at - 1] in _OBJECT_OF


def _end(text: str, start: int, limit: int, people: Sequence[Person], rivals: Sequence[str] = ()) -> int:
    window = text[start:limit]
    end = len(window)
    for rival in rivals:
        if (
            2 <= (at := window.find(rival)) < end
            and window[at - 1] not in _OBJECT_OF
            and window[at - 1] not in "和的比"
        ):
            end = at
    if (stop := _ENDS.search(window)) is not None:
        end = stop.start()
    if (topic := _NEW_TOPIC.search(window, 2)) is not None and topic.start() < end:
        end = topic.start()
    for subject in re.finditer(_SUBJECT, window):
        at = subject.start()
        if at < 2 or at >= end:
            continue
        if (
            window[at - 1] in _OBJECT_OF
            or re.search("(?:[发寄给送回传交递带拿提]|安排|派|通知|帮|领着?|带着?|陪着?)$", window[:at])
            or _CARRIES.search(window[:at])
            or _is_possessive(window, subject)
            or (subject[0] in ("厂里", "公司") and window[at - 1] in "他她们户方")
        ):
            continue
        if re.match("(?:的|$)", window[subject.end() :]) and at + len(subject[0]) >= end:
            continue
        end = at
        break
    for person in people:
        at = person.start - start
        if (
            2 <= at < end
            and window[at - 1] not in _OBJECT_OF
            and not _CARRIES.search(window[:at])
            and re.match(
                "(?:说|讲|答应|那边|那头|负责|要|会|把|给我|安排|这周|下周|周|明|后天|寄|发|出|的领导|帮我|瞅)",
                window[person.end - start :],
            )
        ):
            end = at
            break
    # The subject of the next step may stand right before its day: 他们月底前, 小祁7月3日前.
    if end == len(window) and limit < len(text):
        tail = _SUBJECT_AT_END.search(window, 2)
        end = tail.start() if tail is not None else end
    for person in people:
        if (
            person.end - start == end
            and end == len(window)
            and limit < len(text)
            and person.start - start >= 2
            and window[person.start - start - 1] not in _OBJECT_OF
        ):
            end = person.start - start
    return start + len(window[:end].rstrip(" ,、吧呢嘛啊哈嗯呃"))


_SUBJECT_AT_END = re.compile(f"(?:[,、]|那|就|还有|另外|和|然后|再说|所以|{_SUBJECT})+$")
_CARRIES = re.compile("^(?:[再先]|尽快)?(?:跟|和|催|让|叫|找|陪|请|约|问|派)[^,。把将]{0,3}$")
"""催厂里把报告出了, 跟车间主任把排产敲死: who comes next does it with us or for us."""


def _is_possessive(window: str, subject: re.Match[str]) -> bool:
    """去看看他们的现场, 把我们方案过一遍: no new subject."""
    behind = window[subject.end() : subject.end() + 2]
    return behind[:1] == "的" or (
        window[: subject.start()][-1:] in "把将看收测用按照拆改修取拉查" and subject[0] not in ("他", "她")
    )


_LONGEST = 30


def _is_action(action: str) -> bool:
    if len(action) < 2 or len(action) > _LONGEST or _NO_STEP.match(action):
        return False
    head = _KEEP_LEAD.sub("", action)
    verb = re.search(_VERB, head[:8])
    if verb is None or verb.start() > (2 if verb[0] not in ("评审", "论证", "复测") else 4):
        return False
    return _DONE.search(action) is None or re.match("(?:再|先|顺便)?(?:把|将)", action) is not None


def _ahead_of_day(
    text: str, day: DayMention, before: str, people: Sequence[Person], rivals: Sequence[str]
) -> _Found | None:
    """技术附件我弄好这两天; the action stands before its day: 报价单发给他,下周三之前."""
    found = re.search(
        f"(?:^|[,。;]|{_SUBJECT}|要|得)(?P<action>(?:把|将)?[^,。;我他她]{{0,3}}?(?:{_VERB})[^,。;]{{1,14}})[,]?(?:最晚|最迟|就|在|定在|赶在)?$",
        before,
    )
    if (
        found is None
        or _DONE.search(found["action"])
        or not _is_action(found["action"])
        or not re.match("^(?:之?前|以前|[,。;!?]|$|吧)", text[day.span.end : day.span.end + 2])
    ):
        return None
    if _is_rivals(before, rivals) or _is_their_need("", "", found["action"]):
        return None
    start = day.span.start - len(before) + found.start("action")
    owner = _owner(text, before[: found.start("action")], "", found["action"], people, start, start)
    return _Found(start, start + len(found["action"]), day.due, owner, day.span.start)


def _is_rivals(subject: str, rivals: Sequence[str]) -> bool:
    tail = subject.replace("|", "")[-14:]
    return _RIVAL_SUBJECT.search(tail) is not None or any(
        (at := tail.rfind(rival[: max(2, len(rival) - 2)])) >= 0 and not re.search("我|咱", tail[at:])
        for rival in rivals
    )


def _is_their_need(before: str, between: str, action: str) -> bool:
    """十一月三号要进场: what the customer must have by a day is urgent, not a step."""
    if re.search("我们?|咱", before[-8:] + between) and not re.search("希望|要求", between):
        return False
    needed = _NEEDED_BY_THEM.search(action[:12])
    if needed is None:
        return False
    return bool(_WANT.search(before) or re.search("要|得|想|必须|急|就", between) or needed.start() <= 2)


# by whom


_US_AT_END = re.compile(f"{_US}$")


def _owner(
    text: str, before: str, between: str, action: str, people: Sequence[Person], day_at: int, start: int
) -> Owner:
    nearby = before[-10:]
    if re.search("我们?(?:也|就|还|先)?(?:答应|承诺|保证|说好|跟(?:他|她)说|回)了?(?:他们?|她们?|对方|客户)?$", nearby):
        return Owner.US
    if re.match("(?:再)?给(?:他们?|她们?|对方|客户)(?!自己)", action) and not re.search(_US, between):
        return Owner.US
    if _THEY_ASK.search(nearby):
        return Owner.US
    if _TOLD_US.search(before[-16:] + between) or re.search("(?:让|要|叫|请|催)(?:我们|咱们?|我)", between):
        return Owner.US
    subject = _last_subject(text, between, start) or _last_subject(text, nearby, day_at)
    if _US_AT_END.search(between.strip(" ,要会得先再还也准备负责打算")) or re.match(_US, between.lstrip(",")):
        return Owner.US
    if re.search(_THEY, between):
        return Owner.CUSTOMER
    if re.search(
        "(?:发|寄|给|交|送|回|递|答复|反馈)(?:给)?(?:我们|咱|我)(?!(?:的|司))|(?:帮|替|通知|联系|带|找)(?:我们|我|咱)|到我们|来我们|付(?:定金|款|预付|首付|尾款)|打款|挂网|定标|发标|评审|盖章寄回|^(?!去|到|来|参加)[^,。]{0,4}开标",
        action,
    ):
        return Owner.CUSTOMER
    if any(person.start >= day_at and person.end <= start for person in people):
        return Owner.CUSTOMER
    for person in people:
        if (
            0 <= day_at - person.end <= 4
            and not _is_object(text, person.start)
            and re.fullmatch(
                "(?:那边|那头|这边|他|她|会|也|:|答应了?|承诺|保证|说好?|说是|讲|负责|要|再|就|,)*",
                text[person.end : day_at],
            )
        ):
            return Owner.CUSTOMER
    return subject or Owner.US


def _last_subject(text: str, window: str, ends_at: int) -> Owner | None:
    """The subject nearest before the step, if one stands there that is no object."""
    best: tuple[int, Owner] | None = None
    for found in re.finditer(_US, window):
        if (
            found.start()
            and window[found.start() - 1] in _OBJECT_OF
            and not re.search("(?:让|要|叫|请|催|喊)$", window[: found.start()])
        ):
            continue
        if window[found.end() : found.end() + 1] == "的":
            continue
        best = (found.start(), Owner.US)
    for found in re.finditer(_THEY, window):
        if (found.start() and window[found.start() - 1] in _OBJECT_OF) or window[found.end() : found.end() + 1] == "的":
            continue
        if best is None or found.start() > best[0]:
            best = (found.start(), Owner.CUSTOMER)
    return best[1] if best else None


_PERSON_ENDS = "[总工长姐哥董任理授生师]"
_THEY_ASK = re.compile(f"(?:{_THEY}|{_PERSON_ENDS})(?:又|还|就|也)?(?:要求|催|要|让)$")


# without a day

_PROMISE = sought(
    "(?:(?P<us>(?:我们|咱们?|我方|我这边|我)(?:这边)?)(?:这就|现在)?(?P<modal>先|再|还得|得|要|准备|打算|负责|答应(?:了)?(?:给他|他|她)?|回去|回头|马上|抓紧|顺便|继续|还想|另外|也|会|想办法)(?P<verb>(?:去|把|给|跟|找|重新|再|先|帮)?))"
    "|(?P<told>(?:让|叫|催|喊)(?:我们|咱们?|我)(?:再|先|给他|给她|也|赶紧|尽快|抓紧)?)"
    "|(?P<they>(?:答应|承诺|保证|说好)(?:了)?(?:会|要)?(?:帮|给|替)(?:我们?|咱们?)|(?:瞅机会|找机会|到时候|会|再|愿意)帮(?:我们?|咱们?))"
    "|(?P<theirs>(?:然后|接着|回头)?(?:他们|她们|对方|客户|甲方|业主|他|她)(?:[^,。;我你]{0,4})?(?:内部|收到(?:以后|之后|后)|试完|看完|测完|用完|回去(?:以后|之后|后)?|走完流程))"
    "|(?P<after>等[^,。;]{2,14}(?:回来|出来|好了|以后|之后|到了)[,]?(?P<who>我们?|咱们?))"
)
_NOT_TOLD = re.compile(
    "^(?:别|掉|打(?!电话|样)|再(?:让|便宜|降|低|掉|少)|不|自己|想想|等|往|降|便宜|少|让|便|放心|灰心|照着|比照|看着|知道|头|很|挺|觉|心|印象|意|帮忙看|做|头疼|下|也|多|报低|把价|吃|猜)"
)


def _without_day(text: str, people: Sequence[Person], rivals: Sequence[str]) -> list[_Found]:
    found = []
    for match in _PROMISE.finditer(text):
        start = match.start("verb") if match["us"] else match.end()
        if match["they"]:
            start = match.end() - len(re.search("(?:帮|给|替)(?:我们?|咱们?)$", match[0])[0])  # type: ignore[index]
        if match["theirs"] and match["theirs"].endswith("内部"):
            start = match.end() - 2
        if match["us"] and match["modal"] in ("先", "再"):
            start = match.start("modal")
        end = _end(text, start, len(text), people, rivals)
        action = text[start:end]
        if not _is_action(action) or len(action) > 24 or len(action) < 3:
            continue
        before = text[max(0, match.start() - 10) : match.start()]
        if (
            (match["told"] and _NOT_TOLD.match(action))
            or _PAST.search(before)
            or re.search("没|不|别|才|如果|要是|问$|问能", before[-3:])
        ):
            continue
        if (
            match["us"]
            and re.match("(?:要|得|会|也|还想)", match["modal"])
            and not re.search("^(?:把|给|跟|去|找|请|约|补|重新|再)", action)
        ):
            continue
        if _is_rivals(before, rivals):
            continue
        owner = Owner.CUSTOMER if match["they"] or match["theirs"] else Owner.US
        found.append(_Found(start, end, None, owner, match.start(), is_asked=match["told"] is not None))
    for person in people:
        handed = _HANDS_OVER.match(text, person.end)
        if handed is not None and not _is_object(text, person.start) and not _DONE.search(handed[0]):
            group = "action" if handed["action"] else "task"
            found.append(_Found(handed.start(group), handed.end(group), None, Owner.CUSTOMER, person.start))
    return found


_HANDS_OVER = re.compile(
    "(?:负责)(?P<task>(?:敲定|落实|协调|约|安排|整理|准备|对接|联系|申请|通知)[^,。;我]{2,14})|(?:那边|那头|他|她|会|再|负责|:)*(?P<action>(?:把|将)[^,。;!?我]{2,16}?(?:发|寄|给|送|交|传)(?:来|过来|给我们?|我们?|到我们[^,。;]{0,4}))"
)
_TAKEN_BACK = re.compile("^[,。…. ]*(?:哦|啊|呃|哎|嗯|诶)?[,]?(?:不|不是|不对|说错了?|记错了?)[,]?(?:是|应该是|改成?)?")


def _last_word(text: str, found: list[_Found]) -> list[_Found]:
    """下周五,不是,下周四: the day that was taken back has no action of its own, or the same one."""
    kept: list[_Found] = []
    for step in found:
        if (
            kept
            and _TAKEN_BACK.match(text[kept[-1].end : step.start])
            and step.end - step.start <= 12
            and _is_again(text, kept[-1], step)
        ):
            kept[-1] = replace(kept[-1], due=step.due)
            continue
        if kept and kept[-1].start == step.start:
            kept[-1] = step
            continue
        if kept and step.start < kept[-1].end:
            continue
        kept.append(step)
    return kept


def _last_day(text: str, found: Sequence[_Found], days: Sequence[DayMention]) -> list[_Found]:
    """寄样品下周二,哦不,是下周一,下周一寄: a day that puts another right stands, and is no step of its own."""
    kept: list[_Found] = []
    for step in found:
        due = _day_put_right(text, step, days)
        if kept and kept[-1].is_put_right and kept[-1].due == due and _is_short_again(text, kept[-1], step):
            continue
        kept.append(replace(step, due=due, is_put_right=due != step.due))
    return kept


def _day_put_right(text: str, step: _Found, days: Sequence[DayMention]) -> date | None:
    if step.due is None:
        return None
    due = step.due
    between, at = "", step.end
    for day in days:
        if day.span.start < step.end or day.span.start > step.end + _CORRECTED_WITHIN:
            continue
        between += text[at : day.span.start]
        behind = _CLAUSE.match(text, day.span.end)
        said_again = behind[0] if behind else ""
        is_nothing_else = len(said_again) <= 3 and set(said_again) <= {*text[step.start : step.end], *"去再就来吧呗"}
        if day.due is not None and _PUT_RIGHT.fullmatch(between) and is_nothing_else:
            due = day.due
        between, at = between + "Ｄ", day.span.end
    return due


_CORRECTED_WITHIN = 24
_CLAUSE = re.compile("[^,。;!?]*")
_PUT_RIGHT = re.compile(
    "(?:,?Ｄ,?|[,。]*)(?:哦|啊|呃|哎|嗯|诶)*,?(?:不对?|不是|错了?|说错了?|记错了?|赶不上|来不及)[^。我他她]{0,8}?,?(?:应该)?(?:是|改成?|改到|换成|推到)?(?:Ｄ,)?"
)


def _is_short_again(text: str, one: _Found, other: _Found) -> bool:
    return other.end - other.start <= 3 and bool({*text[other.start : other.end]} & {*text[one.start : one.end]})


def _is_again(text: str, one: _Found, other: _Found) -> bool:
    """下周二先发两台过去试,哦不,是下周一,下周一发; 五月八号,不对八号有展会,五月9号去拉."""
    said = re.sub("^(?:下?下?周[一二三四五六日天]|再|去|就|把|先)+|(?:吧|呗|一下)$", "", text[other.start : other.end])
    return bool(said) and any(sign in text[one.start : one.end] for sign in said[:2])
