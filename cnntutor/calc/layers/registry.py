"""Every kind of layer by Keras's class name; the module of a kind is imported when it is first asked for."""

import importlib
from collections.abc import Iterator, Mapping

from cnntutor.calc.layers.base import Layer

_KINDS_OF_MODULES = {
    "input": "Input",
    "convolution": "Conv1D Conv2D Conv3D",
    "transposed": "Conv1DTranspose Conv2DTranspose Conv3DTranspose",
    "depthwise": "DepthwiseConv1D DepthwiseConv2D SeparableConv1D SeparableConv2D",
    "local": "LocallyConnected1D LocallyConnected2D",
    "pooling": "MaxPooling1D MaxPooling2D MaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D"
    " GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D"
    " GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D",
    "adaptive": "AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D"
    " AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D",
    "core": "Dense Activation ReLU Dropout Identity Masking",
    "einsum": "EinsumDense",
    "embedding": "Embedding ReversibleEmbedding",
    "activations": "PReLU LeakyReLU ELU Softmax",
    "normalization": "BatchNormalization LayerNormalization GroupNormalization RMSNormalization"
    " UnitNormalization",
    "regularization": "AlphaDropout GaussianDropout GaussianNoise SpatialDropout1D SpatialDropout2D"
    " SpatialDropout3D ActivityRegularization StochasticDepth",
    "reshaping": "Flatten ZeroPadding1D ZeroPadding2D ZeroPadding3D",
    "rearranging": "Reshape Permute RepeatVector",
    "resizing": "Cropping1D Cropping2D Cropping3D UpSampling1D UpSampling2D UpSampling3D",
    "merging": "Add Subtract Multiply Average Maximum Minimum Concatenate Dot",
    "scaling": "LayerScale CustomScaleLayer",
    "operations": "GetItem Mean Sum Max Min ExpandDims Squeeze Matmul Divide TrueDivide Absolute Negative"
    " Square Sqrt Log",
    "recurrent": "SimpleRNN LSTM GRU SimpleRNNCell LSTMCell GRUCell",
    "rnn": "RNN StackedRNNCells",
    "states": "State",
    "conv_lstm": "ConvLSTM1D ConvLSTM2D ConvLSTM3D",
    "wrappers": "Bidirectional TimeDistributed SpectralNormalization",
    "attention": "Attention AdditiveAttention",
    "heads": "MultiHeadAttention GroupQueryAttention",
    "preprocessing": "Rescaling Normalization Resizing CenterCrop RandomCrop CategoryEncoding Hashing"
    " STFTSpectrogram MelSpectrogram",
    "augmentation": "AugMix AutoContrast ContrastLimitedAdaptiveHistogramEqualization CutMix Equalization"
    " MixUp RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast"
    " RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue"
    " RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness"
    " RandomShear RandomTranslation RandomZoom Solarization",
}
_MODULES = {kind: module for module, kinds in _KINDS_OF_MODULES.items() for kind in kinds.split()}


class LayerKinds(Mapping[str, type[Layer]]):
    """A mapping from class name to class that imports as little as it must."""

    def __getitem__(self, kind: str) -> type[Layer]:
        module = importlib.import_module(f"cnntutor.calc.layers.{_MODULES[kind]}")
        found = getattr(module, kind)
        if not (isinstance(found, type) and issubclass(found, Layer)):
            raise TypeError(f"{kind} in {module.__name__} is no layer")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)

    def __contains__(self, kind: object) -> bool:
        return kind in _MODULES


OPERATIONS = frozenset(_KINDS_OF_MODULES["operations"].split())
"""The kinds that are operations of keras.ops and no layers."""
LAYER_KINDS = LayerKinds()
"""Every kind of layer the calculator knows."""
