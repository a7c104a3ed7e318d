"""The summary: the rows and totals of the source document's model."""

from __future__ import annotations

from cnnlib import Sequential, layers
from cnnlib.models.summary import readable_size


def source_model():
    model = Sequential()
    model.add(layers.Conv2D(32, (3, 3), activation="relu", input_shape=(64, 64, 3)))
    model.add(layers.MaxPooling2D(pool_size=(2, 2)))
    model.add(layers.Conv2D(64, (3, 3), activation="relu"))
    model.add(layers.MaxPooling2D(pool_size=(2, 2)))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model


ROWS = [
    ("conv2d (Conv2D)", "(None, 62, 62, 32)", "896"),
    ("max_pooling2d (MaxPooling2D)", "(None, 31, 31, 32)", "0"),
    ("conv2d_1 (Conv2D)", "(None, 29, 29, 64)", "18,496"),
    ("max_pooling2d_1 (MaxPooling2D)", "(None, 14, 14, 64)", "0"),
    ("flatten (Flatten)", "(None, 12544)", "0"),
    ("dense (Dense)", "(None, 128)", "1,605,760"),
    ("dense_1 (Dense)", "(None, 1)", "129"),
]


def test_the_source_model(capsys):
    source_model().summary()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == 'Model: "sequential"'
    assert [c.strip() for c in lines[2].split("┃")[1:-1]] == [
        "Layer (type)",
        "Output Shape",
        "Param #",
    ]
    cells = [tuple(c.strip() for c in line.split("│")[1:-1]) for line in lines if "│" in line]
    assert cells == ROWS
    assert lines[-3:] == [
        " Total params: 1,625,281 (6.20 MB)",
        " Trainable params: 1,625,281 (6.20 MB)",
        " Non-trainable params: 0 (0.00 B)",
    ]
    table = [line for line in lines if line[0] in "┏┃┡│├└"]
    assert len({len(line) for line in table}) == 1, "the table is straight"


def test_frozen_layers_and_statistics_are_not_trainable():
    model = Sequential([layers.Dense(3, input_shape=(2,)), layers.BatchNormalization()])
    model.layers[0].trainable = False
    printed = []
    model.summary(print_fn=printed.append)
    assert " Trainable params: 6 (24.00 B)" in printed[0]
    assert " Non-trainable params: 15 (60.00 B)" in printed[0]


def test_long_names_widen_the_table(capsys):
    name = "a_very_long_name_of_a_layer_that_needs_room"
    Sequential([layers.Dense(1, name=name, input_shape=(2,))]).summary()
    assert f"{name} (Dense)" in capsys.readouterr().out


def test_sizes():
    assert readable_size(0) == "0.00 B"
    assert readable_size(1024) == "1.00 KB"
    assert readable_size(6_501_124) == "6.20 MB"
    assert readable_size(3 * 1024**4) == "3072.00 GB"
