"""Whisper checkpoints that say a chosen sentence, made in a tenth of a second and without a download.

The layers add nothing to what passes through them, so that position t of the decoder alone says which token comes next:
its row is the embedding of that token. The real engines load and run them like any other: features, encoder, beam
search, timestamp rules, tokenizer. What they cannot show is whether real weights understand anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TEXT_TOKENS = 50_257
END, START, FIRST_LANGUAGE = 50_257, 50_258, 50_259
FIRST_TIMESTAMP = 50_364
TOKENS = 51_865
LANGUAGES = 99
POSITIONS = 448
WIDTH = 64
ENCODER_POSITIONS = 1_500
SURE = 4.0
"""Gain of the last layer: with less, the scripted token would be too unlikely for the engines' own thresholds."""
CODES = ["en", "zh", *(f"language{number}" for number in range(2, LANGUAGES))]


def faster_whisper(folder: Path, sentence: str, prompt: str = "") -> Path:
    """A folder for faster-whisper; `prompt` is what the engine will be given before each window."""
    import ctranslate2
    from ctranslate2.specs import whisper_spec

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _byte_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))

    def encode(text: str) -> list[int]:
        return list(tokenizer.encode(text, add_special_tokens=False).ids)

    spec = whisper_spec.WhisperSpec(1, 1, 1, 1)
    _fill(spec.encoder, spec.decoder, _script(encode(sentence), _before(encode, prompt)))
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


def openai_whisper(file: Path, sentence: str, prompt: str = "") -> Path:
    """A file for openai-whisper."""
    import torch
    from whisper.model import ModelDimensions, Whisper
    from whisper.tokenizer import get_tokenizer

    tokenizer = get_tokenizer(True, language="zh", task="transcribe")
    model = Whisper(ModelDimensions(80, ENCODER_POSITIONS, WIDTH, 1, 1, TOKENS, POSITIONS, WIDTH, 1, 1))
    script = _script(tokenizer.encode(sentence), _before(tokenizer.encode, prompt))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        for module in model.modules():
            if isinstance(module, torch.nn.LayerNorm):
                module.weight.fill_(1)
        model.decoder.ln.weight.fill_(SURE)
        embedding = _embedding()
        model.decoder.token_embedding.weight.copy_(torch.from_numpy(embedding))
        model.decoder.positional_embedding.copy_(torch.from_numpy(_positions(embedding, script)))
    torch.save({"dims": model.dims.__dict__, "model_state_dict": model.state_dict()}, file)
    return file


def _before(encode: Any, prompt: str) -> int:
    """Tokens that stand before the first one said: the prompt with its mark, then start, language and task."""
    return (1 + len(encode(f" {prompt}")) if prompt else 0) + 3


def _script(sentence: Sequence[int], before: int) -> list[int]:
    """What follows the token at each position."""
    said = [FIRST_TIMESTAMP, *sentence, FIRST_TIMESTAMP + 100]
    script = [END] * (before - 1) + said
    assert len(script) < POSITIONS
    assert len(sentence) < POSITIONS // 2, "engines stop in the middle of a longer one"
    return script + [END] * (POSITIONS - len(script))


def _embedding() -> NDArray[np.float32]:
    rows = np.random.default_rng(0).standard_normal((TOKENS, WIDTH)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _positions(embedding: NDArray[np.float32], script: Sequence[int]) -> NDArray[np.float32]:
    return 8 * embedding[np.array(script)]


# faster-whisper


def _fill(encoder: Any, decoder: Any, script: Sequence[int]) -> None:
    def zeros(*shape: int) -> NDArray[np.float32]:
        return np.zeros(shape, np.float32)

    def norm(layer: Any, gain: float = 1.0) -> None:
        layer.gamma, layer.beta = np.full(WIDTH, gain, np.float32), zeros(WIDTH)

    def linear(layer: Any, rows: int, columns: int) -> None:
        layer.weight, layer.bias = zeros(rows, columns), zeros(rows)

    def attention(layer: Any, widths: Sequence[int]) -> None:
        norm(layer.layer_norm)
        for part, width in zip(layer.linear, widths, strict=True):
            linear(part, width, WIDTH)

    def feed_forward(layer: Any) -> None:
        norm(layer.layer_norm)
        linear(layer.linear_0, 4 * WIDTH, WIDTH)
        linear(layer.linear_1, WIDTH, 4 * WIDTH)

    encoder.conv1.weight, encoder.conv1.bias = zeros(WIDTH, 80, 3), zeros(WIDTH)
    encoder.conv2.weight, encoder.conv2.bias = zeros(WIDTH, WIDTH, 3), zeros(WIDTH)
    encoder.position_encodings.encodings = zeros(ENCODER_POSITIONS, WIDTH)
    norm(encoder.layer_norm)
    decoder.embeddings.weight = _embedding()
    decoder.position_encodings.encodings = _positions(decoder.embeddings.weight, script)
    decoder.projection.weight = decoder.embeddings.weight
    norm(decoder.layer_norm, SURE)
    for layer in (*encoder.layer, *decoder.layer):
        attention(layer.self_attention, (3 * WIDTH, WIDTH))
        feed_forward(layer.ffn)
    for layer in decoder.layer:
        attention(layer.attention, (WIDTH, 2 * WIDTH, WIDTH))


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
