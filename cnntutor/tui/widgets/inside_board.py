"""Inside the trained network: feature maps, filters and outputs, layer by layer, for an image of choice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message as TextualMessage

from cnntutor.i18n import Message, decimal, msg, shape, t
from cnntutor.lab.inside import OwnPicture, Sight
from cnntutor.lab.tested_record import AfterTest, Picture
from cnntutor.needs import LayerView
from cnntutor.tui.inside_lines import Page, cut, filter_lines, view_lines
from cnntutor.tui.keys import key
from cnntutor.tui.picture_art import Raster, art, beside, enlarge, shrink, spread
from cnntutor.tui.widgets.board import Board, clamp, window
from cnntutor.tui.widgets.mistakes_board import raster_of
from cnntutor.tui.wrapping import hanging

LIST = 30
"""Cells of the list of layers."""
GAP = 2


class InsideBoard(Board):
    """A list of layers and what the marked one makes of the image.

    The images are those of the test that were kept, and files of the learner's.

    Args:
        after: What the test left.
        own: Height, width and channels of the images the network takes; None where it takes none.
        id: Of the widget.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("o", "own", msg("Own picture")),
        key("f", "filters", msg("Filters or maps")),
        key("i", "invert", msg("Invert")),
        key("n", "image(1)", msg("Next image")),
        key("p", "image(-1)", msg("Image before"), shown=False),
    ]

    @dataclass
    class Wanted(TextualMessage):
        """What the layers make of an image is wanted."""

        image: Picture | OwnPicture

    class OwnWanted(TextualMessage):
        """The learner wants to look at a picture of their own."""

    def __init__(self, after: AfterTest, own: tuple[int, int, int] | None, *, id: str) -> None:
        super().__init__(after, id=id)
        self._own = own
        pictures = after.pictures
        self.images: list[Picture | OwnPicture] = (
            [] if pictures is None else [*pictures.mistakes, *pictures.examples]
        )
        self._image = 0
        self._left: Picture | OwnPicture | None = None
        """What was looked at before a file was chosen."""
        self._layer = 0
        self._first = 0
        self._filters = False
        self._sights: dict[int | OwnPicture, Sight] = {}
        self.waiting = ""
        """What is told while nothing is known of the image."""

    def about(self) -> Message:
        """Explain maps and filters."""
        return msg(
            "Up and down choose a layer, n and p an image, o one of your own. Maps: a picture for each of the"
            " first 16 channels, black is the layer's least output, white its greatest. Filters: grey is"
            " weight 0, white positive, black negative; of many input channels the first."
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A picture of one's own needs a network that takes pictures; a grey one can be inverted."""
        if action == "own":
            return self._own is not None
        if action == "invert":
            return isinstance(self.image, OwnPicture) and self._own is not None and self._own[2] == 1
        return True

    @property
    def image(self) -> Picture | OwnPicture | None:
        """The image that is looked at."""
        return self.images[self._image] if self.images else None

    def choose(self, image: Picture | OwnPicture) -> None:
        """Look at an image; a file of the learner's comes behind the others, and is read anew."""
        if isinstance(image, OwnPicture):
            self._left = self.image
            for known in (image, replace(image, inverted=not image.inverted)):
                self._sights.pop(known, None)
                if known in self.images:
                    self.images.remove(known)
            self.images.append(image)
        self._image = self.images.index(image)
        self.ask()

    def drop(self, image: OwnPicture) -> None:
        """Leave out a file that is no picture, and go back to the image that was looked at before."""
        if image in self.images:
            looked_at = self._left if self.image == image else self.image
            self.images.remove(image)
            self._image = self.images.index(looked_at) if looked_at in self.images else 0
        self.waiting = ""
        self.ask()

    def ask(self) -> None:
        """Ask what the layers make of the image where that is not known."""
        image = self.image
        if image is not None and not self.has(image):
            self.post_message(self.Wanted(image))
        self.refresh()
        self.refresh_bindings()

    def wait(self, words: str) -> None:
        """Tell what is waited for, or why there is nothing to see."""
        self.waiting = words
        self.refresh()

    def take(self, image: Picture | OwnPicture, sight: Sight) -> None:
        """Take what the layers make of an image."""
        self._sights[_name(image)] = sight
        self.waiting = ""
        self.refresh()

    def has(self, image: Picture | OwnPicture) -> bool:
        """Whether it is known what the layers make of an image."""
        return _name(image) in self._sights

    @property
    def _views(self) -> tuple[LayerView, ...]:
        """What the layers make of the image, as far as that is known."""
        sight = self._sights.get(_name(self.image)) if self.image is not None else None
        return sight.views if sight is not None else ()

    def move(self, across: int, down: int) -> None:
        """Mark another layer; the image itself comes before the first."""
        self._layer = clamp(self._layer + down, len(self._views) + 1)
        if across and abs(across) == 1:
            self.action_image(across)

    def action_image(self, step: int) -> None:
        """Go to the next image or the one before, round and round."""
        if self.images:
            self._image = (self._image + step) % len(self.images)
            self.ask()

    def action_filters(self) -> None:
        """Switch between maps and filters."""
        self._filters = not self._filters
        self.refresh()

    def action_own(self) -> None:
        """Ask for a picture of the learner's."""
        self.post_message(self.OwnWanted())

    def action_invert(self) -> None:
        """Let black and white change places in the learner's picture."""
        image = self.image
        if isinstance(image, OwnPicture):
            self.images[self._image] = replace(image, inverted=not image.inverted)
            self.ask()

    def lines(self, width: int, height: int) -> list[Content]:
        """Return the list of layers and what the marked one makes of the image."""
        image = self.image
        if image is None:
            return self._nothing(width)
        views = self._views
        head = hanging(Content.styled(self._title(image), "bold"), width)
        room = height - len(head) - 1
        left = self._list(views, room)
        right_width = max(10, width - LIST - GAP)
        self._layer = clamp(self._layer, len(views) + 1)
        if self.waiting and not views:
            words = hanging(self.waiting, right_width)
            seen = self._image_lines(image, right_width, room - len(words) - 1)
            right = [*words, Content(""), *seen]
        elif self._layer == 0:
            right = self._image_lines(image, right_width, room)
        else:
            view, page = views[self._layer - 1], Page(right_width, room, self.look)
            right = filter_lines(view, page) if self._filters else view_lines(view, self._class_names, page)
        return [*head, Content(""), *beside([_fill(left, LIST), right], GAP)]

    def _nothing(self, width: int) -> list[Content]:
        """Say why there is no image, and what can be looked at all the same."""
        if self._own is None:
            return hanging(t("This run keeps no pictures: what it was tested on are no images."), width)
        return hanging(t("This run keeps no pictures of its test; o looks at one of your own."), width)

    @property
    def _class_names(self) -> tuple[str, ...]:
        return self.after.confusion.classes if self.after.confusion is not None else ()

    def _class_name(self, place: int) -> str:
        """Return the name of a class; its number where it is none of the data."""
        return self._class_names[place] if place < len(self._class_names) else str(place)

    def _title(self, image: Picture | OwnPicture) -> str:
        """Name the image."""
        place = f"{self._image + 1}/{len(self.images)}"
        if isinstance(image, OwnPicture):
            return self._own_title(image, place)
        names = {"true": self._class_name(image.true), "number": str(image.number)}
        if image.true == image.predicted:
            return t("Image {place}: no. {number}, {true}, recognised", place=place, **names)
        return t(
            "Image {place}: no. {number}, {true} taken for {taken}",
            place=place,
            taken=self._class_name(image.predicted),
            **names,
        )

    def _own_title(self, image: OwnPicture, place: str) -> str:
        """Name a picture of the learner's, and say what it was taken for."""
        name = t("{file}, inverted", file=image.path.name) if image.inverted else image.path.name
        values = self._views[-1].values if self._views else ()
        if not values:
            return t("Image {place}: {file}", place=place, file=name)
        greatest = values.index(max(values))
        return t(
            "Image {place}: {file}, taken for {taken} (output {output})",
            place=place,
            file=name,
            taken=self._class_name(greatest),
            output=decimal(values[greatest], 3),
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
            cells = f"{'▸' if marked else ' '} {cut(name, space)}".ljust(LIST - len(size)) + size
            found.append(Content.styled(cells, "bold $accent" if marked else ""))
        return found

    def _image_lines(self, image: Picture | OwnPicture, width: int, height: int) -> list[Content]:
        """Return the image as the network is given it, once that is known."""
        sight = self._sights.get(_name(image))
        if sight is not None:
            raster = Raster(*sight.shape, sight.pixels)
        elif isinstance(image, Picture):
            raster = raster_of(image)
        else:
            return []
        times = max(1, min(width // raster.width, 2 * height // raster.height, 3))
        return art(enlarge(spread(shrink(raster, width, height), self.look), times), self.look)


def _name(image: Picture | OwnPicture) -> int | OwnPicture:
    """Return what tells an image from all others: its number in the test, or the file."""
    return image.number if isinstance(image, Picture) else image


def _fill(lines: list[Content], width: int) -> list[Content]:
    """Return lines of one length."""
    return [line.pad_right(width - line.cell_length) for line in lines]
