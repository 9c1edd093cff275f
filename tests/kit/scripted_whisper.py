"""A Whisper checkpoint that says a chosen sentence whatever it hears: the real engine, file format and pipeline, offline.

All layers are zero, so what comes out depends on the place alone: the embedding of place t is the embedding of the
token that is to be said there. The vocabulary is the 256 bytes, filled up to Whisper's size.
"""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

VOCABULARY, SPECIAL_FROM, END = 51_865, 50_257, 50_257
LANGUAGES = [
    "en",
    "zh",
    "de",
    "es",
    "ru",
    "ko",
    "fr",
    "ja",
    "pt",
    "tr",
    "pl",
    "ca",
    "nl",
    "ar",
    "sv",
    "it",
    "id",
    "hi",
    "fi",
    "vi",
    "he",
    "uk",
    "el",
    "ms",
    "cs",
    "ro",
    "da",
    "hu",
    "ta",
    "no",
    "th",
    "ur",
    "hr",
    "bg",
    "lt",
    "la",
    "mi",
    "ml",
    "cy",
    "sk",
    "te",
    "fa",
    "lv",
    "bn",
    "sr",
    "az",
    "sl",
    "kn",
    "et",
    "mk",
    "br",
    "eu",
    "is",
    "hy",
    "ne",
    "mn",
    "bs",
    "kk",
    "sq",
    "sw",
    "gl",
    "mr",
    "pa",
    "si",
    "km",
    "sn",
    "yo",
    "so",
    "af",
    "oc",
    "ka",
    "be",
    "tg",
    "sd",
    "gu",
    "am",
    "yi",
    "lo",
    "uz",
    "fo",
    "ht",
    "ps",
    "tk",
    "nn",
    "mt",
    "sa",
    "lb",
    "my",
    "bo",
    "tl",
    "mg",
    "as",
    "tt",
    "haw",
    "ln",
    "ha",
    "ba",
    "jw",
    "su",
]
BEFORE_WORDS = 3
"""Start, language, task; with a prompt one more and the prompt itself stand before them."""
WIDTH, PLACES, HEARD_PLACES = 64, 448, 1500


def _printable() -> dict[int, str]:
    """The byte alphabet of byte-level BPE: a sign that can be written for each byte."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    fresh = count(256)
    return {
        byte: chr(byte if byte in plain else next(fresh))
        for byte in sorted(range(256), key=lambda b: (b not in plain, b))
    }


def tokenizer(file: Path) -> Any:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    vocabulary = {sign: byte for byte, sign in _printable().items()}
    vocabulary |= {f"[unused{number}]": number for number in range(256, SPECIAL_FROM - 1)}
    # An empty token before the special ones: without it the engine takes the model for an English one.
    vocabulary[""] = SPECIAL_FROM - 1
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{language}|>" for language in LANGUAGES)]
    special += [
        "<|translate|>",
        "<|transcribe|>",
        "<|startoflm|>",
        "<|startofprev|>",
        "<|nospeech|>",
        "<|notimestamps|>",
    ]
    made.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])
    made.add_tokens([AddedToken(f"<|{step * 0.02:.2f}|>", normalized=False) for step in range(1501)])
    assert made.get_vocab_size() == VOCABULARY
    made.save(str(file))
    return made


def scripted(folder: Path, sentence: str, *, prompt: str) -> Path:
    """For faster-whisper (CTranslate2). `prompt`: what the caller gives the engine, since it moves the places."""
    import numpy as np
    from ctranslate2.specs.whisper_spec import WhisperSpec

    folder.mkdir(parents=True, exist_ok=True)
    words = tokenizer(folder / "tokenizer.json")
    begins, ends = (words.token_to_id(mark) for mark in ("<|0.00|>", "<|10.00|>"))
    said = [begins, *words.encode(sentence, add_special_tokens=False).ids, ends, END]
    prompt_tokens = (
        len(words.encode(f" {prompt}", add_special_tokens=False).ids) + 1 + BEFORE_WORDS if prompt else BEFORE_WORDS
    )
    dice = np.random.default_rng(0)

    def zeros(*shape: int) -> Any:
        return np.zeros(shape, np.float32)

    def norm(spec: Any) -> None:
        spec.gamma, spec.beta = np.ones(WIDTH, np.float32), zeros(WIDTH)

    def linear(spec: Any, out: int, into: int) -> None:
        spec.weight, spec.bias = zeros(out, into), zeros(out)

    def attention(spec: Any, parts: tuple[int, ...]) -> None:
        norm(spec.layer_norm)
        for layer, times in zip(spec.linear, parts, strict=True):
            linear(layer, times * WIDTH, WIDTH)

    def feed_forward(spec: Any) -> None:
        norm(spec.layer_norm)
        linear(spec.linear_0, 4 * WIDTH, WIDTH)
        linear(spec.linear_1, WIDTH, 4 * WIDTH)

    spec = WhisperSpec(1, 1, 1, 1)
    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = zeros(WIDTH, 80, 3), zeros(WIDTH)
    encoder.conv2.weight, encoder.conv2.bias = zeros(WIDTH, WIDTH, 3), zeros(WIDTH)
    encoder.position_encodings.encodings = zeros(HEARD_PLACES, WIDTH)
    norm(encoder.layer_norm)
    embeddings = dice.standard_normal((VOCABULARY, WIDTH)).astype(np.float32)
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    places = zeros(PLACES, WIDTH)
    for place in range(prompt_tokens - 1, PLACES):
        at = place - prompt_tokens + 1
        places[place] = 8 * embeddings[said[at] if at < len(said) else END]
    decoder.embeddings.weight = embeddings
    decoder.position_encodings.encodings = places
    decoder.projection.weight = embeddings
    norm(decoder.layer_norm)
    # So sure that all the other tokens together weigh nothing: the engine prefers a time mark otherwise.
    decoder.layer_norm.gamma *= 4
    for layer in encoder.layer:
        attention(layer.self_attention, (3, 1))
        feed_forward(layer.ffn)
    for layer in decoder.layer:
        attention(layer.self_attention, (3, 1))
        attention(layer.attention, (1, 2, 1))
        feed_forward(layer.ffn)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = [words.token_to_id(f"<|{language}|>") for language in LANGUAGES]
    spec.config.alignment_heads = [[0, 0]]
    spec.register_vocabulary([words.id_to_token(number) for number in range(VOCABULARY)])
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
    (folder / "preprocessor_config.json").write_text(
        json.dumps({"feature_size": 80, "sampling_rate": 16000, "hop_length": 160, "chunk_length": 30, "n_fft": 400})
    )
    return folder
