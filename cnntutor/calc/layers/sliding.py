"""A window that slides over the spatial axes: how many places it has, and the padding it needs.

`valid` counts the places where the whole window lies on the input: floor((n − extent) / stride) + 1.
`same` pads just enough for ceil(n / stride) places, the odd row or column at the end, as TensorFlow does.
`causal`, for sequences, pads as much as that, but all of it at the beginning.
"""

from dataclasses import dataclass

from cnntutor.calc.layers.axes import INPUT_SIDES, SPATIAL, STEPS, WINDOW_SIDES, joined, joined_terms, spatial
from cnntutor.calc.layers.base import Window
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import Message, msg

PADDINGS = ("valid", "same")


def places(length: int, extent: int, stride: int, padding: str) -> int:
    """Return the output length along one axis; 0 or less where the window does not fit."""
    if padding == "valid":
        return (length - extent) // stride + 1
    return -(-length // stride)


@dataclass(frozen=True, slots=True)
class Sliding:
    """A window of kernel places, one number for each spatial axis, that steps by strides."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    padding: str
    dilation: tuple[int, ...] = ()
    """Left empty: 1 along each axis."""
    data_format: str | None = None

    def __post_init__(self) -> None:
        if not self.dilation:
            object.__setattr__(self, "dilation", (1,) * len(self.kernel))

    @property
    def extent(self) -> tuple[int, ...]:
        """How many input positions it spans along each axis, from its first place to its last."""
        return tuple(
            dilation * (side - 1) + 1 for side, dilation in zip(self.kernel, self.dilation, strict=True)
        )

    def check_fits(self, argument: str, shape: Shape) -> None:
        """Check that the window fits on an input.

        Raises:
            LayerError: padding is valid and the window is larger than the input.
        """
        sides = spatial(shape, self.data_format)
        if self.padding != "valid" or all(
            extent <= side for extent, side in zip(self.extent, sides, strict=True)
        ):
            return
        plain = max(self.dilation) == 1
        if len(sides) == 2:
            pair = {"height": str(sides[0]), "width": str(sides[1])}
            allowed = (
                msg('at most the input\'s {height} × {width} while padding is "valid"', **pair)
                if plain
                else msg(
                    'small enough to span, dilated, at most {height} × {width} while padding is "valid"',
                    **pair,
                )
            )
        else:
            written = " × ".join(str(side) for side in sides)
            allowed = (
                msg('at most the input\'s {sides} while padding is "valid"', sides=written)
                if plain
                else msg('small enough to span, dilated, at most {sides} with padding "valid"', sides=written)
            )
        raise LayerError(argument, allowed, self.kernel)

    def places(self, shape: Shape) -> tuple[int, ...]:
        """Return how many places the window has along each axis."""
        return tuple(
            places(side, extent, stride, self.padding)
            for side, extent, stride in zip(
                spatial(shape, self.data_format), self.extent, self.strides, strict=True
            )
        )

    def window(self, shape: Shape) -> Window:
        """Return what one output position sees; of the missing positions half, rounded down, lie before."""
        before = (0,) * len(self.kernel)
        if self.padding == "causal":
            before = tuple(extent - 1 for extent in self.extent)
        elif self.padding == "same":
            before = tuple(
                max((count - 1) * stride + extent - side, 0) // 2
                for count, stride, extent, side in zip(
                    self.places(shape),
                    self.strides,
                    self.extent,
                    spatial(shape, self.data_format),
                    strict=True,
                )
            )
        return Window(self.extent, self.strides, before)

    def side_terms(self, shape: Shape) -> tuple[list[str], list[Symbol]]:
        """Return the formula of each output side, and its symbols."""
        symbols: list[Symbol] = []
        terms: list[str] = []
        sides = spatial(shape, self.data_format)
        for axis, side in enumerate(SPATIAL[len(self.kernel)]):
            k, s, d = (f"{name}_{side[0]}" for name in ("kernel", "stride", "dilation"))
            symbols.append(Symbol(side, INPUT_SIDES[side], sides[axis]))
            if self.padding == "valid":
                symbols.append(Symbol(k, WINDOW_SIDES[side], self.kernel[axis]))
            symbols.append(Symbol(s, STEPS[side], self.strides[axis]))
            if self.padding != "valid":
                terms.append(f"⌈{side} / {s}⌉")
            elif max(self.dilation) == 1:
                terms.append(f"(⌊({side} − {k}) / {s}⌋ + 1)")
            else:
                symbols.append(Symbol(d, msg("distance between kernel places"), self.dilation[axis]))
                terms.append(f"(⌊({side} − {d} · ({k} − 1) − 1) / {s}⌋ + 1)")
        return terms, symbols

    def derive_shape(self, shape: Shape, last: Symbol, last_formula: str = "") -> Derivation:
        """Return the working of the output shape.

        Args:
            shape: The shape of the input.
            last: The symbol of the channels: the filters, or the channels that stay.
            last_formula: The formula of the channels where it is more than the symbol; its value is the
                symbol's.
        """
        terms, symbols = self.side_terms(shape)
        formula = joined_terms(terms, last_formula or last.name, self.data_format)
        result = joined(self.places(shape), last.value, self.data_format)
        return worked("output_shape", self.rule, formula, (*symbols, last), result)

    @property
    def rule(self) -> Message:
        """The rule of the output sides in words."""
        if self.padding == "valid":
            return msg(
                'With padding "valid" the window must lie wholly on the image: count its places along each'
                " side, rounding down, and add 1 for the first."
            )
        if self.padding == "causal":
            return msg(
                'With padding "causal" zeros stand before the first step only; the stride alone shortens the'
                " sequence: divide by it and round up."
            )
        return msg('With padding "same" only the stride shrinks the image: divide by it and round up.')
