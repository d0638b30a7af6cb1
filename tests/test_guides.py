"""The guides: their files can be read, their commands run one after another as they stand, and what they show is said."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_a_guide_can_be_followed_from_top_to_bottom(guide, tmp_path, monkeypatch):
    for name in ("RECOUP_BOOK", "RECOUP_LANG"):
        monkeypatch.delenv(name, raising=False)
    followed, said = set(), ""
    for language, block in BLOCK.findall(guide.read_text(encoding="utf-8")):
        followed.add(language)
        if language == "toml":
            name = block.partition("\n")[0].removeprefix("# ")
            (tmp_path / name).write_text(block, encoding="utf-8")
        elif language == "sh":
            said = "".join(follow(line, tmp_path) for line in block.splitlines())
        elif language == "text":
            assert block in said
    assert {"toml", "sh"} <= followed


def follow(line: str, folder: Path) -> str:
    """Runs a command of a guide; what it answers."""
    program, script, *words = shlex.split(line)
    assert (program, script) == ("python", "recoup.py")
    done = subprocess.run(
        [sys.executable, ROOT / script, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_each_link_of_a_guide_leads_somewhere(guide):
    links = re.findall(r"\]\(([^)#]+)\)", guide.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (guide.parent / link).exists()] == []
