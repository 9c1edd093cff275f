from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.crypto import (
    BadSignature,
    CallbackCrypto,
    NotDecodable,
    TooOld,
    WrongReceiver,
    decrypt_media,
    key_bytes,
)

# The official vectors (wecom.md 1.3).
TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CORP_ID = "wx5823bf96d3bd56c7"
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
POST = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3T"
    "UUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijf"
    "f0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLV"
    "MNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2"
    "pDBS8R07+qN+E7Q=="
)
VECTORS = [
    ("1409659589", "263014780", "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", ECHO),
    ("1409659813", "1372623149", "477715d11cdb4164915debcba66cb864d751f3e6", POST),
]
CRYPTO = CallbackCrypto(TOKEN, AES_KEY, CORP_ID)
KEY = key_bytes(AES_KEY)


def at(timestamp: str) -> datetime:
    return datetime.fromtimestamp(int(timestamp), UTC)


def sealed(framed: bytes) -> str:
    """Encrypts what is framed and padded already, right or wrong."""
    encryptor = Cipher(algorithms.AES(KEY), modes.CBC(KEY[:16])).encryptor()
    return base64.b64encode(encryptor.update(framed) + encryptor.finalize()).decode()


def framed(message: bytes, receiver: str = CORP_ID, *, length: int | None = None) -> bytes:
    size = len(message) if length is None else length
    return secrets.token_bytes(16) + size.to_bytes(4, "big") + message + receiver.encode()


def padded(data: bytes) -> bytes:
    pad = 32 - len(data) % 32
    return data + bytes((pad,)) * pad


@pytest.mark.parametrize(("timestamp", "nonce", "signature", "encrypted"), VECTORS)
def test_the_official_signatures_are_right(timestamp: str, nonce: str, signature: str, encrypted: str) -> None:
    CRYPTO.verify(signature, timestamp, nonce, encrypted, at(timestamp))


def test_the_official_echo_decrypts() -> None:
    assert CRYPTO.decrypt(ECHO) == "1616140317555161061"


def test_the_official_message_with_30_bytes_of_padding_decrypts() -> None:
    plain = CRYPTO.decrypt(POST)
    assert len(plain) == 284
    assert "<![CDATA[hello]]>" in plain
    assert "<MsgId>4561255354251345929</MsgId>" in plain


@pytest.mark.parametrize("part", ["signature", "timestamp", "nonce", "encrypted", "token"])
def test_a_change_in_any_signed_part_is_a_bad_signature(part: str) -> None:
    timestamp, nonce, signature, encrypted = VECTORS[0]
    given_now = {"signature": signature, "timestamp": timestamp, "nonce": nonce, "encrypted": encrypted}
    crypto = CRYPTO
    if part == "token":
        crypto = CallbackCrypto("another", AES_KEY, CORP_ID)
    else:
        last = given_now[part][-1]
        given_now[part] = given_now[part][:-1] + ("1" if last != "1" else "2")
    with pytest.raises(BadSignature):
        crypto.verify(**given_now, now=at(timestamp))


@pytest.mark.parametrize("signature", ["", "签名", "5C45FF5E21C57E6AD56BAC8758B79B1D9AC89FD3", "\ud800"])
def test_whatever_stands_for_a_signature_is_refused_and_never_an_error(signature: str) -> None:
    timestamp, nonce, _, encrypted = VECTORS[0]
    with pytest.raises(BadSignature):
        CRYPTO.verify(signature, timestamp, nonce, encrypted, at(timestamp))


@pytest.mark.parametrize("off", [timedelta(minutes=5), -timedelta(minutes=5), timedelta()])
def test_up_to_five_minutes_off_is_fresh(off: timedelta) -> None:
    timestamp, nonce, signature, encrypted = VECTORS[0]
    CRYPTO.verify(signature, timestamp, nonce, encrypted, at(timestamp) + off)


@pytest.mark.parametrize("off", [timedelta(seconds=301), -timedelta(seconds=301), timedelta(days=4000)])
def test_more_than_five_minutes_off_is_too_old_though_rightly_signed(off: timedelta) -> None:
    timestamp, nonce, signature, encrypted = VECTORS[0]
    with pytest.raises(TooOld):
        CRYPTO.verify(signature, timestamp, nonce, encrypted, at(timestamp) + off)


@pytest.mark.parametrize("timestamp", ["", "now", "-1", "1_0", "²", "١٢", "1409659589.0", "9" * 5000])
def test_a_timestamp_that_is_no_number_is_too_old_and_never_an_error(timestamp: str) -> None:
    signature = CRYPTO.signature(timestamp, "n", ECHO)
    with pytest.raises(TooOld):
        CRYPTO.verify(signature, timestamp, "n", ECHO, at("1409659589"))


def test_a_message_to_another_company_is_refused() -> None:
    with pytest.raises(WrongReceiver):
        CRYPTO.decrypt(sealed(padded(framed(b"<xml/>", "wx0000000000000000"))))


def test_the_smart_bots_receiver_is_empty_and_nothing_else() -> None:
    bot = CallbackCrypto(TOKEN, AES_KEY, "")
    assert bot.decrypt(sealed(padded(framed(b"{}", "")))) == "{}"
    with pytest.raises(WrongReceiver):
        bot.decrypt(ECHO)


@pytest.mark.parametrize(
    ("encrypted", "why"),
    [
        ("", "nothing"),
        ("####", "not base64"),
        (ECHO[:-2], "padding of base64 is missing"),
        (ECHO.replace("+", " "), "a space is not base64"),
        (ECHO + "\n", "neither is a line end"),
        ("签名", "nor Chinese"),
        (base64.b64encode(b"x" * 15).decode(), "not a whole block"),
        (sealed(b"\0" * 32), "pad byte 0"),
        (sealed(b"x" * 31 + b"\x21"), "pad byte 33"),
        (sealed(b"\x20" * 16), "more padding than data"),
        (sealed(framed(b"", "")[:20] + b"abcdefghij" + b"\x01\x02"), "pad bytes differ"),
        (sealed(b"\x20" * 32), "nothing but padding"),
        (sealed(padded(framed(b"abc", length=4_000_000_000))), "length beyond the end"),
        (sealed(padded(framed(b"\xff\xfe"))), "not UTF-8"),
    ],
    ids=range(14),
)
def test_what_is_not_decodable_says_so(encrypted: str, why: str) -> None:
    with pytest.raises(NotDecodable):
        CRYPTO.decrypt(encrypted)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_under_the_right_key_make_anything_but_a_refusal_or_text(data: bytes) -> None:
    whole = data + b"\0" * (-len(data) % 16)
    try:
        CRYPTO.decrypt(sealed(whole))
    except (NotDecodable, WrongReceiver):
        return


@settings(deadline=None)
@given(st.text(max_size=500), st.sampled_from([CORP_ID, ""]))
def test_what_we_encrypt_wechatpy_reads_and_we_read_too(text: str, receiver: str) -> None:
    ours = CallbackCrypto(TOKEN, AES_KEY, receiver)
    encrypted, signature = ours.encrypt(text, "n", "1409659589")
    ours.verify(signature, "1409659589", "n", encrypted, at("1409659589"))
    assert ours.decrypt(encrypted) == text
    theirs = WeChatCrypto(TOKEN, AES_KEY, receiver)
    assert theirs.decrypt_message({"Encrypt": encrypted}, signature, "1409659589", "n") == text


def test_the_same_text_never_looks_the_same_encrypted() -> None:
    assert CRYPTO.encrypt("收到", "n", "1")[0] != CRYPTO.encrypt("收到", "n", "1")[0]


@pytest.mark.parametrize(
    "spelling",
    [AES_KEY, AES_KEY + "=", AES_KEY.replace("+", "-").replace("/", "_"), KEY.hex()],
)
def test_every_seen_spelling_of_a_key_opens_media(spelling: str) -> None:
    picture = b"\xff\xd8 picture" * 9
    encrypted = base64.b64decode(sealed(padded(picture)))
    assert hashlib.sha256(decrypt_media(encrypted, spelling)).digest() == hashlib.sha256(picture).digest()


@pytest.mark.parametrize("spelling", ["", "short", AES_KEY[:-1] + "!", "z" * 64, AES_KEY + "AAAA"])
def test_a_wrong_key_is_named_at_start(spelling: str) -> None:
    with pytest.raises(ValueError, match="43 letters"):
        CallbackCrypto(TOKEN, spelling, CORP_ID)


def test_media_that_was_not_encrypted_is_refused() -> None:
    with pytest.raises(NotDecodable):
        decrypt_media(b'{"errcode":40007}', AES_KEY)


def test_refusals_never_repeat_what_was_received() -> None:
    with pytest.raises(NotDecodable) as refused:
        CRYPTO.decrypt("secret!")
    assert "secret" not in str(refused.value)
