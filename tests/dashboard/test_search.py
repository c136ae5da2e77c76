"""The search page: what it finds, pages, kept searches, exports and links."""

from typing import Any

from streamlit.testing.v1 import AppTest

from qa.store.engine import open_store, reading
from qa.store.views import saved_views
from tests.dashboard.conftest import APP, MORE


def opened(**more: str) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.switch_page("views/search.py")
    for key, value in more.items():
        page.query_params[key] = value
    return page.run()


def told(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.info, page.error, page.warning)
    return " ".join(str(each.value) for kind in kinds for each in kind)


def found(page: AppTest) -> Any:
    return page.dataframe[0].value


def test_nothing_is_asked_at_first(database: str) -> None:
    page = opened()
    assert not page.exception and "搜索所有通话的文字稿" in told(page)


def test_words_are_found_with_what_is_around_them(database: str) -> None:
    page = opened()
    page.text_input(key="search_words").set_value("多少遍了").run()
    assert not page.exception
    assert len(found(page)) == 50
    page.button(key="search-after").click().run()
    assert len(found(page)) == MORE + 5 - 50
    assert "跟你说过【多少遍了】，有什么事快说！" in list(found(page)["内容"])
    page.selectbox(key="search_team").set_value("早班一组").run()
    assert list(found(page)["通话编号"]) == ["heat-01"] and list(found(page)["位置"]) == ["00:12"]


def test_a_link_searches_by_sound(database: str) -> None:
    page = opened(q="大龙公暖爆羞", by="sound")
    assert "您好，【大龙供暖报修】" in found(page)["内容"].iloc[0]
    page = opened(q="大龙公暖爆羞")
    assert "没有找到" in told(page)
    page = opened(q="好")
    assert "至少 2 个字" in told(page)


def test_a_search_is_kept_and_taken_up_again(database: str) -> None:
    page = opened(q="多少遍了")
    page.selectbox(key="search_team").set_value("早班一组").run()
    next(button for button in page.button if button.label == "保存").click().run()
    assert "请先为搜索取名" in told(page)
    page.text_input(key="search_name").set_value("催促")
    next(button for button in page.button if button.label == "保存").click().run()
    again = opened()
    again.button(key="view-催促").click().run()
    assert not again.exception and list(found(again)["通话编号"]) == ["heat-01"]
    again.button(key="forget-催促").click().run()
    with reading(open_store(database)) as session:
        assert saved_views(session=session, user="demo-admin") == {}


def test_what_is_found_can_be_taken_away(database: str) -> None:
    labels = [button.proto.label for button in opened(q="多少遍了").get("download_button")]
    assert labels == ["导出 CSV", "导出 Excel"]
