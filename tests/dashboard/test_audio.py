"""The recordings' route: signed, from the store alone, playable, with Range."""

import io
import subprocess
import sys
import wave
from pathlib import Path

import pytest
from itsdangerous import URLSafeTimedSerializer
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import audio
from tests.dashboard.centre import DURATION_S, RATE, SPANS, write_recording


@pytest.fixture
def client(database: str) -> TestClient:
    return TestClient(Starlette(routes=audio.routes))


def test_wav_is_served_as_it_is_in_ranges(client: TestClient) -> None:
    whole = client.get(audio.signed_url("heat-01"))
    part = client.get(audio.signed_url("heat-01"), headers={"Range": "bytes=100-199"})
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/wav")
    assert (part.status_code, part.content) == (206, whole.content[100:200])


def test_mulaw_is_converted_to_pcm_of_the_same_length(client: TestClient) -> None:
    answer = client.get(audio.signed_url("tele-02"))
    assert answer.status_code == 200
    with wave.open(io.BytesIO(answer.content)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, RATE)
        assert sound.getnframes() / RATE == pytest.approx(DURATION_S, abs=0.05)


def test_what_a_killed_dashboard_converted_is_removed() -> None:
    start = [sys.executable, "-c", "from dashboard import audio; print(audio._converted.name, flush=True); input()"]
    with subprocess.Popen(start, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout
        left = Path(killed.stdout.readline().strip())
        assert left.is_dir()
        killed.kill()
    with subprocess.Popen(start, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as following:
        assert following.stdout
        assert Path(following.stdout.readline().strip()).is_dir() and not left.exists()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("heat-01", 403),
        ("../heat-01.wav", 404),
        (URLSafeTimedSerializer("another secret", salt="recording").dumps("heat-01"), 403),
        (audio.signed_url("nobody").rsplit("/", 1)[1], 404),
        (audio.signed_url("text-04").rsplit("/", 1)[1], 404),
        (audio.signed_url("../../etc/passwd").rsplit("/", 1)[1], 404),
    ],
    # Signatures hold the time: as names they would differ between parallel test processes.
    ids=["unsigned", "path", "other-secret", "unknown-call", "no-recording", "signed-path"],
)
def test_what_is_not_served(client: TestClient, path: str, status: int) -> None:
    assert client.get(f"{audio.URL_PREFIX}/{path}").status_code == status


def test_an_old_url_ends(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    url = audio.signed_url("heat-01")
    monkeypatch.setattr(audio, "MAX_AGE_S", -1)
    assert client.get(url).status_code == 403


@pytest.mark.parametrize(
    ("codec", "suffix", "converted"),
    [
        ("pcm_s16le", "wav", False),
        ("pcm_alaw", "wav", True),
        ("pcm_mulaw", "wav", True),
        ("libmp3lame", "mp3", False),
        ("flac", "flac", False),
        ("libopus", "ogg", False),
        ("aac", "m4a", True),
    ],
)
def test_which_recordings_are_converted(tmp_path: Path, codec: str, suffix: str, converted: bool) -> None:
    recording = write_recording(tmp_path / f"r.{suffix}", codec, 2)
    file, kind = audio.playable(recording)
    assert (file != recording) is converted
    assert kind.startswith("audio/")
    assert audio.playable(recording) == (file, kind)


def test_a_truncated_recording_keeps_what_can_be_decoded(tmp_path: Path) -> None:
    recording = write_recording(tmp_path / "r.wav", "pcm_alaw", 1)
    recording.write_bytes(recording.read_bytes()[: int(10 * RATE)])
    file, _ = audio.playable(recording)
    with wave.open(str(file)) as sound:
        assert sound.getnframes() / RATE == pytest.approx(10, abs=0.2)


def test_peaks_follow_the_sound(tmp_path: Path) -> None:
    lanes = audio.peaks_of(write_recording(tmp_path / "r.wav", "pcm_s16le", 2))
    assert len(lanes) == 2
    assert len(lanes[0]) == pytest.approx(DURATION_S * audio.PEAKS_PER_S, abs=2)
    for role, start_s, end_s in SPANS:
        lane = lanes[0 if role == "agent" else 1]
        inside = lane[int((start_s + 0.2) * audio.PEAKS_PER_S) : int((end_s - 0.2) * audio.PEAKS_PER_S)]
        assert max(inside) > 0.3
    assert max(lanes[0][int(6 * audio.PEAKS_PER_S) : int(10 * audio.PEAKS_PER_S)]) < 0.01


def test_old_conversions_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio, "KEPT_CONVERSIONS", 2)
    files = [audio.playable(write_recording(tmp_path / f"{i}.wav", "pcm_alaw", 1))[0] for i in range(4)]
    assert [file.exists() for file in files] == [False, False, True, True]
