"""Persons beside a company's name: 周经理, 采购部刘主任, 小王."""

from __future__ import annotations

import re

# The commonest family names; 金, 高, 石, 牛 … are words of trade too, so a name without a title is believed only
# where it stands beside a company (see `is_bare_name`).
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
    "顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童"
    "欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚穆党燕郎邸冀喻佟阚茅谌蔺楚卓冼於荀仇晁寇邝覃冉臧尤占艾练蓝蒲麻宿鹿嵇訾庄娄满巫敖归栾沙逯郜芮储付卞桑鄢应戎佘鞠窦骆岑荆缪隗邰恽晏连茹容居匡阙沃蔚隆巩冷岳帅亢况商墨谈栗宣裘宗钮湛仲伊怀索屠郁胥莘贡劳逄姬扶宰郦雍濮寿扈浦尚贝"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|宇文|长孙|端木|南宫|闻人|钟离|澹台|独孤|轩辕|申屠|淳于|呼延|赫连|濮阳|鲜于"
_SURNAME = f"(?:{_COMPOUND}|[{_SURNAMES}])"
FAMILY_NAME = _SURNAME
"""A pattern for one family name."""
_TITLE = (
    "(?:副?总经理|副总裁?|总裁|总监|总工|总助|总|客户经理|采购经理|项目经理|副?经理|董事长|董事|董|副?主任|护士长|主管|主席|工程师|技术员|工|先生|女士|小姐|太太|同志|老师|老板娘?|"
    "副?厂长|副?科长|副?处长|副?部长|副?院长|副?所长|副?校长|店长|局长|站长|队长|组长|园长|行长|馆长|场长|社长|镇长|村长|书记|采购员?|会计|出纳|助理|秘书|"
    "博士|教授|医生|大夫|师傅|师|姐|哥|叔|阿姨|总管)"
)
_DEPARTMENT = "(?:[\u4e00-\u9fff]{1,6}(?:部门|部|科|处|室|办|组|中心|车间)|采购|技术|设备|行政|财务|工程|生产|后勤|联系人|对接人|负责人|老板)"
_TITLED = re.compile(
    rf"(?:联系人|对接人|负责人)?[: ]?(?:{_DEPARTMENT}[ 的]?)?"
    rf"(?:{_SURNAME}[\u4e00-\u9fff]{{0,2}}{_TITLE}|[小老阿]{_SURNAME}{_TITLE}?|{_SURNAME}[\u4e00-\u9fff]{{1,2}}[(]{_TITLE}[)])"
)
_LED_BY_LABEL = re.compile(rf"(?:联系人|对接人|负责人)[: ]?(?:{_DEPARTMENT})?{_SURNAME}[\u4e00-\u9fff]{{0,3}}")
_DEPARTMENT_ONLY = re.compile(
    "(?:采购|技术|设备|行政|财务|工程|生产|后勤|信息|质量|品质|研发|市场|销售|业务|人事|基建|总务|动力|机电)(?:部门?|科|处|室|办)|采购|老板娘?"
)
_BARE_NAME = re.compile(rf"(?:{_COMPOUND})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}")
# No name, however short and however well it begins.
_TRADE_ENDS = frozenset("业厂店司部社院校馆所行械材料品具器件塑钢铝铁属贸疗饰鞋装印纸陶瓷璃纺矿机泵阀车船房")
# 施工 and 金工 are trades: a title of one character is believed only right behind the end of a company's name.
_COMPANY_END = "(?:公司|集团|厂|店|院|中心|酒店|学校|大学|超市|商行)"
_OFFICE = "(?:(?:采购|技术|设备|行政|财务|工程|生产|后勤|销售|信息|质量|人事|研发|市场)(?:部门?|科|处|室|办)?)?"
_AFTER_COMPANY = re.compile(
    rf"(?P<company>.{{2,60}}?{_COMPANY_END})(?P<person>{_OFFICE}(?:{_SURNAME}{_TITLE}|[小老]{_SURNAME}))"
    rf"|(?P<name>.{{2,60}}?[\u4e00-\u9fff]{{2}})(?P<titled>{_SURNAME}(?![师姐哥叔董总工]$){_TITLE})"
)
_MAKERS = frozenset({"徐工", "柳工", "龙工"})


def is_person(word: str) -> bool:
    """王先生, 采购部刘主任, 小王, 联系人何工; the word is folded (see normalize)."""
    return len(word) <= 16 and bool(_TITLED.fullmatch(word) or _LED_BY_LABEL.fullmatch(word))


def is_department(word: str) -> bool:
    return len(word) <= 8 and bool(_DEPARTMENT_ONLY.fullmatch(word))


def is_bare_name(word: str) -> bool:
    """王敏, 欧阳静: only to be believed beside a company's name."""
    return 2 <= len(word) <= 4 and bool(_BARE_NAME.fullmatch(word)) and word[-1] not in _TRADE_ENDS


def split_person(word: str) -> tuple[str, str]:
    """苏州屿衡有限公司周经理 → the company and the person; ("", "") where no person hangs on the name."""
    if len(word) > 80 or is_person(word):
        return "", ""
    found = _AFTER_COMPANY.fullmatch(word)
    if found is None:
        return "", ""
    return found["company"] or found["name"], found["person"] or found["titled"]


def is_maker(word: str) -> bool:
    """徐工 is a maker of machines where a model is expected, and Mr Xu, engineer, beside a company's name."""
    return word in _MAKERS


_FAMILY_NAME = re.compile(rf"[小老阿]?({_SURNAME})")
_TITLE_BEHIND = re.compile(rf"{_TITLE}$")


def surname_of(word: str) -> str:
    """李工, 小李, 李强 → 李; empty where it begins with no family name."""
    found = _FAMILY_NAME.match(word)
    return found[1] if found else ""


def without_title(word: str) -> str:
    """李强经理 → 李强, 李工 → 李."""
    return _TITLE_BEHIND.sub("", word)
