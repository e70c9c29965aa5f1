"""The worst mistakes as pictures: what each is, what it was taken for, how sure the network was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message as TextualMessage

from cnntutor.i18n import Message, decimal, msg, number, t
from cnntutor.lab.tested_record import AfterTest, Picture
from cnntutor.tui.inside_lines import cut
from cnntutor.tui.keys import key
from cnntutor.tui.picture_art import Look, Raster, art, shrink, spread
from cnntutor.tui.widgets.board import Board, clamp
from cnntutor.tui.wrapping import hanging

GAP = 3
NARROWEST = 28
"""Cells of a picture with its words, at least."""
WORDS = 3
"""Lines below a picture."""


def raster_of(picture: Picture) -> Raster:
    """Return the pixels of a picture."""
    height, width, channels = picture.shape
    return Raster(height, width, channels, picture.pixels())


class MistakesBoard(Board):
    """Pictures in rows, the mistake with the greatest loss first."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "look", msg("Look inside"))]

    @dataclass
    class Chosen(TextualMessage):
        """The learner wants to see what the layers made of a picture."""

        picture: Picture

    def __init__(self, after: AfterTest, *, id: str) -> None:
        super().__init__(after, id=id)
        self._place = 0
        self._across = 1
        self._drawn: dict[tuple[int, int, int, Look], list[Content]] = {}

    def about(self) -> Message:
        """Explain the order."""
        return msg(
            "The mistakes of the test with the greatest loss, the worst first. The number is the image's"
            " place in the test, from 0; predictions.csv in the run's folder has them all."
        )

    def move(self, across: int, down: int) -> None:
        """Mark another picture."""
        if self.after.pictures is not None:
            self._place = clamp(self._place + across + down * self._across, len(self.after.pictures.mistakes))

    @property
    def page(self) -> int:
        """Rows of pictures on a page."""
        return 1

    def action_look(self) -> None:
        """Ask for the inside of the network at the marked picture."""
        pictures = self.after.pictures
        if pictures is not None and pictures.mistakes:
            self.post_message(self.Chosen(pictures.mistakes[self._place]))

    def lines(self, width: int, height: int) -> list[Content]:
        """Return as many pictures as fit, the marked one among them."""
        pictures, confusion = self.after.pictures, self.after.confusion
        if pictures is None or confusion is None:
            return hanging(t("This run keeps no pictures: what it was tested on are no images."), width)
        if not pictures.mistakes:
            return [Content.styled(t("Not one mistake in the test."), "bold $success")]
        title = t(
            "The {shown} worst of {all} mistakes",
            shown=number(len(pictures.mistakes)),
            all=number(pictures.mistakes_in_all),
        )
        most_lines = max(4, height - 1 - WORDS)
        most_columns = max(NARROWEST, width)
        first = self._draw(pictures.mistakes[0], most_columns, most_lines)
        tile = max(NARROWEST, *(line.cell_length for line in first))
        across = max(1, (width + GAP) // (tile + GAP))
        down = max(1, (height - 1) // (len(first) + WORDS))
        self._across = across
        page = self._place // (across * down) * across * down
        shown = pictures.mistakes[page : page + across * down]
        room = (width + GAP) // across - GAP
        wide = max(tile, min(room, max(len(_taken(each, confusion.classes)) for each in shown)))
        found = [Content.styled(title, "bold")]
        for row in range(down):
            some = pictures.mistakes[page + row * across : page + (row + 1) * across]
            tiles = [
                self._tile(picture, page + row * across + at, confusion.classes, (tile, wide), most_lines)
                for at, picture in enumerate(some)
            ]
            for line in range(max((len(each) for each in tiles), default=0)):
                found.append(Content(" " * GAP).join([each[line] for each in tiles]))
        return found

    def _draw(self, picture: Picture, columns: int, lines: int) -> list[Content]:
        """Return the picture itself, made once."""
        name = (picture.number, columns, lines, self.look)
        if name not in self._drawn:
            small = shrink(raster_of(picture), columns, lines)
            self._drawn[name] = art(spread(small, self.look), self.look)
        return self._drawn[name]

    def _tile(
        self, picture: Picture, place: int, classes: tuple[str, ...], widths: tuple[int, int], lines: int
    ) -> list[Content]:
        """Return a picture with its words, all lines of one length; widths are those of both."""
        marked, (tile, wide) = place == self._place, widths
        words = [
            f"{'▸ ' if marked else '  '}{t('no. {number}', number=str(picture.number))}",
            _taken(picture, classes),
            f"  {_sure(self.after, picture)}",
        ]
        styles = ("bold $accent" if marked else "$quiet", "bold" if marked else "", "$quiet")
        drawn = [line.pad_right(wide - line.cell_length) for line in self._draw(picture, tile, lines)]
        told = [
            Content.styled(cut(word, wide).ljust(wide), style)
            for word, style in zip(words, styles, strict=True)
        ]
        return [*drawn, *told]


def _taken(picture: Picture, classes: tuple[str, ...]) -> str:
    """Say what a picture is and what it was taken for."""
    true, taken = _name(classes, picture.true), _name(classes, picture.predicted)
    return t("  {true} taken for {taken}", true=true, taken=taken)


def _name(classes: tuple[str, ...], place: int) -> str:
    """Return the name of a class; its number where it is none of the data."""
    return classes[place] if place < len(classes) else str(place)


def _sure(after: AfterTest, picture: Picture) -> str:
    """Say how sure the network was."""
    if after.outputs is not None and after.outputs.kind == "probabilities":
        given, right = decimal(100 * picture.output, 0), decimal(100 * picture.true_output, 0)
        return t("{given} % sure, right {right} %", given=given, right=right)
    return t(
        "output {given}, right {right}",
        given=decimal(picture.output, 2),
        right=decimal(picture.true_output, 2),
    )
