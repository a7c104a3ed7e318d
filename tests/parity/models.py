"""The models that are compared, written once for either library."""

from types import ModuleType
from typing import Any

#: The program of the source document, word for word.
SOURCE_PROGRAM = """
from keras.models import Sequential
from keras.layers import Conv2D, MaxPooling2D, Flatten, Dense

model = Sequential()

model.add(Conv2D(32, (3, 3), activation='relu', input_shape=(64, 64, 3)))
model.add(MaxPooling2D(pool_size=(2, 2)))

model.add(Conv2D(64, (3, 3), activation='relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))

model.add(Flatten())
model.add(Dense(128, activation='relu'))
model.add(Dense(1, activation='sigmoid'))

model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
"""


def source_model(library: str) -> Any:
    """The source's model, compiled, made by its own program in ``keras`` or ``cnnlib``."""
    names: dict[str, Any] = {}
    exec(SOURCE_PROGRAM.replace("keras", library), names)
    return names["model"]


def every_layer(library: ModuleType) -> Any:
    """A model with every layer, on images of 13 x 11 pixels and 2 channels, 4 classes."""
    k = library.layers
    return library.Sequential(
        [
            library.Input((13, 11, 2)),
            k.ZeroPadding2D(((1, 0), (2, 1))),
            k.Conv2D(8, (3, 2), strides=(2, 1), padding="same"),
            k.BatchNormalization(),
            k.ReLU(),
            k.AveragePooling2D((2, 3), strides=(1, 2), padding="same"),
            k.Conv2D(6, 3, dilation_rate=(1, 2), padding="same", activation="tanh"),
            k.LeakyReLU(),
            k.MaxPooling2D(3, strides=2, padding="same"),
            k.Conv2D(5, 1, activation="sigmoid", use_bias=False),
            k.Activation("leaky_relu"),
            k.Dropout(0.0),
            k.GlobalAveragePooling2D(keepdims=True),
            k.Flatten(),
            k.Dense(7, activation="relu"),
            k.Dense(4),
            k.Softmax(),
        ]
    )
