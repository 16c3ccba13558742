"""Journeys drive Chromium against a real `oneplan serve`: its own process, data folder, worker and port.

A house finds only what requirements.txt installs (hiding/sitecustomize.py), as the houses of its users do.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect, sync_playwright

from tests.installed import only_developers_have

FLAGS = [
    # Maps are drawn by the processor: the same picture on every machine.
    "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
REFUSAL = re.compile(r"responded with a status of (409|412|422)\b")
CUT_OFF = """[...document.querySelectorAll('.table-wrap')].filter(box => box.scrollWidth > box.clientWidth + 1)
  .map(box => `${box.getAttribute('aria-label')}: ${box.scrollWidth} pixels in ${box.clientWidth}`)"""
# Each rule tries every element; what it found well is not listed, which takes it longest on long pages.
ASKED_OF_AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
PATIENCE = 30_000  # milliseconds: other tests use the processor too
PICTURES = Path(os.environ.get("ONEPLAN_PICTURES", ""))
HIDING = Path(__file__).parent / "hiding"


def chromium() -> str:
    found = os.environ.get("ONEPLAN_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("Chromium is missing. On Debian: apt install chromium")
    return found


@dataclass
class House:
    """A running OnePlan."""

    address: str
    home: Path
    environment: dict[str, str]

    def oneplan(self, *arguments: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of the command line on this house's data."""
        done = subprocess.run(
            [sys.executable, "-m", "oneplan.cli.main", *arguments], env=self.environment, capture_output=True, text=True
        )
        assert not ok or done.returncode == 0, done.stdout + done.stderr
        return done


@dataclass
class Visitor:
    """One person's browser window. Every kind of page is checked for accessibility, once, and for broken scripts."""

    house: House
    context: BrowserContext
    page: Page
    seen: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.troubles.append(f"{self.page.url}: {error}"))
        self.page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        """Keep what a broken script, a missing file or the content policy says; a refusal in words is no trouble."""
        if message.type == "error" and not REFUSAL.search(message.text):
            self.troubles.append(f"{self.page.url}: {message.text}")

    def go(self, path: str, name: str = "") -> Page:
        """Open a page and look at it; with a name of its own it is looked at even if one of its kind was."""
        answer = self.page.goto(f"{self.house.address}{path}")
        assert answer is not None and answer.status < 400, (path, answer and answer.status)
        self.look(name)
        return self.page

    def sign_in(self, email: str, password: str) -> None:
        self.page.goto(f"{self.house.address}/account/login/")
        self.page.get_by_label(re.compile("E-?mail")).fill(email)
        self.page.get_by_label("Password").first.fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def look(self, name: str = "") -> None:
        """Check the page as it stands: WCAG 2.2 AA by axe, nothing wider than the window or cut off, no trouble."""
        assert self.troubles == [], self.troubles
        title = name or self.page.title()
        kind = title.split(" · ")[0]  # "Fill a post · Mayor · Kopanong" is one page for many posts
        if kind in self.seen:
            return
        self.seen.add(kind)
        found = Axe().run(self.page, options=ASKED_OF_AXE)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        width = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width[0] <= width[1] + 1, f"{self.page.url} is {width[0]} pixels wide in a window of {width[1]}"
        # On a phone some tables scroll in their box, and the specimens of the design system are wide on purpose.
        cut = self.page.evaluate(CUT_OFF) if width[1] >= 1366 and "/style/" not in self.page.url else []
        assert cut == [], f"{self.page.url} cuts off tables: {cut}"
        dashes = self.page.locator("option", has_text="-----").count()
        assert dashes == 0, f"{self.page.url} offers a choice without words"
        if str(PICTURES) != ".":
            PICTURES.mkdir(parents=True, exist_ok=True)
            stem = "".join(c if c.isalnum() else "-" for c in title)[:80]
            self.page.screenshot(path=PICTURES / f"{stem}-{width[1]}.png", full_page=True, timeout=60_000)


@pytest.fixture(scope="package")  # it ends with the journeys: other tests follow in the process
def playwright_driver() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="package")
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    window = playwright_driver.chromium.launch(executable_path=chromium(), args=FLAGS)
    yield window
    window.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _house_at(home: Path) -> House:
    chromium()
    port = _free_port()
    path = os.pathsep.join(filter(None, (str(HIDING), os.environ.get("PYTHONPATH"))))
    environment = {
        **os.environ, "ONEPLAN_HOME": str(home), "ONEPLAN_PORT": str(port), "PYTHONPATH": path,
        "ONEPLAN_HIDDEN": ",".join(only_developers_have()), "DJANGO_SETTINGS_MODULE": "oneplan.config.settings",
    }  # fmt: skip
    environment.pop("DATABASE_URL", None)
    return House(f"http://127.0.0.1:{port}", home, environment)


def _served(house: House, *arguments: str) -> Iterator[House]:
    log = (house.home / "serve.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "oneplan.cli.main", "serve", *arguments], env=house.environment, stdout=log, stderr=log
    )
    try:
        deadline = time.monotonic() + 900
        while True:
            try:
                urllib.request.urlopen(f"{house.address}/", timeout=5)  # noqa: S310
                break
            except OSError:
                said = (house.home / "serve.log").read_text()
                assert server.poll() is None and time.monotonic() < deadline, said
                time.sleep(0.2)
        yield house
    finally:
        server.terminate()
        server.wait(timeout=60)
        log.close()


@pytest.fixture(scope="package")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as `oneplan prepare` leaves it. Houses that begin with the registers take a copy."""
    house = _house_at(tmp_path_factory.mktemp("prepared") / "home")
    house.oneplan("prepare")
    return house.home


@pytest.fixture(scope="package")
def waterberg(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with the demonstration, from its first start."""
    yield from _served(_house_at(tmp_path_factory.mktemp("waterberg")))


@pytest.fixture(scope="module")
def fresh_house(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with the registers and nothing else, in which no journey of another file was."""
    home = shutil.copytree(prepared, tmp_path_factory.mktemp("fresh") / "home")
    yield from _served(_house_at(home), "--no-demo")


@pytest.fixture(scope="module")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The first start of all: serving prepares what is missing."""
    yield from _served(_house_at(tmp_path_factory.mktemp("empty")), "--no-demo")


Open = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """`visit(house)` opens a window of its own; `phone=True` one of 360 pixels."""
    opened: list[BrowserContext] = []

    def open_window(house: House, *, phone: bool = False) -> Visitor:
        size = {"width": 360, "height": 740} if phone else {"width": 1366, "height": 768}
        context = browser.new_context(viewport=size, has_touch=phone, accept_downloads=True)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return Visitor(house, context, context.new_page())

    yield open_window
    for context in opened:
        context.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
