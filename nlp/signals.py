"""Signals of a memo (memos/SCHEMA.md, labels.signals): what pushes on the price, what is approved, who was met, who else
is in play, what is wanted soon, what was put off. Each with the words that show it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.facts import Signal
from nlp.deciders import Decider
from nlp.persons import Person, PersonKind, last_before
from nlp.spans import Span, span_of

_PRICE = re.compile(
    "(?<!不)(?<!没)(?<!没有)嫌[^,。;]{0,8}?(?:贵|高|价)|(?:太|偏|有点|还是|说)贵|贵了(?!吗)|还是高|价格?(?:咬|压|卡|磨)得|咬着[^,。;]{0,8}不放|咬得很近|砍(?:价|得|到|一刀|了|掉|八|[一二三四五六七八九十])|往下砍|压(?:价|我们的?价|咱们的?价|低)|拿[^,。;]{1,14}(?:价|压|磨|让)[^,。;]{0,6}(?:压|磨|打)?(?:我们|咱|我)|拿(?:这个|这价|它)[^,。;]{0,4}(?:跟我磨|压|让我)"
    "|(?<!没)还价|直接还到|(?:再|还能不能|能不能|能否|让我们?|让咱们?|叫我们?|要我们?|喊我们?)[^,。;]{0,6}(?:便宜|优惠|降(?!低)|让(?:一?让|点|利|个)|少(?:点|一点)|打(?:个)?(?:折|[一二三四五六七八九]折)|掉下?来|往下(?:走|压|降))|便宜点|少点少点|往下(?:压|走|降)|降价|让价|返点|多一块都不|(?:才肯|才)(?:走|下单|签|要)|不降就|一分不让|要(?:说)?便宜|说要便宜|问价最细|就看单价|反复磨|磨(?:了一轮|价)|要[^,。;]{1,8}才肯|别高过|按[^,。;]{2,10}报|照着这个数|最后一口价|价格没谈拢|比价|打对折|对折|做到[^,。;]{1,8}(?:以内|以下)"
)
_NO_PRICE = re.compile(
    "(?:没|没有|没有人|不|也不|从不|不怎么)(?:有)?(?:还价|砍价|压价|嫌贵|计较价|在乎价|跟我们?磨价)|价格不是问题|价格?都没还|没跟我(?:讲|谈)价"
)
_APPROVED = re.compile(
    "(?:预算|钱|款|资金|经费|项目|计划|集团|总部|院里|财政|财务|董事会|投委会|设备委|总公司|公司|老板|领导|部里|局里|区里|文件|内部|设备款|他们|oa|OA|已经?|就|都|给|业主|团委会|校务会|上会)[^,。;没不]{0,10}?(?:批(?:的[^,。;]{0,8}预算|了|下来|复|准|过|完|好|给)|核(?:定|过|准|的)|立(?:了)?项|拨(?:了|款|下来)|下达|到账|列(?:进|入|了)|追加了)|批文(?:已|到|下|都)|批下来(?:就是|只有|了|是)|批过的|批了(?![没])|核定过|核过|核准|已经?立项|院里立项了|拨款|下达|到账了|列(?:进|入)[^,。;]{0,8}(?:计划|预算|技改)|走完(?:oa|OA|流程|审批)|预算[^,。;]{0,6}定下来|批复了?$"
)
_NOT_APPROVED = re.compile(
    "(?:没|没有|还没|未|不|等|等着|尚未|待|报上去|还在)[^,。;]{0,4}(?:批|核|立项|拨|下达|到账|走流程)|批不下来|环评|批复没|没批|谁批|批的还|审批流程|建议权|签字权|怎么批|哪个领导批|批次|验收|批发"
)
_URGENT = re.compile(
    "(?<!不)(?<!别)(?<!没)(?<!不着)(?<!不太)(?:催(?!化|款)(?:得|的|我|着|死|疯|了|,|。|催)|急(?:得|着|用|要|需|死|,|。|了|疯|跳脚)|很急|挺急|特别急|着急|赶(?:得很|工期|进度|着|年底|双|在|紧)|挺赶|比较赶|太赶|(?:时间|工期)[^,。;]{0,4}紧|动作快|拖不起|越快越好|抓紧|火烧眉毛|等米下锅|等着(?:用|装|要|开)|要求尽快|希望尽快|最好(?:下个?月|这周|马上|月底|年前)|要快|快点|尽快(?:到位|装|给他|用上|落实到)|停着一条线|赶紧)"
    "|(?:要求|想|必须|一定|得|要|最晚|他要|她要|他们要)[^,。;我]{0,12}?(?:之前|前|中旬|月底|年底|上旬|初|份|号)[^,。;我]{0,4}?(?:投产|上线|装完|到货|交货|通水|开灌|开业|进场|换完|全换完|装上|用上|并网|铺完|量产|就位|开工)|(?:元旦|春节|双十一|双十二|国庆|开学|年前|[一二三四五六七八九十0-9]+月[^,。;]{0,4})就?(?:要|得)(?:开业|投产|上线|进场|用|装|并网|开学|开灌|验收|看首件|看手件)|新店开业|来验收|过年前[^,。;]{0,4}要"
)
_NOT_URGENT = re.compile("不(?:太|怎么|是很|着|用)?急|不催|不赶|别着?急|没那么急|不用赶|慢慢来")
_OURS = re.compile("(?:我|我们|咱|咱们)[^,。;他她]{0,6}$")
_STALLED = re.compile(
    "先(?:放(?:一)?放|停(?!车)|缓(?:一)?缓|不(?:备货|上|买|做|考虑|动|推|搞)|搁|搁置|别跑|放着|等等)|往后(?:放|推|拖|挪|延)|搁置|搁下|暂停|叫停|停摆|停下来|冻结|推迟|延期|延后|不考虑了|缓一缓|缓办|暂缓|过(?:完|了)年再(?:说|考虑)|(?:明年|下半年|以后|到时候|年后|等.{1,8}之后)再(?:说|看|议|考虑|讲|谈)|再攒攒|有没有还两说|停产整顿|采够也停|没戏了?|取消了|黄了|压下来|不投了|不做了|停到什么时候|无限期|没下文|悬了|卡住了|放一放|泡汤|不搞了|往后放放|先放|今年不(?:买|上|做|动)|一拖再拖|重新论证"
)
_RESUMED = re.compile("又活了|重新启动|恢复了|上回说先放|之前说先放|原来说先放|没死|解冻了|又提上来")
_OTHERS_IN_PLAY = re.compile(
    "(?:另外|还有|别的|其他|另)[一两二三四五六七几]?家(?!店|门店|工厂|医院|里|校)|竞争对手(?!暂时没|没)|友商|同行(?:也|报|给)|别家(?:也|报|给|比)|[一二两三四五六七八九]家在争|来了[三四五六七八九]家|(?:三|四|五|六|七|几)家(?:在|一起|都)?(?:比|投|报|争|竞)|货比三家|有(?:家|个)[^,。;]{0,6}(?:报得低|报价低|比我们低|也报|便宜)|小厂报得低|老供应商|原来的供应商|别人(?:也)?(?:报|给他报)|在跟别家|还在看别|代理也来"
)
_NONE_IN_PLAY = re.compile(
    "没有?(?:发现|看到|听说)?(?:别的?|其他|竞争|对手|竞品)|(?:对手|竞品)(?:暂时)?没|只找了我们|就我们一家|独家"
)


def signals(text: str, people: Sequence[Person], deciding: Decider | None, *, has_rivals: bool) -> dict[Signal, Span]:
    """`text` is evened; `has_rivals`: competitors are named in it."""
    found: dict[Signal, Span] = {}
    if (price := _first(text, _PRICE, _NO_PRICE)) is not None:
        found[Signal.PRICE_SENSITIVE] = price
    if (approved := _first(text, _APPROVED, _NOT_APPROVED)) is not None:
        found[Signal.BUDGET_CONFIRMED] = approved
    if deciding is not None and (met := _met(text, people, deciding)) is not None:
        found[Signal.DECISION_MAKER_MET] = met
    rivals = _first(text, _OTHERS_IN_PLAY, _NONE_IN_PLAY)
    if has_rivals or rivals is not None:
        found[Signal.COMPETITOR_INVOLVED] = rivals or span_of(text, 0, 0)
    if (urgent := _first(text, _URGENT, _NOT_URGENT, _OURS)) is not None:
        found[Signal.URGENT] = urgent
    if (stalled := _first(text, _STALLED, _RESUMED)) is not None:
        found[Signal.STALLED] = stalled
    return found


def _first(
    text: str, shows: re.Pattern[str], denies: re.Pattern[str], before: re.Pattern[str] | None = None
) -> Span | None:
    """The first place that shows it, is not denied around it, and is not said of ourselves."""
    for match in shows.finditer(text):
        around = text[max(0, match.start() - 8) : match.end() + 6]
        if denies.search(around):
            continue
        if before is not None and before.search(text[max(0, match.start() - 8) : match.start()]):
            continue
        return span_of(text, match.start(), match.end())
    return None


# The decision maker was met or spoken to

_SPEAKS = "说|讲|问|嫌|要求|表态|答应|告诉|透露|带我|带着我|接待|拍胸脯|看完|看了|坐|压|砍|夸|反复|让我|让咱|催|来电|打来|打电话|聊|谈|报给|亲口|当面|当场|交代|追|指|摇头|点了点头|陪我|留我|请我|急着|在场|全程|也在|都在|都见|跟我|和我|给我|把底|拿|自己也|承认|强调|回|出来|悄悄|直接"
_ABSENT = re.compile(
    "(?:还|都|也|就|一直|今天|这次|这回|人|本人|他|她|我|可惜|又|压根)*(?:没(?:能)?(?:见|碰|接触|露面|来|在|上线|参加|出现|聊|过来|赶上|搭上话|打上照面|空)|不在|出差|出国|去(?:了)?(?:外地|越南|[^,。;]{1,3}国|总部|海南)|在(?:外地|国外|海南|越南|隔壁开会|外面)|还在国外|没有?见|不认识|见不到|约不上|休假|住院|飞)|长什么样"
)
_ABSENT_BEFORE = re.compile(
    "(?:没(?:能)?(?:见(?:到|着|上)?|碰(?:到|上)|接触(?:到|上)?)|不认识|想(?:办法|法子)?(?:见|请|约)|约|安排我?(?:和|跟|见)|拜访|堵|请|帮我(?:约|递给)|递给|回|等)(?:一下|到|过)?(?:他们)?的?$"
)
_WITH = re.compile(
    "(?:跟|和|陪|同|见(?:了|到|着|的是)?|碰(?:到|见|上)?(?:了)?|找(?:了|到|的是)?|约(?:了|在)?[^,。;]{0,6}见了?|堵到|拜访(?:了)?|对接人?|接待(?:我)?的?(?:是)?|会(?:了)?面?|问了|联系(?:了|上)|把)(?:他们|她们|客户|人家|厂里|公司|的|、)*[^,。;没]{0,10}$"
)
_TALKED = re.compile(
    "^[^。;!?没]{0,14}?(?:聊|谈|吃|碰|见|通(?:了)?(?:完|个)?(?:电)?话|开会|面谈|喝|打(?:了|过)|喝茶|唠|打球|拜(?:了)?个?年|开了?个?会|视频|讲|说|在)"
)
_BY_PRONOUN = re.compile("他|她|我|自己")


def _met(text: str, people: Sequence[Person], deciding: Decider) -> Span | None:
    person = deciding.person
    if person.kind is PersonKind.BODY:
        return None
    mentions = [one for one in people if one.is_same(person)]
    met: Span | None = None
    for one in mentions:
        before, behind = text[max(0, one.start - 18) : one.start], text[one.end : one.end + 18]
        if (
            _ABSENT.match(behind.lstrip(",嗯呃"))
            or (re.match(f"[^。;!?]{{0,8}}?(?:{_ABSENT.pattern})", behind) and not re.match(f"(?:{_SPEAKS})", behind))
        ) and not re.match("[^,。;]{0,3}(?:说|讲)", behind):
            return None
        if re.search("(?:上回|上次|以前)[^,。;]{0,6}见过", behind):
            continue
        if _ABSENT_BEFORE.search(before) and not re.search("见了|拜访了|约见了|堵到", before):
            continue
        if met is None and (
            _is_speaking(text, one, deciding)
            or (_WITH.search(before) and (_TALKED.match(behind) or re.search("见|碰|堵|接待", before[-8:])))
        ):
            met = span_of(text, max(0, one.start - 4), min(len(text), one.end + 6))
    if met is None and (said := _said_by_pronoun(text, people, person)) is not None:
        return said
    return met


_REPORTED = re.compile(
    "(?:他|她)(?:们)?(?:自己|这边|也|还|又|就|都|一听|其实|后来|心里|直接|当面|最后)?(?:说|讲|问|嫌|要求|让我|叫我|要我|催|答应|一听|摇头|给的数|透露|想|喊|急着|觉得|拿|跟我|告诉我|砍|赶着)"
)


def _said_by_pronoun(text: str, people: Sequence[Person], person: Person) -> Span | None:
    """她说五十五万, and she was named last: she was spoken to."""
    for match in _REPORTED.finditer(text):
        if match[0].startswith(("他们", "她们")):
            continue
        speaker = last_before(people, match.start())
        if speaker is not None and speaker.is_same(person) and match.start() - speaker.end <= 60:
            return span_of(text, match.start(), match.end())
    return None


def _is_speaking(text: str, person: Person, deciding: Decider) -> bool:
    behind = text[person.end : person.end + 14]
    if re.match(
        "[,]?(?:今天|上午|下午|晚上|刚才|电话里|会上|在会上|会后|散会时|自己|本人|他|她|就|也|又|还|才|后来|最后|私下|一见面|,|呃|嗯|那个)*(?:"
        + _SPEAKS
        + ")",
        behind,
    ):
        return not re.match("[,]?(?:说了算|一句话|点头|签字|拍板|说了不算)", behind)
    # 他说这事他定: who is meant by the pronoun is the one who is speaking.
    clause = deciding.span
    is_pronoun = (
        not (person.start >= clause.start and person.end <= clause.end) and _BY_PRONOUN.match(clause.text) is not None
    )
    between = text[person.end : clause.start]
    return (
        is_pronoun
        and 0 <= clause.start - person.end <= 30
        and re.search("说|讲|问|聊|谈|见|嫌|跟我|,她|,他", between) is not None
        and not re.search("没见|不在|没碰", between)
    )
