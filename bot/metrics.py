"""Figures for /metrics, named once."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter("dealbell_messages_total", "Messages worked on, by how it ended", ["outcome"])
INBOX_SECONDS = Histogram(
    "dealbell_message_seconds", "Working on one message", buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)
)
PUSHES = Counter("dealbell_pushes_total", "Pushes by kind and how it ended", ["kind", "outcome"])
PUSH_SECONDS = Histogram(
    "dealbell_push_wait_seconds",
    "From the commit that caused a push to WeCom's acceptance",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 5, 60),
)
INBOX_DEPTH = Gauge("dealbell_inbox", "Messages waiting or parked", ["state"])
OUTBOX_DEPTH = Gauge("dealbell_outbox", "Pushes that are not settled", ["state"])
SPEECH_DEPTH = Gauge("dealbell_speech_queue", "Recordings that wait for their words or were given up", ["state"])
SPEECH_RECORDINGS = Counter("dealbell_speech_total", "Tries to hear a recording, by how it ended", ["outcome"])
SPEECH_SOUND = Counter("dealbell_speech_sound_seconds_total", "Seconds of sound that became words")
SPEECH_SECONDS = Histogram(
    "dealbell_speech_seconds", "Hearing one recording", buckets=(0.5, 1, 2, 5, 10, 30, 60, 300, 1800)
)
