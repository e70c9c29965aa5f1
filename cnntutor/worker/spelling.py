"""What a character network spells when it is given the first character."""

from typing import Any

import numpy as np

from cnntutor.lab.words import alphabet_of, words_of


def spell(model: Any, text: str) -> dict[str, str]:
    """Return what follows each character of the alphabet, the likeliest next character each time.

    Args:
        model: Takes (1, steps, alphabet) and gives a figure for each character at each step.
        text: The words it was trained on.
    """
    alphabet = alphabet_of(text)
    steps = len(words_of(text)[0]) - 1
    # One batch for all first characters; what comes after a step cannot change what was read before it.
    places = [[first] for first in range(len(alphabet))]
    for step in range(steps):
        inputs = np.zeros((len(alphabet), steps, len(alphabet)), np.float32)
        for row, word in enumerate(places):
            inputs[row, np.arange(len(word)), word] = 1
        given = model.predict(inputs, verbose=0)
        for row, word in enumerate(places):
            word.append(int(given[row, step].argmax()))
    return {alphabet[word[0]]: "".join(alphabet[each] for each in word) for word in places}
