"""How much of a signal a memo's clauses show, weighed by learnt weights: classes of words that stand in one clause (N2).

A phrase that no rule foresees still counts by what it is made of: 院务会 + 过了 + 万 is an approval, 老板 + 嫌 + 高 a push on
the price. Made from the labelled memos by `python -m bench.learn`, like nlp/decider_ranking.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from domain.facts import Signal
from nlp.learnt import FOLDER, weight, weights
from nlp.patterns import sought
from nlp.persons import Person

WEIGHTS = FOLDER / "signals.json"
ALWAYS = "always"
NEVER = -99.0
BY_RULES = 3.0
"""What the rules' own answer weighs; between 2 and 4 it makes little difference on hands that neither had seen."""

_STOP = re.compile("[,。]")
_KEYS = "ECBR"
"""A clause without one of these says nothing of the signal."""
_WORDS_COUNT = frozenset("ECBRV")
_PAIRED = frozenset("ECBRVN")
_FEW, _NEAR = 8, 4
"""So many of a clause's words are paired, each with so many less one behind it."""

_ANY = (
    "|(?P<N>不|没有?|别|未)|(?P<W>我们?|咱们?)|(?P<P>他们?|她们?|Ｐｐ*|Ｔｔ*|老板|客户|对方|甲方|业主)"
    "|(?P<A>Ａａ*|[一二两三四五六七八九十百千万0-9.]+)|(?P<F>Ｄｄ*)|(?P<Q>吗|谁|如果|要是|是不是)"
)
_CLASSES = {
    Signal.PRICE_SENSITIVE: (
        "(?P<E>贵|高(?!兴|工|经理|总|档|端)|离谱|虚|吃不消|受不了|接受不了|水分|黑|狠|肉疼|心疼|超|嫌|摇头|直呼|抱怨|皱眉|叹气|划算)"
        "|(?P<C>砍|压|磨|抹|降|便宜|优惠|折|让(?!我)|少|减|省|抠|杀|还价|讲价|侃|低|免|送|返|匹配|零头|凑整|打包价|底价|实价|最低|一口价)"
        "|(?P<B>报价|价格?|单价|价钱|钱|费用|租金|预算)|(?P<R>别家|别人|人家|隔壁|友商|对手|同行)"
        "|(?P<V>再|太|直|就是|点|得|能不能|要求|非要|必须|才|就|顶多|最多|只|一分|死活|咬|不然|否则|卡)"
    ),
    Signal.BUDGET_CONFIRMED: (
        "(?P<E>批|核|立项|拨|到账|到位|下达|列[进入]?|定(?![金制做位额型义时价货标])|通过|备案|过会|上会|文件|文号|盖章|签字?|红头|批复|落实|锁|敲|准|过了|公示)"
        "|(?P<C>报上去|在走|流程|等|待|申请|还在|打报告)|(?P<B>预算|钱|款|资金|经费|费用|额度|盘子|投资|专项|补贴|账上|账|存|留|备|划|放|计划)"
        "|(?P<R>集团|总部|董事会|财政|财务|院里|局里|公司|老板|股东|上面|会上|总公司|校长|党委|省|市|县|银行)|(?P<V>已经?|都|早就?|刚|下来|了|好|完|过)"
    ),
    Signal.URGENT: (
        "(?P<E>急|催|赶|快|紧|抓紧|马上|尽快|立马|火|等不|耽误|来不及|停|死线|倒计时|不等人|拖不)"
        "|(?P<C>必须|一定|要|得|最[晚迟]|之?前|务必|务求|只剩|就要|就得|眼看|等着)"
        "|(?P<B>上线|投产|开业|投用|开工|进场|到货|交货|装完?|用上|验收|交付|开机|开园|开学|启用|运行|切换|通水|量产|完工|就位|旺季|开张|开服)"
        "|(?P<R>坏|断|漏|停机|停产|停线|罚|检查|事故|趴窝|爆)"
    ),
    Signal.STALLED: (
        "(?P<E>搁|停|缓|放|推迟|推到|延|拖|冻|暂|黄|悬|凉|压|往后|再说|再议|再看|取消|无限期|泡汤|叫停|收回|砍掉|没戏|晾|不急|没下文|没动静|不提|观望|等)"
        "|(?P<C>明年|年后|下半年|后年|下季度|开春|以后|到时候|节后|行情|通知)|(?P<B>项目|预算|采购|计划|这事|单子|合同|事)"
        "|(?P<R>集团|总部|财政|银行|贷款|资金|老板)|(?P<V>先|又|了|今年|暂时|原来|本来)"
    ),
    Signal.COMPETITOR_INVOLVED: (
        "(?P<E>别家|别的|另外|另|还有|隔壁|友商|对手|同行|竞品|人家|有家|[一两三几]家|外地|本地|代理|厂家|供应商|牌子|品牌|同学|亲戚)"
        "|(?P<C>报|比|投|来过|递|送|抢|谈|接触|看|试|用|介绍|推荐|便宜|低|给|做|盯)|(?P<B>价|方案|样|标)"
        "|(?P<V>也|还|都|已经|早|刚|现在|目前|原来|一直)|(?P<R>没)"
    ),
}


@cache
def _pattern(signal: Signal) -> re.Pattern[str]:
    return sought(_CLASSES[signal] + _ANY + f"|(?P<stop>{_STOP.pattern})")


def heaviest(marked: str, signal: Signal) -> tuple[float, tuple[int, int]]:
    """What speaks for the signal all in all, and the clause that says it most. The text as nlp/reading.py marks it."""
    learnt: dict[str, float] = weights(WEIGHTS)[signal.value]
    seen: set[str] = set()
    most, best = 0.0, (0, 0)
    for start, end, shows in clauses(marked, signal):
        if (weighs := weight(shows, learnt)) > most:
            most, best = weighs, (start, end)
        seen |= shows
    return learnt[ALWAYS] + weight(seen, learnt), best


def clauses(marked: str, signal: Signal) -> Iterator[tuple[int, int, set[str]]]:
    """Each clause with a word of the signal: where it is, and what it shows."""
    found: list[tuple[str, str]] = []
    begin = end = 0
    for match in _pattern(signal).finditer(marked):
        kind = str(match.lastgroup)
        if match.start() > end:
            found.append(("x", "x"))
        end = match.end()
        if kind != "stop":
            found.append((kind, match[0] if kind in _WORDS_COUNT else kind))
            continue
        if any(one in _KEYS for one, _ in found):
            yield begin, match.start(), _shown(found)
        found, begin = [], end
    if any(one in _KEYS for one, _ in found):
        yield begin, len(marked), _shown(found if end == len(marked) else [*found, ("x", "x")])


def _shown(found: Sequence[tuple[str, str]]) -> set[str]:
    kinds = "".join(kind for kind, _ in found)
    words = [word for _, word in found]
    paired = [word for kind, word in found if kind in _PAIRED]
    return {
        *(kinds[at : at + n] for n in (1, 2, 3) for at in range(len(kinds) - n + 1)),
        *(f"w{word}" for word in words),
        *(f"w{one}|{next_}" for one, next_ in pairwise(words)),
        *(f"{one}~{other}" for at, one in enumerate(paired[:_FEW]) for other in paired[at + 1 : at + _NEAR]),
    }


# Was the one who decides met or spoken to?

_MET = re.compile(
    "(?P<M>见(?!效)|碰|遇|聊|谈|视频|电话|吃|喝|陪|接待|当面|坐|拜访|连线|在场|参会|到场|都在|全程|在线|露面|出面|会面|开会)"
    "|(?P<S>说|讲|问(?!题)|嫌|要求|表态|答应|告诉|透露|砍|夸|催|摇头|笑|承认|强调|反问|松口|开口|原话|嘴|喊|叫|让|留|请|带|领|给我|跟我|和我|拿出|抢过)"
    "|(?P<N>不|没有?|别|未)|(?P<D>说了(?:才)?算数?|拍板|[做作]得?了?主|当家|拿主意|一句话|点头|签[字名单]?|定夺|敲定|决定|批|定(?![期金制做位额型义时价货标])|挑)"
    "|(?P<T>今天|今儿|刚才?|上午|下午|中午|昨天|昨晚|晚上|这次|这回)|(?P<F>明天|后天|下周|下礼拜|下个?月|周[一二三四五六日]|礼拜[一二三四五六]|[0-9一二三四五六七八九十]+号|回头|改天|约|再|之前|前)"
    "|(?P<P>[他她]|自己|本人|人家)|(?P<W>我们?|咱们?)|(?P<G>跟|和|与|同|对|找|向)|(?P<O>出差|国外|外地|休假)"
)
_OTHERS = re.compile("[\u4e00-\u9fff0-9a-z]+")
_PRONOUN = re.compile("[他她](?!们)([^,。]{1,6})")
_WAS_MET = re.compile("见了|见到|碰到|聊|视频|电话|陪")
_TELLS = re.compile("[^。]{0,8}?(?:说|讲|透露|交底|告诉)")
_BEFORE, _BEHIND, _NEXT, _ON = 16, 18, 12, 60


def was_met(text: str, people: Sequence[Person], person: Person) -> float:
    """Of the evened text; above 0 the person was met or spoken to. Without a word of meeting or speaking, nobody was."""
    if not any(found.lastgroup in ("M", "S") for found in _MET.finditer(text)):
        return NEVER
    learnt: dict[str, float] = weights(WEIGHTS)[Signal.DECISION_MAKER_MET.value]
    return learnt[ALWAYS] + weight(around(text, people, person), learnt)


def around(text: str, people: Sequence[Person], person: Person) -> set[str]:
    """What stands around each place where the person is named, and who else is."""
    others = [other for other in people if not other.is_same(person)]
    named = [one for one in people if one.is_same(person)] or [person]
    shown = {
        f"first:{all(other.start > named[0].start for other in others)}",
        f"alone:{not others}",
        f"named:{min(len(named), 3)}",
        f"kind:{person.kind.value}",
        f"title:{person.words[-1:]}",
        f"place:{min(named[0].start * 4 // max(len(text), 1), 3)}",
        f"met:{_WAS_MET.search(text) is not None}",
        f"told:{any(_TELLS.match(text, other.end) for other in others)}",
    }
    for one in named:
        to = min((other.start for other in others if other.start >= one.end), default=len(text))
        shown.update(_beside(text, one, to))
    return shown


def _beside(text: str, one: Person, to: int) -> Iterator[str]:
    """`to`: where somebody else is named next; until there 他 is this one."""
    before = _STOP.split(text[max(0, one.start - _BEFORE) : one.start])[-1]
    behind = _STOP.split(text[one.end : one.end + _BEHIND])[0]
    end = one.end + len(behind)
    left, right, further = map(_shape, (before, behind, _STOP.split(text[end + 1 : end + _NEXT])[0]))
    for n in (1, 2, 3):
        yield f"<{n}{left[-n:]}"
        yield f">{n}{right[:n]}"
        for side, part in (("l", left), ("r", right), ("n", further)):
            yield from (side + part[at : at + n] for at in range(len(part) - n + 1))
    for n in (1, 2):
        yield f"b{before[-n:]}|"
        yield f"a|{text[one.end : one.end + n]}"
    for said in _PRONOUN.finditer(text, one.end, min(to, one.end + _ON)):
        yield from (f"he:{_shape(said[1])[:2]}", f"he{said[1][:1]}", f"he{said[1][:2]}")


def _shape(text: str) -> str:
    return _OTHERS.sub("x", _MET.sub(lambda found: str(found.lastgroup), text))
