"""How moments, durations and phone numbers look in a chat."""

from __future__ import annotations

from datetime import datetime, timedelta

WEEKDAYS = "一二三四五六日"


def clock(moment: datetime, now: datetime) -> str:
    """14:30 today, 明天 09:10, 周四 09:10 within a week, else 12月3日 09:10. Both local."""
    days = (moment.date() - now.date()).days
    time = f"{moment:%H:%M}"
    if days == 0:
        return time
    if days in (1, -1):
        return f"{'明天' if days == 1 else '昨天'} {time}"
    if 1 < days < 7:
        return f"周{WEEKDAYS[moment.weekday()]} {time}"
    return f"{moment.month}月{moment.day}日 {time}"


def duration(length: timedelta) -> str:
    """3 分钟, 2 小时, 1 小时 20 分钟, 3 天."""
    minutes = max(0, round(length.total_seconds() / 60))
    if minutes == 0:
        return f"{max(0, round(length.total_seconds()))} 秒"
    if minutes < 60:
        return f"{minutes} 分钟"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} 小时 {rest} 分钟" if rest else f"{hours} 小时"
    return f"{hours // 24} 天"


def phone(number: str, ext: str = "") -> str:
    """As one reads it aloud: 138 0000 1111; a landline stays together."""
    spaced = f"{number[:3]} {number[3:7]} {number[7:]}" if len(number) == 11 and number[0] == "1" else number
    return f"{spaced} 转 {ext}" if ext else spaced


def masked(number: str) -> str:
    """For those who need not call (A1)."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "****"


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
