"""Automatic checks of the book's exercises: ``check.NAME(answer)``.

A check compares whole arrays, on cases where a wrong answer cannot pass by luck: images that are
not square, kernels without symmetry, strides, remainders. It prints ✅, or ❌ with the first place
that differs and a hint that depends on the mistake. Of a function it says what was expected there
and what came. Numbers that an exercise asks for are not given away; those that are not whole may be
rounded to three digits. An answer that is not there yet gets ✏️.

>>> from cnnlib import check
>>> verdict = check.dense_weights(...)
✏️ dense_weights: not there yet. Put your answer in the place of the dots.
"""

from cnnlib.check._exercise import Exercise, Verdict
from cnnlib.check.applications import conv1d, max_over_time, phrase_detector, tone_energy
from cnnlib.check.backprop import accumulate, dense_relu_bce, graph_by_hand
from cnnlib.check.backprop_convolution import (
    backward_by_hand,
    conv_dx_columns,
    conv_dx_gather,
    conv_dx_scatter,
    conv_parameter_gradients,
)
from cnnlib.check.bug_hunt import five_bugs, revealing_test
from cnnlib.check.clinic import (
    repaired_gather,
    repaired_labels,
    repaired_mean,
    repaired_split,
)
from cnnlib.check.clinic_models import repaired_model, repaired_recipe
from cnnlib.check.convolution import conv2d_valid, true_convolution
from cnnlib.check.cost import conv_costs, derive_18496
from cnnlib.check.cost_savings import conv1x1, small_network
from cnnlib.check.crossentropy import loss_by_hand, stable_crossentropy, stable_softmax
from cnnlib.check.dead_units import half_dead, revived
from cnnlib.check.dense import dense_from_maps, pooled_head, predict_classes
from cnnlib.check.explaining import (
    grad_cam,
    occlusion_map,
    two_class_maps,
)
from cnnlib.check.forward import (
    brightest_patch,
    forward_by_hand,
    receptive_field,
    shapes_on_paper,
)
from cnnlib.check.generalizing import (
    close_gap,
    dropout_forward,
    images_needed,
    leaked_split,
    standard_error,
)
from cnnlib.check.gradient_check import numeric_gradient
from cnnlib.check.images import (
    channels_first,
    dense_weights,
    shuffle_pixels,
    three_counts,
    unshuffle_pixels,
    weights_share,
    weights_that_follow,
)
from cnnlib.check.keras_example import params_by_hand, pooled_twin, unseen_rows
from cnnlib.check.kernels_by_hand import (
    kernel_edges,
    kernel_left,
    kernel_sharpen,
    kernel_unsharp,
    two_in_one,
)
from cnnlib.check.optimizer_steps import adam_step, momentum_step
from cnnlib.check.outlook import (
    merged_kernel,
    residual_backward,
    separable_cost,
    threes_or_one,
)
from cnnlib.check.parity import first_difference
from cnnlib.check.pooling import max_pool2d, shift_change, unread_pixels
from cnnlib.check.pooling_gradients import avg_pool2d_backward, max_pool2d_backward
from cnnlib.check.relu import hat, he_std, leaky_backward, relu_both
from cnnlib.check.scale import cut_shards, mean_of_shards, ring_traffic, speed_up
from cnnlib.check.shape_windows import readers, same_zeros
from cnnlib.check.shapes import keep_size, output_shape, stem
from cnnlib.check.shortcut import shortcut_found
from cnnlib.check.speed import best_tile, intensity, twenty_times
from cnnlib.check.training import (
    initial_loss,
    largest_rate,
    momentum_factor,
    overfit_twenty,
)
from cnnlib.check.unrolling import col2im, im2col

__all__ = [
    "Exercise",
    "Verdict",
    "channels_first",
    "dense_weights",
    "shuffle_pixels",
    "three_counts",
    "unshuffle_pixels",
    "weights_share",
    "weights_that_follow",
    "conv2d_valid",
    "kernel_edges",
    "kernel_left",
    "kernel_sharpen",
    "kernel_unsharp",
    "true_convolution",
    "two_in_one",
    "max_pool2d",
    "shift_change",
    "unread_pixels",
    "avg_pool2d_backward",
    "max_pool2d_backward",
    "accumulate",
    "dense_relu_bce",
    "graph_by_hand",
    "numeric_gradient",
    "backward_by_hand",
    "conv_dx_columns",
    "conv_dx_gather",
    "conv_dx_scatter",
    "conv_parameter_gradients",
    "five_bugs",
    "revealing_test",
    "brightest_patch",
    "forward_by_hand",
    "receptive_field",
    "shapes_on_paper",
    "keep_size",
    "output_shape",
    "readers",
    "same_zeros",
    "stem",
    "conv1x1",
    "conv_costs",
    "derive_18496",
    "small_network",
    "dense_from_maps",
    "loss_by_hand",
    "pooled_head",
    "predict_classes",
    "stable_crossentropy",
    "stable_softmax",
    "half_dead",
    "hat",
    "he_std",
    "leaky_backward",
    "relu_both",
    "revived",
    "close_gap",
    "dropout_forward",
    "images_needed",
    "leaked_split",
    "standard_error",
    "grad_cam",
    "occlusion_map",
    "shortcut_found",
    "two_class_maps",
    "repaired_gather",
    "repaired_labels",
    "repaired_mean",
    "repaired_model",
    "repaired_recipe",
    "repaired_split",
    "cut_shards",
    "mean_of_shards",
    "ring_traffic",
    "speed_up",
    "merged_kernel",
    "residual_backward",
    "separable_cost",
    "threes_or_one",
    "first_difference",
    "params_by_hand",
    "pooled_twin",
    "unseen_rows",
    "adam_step",
    "initial_loss",
    "largest_rate",
    "momentum_factor",
    "momentum_step",
    "overfit_twenty",
    "best_tile",
    "col2im",
    "im2col",
    "intensity",
    "twenty_times",
    "conv1d",
    "max_over_time",
    "phrase_detector",
    "tone_energy",
]
