"""The catalogue in a real browser, where one is installed: Debian's chromium, or Chrome."""

import base64
import hashlib
import re
import shutil

import pytest

from harness.publish.html import catalog_page

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (Debian: apt-get install chromium)")
pytestmark = pytest.mark.xdist_group("browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
SALES = [{"property": "layer", "value": "marts"}]


def contract(tables, columns=4):
    def column(table, number):
        return {
            "name": f"column_{number}",
            "physicalType": "BIGINT",
            "description": f"What number {number} says of {table}.",
            "classification": "internal" if number else "public",
            "primaryKey": not number,
            "transformSourceObjects": [f"t{table - 1}.column_{number}"] if table else [],
        }

    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "sales",
        "version": "1.0.0",
        "status": "active",
        "team": {"name": "sales-team"},
        "customProperties": SALES,
        "schema": [
            {
                "name": f"t{table}",
                "description": f"Table {table}.",
                "properties": [column(table, number) for number in range(columns)],
            }
            for table in range(tables)
        ],
    }


@pytest.fixture(scope="module")
def shown(made, hostile):
    return {
        "small": catalog_page(made([contract(5)]), "1.0"),
        "hostile": catalog_page(made([hostile], name=hostile["id"]), hostile["id"]),
        "empty": catalog_page(made([]), "1.0"),
    }


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Opens a page as a file; at the end, it has said nothing, asked for nothing and run nothing foreign."""
    contexts, said = [], []

    def open_page(text, address="", size=WIDE, **settings):
        file = tmp_path / "catalog.html"
        file.write_text(text, encoding="utf-8")
        context = browser.new_context(viewport=size, reduced_motion="reduce", **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on(
            "request", lambda asked: said.append(asked.url) if not asked.url.startswith(("file:", "data:")) else None
        )
        page.goto(f"{file.as_uri()}{address}")
        page.wait_for_selector("html[data-ready]")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def test_only_its_own_script_and_styles_may_run(shown):
    for page in shown.values():
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[1]
        assert policy.startswith("default-src 'none'; ")
        for element in ("script", "style"):
            (own,) = re.findall(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
            digest = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()
            assert f"{element}-src 'sha256-{digest}'" in policy


def test_it_names_no_address(shown):
    assert not re.search(
        r"(?:https?:)?//(?!www\.w3\.org/2000/svg)\w", re.sub(r"<script.*", "", shown["small"], flags=re.DOTALL)
    )
    assert "http" not in re.search(r"<script>(.*?)</script>", shown["small"], re.DOTALL)[1]


@in_browser
def test_it_is_browsed_along_the_lineage(opened, shown):
    page = opened(shown["small"], "#table=t2")
    playwright.expect(page.locator("article h2")).to_have_text("t2")
    page.locator(".near a", has_text="t3").click()

    playwright.expect(page.locator("article h2")).to_have_text("t3")
    playwright.expect(page.locator("nav a[aria-current]")).to_have_text("t3")
    assert page.locator("article tbody tr").count() == 4
    assert "t2.column_1" in page.locator("article tbody tr").nth(1).inner_text()
    assert page.title().startswith("t3")


@in_browser
@pytest.mark.parametrize(
    ("words", "tables"),
    [
        ("t3", ["t3", "t4"]),
        ("COLUMN_2 t4", ["t4"]),
        ("sales-team", [f"t{n}" for n in range(5)]),
        ("nothing", []),
        ("", 5),
    ],
)
def test_it_is_searched_by_every_word(opened, shown, words, tables):
    page = opened(shown["small"])
    page.get_by_label("Search").fill(words)
    count = tables if isinstance(tables, int) else len(tables)
    playwright.expect(page.locator(".count")).to_have_text(f"{count} of 5 tables")

    found = page.locator("nav li a").all_inner_texts()
    assert len(found) == count
    assert isinstance(tables, int) or found == tables


@in_browser
def test_what_a_stranger_wrote_is_text(opened, shown, hostile):
    page = opened(shown["hostile"])
    page.get_by_label("Search").fill("<script>")
    playwright.expect(page.locator(".count")).to_have_text("2 of 2 tables")

    assert page.evaluate("document.scripts.length") == 2
    assert page.locator("main img, main iframe, main object, main form:not(.filters)").count() == 0
    assert "<script>alert('x')</script>" in page.locator("main").inner_text()
    assert not re.search("[\u202a-\u202e\x1b]", page.locator("main").inner_text())


@in_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["small", "hostile", "empty"])
def test_axe_finds_nothing(opened, shown, name, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = opened(shown[name], color_scheme=scheme)
    found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]

    assert [f"{v['id']}: {v['nodes'][0]['html']}" for v in found] == []


@in_browser
@pytest.mark.parametrize("name", ["small", "hostile"])
def test_nothing_is_wider_than_a_phone(opened, shown, name):
    assert opened(shown[name], size=NARROW).evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


@in_browser
@pytest.mark.parametrize("address", ["#table=nowhere", "#table=%E0%A4%A", "#else"])
def test_an_address_of_nothing_is_said(opened, shown, address):
    said = opened(shown["small"], address).locator("article").inner_text()
    assert said.startswith("t0" if address == "#else" else "There is no such table.")


@in_browser
def test_without_a_script_it_says_where_the_same_is(browser, shown, tmp_path):
    file = tmp_path / "catalog.html"
    file.write_text(shown["small"], encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    text = page.locator("body").inner_text()
    context.close()

    assert text.startswith("Data catalog of shop")
    assert "DATA_CATALOG.md" in text


@in_browser
def test_five_hundred_tables_open_in_two_seconds(opened, made):
    """The best of three, for the machine has other work."""
    text = catalog_page(made([contract(500, columns=20)]), "1.0")
    # a paint is told some time after it
    ready = """() => ['first-contentful-paint', 'ready'].every((name) => performance.getEntriesByName(name).length)
                     && Math.max(...['first-contentful-paint', 'ready'].map(
                        (name) => performance.getEntriesByName(name)[0].startTime))"""
    took = min(opened(text).wait_for_function(ready).json_value() for _ in range(3))

    assert took < 2_000
