"""WeCom's envelope of callbacks (wecom.md 1.3), written from its description and apart from the product's own code, so
that each is a check on the other."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32


class SealBroken(Exception):
    """A wrong signature, a wrong receiver, or bytes that do not decrypt."""


def signature(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    return hashlib.sha1("".join(sorted([token, timestamp, nonce, encrypted])).encode()).hexdigest()  # noqa: S324


def encrypt_bytes(key: bytes, plain: bytes) -> bytes:
    """AES-256-CBC with PKCS#7 to 32; media of the smart bot are sealed like this too (wecom.md 2.3)."""
    pad = _BLOCK - len(plain) % _BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()


def decrypt_bytes(key: bytes, sealed: bytes) -> bytes:
    if not sealed or len(sealed) % 16:
        raise SealBroken("not a whole number of blocks")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    padded = decryptor.update(sealed) + decryptor.finalize()
    pad = padded[-1]
    if not 1 <= pad <= _BLOCK or padded[-pad:] != bytes([pad]) * pad:
        raise SealBroken("padding")
    return padded[:-pad]


class Seal:
    """Seals and opens for one callback URL. `receive_id` is the corp id for an app and empty for a smart bot."""

    def __init__(self, token: str, encoding_aes_key: str, receive_id: str) -> None:
        self.token = token
        self.key = base64.b64decode(encoding_aes_key + "=")
        if len(self.key) != 32:
            raise ValueError("EncodingAESKey has 43 letters and digits")
        self.receive_id = receive_id

    def encrypt(self, text: str) -> str:
        body = text.encode()
        plain = secrets.token_bytes(16) + struct.pack(">I", len(body)) + body + self.receive_id.encode()
        return base64.b64encode(encrypt_bytes(self.key, plain)).decode()

    def decrypt(self, encrypted: str) -> str:
        try:
            plain = decrypt_bytes(self.key, base64.b64decode(encrypted, validate=True))
            (length,) = struct.unpack(">I", plain[16:20])
            text, receive_id = plain[20 : 20 + length].decode(), plain[20 + length :].decode()
        except (ValueError, struct.error) as fault:
            raise SealBroken(str(fault)) from fault
        if receive_id != self.receive_id:
            raise SealBroken(f"sealed for {receive_id!r}")
        return text

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        return signature(self.token, timestamp, nonce, encrypted)

    def open(self, encrypted: str, signed: str, timestamp: str, nonce: str) -> str:
        if not hmac.compare_digest(self.sign(timestamp, nonce, encrypted), signed):
            raise SealBroken("signature")
        return self.decrypt(encrypted)
