"""dealbell transcribe: what it prints, what it complains about, how it ends (N1)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.__main__ import main
from media.speech import prompt_of
from tests.kit import scripted_whisper

AUDIO = Path(__file__).parents[1] / "data" / "audio"
SAID = "王总要三百套，下周三报价"


@pytest.fixture(autouse=True)
def _no_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def config(folder: Path, speech: str) -> str:
    file = folder / "config.toml"
    file.write_text(f"[speech]\n{speech}\n", "utf-8")
    return str(file)


def transcribe(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(["transcribe", *argv])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_each_file_gives_its_text_and_a_bad_one_stops_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The model is a folder beside the settings file, named without its path."""
    scripted_whisper.faster_whisper(tmp_path / "scripted", SAID, prompt_of(["恒达"]))
    settings = config(tmp_path, 'model = "scripted"\nthreads = 1')
    photo = tmp_path / "photo.amr"
    photo.write_bytes(b"\xff\xd8\xff\xe0" + bytes(99))
    first, last = shutil.copy(AUDIO / "dtx.amr", tmp_path), shutil.copy(AUDIO / "memo.awb", tmp_path)
    code, out, err = transcribe(
        capsys, str(first), str(photo), str(last), "--hint", "恒达", "--config", settings
    )  # fmt: skip
    assert out == f"{first}\t{SAID}\n{last}\t{SAID}\n"
    assert err.splitlines()[-1].startswith(f"{photo}：这个文件不是能听的录音。")
    assert code == 1


def test_good_files_alone_end_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scripted_whisper.faster_whisper(tmp_path / "scripted", SAID, prompt_of([]))
    settings = config(tmp_path, f'model = "{tmp_path}/scripted"\nthreads = 1')
    assert transcribe(capsys, str(AUDIO / "memo.speex"), "--config", settings)[:2] == (
        0,
        f"{AUDIO / 'memo.speex'}\t{SAID}\n",
    )


def test_a_missing_model_is_one_sentence_with_the_cure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = config(tmp_path, f'model = "nowhere/scripted"\nmodel_folder = "{tmp_path}"')
    code, out, err = transcribe(capsys, str(AUDIO / "short.wav"), "--config", settings)
    assert (code, out) == (1, "")
    assert "speech.model" in err.splitlines()[-1]


def test_a_file_that_is_not_there_and_speech_that_is_off_are_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = transcribe(capsys, "nowhere.amr", "--config", config(tmp_path, ""))
    assert (code, out, err) == (2, "", "找不到文件 nowhere.amr。\n")
    code, out, err = transcribe(capsys, str(AUDIO / "short.wav"), "--config", config(tmp_path, 'engine = "off"'))
    assert (code, out) == (2, "")
    assert "speech.engine" in err
