"""Words to be spelled by a recurrent network: which they are, and their alphabet."""

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg

LONGEST = 32
MOST = 100


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a setting.

    Raises:
        NotUnderstood: there are none or too many, or they are not of one length.
    """
    words = tuple(text.split())
    lengths = {len(word) for word in words}
    if not words or len(words) > MOST or len(lengths) != 1 or not 2 <= lengths.pop() <= LONGEST:
        raise NotUnderstood(
            msg(
                "--set words={given}: write up to {most} words of one length, 2 to {longest} characters, a"
                ' space between: --set words="hello green start".',
                given=text,
                most=str(MOST),
                longest=str(LONGEST),
            )
        )
    return words


def alphabet_of(text: str) -> tuple[str, ...]:
    """Return the characters of the words, sorted."""
    return tuple(sorted(set("".join(text.split()))))
