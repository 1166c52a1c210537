"""The style sheet's colours, measured: all stand out from what they stand on, and the four hues of a limit are told apart by whoever looks.

Whoever sees no red, no green or no blue sees what Machado, Oliveira and Fernandes (2009) compute. No browser: the tokens as they are written.
"""

import math
import re
from itertools import combinations

import pytest

from tests.architecture.test_docs import ROOT

PAGES = ROOT / "infra/http/pages"
STYLE = {
    name: re.sub(r"/\*.*?\*/", "", (PAGES / f"static/{name}.css").read_text(), flags=re.DOTALL)
    for name in ("app", "case", "import")
}
HUES = ("ok", "soon", "late", "wait")

TEXT, MARK = 4.5, 3.0
"""The least contrast of text, and of what a figure is read from without a word (WCAG 2.2, 1.4.3 and 1.4.11)."""
APART = 0.08
"""The least distance of two hues in Oklab: four times what is just seen when they lie side by side (0.02)."""

RGB = tuple[float, float, float]
Matrix = tuple[RGB, RGB, RGB]

SEEN: dict[str, Matrix] = {
    "by most": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "without red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "without green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "without blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""Their tables for whoever lacks a kind of cone altogether, over linear light."""
CONES: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
OKLAB: Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def themes():
    """Theme -> token -> its colour, 0 to 1 in each channel."""
    blocks = re.findall(r":root \{(.*?)\}", STYLE["app"], re.DOTALL)
    return {
        theme: dict(map(token, re.findall(r"--([\w-]+): #(\w{3}\b|\w{6}\b)", block)))
        for theme, block in zip(("light", "dark", "paper"), blocks, strict=True)
    }


def token(written):
    name, digits = written
    pairs = [digit * 2 for digit in digits] if len(digits) == 3 else re.findall("..", digits)
    return name, tuple(int(pair, 16) / 255 for pair in pairs)


THEMES = themes()


def mixed(one, other, share):
    return tuple(share * a + (1 - share) * b for a, b in zip(one, other, strict=True))


def light(colour):
    """Linear light of each channel."""
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)


def through(matrix, values):
    return tuple(sum(m * v for m, v in zip(row, values, strict=True)) for row in matrix)


def contrast(one, other):
    bright = sorted(through(((0.2126, 0.7152, 0.0722),), light(each))[0] for each in (one, other))
    return (bright[1] + 0.05) / (bright[0] + 0.05)


def distance(one, other, seen):
    def place(colour):
        shown = (min(1.0, max(0.0, c)) for c in through(seen, light(colour)))
        return through(OKLAB, tuple(math.cbrt(c) for c in through(CONES, tuple(shown))))

    return math.dist(place(one), place(other))


ON = [(text, ground) for text in (*HUES, "ink", "soft", "link") for ground in ("paper", "ground")]
ON += [("brand-ink", "brand"), ("past-ink", "past"), ("ink", "mark")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_written_stands_out_from_what_it_stands_on(theme):
    colours = THEMES[theme]
    weak = {pair for pair in ON if contrast(*(colours[name] for name in pair)) < TEXT}

    assert weak == set()


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_drawn_stands_out_as_well(theme):
    colours = THEMES["light"] | THEMES[theme]
    drawn = {f"{hue} on its track": (colours[hue], colours["faint"]) for hue in HUES}
    drawn["focus"] = colours["focus"], colours["ground"]
    mixes = [
        *re.findall(r"color-mix\(in srgb, var\(--(\w+)\) (\d+)%, var\(--paper\)\)", STYLE["case"]),
        *re.findall(r"fill: var\(--(\w+)\); opacity: \.(\d)\b", STYLE["app"]),
    ]
    assert len(mixes) == 2
    for name, share in mixes:
        shown = mixed(colours[name], colours["paper"], float(f"0.{share}"))
        drawn[f"{name} {share}"] = shown, colours["paper"]

    assert {name for name, pair in drawn.items() if contrast(*pair) < MARK} == set()


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_hues_are_told_apart_by_whoever_looks(theme, seen):
    colours = THEMES[theme]
    close = {
        (one, other)
        for one, other in combinations(HUES, 2)
        if distance(colours[one], colours[other], SEEN[seen]) < APART
    }

    assert close == set()


def test_paper_has_the_hues_of_a_light_screen():
    assert {hue: THEMES["paper"][hue] for hue in HUES} == {
        hue: THEMES["light"][hue] for hue in HUES
    }


MEANT = {
    "ok": {".ok", ".columns", ".names .value", ".day.counted"},
    "soon": {".soon"},
    "late": {
        ".late",
        ".sparkline rect.last",
        ".columns rect.late",
        ".names .late",
        ".day.late",
        ".bars small.late",
        ".bar-line .over",
        ".overrun .value",
    },
    "wait": {".wait", ".day.standing", ".hatched"},
}
"""Hue -> what wears it: a dossier, a letter or a step and its limit, the part of a whole that is so, a day of the count."""


def test_a_hue_means_a_limit_and_nothing_else():
    worn = {
        hue: {
            selector.strip()
            for text in STYLE.values()
            for selector, said in re.findall(r"([^{}]+)\{([^{}]*)\}", text)
            if f"var(--{hue})" in said
        }
        for hue in HUES
    }

    assert worn == MEANT


@pytest.mark.parametrize("name", ["base", "bar", "import", "import_job", "violations", "problem"])
def test_what_is_no_limit_wears_no_hue(name):
    """A severity, a note, a connection, a file that was taken in: none of them is late."""
    written = (PAGES / f"templates/{name}.html").read_text()

    assert re.findall(rf"""class="[^"]*\b({"|".join(HUES)})\b""", written) == []
    assert re.findall(rf"'({'|'.join(HUES)})'", written) == []
