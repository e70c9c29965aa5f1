"""What the outputs along one axis see of the image: spans of pixels that repeat, shifted, period by period.

Without upsampling the period is one output: output i sees the span of output 0, shifted i times. After
upsampling neighbours may see the same pixels and the next one others, so that a period holds several outputs:
after UpSampling2D(3) outputs 0, 1, 2 see pixel 0, outputs 3, 4, 5 pixel 1.
"""

from dataclasses import dataclass
from math import gcd, lcm

Span = tuple[int, int]
"""First and last pixel; empty where the first lies behind the last."""
MOST_PHASES = 64
"""A longer period is not followed; a network that enlarges its features 32 times needs 32."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The spans of the outputs of one period, and how many pixels further the next period lies."""

    spans: tuple[Span, ...]
    shift: int

    def span(self, output: int) -> Span:
        """Return the first and the last pixel an output sees; outputs beyond the ends, in padding, too."""
        periods, phase = divmod(output, len(self.spans))
        first, last = self.spans[phase]
        return first + periods * self.shift, last + periods * self.shift

    def sees(self, output: int) -> bool:
        """Whether an output sees any pixel."""
        first, last = self.spans[output % len(self.spans)]
        return first <= last

    def over(self, first: int, last: int) -> Span:
        """Return what the outputs from one to another see together; (0, -1) where that is nothing."""
        reach = range(min(len(self.spans), last - first + 1))
        begin = next((first + more for more in reach if self.sees(first + more)), None)
        end = next((last - less for less in reach if self.sees(last - less)), None)
        return (0, -1) if begin is None or end is None else (self.span(begin)[0], self.span(end)[1])

    def _between(self, first: int, last: int, whole: bool) -> Span:
        """Return what the outputs from one to another see; whole says that every output sees something."""
        if first > last:
            return (0, -1)
        return (self.span(first)[0], self.span(last)[1]) if whole else self.over(first, last)

    @property
    def largest(self) -> int:
        """The phase of an output that sees most."""
        sizes = [last - first for first, last in self.spans]
        return sizes.index(max(sizes))

    def behind(self, extent: int, stride: int, padding: int, spread: int) -> "Steps | None":
        """Return what the outputs of a layer see that looks through a window at these outputs.

        Args:
            extent: Places of the window, from first to last.
            stride: Places from one window to the next.
            padding: Places before the first window's input.
            spread: Places from one input to the next; 1 unless the layer upsamples.

        Returns:
            None where the period grows longer than MOST_PHASES, or no output sees anything.
        """
        common = gcd(spread, stride)
        inputs = stride // common
        """How many inputs further the layer's own period lies."""
        times = len(self.spans) // gcd(len(self.spans), inputs)
        period = spread // common * times
        if period > MOST_PHASES:
            return None
        whole = all(first <= last for first, last in self.spans)
        spans = tuple(
            self._between(-(-place // spread), (place + extent - 1) // spread, whole)
            for place in range(-padding, period * stride - padding, stride)
        )
        if all(first > last for first, last in spans):
            return None
        return Steps(spans, self.shift * (inputs * times // len(self.spans))).shortest()

    def shortest(self) -> "Steps":
        """Return the same spans by their shortest period."""
        whole = len(self.spans)
        for period in range(1, whole):
            if whole % period or self.shift * period % whole:
                continue
            short = Steps(self.spans[:period], self.shift * period // whole)
            if all(short.span(output) == span for output, span in enumerate(self.spans)):
                return short
        return self

    def most_on(self, outputs: int, side: int) -> int:
        """Return how many pixels the output sees that sees most of a side of the image.

        Args:
            outputs: How many outputs there are.
            side: How many pixels there are.
        """
        phases = range(min(len(self.spans), outputs))
        return max((self._most_of_phase(phase, outputs, side) for phase in phases), default=0)

    def _most_of_phase(self, phase: int, outputs: int, side: int) -> int:
        """Return the most that outputs of one phase see: their windows move in even steps.

        The overlap rises, stays, and falls along the windows: the best one lies at an end of where it stays.
        """
        start, last = self.spans[phase]
        size, periods = last - start + 1, -(-(outputs - phase) // len(self.spans))
        if size < 1:
            return 0
        best = 0
        for end in (min(0, side - size), max(0, side - size)):
            near = (end - start) // self.shift if self.shift else 0
            for period in (near, near + 1):
                first = start + max(0, min(period, periods - 1)) * self.shift
                best = max(best, min(first + size, side) - max(first, 0))
        return best


def together(steps: tuple[Steps, ...]) -> Steps | None:
    """Return the smallest spans that hold those of all branches, output by output.

    Returns:
        None where branches step unevenly, or the period grows longer than MOST_PHASES.
    """
    period = lcm(*(len(each.spans) for each in steps))
    shift = steps[0].shift * period // len(steps[0].spans)
    if period > MOST_PHASES or any(each.shift * period != shift * len(each.spans) for each in steps):
        return None
    spans: list[Span] = []
    for output in range(period):
        seen = [each.span(output) for each in steps if each.sees(output)]
        spans.append((min(first for first, _ in seen), max(last for _, last in seen)) if seen else (0, -1))
    return Steps(tuple(spans), shift).shortest()
