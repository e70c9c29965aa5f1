"""Preprocessing that stands in a network: scaling, sizes, codes of categories, spectrograms."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import axis_or_axes, choice, data_format, flag, plain, whole
from cnntutor.calc.layers.axes import channels, joined
from cnntutor.calc.layers.base import Layer, Weight, Window
from cnntutor.calc.layers.normalization import axis_indices
from cnntutor.calc.layers.sliding import PADDINGS, Sliding
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg

OUTPUT_MODES = ("int", "one_hot", "multi_hot", "count")


@dataclass(frozen=True, slots=True)
class Rescaling(Layer):
    """Keras's Rescaling: x · scale + offset."""

    scale: object
    offset: object = 0.0

    kind: ClassVar[str] = "Rescaling"

    def __post_init__(self) -> None:
        object.__setattr__(self, "scale", plain("scale", self.scale))
        object.__setattr__(self, "offset", plain("offset", self.offset))


@dataclass(frozen=True, slots=True)
class Normalization(Layer):
    """Keras's Normalization: mean and variance of the data, given or counted beforehand, never trained."""

    axis: int | tuple[int, ...] | None = -1
    mean: object = None
    variance: object = None
    invert: bool = False

    kind: ClassVar[str] = "Normalization"

    def __post_init__(self) -> None:
        given: object = self.axis
        none = given is None or (isinstance(given, (tuple, list)) and not given)
        object.__setattr__(self, "axis", None if none else axis_or_axes("axis", given))
        object.__setattr__(self, "mean", plain("mean", self.mean))
        object.__setattr__(self, "variance", plain("variance", self.variance))
        flag("invert", self.invert)
        if (self.mean is None) != (self.variance is None):
            raise LayerError("variance", msg("given together with mean, or not at all"), self.variance)

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check that the axes exist.

        Raises:
            LayerError: there is no such axis.
        """
        Layer.check(self, inputs)
        self._sides(inputs)

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return mean, variance and count, not trained; nothing where mean and variance are given."""
        if self.mean is not None:
            return ()
        sides = self._sides(inputs)
        return tuple(
            Weight(name, shape, trainable=False)
            for name, shape in (("mean", sides), ("variance", sides), ("count", ()))
        )

    def _sides(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the sides along the axes."""
        if self.axis is None:
            return ()
        return tuple(inputs[0][each] for each in axis_indices("axis", self.axis, len(inputs[0])))


class _Size(Layer):
    """What Resizing, CenterCrop and RandomCrop have in common: height and width are given."""

    __slots__ = ()

    rank: ClassVar[int | None] = 3
    height: int
    width: int
    data_format: str | None

    def __post_init__(self) -> None:
        whole("height", self.height)
        whole("width", self.width)
        object.__setattr__(self, "data_format", data_format("data_format", self.data_format))

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return (height, width, channels); the channels stay."""
        self.check(inputs)
        return joined((self.height, self.width), channels(inputs[0], self.data_format), self.data_format)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: where the output lies on the input is not the same for all images."""
        return None

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: height and width as given, the channels stay."""
        symbols = (
            Symbol("height", msg("output height"), self.height),
            Symbol("width", msg("output width"), self.width),
            Symbol("channels", msg("channels of the input"), channels(inputs[0], self.data_format)),
        )
        first = self.data_format == "channels_first"
        formula = "channels × height × width" if first else "height × width × channels"
        rule = msg("Height and width are given; the channels stay.")
        return worked("output_shape", rule, formula, symbols, self.output_shape(inputs))


@dataclass(frozen=True, slots=True)
class Resizing(_Size):
    """Keras's Resizing."""

    height: int
    width: int
    interpolation: str = "bilinear"
    crop_to_aspect_ratio: bool = False
    pad_to_aspect_ratio: bool = False
    data_format: str | None = None

    kind: ClassVar[str] = "Resizing"

    def __post_init__(self) -> None:
        _Size.__post_init__(self)
        plain("interpolation", self.interpolation)
        flag("crop_to_aspect_ratio", self.crop_to_aspect_ratio)
        flag("pad_to_aspect_ratio", self.pad_to_aspect_ratio)


@dataclass(frozen=True, slots=True)
class CenterCrop(_Size):
    """Keras's CenterCrop: the middle of the image."""

    height: int
    width: int
    data_format: str | None = None

    kind: ClassVar[str] = "CenterCrop"


@dataclass(frozen=True, slots=True)
class RandomCrop(_Size):
    """Keras's RandomCrop: in training a place by chance, else the middle."""

    height: int
    width: int
    data_format: str | None = None

    kind: ClassVar[str] = "RandomCrop"


class _Codes(Layer):
    """What the layers have in common that write whole numbers as codes."""

    __slots__ = ()

    output_mode: str

    def depth(self) -> int:
        """Return how many categories there are."""
        raise NotImplementedError

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the input's shape for "int"; else the categories in place of the last side.

        With "one_hot" a last side other than 1 stays, and the categories follow it.
        """
        self.check(inputs)
        if self.output_mode == "int":
            return inputs[0]
        if self.keeps_last(inputs[0]):
            return (*inputs[0], self.depth())
        return (*inputs[0][:-1], self.depth())

    def keeps_last(self, shape: Shape) -> bool:
        """Whether the last side stays."""
        return self.output_mode == "one_hot" and shape[-1] != 1

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: the output is no image."""
        return None

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: the categories for the last side, or behind it."""
        result = self.output_shape(inputs)
        if self.output_mode == "int":
            return Layer.derive_output_shape(self, inputs)
        symbols = (Symbol("categories", msg("number of categories"), result[-1]),)
        formula = "".join(f"{side} × " for side in result[:-1]) + "categories"
        rule = msg("Each code is a row with one place for each category.")
        return worked("output_shape", rule, formula, symbols, result)


@dataclass(frozen=True, slots=True)
class CategoryEncoding(_Codes):
    """Keras's CategoryEncoding."""

    num_tokens: int
    output_mode: str = "multi_hot"

    kind: ClassVar[str] = "CategoryEncoding"

    def __post_init__(self) -> None:
        whole("num_tokens", self.num_tokens)
        object.__setattr__(self, "output_mode", choice("output_mode", self.output_mode, OUTPUT_MODES[1:]))

    def depth(self) -> int:
        """Return num_tokens."""
        return self.num_tokens


@dataclass(frozen=True, slots=True)
class Hashing(_Codes):
    """Keras's Hashing: categories by a hash, num_bins of them."""

    num_bins: int
    output_mode: str = "int"

    kind: ClassVar[str] = "Hashing"

    def __post_init__(self) -> None:
        whole("num_bins", self.num_bins)
        object.__setattr__(self, "output_mode", choice("output_mode", self.output_mode, OUTPUT_MODES))

    def depth(self) -> int:
        """Return num_bins."""
        return self.num_bins

    def keeps_last(self, shape: Shape) -> bool:
        """Whether the last side stays: never, as Keras has it."""
        return False


@dataclass(frozen=True, slots=True)
class STFTSpectrogram(Layer):
    """Keras's STFTSpectrogram: pieces of a sound as frequencies, by two kernels, trained unless frozen.

    Multiply-adds are those of the convolutions.
    """

    mode: str = "log"
    frame_length: int = 256
    frame_step: int | None = None
    fft_length: int | None = None
    padding: str = "valid"
    expand_dims: bool = False
    data_format: str | None = None

    kind: ClassVar[str] = "STFTSpectrogram"
    rank: ClassVar[int | None] = 2

    def __post_init__(self) -> None:
        modes = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")
        object.__setattr__(self, "mode", choice("mode", self.mode, modes))
        whole("frame_length", self.frame_length, 2)
        for name in ("frame_step", "fft_length"):
            if getattr(self, name) is not None:
                whole(name, getattr(self, name))
        if self.frame_step is not None and self.frame_step > self.frame_length:
            raise LayerError("frame_step", msg("at most frame_length"), self.frame_step)
        if self.fft_length is not None and self.fft_length < self.frame_length:
            raise LayerError("fft_length", msg("at least frame_length"), self.fft_length)
        object.__setattr__(self, "padding", choice("padding", self.padding, PADDINGS))
        object.__setattr__(self, "data_format", data_format("data_format", self.data_format))
        flag("expand_dims", self.expand_dims)

    @property
    def sliding(self) -> Sliding:
        """The window that cuts the pieces."""
        step = self.frame_step or self.frame_length // 2
        return Sliding((self.frame_length,), (step,), self.padding, data_format=self.data_format)

    @property
    def frequencies(self) -> int:
        """How many numbers one piece becomes, for each channel."""
        half = self._bands
        return 2 * half if self.mode == "stft" else half

    @property
    def _bands(self) -> int:
        """How many frequencies are told apart; fft_length is Keras's next power of 2 unless given."""
        return (self.fft_length or 1 << (self.frame_length - 1).bit_length()) // 2 + 1

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check that a piece fits.

        Raises:
            LayerError: the layer cannot stand on these inputs.
        """
        Layer.check(self, inputs)
        self.sliding.check_fits("frame_length", inputs[0])

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return (pieces, frequencies · channels), or with expand_dims the two apart."""
        self.check(inputs)
        pieces, depth = self.sliding.places(inputs[0])[0], channels(inputs[0], self.data_format)
        if not self.expand_dims:
            return joined((pieces,), self.frequencies * depth, self.data_format)
        return joined((pieces, self.frequencies), depth, self.data_format)

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the kernels: real and imaginary part, or the one the mode needs."""
        shape = (self.frame_length, 1, self._bands)
        names = ("real_kernel", "imag_kernel")
        kept = [name for name in names if self.mode not in ("real", "imag") or name.startswith(self.mode)]
        return tuple(Weight(name, shape) for name in kept)

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return pieces · channels · values of the kernels."""
        self.check(inputs)
        pieces, depth = self.sliding.places(inputs[0])[0], channels(inputs[0], self.data_format)
        return pieces * depth * self.parameters(inputs)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return the sliding window, None where the frequencies become an axis."""
        return None if self.expand_dims else self.sliding.window(inputs[0])

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of pieces and frequencies."""
        self.check(inputs)
        symbols = (
            Symbol("pieces", msg("pieces of the sound"), self.sliding.places(inputs[0])[0]),
            Symbol("frequencies", msg("numbers for each piece"), self.frequencies),
            Symbol("channels", msg("channels of the input"), channels(inputs[0], self.data_format)),
        )
        terms = ["pieces", "frequencies · channels"]
        if self.expand_dims:
            terms = ["pieces", "frequencies", "channels"]
        if self.data_format == "channels_first":
            terms = [terms[-1], *terms[:-1]]
        rule = msg("A window cuts pieces out of the sound; each becomes its frequencies.")
        return worked("output_shape", rule, " × ".join(terms), symbols, self.output_shape(inputs))

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return pieces · channels · kernels."""
        symbols = (
            Symbol("pieces", msg("pieces of the sound"), self.sliding.places(inputs[0])[0]),
            Symbol("channels", msg("channels of the input"), channels(inputs[0], self.data_format)),
            Symbol("kernels", msg("values of the kernels"), self.parameters(inputs)),
        )
        rule = msg("Every piece of every channel multiplies each value of the kernels once.")
        return worked("macs", rule, "pieces · channels · kernels", symbols, self.macs(inputs))


@dataclass(frozen=True, slots=True)
class MelSpectrogram(Layer):
    """Keras's MelSpectrogram: a sound (samples,) as bands of pitch over time; nothing to learn."""

    fft_length: int = 2048
    sequence_stride: int = 512
    num_mel_bins: int = 128

    kind: ClassVar[str] = "MelSpectrogram"
    rank: ClassVar[int | None] = 1

    def __post_init__(self) -> None:
        for name in ("fft_length", "sequence_stride", "num_mel_bins"):
            whole(name, getattr(self, name))

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return (num_mel_bins, pieces), as Keras counts the pieces."""
        self.check(inputs)
        return (self.num_mel_bins, (inputs[0][0] + self.sequence_stride + 1) // self.sequence_stride)

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of bands and pieces."""
        symbols = (
            Symbol("bands", msg("bands of pitch"), self.num_mel_bins),
            Symbol("samples", msg("samples of the sound"), inputs[0][0]),
            Symbol("stride", msg("samples from piece to piece"), self.sequence_stride),
        )
        rule = msg("A window cuts pieces out of the sound; each becomes its bands of pitch.")
        formula = "bands × ⌊(samples + stride + 1) / stride⌋"
        return worked("output_shape", rule, formula, symbols, self.output_shape(inputs))
