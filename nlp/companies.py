"""When two spellings are the same company (L3): brackets, 有限公司, region prefix, width, case, spaces, traditional characters.

A false merge is worse than a missed one, so whatever is doubtful is another company. `company_key` finds candidates
cheaply (it is stored and indexed), `same_company` decides.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from nlp.normalize import fold
from nlp.people import is_bare_name, is_person, split_person
from nlp.places import region_ahead
from nlp.transcript import simplified

_LEGAL = re.compile(
    r"(?:股份有限责任公司|股份有限公司|有限责任公司|有限公司|股份公司|集团公司|总公司|公司|集团|股份|有限合伙|普通合伙|个体工商户|个人独资|"
    r"(?:co\.?,? ?)?ltd\.?|limited|inc\.?|llc|corp(?:oration)?\.?|gmbh|company|co\.)$"
)
_DISTRICT = re.compile(
    "[\u4e00-\u9fff]{1,3}(?<!社)(?<!小)(?<!厂)(?<!景)(?<!校)(?<!库)区|[\u4e00-\u9fff]{1,2}县|(?:工业|科技|产业)园区?|(?:高新|经济)?(?:技术)?开发区|高新区|新区"
)
# Words that say what an organisation is and not which one: with them alone, the place has to be the same.
_KIND_ONLY = re.compile(
    "(?:省|市|县|区|镇|乡|街道)?(?:第?[一二三四五六七八九十0-9]+)?"
    "(?:人民|中心|中医|中西医结合|妇幼|妇产|儿童|肿瘤|口腔|眼科|骨科|精神病|精神卫生|传染病|附属|康复|职工|铁路|综合|专科|民族|实验|外国语|职业|技术|技工|师范|农业|工业|理工|医科|科技|"
    "高级|初级|城市|建设|投资|交通|公共|供电|供水|供热|自来水|燃气|热力|环境|卫生|污水处理|电力|人民政府|公安|消防|教育|机械|食品|电子|建筑|工程|化工|建材|五金|"
    "物流|物业|服装|塑料|包装|印刷|家具|汽车|农业机械|模具|贸易|商贸|实业|发展)*"
    "(?:医院|卫生院|保健院|卫生服务中心|防治院|大学|学院|学校|中学|小学|幼儿园|医学院|局|委员会|政府|供电局|自来水厂|水厂|电厂|热电厂|机械厂|食品厂|化工厂|厂|"
    "机械|食品|电子|建筑|工程|化工|建材|五金|物流|物业|服装|塑料|包装|印刷|家具|汽车|模具|贸易|商贸|实业|发展|投资|燃气|热力|电力|酒店|宾馆|超市|药店|诊所)?"
)
_NOBODY = frozenset(
    [
        "客户",
        "老客户",
        "新客户",
        "个人",
        "某公司",
        "某客户",
        "先生",
        "女士",
        "小姐",
        "老板",
        "未知",
        "不详",
        "无",
        "暂无",
        "公司",
        "企业",
        "单位",
        "工厂",
        "厂家",
        "经销商",
        "代理商",
        "散客",
        "匿名",
        "用户",
        "抖音用户",
        "快手用户",
        "微信用户",
    ]
)
_SHORTEST_CORE = 2
_TELLING_CORE = 4
"""From here on a name is so much its own that it may lack the region in one of two spellings: 澄屿精密, not 澄屿."""


@dataclass(frozen=True, slots=True)
class _Company:
    place: str
    """The narrowest place in the name, as written: 昆山 and 苏州 are not the same."""
    core: str
    """What is left without place and legal form."""


def company_key(name: str) -> str:
    """Equal for all spellings of one company, and for some others too; empty where a name must join nothing (王先生)."""
    company = _read(name)
    return company.core if company else ""


def is_company(name: str) -> bool:
    """False for 王先生, 欧阳静怡 and 澄屿精密王经理: a person is named, or might be."""
    folded = fold(name).strip()
    return bool(company_key(name)) and not is_bare_name(folded) and not split_person(folded)[1]


def same_company(one: str, other: str) -> bool:
    a, b = _read(one), _read(other)
    if a is None or b is None or a.core != b.core:
        return False
    if a.place and b.place:
        return a.place == b.place
    if not a.place and not b.place:
        return not _KIND_ONLY.fullmatch(a.core)
    return len(a.core) >= _TELLING_CORE and not _KIND_ONLY.fullmatch(a.core)


@lru_cache(maxsize=4096)
def _read(name: str) -> _Company | None:
    name = simplified(unicodedata.normalize("NFKC", fold(name)).casefold().strip()[:120])
    bare = _letters(name)
    if bare in _NOBODY or is_person(bare) or (len(bare) <= 3 and is_bare_name(bare)):
        return None
    place, name = _without_boxed_place(name)
    core = _letters(_without_legal_form(name))
    core = core.removeprefix("中国") if len(core) > _TELLING_CORE else core
    ahead = region_ahead(core)
    if ahead:
        rest = _without_district(core[ahead.length :])
        if len(rest) >= _SHORTEST_CORE:
            place, core = ahead.narrowest + place, rest
    if len(core) >= _SHORTEST_CORE:
        return _Company(place, core)
    return None


def _without_boxed_place(name: str) -> tuple[str, str]:
    """霁川(天津)自动化: the place may stand in brackets anywhere in the name."""
    for found in re.finditer(r"[(\[【<]([^()\[\]【】<>]{1,20})[)\]】>]", name):
        region = region_ahead(found[1])
        if region and region.length == len(found[1]):
            return region.narrowest, name[: found.start()] + name[found.end() :]
    return "", name


def _without_legal_form(name: str) -> str:
    """Also (集团) and several forms in a row: …(集团)股份有限公司."""
    for _ in range(3):
        name = name.rstrip(" ()[]【】.,-·")
        shorter = _LEGAL.sub("", name)
        if shorter == name or len(_letters(shorter)) < _SHORTEST_CORE:
            break
        name = shorter
    return name


def _without_district(core: str) -> str:
    """苏州工业园区澄屿, 杭州市西湖区澄屿: the district says no more than the city, as long as a name is left."""
    found = _DISTRICT.match(core)
    return core[found.end() :] if found and len(core) - found.end() >= _SHORTEST_CORE else core


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
