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
    {"name": "看了3分钟以上", "points": 5, "page_time_at_least": "3m"},
    {"name": "下载过资料", "points": 10, "downloads_at_least": 1},
    {"name": "员工200人以上", "points": 10, "staff_at_least": 200},
    {"name": "年产值1亿以上", "points": 10, "turnover_at_least": "10000万"},
    {"name": "老客户付款好", "points": 10, "standing": "good"},
    {"name": "老客户欠着款", "points": -15, "standing": "doubtful"},
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

SCRIPTS: tuple[dict[str, object], ...] = (
    {
        "name": "嫌贵先问跟谁比",
        "answers": ("price", "price_sensitive"),
        "words": "您是跟哪家的哪个配置比的？我把两家的配置和三年用下来的钱列成一张表，差在哪您一眼看到。",
    },
    {
        "name": "预算紧分步上",
        "answers": ("price", "price_sensitive"),
        "words": "预算定了我们就按预算配：先上够用的，选配明年再加，不耽误您用。",
    },
    {
        "name": "有竞品问三件事",
        "answers": ("competitor_involved", "trust"),
        "words": "他家也不错。定之前您问三件事：坏了多久到现场，配件备在哪，同行里谁在用。我们的答案今天发您。",
    },
    {
        "name": "担心交期倒着排",
        "answers": ("delivery", "urgent"),
        "words": "您哪天必须用上？我从那天倒着排，到货、安装、培训的日子都写进合同。",
    },
    {
        "name": "担心质量看现场",
        "answers": ("quality", "trust"),
        "words": "附近有同行在用，我约一家，您带上技术的人去现场看，直接问他们。",
    },
    {
        "name": "担心售后写进合同",
        "answers": ("service",),
        "words": "响应时间写进合同：几小时回电、几小时到现场、做不到怎么赔，您提要求我来落字。",
    },
    {
        "name": "付款卡住问哪一步",
        "answers": ("payment", "contract"),
        "words": "是付款比例、账期还是发票卡住了？您说是哪一步，我去申请对应的办法。",
    },
    {
        "name": "技术不放心要参数",
        "answers": ("technology",),
        "words": "您把工况参数给我，我请工程师出一页对照表，够不够用写得清清楚楚。",
    },
    {
        "name": "先放一放问原因",
        "answers": ("stalled",),
        "words": "不催您定，就问一句：是钱没批下来，还是人没定？有变化您告诉我，这版报价先给您留着。",
    },
    {
        "name": "问清谁拍板",
        "words": "这事最后是您定，还是要再过一道会？我好按他们要看的样子准备材料。",
    },
    {
        "name": "问清预算",
        "words": "这块今年大概留了多少？我就按这个数配，不让您来回改。",
    },
    {
        "name": "约下一步",
        "words": "今天说的我整理成一页发您。您看周几方便，我带工程师来，把剩下的问题一次问完。",
    },
)
"""What a rep may say to a customer; `answers` are concerns and signals by their codes."""
