from pathlib import PurePosixPath

import pytest

from harness.reporters.ci import folder_in, is_address, job_page

GITHUB = {"GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "shop/data", "GITHUB_RUN_ID": "7"}
JOBS = {
    "nowhere": ({}, ""),
    "GitHub": (GITHUB, "https://github.example/shop/data/actions/runs/7"),
    "half of GitHub": ({**GITHUB, "GITHUB_RUN_ID": ""}, ""),
    "GitLab": ({"CI_JOB_URL": "https://gitlab.example/shop/-/jobs/7"}, "https://gitlab.example/shop/-/jobs/7"),
    "Jenkins": ({"BUILD_URL": "http://jenkins.example:8080/job/shop/7/"}, "http://jenkins.example:8080/job/shop/7/"),
    "something else": ({"BUILD_URL": "7"}, ""),
}


@pytest.mark.parametrize("name", JOBS)
def test_the_page_of_the_job(name):
    environ, expected = JOBS[name]
    assert job_page(environ) == expected


@pytest.mark.parametrize("text", ["https://a.example/x?y=(z)#t", "http://localhost:80/"])
def test_an_address(text):
    assert is_address(text)


@pytest.mark.parametrize(
    "text", ["", "a.example", "javascript:x", "https://", "https://a b", "https://a>b", "http://a\n"]
)
def test_no_address(text):
    assert not is_address(text)


def test_the_folder_of_a_project_in_its_repository():
    assert folder_in(PurePosixPath("/r"), PurePosixPath("/r")) == ""
    assert folder_in(PurePosixPath("/r"), PurePosixPath("/r/data/shop")) == "data/shop/"
