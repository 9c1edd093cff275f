"""Persons as a memo names them: 周姐, 设备科刘科长, 老吴, 集团招标委员会, 总经理, Linda (N2).

Speech has no marks around a name, so a person is a family name with a title, a nickname form, or a post that stands for
whoever holds it. Where a name begins is known from the family name and from the department before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from nlp.dictionary import is_word, tagged
from nlp.patterns import beginning, sought
from nlp.people import FAMILY_NAME

_RANK = "(?:常务|执行|第一|大|名誉)?副?"
_TITLE = (
    f"(?:{_RANK}(?:总经理|总裁|董事长|总监|总工程师|总工|总经济师|总会计师|总助|总|厂长|厂|科长|科|处长|处|部长|部|院长|院|所长|校长|园长|行长|局长|局|站长|馆长|镇长|区长|县长|市长|"
    "村长|会长|秘书长|社长|店长|队长|班长|组长|车间主任|主任|主管|督导|政委|总厨|[段台庭关船机矿场营警厅州乡监股室教厨]长|检察长|(?:支|大|中)队长|支书|科员|主席|书记|院士|教授|股长|董|经理)"
    "|老板娘?|老总|掌柜|博士|法师|大师|道长|老先生|老太太?|老伯|大妈|大婶|奶奶|工程师|工|技术员|采购员?|会计|出纳|律师|顾问|医生|大夫|护士长|老师|师傅|先生|女士|小姐|太太|总管|代表|干事|专员|助理|秘书|老大|大哥|大姐|大爷|大叔|阿姨|老爷子|大少|[二三]少|点检长|理事(?![长会])|师母|婆婆|小妹|姐|哥|叔|嫂|姨|伯|爷|董秘)"
)
_NOT_BEHIND_TITLE = "(?![程业具装作期地人委]|厂(?!里))"
"""陈工程, 周工作 and the like are no titles."""
FIELD = (
    "(?:集采|招采|招标|定点|品类|采购|技术|设备|财务|生产|工程|运营|营运|销售|信息|信息化|行政|业务|商务|物流|研发|质量|品质|品控|后勤|机动|机电|技改|生技|物资|仓储|仓库|教务|实训|招采|成本|合约|预算|基建|总务|动力|器械|耗材|"
    "检验|影像|放疗|放射|超声|病理|麻醉|急诊|重症|透析|康复|口腔|眼|骨|妇产|体检|营养|农机|生资|畜牧|种植|水利|票务|客房|运维|售后|舾装|物机|厂务|筹备|洗衣|药剂|护理|院感|医务|人事|人力|法务|安全|安环|环保|能源|计划|规划|规财|计财|项目|网络|电教|装备|工艺|维修|仪表|电气|电仪|制造|市场|客服|数据|科教|实验|公用|水务|热力|配送|冷链|厨政|餐饮|门店|"
    "运输|车队|品牌|电商|供应链|供应|成控|成本|合约|资管|资产管理|经营|企管|综合|保卫|资产|国资|投资|战略|数字化)"
)
_DEPARTMENT = f"(?:(?:集团|总部|公司|厂里|院里|区域)?{FIELD}{{1,2}}(?:部门|部|科|处|室|办|中心|车间|组|公司)?)"
_KIN = (
    "(?:(?:他|她|他们|老板)的?(?:家里?|屋头)?)?(?:老婆|老公|爱人|媳妇儿?|堂客|婆娘|儿子|女儿|闺女|女婿|父亲|母亲|老[爸妈汉]|爸爸|妈妈|岳父|丈母娘|老丈人|弟弟|妹妹|哥哥|姐姐|叔叔|伯伯|舅舅|爷爷|奶奶|姑姑|侄子|丈人|老[爹娘]|(?<![大二三])姐夫|妹夫|嫂子|小舅子|大舅子|[堂表](?:哥|姐|弟|妹|叔|舅))"
    "|(?:他|她)(?:[爸妈爹娘弟妹哥姐叔舅]|老子)"
)
"""Of a family business: 他老婆, 她爸."""
_POST = (
    f"(?:(?:执行|常务|分管|代理|第一)?副?(?:(?:院长|校长|厂长|总裁|总经理)(?:助理)?|董事(?![长会]))|(?:大|新|老|二|小)?老板娘?|[大二三]哥|大姐|创始人|合伙人|(?:集团)?董事长(?:夫人|太太|助理)?|(?:常务|分管)?副?总经理|总裁|老总|大股东|股东|法人代表|法人|投资人|理事长|总经济师|总工程师|副?厂长|副?院长|副?校长|副?园长|副?局长|所长|店长|[站镇县队段台庭关矿厅监]长|检察长|支书|主管(?!副)|总厨|厨师长|督导|书记|"
    f"(?:分管)?副总|总监|区域经理|科主任|主任|科长|处长|部长|经理|业主|园长|行长|馆长|场长|社长|村长|会长|会计|协理|(?:CEO|CTO|COO|CFO|CIO)(?![A-Za-z])|老爷子|老太太|(?<![\u4e00-\u9fff])老先生|{_KIN}|掌柜的?|头儿|首席[\u4e00-\u9fff]{{2,3}}官|少东家|东家|头家|庄主|[大二三]少(?!钱)|区总|大区总|片区总|分管领导|设计师|[教厂]务长|秘书长|财务官|大当家|女?掌门人?|太太(?!们)|老太婆|外婆|三姑|幺妹|[大二三]姐夫)"
)
_OFFICE_OF_STATE = "(?:教育|教体|民政|卫生|卫健|林业|农业|农业农村|水利|水务|财政|住建|交通|城管|文旅|文化|发改|工信|体育|公安|消防|环保|生态环境|市场监管|应急|应急管理|机关事务|国资|粮食|气象|广电|税务|人社|医保|自然资源|公路|供销|街道)(?:管理)?(?:局|委|厅|办事处)(?!长)"
_SOME_GROUP = "[^的了是在有和跟他她我你们这那一二两三四五六七八九十几每各个成][\u4e00-\u9fff]小组"
_BODY = (
    f"(?:(?:[A-Z]{{2,4}}|园区|集团|公司|总部|总公司|院长|院里|医院|学校|校长|局长|行长|总裁|总经理|班子|决策|投资|战略|技术|选型|村民|业主|教职工|党员|党政|党委|董事|厂务|招标|评标|项目|合伙人|股东|县|市|区|局|社员|职工|股东|学科|学院|{FIELD}){{0,4}}"
    f"(?:党工委会?|办公会议?|总办会|常委会|党委会|支委会|两委会?|党组会?|团[区市县]?委|[所院厂校局社部处行店园馆站村队]务会|家委会|校董会|(?:定点|定标|决标|选品|评选|评标|专题)会|董事会|监事会|股东大?会|委员会|领导小?组|[校院村居]委会|路局|(?:领导|经营)?班子会?(?!成员|里)|管委会|业委会|合伙人会议?|评审会|联席会议?|理事会|代表大会|代表会议?|社员大?会|村民大会|业主大会|职工大会|职代会|教代会|全体大?会|决策会|选型会|投决会|投委会|三重一大会?|总裁办|总经办|招标办|招采办|采购办|(?:评标|评审|评选|专家|采购|谈判|选型|论证|定点|招标|比选|询价|核价|决策|项目|工作|设备)(?:小组|组)|{_SOME_GROUP}|(?:总工|董事?|总)办|办公室|评委|设备委|学术委|技术委|招采委|党委|[招采价安质评]委会|招投标办|校务会议|指挥部|总院|(?:采购|财务|结算)?共享中心|(?:质量|检测|结算|招采)中心|(?:物装|物供)公司|(?<![\u4e00-\u9fff])总部(?=批|定|拍|说了算|点头)|(?:香港|新加坡|日本|德国|美国|法国|韩国|台湾|北京|上海|深圳|广州|杭州|苏州|南京|成都|武汉|亚太|大?中华区|中国区?|欧洲|海外|华东|华南|华北)总部)"
    f"|(?:集团|总部)?(?:物资|采购|招采|供应链|资产|投资|平台|业主|控股|管理|分|子|总|母)公司(?:(?:{FIELD}{{1,2}}|[\u4e00-\u9fff]{{2}})(?:部(?!门|[长里])|处(?!长)|科(?!长)|中心))?|(?:[县市省区州镇]里?)?{_OFFICE_OF_STATE}(?:{FIELD}(?:站|科|处|股|中心)|(?!里)[\u4e00-\u9fff]{{2,4}}?(?:站|科|处|股|中心|办))?|[省市县区总]局(?!长)"
    f"|[县市省区镇](?:里的?)?(?:{FIELD}{{1,2}}|[\u4e00-\u9fff]{{1,3}}?)(?:局|健委|管委|改委)(?:{FIELD}(?:站|科|处|股|中心))?|(?:集团|公司|总部|总公司|县|市)?(?:管委会|院|厂|局)?{FIELD}{{1,2}}(?:部|科|处|办|中心)(?![\u4e00-\u9fff]{{0,3}}?(?:长|主任|总|经理|工|姐|哥)))"
)
_NEVER_FAMILY = frozenset(
    [
        "经验",
        "经常",
        "经过",
        "经理",
        "成本",
        "成品",
        "方案",
        "方便",
        "时间",
        "时候",
        "高兴",
        "高速",
        "高价",
        "高低",
        "石油",
        "白天",
        "金额",
        "计划",
        "计算",
        "阳台",
        "项目",
        "平时",
        "平米",
        "水平",
        "于是",
        "应该",
        "应收",
        "常用",
        "常常",
        "常务",
        "关于",
        "关键",
        "关系",
        "万一",
        "包装",
        "包含",
        "施工",
        "单价",
        "单子",
        "单位",
        "明天",
        "明年",
        "明确",
        "强调",
        "容易",
        "左右",
        "安排",
        "安全",
        "安装",
        "全部",
        "全年",
        "全套",
        "和他",
        "和我",
        "和你",
        "和她",
        "后天",
        "乐意",
        "元旦",
        "国庆",
        "周一",
        "周二",
        "周三",
        "周四",
        "周五",
        "周六",
        "周日",
        "周末",
        "周期",
        "周边",
        "周转",
        "段时",
        "包工",
        "来厂",
        "来总",
        "来科",
        "来处",
        "来部",
        "来院",
        "来工",
        "能工",
        "上周",
        "马上",
        "马路",
        "程序",
        "向来",
        "向他",
        "向我",
        "田间",
        "严重",
        "严格",
        "华东",
        "华南",
        "华北",
        "宁可",
        "宁愿",
        "车间",
        "车子",
        "米粉",
        "曾经",
        "温度",
        "温控",
        "房子",
        "房间",
        "路过",
        "路上",
        "游客",
        "管理",
        "管道",
        "管线",
        "管着",
        "管钱",
        "司机",
        "那边",
        "空间",
        "龙头",
    ]
)
_SMALL_AND_NO_NAME = frozenset(["小时", "小区", "小心", "小批", "小样", "小店", "小厂", "小型", "小钱", "小事", "小单", "小孩", "小组", "小班", "小包", "小费", "小车", "小路", "小米", "小白", "小龙", "小金", "小管", "小关", "小平", "小高", "小成", "小计", "小程", "小常", "小方", "小全", "老板", "老总", "老师", "老家", "老管", "老路", "老龙", "老白", "老金", "老成", "老车", "老关", "老化", "老万", "老包", "老单", "老常", "老平", "老房", "老安", "老严", "老毛", "老游"])  # fmt: skip

_NO_FAMILY = (
    "的了是在有和跟与同给向对找问见叫让请说讲这那哪他她它我你您们谁就都也还又再才没不很个位名新老大小副正二两一三四五六七八九十几每各某第部科处室院校厂局所司区县市省国务总经理监事裁办组团队班店"
    "会社站场楼层间路线面上下前后里外中内边头左右东西南北客户方业主采购技术设备财生产工程运营销售信息行政商物流研发质量品控勤动机电改仓储维修招标投资人力法安全环保能源计划项目任前现原时代总长员"
    "由归看听等经过凭靠以为如果因但而且或若连把被将最吗呢吧啊嘛哦呃嗯哈诶些么什样其该另本单整全共合算成做干当能会要想得可应汇报拜访约去来到出回进走跑聊谈碰遇接待陪带送发寄交开关家"
)
"""Characters that are no family name before a title: words of grammar, of place and of offices."""

_NEVER_A_FAMILY = (
    "的了是在有和跟与同给向对找问见叫让请说讲这那哪他她它我你您们谁就都也还又再才没不很个位老大小副正二两一三四五六七八九十几每各某第新前原现女男外"
    "总分区科部处院厂校局所县市省国组队班店车客乙甲"
)
"""… and not even where a name clearly begins."""
_CLEAR_AHEAD = ",。是的见找叫听问由归等跟和给理监长任裁手"
_CLEAR_TITLE = (
    "(?:总(?![部共计价量体金额装包监经裁投览和统承务结会算归督揽线成公是而之数])|董(?!事)|副总裁?|总裁|总监|董事长|镇长|区长|县长|科长|处长|部长|主任|经理|院长|校长|厂长|局长|所长|场长|书记|师傅|老板(?!娘)|女士|先生|小姐"
    "|博士|法师|老爷子|老先生|老太太|老伯|老师|大姐|大哥|老大|老[二三四五]|督导|(?<=[,。是见找听问由归跟和理监].)工(?=[说讲在跟,。的今选定]))"
)

_OFFICE_AHEAD = re.compile(
    f"(?:{beginning(_DEPARTMENT)}{_DEPARTMENT}的?(?:{_POST})?|{beginning(_POST)}{_POST}(?:夫人|太太|助理|秘书)?)$"
)
"""设备科|刘科长, 采购副总|魏总, 老板娘|周姐: what belongs to the name behind it. Looked for from the name, since at every
sign of a text it would cost too much."""
_LONGEST_OFFICE = 14
_WHOSE_POST = f"(?:{FIELD}(?=副总|总监|经理|科长|处长|部长|主任|总工))?(?:园区)?(?:管委会|居委会|村委会|商会|协会|园区|工会|科室)?{_POST}"
_PERSON = re.compile(
    # 设备科刘科长, 采购副总魏总, 老板娘周姐, 欧阳处长, 段工, 李建国经理
    rf"(?P<titled>[小老]?(?P<name>(?!区总){FAMILY_NAME})(?P<given>[\u4e00-\u9fff]{{0,2}}?){beginning(_TITLE)}(?P<title>{_TITLE}){_NOT_BEHIND_TITLE})"
    # A family name that is on no list, where the title leaves no doubt: 封总, 尉主任.
    rf"|(?P<rare>(?P<rarely>(?![{_NO_FAMILY}])[\u4e00-\u9fff]|(?:^|(?<=[{_CLEAR_AHEAD}]))(?![{_NEVER_A_FAMILY}])[\u4e00-\u9fff]){beginning(_CLEAR_TITLE)}(?P<rank>{_CLEAR_TITLE}))"
    rf"|(?P<nick>[小老阿](?P<nicked>{FAMILY_NAME})(?![板总师家实]))"
    r"|(?P<dear>阿(?![里法尔斯特迪玛克拉姆])[\u4e00-\u9fff](?!姨))"
    r"|(?P<kin>(?![的了个是和跟找问说讲听管归由这那他她你我们给大小表堂空一见量商弟兄子])(?!(?:哥哥|姐姐|叔叔|老爷|少爷|姨姨|伯伯))[\u4e00-\u9fff](?:姐(?![姐夫])|哥(?!哥)|嫂(?!子)|叔(?!叔)|姨|婶|伯(?!伯)|舅(?!舅)|(?<=小.)[爸妈])(?![\u4e00-\u9fff]{0}[夫妹弟]))"
    rf"|(?:{beginning(_BODY.replace(f'|{_SOME_GROUP}', ''))}|(?=..小组))(?P<body>{_BODY})"
    rf"|{beginning(_WHOSE_POST)}(?P<post>{_WHOSE_POST})"
    r"|(?P<young>(?<=儿子|女儿|侄子|弟弟|妹妹|外甥|老公|老婆|采购|助理|会计|出纳|文员|前台|老板|设备|技术|工艺|行政)小(?![时区心批样店厂型单额组块])[\u4e00-\u9fff](?=接|说|讲|问|也|在|是|,|。|来|跟|管|负|陪|带|签|定|发|给))"
    r"|(?P<latin>(?:(?:CEO|CTO|COO|CFO|CIO|VP) )?[A-Z][a-z]{2,11}(?![a-z0-9-])(?:姐|哥|总|老师|先生|女士|小姐|博士)?)"
)


class PersonKind(StrEnum):
    NAMED = "named"
    POST = "post"
    """A post without a name: 总经理, 老板."""
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Person:
    start: int
    end: int
    words: str
    kind: PersonKind
    family: str
    """Family name; for a nickname without one its first character."""
    title: str
    short: str
    """Without the department or post before the name: 刘科长, 周姐."""

    def is_same(self, other: Person) -> bool:
        """段总 and 段工 are two people only where both titles are full ones; 设备科刘科长 is 刘科长."""
        if self.kind is not other.kind:
            return False
        if self.kind is PersonKind.NAMED:
            return self.family == other.family
        return self.words == other.words or self.words.endswith(other.words) or other.words.endswith(self.words)


def persons(text: str) -> list[Person]:
    """In the order said; the text is evened (nlp/transcript.py)."""
    found: list[Person] = []
    at = 0
    while (match := _PERSON.search(text, at)) is not None:
        person = _read(text, match)
        if person is None:
            at = match.start() + 1
            continue
        at = person.end
        if match["titled"] is not None or match["rare"] is not None:
            person = _with_office(text, person, found[-2].end if len(found) > 1 else 0)
            while found and found[-1].end > person.start:
                found.pop()
        found.append(person)
    return _with_introduced(text, found)


def _with_introduced(text: str, found: list[Person]) -> list[Person]:
    """Those too who are only named by a word of naming: 老板外号叫大熊, 大家都喊她角儿; wherever they are named."""
    for called in _INTRODUCED.finditer(text):
        name = _called(text, called.end(), is_nickname=called["nick"] is not None)
        if not name or any(one.start <= called.end() < one.end for one in found):
            continue
        places = [at.start() for at in re.finditer(re.escape(name), text)]
        new = [Person(at, at + len(name), name, PersonKind.NAMED, name[0], "", name) for at in places]
        others = [one for one in found if not any(one.start < two.end and two.start < one.end for two in new)]
        found = sorted([*others, *new], key=lambda one: one.start)
    return found


def _called(text: str, at: int, *, is_nickname: bool) -> str:
    """The name that begins here: three signs or two, said again or before a pause or what somebody does."""
    is_short = text.count(text[at : at + 2]) > text.count(text[at : at + 3])
    for length in (2,) if is_short else (3, 2):
        name = text[at : at + length]
        is_whole = text.count(name) > 1 or _BEHIND_A_NAME.match(text, at + length) or at + length == len(text)
        is_word = not is_nickname and _is_other_word(name[:2])
        if len(name) == length and is_whole and not _NO_NICKNAME.search(name) and not is_word:
            return name
    return ""


_INTRODUCED = sought(
    "(?:(?P<nick>外号|绰号|花名|小名|人称|自称|本名)|都(?:叫|喊|管)(?:他|她)?|大家(?:都)?(?:叫|喊)(?:他|她)?|(?:我|我们)(?:就|都)?(?:叫|喊)(?:他|她)|(?:老板|当家的?|负责人|创始人|弟弟|哥哥|妹妹|姐姐|儿子|女儿|老大|头儿|会长|小伙子|姑娘)叫),?叫?(?:做)?(?=[\u4e00-\u9fff]{2})"
)
_NO_NICKNAME = re.compile(
    "[^\u4e00-\u9fff]|[的了个是和跟找问说讲这那他她它我你您们给去有没不就都在把让要也什啥]|^(?:过来|进来|出来|上去|厂里|公司)"
)


def _with_office(text: str, person: Person, floor: int) -> Person:
    office = _OFFICE_AHEAD.search(text, max(floor, person.start - _LONGEST_OFFICE), person.start)
    if office is None:
        return person
    return replace(person, start=office.start(), words=text[office.start() : person.end])


def _read(text: str, match: re.Match[str]) -> Person | None:
    start, end = match.span()
    words = match[0]
    if match["titled"] is not None:
        return _titled(text, match)
    if match["nick"] is not None:
        if (words in _SMALL_AND_NO_NAME and text.count(words) < _SAID_AGAIN) or text[end : end + 1] in (
            "样",
            "区",
            "时",
            "店",
            "厂",
            "单",
            "额",
        ):
            return None
        return Person(start, end, words, PersonKind.NAMED, match["nicked"], "", words)
    if match["rare"] is not None:
        if _is_within_a_word(text, start):
            return None
        return Person(start, end, words, PersonKind.NAMED, match["rarely"], match["rank"], words)
    if match["young"] is not None:
        return Person(start, end, words, PersonKind.NAMED, words[1], "", words)
    if match["dear"] is not None:
        return Person(start, end, words, PersonKind.NAMED, words[1], "", words)
    if match["kin"] is not None:
        return Person(start, end, words, PersonKind.NAMED, words[0], words[1], words)
    if match["body"] is not None:
        return Person(start, end, words, PersonKind.BODY, "", words, words)
    if match["post"] is not None:
        return _by_full_name(text, start, end) or Person(start, end, words, PersonKind.POST, "", words, words)
    if words in _NO_LATIN_NAMES:
        return None
    return Person(start, end, words, PersonKind.NAMED, words, "", words)


_NO_LATIN_NAMES = frozenset(
    [
        "Excel",
        "Word",
        "Windows",
        "Linux",
        "Android",
        "Oracle",
        "Java",
        "Python",
        "Wifi",
        "Demo",
        "Plus",
        "Pro",
        "Max",
        "Mini",
    ]
)


_NUMERALS = frozenset("一二两三四五六七八九十百千零几0123456789")
_CLEAR_BEGINNING = re.compile("(?:^|[,。;:、!? ]|[的是跟和找见叫]|部|科|处|总监|经理)$")
_NOT_GIVEN = re.compile(
    f"[的了个是和跟找问说这那他她你我们给去有没不就都在把让要也还最后边下上时来]|{FIELD}|{FAMILY_NAME}$"
)


def _titled(text: str, match: re.Match[str]) -> Person | None:
    name, given, title = match["name"], match["given"], match["title"]
    at = match.start("name")
    if text[at : at + 2] in _NEVER_FAMILY or (name in "万段" and text[at - 1 : at] in _NUMERALS):
        return None
    # 李建国经理 is rare in speech and 向喻总 is not: a given name is believed only behind a clear beginning.
    if given and not (len(title) > 1 and _CLEAR_BEGINNING.search(text, 0, at) and not _NOT_GIVEN.search(given)):
        return None
    if name in _VERBS_TOO and text.count(match[0]) < _SAID_AGAIN:
        return None
    if len(name) == 1 and not given and at == match.start() and _is_within_a_word(text, at):
        if title not in _AMONG_FRIENDS:
            return None
        # 腊梅|姐: behind the given name.
        return Person(
            at - 1,
            match.end(),
            text[at - 1 : match.end()],
            PersonKind.NAMED,
            text[at - 1],
            title,
            text[at - 1 : match.end()],
        )
    return Person(match.start(), match.end(), match[0], PersonKind.NAMED, name, title, text[at : match.end()])


def _is_within_a_word(text: str, at: int) -> bool:
    """街|道主任, 张|嘴厂长, 主|管副总裁: the sign ends a word that began before it, and is no family name."""
    return at > 0 and text[at - 1] not in _AHEAD_OF_A_NAME and is_word(text[at - 1 : at + 1])


_AHEAD_OF_A_NAME = "由归对跟和向找给听等于是姓叫称喊,。"
_SAID_AGAIN = 2
_VERBS_TOO = "归"
_AMONG_FRIENDS = "姐哥嫂叔姨婶伯"


def _by_full_name(text: str, start: int, end: int) -> Person | None:
    """副厂长|卢耀辉, 设备总监|叫|闻人杰, 副厂长|老蒙: a name without a title behind the post."""
    found = _FULL_NAME.match(text, end)
    if found is None or (found["called"] is not None and text[start:end].endswith("业主")):
        return None
    family = found["family"] or found["called"]
    to = found.end()
    for longest in (1,) if family in "老小阿" else (2, 1):
        given, behind = text[to : to + longest], text[to + longest : to + longest + 2]
        name = family + given
        if (
            len(given) == longest
            and not _NEVER_GIVEN.search(given)
            and (text.count(name) > 1 or not _is_other_word(family + given[0]))
            and not _is_other_word(name)
            and not _is_other_word(given[-1] + behind[:1])
            and (not behind or _BEHIND_A_NAME.match(behind) or is_word(behind) or text.count(name) > 1)
        ):
            first = start if found["called"] is None else to - len(family)
            return Person(
                first,
                to + longest,
                text[first : to + longest],
                PersonKind.NAMED,
                given if family in "老小阿" else family,
                "",
                name,
            )
    return None


def _is_other_word(name: str) -> bool:
    """高兴, 平时; names of well-known people are words too."""
    return is_word(name) and any(not tag.startswith(("nr", "x")) for _, tag in tagged(name))


_FULL_NAME = re.compile(
    f"(?P<family>(?!管(?!小)){FAMILY_NAME}|[老小阿])"
    f"|[,]?(?:他|她|名字)?(?:就)?叫(?P<called>{FAMILY_NAME}|(?![{_NEVER_A_FAMILY}])[\u4e00-\u9fff])"
)
_NEVER_GIVEN = re.compile(
    "[^\u4e00-\u9fff]|[的了个是和跟找问说讲这那他她它我你您们给去有没不就都在把让要也还最后边下上时来今昨能会亲管定拍签批点负当总董科处部主经厂院校书所局队班站板师哥姐叔姨嫂弟妹爸妈老先]"
)
_BEHIND_A_NAME = re.compile(
    "[,。的了是和跟找问说讲这那他她我你给去有没不就都在把让要也还最来今昨能会亲管定拍签批点负当手一打又正刚已陪带请约喊]"
)


def last_before(people: Sequence[Person], place: int) -> Person | None:
    """Whom a pronoun at this place stands for: the last one with a name, else the last post."""
    earlier = [person for person in people if person.end <= place]
    named = [person for person in earlier if person.kind is PersonKind.NAMED]
    return next(reversed(named or earlier), None)
