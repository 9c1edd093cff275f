"""Words on bank statements: what is no customer's payment, company forms, joints between order numbers (P2)."""

from __future__ import annotations

import re

from domain.payments import Nature, PaymentWords
from nlp.places import region_ahead

_BACK = "(?:退|返|归)(?:还|回|款|付|我司|我方|贵司|贵公司|贵方)*"
_DEPOSIT = "(?:投标|履约|质量|诚意|租房|房租|工程|竞标|招标|合同|项目|设备)*(?:保证金|押金|质保金|保函金)"

_NATURES: tuple[tuple[Nature, str], ...] = (
    (Nature.REVERSAL, r"冲正|冲账|冲帐|抹账|抹帐|红冲|冲销|错账|撤销交易"),
    (Nature.POS_SETTLEMENT, r"\bPOS\b|POS(?:机|刷卡|消费|交易|结算|收款|清算|入账|商户)|刷卡(?:结算|清算|收款)|银联商户|商户(?:清算|结算|资金结算)|收单(?:结算|清算|入账|资金)|聚合支付结算|扫码结算"),
    (Nature.WAGES_RETURNED, r"(?:工资|薪资|薪酬|代发|奖金|劳务费|报销)[^|]*?(?:退回|退汇|退票|退款|失败|返还|冲回)|(?:退回|退汇|退票|退还?)[^|]{0,4}(?:工资|薪资|代发|奖金)|代付(?:工资|业务|批量)*(?:退回|退汇|退票|失败)"),
    (Nature.REMITTANCE_RETURNED, r"退汇|退票|汇款退回|转账退回|支付退回|账号户名不符|户名不符"),
    (Nature.WITHDRAWAL, r"提现|备付金(?:划转|出金)|(?:余额|商户)转出到银行卡"),
    (Nature.FUND_YIELD, r"(?:余额宝|货币基金|基金|理财|余利宝|零钱通|活期宝|现金管理)[^|]*?(?:收益|分红|赎回|到期|本息|本金)|(?:收益|分红)(?:发放|结转|入账|到账)|理财(?:产品)?(?:赎回|到期|兑付)"),
    (Nature.INTEREST, r"结息|存款利息|利息(?:收入|入账|结算|转存|存入)|(?:活期|定期|通知|协定|季度|季)(?:存款)?利息|批量结息|(?:^|\||\s)(?:\d+月)?利息(?=\s|\||$)"),
    (Nature.TAX_REFUND, r"退税|税[款金费]?(?:退库|退还|退回|返还)|留抵退|出口退|个税(?:手续费)?返还|国库退库|退库"),
    (Nature.LOAN, r"贷款(?:发放|放款|划入|资金|提款|入账)|(?:发放|流动资金|经营性?|短期|信用)贷款|放款(?!机)|贷款户|借款(?:发放|入账|划入|提款)|(?:归还|偿还|还|退还)(?:个人|公司|股东|部分|我司|员工)*借款|借款(?:归还|偿还|退还|还款)|股东借款|票据贴现|贴现款"),
    (Nature.DEPOSIT_RETURNED, rf"{_BACK}[^|]{{0,6}}?{_DEPOSIT}|{_DEPOSIT}[^|]{{0,3}}?(?:退还|退回|返还|退款|退付|退$|退(?=[\s|]))"),
    (Nature.PETTY_CASH, r"(?:退|还|交|缴|归)[^|]{0,6}?(?:备用金|差旅费|差旅借款|多领|预支)|(?:备用金|差旅费|预支款)[^|]{0,4}?(?:退|还|归|交回|剩余)|(?:多付|多领|多报)(?:的)?报销|报销(?:款)?退"),
    (Nature.ACCOUNT_TEST, r"(?:账户|账号|打款|对公|小额|企业|实名|身份|开户|商户|银行卡|汇款|收款)(?:打款|信息|账户|实名)*(?:验证|认证|校验|核验|测试)|(?:验证|认证|测试)(?:打款|账户|汇款|转账|交易|款(?=\s|\||$))|转账测试|测试(?=\s|\||$)"),
    (Nature.FEE, r"(?:退回?|返还?|退还)(?:\S{0,4})?(?:手续费|服务费|年费|管理费|账户费)|(?:手续费|服务费|佣金)(?:退回|返还|退还|退款)|\|?\s*收费\b"),
    (Nature.REFUND, r"退(?:还|回|返)?(?:多|重复?|错)(?:付|汇|转|打|收|缴)|(?:多|重复|错)(?:付|汇|转|打|收)(?:的)?[^|]{0,4}?(?:退|返)|退(?:还|回|返)?(?:贵司|贵公司|我司|我方)?(?:货款|预付款?|定金|订金|采购款|材料款|设备款|加工费|运费|房租|租金|电费|水费|余款|差价|尾款|款项|款(?=\s|\||$|-))|(?:货款|预付款|定金|订金|采购款|材料款|加工费|余款|款项)(?:退回|退还|返还|退款)|退款|供应商退|采购退|返利退"),
    (Nature.OWN_TRANSFER, r"(?:内部|本公司|同名|本行同名|自有)(?:账户)?(?:资金)?(?:划转|调拨|转账|互转|划款)|资金(?:调拨|归集|上划|下拨|池)|头寸调拨|账户间划转"),
)  # fmt: skip

_FORMS = (
    r"股份有限责任公司|股份有限公司|有限责任公司|有限公司|股份公司|集团公司|总公司|分公司|公司|有限合伙|普通合伙|合伙企业|个体工商户|个人独资企业|个人独资|"
    r"总厂|工厂|分厂|厂|商行|经营部|门市部|服务部|经销部|营业部|事业部|商店|专卖店|店|中心|工作室|工坊|商社|合作社|事务所|行|社|co\.?,?ltd\.?|ltd\.?|limited|inc\.?|llc"
)

PAYMENT_WORDS = PaymentWords(
    natures=tuple((nature, re.compile(pattern, re.IGNORECASE)) for nature, pattern in _NATURES),
    legal_form=re.compile(rf"[(]?(?:{_FORMS})[)]?$"),
    complete_end=re.compile(
        r"(?:公司|厂|商行|经营部|门市部|服务部|经销部|营业部|商店|合作社|事务所|合伙企业|ltd\.?|limited|inc\.?|llc)$|[(](?:个体工商户|有限合伙|普通合伙|特殊普通合伙|个人独资)[)]$"
    ),
    between_numbers="和|与|及|跟|至|到|以及|加",
    after_amounts="元块万千年月号日台套件个%",
    region_length=lambda name: found.length if (found := region_ahead(name)) else 0,
)

_PLATFORMS = re.compile(
    "支付平台|待清算|备付金|财付通|支付宝|微信支付|银联|网银在线|快钱|易宝|拉卡拉|汇付|通联|连连|收单|清算|结算过渡|过渡户|现金|网上支付|银企|代收"
)


def pays_for_many(payer: str) -> bool:
    """A payment platform or a bank's own account: whoever it was confirmed for, the next payment is another's."""
    return bool(_PLATFORMS.search(payer))
