"""Conv2D: a layer that looks everywhere for the same few patterns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnnlib import initializers, ops
from cnnlib.layers.activations import Function, activate, activate_backward, activation_name
from cnnlib.layers.base import Array, Layer, Saved, Shape, image_shape, positive_integer
from cnnlib.ops._arrays import column_sums
from cnnlib.shapes import Window, check_padding, pair, window

WITHOUT_REGULARIZERS = {
    "kernel_regularizer": (None,),
    "bias_regularizer": (None,),
    "activity_regularizer": (None,),
    "kernel_constraint": (None,),
    "bias_constraint": (None,),
}


class Conv2D(Layer):
    """Slides kernels over images, adds a bias, applies an activation.

    Args:
        filters: How many kernels, and so how many feature maps.
        kernel_size: Rows and columns of a kernel.
        strides: Pixels from one window to the next.
        padding: ``"valid"`` (none) or ``"same"`` (zeros, so that the size is kept at stride 1).
        dilation_rate: Pixels from one of the window's pixels to the next.
        activation: A name such as ``"relu"``; none if left out.
        use_bias: Whether to add a number per feature map.
        kernel_initializer: What the kernels start from.
        bias_initializer: What the bias starts from.

    Input shape:
        (s, h, w, c).

    Output shape:
        (s, oh, ow, filters), where ``oh = (h - dilation*(kh-1) - 1) // stride + 1`` without padding
        and ``ceil(h / stride)`` with ``"same"``.

    Raises:
        ValueError: If an argument breaks its rule or the kernel does not fit the image.

    Example:
        >>> layer = Conv2D(32, (3, 3), activation="relu")
        >>> layer.build((None, 64, 64, 3))
        >>> layer.output_shape, layer.count_params()  # 3*3*3*32 weights and 32 biases
        ((None, 62, 62, 32), 896)

    References:
        Goodfellow, Bengio and Courville, Deep Learning (2016), chapter 9;
        https://keras.io/api/layers/convolution_layers/convolution2d/
    """

    _left_out = {
        "data_format": (None, "channels_last"),
        "groups": (1,),
        **WITHOUT_REGULARIZERS,
    }

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = (1, 1),
        padding: str = "valid",
        dilation_rate: int | Sequence[int] = (1, 1),
        activation: str | Function | None = None,
        use_bias: bool = True,
        kernel_initializer: str | initializers.Initializer | dict[str, Any] = "glorot_uniform",
        bias_initializer: str | initializers.Initializer | dict[str, Any] = "zeros",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.filters = positive_integer(filters, "filters")
        self.kernel_size = pair(kernel_size, "kernel_size")
        self.strides = pair(strides, "strides")
        self.padding = check_padding(padding)
        self.dilation_rate = pair(dilation_rate, "dilation_rate")
        self.activation = activation_name(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                "`strides` above 1 and `dilation_rate` above 1 exclude each other, as in Keras; "
                f"got {self.strides} and {self.dilation_rate}."
            )

    def window(self, input_shape: Shape) -> Window:
        """How the kernels slide over images of this shape (None, h, w, c)."""
        height, width, _ = image_shape(input_shape, self)
        return window(
            (height, width), self.kernel_size, self.strides, self.padding, self.dilation_rate
        )

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], *self.window(input_shape).output, self.filters)

    def _build(self, input_shape: Shape) -> None:
        channels = image_shape(input_shape, self)[2]
        shape = (*self.kernel_size, channels, self.filters)
        self.add_weight("kernel", shape, self.kernel_initializer)
        if self.use_bias:
            self.add_weight("bias", (self.filters,), self.bias_initializer)

    def _forward(self, x: Array, training: bool) -> tuple[Array, Saved]:
        relu = self.activation == "relu"
        z = ops.conv2d(
            x, self.params["kernel"], self.bias, self.strides, self.padding, self.dilation_rate,
            relu=relu,
        )  # fmt: skip
        # a number is above 0 after ReLU where it was before: the backward pass needs no more
        return (z if relu else activate(self.activation, z)), (x, z)

    def _backward(self, dy: Array, saved: Saved, input_gradient: bool) -> Array | None:
        x, z = saved
        dz = activate_backward(self.activation, dy, z)
        options = (self.strides, self.padding, self.dilation_rate)
        self.grads = {"kernel": ops.conv2d_weight_gradient(dz, x, self.kernel_size, *options)}
        if self.use_bias:
            self.grads["bias"] = column_sums(dz)
        if not input_gradient:
            return None
        return ops.conv2d_input_gradient(dz, self.params["kernel"], x.shape, *options)

    def get_config(self) -> dict[str, Any]:
        names = (
            *("filters", "kernel_size", "strides", "padding", "dilation_rate"),
            *("activation", "use_bias"),
        )
        return {
            **super().get_config(),
            **{name: getattr(self, name) for name in names},
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
        }
