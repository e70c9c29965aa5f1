"""A stand-in for PyTorch that knows shapes and counts only, after the formulas of its manual."""

import math
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

Shape = tuple[int, ...]


class Tensor:
    """A shape, the batch in front."""

    def __init__(self, *shape: int) -> None:
        self.shape = shape

    def permute(self, *axes: int) -> "Tensor":
        assert sorted(axes) == list(range(len(self.shape)))
        return Tensor(*(self.shape[axis] for axis in axes))

    def reshape(self, batch: int, *sides: int) -> "Tensor":
        assert batch == -1
        assert math.prod(sides) == math.prod(self.shape[1:])
        return Tensor(self.shape[0], *sides)

    def transpose(self, one: int, other: int) -> "Tensor":
        axes = list(range(len(self.shape)))
        axes[one], axes[other] = other, one
        return self.permute(*axes)

    def flatten(self, start: int, end: int = -1) -> "Tensor":
        end = end % len(self.shape)
        return Tensor(*self.shape[:start], math.prod(self.shape[start : end + 1]), *self.shape[end + 1 :])

    def unflatten(self, axis: int, sides: tuple[int, int]) -> "Tensor":
        axis = axis % len(self.shape)
        known = next(side for side in sides if side > 0)
        assert self.shape[axis] % known == 0
        parts = (side if side > 0 else self.shape[axis] // known for side in sides)
        return Tensor(*self.shape[:axis], *parts, *self.shape[axis + 1 :])

    def repeat_interleave(self, times: int, dim: int) -> "Tensor":
        return Tensor(*self.shape[:dim], self.shape[dim] * times, *self.shape[dim + 1 :])

    def __getitem__(self, key: tuple[slice, int]) -> "Tensor":
        assert key == (slice(None), -1)
        return Tensor(self.shape[0], *self.shape[2:])

    def __add__(self, other: "Tensor | float") -> "Tensor":
        if isinstance(other, (int, float)):
            return self
        assert len(self.shape) == len(other.shape)
        assert all(a == b or 1 in (a, b) for a, b in zip(self.shape, other.shape, strict=True))
        return Tensor(*map(max, self.shape, other.shape))

    __mul__ = __sub__ = __truediv__ = __add__


class Module:
    """A module; its own weights, and those of the modules it holds."""

    count = 0
    training = False

    def requires_grad_(self, flag: bool) -> None:
        self.frozen = not flag

    def modules(self) -> Iterator["Module"]:
        for value in vars(self).values():
            if isinstance(value, Module):
                yield value
                yield from value.modules()

    def __call__(self, *inputs: Tensor) -> Any:
        return self.forward(*inputs)

    def forward(self, *inputs: Tensor) -> Any:
        raise NotImplementedError


def slid(window: list[Any], axis: int, side: int, up: bool = False) -> int:
    kernel, stride, padding, dilation = (int(each[axis]) for each in [*window, (1, 1, 1)][:4])
    places: float = (side + 2 * padding - dilation * (kernel - 1) - 1) / stride
    return (math.ceil(places) if up else math.floor(places)) + 1


def pair(value: Any) -> Any:
    return (value,) * 3 if isinstance(value, int) else value


class Conv2d(Module):
    def __init__(
        self,
        inside: int,
        out: int,
        kernel: Any,
        *,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
    ) -> None:
        assert inside % groups == out % groups == 0
        self.inside, self.out = inside, out
        self.window = [pair(each) for each in (kernel, stride, padding, dilation)]
        places = kernel if isinstance(kernel, int) else math.prod(kernel)
        assert not isinstance(kernel, int) or kernel == 1
        self.count = places * inside // groups * out + out * bias

    def forward(self, *inputs: Tensor) -> Tensor:
        batch, channels, *sides = inputs[0].shape
        assert channels == self.inside
        found = [slid(self.window, axis, sides[axis]) for axis in range(len(sides))]
        return Tensor(batch, self.out, *found)


class ConvTranspose2d(Module):
    def __init__(
        self,
        inside: int,
        out: int,
        kernel: Any,
        *,
        stride: Any = 1,
        output_padding: Any = 0,
        dilation: Any = 1,
        bias: bool = True,
    ) -> None:
        self.inside, self.out = inside, out
        more = (pair(each)[: len(kernel)] for each in (stride, output_padding, dilation))
        self.window = list(zip(kernel, *more, strict=True))
        self.count = math.prod(kernel) * inside * out + out * bias

    def forward(self, *inputs: Tensor) -> Tensor:
        batch, channels, *sides = inputs[0].shape
        assert channels == self.inside
        found = [
            (side - 1) * stride + dilation * (kernel - 1) + more + 1
            for side, (kernel, stride, more, dilation) in zip(sides, self.window, strict=True)
        ]
        return Tensor(batch, self.out, *found)


class AdaptivePool2d(Module):
    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size

    def forward(self, *inputs: Tensor) -> Tensor:
        return Tensor(*inputs[0].shape[:2], *self.size)


class Parameter(Tensor, Module):
    """A weight that is no module; never trained where the code makes one."""

    def __init__(self, tensor: Tensor, *, requires_grad: bool) -> None:
        Tensor.__init__(self, *tensor.shape)
        self.count, self.frozen = math.prod(tensor.shape), not requires_grad


class Recurrent(Module):
    """RNN, LSTM and GRU: an input and a recurrent kernel and two biases for each gate."""

    gates = 1

    def __init__(
        self, inside: int, units: int, *, batch_first: bool, bias: bool = True, nonlinearity: str = "tanh"
    ) -> None:
        assert batch_first
        self.inside, self.units = inside, units
        self.count = self.gates * units * (inside + units + 2 * bias)
        self.bias_hh_l0 = Weight(self, self.gates * units)

    def forward(self, *inputs: Tensor) -> tuple[Tensor]:
        batch, steps, features = inputs[0].shape
        assert features == self.inside
        return (Tensor(batch, steps, self.units),)


class Lstm(Recurrent):
    gates = 4


class Gru(Recurrent):
    gates = 3


class Weight:
    """One array of a module, which can be kept fixed."""

    def __init__(self, owner: Module, size: int) -> None:
        self.owner, self.size = owner, size

    def requires_grad_(self, flag: bool) -> None:
        assert not flag
        self.owner.count -= self.size


class Pool2d(Module):
    def __init__(
        self,
        kernel: Any,
        *,
        stride: Any,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        self.window, self.up = [pair(each) for each in (kernel, stride, padding)], ceil_mode

    def forward(self, *inputs: Tensor) -> Tensor:
        batch, channels, *sides = inputs[0].shape
        kernel, _, padding = self.window
        assert all(2 * padding[axis] <= kernel[axis] for axis in range(len(sides)))
        found = [slid(self.window, axis, sides[axis], self.up) for axis in range(len(sides))]
        return Tensor(batch, channels, *found)


class Linear(Module):
    def __init__(self, inside: int, out: int, *, bias: bool = True) -> None:
        self.inside, self.out, self.count = inside, out, inside * out + out * bias

    def forward(self, *inputs: Tensor) -> Tensor:
        assert inputs[0].shape[-1] == self.inside
        return Tensor(*inputs[0].shape[:-1], self.out)


class Norm(Module):
    def __init__(self, channels: int, *, eps: float, momentum: float, affine: bool = True) -> None:
        self.channels, self.count = channels, 2 * channels * affine
        self.weight, self.bias = Weight(self, channels), Weight(self, channels)

    def forward(self, *inputs: Tensor) -> Tensor:
        assert inputs[0].shape[1] == self.channels
        return inputs[0]


class Dropout(Module):
    def __init__(self, rate: float) -> None:
        assert 0 <= rate <= 1

    def forward(self, *inputs: Tensor) -> Tensor:
        return inputs[0]


def same(tensor: Tensor, *_: Any, **__: Any) -> Tensor:
    return tensor


def pad(tensor: Tensor, sides: tuple[int, ...], value: float = 0.0) -> Tensor:
    """The first two numbers are of the last axis."""
    shape = list(tensor.shape)
    for number, (before, after) in enumerate(zip(sides[::2], sides[1::2], strict=True), start=1):
        shape[-number] += before + after
    return Tensor(*shape)


def attention(query: Tensor, key: Tensor, value: Tensor, **_: float) -> Tensor:
    assert query.shape[:-2] == key.shape[:-2] == value.shape[:-2]
    assert query.shape[-1] == key.shape[-1]
    assert key.shape[-2] == value.shape[-2]
    return Tensor(*query.shape[:-1], value.shape[-1])


class LayerNorm(Module):
    def __init__(self, width: int, *, eps: float) -> None:
        self.width, self.count = width, 2 * width
        self.weight, self.bias = Weight(self, width), Weight(self, width)

    def forward(self, *inputs: Tensor) -> Tensor:
        assert inputs[0].shape[-1] == self.width
        return inputs[0]


def flatten(tensor: Tensor, start: int) -> Tensor:
    assert start == 1
    return Tensor(tensor.shape[0], math.prod(tensor.shape[1:]))


def cat(tensors: list[Tensor], dim: int) -> Tensor:
    first = list(tensors[0].shape)
    for other in tensors[1:]:
        assert [*other.shape[:dim], *other.shape[dim + 1 :]] == [*first[:dim], *first[dim + 1 :]]
    return Tensor(*first[:dim], sum(each.shape[dim] for each in tensors), *first[dim + 1 :])


def over_places(tensor: Tensor, dim: int | tuple[int, ...], keepdim: bool) -> Tensor:
    gone = (dim,) if isinstance(dim, int) else dim
    sides = ((at, 1 if at in gone else side) for at, side in enumerate(tensor.shape))
    return Tensor(*(side for at, side in sides if keepdim or at not in gone))


class Functions(SimpleNamespace):
    """torch and torch.nn.functional: what is not named leaves the shape alone."""

    def __getattr__(self, name: str) -> Callable[..., Tensor]:
        return same


def run_module(code: str, *shapes: Shape) -> tuple[list[Shape], int, int]:
    """Return the output shapes, and the (trained, frozen) weights, of a module `Net` on a batch of one."""
    nn = SimpleNamespace(
        Module=Module,
        Conv2d=Conv2d,
        MaxPool2d=Pool2d,
        AvgPool2d=Pool2d,
        Conv3d=Conv2d,
        ConvTranspose3d=ConvTranspose2d,
        MaxPool3d=Pool2d,
        AvgPool3d=Pool2d,
        BatchNorm3d=Norm,
        LayerNorm=LayerNorm,
        Linear=Linear,
        Dropout=Dropout,
        BatchNorm2d=Norm,
        BatchNorm1d=Norm,
        ConvTranspose2d=ConvTranspose2d,
        AdaptiveAvgPool2d=AdaptivePool2d,
        Parameter=Parameter,
        RNN=Recurrent,
        LSTM=Lstm,
        GRU=Gru,
        init=SimpleNamespace(ones_=lambda weight: weight, zeros_=lambda weight: weight),
    )
    scope: dict[str, Any] = {
        "nn": nn,
        "torch": Functions(
            flatten=flatten, cat=cat, mean=over_places, amax=over_places, zeros=Tensor, ones=Tensor
        ),
        "functional": Functions(pad=pad, scaled_dot_product_attention=attention),
    }
    body = "\n".join(line for line in code.splitlines() if not line.startswith(("import ", "from ")))
    exec(body, scope)
    net = scope["Net"]()
    outputs = net(*(Tensor(1, *shape) for shape in shapes))
    found = [each.shape[1:] for each in (outputs if isinstance(outputs, tuple) else (outputs,))]
    frozen = sum(each.count for each in net.modules() if getattr(each, "frozen", False))
    return found, sum(each.count for each in net.modules()) - frozen, frozen
