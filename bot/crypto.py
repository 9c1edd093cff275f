"""Signature and AES of WeCom's callbacks (wecom.md 1.3; official Doc 90968).

wechatpy does the AES and wraps what we send. What comes in is unwrapped here, because wechatpy compares signatures
with `!=`, decodes base64 leniently and believes any padding (wecom.md 6.2). Nothing else knows wechatpy's crypto.

    CallbackRefused
    ├── Forbidden        answered with 403
    │   ├── BadSignature
    │   ├── WrongReceiver
    │   └── TooOld
    └── NotDecodable     answered with 400
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from wechatpy.crypto.cryptography import WeChatCipher
from wechatpy.enterprise.crypto import PrpCrypto

OLDEST = timedelta(minutes=5)
_RANDOM = 16
_HEAD = _RANDOM + 4
_BLOCK = 32
"""WeCom pads to 32 bytes, twice the block of AES."""


class CallbackRefused(Exception):
    """Never carries what was received: its text goes to the logs."""


class Forbidden(CallbackRefused):
    pass


class BadSignature(Forbidden):
    pass


class WrongReceiver(Forbidden):
    """Right key, but addressed to another company or app."""


class TooOld(Forbidden):
    """Too far from our clock on either side: a replay, or a clock that is wrong."""


class NotDecodable(CallbackRefused):
    pass


class _Wrapper(PrpCrypto):  # type: ignore[misc]
    def get_random_string(self) -> str:
        # wechatpy takes `random`; with a fixed IV only these 16 bytes keep equal messages from looking equal.
        return secrets.token_hex(_RANDOM // 2)


class CallbackCrypto:
    """One callback address: the self-built app's (`receive_id` is the corp id) or the smart bot's ("")."""

    def __init__(self, token: str, aes_key: str, receive_id: str) -> None:
        self._token = token
        self._receive_id = receive_id.encode()
        self._wrapper = _Wrapper(key_bytes(aes_key))

    def verify(self, signature: str, timestamp: str, nonce: str, encrypted: str, now: datetime) -> None:
        """Returns only for a fresh callback that was signed with our token."""
        require_fresh(timestamp, now)
        right = self.signature(timestamp, nonce, encrypted)
        if not hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace")):
            raise BadSignature("signature does not match")

    def signature(self, timestamp: str, nonce: str, encrypted: str) -> str:
        parts = "".join(sorted((self._token, timestamp, nonce, encrypted)))
        return hashlib.sha1(parts.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()

    def decrypt(self, encrypted: str) -> str:
        """The message inside; verify() comes first."""
        plain = _decrypt(self._wrapper.cipher, _strict_base64(encrypted))
        if len(plain) < _HEAD:
            raise NotDecodable("too short")
        end = _HEAD + int.from_bytes(plain[_RANDOM:_HEAD], "big")
        if end > len(plain):
            raise NotDecodable("length is beyond the end")
        if not hmac.compare_digest(plain[end:], self._receive_id):
            raise WrongReceiver("addressed to somebody else")
        try:
            return plain[_HEAD:end].decode()
        except UnicodeDecodeError:
            raise NotDecodable("not UTF-8") from None

    def encrypt(self, plain: str, nonce: str, timestamp: str) -> tuple[str, str]:
        """(encrypted, signature) of a passive answer."""
        encrypted = self._wrapper.encrypt(plain, self._receive_id.decode()).decode()
        return encrypted, self.signature(timestamp, nonce, encrypted)


def require_fresh(timestamp: str, now: datetime) -> None:
    # isdigit alone would let through ² and ١, which int() refuses or reads.
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise TooOld("timestamp is not a number of seconds")
    if abs(now.timestamp() - int(timestamp)) > OLDEST.total_seconds():
        raise TooOld("timestamp is more than five minutes off")


def key_bytes(aes_key: str) -> bytes:
    """The 32 bytes of an EncodingAESKey (43 letters and digits).

    Keys beside media addresses come as base64 with or without padding, plain or URL-safe, and as 64 hex digits
    (NousResearch/hermes-agent#17375). Raises ValueError for anything else.
    """
    try:
        if len(aes_key) == 64:
            key = bytes.fromhex(aes_key)
        else:
            text = aes_key.rstrip("=").replace("-", "+").replace("_", "/")
            key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ValueError("an encoding_aes_key is 43 letters and digits")
    return key


def decrypt_media(data: bytes, aes_key: str) -> bytes:
    """Files of the smart bot are encrypted with its EncodingAESKey, or with the key that came beside the address."""
    try:
        return _decrypt(WeChatCipher(key_bytes(aes_key)), data)
    except ValueError as error:
        raise NotDecodable(str(error)) from None


def _strict_base64(encrypted: str) -> bytes:
    try:
        return base64.b64decode(encrypted, validate=True)
    except ValueError:
        raise NotDecodable("not base64") from None


def _decrypt(cipher: WeChatCipher, data: bytes) -> bytes:
    if not data or len(data) % 16:
        raise NotDecodable("not a whole number of AES blocks")
    plain: bytes = cipher.decrypt(data)
    pad = plain[-1]
    # Told apart from other faults only after the signature has been checked, so there is no padding oracle.
    if not 1 <= pad <= min(_BLOCK, len(plain)) or plain[-pad:] != bytes((pad,)) * pad:
        raise NotDecodable("padding is not valid")
    return plain[:-pad]
