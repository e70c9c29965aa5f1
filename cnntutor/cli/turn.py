"""When a run may start beside others: --force and --wait, of which a command takes one."""

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg


def check_turn(force: bool, wait: bool) -> None:
    """Refuse both at once.

    Raises:
        NotUnderstood: both were given.
    """
    if force and wait:
        raise NotUnderstood(
            msg("--force starts a run at once and --wait lets it stand in line; leave one of the two out.")
        )
