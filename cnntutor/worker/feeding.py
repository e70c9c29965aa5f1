"""The batches of an epoch, in an order that depends on the seed and the number of the epoch alone.

So a run that goes on after a break sees every batch it would have seen without one.
"""

from typing import Any

import keras
import tensorflow as tf


class EpochNumber(keras.callbacks.Callback):  # type: ignore[misc]
    """Tells the batches which epoch begins."""

    def __init__(self) -> None:
        super().__init__()
        self.value = tf.Variable(0, dtype=tf.int32, trainable=False)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Take note of it before the first batch is drawn."""
        self.value.assign(epoch)


def batches(train: tuple[Any, Any], batch_size: int, seed: int, epoch: EpochNumber) -> Any:
    """Return the training batches as a tf.data.Dataset; each pass over it is one epoch.

    Args:
        train: (images, targets), arrays of the same length.
        batch_size: Images a batch; the last one has what is left.
        seed: Draws the order.
        epoch: Which epoch it is; has to be among the callbacks of fit.
    """
    count = len(train[0])
    arrays = tuple(tf.convert_to_tensor(each) for each in train)

    def order(_: Any) -> Any:
        indices = tf.range(count, dtype=tf.int64)
        return tf.random.experimental.stateless_shuffle(indices, seed=tf.stack([seed, epoch.value]))

    def slices(indices: Any) -> Any:
        return tf.data.Dataset.from_tensor_slices(indices).batch(batch_size)

    def gather(indices: Any, whole: Any) -> Any:
        return tuple(tf.gather(array, indices) for array in whole)

    indices = tf.data.Dataset.range(1).map(order).flat_map(slices)
    data = tf.data.Dataset.zip((indices, tf.data.Dataset.from_tensors(arrays).repeat()))
    data = data.map(gather, num_parallel_calls=tf.data.AUTOTUNE)
    options = tf.data.Options()
    # The arrays are held once; optimizing the graph would write them out.
    options.experimental_optimization.apply_default_optimizations = False
    options.experimental_external_state_policy = tf.data.experimental.ExternalStatePolicy.IGNORE
    data = data.with_options(options).prefetch(tf.data.AUTOTUNE)
    return data.apply(tf.data.experimental.assert_cardinality(-(-count // batch_size)))
