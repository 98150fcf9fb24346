"""What was not recorded is named as such: a README beside it says for each file from which page of its vendor it was made."""

import re
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent / "fixtures"
ROW = re.compile(r"^\| `([\w.]+)` \| [^|]+ \| https://[^|]+ \|$", re.MULTILINE)


@pytest.mark.parametrize("folder", sorted(one for one in FIXTURES.iterdir() if one.is_dir()), ids=lambda folder: folder.name)
def test_each_fixture_names_the_page_that_it_was_made_from(folder: Path) -> None:
    told = (folder / "README.md").read_text(encoding="utf-8")
    assert "documentation, read 20" in told
    assert "not recorded" in told
    assert sorted(ROW.findall(told)) == sorted(file.name for file in folder.iterdir() if file.name != "README.md")
