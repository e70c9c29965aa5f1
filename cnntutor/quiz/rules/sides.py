"""One side of an output: what its length is computed from, by whatever rule of thumb."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Along:
    """Places of a window on a side: ⌊(n − k) / s⌋ + 1 with padding valid, ⌈n / s⌉ with same."""

    n: int
    kernel: int
    stride: int
    padding: str
    dilation: int = 1
    plus_one: bool = True
    up: bool = False
    """Whether it is rounded up where the window must lie on the input."""
    by_kernel: bool = False
    """Whether the side is divided by the kernel's: ⌊n / k⌋."""

    @property
    def extent(self) -> int:
        """What the window spans, gaps included."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def length(self) -> int:
        """The places."""
        if self.by_kernel:
            return self.n // self.kernel
        if self.padding != "valid":
            return -(-self.n // self.stride)
        left = self.n - self.extent
        return (-(-left // self.stride) if self.up else left // self.stride) + self.plus_one

    @property
    def working(self) -> str:
        """How they are counted."""
        if self.by_kernel:
            return f"⌊{self.n} / {self.kernel}⌋"
        if self.padding != "valid":
            return f"⌈{self.n} / {self.stride}⌉" if self.stride > 1 else str(self.n)
        more = " + 1" if self.plus_one else ""
        if self.stride == 1:
            return f"{self.n} − {self.extent}{more}"
        left, right = "⌈⌉" if self.up else "⌊⌋"
        return f"{left}({self.n} − {self.extent}) / {self.stride}{right}{more}"


@dataclass(frozen=True, slots=True)
class Spread:
    """Length of a side behind a transposed convolution: (n − 1) · s + k, or n · s with padding same."""

    n: int
    extent: int
    """What one window covers."""
    stride: int
    padding: str
    added: int = 0
    """Positions added at the end."""

    @property
    def length(self) -> int:
        """The length."""
        if self.padding == "same":
            return self.n * self.stride
        return (self.n - 1) * self.stride + self.extent + self.added

    @property
    def working(self) -> str:
        """How it is counted."""
        if self.padding == "same":
            return f"{self.n} · {self.stride}" if self.stride > 1 else str(self.n)
        spread = f"({self.n} − 1) · {self.stride}" if self.stride > 1 else f"{self.n} − 1"
        return f"{spread} + {self.extent}" + (f" + {self.added}" if self.added else "")


@dataclass(frozen=True, slots=True)
class Padded:
    """Length of a side with positions added at its ends."""

    n: int
    before: int
    after: int

    @property
    def length(self) -> int:
        """The length."""
        return self.n + self.before + self.after

    @property
    def working(self) -> str:
        """How it is counted."""
        ends = "".join(f" + {end}" for end in (self.before, self.after) if end)
        return f"{self.n}{ends}"


Side = Along | Spread | Padded
