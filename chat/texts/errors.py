"""What a Refusal says to the person: what was wrong and what to type instead."""

from __future__ import annotations

from chat.texts.labels import LEAD_STATES
from chat.texts.payments import money
from chat.texts.reasons import WHY_NOT
from domain.assignment import Why
from domain.leads import LeadState
from domain.refusal import Refusal

SENTENCES = {
    "no_such_lead": "没有找到 {lead}，或者它不归你看。核对一下编号，发“待办”可以看到你手上的线索。",
    "customer_of_another": "{customer} 由{owner}负责。一起去的话请{owner}发起，或者请主管把客户转给你。",
    "customer_unowned": "{customer} 还没有负责人，请让主管或管理员先派给你，再开始拜访。",
    "visit_customer_unknown": "没有找到客户“{name}”。换个简称再试；新客户先发：【线索响应】客户名 电话 型号 来源",
    "visit_customer_missing": "没写拜访哪家。像这样发：开始拜访 恒达",
    "visit_open": "{visit} {customer} 还没结束，先发“结束拜访”。",
    "no_open_visit": "你没有进行中的拜访。开始一次发：开始拜访 客户名",
    "visit_closed": "{visit} 已经结束了，不用再改。",
    "visit_has_evidence": "{visit} 已经有留痕，不能取消。补齐后发“结束拜访”，补不齐请主管发：放行 {visit} 原因",
    "visit_too_old_to_cancel": "{visit} 开始超过 {minutes} 分钟了，不能取消。请主管发：放行 {visit} 原因",
    "override_not_yours": "自己的拜访不能自己放行，请你的主管来。",
    "override_reason_missing": "放行要写原因，至少 4 个字。像这样发：放行 {visit} 客户不让拍照",
    "visit_number_missing": "没看到拜访编号。像这样发：{example}",
    "no_needs_here": "{visit} 不用选核心需求。",
    "task_of_another": "这是{owner}的拜访任务，要{owner}来开始。",
    "task_done": "这个拜访任务已经完成或取消了。发“待办”看还有什么。",
    "not_our_code": "这不是跟单铃的拜访码。要开始拜访，直接发：开始拜访 客户名",
    "no_visit_task": "第 {number} 条待办不是拜访。发“待办”看清单，拜访的前面写着“拜访”。",
    "no_such_visit": "没有找到 {visit}，或者它不归你看。核对一下编号再发。",
    "lead_not_yours": "{lead} 现在由{owner}负责，这一步要由{owner}来做。",
    "lead_closed": "{lead} 已经结束（{why}），不用再处理。",
    "not_allowed": "“{word}”只有{roles}可以用。发“帮助”看你能用的。",
    "lead_number_missing": "没看到线索编号。像这样发：{example}",
    "nobody_named": "名册里没有“{name}”。像这样发：{example}",
    "heir_missing": "没写转给谁。像这样发：{example}",
    "name_not_unique": "有 {count} 位叫“{name}”，请改用账号：{userids}",
    "cannot_take": "{name} 现在不能接：{why}。换一位再试。",
    "call_too_short": "通话 {seconds} 秒不算首次接触，要满 {least} 秒。打通后再发：{example}",
    "contact_empty": "联系的情况没写。像这样发：{example}",
    "webhook_unknown": "设置里没有叫“{name}”的群机器人。现在有：{known}。",
    "only_in_group": "这句话要在群里 @我 说。",
    "no_such_todo": "没有第 {number} 条待办。发“待办”看最新的清单。",
    "todo_not_yours": "这件事现在归{owner}，由{owner}来勾。",
    "no_such_memo": "没有找到备忘 {memo}，或者它不归你看。核对一下编号。",
    "correction_unclear": "没看懂 {memo} 要改哪里。像这样发：改 {memo} 预算是50万，或者 改 {memo} 拍板的是李总",
    "words_missing": "没写客户说了什么。像这样发：{example}",
    "customer_not_yours": "{customer} 现在由{owner}负责，详情请问{owner}。",
    "customer_several": "“{name}”有几家：{names}。写全一点，像这样发：{example}",
    "plan_when_missing": "没写哪天几点。像这样发：{example}",
    "plan_in_the_past": "{when} 已经过了。像这样发：{example}",
    "leave_dates": "没看懂休假日期。像这样发：请假 11-25 到 11-27 代理 王五",
    "customer_unknown": "没有找到客户“{name}”。换个简称再试，比如“记录 恒达”。",
    "customer_missing": "没写客户名。像这样发：{example}",
    "circuit_closed": "自动派单正常，不需要恢复。",
    "no_such_transaction": "没有流水 T{number}。发“未匹配”或“待确认”看编号。",
    "no_such_order": "没有订单 {order} 的应收。核对一下订单号再试。",
    "order_cancelled": "{order} 已经取消，不能入账。要退款，或换一个订单：点“都不是”再找。",
    "order_paid": "{order} 已经付清，这笔没有入账。换一个订单：点“都不是”再找。",
    "transaction_currency": "这笔是 {currency}，应收都是人民币，不能直接核销。请结汇后按人民币流水入账。",
    "transaction_reversed": "这笔钱银行又冲回去了，没有入账。冲的不是这笔，先在“银行冲正”的卡片上点“不是这笔”。",
    "receivable_currency": "{order} 以 {currency} 计价，现在只收人民币应收，没有登记。请折成人民币再登记。",
    "receivable_amount": "{order} 的金额不对：要大于零，已收不能超过应收。没有登记。",
    "receivable_instalments": "{order} 的各期加起来不等于总额，没有登记。",
    "receivable_below_received": "{order} 已经收了 {received_fen}，应收不能改得比它小。先撤销入账再改。",
    "receivable_just_changed": "{order} 刚被别人改过，没有入账。请再点一次。",
    "undo_needs_second": "这笔入账超过一天，撤销要另一位财务同意，你一个人不能撤。",
    "nothing_booked": "{what} 没有入账，不用撤销。",
    "undo_which": "{what} 有 {count} 笔入账，写上流水号，像这样发：撤销 T{number}",
    "undo_missing": "要撤销哪一笔没写。像这样发：撤销 T12，撤销 XS2610-0101，整份对账单 撤销 F3",
    "no_such_upload": "没有找到对账单 {name}。发“对账单”看最近传的。",
    "upload_unfinished": "{name}还在读，读完再撤销。读完会告诉你。",
    "upload_which": "“{name}”传过 {count} 次，写上编号，像这样发：撤销 {example}",
    "nobody_second": "这笔入账超过一天，撤销要第二个人同意，但名册里没有另一位财务。请让管理员加一位。",
    "customer_owes_nothing": "没有找到“{name}”的应收，或者不归你看。换个简称或订单号再试。",
    "customer_not_unique": "有 {count} 家客户对得上“{name}”：{customers}。写全一点再发。",
    "order_missing": "没看到订单号。像这样发：{example}",
    "dispute_reason": "争议的原因没写。像这样发：{example}",
    "not_in_dispute": "{order} 不在争议中。",
    "promise_past": "{day} 已经过去了，没有记。像这样发：恒达答应15号付",
    "card_outdated": "这张卡片已经过时，请看最新的一张。",
}


def sentence(refusal: Refusal) -> str:
    return SENTENCES[refusal.code].format(**{name: _said(name, fact) for name, fact in refusal.facts.items()})


def _said(name: str, fact: object) -> object:
    """A fact called …_fen is an amount."""
    return money(fact) if name.endswith("_fen") and isinstance(fact, int) else in_words(fact)


def in_words(fact: object) -> object:
    """Codes of the rules as people say them."""
    match fact:
        case Why():
            return WHY_NOT[fact]
        case LeadState():
            return LEAD_STATES[fact]
    return fact


PROBLEMS = {
    "phone_missing": "没有电话，请补上手机号或带区号的座机。",
    "phone_invalid": "电话不对，手机要 11 位，座机要带区号，不能有星号或字母。",
    "model_missing": "没有意向型号，请写在电话后面。",
    "channel_missing": "没有来源渠道，请写在型号后面，比如 展会、官网、抖音。",
    "customer_missing": "没有客户名，请写在最前面。",
    "template_not_filled": "模板没填完，请把占位的字换成真实内容。",
}
"""What is wrong with a line of a lead post (leads/SCHEMA.md), by its code."""
