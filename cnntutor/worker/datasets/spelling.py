"""Words as data: at each character, which one comes next."""

import numpy as np
import numpy.typing as npt

from cnntutor.lab.words import alphabet_of, words_of
from cnntutor.worker.datasets.arrays import Bytes


def spelled(text: str) -> tuple[npt.NDArray[np.float32], Bytes]:
    """Return (inputs (words, length - 1, alphabet) one-hot, next characters (words, length - 1)).

    Args:
        text: The words, a space between.

    Raises:
        NotUnderstood: they are not of one length.
    """
    words = words_of(text)
    alphabet = alphabet_of(text)
    places = np.array([[alphabet.index(character) for character in word] for word in words])
    one_hot = np.eye(len(alphabet), dtype=np.float32)
    return one_hot[places[:, :-1]], places[:, 1:].astype(np.uint8)
