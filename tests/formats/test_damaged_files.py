"""Damaged configs and source code: read, or refused with a sentence; never anything else."""

import copy
import json
import random
import re
from typing import Any

import pytest

from cnntutor.errors import NotUnderstood
from cnntutor.formats.keras_code import write_keras_code
from cnntutor.formats.keras_json import parse_keras_json
from cnntutor.formats.keras_json_writer import write_keras_json
from cnntutor.formats.keras_source import parse_keras_source
from tests.formats.networks import CHAIN, GRAPH
from tests.formats.test_keras_json import KERAS2
from tests.formats.test_keras_source import SOURCES, TF_KERAS

ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 10**25, float("inf"), "", "x", "\x1b", [], {}, [None], [[1, 2]], {"a": 1}),
    *({"class_name": "__tuple__", "items": None}, {"class_name": "Dense", "config": {}}, ["in", 0, 0]),
    {"class_name": "__keras_tensor__", "config": {"keras_history": ["conv", 0, 0]}},
)


def places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every (container, key) in a document."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        found.append((value, key))
        if isinstance(value[key], (dict, list)):
            places(value[key], found)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_configs(seed: int) -> None:
    chance = random.Random(seed)
    documents = [json.loads(write_keras_json(GRAPH)), json.loads(write_keras_json(CHAIN)), KERAS2]
    for _ in range(150):
        document = copy.deepcopy(chance.choice(documents))
        for _ in range(chance.randint(1, 3)):
            holder, key = chance.choice(places(document, []))
            if chance.random() < 0.2 and isinstance(holder, dict):
                del holder[key]
            else:
                holder[key] = copy.deepcopy(chance.choice(ODD))
        try:
            parse_keras_json(json.dumps(document), "damaged.json")
        except NotUnderstood as refused:
            text = str(refused)
            assert text.startswith("damaged.json")
            assert text.isprintable()
            assert len(text) < 600


@pytest.mark.parametrize("seed", range(4))
def test_source_code(seed: int) -> None:
    chance = random.Random(seed)
    codes = [*SOURCES.values(), TF_KERAS, write_keras_code(GRAPH), write_keras_code(CHAIN)]
    for _ in range(150):
        tokens = re.findall(r"\w+|\s+|[^\w\s]", chance.choice(codes))
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(tokens))
            odd = chance.choice(
                ["", tokens[chance.randrange(len(tokens))], "None", "-1", "x", "[0]", "0", "''"]
            )
            tokens[at] = odd
        try:
            parse_keras_source("".join(tokens), "damaged.py")
        except NotUnderstood as refused:
            text = str(refused)
            assert text.startswith("damaged.py")
            assert text.isprintable()
            assert len(text) < 600
