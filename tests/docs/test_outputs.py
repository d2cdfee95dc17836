"""The page of the reports names every format and file, and its snippets are in order as far as they can be run here."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from harness.cli import main
from harness.commands.reporting import FILES

PAGE = (Path(__file__).parents[2] / "docs" / "outputs.md").read_text("utf-8")
SNIPPETS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("format", FILES)
def test_every_format_has_its_row(format):
    assert f"| `{format}` | `{FILES[format]}` |" in PAGE


def test_every_file_of_a_snippet_is_written():
    named = set(re.findall(r"reports/latest/([\w.-]+)", "".join(text for _, text in SNIPPETS)))

    assert named
    assert named <= set(FILES.values())


@pytest.mark.parametrize("text", [text for kind, text in SNIPPETS if kind == "yaml"])
def test_the_yaml_is_yaml_and_its_scripts_are_shell(text):
    scripts = list(runs(yaml.safe_load(text)))

    assert scripts
    for script in scripts:
        checked = subprocess.run(["bash", "-n", "-c", script], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr


def runs(node):
    if isinstance(node, dict):
        yield from (node[key] for key in ("run",) if key in node)
        yield from node.get("script", [])
        for value in node.values():
            yield from runs(value)
    elif isinstance(node, list):
        for value in node:
            yield from runs(value)


COMMANDS = re.findall(r"harness (?:verify|lint|drift)[^'\"`\n]*", "".join(text for _, text in SNIPPETS))


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_a_command_of_a_snippet_exists(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    with pytest.raises(SystemExit):
        main(command.split()[1:])

    # the command line was understood, and only the project is missing
    assert "there is no harness.yaml" in capsys.readouterr().err


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed")
@pytest.mark.parametrize(("body", "expected"), [("<!-- contract-harness:shop -->\n## ok", "7\n"), ("other", "")])
def test_a_comment_is_found_by_its_marker(body, expected):
    written = re.search(r'--jq "(.*?)" \|', PAGE)[1]
    query = written.replace('\\"', '"').replace("$marker", "<!-- contract-harness:shop -->")
    comments = json.dumps([{"id": 7, "body": body}])
    found = subprocess.run(["jq", query], input=comments, capture_output=True, text=True, check=True)

    assert found.stdout == expected
