"""Writes vgg16.json, crops.json and their raw pictures beside this file: what PyTorch, in double precision, makes of our weights.

    python3 make_fixtures.py        needs torch, numpy, pillow and safetensors
"""

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[2]
WEIGHTS = PROJECT / "Sources/NeuralNetwork/Weights/vgg16.safetensors"

PER_BLOCK = (2, 2, 3, 3, 3)
LAYERS = [f"block{b}_conv{c}" for b, n in enumerate(PER_BLOCK, 1) for c in range(1, n + 1)]
MEANS = torch.tensor([123.68, 116.779, 103.939], dtype=torch.float64)

TASKS = {
    "transfer": dict(
        content={"block4_conv2": 1.0},
        content_weight=0.1,
        style={f"block{b}_conv2": w for b, w in zip(range(1, 6), (0.05, 0.2, 0.2, 0.25, 0.3))},
    ),
    "content": dict(content={"block5_conv1": 1.0}, content_weight=1.0, style={}),
    "style": dict(content={}, content_weight=1.0, style={"block1_conv1": 1.0, "block2_conv1": 1.0}),
}


def picture(path, width, height):
    image = Image.open(path).convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(image)


def crop(path, left, top, width, height):
    return np.asarray(Image.open(path).convert("RGB").crop((left, top, left + width, top + height)))


def tensor(pixels):
    """H x W x 3 values in 0..255 -> the same numbers as a double tensor."""
    return torch.tensor(np.array(pixels), dtype=torch.float64)


def activations(weights, pixels, pooling):
    """H x W x 3, RGB, 0..255 -> the output of every layer after its ReLU, 1 x C x H x W."""
    x = (pixels - MEANS).flip(-1).permute(2, 0, 1)[None]
    outputs = {}
    for layer in LAYERS:
        if layer.endswith("conv1") and layer != "block1_conv1":
            x = (F.avg_pool2d if pooling == "average" else F.max_pool2d)(x, 2, 2)
        x = F.relu(F.conv2d(x, weights[layer + ".weight"], weights[layer + ".bias"], padding=1))
        outputs[layer] = x
    return outputs


def gram(features):
    _, c, h, w = features.shape
    flat = features.reshape(c, h * w)
    return flat @ flat.T / (c * h * w)


def samples(values, count):
    """Every k-th element of the flattened values, k such that about `count` are left and rows are not hit alike."""
    flat = values.detach().numpy().ravel()
    step = max(1, flat.size // count) | 1
    indices = np.arange(0, flat.size, step)
    return {"step": step, "values": [float(f"{v:.10g}") for v in flat[indices]]}


def summary(values, count):
    return {
        "shape": [n for n in values.shape if n != 1 or values.dim() != 4],
        "mean": values.mean().item(),
        "rms": values.square().mean().sqrt().item(),
        "samples": samples(values, count),
    }


def evaluate(weights, task, pooling, x, content, style, count=400):
    recipe = TASKS[task]
    x = x.clone().requires_grad_(True)
    at_x, of_content, of_style = (activations(weights, p, pooling) for p in (x, content, style))
    content_losses = {
        name: recipe["content_weight"] * weight * F.mse_loss(at_x[name], of_content[name].detach())
        for name, weight in recipe["content"].items()
    }
    style_losses = {
        name: weight * F.mse_loss(gram(at_x[name]), gram(of_style[name]).detach())
        for name, weight in recipe["style"].items()
    }
    loss = sum([*content_losses.values(), *style_losses.values()])
    loss.backward()
    return {
        "task": task,
        "pooling": pooling,
        "loss": loss.item(),
        "contentLosses": {name: value.item() for name, value in content_losses.items()},
        "styleLosses": {name: value.item() for name, value in style_losses.items()},
        "gradient": summary(x.grad, count),
    }


def write(name, **values):
    text = json.dumps(values, separators=(",", ":"))
    (HERE / name).write_text(text.replace('{"', '\n{"') + "\n")


def write_crops(weights):
    """The lesson's task at parts of the pictures in full resolution: large enough for many ReLUs to be nearly at zero."""
    pictures = {
        "content-240x160": crop(PROJECT / "Examples/cat.content.jpg", 100, 60, 240, 160),
        "style-240x160": crop(PROJECT / "Examples/cat.style.jpg", 150, 120, 240, 160),
    }
    for name, pixels in pictures.items():
        (HERE / f"{name}.rgb").write_bytes(pixels.tobytes())
    content, style = map(tensor, pictures.values())
    starts = {"mirrored": content.flip(1), "mixed": (content + style) / 2, "style": style.flip(1)}
    losses = [
        {"start": start, **evaluate(weights, "transfer", "average", x, content, style, count=1500)}
        for start, x in starts.items()
    ]
    write("crops.json", losses=losses)


def main():
    weights = {name: value.double() for name, value in load_file(WEIGHTS).items()}
    pictures = {
        "content-45x37": picture(PROJECT / "Examples/cat.content.jpg", 45, 37),
        "style-53x41": picture(PROJECT / "Examples/cat.style.jpg", 53, 41),
    }
    for name, pixels in pictures.items():
        (HERE / f"{name}.rgb").write_bytes(pixels.tobytes())
    content, style = map(tensor, pictures.values())
    starts = {"grey": torch.full_like(content, 128), "mirrored": content.flip(1)}

    forward = [
        {"pooling": pooling, "layer": layer, **summary(values, 200)}
        for pooling in ("average", "max")
        for layer, values in activations(weights, content, pooling).items()
    ]
    of_style = activations(weights, style, "average")
    grams = [{"layer": layer, **summary(gram(of_style[layer]), 200)} for layer in LAYERS]
    cases = [("transfer", "average"), ("transfer", "max"), ("content", "average"), ("style", "average")]
    losses = [
        {"start": start, **evaluate(weights, task, pooling, x, content, style)}
        for task, pooling in cases
        for start, x in starts.items()
    ]
    write("vgg16.json", forward=forward, grams=grams, losses=losses)
    write_crops(weights)


if __name__ == "__main__":
    main()
