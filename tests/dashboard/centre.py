"""A small centre for the dashboard's tests: a real store with real (synthetic) recordings beside it."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import av
import numpy as np

from qa.call import Call, CallMeta
from qa.finding import Evidence, Finding
from qa.result import CallResult
from qa.rules.scheme import Price
from qa.rules.tariff import Tariff, tariff_json
from qa.store.engine import open_store, writing
from qa.store.saving import finish_run, save_result, start_run
from qa.store.tables import TariffRecord
from tests.builders import (
    make_call,
    make_failed,
    make_finding,
    make_meta,
    make_result,
    make_scorecard,
    make_transcript,
    make_turn,
)
from tests.rules.shipped import ruleset

SHA = "b" * 64
KEPT = datetime.fromisoformat("2026-03-11T20:00:00+08:00")
PRICES = (
    Price("opening-greeting", "标准开头语", "003 开头语", 5),
    Price("job-number", "主动报工号", "002 开头语", 5),
    Price("rude-language", "服务禁语·态度", "003 考核条例 1", 5, per="occurrence"),
    Price("dead-air", "静默过长", "本中心规定", 3),
    Price("complaint-closing", "投诉结束语", "001 第 8 条", 5),
)
TARIFF = Tariff("heating", PRICES, (ruleset("heating").scheme,))
RUDE_S = 12.0
RATE = 8000
SPANS = (("agent", 0.5, 5.5), ("customer", 6.0, 9.0), ("agent", RUDE_S - 1, 15.0), ("customer", 19.5, 21.0))
WORDS = (
    "您好，大龙供暖报修，请问您有什么问题？",
    "我家的暖气不热，你们什么时候来修？",
    "跟你说过多少遍了，有什么事快说！",
    "我不满意，再见。",
)
DURATION_S = 22.0


def write_recording(path: Path, codec: str, channels: int) -> Path:
    """A recording with a tone wherever SPANS has speech: the agent left and low, the customer right and high."""
    t = np.arange(int(DURATION_S * RATE)) / RATE
    sides = np.zeros((2, t.size))
    for role, start, end in SPANS:
        side, pitch = (0, 220.0) if role == "agent" else (1, 440.0)
        inside = (t >= start) & (t < end)
        sides[side, inside] = 0.4 * np.sin(2 * np.pi * pitch * t[inside]) * (0.6 + 0.4 * np.sin(8 * t[inside]))
    signal = sides if channels == 2 else sides.sum(axis=0, keepdims=True)
    pcm = (signal * 32767).astype(np.int16).T.reshape(1, -1)
    layout = "stereo" if channels == 2 else "mono"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE, layout=layout)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(pcm), format="s16", layout=layout)
        frame.sample_rate = RATE
        resampler = av.AudioResampler(
            format=stream.codec_context.format,
            layout=layout,
            rate=RATE,
            frame_size=stream.codec_context.frame_size,
        )
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def talk(meta: CallMeta, *, mono: bool = False, notes: tuple[str, ...] = ()) -> Call:
    """The call that `write_recording` sounds like."""
    turns = [
        make_turn("unknown" if mono and role == "customer" else role, start, end, words)
        for (role, start, end), words in zip(SPANS, WORDS, strict=True)
    ]
    turns[1] = replace(turns[1], confidence=0.4)
    return make_call(*turns, meta=meta, duration_s=DURATION_S, channels="mono" if mono else "agent-left", notes=notes)


def findings() -> tuple[Finding, ...]:
    """Two violations, a doubt, a silence, a pass and a rule that does not apply."""
    return (
        make_finding(
            "opening-greeting",
            "passed",
            name="标准开头语",
            clause="003 开头语",
            reason="问候、公司名和主动询问齐全。",
            evidence=(Evidence("agent", 0.5, 2.0, "您好，大龙供暖报修"),),
        ),
        make_finding(
            evidence=(Evidence("agent", 0.5, 5.5, WORDS[0]),),
            right_wording="您好，大龙供暖报修八六七号为您服务",
        ),
        make_finding(
            "rude-language",
            name="服务禁语·态度",
            clause="003 考核条例 1",
            points=10.0,
            count=2,
            reason="对客户使用不耐烦、命令的语气。",
            right_wording="请您不要着急，慢慢说。",
            evidence=(
                Evidence("agent", RUDE_S, 13.5, "跟你说过多少遍了"),
                Evidence("agent", 13.5, 15.0, "有什么事快说"),
            ),
        ),
        make_finding(
            "dead-air",
            "needs_review",
            name="静默过长",
            clause="本中心规定",
            confidence=0.55,
            reason="静默接近上限，请人工确认。",
            evidence=(Evidence("unknown", 15.0, 19.5, ""),),
            right_wording="请您稍等，我为您查询。",
        ),
        make_finding(
            "complaint-closing",
            "not_applicable",
            name="投诉结束语",
            clause="001 第 8 条",
            reason="不是投诉电话。",
            right_wording="",
        ),
    )


def scored(call: Call, *rules: Finding, fatal: bool = False) -> CallResult:
    """The call with these findings."""
    card = make_scorecard(*rules)
    if fatal:
        card = replace(card, score=0.0, fatal=True, grade="D")
    return replace(make_result(), meta=call.meta, call=call, scorecard=card)


def make_centre(folder: Path, *, more: int = 0) -> str:
    """Seven calls of every state (and `more` plain ones) in a new database; returns its URL."""
    url = f"sqlite:///{folder / 'qa.db'}"
    clean = tuple(replace(f, verdict="passed", points=0.0, count=0, evidence=()) for f in findings())
    stereo = make_meta("heat-01", agent_name="王芳", team="早班一组", hangup_by="customer", ring_seconds=6.0)
    ulaw = make_meta("tele-02", agent_id="003", ruleset="telecom", team="早班二组", recording="tele-02.wav")
    mp3 = make_meta("broad-03", agent_id="102", ruleset="broadband", team="晚班一组", recording="broad-03.mp3")
    text = make_meta("text-04", recording=None, started_at=None)
    fatal = make_meta("fatal-05", agent_id="003", ruleset="telecom", recording=None)
    cases: list[tuple[CallResult, Path | None]] = [
        (scored(talk(stereo), *findings()), write_recording(folder / "heat-01.wav", "pcm_s16le", 2)),
        (
            scored(talk(ulaw, mono=True, notes=("truncated",)), *findings()[:2]),
            write_recording(folder / "tele-02.wav", "pcm_mulaw", 1),
        ),
        (scored(talk(mp3), *clean), write_recording(folder / "broad-03.mp3", "libmp3lame", 2)),
        (scored(talk(text), *clean[:1]), None),
        (scored(talk(fatal), *findings()[1:3], fatal=True), None),
        (make_failed("bad-06", "bad-06.wav:文件是空的，请重新导出"), None),
        (CallResult(make_meta("short-07"), "skipped", error="录音不足 1 秒"), None),
    ]
    for i in range(more):
        meta = make_meta(f"plain-{i:03}", recording=None)
        meta = replace(meta, started_at=datetime.fromisoformat("2026-01-01T08:00:00+08:00") + timedelta(hours=i))
        cases.append((scored(talk(meta), *clean[:2]), None))
    with writing(open_store(url)) as session:
        session.add(TariffRecord(ruleset_sha256=SHA, ruleset="heating", content=tariff_json(TARIFF), kept_at=KEPT))
        run = start_run(session=session, command="run", total=len(cases))
        for result, path in cases:
            transcript = None
            if result.call:
                source = (result.meta.call_id.encode().hex() + "0" * 64)[:64]
                transcript = make_transcript(result.call, source=source, audio_sha256=source, peaks=())
            save_result(
                session=session,
                result=result,
                run_id=run,
                work="transcribed",
                transcript=transcript,
                recording_path=str(path) if path else None,
            )
        finish_run(session=session, run_id=run)
    return url
