"""Which amount of a memo is the customer's budget, or that none is, weighed by what stands around each (N2).

A log-linear model as nlp/decider_ranking.py: classes of words on either side rather than words, what was said just before
and after, and how large the figure is beside its neighbours. Two principles are built in: one sum said twice is one
candidate, with what stands around either mention, and a figure that corrects the one before it is asked for by the same words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from nlp.learnt import FOLDER, weight, weights
from nlp.money import Amount

WEIGHTS = FOLDER / "budgets.json"
NONE = "none"
BY_RULES = 1.5
"""What the rules' own answer weighs; as it does best on hands left out."""
DOUBT = 1.0
"""What speaks for no budget beforehand: a wrong value is worse than none."""

_WORDS = (
    "(?P<B>[预予欲][算蒜]|概算|额度|限额|经费|[专拨]款|专项|款[项子]|盘子|资金|投入|心[理里](?:价位?|的?数)|价位|(?:家|[把交露亮]了?)底(?!价)|手[里头上]|兜里|账上|袋里|大修款|设备款|材料费|花费|自筹|花销|开销|闲钱|本钱)"
    "|(?P<K>(?:不用|不必|无需|无须|用不着)[往上再跟向]*[报批过问请]|自己(?:就)?[能可]?以?[批签定拍]|直接[批签定拍]|权限|审批权|签字权|[要得才须都](?:往上|上)?报|上会|招标|比价|走流程|超过|(?:要|得|才|须|由|归|都)[^,。;要得才由归]{0,5}(?:批(?!下)|报(?!价)|审|签|拍)|以[上下]的?|(?:才|要|得|由|归)[上过找去给]|[批签]了?就[行成]|放权|[批签]得了|[能可]以?[批签]|签个?字|说了算|拍板|做主|点头)"
    "|(?P<D>[定订]金|预付|首付|尾款|[货回欠]款|欠|保证金|质保金|押金|罚款?|违约|赔|房?租金?|工资|利润|返点|产值|营业额|[年销]售额|年产|补[贴助]|贷款?|成本|底价|税|奖|损失|亏|费用?|营收|流水|估值|注册)"
    "|(?P<C>合同|成交|签[了完下掉约]|下单|中标|盖章|谈定|拿下|付[了完清]?|打(?:了|过来|款)|到账|验收|交货)"
    "|(?P<J>(?:[压降砍缩减调改追加提抬收变涨]|还价?)[减加整低价]?(?:一?刀)?了?[到成至为]|追加|压|砍|还价)"
    "|(?P<G>便宜|贵|相?差(?!不多)|(?<!至)(?<!多)少|(?<!差不)(?<!最)(?<!顶)多(?!少)|省|优惠|抹|涨(?!到)|高|低)"
    "|(?P<A>[批核拨](?!发)|下达|立了?项|列[了进入]|划(?!掉)|落实|申请|定[了下]|下来)"
    "|(?P<P>其中|[这那]块|分[到给]|切[给到]|轮到|相关|这一[套批项]|(?:我们|咱们?)(?:[只就光]|主要)?(?:做|这部分|[这那]一?块)|这一?部分|眼下|第?一期|只[做谈])"
    "|(?P<p>占|里[头面]|当中)"
    "|(?P<W>我们?|咱们?)"
    "|(?P<Q>[报抱]价?|[开出要喊标叫单底市]价|卖|挂|标|让[到了利]?)"
    "|(?P<q>价[格钱]?|方案)"
    "|(?P<L>去年|前年|往年|上一?[次回期批个]|以前|之前|原[来先本]|当[年时]|那时|老(?:设备|线|早)|旧|早先|历史|[几两三]年前)"
    "|(?P<U>单[价台套个只店平件]|每[^,。;]|[一两](?:[台套只片卷吨斤米平亩桶箱副盏支家件张人次克方座棵头组块本份间辆根单趟]|个(?!亿)|公斤|千瓦))"
    "|(?P<Y>[一每]年|年年|一个?月)"
    "|(?P<O>隔壁|别[人家]|人家|同行|兄弟单位|对[门手]|那[边家]|另[一外]|网上|外面|听说|市面|朋友)"
    "|(?P<S>打算|准备|想花|愿意?|舍得|肯|掏|拿得?出|留|花|出(?:得起)?|拿|用|投|凑|安排)|(?P<s>给)"
    "|(?P<M>封顶|最多|顶[多天]|撑死|不能?超|上限|控制|[以之]内|打住|到头|头了|为限|最高|不过|破|别超|卡)"
    "|(?P<T>一共|总共|加起来|总[额的数]|合计|整包|拢共|满打满算|一起|打包|总计|共)"
    "|(?P<H>总投|总盘子|整个|全[厂盘套部]|总包|土建|大盘|总价|大头)"
    "|(?P<X>不对|不是|[说记听看讲搞]?错了?|口误|改口|更正|应该|又改|准确|划掉|(?<=,)不(?=,))"
    "|(?P<F>最[后终]|后来|现在|其实|就是|就按|为准|正确|重新|结果|那就)"
    "|(?P<R>还是|不变|没[变动]|照旧|仍|还在|没收回|还挂着)"
    "|(?P<E>今年|这[次回趟批]|明年|本年|年度)"
    "|(?P<n>取消|作废|泡汤|收回|冻结|黄了|[挪收划拿][走用去]|打回|没了)"
    "|(?P<d>没听[清准]|没[记看听][^,。]{0,2}|记不[清准得]|[不没](?:敢|太)?确[定认]|来着|没准|拿不准|好像|像是)"
    "|(?P<a>差不多|大概|大约)"
    "|(?P<N>不|没有?|别|未)"
    "|(?P<V>谁|多少|几|吗|问)"
    "|(?P<I>他|她|客户|业主|甲方|老板娘?|集团|财政|上[面头级]|总部|总公司|[院局校厂]里|学校|公司|部里|政府|[区县省市镇村]里|董事会|股东会|领导|财务|[ＰＴ][ｐｔ]*)"
    "|(?P<Z>[说讲称答])"
)
"""B budget, K what one may approve alone, D other money, C a bargain that is struck, G differences, J changes of a figure, A approval,
P the part meant for us, W we, Q quotes, L the past, U each, O others, S spending, M at most, T in all, H the whole, X corrections,
F the last word, R what remains, E this time, n what was taken back, d doubt, a about, N no, V questions, I the customer and people, Z says."""
_SIGNS = "".join(sorted(set(re.findall("[\u4e00-\u9fffＰＴ]", _WORDS))))
_CLASSES = re.compile(f"(?=[{_SIGNS}])(?:{_WORDS})")
"""Signs that no word has are passed over fast."""
_A_CORRECTION = frozenset("XJF")
_A_STATEMENT_OF_ITS_OWN = frozenset("WQLOUDGPCHKB")
_LEFT, _RIGHT = 26, 18
_TO_A_NEIGHBOUR = 34
_TO_A_CORRECTION = 24
_SIGNS_LEFT, _SIGNS_RIGHT = 8, 6
_NEAR_LEFT, _NEAR_RIGHT = 9, 5
_LIMITED = re.compile("(?:超过?|过了?|高于|满).*|.*(?:[以之][内下上]|往[上下]|[以往]里)")
_APPROVED_ALONE = re.compile(
    "[^。;]{0,12}?(?:[能可就要得由归才][^,。;]{0,5}[批签拍管]|[批签]得了|[直自][接己][^,。;]{0,3}[批签拍定]|签个?字|不[用必][^,。;]{0,6}[报上]|拍板|做主|说了算|放权|点头|[要得才须都][^,。;]{0,6}(?:报|上)|上会|招标)"
)
_EITHER = re.compile("[,吧呢]*(?:还是|或者|要么)")
_BUDGET_IS = re.compile("[预予欲][算蒜][^,。;]{0,8}$")
_STOPS = re.compile("[,。;!?、 ]+")
_NOT_TOLD = re.compile("(?:预[算蒜]|花多少|多少钱)[^。]{0,10}(?:没|不|保密|谁)")


def is_limit(text: str, amount: Amount) -> bool:
    """十五万以内他直接拍, 超过二十万才上会: what one may approve alone, not what there is."""
    start, end = amount.span.start, amount.span.end
    return (
        _LIMITED.fullmatch(amount.span.text) is not None
        and _APPROVED_ALONE.match(text, end, end + _RIGHT) is not None
        and _BUDGET_IS.search(text, max(0, start - _RIGHT), start) is None
    )


class Sums:
    """The different sums of a memo."""

    def __init__(self, text: str, marked: str, amounts: Sequence[Amount]) -> None:
        """`amounts` say what they would mean as a budget; `marked` as Reading has it."""
        self._text, self._marked, self._amounts = text, marked, amounts
        self._words = [
            (found.start(), found.end(), str(found.lastgroup))
            for start, end in self._windows()
            for found in _CLASSES.finditer(marked, start, end)
        ]
        self._starts = [start for start, _, _ in self._words]
        self._figures = [one.max_fen or one.min_fen or 0 for one in amounts]
        self._corrects = [at > 0 and self._is_correction(at) for at in range(len(amounts))]
        self.places = self._of_one_value()
        """Of each sum, where among the amounts it is said."""

    def shown(self) -> Iterator[set[str]]:
        """Of each sum; the last is what speaks for none."""
        around = [self._around(at) for at in range(len(self._amounts))]
        for places in self.places:
            yield {f"times{min(3, len(places))}"}.union(*(around[at] for at in places))
        classes = [name for _, _, name in self._words]
        yield {
            NONE,
            f"{NONE}:sums{min(len(self._amounts), 4)}",
            f"{NONE}:B{min(classes.count('B'), 2)}",
            f"{NONE}:C{'C' in classes}A{'A' in classes}",
            f"{NONE}:told{_NOT_TOLD.search(self._text) is None}",
        }

    def amount(self, which: int) -> Amount:
        """Of 最多八万块,八万 the one with its bound; of equals the last."""
        said = [self._amounts[at] for at in self.places[which]]
        return next((one for one in said if one.min_fen != one.max_fen), said[-1])

    def holds(self, which: int, amount: Amount) -> bool:
        return any(self._amounts[at].span == amount.span for at in self.places[which])

    def _windows(self) -> Iterator[tuple[int, int]]:
        """The text around the amounts; the rest is not read."""
        read = 0
        for amount in self._amounts:
            start, end = max(read, amount.span.start - _TO_A_NEIGHBOUR), amount.span.end + _RIGHT
            yield start, end
            read = end

    def _of_one_value(self) -> list[list[int]]:
        sums: dict[tuple[int | None, int | None], list[int]] = {}
        for at, amount in enumerate(self._amounts):
            meant = next(
                (
                    other
                    for place, other in enumerate(self._amounts)
                    if amount.min_fen == amount.max_fen
                    and (other.min_fen is None) != (other.max_fen is None)
                    and self._figures[place] == self._figures[at]
                    and abs(other.span.start - amount.span.start) < _TO_A_NEIGHBOUR
                ),
                amount,
            )
            if (meant.min_fen, meant.max_fen) != (None, None):
                sums.setdefault((meant.min_fen, meant.max_fen), []).append(at)
        return list(sums.values())

    def _between(self, start: int, end: int) -> list[tuple[int, int, str]]:
        return self._words[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _is_correction(self, at: int) -> bool:
        """八万五,不对,八万二; 从三十万涨到四十五万; not 预算八万,我们报九万."""
        start, end = self._amounts[at - 1].span.end, self._amounts[at].span.start
        if end - start > _TO_A_CORRECTION:
            return False
        classes = {name for _, _, name in self._between(start, end)}
        if classes & _A_STATEMENT_OF_ITS_OWN:
            return False
        return bool(classes & _A_CORRECTION) or (end - start <= 6 and not classes)

    def _from(self, at: int) -> int:
        """Where the words begin that may belong to an amount."""
        start = self._amounts[at].span.start
        floor = max(0, start - _LEFT, self._amounts[at - 1].span.end if at else 0)
        return max(floor, self._text.rfind("。", floor, start) + 1)

    def _to(self, at: int) -> int:
        end = self._amounts[at].span.end
        to = min(end + _RIGHT, self._amounts[at + 1].span.start if at + 1 < len(self._amounts) else len(self._text))
        stop = self._text.find("。", end, to)
        return to if stop < 0 else stop

    def _around(self, at: int) -> set[str]:
        text, amount, figure = self._marked, self._amounts[at], self._figures[at]
        start, end = amount.span.start, amount.span.end
        shown = set(self._left_of(at)) or {"<"}
        if self._corrects[at] and figure != self._figures[at - 1]:
            shown.add("corrects")
            before = at
            while self._corrects[before]:
                before -= 1
                shown.update(self._left_of(before))
        if at + 1 < len(self._amounts) and self._corrects[at + 1]:
            shown.add("corrected" if figure != self._figures[at + 1] else "repeated")
        shown.update(self._right_of(at))
        left, right = text[self._from(at) : start][-_SIGNS_LEFT:], text[end : self._to(at)][:_SIGNS_RIGHT]
        shown.update(f"c<{sign}" for sign in left)
        shown.update(f"c>{sign}" for sign in right)
        left, right = (
            _STOPS.sub("", text[max(0, start - _SIGNS_LEFT) : start]),
            _STOPS.sub("", text[end : end + _SIGNS_RIGHT]),
        )
        for n in (1, 2, 3):
            shown.add(f"w<{left[-n:]}")
            shown.add(f"w>{right[:n]}")
        if at:
            shown.update(self._neighbours("before", at - 1))
        if at + 1 < len(self._amounts):
            shown.update(self._neighbours("after", at))
        shown.add(f"limit{is_limit(self._text, amount)}")
        shown.update(self._adding_up(at))
        shown.add(f"denied{text.endswith('不是', 0, start)}")
        shown.add(f"stops{text[start - 1 : start] in ',。'}{text[end : end + 1] in ',。'}")
        shown.add(f"size{len(str(figure))}")
        form = f"form{amount.min_fen is None}{amount.max_fen is None}{amount.min_fen == amount.max_fen}"
        shown.add(form)
        shown.update(f"{form}{sign}" for sign in [one for one in shown if one[0] in "<>" and len(one) == 2])
        shown.add(f"bound{self._text[start : start + 2]}" if amount.min_fen != amount.max_fen else "exact")
        shown.add(f"most{figure == max(self._figures)}{figure == min(self._figures)}")
        shown.add(f"place{at == 0}{at == len(self._amounts) - 1}")
        return shown

    def _left_of(self, at: int) -> Iterator[str]:
        start = self._amounts[at].span.start
        words = [(start - end, name) for _, end, name in self._between(self._from(at), start)]
        row = "".join(name for _, name in words)
        yield from (f"<{row[-n:]}" for n in (1, 2) if len(row) >= n)
        yield from _by_distance("l", words, near=_NEAR_LEFT, beside=2)

    def _right_of(self, at: int) -> Iterator[str]:
        end = self._amounts[at].span.end
        words = [(start - end, name) for start, _, name in self._between(end, self._to(at))]
        row = "".join(name for _, name in words)
        yield from (f">{row[:n]}" for n in (1, 2) if len(row) >= n)
        yield from _by_distance("r", words, near=_NEAR_RIGHT, beside=1)

    def _neighbours(self, side: str, at: int) -> Iterator[str]:
        """What stands between an amount and the next, and which is the larger."""
        start, end = self._amounts[at].span.end, self._amounts[at + 1].span.start
        if end - start > _TO_A_NEIGHBOUR:
            return
        yield from (f"{side}:{name}" for _, _, name in self._between(start, end))
        sign = _compared(self._figures[at], self._figures[at + 1])
        yield f"{side}{sign}"
        if _EITHER.match(self._text, start):
            yield f"either{sign == '='}"
        yield f"{side}{(end - start) // 7}{sign}"

    def _adding_up(self, at: int) -> Iterator[str]:
        """一百二十万,软件三十万,硬件九十万: the whole, and the parts."""
        figures, figure = self._figures, self._figures[at]
        if any(one + other == figure for n, one in enumerate(figures) for other in figures[n + 1 :] if one != other):
            yield "whole"
        rest = [n for n, other in enumerate(figures) if figure + other in figures and figure and other]
        if rest:
            yield f"part{at > max(rest)}"


def _by_distance(side: str, words: Sequence[tuple[int, str]], *, near: int, beside: int) -> Iterator[str]:
    for distance, name in words:
        yield f"{side}{name}"
        if distance <= near:
            yield f"{side}n{name}"
        if distance <= beside:
            yield f"{side}0{name}"


def _compared(one: int, other: int) -> str:
    if one == other or not one or not other:
        return "="
    times = max(one, other) / min(one, other)
    return ("<" if one < other else ">") + ("1" if times < 1.6 else "2" if times < 6 else "3")


def heaviest(sums: Sums, by_rules: Amount | None) -> Amount | None:
    """None: the budget is not said."""
    learnt = weights(WEIGHTS)
    *each, none = (weight(shown, learnt) for shown in sums.shown())
    best, most = None, none + DOUBT + (BY_RULES if by_rules is None else 0.0)
    for which, weighs in enumerate(each):
        is_theirs = by_rules is not None and sums.holds(which, by_rules)
        if weighs + (BY_RULES if is_theirs else 0.0) > most:
            best, most = sums.amount(which), weighs + (BY_RULES if is_theirs else 0.0)
    return best
