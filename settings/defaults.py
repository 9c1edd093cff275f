"""Word lists and points that a company starts with; config.example.toml shows them, tests keep the two alike."""

from __future__ import annotations

CHANNELS = (
    "1688",
    "阿里国际站",
    "百度推广",
    "抖音",
    "快手",
    "视频号",
    "小红书",
    "公众号",
    "官网",
    "展会",
    "招标网",
    "电话咨询",
    "转介绍",
    "老客户转介绍",
)

INDUSTRIES: dict[str, tuple[str, ...]] = {
    "医疗": ("医院", "卫生院", "诊所", "门诊", "医疗", "口腔", "体检"),
    "教育": ("大学", "学院", "学校", "中学", "小学", "幼儿园"),
    "食品": ("食品", "饮料", "乳业", "酒业", "餐饮"),
    "电子": ("电子", "半导体", "光电", "通信"),
    "新能源": ("新能源", "光伏", "锂电", "储能", "风电"),
    "汽车": ("汽车", "汽配", "车业"),
    "化工": ("化工", "涂料", "塑胶", "塑料", "橡胶"),
    "机械": ("机械", "五金", "模具", "精密", "机电", "重工", "装备", "数控"),
    "建筑": ("建筑", "建材", "建设", "装饰", "混凝土"),
    "物流": ("物流", "仓储", "货运", "供应链"),
}

HOSPITAL_LEVELS: dict[str, tuple[str, ...]] = {
    "三甲": ("三甲", "三级甲等"),
    "二甲": ("二甲", "二级甲等"),
    "民营": ("民营医院", "民营"),
}

BUDGET_BANDS: dict[str, str] = {
    "10万以下": "0",
    "10万到50万": "10万",
    "50万到200万": "50万",
    "200万以上": "200万",
}
"""Name → the yuan it starts at."""

GRADE_RULES: tuple[dict[str, object], ...] = (
    {"name": "客户介绍来的", "points": 30, "channels": ("转介绍", "老客户转介绍")},
    {"name": "主动找来的", "points": 15, "channels": ("展会", "招标网", "电话咨询", "官网")},
    {"name": "短视频渠道", "points": -10, "channels": ("抖音", "快手", "视频号", "小红书")},
    {"name": "急用或批量", "points": 15, "words": ("急", "尽快", "本周", "月底前", "批量", "招标", "采购部")},
    {"name": "三甲医院", "points": 30, "hospital_levels": ("三甲",)},
    {"name": "二甲医院", "points": 15, "hospital_levels": ("二甲",)},
    {"name": "预算50万以上", "points": 20, "budget_at_least": "50万"},
    {"name": "预算10万以上", "points": 10, "budget_at_least": "10万"},
)
"""Points on top of grading.starting_points; the two budget lines add up for a large budget."""

ESCALATION_RULES: tuple[dict[str, object], ...] = (
    {"name": "三甲医院", "hospital_levels": ("三甲",), "first_contact_within": "15m"},
)

VISIT_TEMPLATES: tuple[dict[str, object], ...] = (
    {"name": "默认"},
    {
        "name": "医疗", "product_lines": ("医疗",), "photos": 0, "memos": 0, "door_sign": True, "signed": True,
        "needs": 3, "need_choices": ("诊断效率", "图像质量", "操作简便", "售后响应", "耗材成本", "价格预算"),
    },
)  # fmt: skip
