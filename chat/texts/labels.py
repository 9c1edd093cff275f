"""What codes are called in a chat."""

from __future__ import annotations

from domain.leads import LeadState
from domain.people import Role

LEAD_STATES = {
    LeadState.POOLED: "待指派",
    LeadState.ASSIGNED: "待接单",
    LeadState.ACCEPTED: "已接单",
    LeadState.CONTACTED: "已联系",
    LeadState.INVALID: "无效",
    LeadState.CLOSED: "已结束",
}

ROLES = {
    Role.REP: "销售",
    Role.MANAGER: "主管",
    Role.ADMIN: "群管理员",
    Role.FINANCE: "财务",
    Role.TECH: "技术",
    Role.SERVICE: "售后",
    Role.LEADER: "总经理",
    Role.OPERATOR: "机器人管理员",
}
