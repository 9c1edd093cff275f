"""Signals of a memo (memos/SCHEMA.md, labels.signals): what pushes on the price, what is approved, who was met, who else
is in play, what is wanted soon, what was put off. Each with the words that show it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.facts import Signal
from nlp.deciders import Decider
from nlp.patterns import sought
from nlp.persons import Person, PersonKind, last_before
from nlp.spans import Span, span_of

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

_SPEAKS = "说|讲|问(?!题)|嫌|要求|表态|答应|告诉|透露|带我|带着我|领我|接待|拍胸脯|拍着|看完|看了|坐|压|砍|夸|反复|让我|让咱|叫我|催|来电|打来|打电话|聊|谈|报给|亲口|当面|当场|交代|交(?:了)?底|追|指|摇头|摆手|叹|笑|喊|嚷|开门见山|边走边|听我|亲自带|宣布|点了点头|陪我|留我|请我|等我|约我|找我|见我|急着|在场|全程|也在|都在|都见|进来|出面|跟我|和我|给我|把底|拿|自己也|承认|强调|回我|回话|回了|出来|悄悄|直接|接(?:了)?(?:我)?(?:的)?电话|过了一遍|握|听完|翻了|签了|反问|松(?:了)?口|发话|话不多|撂"
_ABSENT = re.compile(
    "(?:还|都|也|就|一直|今天|这次|这回|人|本人|他|她|我|可惜|又|压根)*(?:没(?:能)?(?:见|碰|接触|露面|来|在|上线|参加|出现|聊|过来|赶上|搭上话|打上照面|空)|不在|出差|出国|去(?:了)?(?:外地|越南|[^,。;]{1,3}国|总部|海南)|在[^,。;我]{1,5}(?:开会|出差|培训|学习|考察|度假|隔离|养病)|(?:人|还|正)?在(?:外地|国外|海南|越南|隔壁开会|外面|外头|成都|北京|上海|新加坡|总部|国内没|老家)|人在[^,。;]{2,4}|回(?:了)?(?:娘家|老家|国了|总部|公司了)|请假|请了假|还没(?:回|报到|到任|上任)|没报到|没照过面|没打过照面|没搭上|还在国外|没有?见|不认识|见不到|约不上|休假|住院|飞)|长什么样"
)
_ABSENT_BEFORE = re.compile(
    "(?:没(?:能)?(?:见(?:到|着|上)?|碰(?:到|上)|接触(?:到|上)?)|不认识|想(?:办法|法子)?(?:见|请|约)|约|安排我?(?:和|跟|见)|拜访|堵|请|帮我(?:约|递给)|递给|回|等)(?:一下|到|过)?(?:他们)?的?$"
)
_WITH = re.compile(
    "(?:跟|和|陪|同|见(?:了|到|着|的是)?|碰(?:到|见|上)?(?:了)?|找(?:了|到|的是)?|约(?:了|在)?[^,。;]{0,6}见了?|堵到|拜访(?:了)?|对接人?|接待(?:我)?的?(?:是)?|会(?:了)?面?|问了|联系(?:了|上)|请)(?:他们|她们|客户|人家|厂里|公司|的|、)*[^,。;没]{0,10}$"
)
_TALKED = re.compile(
    "^[^。;!?没]{0,14}?(?:聊|谈|吃|碰|见|通(?:了)?(?:完|个)?(?:电)?话|开会|面谈|喝|打(?:了|过)|喝茶|唠|打球|拜(?:了)?个?年|开了?个?会|视频|讲|说)|^在"
)
_BY_PRONOUN = re.compile("他|她|我|自己")


def _met(text: str, people: Sequence[Person], deciding: Decider) -> Span | None:
    person = deciding.person
    if person.kind is PersonKind.BODY:
        return None
    met: Span | None = None
    for one in people:
        if not one.is_same(person):
            continue
        before, behind = text[max(0, one.start - 30) : one.start], text[one.end : one.end + 18]
        if _is_absent(behind):
            return None
        if re.search("(?:上回|上次|以前)[^,。;]{0,6}见过", behind):
            continue
        if _ABSENT_BEFORE.search(before) and not re.search("见了|拜访了|约见了|堵到|约[^,。;]{0,10}$", before):
            continue
        if met is None and (
            _is_speaking(text, one, deciding) or _is_with_us(before[-18:], behind) or _MET_AS.search(before)
        ):
            met = span_of(text, max(0, one.start - 4), min(len(text), one.end + 6))
    return met or _said_by_pronoun(text, people, deciding)


def _is_absent(behind: str) -> bool:
    if re.match("[^,。;]{0,3}(?:说|讲)", behind):
        return False
    return bool(
        _ABSENT.match(behind.lstrip(",嗯呃"))
        or (re.match(f"[^。;!?]{{0,8}}?(?:{_ABSENT.pattern})", behind) and not re.match(f"(?:{_SPEAKS})", behind))
    )


def _is_with_us(before: str, behind: str) -> bool:
    return bool(_WITH.search(before) and (_TALKED.match(behind) or re.search("见|碰|堵|接待|请", before[-8:])))


_MET_AS = re.compile(
    "(?:碰|见|堵|遇)(?:到|见|上|着|了)+[^。没]{2,18}(?:叫|喊|称)(?:他|她|作)?$|(?:见(?:了|到|着)|参会的有|在场的有|到场的有|接待的有)[^。没]{2,28}(?:还有|和|跟|以及|、)[^。没,]{0,12}(?:,姓[^。]{1,8},)?[^。没,]{0,4}$"
)
"""碰到个开店的,大家喊她霞姐; 见了冯主任,还有机动处欧阳处长."""


_REPORTED = re.compile(
    "(?:他|她)(?:们)?(?:自己|这边|也|还|又|就|都|上来就|开口就|一开口|一上来|一听|其实|后来|心里|直接|当面|最后|反而|倒|才|一直|散会前|临走|当场|在[^,。]{1,6}里|亲口|主动|,)*(?:说|讲|问|嫌|要求|让我|叫我|要我|催|答应|一听|摇头|给的数|透露|想|喊|急着|觉得|拿|跟我|告诉我|砍|赶着|宣布|反问|叹|表态|交代|松口|要的|要[^,。]{1,4}的|打来|带我|领我|看了|听完|过了一遍|最高出|能接受|掂量)"
)


def _said_by_pronoun(text: str, people: Sequence[Person], deciding: Decider) -> Span | None:
    """她说五十五万, and she was named last: she was spoken to. Who was only named as the one who decides is not meant
    where somebody else was talking: 戴部长说签字的是詹总,她让我先别报价."""
    person, clause = deciding.person, deciding.span
    for match in _REPORTED.finditer(text):
        if match[0].startswith(("他们", "她们")):
            continue
        speaker = last_before(people, match.start())
        if speaker is None or not speaker.is_same(person) or match.start() - speaker.end > 60:
            continue
        if clause.start - 4 <= speaker.start < clause.end + 4 and any(
            other.end <= speaker.start
            and not other.is_same(person)
            and re.match(f"[^。]{{0,8}}?(?:{_SPEAKS}|通了|碰了)", text[other.end : other.end + 12])
            for other in people
        ):
            continue
        return span_of(text, match.start(), match.end())
    return None


def _is_speaking(text: str, person: Person, deciding: Decider) -> bool:
    behind = text[person.end : person.end + 14]
    if re.match(
        "[,]?(?:这次|今天|上午|下午|晚上|刚才|电话里|进(?:来|会议室)|会上|在会上|会后|散会时|自己|本人|他|她|就|也|又|还|才|后来|最后|私下|一见面|,|呃|嗯|那个)*(?:"
        + _SPEAKS
        + ")",
        behind,
    ):
        return not re.match("[,]?(?:自己|也|就|都)*(?:说了算|一句话|点头|签字|拍板|说了不算|说买|说用)", behind)
    if re.match(
        f"(?:中途|突然|半路|隔着|全程|一直|后来|老早|特意|专门|早上|今天|今儿|刚好|正好)[^,。没不未]{{0,9}}?(?:,[^。没不未]{{0,8}}?)?(?:{_SPEAKS})",
        behind,
    ):
        return True
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
