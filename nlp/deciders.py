"""Who decides, as said (memos/SCHEMA.md, people): the person in the deciding clause, never somebody merely met.

A deciding word (拍板, 说了算, 点头 …) is looked up with what stands around it. Its person is named beside it, or is a
pronoun that stands for whoever was named last. What is denied, doubted or asked does not count; the last word stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.decider_ranking import heaviest
from nlp.deciders_hinted import hinted, nearby
from nlp.grams import Grams
from nlp.patterns import sought
from nlp.persons import Person, PersonKind, last_before
from nlp.reading import Reading
from nlp.spans import Span, span_of

_SURE = (
    "说了(?:就|才|都)?算数?|话事|说一不二|一言堂|拿总|拿事|主事|掌舵|说(?:买|用|要|选|换|上)(?:啥|什么|谁|哪家|哪个)?就(?:买|用|要|选|换|上)(?:啥|什么|谁|哪家)?|说(?:了)?(?:行|好|成|可以)(?:就|才)(?:行|成|可以|好|能|算)|说话(?:才)?算数?|拍(?:得了|的了|了|的)?板|拍(?!照|摄|片|下|卖|打|视频|脑|马|图|了|个|胸|着|张)|拍得下来|能拍(?!摄|照|下)|做得?了?主|作得?了?主|当家|拿(?:得了)?主意|一锤定音|一支笔|一句话(?:就能定|的事|就定)?|全权(?!交|委托|授权|托|给)(?:负责|决定|做主)?|一手抓|"
    "说行就行|点(?:了)?头|签(?:了)?[字名]|签单|落笔|定夺|拿捏|画圈|批示|敲定|拍定|表决|投票|举手(?:通过|表决)?|打分(?:决定|定)?|集体研究"
)
_DECIDE = "决定|挑(?![战毛剔])|选(?=$|[,。;!?、 我你他哪谁])|定(?!期|金|制|做|向|点|位|额|型|义|时|价|货|标|稿|案|下来|了(?!算)|好|在|到|于)|批(?!的|了|下|准文|次|量|发|文|复|给|过|货|货)|审批|终审|签"
_BEFORE = (
    "(?:一个人|个人|自己|本人|亲自|当场|当面|直接|就|才|能|可以|要|会|得|必须|最后|最终|现在|也|都|来|去|说|一人|这边|那边|那里|那儿|这儿|这里|他|她|人家|这个|这事|这件事|是|有权|有|权|不|没|把|全|总|"
    "的|了|呢|嘛|啊|吧|呃|嗯|,|、| |还|再|先|完全|全部|统统|基本|一般|肯定|说的话|一|在|那|上|看|管|合同|统一|单子|钱|字|单子|的单|项目|这单|这个单子|采购|买|大事|什么|啥)"
)
_HEAD = "(?:最后|最终|终究|说到底|归根结底|关键|主要|其实|还是|都是|就是|都|还|真正|全都|全|完全|一切|得|要|必须|一定|还得|还要|先|总要|总得|全|只能|只要|要是|如果|除非|等)"
_TAIL = "(?:那里|那儿|那边|那|这里|这儿|这边|这)?(?:的意思|的意见|的话|的态度|怎么说|脸色|点不点头|同不同意|批不批|那关|这关|一关|那一关|手里|手上|嘴里|一句话)?"

# The person stands behind the deciding word: 拍板的是谭副总.
_BEHIND = re.compile(
    f"(?:{_SURE}|{_DECIDE}|定标|定下来|掏钱|管钱|管事|定事|主事|拿钱|花钱|批钱|批条子|决策|做决定|话事|有决定权|说话管用|有话语权|定生死)的?(?:那个?|这个?)?(?:人|领导|一把手|主儿)?[,:]?(?:呢|嘛|啊)?(?:他说|她说)?(?:其实|应该|肯定|主要|最后|最终|还|就|都|才|只)*(?:是|为|叫|:|请来了:?|的(?=$))(?:他们|她们|我们|人家|厂里|公司|集团|咱们)*的?"
)
# … behind a word that hands the decision over: 得听温校长的, 归袁总, 过他那关.
_HANDED = re.compile(
    f"(?P<head>{_HEAD}*)(?P<verb>听从?|看|等|问过?|靠|归|由|凭|上|过|经过?|找|须|请示|报(?:给|到)?|交(?:给|到)?|汇报给|送(?:给|到)|轮到|到|在|给|让|请|要|得|需要?)(?:他们|她们|人家|厂里|公司|集团|一下|那个|新来的)*的?$"
)
# … behind the seat of the right to decide: 采购权全收到了新老板手里.
_SEAT = re.compile(
    "(?:决定权|决策权|钱袋子|印把子|大权|财权|生杀大权|采购权|签字权|审批权|话语权|拍板权|财权|大权|实权|权|钱袋子|章)[^,。;]{0,6}?(?:在|归|收到了?|给了?|握在|攥在|捏在|交给了?|属于)[^,。;!?]{0,8}$"
)
_OWN_WORD = re.compile(
    f"^{_BEFORE}{{0,7}}?(?:{_SURE}|{_DECIDE}(?=$|[的人就,。;:!?、 吧呢啊嘛他她我你咱这那预今明后钱价一二两三四五六七八九十0-9]|完|算|也|都|没|但|可)|才有(?:签字|决定|审批)权|有(?:签字|决定|决策|审批|拍板)权|把最后一关|管(?:这个项目的?)?钱|定事的?|是(?:个|那个)?(?:最后的?|真正的?|唯一的?)?(?:拍板|决策|话事|关键|说话算数)的?(?:人|者|先生|领导)|是一把手|掌(?:着)?(?:财权|大权|钱)|是拍板的人?|是(?:那个)?(?:最后)?(?:定|拍板|做主|说了算|决定)的)"
)
_FAR_OWN_WORD = re.compile(
    "^[^,。;!?我他她你谁不没说讲问]{0,3}(?:当着[^,。;]{0,6}面)?[^,。;!?我他她你谁不没说讲问]{0,5}?(?:拍的?板(?!的)|说了算(?!的)|做的?主|一句话)"
)
_DENIED = re.compile(
    "(?:没|没有|不|别|无|未|不是|以为是?|本来是?|原来是?|还以为|原先是?|以前是?|之前是?|要不是|未必|不一定|不见得)(?:他|她|人家|能|会|由|听|归|用|让|要|再|得|必|光|单|是){0,2}$"
)
_DENIED_BEHIND = re.compile(
    "^(?:说了不算|不算|做不了主|作不了主|定不了|拍不了|没权|没有权|没决定权|也定不了|不敢定|说不好|没戏|只(?:有|管|是|能|负责|看)|就是个?(?:跑腿|经手|牵头)|牵头|经手|没用|不管(?:钱|这个))"
)
_WHO = re.compile("谁[^,。;!?]{0,8}$")


@dataclass(frozen=True, slots=True)
class Decider:
    person: Person
    span: Span
    """The deciding clause, as far as it was read."""


def deciders(grams: Grams) -> list[Decider | None]:
    """Of each memo. The rules say whom the deciding clause names; what stands around all the people has a say too."""
    each = [by_rules(one.text, one.people, one.marked) for one in grams.readings]
    people = heaviest(grams, [found.person if found else None for found in each])
    return [_as_decider(*one) for one in zip(grams.readings, people, each, strict=True)]


def _as_decider(reading: Reading, person: Person | None, found: Decider | None) -> Decider | None:
    if person is None:
        return None
    if found is not None and found.person.is_same(person):
        return found
    return _hit(reading.text, person, person.start, person.end)


def by_rules(text: str, people: Sequence[Person], marked: str) -> Decider | None:
    hits = sorted([*_around(text, people), *_by_pronoun(text, people)], key=lambda hit: hit.span.start)
    hits = hits or [Decider(person, span) for person, span in hinted(text, marked, people)]
    hits = hits or [Decider(person, span) for person, span in nearby(text, marked, people)]
    if not hits or any(hits[-1].span.start < found.end() + 6 for found in _BOTH.finditer(text)):
        return None
    return _by_name(text, people, hits[-1])


_BOTH = re.compile(
    "一会儿[^。]{0,14}一会儿|(?:自己|也|都)(?:都|也)?(?:说不清|没整明白|没弄明白|没搞明白|讲不清)|谁也(?:压|说服|管|做|定|替)不|(?:得|要|必须)(?:两个人|两口子|俩人|两位|两家|双方)?都(?:得|要)?(?:同意|点头|签字?|认可)|(?:两个人|两口子|俩人|两位|双方)[^,。;]{0,4}(?:都(?:得|要)?(?:同意|点头|签)|一致)"
)
"""Two who must agree, and neither has the last word: nobody decides (memos/SCHEMA.md)."""


def _by_name(text: str, people: Sequence[Person], hit: Decider) -> Decider:
    """他们老总定,姓付,付总: the post has a name. 陈总是大股东: so has whoever holds it."""
    if hit.person.kind is not PersonKind.POST:
        return hit
    for person in people:
        if person.kind is not PersonKind.NAMED:
            continue
        if hit.person.end <= person.start <= hit.person.end + 16 and re.search(
            "(?:姓|叫)(?!什么|啥)|反正|就是|即|也就", text[hit.person.end : person.start]
        ):
            return Decider(person, hit.span)
        if person.end <= hit.person.start and re.fullmatch(
            "[,]?(?:他|她)?(?:就|也)?是(?:他们|我们|厂里|公司|最|第一)*的?", text[person.end : hit.person.start]
        ):
            return Decider(person, hit.span)
    return hit


def _around(text: str, people: Sequence[Person]) -> list[Decider]:
    """Where the person is named in the deciding clause itself."""
    hits = []
    for person in people:
        before, behind = text[max(0, person.start - 28) : person.start], text[person.end : person.end + 24]
        is_denied = bool(_DENIED.search(before)) or bool(_DENIED_BEHIND.match(behind))
        needed = _NEEDED.match(behind)
        if needed is not None and (needed["without"] or _WITHOUT.search(before)):
            hits.append(_hit(text, person, person.start - 3, person.end + needed.end()))
            continue
        if is_denied:
            continue
        own = _OWN_WORD.match(behind)
        handed = _HANDED.search(before)
        named = [found for found in _BEHIND.finditer(before) if found.end() == len(before)]
        if named and _is_apposition(people, named[-1].start() + person.start - len(before)):
            continue
        if named and not _WHO.search(before[: named[-1].start()]):
            hits.append(_hit(text, person, person.start - (len(before) - named[-1].start()), person.end))
        elif _SEAT.search(before):
            hits.append(_hit(text, person, person.start - 12, person.end))
        elif before.endswith("以") and (found_end := re.match("(?:的意见|的话)?为准", behind)) is not None:
            hits.append(_hit(text, person, person.start - 1, person.end + found_end.end()))
        elif own is not None and not _is_denied_inside(own[0]):
            hits.append(_hit(text, person, person.start, person.end + own.end()))
        elif _FAR_OWN_WORD.match(behind) is not None:
            hits.append(_hit(text, person, person.start, person.end + 12))
        elif handed is not None and (found := _handed_over(handed, behind, before[: handed.start("verb")])) is not None:
            hits.append(_hit(text, person, person.start - len(handed[0]), person.end + found))
    return hits


_NEEDED = re.compile(
    f"^(?:他|她|本人|那边|自己)?(?:要是)?(?P<without>不|没)?(?:{_SURE}|松口|同意|批准|批|发话|放话|开口|认可|首肯|松手|放行)(?:了|的话)?"
)
_WITHOUT = re.compile("(?:没有?|不经过?|除非|只要|要是|等|不等)(?:他们|厂里|集团)?$")
"""没有厂长点头一根针都买不进来, 总裁办不松口谁也推不动: who can stop it decides it."""


def _is_apposition(people: Sequence[Person], at: int) -> bool:
    """关董说了算,就是董事长: the deciding word has its person already."""
    return any(person.end == at for person in people)


def _is_denied_inside(words: str) -> bool:
    return bool(
        re.search("不[会能]?(?:说了算|拍板|做主|定|签|点头)|没(?:拍板|定|签|点头|权)|不是|没有", words)
    ) and not re.search("不点头|没点头", words)


_STRONG_HEAD = re.compile("全|一切|最后|最终|终究|说到底|归根结底|还是|真正|关键")
_TAIL_DECIDES = re.compile(
    f"^{_TAIL}(?:[,]|来|去|亲自|一个人|自己|本人|才|就|能|再|最后|最终|把)*(?:[几一二两三四五六七八九十0-9]+个?人)?(?:{_SURE}|{_DECIDE}|同意|批准|批|过目|研究|讨论|通过|过会|把关|审|拿主意|认可|放话|松口|开口|表态|发话)"
)
_TAIL_OF_HEARING = re.compile("^(?:他|她|老人家)?(?:的|就|怎么说|那关|这关|一句话|的意思|的意见|脸色|说了算)")
_TAIL_OF_PASSING = re.compile(
    "^(?:他|她)?(?:那|这)?(?:里|儿|边)?(?:那|这|一)?(?:一)?(?:关|道坎|手)|^(?:他|她)?(?:那|这)(?:里|儿|边)?(?:就|才)?(?:可以|行|算|到头|为止|能定)"
)


def _handed_over(handed: re.Match[str], behind: str, before_verb: str) -> int | None:
    """How many characters behind the person belong to it; None where nothing is handed over."""
    verb, head = handed["verb"], handed["head"]
    if (tail := _TAIL_DECIDES.match(behind)) is not None:
        return tail.end()
    if verb in ("听", "听从", "看", "问", "问过", "等", "凭") and (tail := _TAIL_OF_HEARING.match(behind)) is not None:
        return tail.end() if verb in ("听", "听从", "凭") or _STRONG_HEAD.search(head) or len(tail[0]) > 1 else None
    if verb in ("过", "经", "经过", "到", "得", "要", "在") and (tail := _TAIL_OF_PASSING.match(behind)) is not None:
        return tail.end()
    if verb == "看" and re.search("(?:定标|定|签|批|拍板|终审|谁定)(?:要|得|还得|最后|主要)*$", before_verb):
        return 0
    if verb in ("归", "由") and re.match("^(?:管|定|负责|说|来|一手|拍|批|签|做主|决定|全权|$|[,。;!?])", behind):
        return 0
    if (
        verb in ("看", "听", "问", "报", "报到", "报给", "交给", "交到")
        and _STRONG_HEAD.search(head)
        and re.match("^(?:$|[,。;!?]|的|那)", behind)
    ):
        return 0
    return None


_PRONOUN_DECIDES = sought(
    f"(?P<who>自己(?:一个人|一人)?(?=定|拍|做主|说了算|签)|他们?家?自己|她自己|他一个人|她一个人|他|她|我|人家|自己)(?P<self>自己|一个人|本人|直接|就|能|可以|都|也|说|签字|才|来|这|亲自|全权|一)*(?:{_SURE}|决定|全权(?:负责|决定)?|(?:啥|什么|都|就能|能|自己|直接|这事|这个|由)?(?:定(?=$|[,。;!?、 吧呢啊嘛的他她你今明后价预这那买就一二两三四五六七八九十0-9]|就|完|算)|[批签](?=$|[,。;!?、 ]))|签字就|能定|能拍|说行|在[^,。]{{1,4}}(?:上面?|里)签[字名]|(?:亲自|自己|一手)(?:抓|管)|定了的事|定了就(?:没人|不|算|是)|(?:看上|看中|挑|选|要|说)(?:哪个|谁|哪家|啥|什么)就(?:是|用|买|要|定)?(?:哪个|谁|哪家|啥|什么))"
    "|(?:他|她)(?:这里|这儿|这边|手里|那儿)?(?:就|自己就|一个人就|直接就)(?:能|可以)(?:直接)?(?:批|签|定|拍|做主)|(?:他|她)(?:还|就|才|也)*是[^,。]{0,7}(?:当家|拍板|说了算|做主|定事|签字|有决定权|拿主意)的?人"
)
_ENDS_WITH_PRONOUN = re.compile(
    "(?:[批买定选签上用要]不[批买定选签上用要]|[定选用买]谁|哪家|最后|最终|全|都|还得|得|要|就|,)(?:看|听|问|等|由|归|靠)(?:他|她)(?!们|说|讲)(?=$|[,。]|的|一个人|点头|签|脸色|定|批|意思|一句)|(?:全|都)(?:权)?(?:交给|授权|委托)(?:了)?(?:他|她)(?!们)|"
    "(?:到|过了?|经)(?:他|她)(?:那|这)(?:里|儿|边)?(?:一?关|就|才)?(?:可以|行|算|能定|到头|为止|过了|$)"
)
_SPEAKS = re.compile(
    "(?:亲口|直接|当面|当场|拍胸脯|明确|私下|悄悄|偷偷|又|也|还|就|跟我|对我|和我|给我)*(?:跟我|对我|和我|给我|告诉我|告诉咱)?(?:说|讲|表态|透露|告诉|放话|撂话|承认|强调|拍胸脯|回|答)"
)


def _by_pronoun(text: str, people: Sequence[Person]) -> list[Decider]:
    """他说这事他定; 董总直接跟我讲这事我定: the person named last, or who is speaking."""
    hits = []
    for found in _PRONOUN_DECIDES.finditer(text):
        at = found.start()
        before = text[max(0, at - 20) : at]
        if _is_denied_inside(found[0]) or re.search("(?:不是|以为是?|没说|不知道|不清楚|谁)$", before):
            continue
        if found["who"] == "我":
            person = _speaking(text, people, at)
        else:
            if any(person.start <= at < person.end or person.end == at for person in people):
                continue
            person = last_before(people, at)
        if person is not None:
            hits.append(_hit(text, person, at, found.end()))
    for found in _ENDS_WITH_PRONOUN.finditer(text):
        if (person := last_before(people, found.start())) is not None:
            hits.append(_hit(text, person, found.start(), found.end()))
    return hits


def _speaking(text: str, people: Sequence[Person], at: int) -> Person | None:
    """Whose words the 我 stands in: somebody was said to say something shortly before."""
    person = last_before(people, at)
    if person is None:
        return None
    between = text[person.end : at]
    if re.search("(?:他|她)(?:说|讲)[^。;!?]{0,16}$", between):
        return person
    return person if at - person.end <= 24 and _SPEAKS.search(between) else None


def _hit(text: str, person: Person, start: int, end: int) -> Decider:
    return Decider(person, span_of(text, max(0, start), min(len(text), end)))
