"""Bands, lines and ages drawn on the server: to scale, what is not named takes no room, words are escaped."""

import re
from itertools import pairwise

from oneplan.platform.web.lines import Band, Line, lines
from oneplan.platform.web.pyramids import Age, pyramid

TIMES = [(2021.0, "2021"), (2031.0, "2031")]


def drawn(**more):
    line = Line("No <b>", [[(2021.0, 100.0), (2031.0, 150.0)]], is_strong=True, has_dots=False, **more)
    band = Band("80 of 100", [(2021.0, 100.0, 100.0), (2031.0, 120.0, 190.0)], "seq-1")
    return lines([line], TIMES, str, [band])


def places(inner, tag):
    [points] = re.findall(rf'<{tag} class="[^"]*" points="([^"]*)"', inner)
    return [tuple(map(float, each.split(","))) for each in points.split()]


def test_a_band_is_as_wide_as_its_ends_and_holds_its_line():
    inner = drawn().inner
    (x, up), (last_x, low) = places(inner, "polyline")
    start, high_end, low_end, _start = places(inner, "polygon")
    assert start == (x, up)
    assert high_end[0] == low_end[0] == last_x
    assert high_end[1] < low < low_end[1], "higher values stand higher"
    scale = (low_end[1] - high_end[1]) / 70
    assert abs((up - low) / scale - 50) < 0.5


def test_a_line_that_its_title_names_leaves_no_room_for_a_name():
    named, unnamed = drawn(), drawn(is_named=False)
    assert "No &lt;b&gt;</text>" in named.inner and "point-name" not in unnamed.inner
    assert places(unnamed.inner, "polyline")[1][0] > places(named.inner, "polyline")[1][0]
    assert "stroke-dashed" in drawn(stroke="dashed").inner


def test_names_of_lines_that_end_together_stand_apart_and_above_the_times():
    ends = {"one": 0.0, "two": 1.0, "three": 1.0, "four": 100.0}
    drawn_lines = [Line(name, [[(2021.0, 50.0), (2031.0, end)]], is_strong=True) for name, end in ends.items()]
    made = lines(drawn_lines, TIMES, str)
    assert made
    inner = made.inner
    heights = sorted(float(each) for each in re.findall(r'"point-name" x="[^"]*" dx="8" y="([^"]*)"', inner))
    [floor] = set(re.findall(r'y="([^"]*)" dy="18"', inner))
    assert all(after - before >= 14 for before, after in pairwise(heights))
    assert heights[-1] <= float(floor)


def test_ages_stand_on_both_sides_of_the_middle_to_scale():
    made = pyramid([Age("0-4", (40, 20), (10, 30))], ("Men", "Women"), ("2021", "2031"), str)
    bars = re.findall(r'<rect class="(\S+)" x="([\d.]+)" y="\S+" width="([\d.]+)"', made.inner)
    wide = {(kind, at): float(width) for at, (kind, _x, width) in enumerate(bars)}
    assert wide["pyramid-now", 0] == 2 * wide["pyramid-then", 1] == 4 * wide["pyramid-now", 2]
    left, right = float(bars[0][1]) + float(bars[0][2]), float(bars[2][1])
    assert left < right, "men to the left of the middle, women to the right"
    assert "Men, 0-4. 2021: 40; 2031: 20" in made.inner
