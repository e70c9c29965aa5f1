"""Pictures as cells: two pixels a cell, glyphs or letters without colours, smaller and larger."""

from textual.content import Content

from cnntutor.tui.picture_art import Raster, art, beside, enlarge, shrink, spread


def grey(rows: list[list[int]]) -> Raster:
    return Raster(len(rows), len(rows[0]), 1, bytes(value for row in rows for value in row))


def test_two_pixels_are_one_cell() -> None:
    (line,) = art(grey([[255, 0], [0, 255]]), "dark")
    assert line.plain == "▀▄"
    (line,) = art(grey([[255, 0], [0, 255]]), "light")
    assert line.plain == "▄▀"
    (line,) = art(grey([[0, 64, 128, 191, 255], [0, 64, 128, 191, 255]]), "dark")
    assert line.plain == " ░▒▓█"


def test_a_plain_terminal_gets_letters() -> None:
    (line,) = art(grey([[0, 128, 255], [0, 128, 255]]), "ascii dark")
    assert line.plain == " +@"
    (line,) = art(grey([[0, 128, 255], [0, 128, 255]]), "ascii light")
    assert line.plain == "@= "


def test_an_odd_row_has_nothing_below() -> None:
    lines = art(grey([[255], [255], [255]]), "dark")
    assert [line.plain for line in lines] == ["█", "▀"]


def test_colours_are_those_of_the_pixels() -> None:
    (line,) = art(Raster(2, 1, 3, bytes([255, 0, 0, 0, 0, 255])), "colour")
    (span,) = line.spans
    assert line.plain == "▀" and str(span.style) == "#ff0000 on #0000ff"


def test_large_pictures_become_means() -> None:
    small = shrink(grey([[0, 100, 200, 200], [100, 200, 200, 200]]), 2, 1)
    assert (small.height, small.width, list(small.pixels)) == (1, 2, [100, 200])
    same = grey([[1, 2]])
    assert shrink(same, 2, 1) is same
    large = Raster(224, 224, 3, bytes(224 * 224 * 3))
    assert (shrink(large, 40, 20).width, shrink(large, 40, 20).height) == (38, 38)


def test_small_pictures_grow() -> None:
    grown = enlarge(grey([[1, 2]]), 2)
    assert (grown.width, grown.height, list(grown.pixels)) == (4, 2, [1, 1, 2, 2, 1, 1, 2, 2])


def test_pictures_stand_side_by_side() -> None:
    lines = beside([[Content("aa"), Content("a")], [Content("b")]], 1)
    assert [line.plain for line in lines] == ["aa b", "a   "]


def test_a_dull_photo_spans_all_shades_where_there_is_no_colour() -> None:
    dull = grey([[100, 120, 140, 160]] * 2)
    (line,) = art(dull, "dark")
    assert set(line.plain) <= {"▒", "▓"}
    (line,) = art(spread(dull, "dark"), "dark")
    assert line.plain[0] == " " and line.plain[-1] == "█"
    assert spread(dull, "colour") is dull
    full = grey([[0, 255], [255, 0]])
    assert spread(full, "dark").pixels == full.pixels
    flat = grey([[100, 105]] * 2)
    assert spread(flat, "ascii light") is flat
    red = Raster(2, 2, 3, bytes([60, 60, 60, 200, 60, 60] * 2))
    assert spread(red, "light").channels == 1
