"""Signals of a memo (memos/SCHEMA.md, labels.signals): what pushes on the price, what is approved, who was met, who else
is in play, what is wanted soon, what was put off. Each with the words that show it.

The rules' answer and the clauses' weights (nlp/signal_ranking.py) are added up; whether the one who decides was met is by
weights alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.facts import Signal
from nlp.deciders import Decider
from nlp.grams import Grams
from nlp.patterns import sought
from nlp.persons import Person, PersonKind
from nlp.signal_ranking import WEIGHED, heard, heaviest, were_met
from nlp.spans import Span, span_of

BY_RULES = 300.0
"""What the rules' own answer weighs; between 200 and 400 it makes little difference on hands that neither had seen."""
_NOT_SAID = "(?<!不)(?<!没)(?<!没有)"
_PRICE = sought(
    # it is called dear …
    f"{_NOT_SAID}(?:嫌|觉得|直呼|抱怨|吐槽|喊|一听)[^,。;]{{0,8}}?(?:贵|高(?!兴)|价|虚|离谱|吃不消|受不了|接受不了|黑|狠|肉疼|心疼|摇头|叹气)|(?:太|偏|有点|还是|说|真|忒|够|这么|也)贵|(?<!不)贵(?:了(?!吗)|得|一[万千百大半截]|[,。]|$)|还是高|(?:价|报价|价格|价钱)(?:格)?(?:太|偏|有点|还是|确实)?(?:虚|高了|高得|硬|下不来|谈不拢|没谈拢|谈崩|咬|卡|僵|离谱)"
    "|水分[^,。]{0,3}(?:挤|大|多|不小)|(?:你们|咱们?|我们)(?:家|的|报价|价格|这价)*(?:怎么)?(?:比|要)[^,。;]{1,8}贵|怎么(?:就)?不(?:降|便宜|让)|叹(?:了)?(?:口)?气|直摇头|倒吸"
    # … and pushed down
    "|价格?(?:咬|压|卡|磨)得|咬着[^,。;]{0,8}不放|(?<!不)(?<!没)(?<!没有)(?:(?<!区里)(?<!县里)(?<!财政)(?<!集团)砍(?!,)(?:价|得|到(?![^,。]{1,6}(?:万|Ａ),批)|一刀|了(?!一半)|掉(?!预)|八|[一二三四五六七八九十]成)|杀价|讲价|侃价|还价|压(?:价|我们?的?价|咱们?的?价|低|到(?!明年|后年|下|年)|死)|抠(?:价|得|着|到))|一项一项|(?:往|朝)下(?:砍|压|抠|走|降|拉|谈|掉|让)"
    "|拿[^,。;]{1,14}(?:价|压|磨|让|逼)[^,。;]{0,6}(?:压|磨|打|逼)?(?:我们|咱|我)|拿(?:这个|这价|它)[^,。;]{0,4}(?:跟我磨|压|让我)|直接还到|(?:再|还能不能|能不能|能否|可不可以|让我们?|让咱们?|叫我们?|要我们?|喊我们?|非要|就要|要求)[^,。;]{0,7}?(?:便宜|优惠|降(?!低)|让(?:[一半两三]?[点成]|让|利|个|[一二三四五六七八九十几]|他|些)|少(?:点|一点|收)|打(?:个)?(?:折|[一二三四五六七八九]五?折)|掉下?来|抹|减|挤|送点|下浮|免押|匹配)"
    "|便宜(?:点|些|[一二三四五六七八九十]成)|少点少点|降价|让价|降[一二三四五六七八九两]成|返点|返利|下浮|多一(?:块|分)(?:钱)?(?:都|也)?(?:不|没|木)|(?:才肯|才有得|才能)(?:走|下单|签|要|谈)|才(?:走|下单|签|有得谈)|不降(?:就|价)|一分不让|要(?:说)?便宜|说要便宜|问价最细|就看(?:单)?价|只看价|(?:反复|一直|来回|死|硬)磨|磨(?:了一轮|价|了[^,。]{0,3}价)|要[^,。;]{1,8}才肯|(?:别|不能|不许|不得)高(?:过|于|出)|按[^,。;]{2,10}报|照着这个数|最后一口价|打对折|对折|做到[^,。;]{1,8}(?:以内|以下)"
    "|能省(?:则|就)省|免押金|(?:最低|底|实在|地板|跳楼)价[^,。]{0,4}(?:多少|给我|报|来)|还有(?:没有)?(?:空间|余地)|有没有(?:优惠|折扣|空间)|不然(?:我|就)?(?:转|换|找|去)(?:你|别|他)|我就转你|自己掂量|给我个理由|肯降|凑个整|抹个?零|一分(?:钱)?(?:都)?不(?:会)?(?:加|多)|能不能[^,。;]{0,2}[0-9一二三四五六七八九十两百]+[万千块]"
)
_NO_PRICE = re.compile(
    "(?:没|没有|没有人|不|也不|从不|不怎么)(?:有)?(?:还价|砍价|压价|嫌贵|计较价|在乎价|跟我们?磨价)|价格不是问题|价格?都没还|没跟我(?:讲|谈)价"
)
_MONEY = "(?:预算|钱|款|资金|经费|项目|计划|费用|专项|投资额?|盘子|额度|设备款|技改|请购单)"
_WHO_GRANTS = "(?:集团|总部|院里|财政|财务|董事会|投委会|设备委|总公司|公司|老板|领导|部里|局里|区里|县里|市里|省厅?|厅里|人大|厂部|厂里|学校|校里|上面|上头|业主|团委会|校务会|党委|办公会|成本部|内部|文件|他们|oa|OA|会上|上会|场部)"
_APPROVED = sought(
    f"(?:{_MONEY}|{_WHO_GRANTS}|已经?|就|都|给|刚|早|[ｐｔｄ])[^,。;没不未]{{0,10}}?(?:批(?:的(?=预算|钱|款|是|[0-9一二三四五六七八九十两])|的[^,。;]{{0,8}}预算|了|下来|复|准|过|完|好|给)|核(?:定|过|准|了|的是?)|立(?:了)?项|拨(?:了|款|下来|过来|付)|划(?:了|拨|过来|到)|下达|到(?:了)?账|列(?:进|入|了)|追加了)"
    f"|批文(?:已|到|下|都|就|拿)|红头(?:文件)?|批下来(?:就是|只有|了|是)|批过的|批了(?!没)|核定过|核过|核准|已经?立项|拨款|下达|到账了|列(?:进|入)[^,。;]{{0,8}}(?:计划|预算|技改)|走完(?:oa|OA|流程|审批)|(?:预算|投资额?|资金|钱)[^,。;没未]{{0,10}}(?:定下来|定了|敲定|锁定|落实|备(?:齐|好|足)|到位|有着落)(?!没)|批复(?:了|文号|都|已)|纪要里|(?:刚|已|才|都)批(?=[,。]|$)|下(?:了)?文|核下来|(?:董事会|业委会|校务会|办公会|股东会|理事会|党委会?|人大|会上)(?:那边|已经|都|上)*(?:通过|过了|给(?:的|了)?(?:盘子|额度|预算))|趴(?:在)?账|账上(?:趴|躺)|(?:已经?|都|早就?)备(?:齐|好)"
)
_NOT_APPROVED = re.compile(
    "(?:没|没有|还没|未|不|等|等着|尚未|待|报上去|还在)[^,。;]{0,4}(?:批|核|立项|拨|下达|到账|走流程)|批不下来|环评|批复没|没批|谁批|批的还|没到位|不到位|审批流程|建议权|签字权|怎么批|哪个领导批|批次|批发|批不批|谁批|谁定"
)
_URGENT = sought(
    "等米下锅|越快[^,。]{0,4}越|最迟|晚一天|(?:时间|日子|工期|货期|进度|日程)(?:都|也|已经|就)?(?:卡|紧|死|赶|逼)|卡死|很紧(?!张)|紧得很|只要快|最快(?:几天|多久|什么时候|哪天|要)|天天停(?:线|机|产)|(?:旧|老|原来)?(?:机器?|设备|泵|线)[^,。]{0,6}(?:坏了|断了|趴窝|停了|报废)[^,。]{0,4}(?:停|堆|等|急)|堆到(?:走廊|门口|外面|过道|院子)|火急火燎|迫在眉睫|十万火急|加急|插队|死线|deadline|倒计时|拖不得|耗不起|等不(?:起|及|了)|不等人|赶出来|赶货|赶交|"
    "晚了[^,。]{0,6}(?:空|罚|赔|来不及|耽误|就)|很赶|一天[两三四五六七八]个电话|火上房|火烧(?:眉毛|屁股)|快哭|急(?:哭|疯|坏|眼)|急[,。]|恨不得|连夜|坐不住|盯着[^,。]{0,4}(?:要|催)|环保局盯|限期|(?:就|得|要|必须)(?:要|得)?(?:立塔|下地|投用|进厂|开炉|开机|开播|开票|首演|过审|迎审|交房|开盘|开馆|开园|点火|送电)|(?<!不)(?<!别)(?<!没)(?<!不着)(?<!不太)(?:催(?!化|款)(?:得|的|我|着|死|疯|了|,|。|催)|急(?:得|着|用|要|需|死|,|。|了|疯|跳脚)|很急|挺急|特别急|着急|赶(?:得很|工期|进度|着|年底|双|在|紧)|挺赶|比较赶|太赶|(?:时间|工期)[^,。;]{0,4}紧|动作快|拖不起|越快越好|抓紧|火烧眉毛|等米下锅|等着(?:用|装|要|开)|要求尽快|希望尽快|最好(?:下个?月|这周|马上|月底|年前)|要快|快点|尽快(?:到位|装|给他|用上|落实到)|停着一条线|赶紧)"
    "|(?:要求|想|必须|一定|得|要|最晚|他要|她要|他们要)[^,。;我]{0,12}?(?:之前|前|中旬|月底|年底|上旬|初|份|号|月|周|季度)[^,。;我]{0,4}?(?:投产|上线|装完|到货|交货|通水|开灌|开业|进场|换完|全换完|装上|用上|并网|铺完|量产|就位|开工)|(?:元旦|春节|双十一|双十二|国庆|开学|年前|[一二三四五六七八九十0-9]+月[^,。;]{0,4})就?(?:要|得)(?:开业|投产|上线|进场|用|装|并网|开学|开灌|验收|看首件|看手件)|新店开业|来验收|过年前[^,。;]{0,4}要"
)
_NOT_URGENT = re.compile("不(?:太|怎么|是很|着|用)?急|不催|不赶|别着?急|没那么急|不用赶|慢慢来")
_OURS = re.compile("(?:我|我们|咱|咱们)[^,。;他她]{0,6}$")
_STALLED = sought(
    "凉了|捂着|按(?:着不|兵不)动|(?<!其余)等通知|没准信|干等|(?:今年|明年)不招|别惦记|先(?:捂|压|扣|挂|晾|观望|停一停|缓一缓|撂)|等(?:明年|行情|形势|换届|开春|年后)|看行情|也?不提了|再说吧|不打算(?:添|买|上|换|做|投)|不(?:添|买|上)了[,。吧]|排到(?:了)?(?:后面|明年|下半年|后年)|(?:压|推|挪|拖|放|延)(?:到)(?:了)?(?:明年|后年|下半年|下一年|[一二三四]季度|年后|年底)|撤资|资金(?:链|没到位|紧张|断)|下马|遥遥无期|没影(?:儿)?了?[,。]|一台都不(?:买|要)|(?:寒假|暑假|开春|入冬|明年|年后|下半年)再(?:弄|做|上|动|买|搞|谈|说|议)|擱着|搁着|没钱(?:上|买|搞|弄)|"
    "先(?:放(?:一)?放|停(?!车)|缓(?:一)?缓|不(?:备货|上|买|做|考虑|动|推|搞)|搁|搁置|别跑|放着|等等)|往后(?:放|推|拖|挪|延)|搁置|搁下|暂停|叫停|停摆|停下来|冻结|推迟|延期|延后|不考虑了|缓一缓|缓办|暂缓|过(?:完|了)年再(?:说|考虑)|(?:明年|下半年|以后|到时候|年后|等.{1,8}之后)再(?:说|看|议|考虑|讲|谈)|再攒攒|有没有还两说|停产整顿|采够也停|没戏了?|取消了|黄了|压下来|不投了|不做了|停到什么时候|无限期|没下文|悬了|卡住了|放一放|泡汤|不搞了|往后放放|先放|今年不(?:买|上|做|动)|一拖再拖|重新论证"
)
_RESUMED = re.compile("又活了|重新启动|恢复了|上回说先放|之前说先放|原来说先放|没死|解冻了|又提上来")
_OTHERS_IN_PLAY = sought(
    "有人(?:给他|给他们|也)?(?:推|报|介绍|送)|别(?:的)?(?:家|人家|的[^,。]{0,4}厂)[^,。]{0,4}(?:报|才|给|也|开|卖|来|出)|(?:[\u4e00-\u9fff]{2}|隔壁[^,。]{0,3}|本地|外地)(?:的)?(?:那|有|另)?(?:一)?家(?:[^,。]{0,2}(?:厂|公司|厂家)|做[^,。]{1,6}的)?(?:也|都|在场|也?比我们|报(?!销)|开(?:了|价)|给|递|来|抢|早|先|才|更便宜|盯|承诺|答应|说)|本地一家|还有家|有家厂|同行(?=来过|报|送|盯)|"
    "(?:另外|还有|别的|其他|另)[一两二三四五六七几]?家(?!店|门店|工厂|医院|里|校)|竞争对手(?!暂时没|没)|友商|同行(?:也|报|给)|别家(?:也|报|给|比)|[一二两三四五六七八九]家在争|来了[三四五六七八九]家|(?:三|四|五|六|七|几)家(?:在|一起|都)?(?:比|投|报|争|竞)|货比三家|有(?:家|个)[^,。;]{0,6}(?:报得低|报价低|比我们低|也报|便宜)|小厂报得低|老供应商|原来的供应商|别人(?:也)?(?:报|给他报)|在跟别家|还在看别|代理也来"
)
_NONE_IN_PLAY = re.compile(
    "没有?(?:发现|看到|听说)?(?:别的?|其他|竞争|对手|竞品)|(?:对手|竞品)(?:暂时)?没|没听说别|没别(?:家|人)|只找了我们|就我们一家|独家"
)


_RULES = {
    Signal.PRICE_SENSITIVE: (_PRICE, _NO_PRICE, None, -25),
    Signal.BUDGET_CONFIRMED: (_APPROVED, _NOT_APPROVED, None, -25),
    Signal.COMPETITOR_INVOLVED: (_OTHERS_IN_PLAY, _NONE_IN_PLAY, None, 350),
    Signal.URGENT: (_URGENT, _NOT_URGENT, _OURS, -75),
    Signal.STALLED: (_STALLED, _RESUMED, None, -100),
}
"""What shows it, what denies it, whose words they must not be, and what it must weigh. A rival without a name must weigh
most: nearly all of them are named, and those are asked for before."""


def signals(grams: Grams, deciding: Sequence[Decider | None], have_rivals: Sequence[bool]) -> list[dict[Signal, Span]]:
    """Of each memo; `have_rivals`: competitors are named in it."""
    weights = heard(grams).tolist()
    people = [one.person if one and one.person.kind is not PersonKind.BODY else None for one in deciding]
    met = were_met(grams, people)
    return [
        _signals(grams, memo, weights[memo], person if was_met else None, has_rivals)
        for memo, (person, was_met, has_rivals) in enumerate(zip(people, met, have_rivals, strict=True))
    ]


def _signals(
    grams: Grams, memo: int, weights: Sequence[float], met: Person | None, has_rivals: bool
) -> dict[Signal, Span]:
    found: dict[Signal, Span] = {}
    text = grams.readings[memo].text
    for which, signal in enumerate(WEIGHED):
        shows, denies, before, enough = _RULES[signal]
        by_rules = _first(text, shows, denies, before)
        if signal is Signal.COMPETITOR_INVOLVED and has_rivals:
            found[signal] = by_rules or span_of(text, 0, 0)
        elif weights[which] + (BY_RULES if by_rules else 0.0) > enough:
            found[signal] = by_rules or span_of(text, *heaviest(grams, memo, which))
    if met is not None:
        found[Signal.DECISION_MAKER_MET] = span_of(text, max(0, met.start - 4), min(len(text), met.end + 6))
    return {signal: found[signal] for signal in Signal if signal in found}


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
