"""Pages of calls of which the content was removed: what is told in its place, and what stays to be seen."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.removed import findings_table
from qa.finding import Evidence
from qa.retention import forget
from qa.sources import Source
from qa.store.engine import open_store, writing
from qa.store.retention import Periods
from qa.store.work import Seen, note_seen
from tests.builders import make_finding
from tests.dashboard.centre import make_centre
from tests.dashboard.test_pages import APP, call_page, tiles, words
from tests.notebook import Notebook

NOW = datetime(2027, 6, 30, 18, tzinfo=UTC)


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The database URL of a small centre, which is the dashboard's."""
    url = make_centre(tmp_path)
    monkeypatch.setenv("QA_DB", url)
    return url


def away(url: str, **periods: int) -> None:
    forget(db=url, periods=Periods(**periods), by="张", now=NOW, reporter=Notebook())


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("zh_CN", "通话内容已过保存期限，于 2027-07-01 删除；得分和检出项保留。"),
        ("en", "What was said in this call was removed on 2027-07-01, as it had been kept long enough; "
         "the score and the findings stay."),
    ],
)  # fmt: skip
def test_score_and_findings_are_shown_and_one_sentence(centre: str, language: str, sentence: str) -> None:
    before = tiles(call_page("heat-01"))
    away(centre, words_days=30)
    page = call_page("heat-01")
    if language != "zh_CN":
        page.selectbox(key="language").set_value(language).run()
    assert not page.exception
    assert [info.value for info in page.info] == [sentence]
    assert list(tiles(page).values()) == list(before.values()) == ["85"]
    assert not [each for each in page.main if each.type == "bidi_component"]
    (table,) = (frame.value for frame in page.dataframe if len(frame.value) == 5)
    assert "服务禁语·态度" in table.to_csv() and "跟你说过多少遍了" not in words(page) + table.to_csv()


def test_only_the_recording_is_gone(centre: str, tmp_path: Path) -> None:
    path = tmp_path / "heat-01.wav"
    store = open_store(centre)
    with writing(store) as session:
        note_seen(session=session, seen=[Seen(str(path), Source.of_file(path).stamp, "a" * 64)])
    store.dispose()
    away(centre, recordings_days=30)
    assert not path.exists()
    page = call_page("heat-01")
    assert not page.exception
    assert [info.value for info in page.info] == ["录音已过保存期限，于 2027-07-01 删除。"]
    page = call_page("text-04")
    assert not page.exception and not page.info, "it never had one"


def test_the_desk_leaves_out_what_nobody_can_hear(centre: str) -> None:
    def desk() -> AppTest:
        page = AppTest.from_file(str(APP), default_timeout=60)
        page.switch_page("views/desk.py")
        return page.run()

    assert desk().dataframe
    away(centre, words_days=30)
    page = desk()
    assert not page.exception and not page.dataframe


def test_findings_that_cost_most_come_first() -> None:
    rows = [
        make_finding("a", "passed"),
        make_finding("b", "needs_review", points=0.0),
        make_finding("c", evidence=(Evidence("agent", 61.0, 62.0, ""), Evidence("agent", 75.0, 76.0, ""))),
    ]
    table: Any = findings_table(rows)
    assert table.iloc[:, 0].tolist() == ["违规", "待复核", "通过"]
    assert table.iloc[0].tolist()[2:4] == ["−5", "01:01、01:15"]
