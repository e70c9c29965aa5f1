"""Keras code as students write it in notebooks and scripts: followed, and equal to what Keras builds."""

import contextlib
import io
import warnings
from typing import Any

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.errors import NotUnderstood
from cnntutor.formats.keras_source import parse_keras_source
from cnntutor.lab.verify import compare

FOLLOWED: dict[str, str] = {}
FOLLOWED["a Vietnamese exercise: constants, a loop, f-strings, tf.keras.layers"] = """
# Bài tập 3: phân loại chữ số viết tay bằng mạng CNN đơn giản
import tensorflow as tf
SO_LOP = 10  # số lớp
model = tf.keras.models.Sequential()
# Lớp tích chập đầu tiên
model.add(tf.keras.layers.Conv2D(32, (3, 3), activation='relu', input_shape=(28, 28, 1)))
for so_bo_loc in [64, 128]:
    model.add(tf.keras.layers.Conv2D(so_bo_loc, kernel_size=3, padding='same', name=f'conv_{so_bo_loc}'))
    model.add(tf.keras.layers.BatchNormalization())
    model.add(tf.keras.layers.Activation(tf.nn.relu))
    model.add(tf.keras.layers.MaxPool2D())
model.add(tf.keras.layers.Flatten())
model.add(tf.keras.layers.Dense(units=SO_LOP, activation=tf.keras.activations.softmax))
model.compile(optimizer=tf.keras.optimizers.Adam(1e-3), loss='sparse_categorical_crossentropy')
"""
FOLLOWED["helper functions, shapes asked, layers as L"] = '''
from keras import layers as L
from keras.models import Model
import keras
IMG = (224, 224, 3)
def conv_block(x, filters, k=3, s=1, name=None):
    """Khối tích chập"""
    x = L.Conv2D(filters, k, strides=s, padding="same", use_bias=False, name=name + "_conv")(x)
    x = L.BatchNormalization(name=f"{name}_bn")(x)
    return L.ReLU(name=name + "_relu")(x)
def residual(x, filters, stage, stride=1):
    skip = x
    y = conv_block(x, filters, s=stride, name=f"res{stage}a")
    y = conv_block(y, filters, name=f"res{stage}b")
    if stride != 1 or skip.shape[-1] != filters:
        skip = L.Conv2D(filters, 1, strides=stride)(skip)
    return L.add([y, skip])
inputs = keras.Input(shape=IMG)
x = conv_block(inputs, 64, 7, 2, name="stem")
x = L.MaxPooling2D(3, strides=2, padding="same")(x)
n_filters = [64, 128, 256, 512]
for i, f in enumerate(n_filters):
    for j in range(2):
        x = residual(x, f, f"{i}_{j}", stride=2 if (j == 0 and i > 0) else 1)
x = L.GlobalAveragePooling2D()(x)
x = L.Dropout(rate=.5)(x)
outputs = L.Dense(10, activation="softmax")(x)
model = Model(inputs=inputs, outputs=outputs, name='resnet_nho')
model.summary()
'''
FOLLOWED["a function with keyword arguments in a dictionary"] = """
import tensorflow as tf
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense, Conv2D, Flatten, MaxPooling2D, Dropout
def build_model(hp_filters=(32, 64), dense_units=128, drop=0.25, *, input_shape=(32, 32, 3), n_classes=10):
    m = Sequential(name="cifar_net")
    first = True
    for f in hp_filters:
        kw = dict(kernel_size=(3, 3), activation="relu", padding="same")
        if first:
            kw["input_shape"] = input_shape
            first = False
        m.add(Conv2D(f, **kw))
        m.add(MaxPooling2D(pool_size=(2, 2)))
        m.add(Dropout(drop))
    m.add(Flatten())
    m.add(Dense(dense_units, activation="relu"))
    m.add(Dense(n_classes, activation="softmax"))
    return m
if __name__ == "__main__":
    model = build_model(hp_filters=[32, 64, 128])
    model.summary()
"""
FOLLOWED["skips kept in a list and taken back in turn"] = """
import keras
from keras import layers
from keras.layers import Conv2DTranspose, concatenate
def unet(n=2, h=128, w=128):
    inp = keras.Input((h, w, 3)); skips = []; x = inp
    for d in range(n):
        x = layers.Conv2D(16 * 2**d, 3, activation='relu', padding='same')(x)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(16 * 2**n, 3, activation='relu', padding='same')(x)
    for d, s in reversed(list(enumerate(skips))):
        x = Conv2DTranspose(16 * 2**d, 2, strides=2, padding='same')(x)
        x = concatenate([x, s])
        x = layers.Conv2D(16 * 2**d, 3, activation='relu', padding='same')(x)
    return keras.Model(inp, layers.Conv2D(1, 1, activation='sigmoid')(x))
model = unet(); model.summary(); print(f"Số tham số: {model.count_params():,}")
"""
FOLLOWED["a class derived from Sequential"] = """
import keras
from keras import layers
class LeNet(keras.Sequential):
    def __init__(self, classes=10):
        start = [keras.Input((28, 28, 1)), layers.Conv2D(6, 5)]
        super().__init__([*start, layers.Flatten(), layers.Dense(classes)])
model = LeNet()
"""
FOLLOWED["a class that adds its layers"] = """
import keras
from keras import layers
class Net(keras.Sequential):
    def __init__(self, filters):
        super().__init__(name="net")
        self.add(keras.Input((28, 28, 1)))
        for f in filters:
            self.add(layers.Conv2D(f, 3, activation="relu"))
            self.add(layers.MaxPooling2D())
        self.add(layers.Flatten())
        self.add(layers.Dense(10))
model = Net([8, 16])
"""
FOLLOWED["a class derived from Model that is put together in __init__"] = '''
import tensorflow as tf
from tensorflow.keras import layers, Model, Input
class MangCNN(Model):
    """Mạng viết theo kiểu kế thừa, nối lớp trong __init__"""
    def __init__(self, so_lop=10, **kwargs):
        vao = Input(shape=(32, 32, 3))
        self.khoi = [layers.Conv2D(f, 3, padding="same") for f in (8, 16)]
        x = vao
        for lop in self.khoi:
            x = lop(x)
        self.dau_ra = layers.Dense(so_lop)
        super(MangCNN, self).__init__(inputs=vao, outputs=self.dau_ra(layers.Flatten()(x)), **kwargs)
mang = MangCNN(so_lop=7)
'''
FOLLOWED["lines of a notebook that are no Python"] = FOLLOWED["a class that adds its layers"]
MAGIC = "%matplotlib inline\n!pip install tensorflow\nif True:\n    %time\n"
OLD = """
import tensorflow as tf
layers = tf.keras.layers
inputs = tf.keras.Input(shape=(16, 16, 3))
x = tf.keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.1)])(inputs)
x = layers.Rescaling(1./127.5, offset=-1)(x)
one = layers.Conv2D(4, (1, 1), padding="same", activation="relu")(x)
two = layers.Conv2D(4, (5, 5), padding="same", activation="relu")(x)
x = tf.concat([one, two], axis=-1)
x = tf.keras.layers.concatenate([x, one], axis=3)
gate = layers.Dense(12, activation="sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(x))
x = tf.reduce_mean(x * gate, axis=[1, 2])
model = tf.keras.Model(inputs, layers.Dense(1)(x))
"""
REFUSED = {
    "layers called in call": (
        """
import tensorflow as tf
from tensorflow.keras import layers
class MyNet(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.fc = layers.Dense(10)
    def call(self, x):
        return self.fc(x)
model = MyNet()
""",
        "line 10: MyNet is a class of its own",
    ),
    "a Model without ends": (
        """
import keras
class Empty(keras.Model):
    def __init__(self):
        super().__init__()
model = Empty()
""",
        "line 6: Empty is a class of its own",
    ),
    "a module of PyTorch": (
        """
import torch.nn as nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 6, 5)
model = Net()
""",
        "cannot be followed without running it",
    ),
    "chance": (
        """
import keras, random
n = random.choice([16, 32])
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(n)])
""",
        r"line 3: random.choice",
    ),
    "a comma forgotten": (
        """
import keras
model = keras.Sequential([
    keras.Input((8,)),
    keras.layers.Dense(3)
    keras.layers.Dense(2),
])
""",
        "line 5: this is no Python",
    ),
    "a word misspelt": (
        """
import keras
model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(6, 5, padding="sam")])
""",
        'line 3, layer conv2d: padding must be one of "valid", "same", received "sam"',
    ),
    "no input": (
        "from keras.models import Sequential\nfrom keras.layers import *\nmodel = Sequential([Dense(3)])\n",
        "add --input",
    ),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FOLLOWED)
def test_followed_as_keras_builds_it(name: str) -> None:
    keras: Any = pytest.importorskip("keras")
    from cnntutor.worker.tasks.describe import describe_model

    keras.backend.clear_session()
    code = FOLLOWED[name]
    read = parse_keras_source(MAGIC + code if "notebook" in name else code, "notebook.py").network
    scope: dict[str, Any] = {"__name__": "__main__"}
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        exec(code, scope)
    model = next(each for each in reversed(list(scope.values())) if isinstance(each, keras.Model))
    assert list(compare(analyse(read), describe_model(model))) == []
    assert analyse(read).total_params == model.count_params()


def test_code_for_the_older_keras() -> None:
    """Functions of TensorFlow on tensors of Keras, which Keras 3 takes no more."""
    report = analyse(parse_keras_source(OLD, "old.py").network)
    assert report.total_params == 4 * (3 + 1) + 4 * (75 + 1) + 12 * (12 + 1) + 13
    assert report.layers[-1].output_shape == (1,)
    assert [row.kind for row in report.layers[-3:]] == ["Multiply", "Mean", "Dense"]


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_its_line(name: str) -> None:
    code, said = REFUSED[name]
    with pytest.raises(NotUnderstood, match=said):
        parse_keras_source(code, "notebook.py")
