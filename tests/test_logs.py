"""What a run tells while it works."""

from datetime import UTC, datetime, timedelta

import pytest

from qa.logs import Item, Pace

BEGAN = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)


def item(status: str = "scored", work: str = "transcribed", audio_s: float = 0.0) -> Item:
    return Item("c1", "c1.wav", status, work, None, 1.0, audio_s)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], ["0 of 6 calls", "0 failed"]),
        ([item(work="kept"), item("failed", "held")], ["2 of 6 calls", "1 failed"]),
        (
            [item(work="kept"), item(audio_s=1800.0), item(audio_s=1800.0), item("failed", "failed")],
            ["4 of 6 calls", "1 failed", "1.0 h of audio", "60.0 × real time", "ends about {end:%m-%d %H:%M}"],
        ),
        ([item(audio_s=60.0)] * 6, ["6 of 6 calls", "0 failed", "0.1 h of audio", "6.0 × real time"]),
    ],
)
def test_pace(items: list[Item], expected: list[str]) -> None:
    pace = Pace(6, BEGAN)
    for one in items:
        pace.add(one)
    now = BEGAN + timedelta(seconds=60)
    end = (now + timedelta(seconds=40)).astimezone()
    assert pace.line(now) == ", ".join(expected).format(end=end)
