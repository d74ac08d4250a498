#!/usr/bin/env python3
"""How exact the gradient is: Easel's and PyTorch's in float32, against PyTorch in float64, at the same pixels.

    compare_gradients.py write FOLDER CONTENT STYLE     the pictures, for Scripts/accuracy.sh
    compare_gradients.py compare FOLDER                 tables in Markdown, of the gradients that were written there

Needs torch, numpy, safetensors and pillow. Relative error: the Euclidean distance of the gradients over the norm of the exact one.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

SIZES = [(200, 133), (240, 160), (256, 171), (288, 192), (300, 200), (320, 213), (384, 256)]
MEANS = np.array([123.68, 116.779, 103.939])
PICTURES = {
    "near": "the cat ± 1",
    "mixed": "cat and van Gogh mixed, noise of ± 10",
    "mirrored": "van Gogh mirrored",
    "noise": "the lesson's noise (not a picture)",
}


def planes(image, size):
    """[3][height][width], 0...255."""
    resized = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    return np.asarray(resized, dtype=np.float32).transpose(2, 0, 1)


def write(folder, content_file, style_file):
    content_image, style_image = Image.open(content_file), Image.open(style_file)
    random = np.random.default_rng(1)
    lines = []
    for width, height in SIZES:
        content, style = planes(content_image, (width, height)), planes(style_image, (width, height))
        noise = random.uniform(-1, 1, content.shape).astype(np.float32)
        starts = {
            "near": content + noise,
            "mixed": (content + style) / 2 + 10 * noise,
            "mirrored": style[:, :, ::-1],
            "noise": MEANS[:, None, None].astype(np.float32) + 2.5 * noise,
        }
        for name, start in starts.items():
            case = f"{name}-{width}x{height}"
            lines.append(f"{case} {height} {width} {height} {width}")
            for kind, values in (("content", content), ("style", style), ("picture", np.clip(start, 0, 255))):
                np.ascontiguousarray(values, dtype=np.float32).tofile(folder / f"{case}.{kind}")
    (folder / "cases").write_text("\n".join(lines) + "\n")


def torch_gradient(load, dtype):
    """The lesson's transfer loss: block4_conv2 of the photo, Gram matrices of the second layers, average pooling."""
    import torch
    from safetensors.torch import load_file
    from torch.nn import functional as F

    weights_file = Path(__file__).resolve().parents[2] / "Sources/NeuralNetwork/Weights/vgg16.safetensors"
    weights = {name: value.to(dtype) for name, value in load_file(weights_file).items()}
    styles = {"block1_conv2": 0.05, "block2_conv2": 0.2, "block3_conv2": 0.2, "block4_conv2": 0.25, "block5_conv2": 0.3}

    def features(picture):
        # Means are subtracted exactly, as Easel does.
        x = picture.to(torch.float64) - torch.tensor(MEANS)[:, None, None]
        x = x.flip(0)[None].to(dtype)
        found = {}
        for block, count in enumerate((2, 2, 3, 3, 2), 1):
            if block > 1:
                x = F.avg_pool2d(x, 2)
            for convolution in range(1, count + 1):
                name = f"block{block}_conv{convolution}"
                x = F.relu(F.conv2d(x, weights[name + ".weight"], weights[name + ".bias"], padding=1))
                found[name] = x[0]
        return found

    def gram(f):
        c, h, w = f.shape
        flat = f.reshape(c, h * w)
        return flat @ flat.T / (c * h * w)

    with torch.no_grad():
        content = features(torch.from_numpy(load("content")))["block4_conv2"]
        grams = {name: gram(f) for name, f in features(torch.from_numpy(load("style"))).items() if name in styles}
    picture = torch.from_numpy(load("picture")).to(torch.float64).requires_grad_()
    found = features(picture)
    loss = 0.1 * ((found["block4_conv2"] - content) ** 2).mean()
    for name, weight in styles.items():
        loss = loss + weight * ((gram(found[name]) - grams[name]) ** 2).mean()
    loss.backward()
    return picture.grad.numpy().astype(np.float64)


def compare(folder):
    import torch

    errors = {}
    for line in (folder / "cases").read_text().splitlines():
        case, *sizes = line.split()
        height, width = int(sizes[0]), int(sizes[1])
        load = lambda kind: np.fromfile(folder / f"{case}.{kind}", dtype=np.float32).reshape(3, height, width)
        exact = torch_gradient(load, torch.float64)
        found = {"PyTorch in float32": torch_gradient(load, torch.float32)}
        for file in sorted(folder.glob(f"{case}.*.gradient")):
            found["Easel, " + file.name.split(".")[1]] = load(file.name[len(case) + 1:]).astype(np.float64)
        for who, gradient in found.items():
            error = np.linalg.norm(gradient - exact) / np.linalg.norm(exact)
            errors.setdefault(who, {})[case] = error
    for who in sorted(errors):
        print(f"\n{who}\n\n| picture | " + " | ".join(f"{w}x{h}" for w, h in SIZES) + " |\n" + "|---" * 8 + "|")
        for name, words in PICTURES.items():
            print(f"| {words} | " + " | ".join(f"{errors[who][f'{name}-{w}x{h}']:.1e}" for w, h in SIZES) + " |")
    print("\n| above 1e-4 | of the 21 pictures | of all 28 | median of the pictures | largest of all |\n|---|---|---|---|---|")
    for who, cases in sorted(errors.items()):
        real = [error for case, error in cases.items() if not case.startswith("noise")]
        every = list(cases.values())
        print(f"| {who} | {sum(e > 1e-4 for e in real)} | {sum(e > 1e-4 for e in every)} | {np.median(real):.1e} | {max(every):.1e} |")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", folder, content, style]:
            write(Path(folder), content, style)
        case ["compare", folder]:
            compare(Path(folder))
        case _:
            sys.exit(__doc__)
