"""A window that slides over height and width: how many places it has, and the padding it needs.

`valid` counts the places where the whole window lies on the input: floor((n − extent) / stride) + 1.
`same` pads just enough for ceil(n / stride) places, the odd row or column at the end, as TensorFlow does.
"""

from dataclasses import dataclass

from cnntutor.calc.layers.base import Window
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg

PADDINGS = ("valid", "same")


def places(length: int, extent: int, stride: int, padding: str) -> int:
    """Return the output length along one axis; 0 or less where the window does not fit."""
    if padding == "same":
        return -(-length // stride)
    return (length - extent) // stride + 1


@dataclass(frozen=True, slots=True)
class Sliding:
    """A window of kernel places, (height, width), that steps by strides."""

    kernel: tuple[int, int]
    strides: tuple[int, int]
    padding: str
    dilation: tuple[int, int] = (1, 1)

    @property
    def extent(self) -> tuple[int, int]:
        """How many input positions it spans along each axis, from its first place to its last."""
        return (
            self.dilation[0] * (self.kernel[0] - 1) + 1,
            self.dilation[1] * (self.kernel[1] - 1) + 1,
        )

    def check_fits(self, argument: str, shape: Shape) -> None:
        """Check that the window fits on an input.

        Raises:
            LayerError: padding is valid and the window is larger than the input.
        """
        if self.padding == "same" or (self.extent[0] <= shape[0] and self.extent[1] <= shape[1]):
            return
        sides = {"height": str(shape[0]), "width": str(shape[1])}
        if self.dilation == (1, 1):
            allowed = msg('at most the input\'s {height} × {width} while padding is "valid"', **sides)
        else:
            allowed = msg(
                'small enough to span, dilated, at most {height} × {width} while padding is "valid"', **sides
            )
        raise LayerError(argument, allowed, self.kernel)

    def places(self, shape: Shape) -> tuple[int, int]:
        """Return how many places the window has down and across."""
        return (
            places(shape[0], self.extent[0], self.strides[0], self.padding),
            places(shape[1], self.extent[1], self.strides[1], self.padding),
        )

    def window(self, shape: Shape) -> Window:
        """Return what one output position sees; of the missing positions half, rounded down, lie before."""
        before = (0, 0)
        if self.padding == "same":
            missing = [
                max((count - 1) * stride + extent - side, 0)
                for count, stride, extent, side in zip(
                    self.places(shape), self.strides, self.extent, shape[:2], strict=True
                )
            ]
            before = (missing[0] // 2, missing[1] // 2)
        return Window(self.extent, self.strides, before)

    def derive_shape(self, shape: Shape, last: Symbol) -> Derivation:
        """Return the working of the output shape.

        Args:
            shape: The shape of the input.
            last: The symbol of the last axis: the filters, or the channels that stay.
        """
        symbols: list[Symbol] = []
        terms: list[str] = []
        for axis, side in enumerate(("height", "width")):
            k, s, d = (f"{name}_{side[0]}" for name in ("kernel", "stride", "dilation"))
            down = axis == 0
            symbols.append(Symbol(side, msg("input height") if down else msg("input width"), shape[axis]))
            if self.padding == "valid":
                meaning = msg("window height") if down else msg("window width")
                symbols.append(Symbol(k, meaning, self.kernel[axis]))
            symbols.append(Symbol(s, msg("step down") if down else msg("step across"), self.strides[axis]))
            if self.padding == "same":
                terms.append(f"⌈{side} / {s}⌉")
            elif self.dilation == (1, 1):
                terms.append(f"(⌊({side} − {k}) / {s}⌋ + 1)")
            else:
                symbols.append(Symbol(d, msg("distance between kernel places"), self.dilation[axis]))
                terms.append(f"(⌊({side} − {d} · ({k} − 1) − 1) / {s}⌋ + 1)")
        rule = (
            msg('With padding "same" only the stride shrinks the image: divide by it and round up.')
            if self.padding == "same"
            else msg(
                'With padding "valid" the window must lie wholly on the image: count its places along each'
                " side, rounding down, and add 1 for the first."
            )
        )
        formula = " × ".join((*terms, last.name))
        return worked("output_shape", rule, formula, (*symbols, last), (*self.places(shape), last.value))
