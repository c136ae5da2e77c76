"""What an export contains."""

import io
import zipfile

import pandas as pd

from dashboard import data
from dashboard.components.export import as_csv, as_xlsx, table


def test_csv_opens_in_excel_and_keeps_every_call(database: str) -> None:
    rows = data.whole(data.Listing(order_by="call_id", descending=False))
    content = as_csv(table(rows, {"job-number": "主动报工号"}))
    assert content.startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(io.BytesIO(content), dtype=str)
    assert list(back["通话编号"]) == [row.call_id for row in rows]
    tele = back[back["通话编号"] == "tele-02"].iloc[0]
    assert (tele["坐席"], tele["得分"], tele["扣分项或原因"]) == ("003", "95.0", "主动报工号")


def test_xlsx_keeps_job_numbers_text_and_scores_numbers(database: str) -> None:
    rows = data.whole(data.Listing(order_by="call_id", descending=False))
    with zipfile.ZipFile(io.BytesIO(as_xlsx(table(rows, {})))) as workbook:
        texts = workbook.read("xl/sharedStrings.xml").decode()
        cells = workbook.read("xl/worksheets/sheet1.xml").decode()
    assert "<t>003</t>" in texts
    assert "<v>95</v>" in cells
    assert "<t>95" not in texts


def test_text_that_excel_would_run_is_quoted() -> None:
    frame = pd.DataFrame({"a": ["=1+1", "+86", "—", "甲", ""], "b": [-5.0, 1.0, 2.0, 3.0, 4.0]})
    lines = as_csv(frame).decode("utf-8-sig").splitlines()
    assert lines[1:] == ["'=1+1,-5.0", "'+86,1.0", "—,2.0", "甲,3.0", ",4.0"]
