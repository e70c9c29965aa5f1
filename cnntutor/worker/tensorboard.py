"""TensorBoard's event files: the figures of each epoch, as Keras's own callback names them.

A file is a row of records, each with its length and two checksums (CRC-32C), around a protocol buffer of
TensorFlow's. They are written here and not by TensorFlow's writer, so that a full disk is an OSError.
"""

import math
import struct
import time
from pathlib import Path
from typing import Any

import keras

from cnntutor.lab.folder import RunFolder

FOLDER = "tensorboard"
VERSION = "brain.Event:2"
"""What the first record of every file says."""


def _crc_table() -> tuple[int, ...]:
    """Return the table of CRC-32C, Castagnoli's polynomial."""
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return tuple(table)


_TABLE = _crc_table()


def masked_crc(data: bytes) -> int:
    """Return the checksum of a record, turned and moved as TensorFlow has it."""
    value = 0xFFFFFFFF
    for byte in data:
        value = _TABLE[(value ^ byte) & 0xFF] ^ (value >> 8)
    value ^= 0xFFFFFFFF
    return (((value >> 15) | (value << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def record(data: bytes) -> bytes:
    """Return data as one record of an event file."""
    length = struct.pack("<Q", len(data))
    return b"".join(
        (length, struct.pack("<I", masked_crc(length)), data, struct.pack("<I", masked_crc(data)))
    )


class EventFiles(keras.callbacks.Callback):  # type: ignore[misc]
    """Writes one file for training and one for validation, a record an epoch; epochs count from 1.

    Args:
        run: The run folder.
    """

    def __init__(self, run: RunFolder) -> None:
        super().__init__()
        self._folder = run.artifacts / FOLDER
        self._begun = time.time()
        self._files: dict[str, Path] = {}

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write the figures of an epoch.

        Raises:
            OSError: they cannot be written.
        """
        figures = {name: float(value) for name, value in (logs or {}).items()}
        for part, prefix in (("train", ""), ("validation", "val_")):
            held = {
                f"epoch_{name.removeprefix('val_')}": value
                for name, value in figures.items()
                if name.startswith("val_") == bool(prefix)
            }
            if held:
                self._write(part, epoch + 1, held)

    def _write(self, part: str, epoch: int, figures: dict[str, float]) -> None:
        """Append one record; the file is made at the first."""
        from tensorflow.core.framework.summary_pb2 import Summary
        from tensorflow.core.util.event_pb2 import Event

        lines = b""
        if part not in self._files:
            folder = self._folder / part
            folder.mkdir(parents=True, exist_ok=True)
            self._files[part] = folder / f"events.out.tfevents.{self._begun:.3f}.cnntutor"
            lines = record(Event(wall_time=self._begun, file_version=VERSION).SerializeToString())
        values = [
            Summary.Value(tag=name, simple_value=value if math.isfinite(value) else math.nan)
            for name, value in figures.items()
        ]
        event = Event(wall_time=time.time(), step=epoch, summary=Summary(value=values))
        with self._files[part].open("ab") as file:
            file.write(lines + record(event.SerializeToString()))
