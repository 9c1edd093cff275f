"""What can go wrong in a call to WeCom, and what each of its error codes asks for (wecom.md 3.10).

    WeComTrouble
    ├── WeComUnreachable   nothing was sent: try again at any time
    ├── WeComUncertain     sent, but no answer was understood: only the same body may go again
    ├── WeComError         WeCom refused; `error_class` says what to do
    ├── AddressRefused     an address from a message that is not WeCom's
    └── MediaRefused       a file that is not what it should be
        └── MediaTooLarge

No text of theirs holds an address, a token or a key.
"""

from __future__ import annotations

import re
from enum import StrEnum


class ErrorClass(StrEnum):
    REFRESH = "refresh"
    """The token; the client has fetched a new one already, and that was refused as well."""
    RETRY = "retry"
    LIMIT = "limit"
    """Wait for the next window."""
    PERMANENT = "permanent"
    """Somebody has to put something right: alarm."""
    DROP = "drop"
    """This receiver or object, and nothing else."""


def _table(**codes: tuple[int, ...]) -> dict[int, ErrorClass]:
    return {code: ErrorClass[name] for name, listed in codes.items() for code in listed}


_CLASSES = _table(
    REFRESH=(40014, 40093, 42001),
    RETRY=(-1, 6000, 45033),
    LIMIT=(45009,),
    DROP=(
        40003, 40007, 40029, 40050, 43004, 46003, 46004, 60003, 60111, 60123, 81013, 82001, 84014, 84015,
        86001, 86003, 93001, 93006, 846605, 846608,
    ),
    PERMANENT=(
        40001, 40004, 40005, 40006, 40008, 40009, 40011, 40013, 40031, 40032, 40033, 40035, 40054, 40055, 40056, 40057,
        40058, 40063, 40068, 41001, 41002, 41004, 41006, 41016, 41033, 42007, 42009, 44001, 44004, 45001, 45002, 45007,
        45008, 45022, 48002, 48003, 48004, 48005, 48009, 50001, 50002, 50003, 60011, 60020, 80001, 82002, 82003, 85004, 85005, 86004,
        86005, 86006, 86007, 86008, 91040, 93000, 93019, 301002, 301016, 301017, 830002, 853001, 853006,
    ),
)  # fmt: skip


def class_of(errcode: int) -> ErrorClass:
    """An unknown code is permanent: repeating what nobody understands only uses up the limits."""
    return _CLASSES.get(errcode, ErrorClass.PERMANENT)


HOUSE_TROUBLE = {40001: "wecom_secret", 50003: "wecom_disabled", 60020: "wecom_ip"}
"""errcode → alarm. Permanent, but of the whole house: nothing is lost while somebody puts it right."""


class WeComTrouble(Exception):
    pass


class WeComUnreachable(WeComTrouble):
    pass


class WeComUncertain(WeComTrouble):
    pass


class WeComError(WeComTrouble):
    def __init__(self, errcode: int, errmsg: str, error_class: ErrorClass | None = None) -> None:
        self.errcode = errcode
        self.errmsg = scrubbed(errmsg)
        """Holds a hint for Tencent's support and our own address; its form is not stable (wecom.md 3.11)."""
        self.error_class = class_of(errcode) if error_class is None else error_class
        super().__init__(f"errcode {errcode} ({self.error_class}): {self.errmsg}")

    @property
    def may_pass(self) -> bool:
        """The same call may succeed later without anybody doing anything."""
        return self.error_class in (ErrorClass.REFRESH, ErrorClass.RETRY, ErrorClass.LIMIT)

    @property
    def house_trouble(self) -> str:
        """The name of its alarm, or an empty text."""
        return HOUSE_TROUBLE.get(self.errcode, "")

    @property
    def seen_ip(self) -> str:
        """Our address as WeCom saw it, as far as its message says so."""
        found = _SEEN_IP.search(self.errmsg)
        return found[1] if found else "本机 IP"


class AddressRefused(WeComTrouble):
    pass


class MediaRefused(WeComTrouble):
    pass


class MediaTooLarge(MediaRefused):
    def __init__(self, largest: int) -> None:
        super().__init__(f"larger than {largest} bytes")


_SEEN_IP = re.compile(r"from ip:\s*([0-9A-Fa-f.:]*[0-9A-Fa-f])")
_SECRET = re.compile(r"((?:access_token|suite_access_token|corpsecret|secret|key|response_code|ticket)=)[^&\s\"',;]+")


def scrubbed(text: str) -> str:
    """Without what stands behind access_token=, key= and the like."""
    return _SECRET.sub(r"\1***", text)
