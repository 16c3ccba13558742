"""What people do again and again in journeys, through the pages that they use."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import House, Visitor

PASSWORD = "four unrelated plain words"
SAMPLE_PASSWORD = "sample plan of Waterberg"  # README, "Sign in"


def fill(page: Page, answers: dict[str, Any]) -> None:
    """Fill in a form by the words that stand beside its fields.

    True ticks a box, a list ticks several, a Path hands in a file; a choice is chosen by (the beginning of) its words.
    """
    main = page.get_by_role("main")
    for label, answer in answers.items():
        if isinstance(answer, list):
            group = main.get_by_role("group", name=re.compile("^" + re.escape(label)))
            for choice in answer:
                group.get_by_label(re.compile("^" + re.escape(choice))).check()
            continue
        words = re.compile(rf"^\s*{re.escape(label)}\s*(\(optional\))?\s*$")
        field = main.get_by_label(words).locator("visible=true").first
        kind = field.evaluate("e => e.tagName + (e.type || '')")
        if isinstance(answer, Path):
            field.set_input_files(answer)
        elif kind.startswith("SELECT"):
            option = field.locator("option").filter(has_text=re.compile(r"^\s*" + re.escape(answer))).first
            field.select_option(option.get_attribute("value"))
        elif answer is True:
            field.check()
        else:
            field.fill(str(answer))


def primary(page: Page) -> str:
    """The words of the main button of the page's form."""
    return page.locator("main form:not([role=search]) .btn-primary").first.inner_text().strip()


def send(page: Page, button: str, answers: dict[str, Any] | None = None) -> None:
    """Fill in, press the button, and be sure that nothing was refused."""
    if answers:
        fill(page, answers)
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=button, exact=True).first.click()
    refused = page.get_by_role("alert")
    assert refused.count() == 0, f"{page.url}\n{refused.first.inner_text()}"


def follow(page: Page, link: Locator) -> None:
    """Follow a link, and be on the page that it leads to: a click alone does not wait for it."""
    with page.expect_navigation():
        link.first.click()


def tick_all(page: Page) -> None:
    """Tick every box of the page's form; there is at least one."""
    boxes = page.get_by_role("main").get_by_role("checkbox")
    expect(boxes.first).to_be_visible()
    for box in boxes.all():
        box.check()


def reads(page: Page, *words: str) -> None:
    """The person reads this on the page."""
    for each in words:
        expect(page.get_by_role("main")).to_contain_text(each)


# --- people and posts ------------------------------------------------------------------------------------------------


def invite(administrator: Visitor, newcomer: Visitor, *, name: str, email: str, role: str, scope: str) -> None:
    """Invite somebody by the page; the newcomer opens the link in a window of their own and chooses a password."""
    page = administrator.go("/people/invite/")
    send(page, "Invite", {"Full name": name, "E-mail address": email, "Role": role, "Where it holds": scope})
    reads(page, f"{name} is invited", "This link is shown once")
    link = page.get_by_label("Link", exact=True).input_value()
    newcomer.go(link.removeprefix(newcomer.house.address))
    page = newcomer.page
    fill(page, {"Password": PASSWORD, "The same password again": PASSWORD})
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_text(f"Welcome, {name}")).to_be_visible()
    newcomer.look()


def fill_post(someone: Visitor, post: str, *, name: str = "", email: str = "", since: str = "2026-01-05") -> None:
    """Record who fills a post; only who signs in needs an account."""
    page = someone.go(f"/posts/{post}/fill/")
    send(page, primary(page), {
        **({"E-mail address of the account": email} if email else {}),
        "Name": name, "From": since, "Why": "Appointed; letter seen by the administrator.",
    })  # fmt: skip
    reads(page, name)


# --- writing a plan --------------------------------------------------------------------------------------------------


def add(someone: Visitor, edition: str, kind: str, answers: dict[str, Any], *, query: str = "") -> str:
    """Add an element to an edition in progress; answers with its reference."""
    page = someone.go(f"{edition}elements/add/{kind}/{query}")
    send(page, primary(page), answers)
    return page.url


# --- importing ------------------------------------------------------------------------------------------------------


def store(page: Page, rows: int) -> None:
    """Store the rows that the dry run accepted, and wait until the worker has done so."""
    page.get_by_role("button", name=f"Store {rows} rows").click()
    expect(page.get_by_role("main").get_by_text("Stored", exact=True).first).to_be_visible(timeout=60_000)


# --- verifying -------------------------------------------------------------------------------------------------------


def verdict_by_page(someone: Visitor, file: Path) -> str:
    """What the public page says about a file."""
    page = someone.go("/verify/")
    fill(page, {"The plan's file": file})
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="Verify").click()
    return page.get_by_role("status").first.inner_text()


def changed_by_one_byte(file: Path, folder: Path) -> Path:
    """A copy in which one digit of a rand amount or a name is another."""
    content = bytearray(file.read_bytes())
    at = content.index(b"water")
    content[at] = ord("m")
    copy = folder / f"changed-{file.name}"
    copy.write_bytes(bytes(content))
    return copy


def oneplan_says(house: House, *arguments: str, ok: bool) -> str:
    """What the command line prints, and that it ends as it should."""
    done = house.oneplan(*arguments, ok=False)
    assert (done.returncode == 0) is ok, done.stdout + done.stderr
    return done.stdout + done.stderr
