"""Numbers by reference: `{{params:lenet5/conv1}}` in a page becomes what the calculator says.

What may stand between the braces (a network is a slug or an alias, `@32x32x3` puts another input in):

    params:N  params:N/layer     parameters; likewise trainable, non_trainable, macs
    shape:N/layer                output shape; shape:N is that of the network's output, input:N of its input
    field:N/layer                receptive field, 14×14
    dense:N/layer local: shared: numbers to learn if a convolution were dense, local, or as it is
    calc:(5*5*3+1)*6             arithmetic; {params:N} in single braces stands for a number;
                                 calc:100*{params:N/dense1}/{params:N}|1 is rounded to 1 digit
    explain:params:N/layer       formula = numbers put in = result; likewise shape, macs, field, and
                                 dense, local, shared for a convolution
"""

import re
from collections.abc import Callable
from fractions import Fraction

from cnntutor.calc.analysis import NetworkReport
from cnntutor.calc.arithmetic import ArithmeticProblem, evaluate
from cnntutor.calc.derivation import Derivation, derive, derive_total
from cnntutor.calc.working import Quantity
from cnntutor.course.networks import Networks, UnknownNumber
from cnntutor.course.wirings import WIRINGS, Wiring, wired_params, wired_working
from cnntutor.i18n import Language, Text, msg, number, shape

REFERENCE = re.compile(r"\{\{((?:[^{}]|\{[^{}]*\})*)\}\}")
MOST_DIGITS = 6
_INNER = re.compile(r"\{([^{}]*)\}")
_EXPLAINED: dict[str, Quantity] = {
    "params": "params",
    "shape": "output_shape",
    "macs": "macs",
    "field": "receptive_field",
}

Value = int | tuple[int, ...]


def resolve(reference: str, lang: Language, networks: Networks) -> str:
    """Return what a reference stands for, as it is written in the language.

    Args:
        reference: What stands between `{{` and `}}`.
        lang: Language of the page, for thousands marks.
        networks: Where networks are found and their numbers kept.

    Raises:
        UnknownNumber: there is no such kind, network, layer or number, or the arithmetic is malformed.
    """
    kind, _, target = reference.strip().partition(":")
    if kind == "calc":
        return _calculated(target, lang, networks)
    if kind == "explain":
        return " = ".join(explain(target, lang, networks))
    return _written(value_of(reference, networks), lang)


def fill(text: Text, networks: Networks) -> Text:
    """Return a short text, such as a question's prompt, with its references put in.

    Raises:
        UnknownNumber: a reference does not resolve.
    """

    def filled(words: str, lang: Language) -> str:
        return REFERENCE.sub(lambda found: resolve(found[1], lang, networks), words)

    return Text(filled(text.en, "en"), filled(text.vi, "vi"))


def value_of(reference: str, networks: Networks) -> Value:
    """Return the number or shape a reference to a network stands for.

    Raises:
        UnknownNumber: there is no such kind, network, layer or number.
    """
    kind, colon, target = reference.strip().partition(":")
    if not colon or kind not in _KINDS:
        raise UnknownNumber(
            msg(
                "there is no reference {reference}; write {kinds} or explain and a colon first.",
                reference=reference.strip()[:60],
                kinds=", ".join((*_KINDS, "calc")),
            )
        )
    network, _, layer = target.strip().partition("/")
    return _KINDS[kind](networks, network.strip(), layer.strip())


def explain(target: str, lang: Language, networks: Networks) -> tuple[str, str, str]:
    """Return formula, numbers put in and result of `params:N/layer`, as the language writes numbers.

    Raises:
        UnknownNumber: there is no such quantity, network, layer or number.
    """
    quantity, _, place = target.strip().partition(":")
    network, _, layer = place.strip().partition("/")
    if quantity not in _EXPLAINED and quantity not in WIRINGS:
        raise UnknownNumber(
            msg(
                "{quantity} has no working to show; write explain and one of {kinds}.",
                quantity=quantity[:60],
                kinds=", ".join((*_EXPLAINED, *WIRINGS)),
            )
        )
    for wiring in WIRINGS:
        if wiring == quantity:
            formula, numbers, result = wired_working(networks, network, layer, wiring)
            return formula, _grouped(numbers, lang), number(result, lang)
    derivation = _derivation(networks, network, layer, _EXPLAINED[quantity])
    if derivation.result is None:
        raise UnknownNumber(msg("{layer} has no receptive field: height and width are gone.", layer=layer))
    return derivation.formula, _grouped(derivation.numbers, lang), _written(derivation.result, lang)


def _grouped(numbers: str, lang: Language) -> str:
    """Return a working with the language's thousands marks."""
    return re.sub(r"\d{4,}", lambda found: number(int(found.group()), lang), numbers)


def _derivation(networks: Networks, network: str, layer: str, quantity: Quantity) -> Derivation:
    """Return the working of a layer's number, or of a network's total."""
    report = networks.report(network)
    if layer:
        networks.layer(network, layer)
        return derive(report.network, layer, quantity)
    if quantity == "params" or quantity == "macs":  # noqa: PLR1714  (mypy narrows only this form)
        return derive_total(report.network, quantity)
    raise UnknownNumber(msg("name a layer of {network}: {network}/conv1, say.", network=network))


def _calculated(target: str, lang: Language, networks: Networks) -> str:
    """Return the result of an expression, rounded where it says so."""
    expression, bar, digits = target.partition("|")
    filled = _INNER.sub(lambda found: _count(found[1], networks), expression)
    try:
        result = evaluate(filled)
    except ArithmeticProblem:
        raise UnknownNumber(
            msg(
                "{text} is no arithmetic; write whole numbers, + - * / ( ) only.",
                text=expression.strip()[:60],
            )
        ) from None
    if bar:
        if not re.fullmatch(r"\s*[0-9]\s*", digits) or int(digits) > MOST_DIGITS:
            raise UnknownNumber(
                msg("write the digits to round to, 0 to {most}, behind the bar of calc.", most=MOST_DIGITS)
            )
        return _rounded(Fraction(result), int(digits), lang)
    if not isinstance(result, int):
        raise UnknownNumber(
            msg("{text} is not whole; say how to round it: calc:…|1.", text=expression.strip()[:60])
        )
    return number(result, lang)


def _count(reference: str, networks: Networks) -> str:
    """Return a referenced number as it goes into an expression."""
    value = value_of(reference, networks)
    if isinstance(value, tuple):
        raise UnknownNumber(msg("{reference} is a shape, not a number.", reference=reference[:60]))
    return str(value)


def _rounded(value: Fraction, digits: int, lang: Language) -> str:
    """Return a number with so many digits behind the decimal mark, half rounded away from zero."""
    scaled = (abs(value) * 10**digits * 2 + 1) // 2
    whole, rest = divmod(int(scaled), 10**digits)
    mark = "," if lang == "vi" else "."
    sign = "−" if value < 0 and scaled else ""
    return sign + number(whole, lang) + (f"{mark}{rest:0{digits}d}" if digits else "")


def _written(value: Value, lang: Language) -> str:
    """Return a number or a shape as the language writes it."""
    return shape(value) if isinstance(value, tuple) else number(value, lang)


def _counted(whole: Callable[[NetworkReport], int], attribute: str) -> Callable[[Networks, str, str], Value]:
    """Return the reader of a number that networks and layers both have."""

    def read(networks: Networks, network: str, layer: str) -> Value:
        if not layer:
            return whole(networks.report(network))
        count = getattr(networks.layer(network, layer), attribute)
        if not isinstance(count, int):
            raise TypeError(f"{attribute} is no count")
        return count

    return read


def _shape(networks: Networks, network: str, layer: str) -> Value:
    """Return the output shape of a layer, or of the network."""
    if layer:
        return networks.layer(network, layer).output_shape
    report = networks.report(network)
    return report.layer(report.network.outputs[0]).output_shape


def _input(networks: Networks, network: str, layer: str) -> Value:
    """Return the input shape of a layer, or of the network."""
    return networks.layer(network, layer).input_shapes[0] if layer else networks.report(network).input_shape


def _field(networks: Networks, network: str, layer: str) -> Value:
    """Return the side lengths of a receptive field."""
    if not layer:
        raise UnknownNumber(msg("name a layer of {network}: {network}/conv1, say.", network=network))
    field = networks.layer(network, layer).receptive_field
    if field is None:
        raise UnknownNumber(msg("{layer} has no receptive field: height and width are gone.", layer=layer))
    return field.size


def _wired(wiring: Wiring) -> Callable[[Networks, str, str], Value]:
    """Return the reader of what a convolution would have to learn if it were wired so."""
    return lambda networks, network, layer: wired_params(networks, network, layer, wiring)


_KINDS: dict[str, Callable[[Networks, str, str], Value]] = {
    "params": _counted(lambda report: report.total_params, "params"),
    "trainable": _counted(lambda report: report.trainable_params, "trainable"),
    "non_trainable": _counted(lambda report: report.non_trainable_params, "non_trainable"),
    "macs": _counted(lambda report: report.macs, "macs"),
    "shape": _shape,
    "input": _input,
    "field": _field,
    **{wiring: _wired(wiring) for wiring in WIRINGS},
}
