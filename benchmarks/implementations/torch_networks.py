"""Networks of PyTorch: plain, with channels last in memory, and compiled."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from benchmarks.implementations.data import batches
from benchmarks.models import Model
from benchmarks.worker import Call

PACKAGES = ("torch",)
CHANNELS_LAST = torch.channels_last


def build(model: Model) -> nn.Sequential:
    """The network; it ends with scores, for the losses below take these."""
    parts: list[nn.Module] = []
    for _, _, channels, filters in model.convolutions():
        parts += [nn.Conv2d(channels, filters, model.kernel), nn.ReLU(), nn.MaxPool2d(2)]
    parts.append(nn.Flatten())
    for inputs, units in model.dense_layers():
        parts += [nn.Linear(inputs, units), nn.ReLU()]
    return nn.Sequential(*parts[:-1])


def make(
    subject: dict[str, Any], threads: int, channels_last: bool = False, compiled: bool = False
) -> dict[str, Call]:
    """Forward pass and training step."""
    torch.set_num_threads(threads or torch.get_num_threads())
    torch.manual_seed(0)
    model = Model.read(subject)
    network = build(model)
    x, y = (torch.from_numpy(array) for array in batches(model))
    x = x.permute(0, 3, 1, 2).contiguous()
    if channels_last:
        network, x = network.to(memory_format=CHANNELS_LAST), x.to(memory_format=CHANNELS_LAST)
    run = torch.compile(network) if compiled else network
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    losses = nn.functional
    measure = losses.binary_cross_entropy_with_logits if model.binary else losses.cross_entropy

    def step() -> float:
        optimizer.zero_grad(set_to_none=True)
        loss = measure(run(x), y)
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    def forward() -> Any:
        with torch.no_grad() if compiled else torch.inference_mode():
            scores = run(x)
            return torch.sigmoid(scores) if model.binary else torch.softmax(scores, 1)

    return {"forward": Call(forward), "step": Call(step)}
