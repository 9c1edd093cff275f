"""The customer's budget among the amounts of a memo, and why a figure is not one (memos/SCHEMA.md, labels.budget and money).

Rules judge each amount by the words around it: what asks for it (预算, 批了, 打算花), and what makes it somebody else's
(我们报的, 去年花了, 单价, 定金). Their answer is one voice beside the learnt weights of nlp/budget_ranking.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from domain.facts import BudgetRange, Said, Words
from nlp.budget_ranking import Sums, heaviest, is_limit
from nlp.grams import Grams
from nlp.money import Amount

_BUDGET = "预算|预蒜|予算|欲算|概算|额度|限额|经费|专款|专项(?:款|资金|的钱|,)*|拨款|款项|设备款|材料费|盘子|资金|投入|心理价位?|心里价位?|心理价|价位|上限|花费|[把交露亮]了?底(?!价)[^,。;]{0,4}|手头|手上|自筹(?:部分|资金)?|自己(?:掏|出|拿|付|垫)|自掏(?:腰包)?|自费"
_SPEND = (
    "打算(?:花|掏|拿|投|用|出)|准备(?:了|花|掏|拿|投|用|出|好)|想花|愿意?(?:花|掏|出)|舍得花|能(?:花|掏|拿|出|给)(?:的|出来)?|肯(?:花|掏|出)|最多(?:拿|掏|出|花|给)(?:得出来?)?|拿得出来?|掏得起|"
    "留给[^,。;]{0,8}?|给(?:设备|我们这|咱这|这块|他们科|科里)[^,。;]{0,6}?|就给|只给|(?:这|这一|咱这|我们这|灯具这|设备这|膜系统这|那)块(?:的)?(?:预算)?|正式采购|这部分|其中|这一项|这项"
)
_APPROVED = "批(?:了|下来|给|复|准|的是)|核(?:了|定|过|准|的是)|下达|拨(?:了|下来|给)|立项|列(?:了|进|入)|到账|追加|落实了?|定(?:了|下来|的是)|报上去|申请(?:了|到|下来)"
_ASKED = re.compile(f"(?:(?:^|[,。;呃嗯 ])钱(?:呢|嘛|啊|的事)?(?=[,。])|给的数|报的数|{_BUDGET}|{_SPEND}|{_APPROVED})")
_AFTER_BUDGET = re.compile(
    "^(?:左右|上下)?(?:块钱?|元)?(?:的)?(?:总|采购|设备|改造|项目|专项|年度)?(?:预算|预蒜|额度|经费|拨款|专款|限额|盘子)"
)
_NOT_TOLD = re.compile("[。;!?]|没[讲说提问谈]|不(?:知道|清楚|肯说)|没个?谱")
_LONGEST_GAP = 14
_OURS = re.compile(
    "(?:我们|咱们?|我方|我们这边|我这边|我)(?:这边|这里|给|的|现在|上回|上次|初步|之前|才|也|就|是|最后|一共|总共|单台|单套|标|单价|,)*(?:报价?|标价|挂价?|标的|价格?|出价|开价|给的|给他|要|卖|做到|让到|降到|是|的是|签|最低|最高|最多|底价|成本|年费|说|权限)[^,。;]{0,7}$|(?:我们|咱们?)(?:这边|这里|这头)?$"
    "|(?:我们|咱们?)[^,。;]{0,4}(?:报|价)[^,。;]{0,8}$|报价[^,。;预批]{0,6}$|报(?:的|了|价是|出)[^,。;预批]{0,5}$|报$"
)
_GRANTED = re.compile(
    "(?:集团|财政|上[面头级]|老板|总部|总公司|[院局校县省市镇区村社]里|学校|部里|政府|[今明]年|业主|甲方|家长|董事会|领导|财务)(?:[就只先都也能]|一共|总共|最[多后]|已经|,)*"
    "(?:给|批|拨|划|留|安排|下达)(?:[了的到]|过来|下来)*(?:是|也?就|只?有)*$"
    "|预[算蒜](?:[就也是给]|已经|他们|往上)*(?:上?报|申[报请]|编|做)(?:[了的到]|上去)*(?:是|就|,)*$"
)
"""What the customer got from those above, or asked of them, is no quotation."""
_PAST = re.compile(
    "(?:去年|前年|上次|上回|上一?期|往年|以前|之前|早先|旧合同|老线|上个?(?:项目|标段)|年前)[^,。;]{0,14}?(?:花|买|做|执行|签|付|报|用|投|卖|是)[^,。;]{0,6}$|(?:去年|前年|上回)(?:是|的)?[,呃嗯那个大概]*$"
)
_TOLD_OF_THE_PAST = re.compile(
    "^[^。;!?]{0,12}?(?:那|这)?(?:是|说的是|指的是)(?:去年|前年|往年|上一?[期次回]|旧|老早|以前)的?"
)
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
_TAKEN_BACK = re.compile(
    "^[^。;!?]{0,10}?(?:作废|取消了|没了|泡汤|收回(?!去了所以)|退回|冻结|砍没|不作数|收走|划走|挪走|挪用|黄了|一分钱?(?:都)?没(?!少)|打回来|不批了|全砍|不提了|没影|别当真|不算数|没戏)|^[^。;!?]{0,8}?现在(?:嘛)?[,]?一分"
)
_STANDS = re.compile("不变|没变|还是这个数|照旧|没收回|还挂着|还在")
_RIVAL = re.compile(
    "(?:给(?:他|她|他们|人家)?(?:的)?(?:报价?|开价?|出价?|便宜|到|了)|报价?(?:了|的是|才|是|到|到了)?|才报|也报|开价|卖|要价|出价|成交|中标价?|标价|压到)[^,。;预批]{0,5}$"
)
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
_NOT_THE_CUSTOMERS = re.compile("我们|咱|报|去年")
_LONGEST_LINK = 14
_LEAST_LEFT_OVER = 5_000_00
_LEFT, _RIGHT = 22, 18


def budgets(grams: Grams) -> list[Said[BudgetRange] | None]:
    """Of each memo; the words are places in its text."""
    each = [sums(one.text, one.amounts) for one in grams.readings]
    chosen = heaviest(grams, each, [by_rules(one.text, one.amounts) for one in grams.readings])
    return [
        Said(BudgetRange(one.min_fen, one.max_fen), Words(one.span.start, one.span.end, one.span.text)) if one else None
        for one in chosen
    ]


def sums(text: str, amounts: Sequence[Amount]) -> Sums:
    return Sums(text, [_as_budget(text, amounts, place) for place in range(len(amounts))])


def by_rules(text: str, amounts: Sequence[Amount]) -> Amount | None:
    """The last of those that are asked for most plainly; where none is, the last that is nobody else's."""
    best, most, before = None, -1, None
    for place, amount in enumerate(amounts):
        before = _points(text, amounts, place, before)
        if before is not None and before >= most:
            best, most = amount, before
    return best


def _points(text: str, amounts: Sequence[Amount], place: int, before: int | None) -> int | None:
    """None: it is somebody else's. `before` are the points of the amount before."""
    amount = amounts[place]
    figure = amount.max_fen or amount.min_fen
    start, end = amount.span.start, amount.span.end
    floor = amounts[place - 1].span.end if place else 0
    near, behind = text[max(floor, start - _LEFT) : start], text[end : end + _RIGHT]
    if figure is None or is_limit(text, amount) or _is_somebody_elses(near, behind):
        return None
    if points := _asking(near, behind):
        return points
    if behind.startswith("还是") and place + 1 < len(amounts) and amounts[place + 1].max_fen == amount.max_fen:
        return 2  # 原来讲的六百万还是六百万
    if before and start - floor <= _LONGEST_LINK and not _NOT_THE_CUSTOMERS.search(near):
        return before  # 四十八万,不对四十五万
    is_left_over = not (_NOT_LEFT_OVER.search(near) or _NOT_LEFT_OVER_BEHIND.match(behind) or _RIVAL.search(near))
    return 0 if figure >= _LEAST_LEFT_OVER and is_left_over else None


def _asking(near: str, behind: str) -> int:
    if _AFTER_BUDGET.match(behind):
        return 3
    if _GRANTED.search(near):
        return 2
    asked = list(_ASKED.finditer(near))
    gap = near[asked[-1].end() :] if asked else ""
    if not asked or len(gap) > _LONGEST_GAP or _NOT_TOLD.search(gap):
        return 0
    return 3 if asked[-1][0].startswith(("预算", "预蒜")) else 2


def _is_somebody_elses(near: str, behind: str) -> bool:
    if _GRANTED.search(near):
        return _TOLD_OF_THE_PAST.match(behind) is not None
    tail = near[max(0, near.rfind("预算")) :]
    return bool(
        any(theirs.search(tail) for theirs in (_OURS, _PAST, _BEFORE_UNIT, _OTHER_MONEY))
        or _DIFFERENCE.search(near)
        or _TOLD_OF_THE_PAST.match(behind)
        or _BEHIND_UNIT.match(behind)
        or (_TAKEN_BACK.match(behind) and not _STANDS.search(behind))
    )


# ---------------------------------------------------------------- what an amount would be as a budget


_AT_MOST = re.compile("(?:高不过|最多|顶多|撑死|顶天了?|至多|最高|上限)[^,。;一二两三四五六七八九十百千万0-9]{0,8}$")


_HAVE_AT_LEAST = re.compile("^(?:块钱?|元)?(?:左右)?(?:起码|至少|总)(?:是|还是)?有")
_INTERRUPTED = re.compile("(?:到|至|-|~).{0,8}")
_LEAST_BUDGET = 1_000_00
"""In fen: nobody has a budget of a hundred yuan."""


def _as_budget(text: str, amounts: Sequence[Amount], place: int) -> Amount:
    """With the bounds that only a budget has, and in 万 where less makes no sense (还是那个数,一百二到一百三)."""
    amount = amounts[place]
    start, end = amount.span.start, amount.span.end
    exact = amount.min_fen if amount.min_fen == amount.max_fen else None
    if exact is not None:
        if _AT_MOST.search(text[max(0, start - 10) : start]):
            amount = replace(amount, min_fen=None)
        elif _HAVE_AT_LEAST.match(text[end : end + 8]):
            amount = replace(amount, max_fen=None)
        elif place and _INTERRUPTED.fullmatch(text, amounts[place - 1].span.end, start):
            # 预算两百万到,两百,两百三十万
            before = amounts[place - 1].min_fen or amounts[place - 1].max_fen or exact
            amount = replace(amount, min_fen=min(before, exact))
    figures = (amount.min_fen, amount.max_fen)
    if amount.bare and all(figure is None or figure < _LEAST_BUDGET for figure in figures):
        low, high = (figure and figure * 10_000 for figure in figures)
        amount = replace(amount, min_fen=low, max_fen=high)
    return amount
