"""The GitHub Action, the GitLab template and the hooks of pre-commit, run here on a project as far as that goes."""

import json
import os
import re
import runpy
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
GITLAB = yaml.safe_load((ROOT / "templates" / "contracts.gitlab-ci.yml").read_text("utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
COMMENT = runpy.run_path(str(ROOT / "action" / "comment.py"))
SHOP = runpy.run_path(str(Path(__file__).parents[1] / "uses" / "shop.py"))["Shop"]
CONTRACT = "contracts/marts/orders.odcs.yaml"


class Project:
    """A project that passes, in a clone whose `origin` has the branch `main`; a branch is checked out."""

    def __init__(self, folder: Path) -> None:
        self.origin, self.root = folder / "origin", folder / "work"
        self.temp = folder / "temp"
        for each in (self.origin, self.temp):
            each.mkdir()
        SHOP(self.origin)
        self.git("init", "-q", "-b", "main", at=self.origin)
        self.commit(self.origin)
        self.git("clone", "-q", str(self.origin), str(self.root), at=folder)
        self.git("checkout", "-q", "-b", "feature")
        self.said: dict[str, str] = {}
        self.more: dict[str, str] = {}

    def git(self, *words: str, at: Path | None = None) -> None:
        names = ["-c", "user.name=a", "-c", "user.email=a@example.test"]
        subprocess.run(["git", "-C", str(at or self.root), *names, *words], check=True)

    def commit(self, at: Path | None = None) -> None:
        self.git("add", "-A", "-f", at=at)
        self.git("commit", "-q", "-m", "a change", at=at)

    def break_contract(self) -> None:
        file = next(self.root.rglob("*.odcs.yaml"))
        text = file.read_text()
        assert "required: true" in text
        file.write_text(text.replace("required: true", "required: false", 1))
        self.commit()

    def environment(self, **more: str) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "GITHUB_", "CI_"))}
        return {**kept, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}", **self.more, **more}

    def bash(self, script: str, **more: str) -> tuple[int, str]:
        """As a runner does it: stop at the first command that fails."""
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.root, env=self.environment(**more), capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def step(self, name: str, **inputs: str) -> tuple[int, str]:
        """A step of the action; its output is kept for the steps after it."""
        step, known = STEPS[name], self._known(inputs)
        output, summary = self.temp / "output", self.temp / "summary"
        output.write_text("")
        env = {key: _filled(value, known) for key, value in step.get("env", {}).items()}
        code, said = self.bash(
            _filled(step["run"], known), GITHUB_OUTPUT=str(output), GITHUB_STEP_SUMMARY=str(summary), **env
        )
        for line in output.read_text().splitlines():
            key, _, value = line.partition("=")
            self.said[f"steps.{step['id']}.outputs.{key}"] = value
        return code, said

    def runs(self, name: str, **inputs: str) -> bool:
        """Whether the condition of a step holds."""
        condition = STEPS[name].get("if", "true").replace("&&", " and ").replace("||", " or ")
        names = re.sub(r"\b(inputs|github)\.[\w.-]+", lambda found: f"known[{found[0]!r}]", condition)
        return bool(eval(names, {"known": self._known(inputs), "true": True}))

    def _known(self, inputs: dict[str, str]) -> dict[str, str]:
        defaults = {f"inputs.{name}": each["default"] for name, each in ACTION["inputs"].items()}
        given = {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
        github = {
            "github.base_ref": "main", "github.event.number": "7", "github.action_path": str(ROOT),
            "github.token": "t0ken", "runner.temp": str(self.temp),
        }  # fmt: skip
        ids = {f"steps.{step['id']}.outputs.code": "" for step in STEPS.values() if "id" in step}
        return github | ids | defaults | given | self.said


def _filled(text: str, known: dict[str, str]) -> str:
    while found := re.search(r"\$\{\{\s*([\w.-]+)\s*\}\}", text):
        text = text.replace(found[0], known[found[1]])
    return text


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_no_expression_stands_in_a_script():
    """What a stranger writes, such as the name of a branch, must reach the shell as a value alone."""
    assert [name for name, step in STEPS.items() if "${{" in step["run"]] == []


def test_every_step_has_a_shell_and_every_input_is_used():
    assert {step["shell"] for step in STEPS.values()} == {"bash"}
    used = set(re.findall(r"inputs\.([\w-]+)", json.dumps(ACTION["runs"])))
    assert used == set(ACTION["inputs"])
    outputs = {step["id"] for step in STEPS.values() if "id" in step}
    assert outputs == set(ACTION["outputs"])


def test_the_action_installs_what_it_is_told(project):
    project.more = {"PIP_DRY_RUN": "1", "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    assert project.step("Install", install=str(ROOT)) == (0, "")
    assert project.step("Install", install="no-such-package-at-all")[0] != 0
    assert not project.runs("Install", install="")


@pytest.mark.parametrize("word", ["yes", "True", "", "true false"])
@pytest.mark.parametrize("name", ["verify", "review", "with_data", "comment"])
def test_the_action_leaves_nothing_out_for_a_word_that_it_does_not_know(project, name, word):
    code, said = project.step("Inputs", **{name: word})
    assert (code, said.partition("::error::")[2][:35]) == (2, "verify, review, with-data and comme")
    assert project.step("Inputs", **{name: "false"}) == (0, "")


def test_the_action_passes_what_nobody_changed(project):
    assert project.step("Verify")[0] == 0
    assert project.step("Review")[0] == 0
    assert project.said == {"steps.verify.outputs.code": "0", "steps.review.outputs.code": "0"}
    assert "no promise changed" in (project.temp / "summary").read_text()
    assert project.step("Verdict")[0] == 0


def test_the_action_fails_for_what_breaks_and_says_where(project):
    project.break_contract()
    code, said = project.step("Review")
    assert code == 0
    assert re.search(r"^::error file=contracts/\S+\.odcs\.yaml,line=\d+,", said, re.MULTILINE)
    assert "❌ FAIL" in (project.temp / "summary").read_text()
    assert project.step("Verdict")[0] == 1


def test_the_action_reviews_a_shallow_clone(project):
    project.break_contract()
    shallow = project.root.with_name("shallow")
    project.git("clone", "-q", "--depth", "1", "-b", "feature", f"file://{project.root}", str(shallow))
    project.git("remote", "set-url", "origin", f"file://{project.root}", at=shallow)
    project.git("branch", "-q", "-f", "main", "origin/main")
    project.root = shallow
    project.step("Review")
    assert project.said["steps.review.outputs.code"] == "1"


@pytest.mark.parametrize(
    ("verify", "review", "code"),
    [
        ("0", "0", 0),
        ("0", "1", 1),
        ("3", "1", 1),
        ("3", "0", 3),
        ("", "0", 0),
        ("", "", 3),
        ("127", "0", 127),
        ("2", "3", 2),
    ],
)
def test_the_verdict_of_the_action(project, verify, review, code):
    project.said = {"steps.verify.outputs.code": verify, "steps.review.outputs.code": review}
    assert project.step("Verdict")[0] == code


def test_there_is_no_review_without_a_branch_to_compare_with(project):
    assert project.runs("Review")
    assert not project.runs("Review", review="false")
    project.said["github.base_ref"] = ""
    assert not project.runs("Review")
    assert project.runs("Review", against="origin/main")


class GitHub:
    """As much of the API as comments need."""

    def __init__(self) -> None:
        marker = "<!-- contract-harness-review:shop -->"
        self.comments = [
            {"id": number, "user": {"login": "somebody"}, "body": "me too"} for number in range(1, 120)
        ] + [{"id": 200, "user": {"login": "mallory"}, "body": f"{marker}\nall is well"}]
        self.calls: list[tuple[str, str]] = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_args: object) -> None: ...

            def answer(self) -> None:
                data = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "null")
                outer.calls.append((self.command, self.path))
                assert self.headers["Authorization"] == "Bearer t0ken"
                body = json.dumps(outer.answer(self.command, self.path, data)).encode()
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        for method in ("GET", "POST", "PATCH"):
            setattr(Handler, f"do_{method}", Handler.answer)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def ours(self) -> list[str]:
        return [each["body"] for each in self.comments if each["user"]["login"] == "github-actions[bot]"]

    def answer(self, method: str, path: str, data: dict[str, str]) -> object:
        if method == "POST":
            self.comments.append({"id": 300, "user": {"login": "github-actions[bot]"}, "body": data["body"]})
            return self.comments[-1]
        if method == "PATCH":
            (found,) = (each for each in self.comments if path.endswith(f"/{each['id']}"))
            found["body"] = data["body"]
            return found
        page = int(path.rpartition("=")[2])
        return self.comments[(page - 1) * 100 : page * 100]


@pytest.fixture
def github(project: Project) -> Iterator[GitHub]:
    found = GitHub()
    project.more = {"GITHUB_API_URL": found.url, "GITHUB_REPOSITORY": "shop/data", "no_proxy": "127.0.0.1"}
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_one_comment_is_written_and_then_edited(project, github):
    project.step("Verify")
    project.step("Review")
    assert project.step("Comment") == (0, "the comment is written\n")
    project.break_contract()
    project.step("Review")
    assert project.step("Comment") == (0, "the comment 300 is up to date\n")
    (body,) = github.ours
    assert body.startswith("<!-- contract-harness-review:")
    assert "❌ FAIL" in body
    assert "✅ PASS" in body  # of the verification, which stands below
    assert [method for method, _ in github.calls] == ["GET", "GET", "POST", "GET", "GET", "PATCH"]
    assert github.comments[119]["body"].endswith("all is well")


def test_a_comment_never_goes_on_saying_that_all_is_well(project, github):
    project.step("Review")
    project.step("Comment")
    project.step("Review", against="no-such-branch")
    project.step("Comment")
    (body,) = github.ours
    assert body.splitlines()[2].startswith("## ❓ UNDECIDED: git knows no commit")
    (project.root / "harness.yaml").write_text("version: [")
    project.step("Review")
    assert project.step("Comment")[1] == "the comment 300 is up to date\n"
    (body,) = github.ours
    assert body.splitlines()[2] == "## ❓ `harness review` did not run to its end"
    project.git("checkout", "-q", "harness.yaml")
    project.step("Review")
    project.step("Comment")
    (body,) = github.ours
    assert body.splitlines()[2] == "## ✅ PASS: no promise changed"


def test_a_comment_that_may_not_be_written_changes_no_verdict(project, github):
    github.status = 403
    project.step("Review")
    code, said = project.step("Comment")
    assert code == 0
    assert said.startswith("::warning::no comment on the pull request: HTTPError: HTTP Error 403")


def test_without_a_report_there_is_no_comment(project, github):
    assert project.step("Comment") == (0, "no report, so no comment\n")
    assert github.calls == []


def test_a_comment_holds_what_fits_and_says_what_does_not():
    body_of, most = COMMENT["body_of"], COMMENT["MOST"]
    assert body_of(["a", "b"]) == "a\n\n---\n\nb"
    for texts in (["a" * 60_000, "b" * 9_000], ["a" * 99_000], ["a" * 40_000, "b" * 25_000, "c" * 500]):
        assert len(body_of(texts)) <= most
    assert "did not fit" in body_of(["a" * 60_000, "b" * 9_000])


def test_the_gitlab_jobs_run(project):
    project.break_contract()
    fixed = {name: str(value) for name, value in GITLAB["variables"].items()} | {"CONTRACTS_INSTALL": ""}
    fixed["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"] = "main"
    codes = {}
    for name in ("contracts-verify", "contracts-review"):
        codes[name] = project.bash("\n".join(GITLAB[name]["script"]), **fixed)[0]
        for path in GITLAB[name]["artifacts"]["paths"]:
            assert any((project.root / path).iterdir())
        for path in GITLAB[name]["artifacts"].get("reports", {}).values():
            assert (project.root / path).is_file()
    assert codes["contracts-review"] == 1
    assert GITLAB["contracts-review"]["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}]


def test_the_hooks_run_in_a_repository(project):
    hooks = {hook["id"]: hook for hook in HOOKS}
    lint = project.bash(hooks["contracts-lint"]["entry"])
    assert lint[0] == 0, lint[1]
    review = f"{hooks['contracts-review']['entry']} {shlex.join(hooks['contracts-review']['args'])}"
    assert project.bash(review)[0] == 0
    project.break_contract()
    assert project.bash(review)[0] == 1


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_has_what_pre_commit_needs(hook):
    assert {"id", "name", "entry", "language"} <= set(hook)
    # each looks at the whole project: files in an argument list would be taken for something else
    assert hook["pass_filenames"] is False
    assert hook.get("always_run") or re.compile(hook["files"]).search("contracts/marts/orders.odcs.yaml")
