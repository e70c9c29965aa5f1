"""Keras source code: followed as data, equal to what Keras makes of it, refused at its line."""

import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.errors import NotUnderstood
from cnntutor.formats.keras_code import write_keras_code
from cnntutor.formats.keras_source import parse_keras_source
from cnntutor.formats.library import find_network, networks_dir
from cnntutor.i18n import set_language
from tests.formats.networks import CHAIN, GRAPH

SLUGS = sorted(path.stem for path in networks_dir().glob("*.toml"))

SOURCES = {
    "a list": """
import keras
from keras import layers
model = keras.Sequential([
    keras.Input(shape=(28, 28, 1)),
    layers.Conv2D(6, 5, padding="same", activation="relu"),
    layers.MaxPooling2D(2),
    layers.Flatten(),
    layers.Dense(10, "softmax"),
], name="small")
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="categorical_crossentropy")
""",
    "model.add and constants": """
from keras.models import Sequential
from keras.layers import *
import numpy as np
CLASSES = 10
SIDE = 4 * 7
FILTERS = [8, 16, 2 ** 4]
(x_train, y_train), (x_test, y_test) = np.load("data.npz"), (None, None)
model = Sequential()
model.add(InputLayer(shape=(SIDE, SIDE, 1)))
for number, filters in enumerate(FILTERS):
    model.add(Conv2D(filters, (3, 3), padding='same', kernel_initializer="he_normal", name=f"conv_{number}"))
    model.add(BatchNormalization())
    if number % 2 == 0:
        model.add(MaxPooling2D(pool_size=(2, 2)))
    else:
        model.add(Activation('relu'))
model.add(Flatten())
model.add(Dropout(0.5))
model.add(Dense(CLASSES, activation='softmax'))
history = model.fit(x_train, y_train, epochs=3)
for epoch in history.history:
    print(epoch)
""",
    "functions and shortcuts": """
import keras
from keras import layers, Model

def conv_block(x, filters, *, strides=1, name=None, **more):
    x = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False, name=name, **more)(x)
    x = layers.BatchNormalization()(x)
    return layers.Activation(keras.activations.relu)(x)

def residual(x, filters, strides=1):
    shortcut = x
    if strides != 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=strides)(x)
    x = conv_block(x, filters, strides=strides)
    x = conv_block(x, filters, kernel_regularizer=keras.regularizers.l2(1e-4))
    return layers.add([x, shortcut])

def build(shape=(16, 16, 3), widths=(8, 16)):
    inputs = keras.Input(shape)
    x = conv_block(inputs, widths[0], name="stem")
    for index, width in enumerate(widths):
        for block in range(2):
            x = residual(x, width, strides=2 if index > 0 and block == 0 else 1)
    x = layers.GlobalAveragePooling2D()(x)
    outputs = layers.Dense(10, activation="softmax")(x)
    return Model(inputs=inputs, outputs=outputs, name="residual")
""",
    "shared layers, nested models, operators": """
import keras
from keras import layers, ops
left, right = keras.Input((8, 8, 3), name="left"), keras.Input((8, 8, 3), name="right")
encoder = keras.Sequential([layers.Conv2D(4, 3, padding="same"), layers.ReLU()], name="encoder")
shared = layers.Conv2D(4, 3, padding="same", name="shared")
first, second = encoder(left), encoder(right)
total = shared(first) + shared(second)
again = ops.relu(total) + first
merged = layers.Concatenate()([again, second, *[layers.Conv2D(2, k, padding="same")(left) for k in (1, 3)]])
flat = layers.Flatten()(merged)
outputs = {"b": layers.Dense(2, name="b")(flat), "a": layers.Dense(1, name="a")(flat)}
encoder.trainable = False
model = keras.Model([left, right], outputs)
""",
    "a main function": """
import keras
from keras.layers import Dense, Input
def main():
    units = [8] * 2 + [4]
    stack = [Input((5,))]
    stack += [Dense(u, activation="tanh") for u in units]
    for layer in stack[1:]:
        layer.trainable = layer.name != "dense_1"
    return keras.Sequential(stack)
if __name__ == "__main__":
    model = main()
""",
}


@pytest.mark.parametrize("name", SOURCES)
def test_keras_makes_the_same(name: str, keras: Any, keras_counts: Any, our_counts: Any) -> None:
    text = SOURCES[name]
    report = analyse(parse_keras_source(text, "model.py").network)
    lines = [line for line in text.splitlines() if "np." not in line and "fit(" not in line]
    scope: dict[str, Any] = {"__name__": "__main__"}
    keras.backend.clear_session()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec("\n".join(lines).replace("for epoch in history.history:\n    print(epoch)", ""), scope)
        model = scope["model"] if "model" in scope else scope["build"]()
    assert our_counts(report) == keras_counts(model)
    assert report.total_params == model.count_params()
    shapes = [each.output_shape for each in report.layers if each.name in report.network.outputs]
    assert sorted(shapes) == sorted(tuple(each.shape[1:]) for each in model.outputs)


TF_KERAS = """
import tensorflow as tf
from tensorflow.keras import backend as K
shape = (3, 28, 28) if K.image_data_format() == "channels_first" else (28, 28, 3)
with tf.device("cpu"):
    inputs = tf.keras.layers.Input(shape=shape)
    x = tf.keras.layers.Conv2D(filters=4, kernel_size=(3, 3), activation=tf.nn.relu)(inputs)
    x = tf.nn.relu(x)
    y = tf.concat([x, x], axis=-1)
    y = tf.keras.layers.GlobalAveragePooling2D()(y)
base = tf.keras.Model(inputs, y)
model = tf.keras.models.Sequential([
    base,
    tf.keras.layers.Dense(units=K.int_shape(y)[-1] // 2, input_shape=(8,)),
])
for layer in base.layers:
    layer.trainable = False
"""


def test_tf_keras() -> None:
    report = analyse(parse_keras_source(TF_KERAS, "model.py").network)
    assert (report.total_params, report.trainable_params) == (112 + 36, 36)
    assert report.layers[-1].output_shape == (4,)


def test_the_first_layer_may_say_the_input_shape() -> None:
    text = "from keras.layers import Dense\nimport keras\nm = keras.Sequential()\nm.add(Dense(3, {}))\n"
    for given in ("input_shape=(4,)", "input_dim=4", "batch_input_shape=(None, 4)"):
        assert analyse(parse_keras_source(text.format(given), "a.py").network).total_params == 15
    with pytest.raises(NotUnderstood, match="add --input"):
        parse_keras_source(text.format(""), "a.py")
    assert analyse(parse_keras_source(text.format(""), "a.py", (9,)).network).total_params == 30


@pytest.mark.parametrize("slug", SLUGS)
def test_code_written_reads_the_same(slug: str) -> None:
    network = find_network(slug).network
    assert parse_keras_source(write_keras_code(network), "again.py").network == network


def test_shared_and_frozen_code_reads_the_same() -> None:
    for network in (CHAIN, GRAPH):
        assert parse_keras_source(write_keras_code(network), "again.py").network == network


HEAD = "import keras\nfrom keras import layers\n"
REFUSED = {
    "no Python": ("x = (\n", "line 1: this is no Python"),
    "null bytes": ("x = 1\0", "this is no Python"),
    "nothing": ("", "no Sequential or Model"),
    "no model": ("import keras\nx = 3\n", "no Sequential or Model"),
    "deep brackets": ("x = " + "(" * 5000 + ")" * 5000, "this is no Python"),
    "deep signs": ("x = " + "-" * 20_000 + "1", "too many brackets"),
    "deep sum": ("x = " + "1+" * 50_000 + "1", "too many brackets"),
    "deep attributes": ("x = a" + ".b" * 3000, "too many brackets"),
    "unknown units": (
        HEAD + "n = int(input())\nmodel = keras.Sequential([keras.Input((3,)), layers.Dense(n)])\n",
        "line 3: input() cannot be followed",
    ),
    "unknown layer": (
        HEAD + "from mine import Block\nmodel = keras.Sequential([keras.Input((3,)), Block(3)])\n",
        "line 4: Block(3) cannot be followed",
    ),
    "own class": (
        HEAD + "class Own(layers.Layer):\n    pass\nmodel = keras.Sequential([keras.Input((3,)), Own()])\n",
        "line 5: Own() cannot be followed",
    ),
    "own class called": (
        HEAD
        + "class Own(layers.Layer):\n    pass\ni = keras.Input((3,))\nmodel = keras.Model(i, Own()(i))\n",
        "line 6: Own()(i) cannot be followed",
    ),
    "Lambda": (
        HEAD + "model = keras.Sequential([keras.Input((3,)), layers.Lambda(lambda x: x * 2)])\n",
        "line 3, layer lambda: Lambda holds code, which is never run",
    ),
    "impossible layer": (
        HEAD + "model = keras.Sequential([keras.Input((8, 8, 1)),\n    layers.Conv2D(3, 9),\n])\n",
        "line 4, layer conv2d: kernel_size must be",
    ),
    "impossible argument": (
        HEAD + "model = keras.Sequential([keras.Input((8,)),\n    layers.Dense(-3),\n])\n",
        "line 4, layer dense: units must be",
    ),
    "condition on data": (
        HEAD + "model = keras.Sequential([keras.Input((8,))])\nif data():\n    model.add(layers.Dense(3))\n",
        "line 4: only running the code could decide this, and it bears on model",
    ),
    "loop over data": (
        HEAD + "sizes = []\nfor s in data():\n    sizes.append(s)\nmodel = keras.Sequential(sizes)\n",
        "line 4:",
    ),
    "endless loop": (HEAD + "n = 1\nwhile n:\n    n += 1\n", "line 4: a loop of more than"),
    "endless functions": (HEAD + "def f(n):\n    return f(n + 1)\nmodel = f(0)\n", "too deep"),
    "loops in loops": (
        HEAD
        + "".join(f"{' ' * depth}for n{depth} in range(4000):\n" for depth in range(6))
        + "      x = 1\n",
        "takes too long",
    ),
    "huge number": (HEAD + "model = 9 ** 9 ** 9\n", "line 3: 9 ** 9 ** 9 cannot be followed"),
    "number that grows": (HEAD + "x = 3\n" + "x = x * x\n" * 40, "a value too large"),
    "list that grows": (HEAD + "x = [1]\n" + "x = x + x\n" * 60, "a value too large"),
    "list of lists": (HEAD + "x = [1]\n" + "x = [x, x]\n" * 60, "a value too large"),
    "list in itself": (HEAD + "x = [1]\nx.append(x)\n", "a value too large"),
    "list that extends itself": (HEAD + "x = [1]\n" + "x.extend(x)\n" * 60, "a value too large"),
    "long text": (HEAD + "x = 'a' * 10**9\n", "a value too large"),
    "wide text": (HEAD + "x = '%1000000000d' % 1\ny = f'{1:1000000000}'\n", "no Sequential"),
    "long range": (HEAD + "x = list(range(10**12))\nsum(range(10**15))\n", "no Sequential"),
    "model in itself": (
        HEAD + "a = keras.Sequential()\nb = keras.Sequential([a])\na.add(b)\nmodel = b\n",
        "too many brackets",
    ),
    "models that double": (
        HEAD
        + "i = keras.Input((3,))\nm = keras.Model(i, layers.Dense(3)(i))\n"
        + "for n in range(20):\n    i = keras.Input(3)\n    m = keras.Model(i, m(m(i)), name='m')\n"
        + "model = m\n",
        "more than 12000 layers",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_followed_is_said_at_its_line(name: str) -> None:
    text, mention = REFUSED[name]
    began = time.process_time()
    for lang in ("en", "vi"):
        set_language(lang)
        with pytest.raises(NotUnderstood) as refusal:
            parse_keras_source(text, "model.py")
        sentence = str(refusal.value)
        assert sentence.startswith("model.py")
        assert sentence.endswith(".")
        assert sentence.isprintable()
        assert len(sentence) < 400
        assert lang == "vi" or mention in sentence
    assert time.process_time() - began < 8


def test_nothing_is_run(tmp_path: Path) -> None:
    path = tmp_path / "evil.py"
    path.write_text(
        HEAD
        + f"import pathlib, os\npathlib.Path({str(tmp_path / 'ran')!r}).write_text('x')\n"
        + f"os.system('touch {tmp_path / 'ran'}')\n"
        + "model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])\n",
        encoding="utf-8",
    )
    assert analyse(find_network(str(path)).network).total_params == 8
    assert not (tmp_path / "ran").exists()


def test_keras_is_not_imported(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(SOURCES["a list"], encoding="utf-8")
    code = (
        "import sys; from cnntutor.formats.library import find_network; find_network(sys.argv[1]);"
        "print(sorted({'keras', 'tensorflow', 'numpy', 'h5py'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
