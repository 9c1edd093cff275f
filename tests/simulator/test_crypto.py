from __future__ import annotations

import pytest
from wechatpy.enterprise.crypto import WeChatCrypto

from simulator.crypto import Seal, SealBroken, decrypt_bytes, encrypt_bytes

# Vectors of WeCom's own documentation (Doc 90968).
TOKEN, KEY, CORP = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
POST = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TU"
    "UkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff"
    "0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVM"
    "NS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2p"
    "DBS8R07+qN+E7Q=="
)


@pytest.fixture
def seal() -> Seal:
    return Seal(TOKEN, KEY, CORP)


def test_the_documented_echo_opens(seal: Seal) -> None:
    signed = "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
    assert seal.open(ECHO, signed, "1409659589", "263014780") == "1616140317555161061"


def test_the_documented_message_opens_although_its_pad_is_longer_than_an_aes_block(seal: Seal) -> None:
    text = seal.open(POST, "477715d11cdb4164915debcba66cb864d751f3e6", "1409659813", "1372623149")
    assert len(text.encode()) == 284
    assert "<Content><![CDATA[hello]]></Content>" in text


def test_what_is_sealed_here_opens_with_wechatpy(seal: Seal) -> None:
    encrypted = seal.encrypt("<xml><Content>恒达 🙂</Content></xml>")
    signed = seal.sign("1700000000", "n", encrypted)
    crypto = WeChatCrypto(TOKEN, KEY, CORP)
    opened = crypto.decrypt_message({"Encrypt": encrypted}, signed, "1700000000", "n")
    assert "恒达 🙂" in (opened if isinstance(opened, str) else opened.decode())


def test_a_wrong_signature_is_refused(seal: Seal) -> None:
    with pytest.raises(SealBroken, match="signature"):
        seal.open(ECHO, "0" * 40, "1409659589", "263014780")


def test_what_was_sealed_for_somebody_else_is_refused(seal: Seal) -> None:
    other = Seal(TOKEN, KEY, "wwother")
    with pytest.raises(SealBroken, match="sealed for"):
        seal.decrypt(other.encrypt("hello"))


@pytest.mark.parametrize("junk", ["", "####", "AAAA", "A" * 44])
def test_junk_is_refused(seal: Seal, junk: str) -> None:
    with pytest.raises(SealBroken):
        seal.decrypt(junk)


@pytest.mark.parametrize("size", [0, 1, 15, 16, 31, 32, 33, 1000])
def test_media_come_back_whole(seal: Seal, size: int) -> None:
    data = bytes(range(256))[:size] if size <= 256 else b"x" * size
    assert decrypt_bytes(seal.key, encrypt_bytes(seal.key, data)) == data
