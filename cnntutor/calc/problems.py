"""What is wrong with a layer or a network: node, argument, what is allowed, what was received."""

from cnntutor.i18n import Message, msg


class LayerError(ValueError):
    """A layer that cannot be, or cannot stand where it stands.

    Args:
        argument: The Keras argument at fault, or "inputs".
        allowed: What the argument may be; reads on after "must be".
        received: What it was.
        node: The name of the node; empty while the layer belongs to no network.
    """

    def __init__(self, argument: str, allowed: Message, received: object, node: str = "") -> None:
        super().__init__(argument, allowed, received, node)
        self.argument = argument
        self.allowed = allowed
        self.received = received
        self.node = node

    @property
    def message(self) -> Message:
        """The problem as one sentence in the language in force."""
        received = written(self.received)
        if self.node:
            return msg(
                "layer {node}: {argument} must be {allowed}, received {received}",
                node=self.node,
                argument=self.argument,
                allowed=self.allowed,
                received=received,
            )
        return msg(
            "{argument} must be {allowed}, received {received}",
            argument=self.argument,
            allowed=self.allowed,
            received=received,
        )

    def at(self, node: str) -> "LayerError":
        """Return the same problem with the name of the node it stands at."""
        return LayerError(self.argument, self.allowed, self.received, node)

    def __str__(self) -> str:
        return str(self.message)


def written(value: object) -> str:
    """Return a received value as it is written in a file: "same", 3, (3, 3), true."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        value = "".join(each if each.isprintable() else "?" for each in value[:41])
        return f'"{value[:40]}…"' if len(value) > 40 else f'"{value}"'
    if isinstance(value, (list, tuple)):
        shown = ", ".join(written(part) for part in value[:8])
        return f"({shown}, …)" if len(value) > 8 else f"({shown})"
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"
