"""The map beside its list: one filter and one address for both, by mouse, by keys, on a phone, on paper."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import House, Open, Visitor
from tests.journeys.steps import SAMPLE_PASSWORD

DRAWN = "[data-map-hole][data-ready=true]"


def signed_in(house: House, visit: Open, *, phone: bool = False) -> Visitor:
    visitor = visit(house, phone=phone)
    visitor.sign_in("refilwe@oneplan.example", SAMPLE_PASSWORD)
    return visitor


def drawn(page: Page) -> None:
    """The map stands: every tile is there, and the list tells of what is in view."""
    expect(page.locator(DRAWN)).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name="In this view")).to_be_visible(timeout=30_000)


def count(page: Page) -> int:
    told = page.locator("[data-map-in-view] .map-sum").inner_text()
    return int(re.sub(r"\D", "", told.split("project")[0]))


def test_the_map_and_its_list_follow_one_filter_and_one_address(waterberg: House, visit: Open) -> None:
    visitor = signed_in(waterberg, visit)
    page = visitor.go("/projects/map/", "before the map is drawn")
    drawn(page)
    visitor.look("the map of projects")
    everything = count(page)
    assert everything > 0
    page.get_by_label("How far").select_option("building")
    expect(page).to_have_url(re.compile("phase=building"))
    expect(page.get_by_text("How far: Building")).to_be_visible()
    building = count(page)
    assert 0 < building < everything
    page.reload()
    drawn(page)
    assert count(page) == building
    page.go_back()
    drawn(page)
    expect(page).not_to_have_url(re.compile("phase=building"))
    assert count(page) == everything


def test_the_map_moves_by_keys_and_the_list_with_it(waterberg: House, visit: Open) -> None:
    visitor = signed_in(waterberg, visit)
    page = visitor.go("/projects/map/?at=6/-29/25", "the map by keys")
    drawn(page)
    before = page.url
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Equal")
    expect(page).not_to_have_url(before)
    expect(page).to_have_url(re.compile(r"at=7\.00"))
    page.evaluate("scrollTo(0, 0)")  # the focus has scrolled the head of the page half out of sight
    visitor.look("the map after keys")


def test_a_project_is_opened_by_keys_and_its_line_in_the_list_is_marked(waterberg: House, visit: Open) -> None:
    visitor = signed_in(waterberg, visit)
    page = visitor.go("/projects/map/?q=hawker&space=DC36", "one pin")
    drawn(page)
    line = page.locator("[data-map-in-view] [data-at]").first
    longitude, latitude = (line.get_attribute("data-at") or "").split(",")
    page = visitor.go(f"/projects/map/?q=hawker&space=DC36&at=13/{latitude}/{longitude}", "one pin under the cross")
    drawn(page)
    canvas = page.locator(".maplibregl-canvas")
    canvas.focus()
    card = page.locator(".map-card-body")
    expect(card).to_have_count(0)
    for _attempt in range(10):  # the pin is drawn a moment after the list has told of it
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
        if card.count():
            break
    expect(card.get_by_role("link")).to_be_focused()
    expect(page.locator("[data-map-in-view] [aria-current]")).to_have_count(1)
    page.evaluate("scrollTo(0, 0)")  # the focus has scrolled the head of the page half out of sight
    visitor.look("the card of a project")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(canvas).to_be_focused()
    expect(page.locator("[data-map-in-view] [aria-current]")).to_have_count(0)


def test_every_project_in_view_is_reached_through_the_list(waterberg: House, visit: Open) -> None:
    visitor = signed_in(waterberg, visit)
    page = visitor.go("/projects/map/", "the list of the map")
    drawn(page)
    line = page.locator("[data-map-in-view] .map-lines a").first
    title = line.inner_text()
    line.focus()
    line.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def test_the_map_fits_a_phone_with_its_list_under_it(waterberg: House, visit: Open) -> None:
    visitor = signed_in(waterberg, visit, phone=True)
    page = visitor.go("/projects/map/", "the map on a phone")
    drawn(page)
    visitor.look("the drawn map on a phone")
    hole, found = page.locator(DRAWN).bounding_box(), page.locator("[data-map-in-view]").bounding_box()
    assert hole is not None
    assert found is not None
    assert found["y"] > hole["y"] + hole["height"]
    assert hole["y"] < 500, "the map starts on the first screen"
    page.locator(".filter-fold > summary").click()
    page.get_by_label("How far").select_option("building")
    expect(page.locator("[data-map-count]")).to_contain_text("1")
    visitor.look("the filters of the map on a phone")


def test_without_a_script_the_list_and_an_overview_say_the_same(waterberg: House, visit: Open) -> None:
    context = visit(waterberg).context.browser
    assert context is not None
    plain = context.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 768})
    page = plain.new_page()
    page.goto(f"{waterberg.address}/projects/map/")
    expect(page.get_by_role("heading", name="On the map", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Not on the map")).to_be_visible()
    expect(page.locator("[data-map-still] svg").first).to_be_visible()
    plain.close()


def test_on_paper_the_map_is_a_picture_above_its_list(waterberg: House, visit: Open) -> None:
    visitor = signed_in(waterberg, visit)
    page = visitor.go("/projects/map/", "the map on paper")
    drawn(page)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    size = page.evaluate("document.querySelector('.map-print').src.length")
    assert size > 5_000, "the picture is empty"
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) >= 1
    across = re.search(rb"/MediaBox\s*\[0 0 (\d+)[\d.]* (\d+)", page.pdf(format="A4", landscape=True))
    assert across is not None
    assert int(across[1]) > int(across[2]), "the reader may print the map across"
