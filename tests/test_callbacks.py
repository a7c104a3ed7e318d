"""Callbacks: stop, save, record, report."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest

from cnnlib import Sequential, callbacks, layers, load_model


@pytest.fixture
def data(rng):
    x = rng.standard_normal((20, 3)).astype(np.float32)
    return x, (x[:, :1] > 0).astype(np.float32)


def model(**options):
    model = Sequential(
        [layers.Dense(2, activation="tanh", input_shape=(3,)), layers.Dense(1, "sigmoid")]
    )
    model.compile(**{"optimizer": "adam", "loss": "mse", **options})
    return model


class Stage:
    """A model for callbacks that only watch: its one weight is the number of the epoch."""

    def __init__(self):
        self.stop_training, self.epoch, self.saved, self.layers = False, 0, [], []

    def get_weights(self):
        return [np.array(self.epoch)]

    def set_weights(self, weights):
        self.epoch = int(weights[0])

    def save(self, path):
        self.saved.append(path)


def play(callback, values, name="val_loss"):
    """Tell a callback these numbers, one per epoch; return the stage and the epochs that ran."""
    stage = Stage()
    callback.set_model(stage)
    callback.on_train_begin()
    ran = 0
    for epoch, value in enumerate(values):
        stage.epoch, ran = epoch, ran + 1
        callback.on_epoch_end(epoch, {name: value})
        if stage.stop_training:
            break
    callback.on_train_end()
    return stage, ran


# ---------------------------------------------------------------------------------- EarlyStopping
NAN = float("nan")


@pytest.mark.parametrize(
    ("options", "values", "ran"),
    [
        ({}, [3, 2, 1, 1, 0], 4),
        ({}, [1, 2, 3], 2),
        ({"patience": 2}, [3, 4, 5, 6, 7], 3),
        ({"patience": 2}, [3, 4, 2, 3, 3, 3], 5),
        ({"patience": 2}, [3, 2, 1, 0], 4),
        ({"patience": 1}, [NAN, NAN, NAN], 2),
        ({"patience": 2}, [3, NAN, 2, NAN, NAN, 1], 5),
        ({"min_delta": 0.5}, [3, 2.6, 2.4], 2),
        ({"min_delta": -0.5}, [3, 2.6, 2.4], 2),
        ({"mode": "max"}, [1, 2, 3, 2], 4),
        ({"mode": "max", "min_delta": 0.5}, [1, 2, 2.3, 9], 3),
        ({"start_from_epoch": 3}, [1, 2, 3, 4, 5, 6], 5),
        # a baseline that is not reached: getting better does not end the waiting
        ({"baseline": 0.5, "patience": 2}, [3, 2, 1, 1, 0], 4),
        ({"baseline": 2.5, "patience": 2}, [3, 2, 3, 3, 3], 4),
    ],
)
def test_early_stopping(options, values, ran):
    assert play(callbacks.EarlyStopping(**options), values)[1] == ran


@pytest.mark.parametrize("name", ["accuracy", "val_accuracy", "acc", "binary_accuracy"])
def test_accuracies_are_to_rise_and_all_else_to_fall(name):
    assert play(callbacks.EarlyStopping(name), [0.1, 0.5, 0.9, 0.8], name)[1] == 4
    assert play(callbacks.EarlyStopping("loss"), [0.1, 0.5, 0.9], "loss")[1] == 2


@pytest.mark.parametrize(
    ("options", "values", "best"),
    [
        ({"patience": 2}, [3, 1, 2, 2, 2], 1),
        ({"patience": 9}, [3, 2, 1, 2], 2),  # also where training was not stopped
        ({"patience": 2}, [NAN, NAN, NAN], 0),
        ({"patience": 1, "start_from_epoch": 2}, [0, 0, 5, 6], 2),
        ({"baseline": 0.1, "patience": 3}, [3, 2, 1, 4], 2),  # the best, though not good enough
    ],
)
def test_the_best_weights_come_back(options, values, best):
    stage, _ = play(callbacks.EarlyStopping(restore_best_weights=True, **options), values)
    assert stage.epoch == best
    stage, ran = play(callbacks.EarlyStopping(**options), values)
    assert stage.epoch == ran - 1


def test_early_stopping_can_be_used_again():
    callback = callbacks.EarlyStopping()
    assert play(callback, [1, 2, 3])[1] == 2
    assert play(callback, [9, 8, 9])[1] == 3


def test_early_stopping_in_a_fit(data):
    one = model(optimizer="sgd")
    one.optimizer.learning_rate = 0.0
    stopper = callbacks.EarlyStopping("loss", patience=2, verbose=0)
    assert one.fit(*data, epochs=50, verbose=0, callbacks=[stopper], batch_size=20).epoch[-1] <= 9


def test_early_stopping_says_when(capsys):
    play(callbacks.EarlyStopping(verbose=1), [1, 2])
    assert capsys.readouterr().out == "Epoch 2: val_loss no longer improves, stop.\n"


def test_a_number_that_is_not_there(data):
    for callback in (
        callbacks.EarlyStopping(),
        callbacks.ModelCheckpoint("m.safetensors", save_best_only=True),
    ):
        with pytest.raises(ValueError, match="`monitor` must be one of loss; got 'val_loss'"):
            model().fit(*data, verbose=0, callbacks=[callback])
    with pytest.raises(ValueError, match="`mode` must be 'auto', 'min' or 'max'; got 'up'"):
        callbacks.EarlyStopping(mode="up")


# -------------------------------------------------------------------------------- ModelCheckpoint
def test_checkpoints_of_every_epoch(data, tmp_path):
    name = tmp_path / "m-{epoch:02d}-{loss:.1f}.safetensors"
    one = model()
    one.fit(*data, epochs=3, verbose=0, callbacks=[callbacks.ModelCheckpoint(name)])
    names = sorted(p.name for p in tmp_path.iterdir())
    assert [n[:5] for n in names] == ["m-01-", "m-02-", "m-03-"]
    last = load_model(tmp_path / names[-1])
    for a, b in zip(last.get_weights(), one.get_weights(), strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize(
    ("options", "values", "epochs"),
    [
        ({}, [3, 4, 2], [1, 2, 3]),
        ({"save_best_only": True}, [3, 4, 2, 2, NAN, 1], [1, 3, 6]),
        ({"save_best_only": True, "mode": "max"}, [3, 4, 2, 5], [1, 2, 4]),
        ({"save_best_only": True, "initial_value_threshold": 2.5}, [3, 4, 2], [3]),
    ],
)
def test_which_epochs_are_saved(options, values, epochs):
    stage, _ = play(callbacks.ModelCheckpoint("{epoch}", **options), values)
    assert stage.saved == [str(epoch) for epoch in epochs]


def test_the_best_survives_a_second_fit():
    callback = callbacks.ModelCheckpoint("m", save_best_only=True)
    assert len(play(callback, [3, 2])[0].saved) == 2
    assert len(play(callback, [4, 3, 1])[0].saved) == 1


def test_checkpoints_say_what_they_did(capsys):
    play(callbacks.ModelCheckpoint("{epoch}-{val_loss:.2f}", verbose=1), [0.125])
    assert capsys.readouterr().out == "Epoch 1: saved the model to 1-0.12\n"


def test_a_name_with_a_number_that_is_not_there():
    with pytest.raises(
        ValueError, match=r"`filepath` may hold the numbers epoch, val_loss; got '\{acc\}'"
    ):
        play(callbacks.ModelCheckpoint("{acc}"), [1.0])


# --------------------------------------------------------------------------------------- Recorder
def test_the_recorder_records_sizes_of_weights_and_gradients(data):
    recorder = callbacks.Recorder(weights=True)
    one = model()
    one.fit(*data, batch_size=8, epochs=2, verbose=0, callbacks=[recorder])
    assert recorder.steps == [0, 1, 2, 3, 4, 5]
    last = recorder.records[-1]
    assert last["logs"].keys() == {"loss"}
    assert last["gradients"].keys() == {"dense", "dense_1"}
    kernel = one.get_layer("dense").kernel
    assert last["sizes"]["dense"]["kernel"] == pytest.approx(np.sqrt(np.mean(kernel**2)), rel=1e-6)
    assert np.array_equal(last["weights"]["dense"]["kernel"], kernel)
    assert not np.array_equal(recorder.records[0]["weights"]["dense"]["kernel"], kernel)
    assert "weights" not in _record_of(data, callbacks.Recorder())


def _record_of(data, recorder):
    model().fit(*data, verbose=0, callbacks=[recorder])
    return recorder.records[0]


@pytest.mark.parametrize(("every", "steps"), [(1, 1000), (3, 1000), (1, 9), (1, 8), (7, 50)])
def test_the_recorder_is_bounded_and_keeps_the_whole_in_view(every, steps):
    recorder = callbacks.Recorder(every=every, capacity=8)
    recorder.set_model(Stage())
    for step in range(steps):
        recorder.on_train_batch_end(step)
        assert len(recorder.steps) == len(recorder.records) <= 8
    gaps = set(np.diff(recorder.steps))
    assert recorder.steps[0] == 0
    assert gaps == {recorder.every}
    assert steps - 1 - recorder.steps[-1] < recorder.every
    assert len(recorder.steps) >= min(4, -(-steps // every))


@pytest.mark.parametrize("options", [{"every": 0}, {"capacity": 1}, {"every": -1}])
def test_bad_sizes_of_a_recorder(options):
    with pytest.raises(ValueError, match="`every` must be 1 or more and `capacity` 2 or more; got"):
        callbacks.Recorder(**options)


# ------------------------------------------------------------------------------ History and Lambda
def test_history_starts_afresh_in_every_fit(data):
    one = model()
    first = one.fit(*data, epochs=2, verbose=0)
    second = one.fit(*data, epochs=1, verbose=0)
    assert len(first.history["loss"]) == 2
    assert len(second.history["loss"]) == 1


def test_functions_as_callbacks(data):
    seen = []
    callback = callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(epoch),
        on_train_end=lambda logs=None: seen.append("end"),
    )
    model().fit(*data, epochs=2, verbose=0, callbacks=[callback])
    assert seen == [0, 1, "end"]
    for name in ("on_lunch", "model", "epoch_end"):
        with pytest.raises(
            ValueError, match=f"A function must be one of on_train_begin, .*; got '{name}'"
        ):
            callbacks.LambdaCallback(**{name: print})


# ------------------------------------------------------------------------------------ ProgressBar
class Terminal(io.StringIO):
    def isatty(self):
        return True


def train(data, monkeypatch, out, **options):
    monkeypatch.setattr("sys.stdout", out)
    model(metrics=["accuracy"]).fit(*data, epochs=2, batch_size=4, validation_data=data, **options)
    return out.getvalue()


LINE = re.compile(
    r"Epoch [12]/2 - \d+\.\ds - loss: [\d.e-]+ - accuracy: [\d.e-]+ - val_loss: [\d.e-]+ "
    r"- val_accuracy: [\d.e-]+"
)


@pytest.mark.parametrize("verbose", ["auto", 2])
def test_a_file_gets_a_line_per_epoch(data, monkeypatch, verbose):
    text = train(data, monkeypatch, io.StringIO(), verbose=verbose)
    lines = text.splitlines()
    assert len(lines) == 2
    assert all(LINE.fullmatch(line) for line in lines), text
    assert all(character == "\n" or character.isprintable() for character in text)


@pytest.mark.parametrize("verbose", ["auto", 1])
def test_a_terminal_gets_a_bar(data, monkeypatch, verbose):
    text = train(data, monkeypatch, Terminal(), verbose=verbose)
    assert "Epoch 1/2: 100%" in text
    assert "Epoch 2/2: 100%" in text
    assert "5/5" in text
    assert "val_loss=" in text
    assert text.endswith("\n")


def test_silence(data, monkeypatch, capsys):
    assert train(data, monkeypatch, Terminal(), verbose=0) == ""
    assert capsys.readouterr().err == ""


def test_evaluate_and_predict_are_silent(data, capsys):
    one = model()
    one.evaluate(*data, verbose=1)
    one.predict(data[0], verbose=1)
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_numbers_as_people_read_them(capsys):
    bar = callbacks.ProgressBar(2)
    bar.set_params({"epochs": 1, "steps": 1})
    bar.on_epoch_begin(0)
    bar.on_epoch_end(0, {"loss": 0.00001234, "a": 0.0, "b": float("nan"), "c": 1234.56789})
    assert capsys.readouterr().out.split(" - ")[2:] == [
        "loss: 1.23e-05",
        "a: 0.0000",
        "b: nan",
        "c: 1234.5679\n",
    ]


def test_an_interrupted_bar_is_closed(data, monkeypatch):
    out = Terminal()
    monkeypatch.setattr("sys.stdout", out)

    def interrupt(batch, logs):
        raise KeyboardInterrupt

    stop = callbacks.LambdaCallback(on_train_batch_end=interrupt)
    with pytest.raises(KeyboardInterrupt):
        model().fit(*data, verbose=1, callbacks=[stop])
    assert out.getvalue().endswith("\n")
    from tqdm.auto import tqdm

    assert not getattr(tqdm, "_instances", set())
