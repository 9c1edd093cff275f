"""Whisper checkpoints that say a chosen sentence, made in a tenth of a second and without a download.

The layers add nothing to what passes through them, so that position t of the decoder alone says which token comes next:
its row is the embedding of that token. The real engines load and run them like any other: features, encoder, beam
search, timestamp rules, tokenizer. What they cannot show is whether real weights understand anybody.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

TEXT_TOKENS = 50_257
END, FIRST_LANGUAGE = 50_257, 50_259
FIRST_TIMESTAMP = 50_364
TOKENS = 51_865
LANGUAGES = 99
POSITIONS = 448
ENCODER_POSITIONS = 1_500
MELS = 80
SURE = 4.0
"""Gain of the last layer: with less, the scripted token would be too unlikely for the engines' own thresholds."""
CODES = ["en", "zh", *(f"language{number}" for number in range(2, LANGUAGES))]

Array = NDArray[np.float32]
Weights = dict[str, Array]
"""Under the names of openai-whisper."""
Encode = Callable[[str], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Size:
    width: int
    heads: int
    layers: int
    noise: float = 0.0
    """Of the layers' weights: too little to change what is said, and every multiplication is done."""


SMALLEST = Size(64, 1, 1)
BASE = Size(512, 8, 6, noise=1e-3)
"""What a real `base` costs to run."""

MODULES = {"whisper": "faster_whisper", "openai-whisper": "whisper"}
"""Engine, as the settings call it → what has to be installed."""
EXTRAS = {"whisper": "speech", "openai-whisper": "speech-openai"}
ENGINES = [
    pytest.param(
        engine,
        marks=pytest.mark.skipif(
            importlib.util.find_spec(module) is None,
            reason=f"the engine {engine} is not installed, so it is not run; it comes with the extra {EXTRAS[engine]}",
        ),
    )
    for engine, module in MODULES.items()
]


def scripted(engine: str, folder: Path, sentence: str, prompt: str = "") -> str:
    """The model for the settings."""
    if engine == "openai-whisper":
        return str(openai_whisper(folder / "scripted.pt", sentence, prompt))
    return str(faster_whisper(folder / "scripted", sentence, prompt))


def faster_whisper(folder: Path, sentence: str | Sequence[int], prompt: str = "", size: Size = SMALLEST) -> Path:
    """A folder for faster-whisper. The sentence may be given in tokens; `prompt` stands before each window."""
    import ctranslate2
    from ctranslate2.specs import whisper_spec

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _byte_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))

    def encode(text: str) -> list[int]:
        return list(tokenizer.encode(text, add_special_tokens=False).ids)

    spec = whisper_spec.WhisperSpec(size.layers, size.heads, size.layers, size.heads)
    _fill(spec, _weights(size, _script(encode, sentence, prompt)))
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = list(range(FIRST_LANGUAGE, FIRST_LANGUAGE + LANGUAGES))
    spec.config.alignment_heads = [[0, 0]]
    spec.register_vocabulary([tokenizer.id_to_token(number) for number in range(TOKENS)])
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
    assert ctranslate2.contains_model(str(folder))
    return folder


def openai_whisper(file: Path, sentence: str | Sequence[int], prompt: str = "", size: Size = SMALLEST) -> Path:
    """A file for openai-whisper."""
    import torch
    from whisper.tokenizer import get_tokenizer

    with warnings.catch_warnings():
        # It leaves the file of its words open, once in a process.
        warnings.simplefilter("ignore", ResourceWarning)
        tokenizer = get_tokenizer(True, language="zh", task="transcribe")
    weights = _weights(size, _script(tokenizer.encode, sentence, prompt))
    shape = {"ctx": POSITIONS, "state": size.width, "head": size.heads, "layer": size.layers}
    dims = {"n_mels": MELS, "n_vocab": TOKENS, **{f"n_text_{name}": number for name, number in shape.items()}}
    dims |= {f"n_audio_{name}": number for name, number in (shape | {"ctx": ENCODER_POSITIONS}).items()}
    state = {name: torch.from_numpy(array) for name, array in weights.items()}
    torch.save({"dims": dims, "model_state_dict": state}, file)
    return file


def _script(encode: Encode, sentence: str | Sequence[int], prompt: str) -> list[int]:
    """What follows the token at each position. Before the first one said stand the prompt with its mark, where there is
    one, then start, language and task."""
    before = (1 + len(encode(f" {prompt}")) if prompt else 0) + 3
    words = encode(sentence) if isinstance(sentence, str) else sentence
    script = [END] * (before - 1) + [FIRST_TIMESTAMP, *words, FIRST_TIMESTAMP + 100]
    assert len(script) < POSITIONS
    assert len(words) < POSITIONS // 2, "engines stop in the middle of a longer one"
    return script + [END] * (POSITIONS - len(script))


def _weights(size: Size, script: Sequence[int]) -> Weights:
    dice = np.random.default_rng(0)
    width = size.width
    embedding = dice.standard_normal((TOKENS, width)).astype(np.float32)
    embedding /= np.linalg.norm(embedding, axis=1, keepdims=True)

    def linear(name: str, *shape: int) -> Weights:
        weight = size.noise * dice.standard_normal(shape, np.float32)
        return {f"{name}.weight": weight.astype(np.float32), f"{name}.bias": np.zeros(shape[0], np.float32)}

    def norm(name: str, gain: float = 1.0) -> Weights:
        return {f"{name}.weight": np.full(width, gain, np.float32), f"{name}.bias": np.zeros(width, np.float32)}

    def attention(name: str) -> Weights:
        parts = [linear(f"{name}.{part}", width, width) for part in ("query", "key", "value", "out")]
        made = norm(f"{name}_ln") | {key: array for part in parts for key, array in part.items()}
        # Whisper's keys have none.
        del made[f"{name}.key.bias"]
        return made

    def block(name: str, attentions: Sequence[str]) -> Weights:
        made = norm(f"{name}.mlp_ln") | linear(f"{name}.mlp.0", 4 * width, width)
        made |= linear(f"{name}.mlp.2", width, 4 * width)
        for part in attentions:
            made |= attention(f"{name}.{part}")
        return made

    weights = linear("encoder.conv1", width, MELS, 3) | linear("encoder.conv2", width, width, 3)
    weights["encoder.positional_embedding"] = np.zeros((ENCODER_POSITIONS, width), np.float32)
    weights["decoder.token_embedding.weight"] = embedding
    weights["decoder.positional_embedding"] = 8 * embedding[np.array(script)]
    weights |= norm("encoder.ln_post") | norm("decoder.ln", SURE)
    for number in range(size.layers):
        weights |= block(f"encoder.blocks.{number}", ["attn"])
        weights |= block(f"decoder.blocks.{number}", ["attn", "cross_attn"])
    return weights


# faster-whisper


def _fill(spec: Any, weights: Weights) -> None:
    def linear(layer: Any, *names: str) -> None:
        """Several are one in CTranslate2, one below the other."""
        layer.weight = np.concatenate([weights[f"{name}.weight"] for name in names])
        zeros = [np.zeros(len(weights[f"{name}.weight"]), np.float32) for name in names]
        layer.bias = np.concatenate(
            [weights.get(f"{name}.bias", zero) for name, zero in zip(names, zeros, strict=True)]
        )

    def norm(layer: Any, name: str) -> None:
        layer.gamma, layer.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]

    def attention(layer: Any, name: str, *parts: Sequence[str]) -> None:
        norm(layer.layer_norm, f"{name}_ln")
        for part, names in zip(layer.linear, parts, strict=True):
            linear(part, *(f"{name}.{each}" for each in names))

    for side, last in (("encoder", "ln_post"), ("decoder", "ln")):
        half = getattr(spec, side)
        half.position_encodings.encodings = weights[f"{side}.positional_embedding"]
        norm(half.layer_norm, f"{side}.{last}")
        for number, layer in enumerate(half.layer):
            name = f"{side}.blocks.{number}"
            attention(layer.self_attention, f"{name}.attn", ("query", "key", "value"), ("out",))
            if side == "decoder":
                attention(layer.attention, f"{name}.cross_attn", ("query",), ("key", "value"), ("out",))
            norm(layer.ffn.layer_norm, f"{name}.mlp_ln")
            linear(layer.ffn.linear_0, f"{name}.mlp.0")
            linear(layer.ffn.linear_1, f"{name}.mlp.2")
    linear(spec.encoder.conv1, "encoder.conv1")
    linear(spec.encoder.conv2, "encoder.conv2")
    spec.decoder.embeddings.weight = weights["decoder.token_embedding.weight"]
    spec.decoder.projection.weight = spec.decoder.embeddings.weight


def _byte_tokenizer() -> Any:
    """Whisper's special tokens over a vocabulary of single bytes; the places of its longer words stay unused."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    vocabulary = {sign: byte for byte, sign in _byte_signs().items()}
    vocabulary |= {f"[unused{number}]": number for number in range(256, TEXT_TOKENS - 1)}
    # CTranslate2 takes a model for an English one unless this is empty.
    vocabulary[""] = TEXT_TOKENS - 1
    special = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{code}|>" for code in CODES), "<|translate|>"]
    special += ["<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in special])
    tokenizer.add_tokens([AddedToken(f"<|{step * 0.02:.2f}|>", normalized=False) for step in range(1_501)])
    assert tokenizer.get_vocab_size() == TOKENS
    assert tokenizer.token_to_id("<|0.00|>") == FIRST_TIMESTAMP
    return tokenizer


def _byte_signs() -> dict[int, str]:
    """The visible sign of each byte in GPT-2's vocabulary."""
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in visible]
    return {byte: chr(byte) for byte in visible} | {byte: chr(256 + n) for n, byte in enumerate(hidden)}
