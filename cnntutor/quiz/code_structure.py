"""What a model is asked to have without being told how: layers of a kind, a residual sum, few parameters."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from cnntutor.calc.analysis import analyse
from cnntutor.calc.network import Network, Node
from cnntutor.course.code_checks import CodeChecks, NeededLayer
from cnntutor.i18n import msg, shape
from cnntutor.quiz.code_compare import CodeProblem

_CONVOLUTIONS = frozenset({"Conv1D", "Conv2D", "Conv3D", "SeparableConv2D", "DepthwiseConv2D"})
_ON_A_SHORTCUT = frozenset({"BatchNormalization", "Activation", "ReLU", "Identity", "AveragePooling2D"})


def check_structure(network: Network, checks: CodeChecks) -> Iterator[CodeProblem]:
    """Yield what a network lacks of what is asked; nothing where it lacks nothing."""
    report = analyse(network)
    if checks.input_shape is not None and network.input_shape != checks.input_shape:
        yield CodeProblem(
            "",
            msg(
                "The input shape is {got}; asked for is {wanted}.",
                got=shape(network.input_shape),
                wanted=shape(checks.input_shape),
            ),
        )
    shapes = {each.name: each.output_shape for each in report.layers}
    last = network.outputs[0]
    if checks.output_shape is not None and shapes.get(last) != checks.output_shape:
        yield CodeProblem(
            last,
            msg(
                "{layer} gives {got}; the model must give {wanted}.",
                layer=last,
                got=shape(shapes.get(last, network.input_shape)),
                wanted=shape(checks.output_shape),
            ),
        )
    if checks.most_params is not None and report.total_params > checks.most_params:
        yield CodeProblem(
            "",
            msg(
                "The model has {count} parameters; at most {most} are allowed.",
                count=report.total_params,
                most=checks.most_params,
            ),
        )
    for node in network.nodes:
        if node.layer.kind in checks.without:
            yield CodeProblem(
                node.name,
                msg("{layer}: do without {kind} here.", layer=node.name, kind=node.layer.kind),
            )
    for needed in checks.needs:
        yield from _check_needed(network, needed)
    if checks.residual is not None:
        yield from _check_residual(network, checks.residual)


def _check_needed(network: Network, needed: NeededLayer) -> Iterator[CodeProblem]:
    """Yield a problem where the layers needed are too few or too many."""
    count = sum(1 for node in network.nodes if not node.shares and _fits(node, needed))
    if count == needed.count or (needed.count is None and count):
        return
    otherwise = replace(needed, trainable=None)
    thawed = [node for node in network.nodes if _fits(node, otherwise) and not _fits(node, needed)]
    if needed.trainable is not None and thawed and count + len(thawed) == (needed.count or 1):
        yield from (_switched(node, needed.trainable) for node in thawed)
        return
    what = _written(needed)
    if needed.count is None:
        yield CodeProblem("", msg("The model needs a layer {what}.", what=what))
    else:
        yield CodeProblem(
            "",
            msg(
                "The model has {got} layers {what}; asked for is {wanted}.",
                got=str(count),
                what=what,
                wanted=str(needed.count),
            ),
        )


def _switched(node: Node, trainable: bool) -> CodeProblem:
    """Return the problem of a layer that is frozen and should not be, or the other way round."""
    words = {"layer": node.name, "kind": node.layer.kind}
    if trainable:
        said = msg("{layer} ({kind}) is frozen; it should be trained: trainable = True.", **words)
    else:
        said = msg("{layer} ({kind}) is trained; it should be frozen: trainable = False.", **words)
    return CodeProblem(node.name, said)


def _fits(node: Node, needed: NeededLayer) -> bool:
    """Whether a layer is one of those needed."""
    if node.layer.kind != needed.kind or needed.trainable not in (None, node.trainable):
        return False
    given = {name: getattr(node.layer, name, None) for name in needed.arguments}
    return all(_plain(given[name]) == _plain(value) for name, value in needed.arguments.items())


def _plain(value: object) -> object:
    """Return an argument so that (3, 3), [3, 3] and 3 are one."""
    if isinstance(value, (list, tuple)):
        items = [_plain(each) for each in value]
        return items[0] if items and all(each == items[0] for each in items) else items
    return value


def _written(needed: NeededLayer) -> str:
    """Return the layer needed as it is written in Keras code."""
    shown = [f"{name}={_tuple(value)!r}" for name, value in needed.arguments.items()]
    shown += [f"trainable={needed.trainable}"] if needed.trainable is not None else []
    return f"{needed.kind}({', '.join(shown)})"


def _tuple(value: object) -> object:
    """Return a list as Python writes a shape."""
    return tuple(value) if isinstance(value, list) else value


def _check_residual(network: Network, convolutions: int) -> Iterator[CodeProblem]:
    """Yield a problem where nothing adds the input of convolutions to what they give."""
    useful = _sources(network, network.outputs)
    sums = [node for node in network.nodes if node.layer.kind == "Add" and node.name in useful]
    if not sums:
        stacked = any(node.layer.kind == "Concatenate" for node in network.nodes)
        yield CodeProblem(
            "",
            msg("Concatenate puts channels beside one another; a residual block adds: use Add.")
            if stacked
            else msg("Nothing is added: a residual block adds its input to what its convolutions give."),
        )
        return
    if any(_is_residual(network, node, convolutions) for node in sums):
        return
    node = sums[0]
    if len(set(node.inputs)) == 1:
        yield CodeProblem(node.name, msg("{layer} adds a layer's output to itself.", layer=node.name))
        return
    yield CodeProblem(
        node.name,
        msg(
            "{layer} does not add the block's input to what {count} convolutions make of it; one of its"
            " inputs must be that input itself, or a 1×1 convolution of it.",
            layer=node.name,
            count=str(convolutions),
        ),
    )


def _is_residual(network: Network, node: Node, convolutions: int) -> bool:
    """Whether an Add brings together a shortcut and a path of so many convolutions from where it begins."""
    for short in node.inputs:
        for long in node.inputs:
            if short == long:
                continue
            counts = dict(_path(network, long))
            for place, count in _path(network, short, shortcut=True):
                if place in counts and count <= 1 and counts[place] >= max(convolutions, count + 1):
                    return True
    return False


def _path(network: Network, name: str, shortcut: bool = False) -> Iterator[tuple[str, int]]:
    """Yield the nodes from one back to where a path begins, each with the convolutions after it."""
    count = 0
    while True:
        yield name, count
        node = network.node(name)
        if not node.inputs or (shortcut and not _is_light(node)):
            return
        count += node.layer.kind in _CONVOLUTIONS
        name = node.inputs[0]


def _is_light(node: Node) -> bool:
    """Whether a layer may lie on a shortcut."""
    if node.layer.kind in _CONVOLUTIONS:
        return set(getattr(node.layer, "kernel_size", ())) == {1}
    return node.layer.kind in _ON_A_SHORTCUT


def _sources(network: Network, outputs: tuple[str, ...]) -> Mapping[str, bool]:
    """Return the nodes that some nodes stand on, and these."""
    found = dict.fromkeys(outputs, True)
    waiting = list(outputs)
    while waiting:
        for source in network.node(waiting.pop()).inputs:
            if source not in found:
                found[source] = True
                waiting.append(source)
    return found
