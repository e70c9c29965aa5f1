"""Inside the trained network: feature maps, filters and outputs, layer by layer, for an image of choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message as TextualMessage

from cnntutor.i18n import Message, decimal, msg, shape, t
from cnntutor.lab.tested_record import AfterTest, Picture
from cnntutor.needs import LayerView
from cnntutor.tui.keys import key
from cnntutor.tui.picture_art import Raster, art, beside, enlarge, shrink
from cnntutor.tui.widgets.board import Board, clamp, window
from cnntutor.tui.widgets.mistakes_board import raster_of
from cnntutor.tui.wrapping import hanging

LIST = 30
"""Cells of the list of layers."""
GAP = 2
VALUES_WIDE = 32
"""Outputs in a line, where they have neither height nor width."""
FEW_VALUES = 20
"""So many outputs are told one by one."""


class InsideBoard(Board):
    """A list of layers and what the marked one makes of the image; the images are those of the test kept."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("n", "image(1)", msg("Next image")),
        key("p", "image(-1)", msg("Image before"), shown=False),
        key("f", "filters", msg("Filters or maps")),
    ]

    @dataclass
    class Wanted(TextualMessage):
        """The layers' view of a picture is wanted."""

        picture: Picture

    def __init__(self, after: AfterTest, *, id: str) -> None:
        super().__init__(after, id=id)
        pictures = after.pictures
        self.pictures: tuple[Picture, ...] = (
            () if pictures is None else (*pictures.mistakes, *pictures.examples)
        )
        self._image = 0
        self._layer = 0
        self._first = 0
        self._filters = False
        self._views: dict[int, tuple[LayerView, ...]] = {}
        """By the picture's number in the test."""
        self.waiting = ""
        """What is told while the views are not there."""

    def about(self) -> Message:
        """Explain maps and filters."""
        return msg(
            "Up and down choose a layer, n and p an image. Maps: a picture for each of the first 16 channels,"
            " black is the layer's least output, white its greatest. Filters: grey is weight 0, white"
            " positive, black negative; of many input channels the first."
        )

    @property
    def picture(self) -> Picture | None:
        """The image that is looked at."""
        return self.pictures[self._image] if self.pictures else None

    def choose(self, picture: Picture) -> None:
        """Look at a picture."""
        numbers = [each.number for each in self.pictures]
        self._image = numbers.index(picture.number)
        self.ask()

    def ask(self) -> None:
        """Ask for the views of the picture where they are not there."""
        picture = self.picture
        if picture is not None and picture.number not in self._views:
            self.post_message(self.Wanted(picture))
        self.refresh()

    def take(self, picture: Picture, views: tuple[LayerView, ...]) -> None:
        """Take the views of a picture."""
        self._views[picture.number] = views
        self.waiting = ""
        self.refresh()

    def has(self, picture: Picture) -> bool:
        """Whether the views of a picture are there."""
        return picture.number in self._views

    def move(self, across: int, down: int) -> None:
        """Mark another layer; the picture itself comes before the first."""
        picture = self.picture
        count = len(self._views.get(picture.number, ())) if picture is not None else 0
        self._layer = clamp(self._layer + down, count + 1)
        if across and abs(across) == 1:
            self.action_image(across)

    def action_image(self, step: int) -> None:
        """Go to the next image or the one before, round and round."""
        if self.pictures:
            self._image = (self._image + step) % len(self.pictures)
            self.ask()

    def action_filters(self) -> None:
        """Switch between maps and filters."""
        self._filters = not self._filters
        self.refresh()

    def lines(self, width: int, height: int) -> list[Content]:
        """Return the list of layers and what the marked one makes of the image."""
        picture = self.picture
        if picture is None:
            return hanging(t("This run keeps no pictures: what it was tested on are no images."), width)
        views = self._views.get(picture.number, ())
        head = Content.styled(self._title(picture), "bold")
        room = height - 2
        left = self._list(views, room)
        right_width = max(10, width - LIST - GAP)
        self._layer = clamp(self._layer, len(views) + 1)
        if self.waiting and not views:
            words = hanging(self.waiting, right_width)
            seen = self._picture(picture, right_width, room - len(words) - 1)
            right = [*words, Content(""), *seen]
        elif self._layer == 0:
            right = self._picture(picture, right_width, room)
        else:
            right = self._view(views[self._layer - 1], right_width, room)
        return [head, Content(""), *beside([_fill(left, LIST), right], GAP)]

    def _title(self, picture: Picture) -> str:
        """Name the image."""
        classes = self.after.confusion.classes if self.after.confusion is not None else ()
        names = [
            classes[place] if place < len(classes) else str(place)
            for place in (picture.true, picture.predicted)
        ]
        place = f"{self._image + 1}/{len(self.pictures)}"
        if picture.true == picture.predicted:
            return t(
                "Image {place}: no. {number}, {true}, recognised",
                place=place,
                number=str(picture.number),
                true=names[0],
            )
        return t(
            "Image {place}: no. {number}, {true} taken for {taken}",
            place=place,
            number=str(picture.number),
            true=names[0],
            taken=names[1],
        )

    def _list(self, views: tuple[LayerView, ...], room: int) -> list[Content]:
        """Return the layers with their shapes."""
        rows = [(t("the image"), "")] + [(view.name, shape(view.shape)) for view in views]
        self._first = window(self._layer, room, self._first, len(rows))
        found = []
        for place in range(self._first, min(self._first + room, len(rows))):
            name, size = rows[place]
            marked = place == self._layer
            space = LIST - 3 - len(size)
            cells = f"{'▸' if marked else ' '} {_cut(name, space)}".ljust(LIST - len(size)) + size
            found.append(Content.styled(cells, "bold $accent" if marked else ""))
        return found

    def _picture(self, picture: Picture, width: int, height: int) -> list[Content]:
        """Return the image as the test has it."""
        raster = raster_of(picture)
        times = max(1, min(width // raster.width, 2 * height // raster.height, 3))
        return art(enlarge(shrink(raster, width, height), times), self.look)

    def _view(self, view: LayerView, width: int, height: int) -> list[Content]:
        """Return what a layer makes of the image."""
        if self._filters:
            return self._filter_lines(view, width, height)
        if view.maps:
            rasters = [Raster(*view.map_size, 1, each) for each in view.maps]
            words = t(
                "{kind}: {shown} of {all} maps, outputs {low} to {high}",
                kind=view.kind,
                shown=str(len(view.maps)),
                all=str(view.shape[-1]),
                low=decimal(view.low, 3),
                high=decimal(view.high, 3),
            )
            return [*hanging(Content.styled(words, "$quiet"), width), *self._grid(rasters, width, height - 2)]
        return self._values(view, width, height)

    def _filter_lines(self, view: LayerView, width: int, height: int) -> list[Content]:
        """Return the filters of a layer."""
        if not view.filters:
            return hanging(t("{kind} has no filters; choose a convolution.", kind=view.kind), width)
        rows, columns, channels = view.filter_size
        rasters = [Raster(rows, columns, channels, each) for each in view.filters]
        words = t(
            "{kind}: {shown} of {all} filters of {size}, input channel 1 of {inputs}",
            kind=view.kind,
            shown=str(len(view.filters)),
            all=str(view.shape[-1]),
            size=shape((rows, columns)),
            inputs=str(view.filter_inputs),
        )
        if channels == view.filter_inputs:
            words = t(
                "{kind}: {shown} of {all} filters of {size}",
                kind=view.kind,
                shown=str(len(view.filters)),
                all=str(view.shape[-1]),
                size=shape((rows, columns, channels)),
            )
        return [*hanging(Content.styled(words, "$quiet"), width), *self._grid(rasters, width, height - 2)]

    def _grid(self, rasters: list[Raster], width: int, height: int) -> list[Content]:
        """Return as many pictures as fit, all of one size, as large as lets all be seen."""
        sizes = (8, 6, 4, 3, 2, 1)
        chosen = next((times for times in sizes if self._fits(rasters, times, width, height)), 0)
        if chosen:
            drawn = [art(enlarge(each, chosen), self.look) for each in rasters]
        else:
            side = next(
                (side for side in range(28, 5, -2) if _room(side, side, width, height) >= len(rasters)), 6
            )
            drawn = [art(shrink(each, side, side // 2), self.look) for each in rasters]
        across = max(1, (width + 1) // (drawn[0][0].cell_length + 1))
        found: list[Content] = []
        for row in range(0, len(drawn), across):
            some = beside(drawn[row : row + across], 1)
            if len(found) + len(some) > height and found:
                break
            found += [*some, Content("")]
        return found

    def _fits(self, rasters: list[Raster], times: int, width: int, height: int) -> bool:
        first = rasters[0]
        return _room(first.width * times, first.height * times, width, height) >= len(rasters)

    def _values(self, view: LayerView, width: int, height: int) -> list[Content]:
        """Return outputs that are no pictures: bars where they are few, else a strip of greys."""
        words = t(
            "{kind}: {count} outputs, {low} to {high}",
            kind=view.kind,
            count=str(_count(view.shape)),
            low=decimal(view.low, 3),
            high=decimal(view.high, 3),
        )
        found = hanging(Content.styled(words, "$quiet"), width)
        if len(view.values) <= FEW_VALUES:
            return [*found, *self._bars(view, width)]
        span = (view.high - view.low) or 1.0
        levels = [min(255, max(0, round((value - view.low) / span * 255))) for value in view.values]
        wide = min(VALUES_WIDE, width)
        levels += [0] * (-len(levels) % wide)
        raster = Raster(len(levels) // wide, wide, 1, bytes(levels))
        times = 2 if raster.height * 2 <= 2 * (height - 2) and wide * 2 <= width else 1
        return [*found, *art(enlarge(raster, times), self.look)]

    def _bars(self, view: LayerView, width: int) -> list[Content]:
        """Return a bar for each output, named by its class where there is one each."""
        confusion = self.after.confusion
        names: tuple[str, ...] = tuple(str(place) for place in range(len(view.values)))
        if confusion is not None and len(confusion.classes) == len(view.values):
            names = confusion.classes
        label = min(14, max(len(name) for name in names))
        bar = max(5, min(40, width - label - 12))
        most = max((abs(value) for value in view.values), default=0.0) or 1.0
        found = []
        for name, value in zip(names, view.values, strict=True):
            filled = round(abs(value) / most * bar)
            found.append(
                Content.assemble(
                    f"{_cut(name, label).ljust(label)} {decimal(value, 3).rjust(8)}  ",
                    ("━" * filled, "$primary" if value >= 0 else "$error"),
                )
            )
        return found


def _room(wide: int, high: int, width: int, height: int) -> int:
    """Return how many pictures of so many pixels fit into so many cells."""
    return ((width + 1) // (wide + 1)) * ((height + 1) // (-(-high // 2) + 1))


def _count(sides: tuple[int, ...]) -> int:
    """Return how many numbers an output has."""
    count = 1
    for side in sides:
        count *= side
    return count


def _fill(lines: list[Content], width: int) -> list[Content]:
    """Return lines of one length."""
    return [line.pad_right(width - line.cell_length) for line in lines]


def _cut(text: str, cells: int) -> str:
    """Return a text of at most so many cells."""
    return text if len(text) <= cells else text[: max(1, cells - 1)] + "…"
