"""The customer's budget among the amounts of a memo, and why a figure is not one (memos/SCHEMA.md, labels.budget and money).

Every amount is judged by the words around it: what asks for it (预算, 批了, 打算花), and what makes it somebody else's
(我们报的, 去年花了, 单价, 定金, 一台). Of several that are left the part meant for us beats the whole, and the last word
stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.facts import BudgetRange, Said, Words
from nlp.money import Amount

_BUDGET = "预算|预蒜|予算|欲算|概算|额度|限额|经费|专款|专项(?:款|资金|的钱|,)*|拨款|款项|设备款|材料费|盘子|资金|投入|心理价位?|心里价位?|心理价|价位|上限|花费|手头|手上|自筹(?:部分|资金)?|自己(?:掏|出|拿|付|垫)|自掏(?:腰包)?|自费"
_SPEND = (
    "打算(?:花|掏|拿|投|用|出)|准备(?:了|花|掏|拿|投|用|出|好)|想花|愿意?(?:花|掏|出)|舍得花|能(?:花|掏|拿|出|给)(?:的|出来)?|肯(?:花|掏|出)|最多(?:拿|掏|出|花|给)(?:得出来?)?|拿得出来?|掏得起|"
    "留给[^,。;]{0,8}?|给(?:设备|我们这|咱这|这块|他们科|科里)[^,。;]{0,6}?|就给|只给|(?:这|这一|咱这|我们这|灯具这|设备这|膜系统这|那)块(?:的)?(?:预算)?|正式采购|这部分|其中|这一项|这项"
)
_APPROVED = "批(?:了|下来|给|复|准|的是)|核(?:了|定|过|准|的是)|下达|拨(?:了|下来|给)|立项|列(?:了|进|入)|到账|追加|落实了?|定(?:了|下来|的是)|报上去|申请(?:了|到|下来)"
_ASKED = re.compile(f"(?:(?:^|[,。;呃嗯 ])钱(?:呢|嘛|啊|的事)?(?=[,。])|给的数|报的数|{_BUDGET}|{_SPEND}|{_APPROVED})")
_TOTAL = re.compile("一共|总共|加起来|总额|总的|合计|整包|总数|拢共|满打满算|总数|一起|打包")
_WHOLE = re.compile("总投资?|项目总|整个(?:项目|工程|改造|盘子)?|全盘|集团的?盘子|总盘子|全厂|总包|连土建|含土建")
_PART = re.compile(
    "留给|给设备|给我们|给咱|其中|(?:我们|咱们?|设备|灯具|膜|系统|这|这一|那)[^,。;]{0,6}?(?:块|部分|项)(?:[^,。;]{0,4})$|这块|眼下只谈|里头|只有|占"
)

_OURS = re.compile(
    "(?:我们|咱们?|我方|我们这边|我这边|我)(?:这边|这里|给|的|现在|上回|上次|初步|之前|才|也|就|是|最后|一共|总共|单台|单套|标|单价|,)*(?:报价?|标价|挂价?|标的|价格?|出价|开价|给的|给他|要|卖|做到|让到|降到|是|的是|签|最低|最高|最多|底价|成本|年费|说|权限)[^,。;]{0,7}$|(?:我们|咱们?)(?:这边|这里|这头)?$"
    "|(?:我们|咱们?)[^,。;]{0,4}(?:报|价)[^,。;]{0,8}$|报价[^,。;预批]{0,6}$|报(?:的|了|价是|出)[^,。;预批]{0,5}$|报$"
)
_GRANTED = re.compile(
    "(?:集团|财政|上面|上头|上级|老板|总部|总公司|院里|局里|校里|学校|部里|政府|区里|县里|省里|市里|镇里|今年|明年|业主|甲方|[\u4e00-\u9fff]{1,2}方|家长|村里|社里|董事会|领导|财务)(?:一共|总共|就|只|先|都|也|能|额度|最多|最后|已经|,)*"
    "(?:给|批|拨|划|留|安排|下达)(?:了|的|过来|下来|到|的额度|的预算|的数)*(?:是|就|只有|也就|有)*$"
)
_WANTS_TO_HEAR = re.compile("(?:让|叫|要|喊|逼)(?:我们?|咱们?)(?:给他|给她)?(?:报|做|压|降|砍|控制)(?:个|到|在|出)?$")
_REPORTED_UP = re.compile(
    "(?:预算|预蒜)(?:已经|就|也|是|他们|往上|给)*(?:上?报|申报|申请|编|做)(?:了|的|上去|的是|到)*(?:是|就|,)*$"
)
"""What the customer asked of those above, or got from them, is no quotation."""
_TOLD_OF_THE_PAST = re.compile(
    "^[^。;!?]{0,12}?(?:那|这)?(?:是|说的是|指的是)(?:去年|前年|往年|上一?[期次回]|旧|老早|以前)的?"
)
_RIVAL = re.compile(
    "(?:给(?:他|她|他们|人家)?(?:的)?(?:报价?|开价?|出价?|便宜|到|了)|报价?(?:了|的是|才|是|到|到了)?|才报|也报|开价|卖|要价|出价|成交|中标价?|标价|压到)[^,。;预批]{0,5}$"
)
_PAST = re.compile(
    "(?:去年|前年|上次|上回|上一?期|往年|以前|之前|早先|旧合同|老线|上个?(?:项目|标段)|年前)[^,。;]{0,14}?(?:花|买|做|执行|签|付|报|用|投|卖|是)[^,。;]{0,6}$|(?:去年|前年|上回)(?:是|的)?[,呃嗯那个大概]*$"
)
_OTHERS = re.compile("(?:隔壁|邻|别人|别家|人家|同行|兄弟单位|对门|那边那家)[^,。;]{0,16}$")
_BEFORE_UNIT = re.compile(
    "(?:单价|单台|单套|单个|单只|单店|单平|单米|每[^,。;0-9一二两三四五六七八九十百千万]{1,4}|一(?:台|套|个|只|片|卷|吨|斤|米|平方?|平米|亩|桶|箱|副|盏|支|家店?|个月|件|张|人|次|克|公斤|方|千瓦|座|棵|头|组|块板)(?:的)?)[^,。;]{0,6}$"
)
_BEHIND_UNIT = re.compile(
    "^(?:钱)?(?:的)?(?:[一每/]|一)(?:台|套|个(?!亿|月底)|只|片|卷|吨|斤|米|平|亩|桶|箱|副|盏|支|家|年|个?月|件|张|人|次|克|公斤|方|千瓦|座|组)|^(?:每|/)"
)
_OTHER_MONEY = re.compile(
    "(?:定金|订金|预付款?|首付款?|尾款|货款|回款|欠款|保证金|押金|罚款|违约金|运费|安装费|服务费|年费|月租|租金|工资|利润|返点|产值|营业额|销售额|年产|投资额|注册资本|合同额|合同|成交|签了|单子)[^,。;预批]{0,6}$"
)
_DIFFERENCE = re.compile(
    "(?:便宜|贵|(?<!最)低|(?<!最)高|少|多|差|省|降|减|优惠|让(?:了|利)?|砍(?:掉|了)|涨|超)(?:了|将近|差不多|近|出|个|的|我们|咱们|整整|大概|约|快)*$"
)
_DIFFERENCE_BEHIND = re.compile("^(?:的)?(?:差价|差距|差额|缺口|优惠|折扣)")
_LIMIT_BEHIND = re.compile(
    "^(?:的|以内|以下|以上)*(?:单子?|合同|采购(?!预算)|事情?[^。]{0,6}(?:不管|自己就?能|不用)|不用|他签字?就?行|签字就行|他就能|他自己(?:就)?能|他能|才(?:能|要|用|需)|就(?:得|要|必须|归|由|轮到|报)|的?(?:都|就)(?:得|要)|要上|得上|得报|要报)"
)
_LIMIT_AHEAD = re.compile("(?:只能签|能签|可以签|签字权|审批权|权限|超过|超了|以上的?)[^,。;]{0,6}$")
_NOT_SAID = re.compile("(?:没听清|没记下?来?|记不清|记不得|不确定|没个准|说不准|好像|听岔|没准|回头再确认|拿不准)")
_TAKEN_BACK = re.compile(
    "^[^。;!?]{0,10}?(?:作废|取消了|没了|泡汤|收回(?!去了所以)|退回|冻结|砍没|不作数|收走|划走|挪走|挪用|黄了|一分钱?(?:都)?没(?!少)|打回来|不批了|全砍|不提了|没影|别当真|不算数|没戏)|^[^。;!?]{0,8}?现在(?:嘛)?[,]?一分"
)
_STANDS = re.compile("不变|没变|还是这个数|照旧|没收回|还挂着|还在")
_STILL = re.compile("^(?:的|这个|那个)?(?:数|预算|盘子)?(?:还是)?(?:不变|没变|没动|照旧)")
_PAID_TO_US = re.compile("^(?:给我们|给咱|过来)")
_PAYS = re.compile("(?:转|汇|打|付)[^,。;]{0,3}$")
_HAVE_AT_LEAST = re.compile("^(?:块钱?|元)?(?:左右)?(?:起码|至少|总)(?:是|还是)?有")
_MISHEARD = re.compile("还是[^,。;]{0,8}(?:来着|吧|呢|,|。|$)")
_CORRECTED = re.compile(
    "(?:不对|不是|说错|记错|哎不|啊不|哦不|呃不|嗯不|改口|更正|应该是|后来|现在|[调改变砍降涨加提缩减压增](?:整|加)?[到成为]|最后|明确|就是|那就是|嗯|呃|对)"
)
_AFTER_BUDGET = re.compile(
    "^(?:左右|上下)?(?:块钱?|元)?(?:的)?(?:总|采购|设备|改造|项目|专项|年度)?(?:预算|预蒜|额度|经费|拨款|专款|限额|盘子)"
)
_CAPPED = re.compile("顶天了?|撑死|最多|顶多")
_CAPPED_BEHIND = re.compile("^(?:块|元)?[,]?(?:封顶|打住|顶天|到头|为限|[一二两三四五六七八九十]+台)")
_THIS_TIME = re.compile("(?:今年|这次|这回|明年)(?:嘛|呢|就|是|有|只有|只|安排了?|,|也就|大概|一共|总共|的)*$")
_NAMED_BEHIND = re.compile("^(?:是|就是)(?!我|咱)[^,。;我咱]{0,6}(?:预算|额度|经费|拨款|盘子|专款)")
_CONFIRMED_BEHIND = re.compile("^[,]?[^,。;谁没]{0,9}(?:批(?:了|过|复|下来)|核(?:过|定|准)|立项|到账|列进|下达)")


_FILLER = "[,。、;…. ]|呃|嗯|啊|哎|诶|哦|吧|呢|嘛|那个|这个|就是|就|大概|差不多|对|对对|不对|不是|说错了?|记错了?|改口|应该是|应该|是|后来|又|说|现在|变成|改成|到|至|也就|讲错|不止|更正|集团|财政|上面|总部|区里|县里|领导|老板|业主|最后|(?:调|改|变|降|砍|压|涨|加|提|追加|缩|减|增)(?:整|缩|减|加)?(?:成|到|为)了?|[一二两三四五六七八九十百千万零几0-9]+"
_GOES_ON = re.compile(f"(?:{_FILLER})*")
"""Between two figures for the same thing: 四十八万,不对四十五万."""
_CHANGED = re.compile(
    "(?:又改了|改[成到了]|[降砍压缩调减](?:了一刀|到|成)|现在(?:嘛|呢)?[,]?(?:是|只|就)|再看下?|看错)"
)
_NOT_THE_CUSTOMERS = re.compile("我们|咱|报|去年")


@dataclass(frozen=True, slots=True)
class _Judged:
    amount: Amount
    points: int
    is_part: bool
    is_whole: bool


def budget(text: str, amounts: Sequence[Amount]) -> Said[BudgetRange] | None:
    """`text` is evened, `amounts` are those of nlp/money.py in it; the words are places in the same text."""
    judged = [one for place in range(len(amounts)) if (one := _judge(text, amounts, place)) is not None]
    judged = judged or [one for place in range(len(amounts)) if (one := _left_over(text, amounts, place)) is not None]
    if not judged:
        return None
    chosen = _chosen(text, judged)
    if chosen is None:
        return None
    amount = _in_wan(_joined(text, amounts, chosen))
    if amount.min_fen is None and amount.max_fen is None:
        return None
    return Said(
        BudgetRange(amount.min_fen, amount.max_fen), Words(amount.span.start, amount.span.end, amount.span.text)
    )


def _judge(text: str, amounts: Sequence[Amount], place: int) -> _Judged | None:
    amount = amounts[place]
    start, end = amount.span.start, amount.span.end
    floor = amounts[place - 1].span.end if place else 0
    near = text[max(floor, start - 22) : start]
    if floor and near.startswith(text[floor : floor + 1]) and start - floor <= 22:
        # The unit of the amount before is no unit of this one.
        near = _BEHIND_UNIT.sub("", near)
    behind = text[end : end + 18]
    if amount.min_fen is None and amount.max_fen is None:
        return None
    points = _asking(near, behind, amount)
    if points <= 0:
        between = text[floor:start] if place else ""
        inherits = between and (
            (len(between) <= 14 and _GOES_ON.fullmatch(between))
            or (len(between) <= 26 and _CHANGED.search(between) and not _NOT_THE_CUSTOMERS.search(between))
        )
        before = _judge(text, amounts, place - 1) if inherits else None
        if before is None or _is_somebody_elses(near, behind, own_only=True):
            return None
        return replace(before, amount=amount)
    if _is_somebody_elses(near, behind) or (_TAKEN_BACK.match(behind) and not _STANDS.search(behind)):
        return None
    return _Judged(amount, points, bool(_PART.search(near)), bool(_WHOLE.search(near)))


def _in_wan(amount: Amount) -> Amount:
    """还是那个数,一百二到一百三: nobody has a budget of a hundred yuan."""
    figures = (amount.min_fen, amount.max_fen)
    if not amount.bare or any(figure is not None and figure >= _LEAST_BUDGET for figure in figures):
        return amount
    low, high = (figure and figure * 10_000 for figure in figures)
    return replace(amount, min_fen=low, max_fen=high)


_LEAST_BUDGET = 1_000_00


def _left_over(text: str, amounts: Sequence[Amount], place: int) -> _Judged | None:
    """Where nothing asks for a figure: one that is nobody else's is what the customer means to spend."""
    amount = amounts[place]
    figure = amount.max_fen or amount.min_fen
    if figure is None or figure < _LEAST_LEFT_OVER:
        return None
    floor = amounts[place - 1].span.end if place else 0
    near, behind = text[max(floor, amount.span.start - 22) : amount.span.start], text[amount.span.end :][:18]
    if behind.startswith("还是") and place + 1 < len(amounts) and amounts[place + 1].max_fen == amount.max_fen:
        # 原来讲的六百万还是六百万.
        return _Judged(amount, 0, is_part=False, is_whole=False)
    if _NOT_LEFT_OVER.search(near) or _NOT_LEFT_OVER_BEHIND.match(behind):
        return None
    if _is_somebody_elses(near, behind) or (_TAKEN_BACK.match(behind) and not _STANDS.search(behind)):
        return None
    return _Judged(amount, 0, bool(_PART.search(near)), bool(_WHOLE.search(near)))


_NOT_LEFT_OVER = re.compile(
    "(?:成本|底价|核价|差[价额了]|(?<!国家)补贴(?!自筹)|损失|亏|赔|补助|奖补|贴息|(?:维保|维护|维修|人工|电|水|保养|检测|设计|加急|运|安装|加工|服务|年|月)费|折旧|工资|产值|营收|流水|营业额|销售额|利润|资本|罚|奖|税|押金?|保证金|质保金|欠|垫|借|总投|土建|估值|身家"
    "|房租|租金|停一天|停机|停产|优惠|返|省|订金|定金|首付|预付|尾款|回款|货款|到账款|开票|折价?|抵|残值|回收|以旧换新|只剩|还剩|没结)[^,。;]{0,7}$"
    "|(?:原来|原先|原本|上一?[期台批套次回]|历史|[一二三]期|当年|当时|那时候?|那会儿|老设备|老线|旧线|以前|之前|早年|[一二两三几]年前)[^,。;预]{0,9}$"
    "|(?:有人|推了|听说|朋友|亲戚|隔壁|邻|别的厂|别人|别家|同行|对门|兄弟单位|人家|外面|市面上?|网上)[^。;]{0,14}$|(?:问|还价|砍到|还到|压到|降到|让到|超过|超出|满|够)[^,。;]{0,4}$|还是$"
)
_NOT_LEFT_OVER_BEHIND = re.compile(
    "^[^,。;]{0,4}?(?:能不能|行不行|可不可以|能否|成不成|卖不卖|做不做|(?:成|做)不了|太贵|贵)|^(?:的|以[内下上外]|之内|往上|往下)*(?:单子?|合同|采购)?[^,。;]{0,2}?(?:要|得|都|才|就|由|归|他|她|科里|部门|集团|老板)[^,。;]{0,8}?(?:批|(?:要|得|往上)报|说了算|拍板|做主|招标|上会|走流程|审|能签|签字)"
    "|^(?:的)?(?:[^,。;]{0,3}费(?:没|未|还)|补贴|定金|订金|首付|尾款|差价|货款|欠款|缺口|利润|产值|投资(?!款))"
)
_LEAST_LEFT_OVER = 5_000_00
"""In fen: smaller figures are prices of single things."""


def _asking(near: str, behind: str, amount: Amount) -> int:
    asked = list(_ASKED.finditer(near))
    sentence = re.split("[。;!?]", near)[-1]
    points = 0
    if _AFTER_BUDGET.match(behind) or _NAMED_BEHIND.match(behind):
        points = 4
    elif asked:
        gap = near[asked[-1].end() :]
        points = 3 if re.search("预算|预蒜", asked[-1][0]) else 2
        if len(gap) > 14 or re.search("[。;!?]|没[讲说提问谈]|不(?:知道|清楚|肯说)|没个?谱", gap):
            points = 0
    if (
        points == 0
        and (
            amount.min_fen is None
            or amount.max_fen is None
            or _CAPPED.search(near[-4:])
            or _CAPPED_BEHIND.match(behind)
        )
        and (
            _TOTAL.search(sentence)
            or re.search(
                "这批|这单|整个|项目|两台|几台|全套|控制|不能|别|最高|把底|他说|她说|跟你说|一年|讲|[几一二两三四五六七八九十0-9]+(?:台|套|家)",
                sentence,
            )
        )
    ):
        points = 1
    if points == 0 and re.search("(?:只占|占了?|其中|里头|里面|当中)[^。;]{0,8}$", near):
        points = 2
    if points == 0 and (_THIS_TIME.search(near) or _WANTS_TO_HEAR.search(near)):
        points = 1
    if points == 0 and _TOTAL.search(sentence) and re.search("客户|他|她|业主|甲方", sentence):
        points = 1
    if points == 0 and _STILL.match(behind):
        points = 2
    if points == 0 and _CONFIRMED_BEHIND.match(behind) and not _WHOLE.search(sentence):
        points = 2
    return points


def _is_somebody_elses(near: str, behind: str, *, own_only: bool = False) -> bool:
    last = near.rfind("预算")
    tail = near[last:] if last >= 0 else near
    if _GRANTED.search(near) or _REPORTED_UP.match(tail) or _WANTS_TO_HEAR.search(near):
        return bool(_TOLD_OF_THE_PAST.match(behind))
    if (
        _OURS.search(tail)
        or _TOLD_OF_THE_PAST.match(behind)
        or re.match("^(?:是|就是)(?:我们|咱们?)(?:报|的)|^(?:我们|咱们?)报的(?:价)?(?:[,。]|$)", behind)
        or re.match("^是(?:咱|我)", behind)
    ):
        return True
    if own_only:
        return bool(
            _RIVAL.search(tail) or _BEHIND_UNIT.match(behind) or _BEFORE_UNIT.search(tail) or _DIFFERENCE.search(near)
        )
    if (
        _BEHIND_UNIT.match(behind)
        or _BEFORE_UNIT.search(tail)
        or _DIFFERENCE.search(near)
        or _DIFFERENCE_BEHIND.match(behind)
    ):
        return True
    if _PAST.search(tail) or _OTHERS.search(tail) or _OTHER_MONEY.search(tail):
        return True
    if last < 0 and _RIVAL.search(near):
        return True
    if _PAYS.search(near) and _PAID_TO_US.match(behind):
        return True
    if _LIMIT_BEHIND.match(behind) or (_LIMIT_AHEAD.search(near) and last < 0):
        return True
    return bool(
        _NOT_SAID.search(tail[-10:])
        or (_NOT_SAID.search(near) and _MISHEARD.match(behind))
        or re.match("^(?:吧|呢)?[,]?还是(?:三|四|五|六|七|八|九|二|一)", behind)
    )


def _chosen(text: str, judged: Sequence[_Judged]) -> _Judged | None:
    parts = [one for one in judged if one.is_part]
    if parts and any(one.is_whole or not one.is_part for one in judged):
        return parts[-1]
    candidates = [one for one in judged if not one.is_whole] or list(judged)
    best = candidates[0]
    for one in candidates[1:]:
        between = text[best.amount.span.end : one.amount.span.start]
        is_next = len(between) <= 24 and _CORRECTED.search(between) is not None
        if one.points >= best.points or is_next:
            best = one
    return best


_AT_MOST = re.compile("(?:高不过|最多|顶多|撑死|顶天了?|至多|最高|上限)[^,。;一二两三四五六七八九十百千万0-9]{0,8}$")


def _joined(text: str, amounts: Sequence[Amount], chosen: _Judged) -> Amount:
    """预算两百万到,呃,两百,两百三十万: a range that was interrupted."""
    place = list(amounts).index(chosen.amount)
    amount = chosen.amount
    if amount.min_fen == amount.max_fen and _AT_MOST.search(text[max(0, amount.span.start - 10) : amount.span.start]):
        return replace(amount, min_fen=None)
    if amount.min_fen == amount.max_fen and _HAVE_AT_LEAST.match(text[amount.span.end : amount.span.end + 8]):
        return replace(amount, max_fen=None)
    if amount.min_fen == amount.max_fen and re.match(
        "^(?:块|元)?[,](?:封顶|打住|顶天)", text[amount.span.end : amount.span.end + 4]
    ):
        return replace(amount, min_fen=None)
    for other in amounts[place - 1 : place] if place else ():
        if other.max_fen is None or amount.min_fen is None or amount.max_fen is None:
            continue
        between = text[other.span.end : amount.span.start]
        if re.match("^(?:到|至|-|~)", between) and len(between) <= 10 and other.max_fen < amount.max_fen:
            return replace(amount, min_fen=other.min_fen or other.max_fen)
    return amount
