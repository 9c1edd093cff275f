"""Speech to text: what the sender hears of a problem, and what the operators can do about it (N1)."""

from __future__ import annotations

from domain.speech import Problem

_NOT_PASSED = "语音已存好，但一直没能转成文字。请把要点打成字发来。"

TO_SENDER = {
    Problem.EMPTY: "这段语音是空的，没有录到声音。请重录一段，或直接打字。",
    Problem.SILK: "这段语音是微信的 Silk 格式，转不了文字。请在企业微信里按住说话重录，或直接打字。",
    Problem.NOT_AUDIO: "这个文件不是能听的录音。录音请发 AMR、WAV、MP3、M4A 或 OGG，或直接打字。",
    Problem.BROKEN: "这段录音坏了，听不出内容，原件已存好。请重发一次，或直接打字。",
    Problem.TOO_SHORT: "这段语音太短，没听到话。请按住说完再松手，或直接打字。",
    Problem.TOO_LONG: "这段录音太长，没有转文字，原件已存好。请剪成几段再发，或把要点打成字。",
    Problem.SILENT: "这段语音里没有声音，原件已存好。请检查麦克风权限后重录，或直接打字。",
    Problem.NO_WORDS: "这段录音里没听到有人说话，原件已存好。请靠近麦克风重录，或直接打字。",
    Problem.LOST: "这段语音没有取到，请再发一次。",
    Problem.OFF: "语音已存好。现在没有开语音转文字，请把要点打成字发来。",
}
LATER = "语音已存好，文字要晚一点才出来。急的话可以先打字。"

IN_HOUSE = {
    Problem.NO_BYTES: "存好的录音读不出来；检查 media.folder 的磁盘和权限",
    Problem.NO_DECODER: "没有装 PyAV，语音解不了码；执行 pip install 'dealbell[speech]'",
    Problem.NO_ENGINE: "没有装 speech.engine 要用的库；执行 pip install 'dealbell[speech]'（\"openai-whisper\" 是 dealbell[speech-openai]）",
    Problem.NO_MODEL: "语音模型读不了也下载不到；把 speech.model 写成本地路径，或在 speech.model_url 写一个连得上的镜像",
    Problem.SERVER_AWAY: "语音服务器连不上；检查 speech.url，以及它是否在运行",
    Problem.SERVER_SLOW: "语音服务器没有按时回答；检查它的负载，或调大 speech.timeout",
    Problem.SERVER_BUSY: "语音服务器忙，或到了它的限额",
    Problem.SERVER_KEY: "语音服务器不认这个钥匙；检查 speech.key",
    Problem.SERVER_ADDRESS: "speech.url 上不是语音服务；地址通常以 /v1 结尾，也检查 speech.model",
    Problem.SERVER_REFUSED: "语音服务器不收这段录音；看日志里它说了什么，并检查 speech.model",
    Problem.DIED: "转文字的进程中途停了；常见原因是内存不够，换小一点的 speech.model",
    Problem.TOO_SLOW: "转文字太慢，没有按时完成；换小一点的 speech.model，或调大 speech.timeout",
}
"""A problem and its cure, without the full stop."""


def to_sender(problem: Problem) -> str:
    return TO_SENDER.get(problem, _NOT_PASSED)


def to_operator(problem: Problem) -> str:
    return IN_HOUSE.get(problem) or TO_SENDER[problem].rstrip("。")
