"""Statements on their way in: kept, shown, and taken only when finance says so (P1).

What was sent lies in the media store under its checksum. The preview's address names it, under a seal of ours, and is
read anew each time: it outlives a restart, and nobody can have finance take a file that did not come in here.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import PurePath

import structlog
from aiohttp import BodyPartReader, MultipartReader

from domain.statements import Problem
from scheduler.apart import read_apart
from settings.house import HouseRules
from statements.preview import ListPreview, Preview, preview_of
from statements.problems import StatementError
from statements.sheets import MOST_BYTES
from web.finance.door import words_in
from web.login import Signed

log = structlog.get_logger()

AT_ONCE = 10
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class SentFile:
    sha256: str
    name: str


@dataclass(frozen=True, slots=True)
class NotKept:
    name: str
    why: str


class Files:
    def __init__(
        self,
        rules: HouseRules,
        keep: Callable[[bytes], Awaitable[str]],
        bytes_of: Callable[[str], Awaitable[bytes]],
    ) -> None:
        self._rules = rules
        self._keep = keep
        self._bytes_of = bytes_of
        self._seals = Signed(rules.link_key, "statement")

    async def receive(self, form: MultipartReader, check: Callable[[object], None]) -> list[SentFile | NotKept]:
        """`check` is given the form's proof, which stands in front of the files: nothing is read without it."""
        received: list[SentFile | NotKept] = []
        proof: str | None = None
        async for part in form:
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "proof":
                proof = (await part.read_chunk(200)).decode(errors="replace")
            elif part.name == "file" and part.filename:
                check(proof)
                received.append(await self._receive(part, len(received)))
        check(proof)
        return received

    async def _receive(self, part: BodyPartReader, before: int) -> SentFile | NotKept:
        """What is too much is read to its end and dropped: a browser shows no answer before it has sent everything."""
        name = words_in(PurePath((part.filename or "").replace("\\", "/")).name[-LONGEST_NAME:], LONGEST_NAME)
        data = bytearray()
        size = 0
        while chunk := await part.read_chunk(1 << 18):
            size += len(chunk)
            if size <= MOST_BYTES and before < AT_ONCE:
                data += chunk
        if before >= AT_ONCE:
            return NotKept(name, f"一次最多 {AT_ONCE} 个文件，这个没有收")
        if size > MOST_BYTES:
            return NotKept(name, f"超过 {MOST_BYTES >> 20} MB，没有收；请按月分开导出")
        if not size:
            return NotKept(name, "是空的，请重新导出")
        try:
            return SentFile(await self._keep(bytes(data)), name)
        except OSError as error:
            log.warning("statement_not_kept", error=str(error))
            return NotKept(name, "没存下来，请过一会儿再传")

    def sealed(self, sent: SentFile) -> str:
        return f"{self._seal(sent)}.{sent.sha256}.{sent.name}"

    def opened(self, sealed: object) -> SentFile | None:
        seal, _, rest = str(sealed).partition(".")
        sha256, _, name = rest.partition(".")
        sent = SentFile(sha256, name)
        return sent if hmac.compare_digest(seal.encode(), self._seal(sent).encode()) else None

    def _seal(self, sent: SentFile) -> str:
        return self._seals.proof(f"{sent.sha256}.{sent.name}")[:32]

    async def preview(self, sent: SentFile) -> Preview | ListPreview | Problem:
        try:
            data = await self._bytes_of(sent.sha256)
            return await read_apart(preview_of, data, sent.name, self._rules)
        except StatementError as error:
            return error.problem
        except OSError as error:
            log.warning("statement_not_found", error=str(error))
            return Problem.LOST
        except Exception:
            log.exception("statement_stumbled")
            return Problem.STUMBLED
