"""A model in a file: its weights as safetensors, its configuration as text beside them.

Reading such a file runs no code, which is why it is not a pickle.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from cnnlib import losses, optimizers
from cnnlib.layers import Layer
from cnnlib.models.sequential import Sequential

KEY = "cnnlib"  # the entry of the file's metadata that holds the configuration
FORMAT = 1


def _arrays(model: Sequential) -> dict[str, Any]:
    """Every array of a model by a name that is unique in it."""
    arrays = {
        f"{layer.name}/{name}": array
        for layer in model.layers
        for name, array in layer.params.items()
    }
    if _compile_config(model) is not None and _remembers_these_weights(model):
        assert model.optimizer is not None
        for k, slots in enumerate(model.optimizer.state):
            arrays.update({f"optimizer/{k}/{slot}": array for slot, array in slots.items()})
    return arrays


def _remembers_these_weights(model: Sequential) -> bool:
    """Not where a layer was frozen, added or removed since the last step."""
    weights = model.trainable_weights
    state = model.optimizer.state if model.optimizer is not None else []
    return len(state) == len(weights) and all(
        slot.shape == w.shape
        for w, slots in zip(weights, state, strict=True)
        for slot in slots.values()
    )


def _compile_config(model: Sequential) -> dict[str, Any] | None:
    if model.optimizer is None or model.loss is None:
        return None
    optimizer, loss = optimizers.serialize(model.optimizer), losses.serialize(model.loss)
    if optimizer is None or loss is None or not all(isinstance(m, str) for m in model.metric_names):
        return None  # code of one's own cannot be saved: compile() it again after loading
    return {
        "optimizer": optimizer,
        "loss": loss,
        "metrics": model.metric_names,
        "iterations": model.optimizer.iterations if _remembers_these_weights(model) else 0,
    }


def save_model(model: Sequential, filepath: str | os.PathLike[str], overwrite: bool = True) -> None:
    """Write a model to a file. See :meth:`cnnlib.models.Sequential.save`."""
    model._require_built("save()")
    path = Path(filepath)
    if path.exists() and not overwrite:
        raise FileExistsError(f"`filepath` must be free when `overwrite` is False; got {path}.")
    text = json.dumps(
        {"format": FORMAT, "model": model.get_config(), "compile": _compile_config(model)}
    )
    # first another file, then its name: a crash never leaves half a model under this name
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    os.close(handle)
    temporary = Path(name)
    try:
        arrays = {name: np.ascontiguousarray(array) for name, array in _arrays(model).items()}
        save_file(arrays, temporary, metadata={KEY: text})
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def load_model(
    filepath: str | os.PathLike[str], custom_objects: dict[str, type[Layer]] | None = None
) -> Sequential:
    """Read a model from a file that :meth:`Sequential.save` wrote.

    Args:
        filepath: The file.
        custom_objects: Layer classes of one's own, by their names.

    Returns:
        The model: same weights, same optimizer in the same state, ready to go on training.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is damaged, or no model of cnnlib.

    Example:
        >>> from cnnlib.layers import Dense
        >>> model = Sequential([Dense(2, input_shape=(3,))])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     model.save(f"{folder}/m.safetensors")
        ...     load_model(f"{folder}/m.safetensors").count_params()
        8
    """
    path = Path(filepath)
    if not path.is_file():
        raise FileNotFoundError(f"There is no model file {path}.")
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError(f"{path} is not a whole safetensors file: {error}") from error
    if KEY not in metadata:
        raise ValueError(f"{path} is a safetensors file, but no model of cnnlib.")
    try:
        config = json.loads(metadata[KEY])
        if config["format"] != FORMAT:
            raise ValueError(f"its format is {config['format']}, this cnnlib reads {FORMAT}")
        model = Sequential.from_config(config["model"], custom_objects)
        _fill(model, arrays, config["compile"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} does not hold a whole model of cnnlib: {error}") from error
    return model


def _fill(model: Sequential, arrays: dict[str, Any], compiled: dict[str, Any] | None) -> None:
    """Copy arrays into a new model; compile it as it was."""
    if compiled is not None:
        model.compile(
            optimizers.get(compiled["optimizer"]),
            losses.get(compiled["loss"]),
            compiled["metrics"],
        )
        assert model.optimizer is not None
        model.optimizer.iterations = compiled["iterations"]
        if compiled["iterations"]:
            model.optimizer.build(model.trainable_weights)
    targets = _arrays(model)
    if targets.keys() != arrays.keys():
        missing = sorted(targets.keys() ^ arrays.keys())
        raise ValueError(f"arrays are missing or too many: {', '.join(missing)}")
    for name, target in targets.items():
        if target.shape != arrays[name].shape:
            raise ValueError(f"{name} has shape {arrays[name].shape}, not {target.shape}")
        target[...] = arrays[name]
