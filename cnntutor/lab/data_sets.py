"""The data sets the lab knows by name: what they are, their files, and what stands in for them."""

from dataclasses import dataclass

from cnntutor.i18n import Text


@dataclass(frozen=True, slots=True)
class Download:
    """One file to be had from where Keras downloads it."""

    file: str
    """The name it is kept under."""
    address: str
    size: int
    """Bytes, about; the server's own figure goes before it."""
    sha256: str | None = None
    """Of the file; None where only the arrays in it are known."""


@dataclass(frozen=True, slots=True)
class DataSetInfo:
    """One data set."""

    name: str
    title: Text
    shape: tuple[int, ...]
    """Of one image; () where the data say it."""
    classes: tuple[str, ...] = ()
    train: int = 0
    test: int = 0
    """Numbers of images as published."""
    folder_word: str = ""
    """What the files of other data sets of the same names are told by: a part of the path."""
    archives: tuple[str, ...] = ()
    """Beginnings of names of .npz files."""
    downloads: tuple[Download, ...] = ()
    stand_in: str | None = None
    """What comes with the program and has the same shape."""
    needs_folder: bool = False
    """Whether the learner has to name a folder of photos."""

    @property
    def comes_along(self) -> bool:
        """Whether the program brings it or makes it."""
        return not self.downloads and not self.needs_folder


_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_DIGITS = tuple("0123456789")

CLOTHES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
CIFAR10_CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
SHAPES = ("disc", "square", "triangle", "ring", "frame", "cross", "bar", "stripes", "checks", "dots")
"""The ten classes of the generated images."""

DATA_SETS: dict[str, DataSetInfo] = {
    info.name: info
    for info in (
        DataSetInfo(
            "mnist",
            Text("MNIST, handwritten digits", "MNIST, chữ số viết tay"),
            (28, 28, 1),
            _DIGITS,
            60_000,
            10_000,
            archives=("mnist",),
            downloads=(
                Download(
                    "mnist.npz",
                    _KERAS + "mnist.npz",
                    11_490_434,
                    "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
                ),
            ),
            stand_in="mnist-5000",
        ),
        DataSetInfo(
            "mnist-5000",
            Text("5,000 images of MNIST that come with the program", "5.000 ảnh MNIST đi kèm chương trình"),
            (28, 28, 1),
            _DIGITS,
            4_000,
            1_000,
        ),
        DataSetInfo(
            "fashion-mnist",
            Text("Fashion-MNIST, pieces of clothing", "Fashion-MNIST, ảnh quần áo"),
            (28, 28, 1),
            CLOTHES,
            60_000,
            10_000,
            folder_word="fashion",
            archives=("fashion",),
            downloads=(
                Download("train-images-idx3-ubyte.gz", _KERAS + "train-images-idx3-ubyte.gz", 26_421_880),
                Download("train-labels-idx1-ubyte.gz", _KERAS + "train-labels-idx1-ubyte.gz", 29_515),
                Download("t10k-images-idx3-ubyte.gz", _KERAS + "t10k-images-idx3-ubyte.gz", 4_422_102),
                Download("t10k-labels-idx1-ubyte.gz", _KERAS + "t10k-labels-idx1-ubyte.gz", 5_148),
            ),
            stand_in="mnist-5000",
        ),
        DataSetInfo(
            "cifar10",
            Text("CIFAR-10, small colour photos", "CIFAR-10, ảnh màu nhỏ"),
            (32, 32, 3),
            CIFAR10_CLASSES,
            50_000,
            10_000,
            archives=("cifar10", "cifar-10"),
            downloads=(
                Download(
                    "cifar-10-python.tar.gz",
                    "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
                    170_498_071,
                    "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
                ),
            ),
            stand_in="shapes-32",
        ),
        DataSetInfo(
            "shapes-32",
            Text(
                "ten shapes in colour, drawn by the program: a stand-in, no photos",
                "mười hình màu do chương trình vẽ: dữ liệu thay thế, không phải ảnh chụp",
            ),
            (32, 32, 3),
            SHAPES,
            4_000,
            1_000,
        ),
        DataSetInfo(
            "photos",
            Text("a folder of labelled photos of yours", "một thư mục ảnh có nhãn của bạn"),
            (),
            stand_in="shapes-32",
            needs_folder=True,
        ),
        DataSetInfo(
            "words",
            Text("words to spell, character by character", "các từ để đánh vần từng ký tự"),
            (),
        ),
    )
}


_APPLICATIONS = "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet/"
WEIGHTS = {
    name: Download(name, _APPLICATIONS + name, size)
    for name, size in (
        ("mobilenet_2_5_128_tf.h5", 2_108_140),
        ("mobilenet_5_0_160_tf.h5", 5_577_668),
        ("mobilenet_7_5_192_tf.h5", 10_617_688),
    )
}
"""Trained weights by the names keras.applications gives them."""
CLASS_NAMES = Download(
    "imagenet_class_index.json",
    "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json",
    35_363,
)
"""The names of ImageNet's 1,000 classes, as Keras keeps them."""
PRETRAINED = DataSetInfo(
    "mobilenet",
    Text("three MobileNets trained on ImageNet", "ba mạng MobileNet đã huấn luyện trên ImageNet"),
    (),
    downloads=(*WEIGHTS.values(), CLASS_NAMES),
)
"""Fetched like a data set: `cnntutor data fetch mobilenet`."""
