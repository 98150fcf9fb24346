import csv
import io

import pytest

from dashboard.table_file import csv_bytes


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("cell", ["=1+1", "+44 20", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert read(csv_bytes(["what"], [[cell]])) == [["what"], [f"'{cell}"]]


def test_a_header_is_made_safe_as_well() -> None:
    assert read(csv_bytes(["=feed"], [])) == [["'=feed"]]


def test_numbers_stay_numbers_and_text_stays_whole() -> None:
    assert read(csv_bytes(["n", "text"], [[-5, 'He said "no",\nand left 🙂']])) == [["n", "text"], ["-5", 'He said "no",\nand left 🙂']]


def test_excel_is_told_that_it_is_utf_8() -> None:
    assert csv_bytes(["n"], []).startswith(b"\xef\xbb\xbf")
