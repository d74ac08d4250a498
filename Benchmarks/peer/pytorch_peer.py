#!/usr/bin/env python3
"""PyTorch beside Easel: the lesson's style transfer with the same weights and losses.

    pytorch_peer.py --size 512 [--repeat 5] [--json]          median seconds of one loss + gradient, peak memory
    pytorch_peer.py --lesson CONTENT STYLE --size 300x200     the lesson's whole optimisation as CSV on standard output

Float32, all cores. Needs torch, numpy and safetensors; with --lesson pillow and scipy too. Without them it says so and
exits with 0.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

try:
    import numpy as np
    import torch
    from safetensors.torch import load_file
    from torch.nn import functional as F
except ImportError as error:
    print(f"pytorch_peer.py: not measured: {error}. Give an interpreter that has torch, numpy and safetensors.")
    sys.exit(0)

WEIGHTS = Path(__file__).resolve().parents[2] / "Sources/NeuralNetwork/Weights/vgg16.safetensors"
LAYERS = [f"block{b}_conv{c}" for b, n in enumerate((2, 2, 3, 3, 3), 1) for c in range(1, n + 1)]
LAYERS = LAYERS[: LAYERS.index("block5_conv2") + 1]
STYLE_WEIGHTS = {"block1_conv2": 0.05, "block2_conv2": 0.2, "block3_conv2": 0.2, "block4_conv2": 0.25, "block5_conv2": 0.3}
CONTENT_LAYER = "block4_conv2"
CONTENT_WEIGHT = 0.1
MEANS = (123.68, 116.779, 103.939)
FORMATS = {"nchw": torch.contiguous_format, "channels_last": torch.channels_last}


def gram(features):
    """1 x C x H x W -> C x C, divided by C H W."""
    _, c, h, w = features.shape
    flat = features.reshape(c, h * w)
    return flat @ flat.T / (c * h * w)


class Network:
    """VGG-16 up to block5_conv2 with average pooling."""

    def __init__(self, memory_format):
        self.memory_format = memory_format
        self.weights = {
            name: value.float().contiguous(memory_format=memory_format) if value.dim() == 4 else value.float()
            for name, value in load_file(WEIGHTS).items()
        }

    def __call__(self, x):
        """1 x 3 x H x W, BGR minus the means -> the losses' layers after their ReLU."""
        outputs = {}
        x = x.contiguous(memory_format=self.memory_format)
        for layer in LAYERS:
            if layer.endswith("conv1") and layer != "block1_conv1":
                x = F.avg_pool2d(x, 2, 2)
            x = F.relu(F.conv2d(x, self.weights[layer + ".weight"], self.weights[layer + ".bias"], padding=1))
            if layer in STYLE_WEIGHTS:
                outputs[layer] = x
        return outputs


class TransferLoss:
    """The lesson's transfer loss of a picture: style Grams of five layers and the content of one."""

    def __init__(self, network, content, style):
        self.network = network
        with torch.no_grad():
            self.content = network(content)[CONTENT_LAYER]
            self.grams = {name: gram(features) for name, features in network(style).items()}

    def __call__(self, x):
        features = self.network(x)
        content = CONTENT_WEIGHT * F.mse_loss(features[CONTENT_LAYER], self.content)
        return content + sum(
            weight * F.mse_loss(gram(features[name]), self.grams[name]) for name, weight in STYLE_WEIGHTS.items()
        )

    def with_gradient(self, x):
        x = x.detach().requires_grad_(True)
        loss = self(x)
        loss.backward()
        return loss.item(), x.grad


# Seconds per evaluation


def measure(size, repeat, memory_format):
    """Median and all seconds of one loss + gradient at size x size, on noise, and the process's peak memory."""
    generator = torch.Generator().manual_seed(0)
    content, style, x = (torch.randn(1, 3, size, size, generator=generator) * 60 for _ in range(3))
    loss = TransferLoss(Network(FORMATS[memory_format]), content, style)
    loss.with_gradient(x)  # warms up
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        loss.with_gradient(x)
        seconds.append(time.perf_counter() - start)
    return {
        "layout": memory_format,
        "size": size,
        "seconds_per_evaluation": statistics.median(seconds),
        "seconds": seconds,
        "rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
    }


def measure_each_layout(size, repeat):
    """Each layout in a process of its own, so that each has a peak memory of its own."""
    for layout in FORMATS:
        command = [sys.executable, __file__, "--size", str(size), "--repeat", str(repeat), "--layout", layout, "--json"]
        yield json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def describe(result):
    spread = f"{min(result['seconds']):.3f} to {max(result['seconds']):.3f}"
    return (
        f"PyTorch {result['torch']}, {result['layout']}, {result['size']}x{result['size']}, {result['threads']} threads: "
        f"{result['seconds_per_evaluation']:.3f} s per evaluation ({spread}), peak {result['rss_bytes'] / 2**30:.2f} GiB"
    )


# The lesson's optimisation


def picture(path, width, height):
    """A picture of the given size as 1 x 3 x H x W, BGR minus the means."""
    from PIL import Image

    image = Image.open(path).convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    return to_network(np.asarray(image, dtype=np.float32))


def to_network(pixels):
    """H x W x 3, RGB, 0..255 -> the network's input."""
    return torch.from_numpy((pixels - np.float32(MEANS))[..., ::-1].transpose(2, 0, 1)[None].copy())


def as_written(x):
    """The network's input after it went through an 8-bit picture."""
    pixels = x[0].numpy().transpose(1, 2, 0)[..., ::-1] + np.float32(MEANS)
    return to_network(np.clip(np.rint(pixels), 0, 255).astype(np.float32))


class Trace:
    """Loss and gradient for SciPy, and a line of CSV for each evaluation. The 8-bit picture's loss is not counted."""

    def __init__(self, loss, shape):
        self.loss, self.shape = loss, shape
        self.evaluations, self.seconds = 0, 0.0
        print("evaluation,seconds,loss,loss_8bit", flush=True)

    def __call__(self, flat):
        start = time.perf_counter()
        x = torch.from_numpy(flat.astype(np.float32).reshape(self.shape))
        loss, gradient = self.loss.with_gradient(x)
        result = loss, gradient.numpy().astype(np.float64).ravel()
        self.seconds += time.perf_counter() - start
        self.evaluations += 1
        with torch.no_grad():
            written = self.loss(as_written(x)).item()
        print(f"{self.evaluations},{self.seconds:.4f},{loss:.6g},{written:.6g}", flush=True)
        return result


def run_lesson(content_path, style_path, width, height, iterations, layout):
    """SciPy's L-BFGS-B, 20 evaluations per iteration, restarted and clipped to +-127 at each, from uniform noise."""
    from scipy.optimize import fmin_l_bfgs_b

    content, style = picture(content_path, width, height), picture(style_path, width, height)
    trace = Trace(TransferLoss(Network(FORMATS[layout]), content, style), content.shape)
    x = np.random.default_rng(0).uniform(-2.5, 2.5, content.numel())
    for _ in range(iterations):
        x, _, _ = fmin_l_bfgs_b(trace, x, maxfun=20)
        x = np.clip(x, -127, 127)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="512", help="N for a square, or WxH with --lesson")
    parser.add_argument("--repeat", type=int, default=5, help="evaluations to take the median of")
    parser.add_argument("--layout", choices=FORMATS, help="only this layout (default: both; --lesson: channels_last)")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--lesson", nargs=2, metavar=("CONTENT", "STYLE"))
    parser.add_argument("--iterations", type=int, default=10, help="of --lesson, 20 evaluations each")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    width, _, height = arguments.size.partition("x")
    if height and not arguments.lesson:
        sys.exit("pytorch_peer.py: --size WxH is for --lesson; say --size N for N x N")
    if arguments.lesson:
        sizes = int(width), int(height or width)
        run_lesson(*arguments.lesson, *sizes, arguments.iterations, arguments.layout or "channels_last")
        return
    if arguments.layout:
        results = [measure(int(width), arguments.repeat, arguments.layout)]
    else:
        results = list(measure_each_layout(int(width), arguments.repeat))
    for result in results:
        print(json.dumps(result) if arguments.json else describe(result))


if __name__ == "__main__":
    main()
