"""A lean HTTP/1.1 client on asyncio streams, so that the client is not what is measured. Loopback only, bounded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    seconds: float
    latencies: list[float]
    """Seconds of each request."""
    refused: int
    """Answers other than 200."""

    def figures(self) -> dict[str, float]:
        ordered = sorted(self.latencies)
        return {
            "requests": len(ordered),
            "per_second": round(len(ordered) / self.seconds),
            "p50_ms": round(1000 * ordered[len(ordered) // 2], 2),
            "p99_ms": round(1000 * ordered[int(len(ordered) * 0.99)], 2),
            "refused": self.refused,
        }


def post(port: int, path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def send_all(port: int, requests: Sequence[bytes], connections: int, per_second: float = 0) -> Load:
    """As fast as `connections` kept-alive connections go, or so many a second, each measured from when it was due."""
    waiting = iter(enumerate(requests))
    latencies: list[float] = []
    refused = 0

    async def one_connection() -> None:
        nonlocal refused
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number, request in waiting:
            due = time.perf_counter()
            if per_second:
                due = started + number / per_second
                await asyncio.sleep(due - time.perf_counter())
            writer.write(request)
            status = await _status(reader)
            latencies.append(time.perf_counter() - due)
            refused += status != 200
        writer.close()
        await writer.wait_closed()

    started = time.perf_counter()
    await asyncio.gather(*(one_connection() for _ in range(connections)))
    return Load(time.perf_counter() - started, latencies, refused)


async def _status(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            await reader.readexactly(int(line[15:]))
    return int(head[9:12])
