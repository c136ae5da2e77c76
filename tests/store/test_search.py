"""Searching transcripts on both databases: words, sounds, filters, pages, and what is not indexed yet."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, text

from qa.access import Scope
from qa.errors import ConfigError
from qa.store import search
from qa.store.engine import reading, writing
from qa.store.filters import CallFilter
from qa.store.migrate import check
from qa.store.saving import save_result, start_run
from qa.store.search import Hit, Page, Place, Sought, count, find
from qa.store.spoken import count_missing, index_missing
from qa.store.tables import SpokenRecord
from qa.store.transcripts import drop_unused
from qa.store.views import forget_view, save_view, saved_views
from tests.builders import make_call, make_meta, make_result, make_transcript, make_turn

SAID = {
    "right": (("agent", "您好，大龙供暖报修"), ("customer", "我家的暖气不热")),
    "misheard": (("agent", "您好，大龙公暖爆羞"), ("customer", "暖气不热怎么办")),
    "elsewhere": (("agent", "请问有什么可以帮您"), ("customer", "大龙供暖报修电话是多少，大龙供暖报修")),
    "apart": (("agent", "供暖公司"), ("customer", "大龙")),
}
DAY = datetime.fromisoformat("2026-03-11T09:00:00+08:00")


@pytest.fixture
def filled(store: Engine) -> Engine:
    """Four calls, the later the further down, of two teams."""
    with writing(store) as session:
        run = start_run(session=session, command="run", total=len(SAID))
        for at, (call_id, turns) in enumerate(SAID.items()):
            meta = make_meta(call_id, team="早班" if at % 2 else "晚班", started_at=DAY + timedelta(hours=at))
            said = [make_turn(role, 5.0 * i, 5.0 * i + 4, words) for i, (role, words) in enumerate(turns)]
            transcript = make_transcript(make_call(*said, meta=meta), source=f"{at:064}")
            result = make_result(call_id, meta=meta)
            save_result(session=session, result=result, run_id=run, work="transcribed", transcript=transcript)
    return store


def found(
    store: Engine, sought: Sought, *, limit: int = 10, after: Place | None = None, where: CallFilter | None = None
) -> Page:
    with reading(store) as session:
        return find(session=session, sought=sought, where=where or CallFilter(), limit=limit, after=after)


def ids(page: Page) -> list[str]:
    return [hit.call_id for hit in page.hits]


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        (Sought("大龙供暖报修"), ["elsewhere", "right"]),
        (Sought("大龙供暖报修", exact=False), ["elsewhere", "misheard", "right"]),
        (Sought("大龙供暖报修", role="agent"), ["right"]),
        (Sought("供暖公司"), ["apart"]),
        (Sought("没有人说过的话"), []),
    ],
)
def test_who_said_it(filled: Engine, sought: Sought, expected: list[str]) -> None:
    assert ids(found(filled, sought)) == expected


def test_a_hit_tells_where_and_how_often(filled: Engine) -> None:
    hit = found(filled, Sought("大龙供暖报修")).hits[0]
    assert isinstance(hit, Hit)
    assert (hit.role, hit.begin, hit.end, hit.times, hit.team) == ("customer", 0, 6, 2, "晚班")
    assert hit.at_s == pytest.approx(5.0)


def test_a_filter_narrows_and_pages_follow(filled: Engine) -> None:
    sought = Sought("暖气不热")
    assert ids(found(filled, sought, where=CallFilter(team="早班"))) == ["misheard"]
    assert ids(found(filled, sought, where=CallFilter(within=Scope(teams=("无",))))) == []
    first = found(filled, sought, limit=1)
    assert first.last is not None
    rest = found(filled, sought, limit=5, after=first.last)
    assert ids(first) + ids(rest) == ["misheard", "right"] and rest.last is None
    with reading(filled) as session:
        assert count(session=session, sought=sought, where=CallFilter()) == 2


def test_words_that_many_have_are_found_without_the_index(filled: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(filled) as session:
        session.execute(text("UPDATE call SET started_at = NULL WHERE call_id = 'right'"))
    sought = Sought("大龙", exact=False)
    expected = ids(found(filled, sought))
    assert expected == ["apart", "elsewhere", "misheard", "right"]
    for broad, patience in ((1, 5000), (1, 0), (4, 2)):
        monkeypatch.setattr(search, "BROAD", broad)
        monkeypatch.setattr(search, "PATIENCE", patience)
        monkeypatch.setattr(search, "CHUNK", 1)
        first = found(filled, sought, limit=1)
        second = found(filled, sought, limit=2, after=first.last)
        rest = found(filled, sought, after=second.last)
        assert ids(first) + ids(second) + ids(rest) == expected


def test_words_that_are_too_short(filled: Engine) -> None:
    with pytest.raises(ConfigError, match="at least 2"):
        found(filled, Sought("暖，"))


def test_old_transcripts_are_indexed_afterwards(filled: Engine) -> None:
    with writing(filled) as session:
        session.execute(delete(SpokenRecord))
        assert count_missing(session=session) == 4
    assert ids(found(filled, Sought("暖气不热"))) == []
    with writing(filled) as session:
        assert [len(index_missing(session=session, most=3)) for _ in range(3)] == [3, 1, 0]
    assert ids(found(filled, Sought("暖气不热"))) == ["misheard", "right"]


def test_a_transcript_that_is_dropped_is_not_found(filled: Engine) -> None:
    with writing(filled) as session:
        session.execute(text("UPDATE call SET transcript_key = NULL WHERE call_id = 'right'"))
        key = session.execute(text("SELECT transcript_key FROM spoken ORDER BY id LIMIT 1")).scalar_one()
        drop_unused(session=session, key=key)
    assert ids(found(filled, Sought("暖气不热"))) == ["misheard"]


def test_the_tables_are_those_of_the_models(filled: Engine) -> None:
    check(filled)


def test_views_are_ones_own(store: Engine) -> None:
    with writing(store) as session:
        save_view(session=session, user="a", name=" 没修好 ", asked={"words": "没修好"})
        save_view(session=session, user="a", name="没修好", asked={"words": "还没修好"})
        save_view(session=session, user="b", name="别的", asked={})
        with pytest.raises(ConfigError, match="name"):
            save_view(session=session, user="a", name=" ", asked={})
        assert saved_views(session=session, user="a") == {"没修好": {"words": "还没修好"}}
        forget_view(session=session, user="a", name="没修好")
        assert saved_views(session=session, user="a") == {}
