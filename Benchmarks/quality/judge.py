"""How good a painted picture is: distances from painting and photo, artefacts. The judge's network is VGG-19, and never the one
that a picture was optimised with.

Everything is a number that is better when it is lower:

style     sliced Wasserstein distance of features of relu1_1 to relu5_1 between result and painting, each layer in units of the
          painting's own features (root mean square), mean of the layers
content   self-similarity: mean absolute difference of the normalised matrices of cosine distances between places of relu3_1 and
          relu4_1, of result and photo (Kolkin, Salavon & Shakhnarovich, "Style Transfer by Relaxed Optimal Transport and
          Self-Similarity", 2019)
colour    sliced Wasserstein distance of colours in Oklab (Ottosson, 2020) between result and painting
noise     energy at the Nyquist frequencies of lightness (differences of neighbours that alternate) as a fraction of its variance
speckle   the noise that neither photo nor painting has: noise minus the larger of theirs, at least 0
border    energy of the lightness' differences in a band of 8 pixels along the borders over that of the inside, minus what the
          photo has, at least 0
"""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "Sources/NeuralNetwork/Weights/vgg19.safetensors"
CONVOLUTIONS = (2, 2, 4, 4, 4)
STYLE_LAYERS = [f"block{block}_conv1" for block in range(1, 6)]
CONTENT_LAYERS = ["block3_conv1", "block4_conv1"]
MEANS = torch.tensor([123.68, 116.779, 103.939])[:, None, None]
PROJECTIONS = 128
QUANTILES = 512
PLACES = 1024


def open_picture(path, long_side=None):
    """[height][width][3] of 0...255, as float."""
    image = Image.open(path).convert("RGB")
    if long_side and max(image.size) != long_side:
        scale = long_side / max(image.size)
        size = tuple(max(1, round(side * scale)) for side in image.size)
        image = image.resize(size, Image.Resampling.LANCZOS)
    return np.asarray(image, dtype=np.float32)


def network_weights():
    """Name -> tensor, widened from indices into a codebook where they are stored so."""
    stored = load_file(WEIGHTS)
    weights = {}
    for name, value in stored.items():
        if name.endswith(".codebook"):
            continue
        codebook = stored.get(name + ".codebook")
        weights[name] = codebook[value.long()] if codebook is not None else value.float()
    return weights


class Judge:
    """VGG-19 with max pooling, as it was trained."""

    def __init__(self, weights=None):
        self.weights = weights or network_weights()

    def features(self, picture):
        """Name of a layer -> [channels][height][width], after its ReLU."""
        x = (torch.from_numpy(picture).permute(2, 0, 1) - MEANS).flip(0)[None]
        found = {}
        with torch.no_grad():
            for block, count in enumerate(CONVOLUTIONS, 1):
                if block > 1:
                    x = F.max_pool2d(x, 2)
                for convolution in range(1, count + 1):
                    name = f"block{block}_conv{convolution}"
                    x = F.relu(F.conv2d(x, self.weights[name + ".weight"], self.weights[name + ".bias"], padding=1))
                    if name in STYLE_LAYERS or name in CONTENT_LAYERS:
                        found[name] = x[0]
                    if name == STYLE_LAYERS[-1]:
                        return found

    def judge(self, result, photo, painting):
        """All distances of a result, as a dictionary. The photo has the result's size."""
        of_result, of_photo, of_painting = (self.features(p) for p in (result, photo, painting))
        return {
            "style": float(np.mean([style_distance(of_result[l], of_painting[l]) for l in STYLE_LAYERS])),
            "content": float(np.mean([self_similarity_distance(of_result[l], of_photo[l]) for l in CONTENT_LAYERS])),
            "colour": colour_distance(result, painting),
            "noise": nyquist_energy(result),
            "speckle": max(0.0, nyquist_energy(result) - max(nyquist_energy(photo), nyquist_energy(painting))),
            "border": max(0.0, border_energy(result) - border_energy(photo)),
        }


def sliced_wasserstein(a, b, seed=0):
    """The mean over random directions of the 1-Wasserstein distance of two clouds of points, [points][dimensions]."""
    generator = torch.Generator().manual_seed(seed)
    directions = torch.randn(a.shape[1], PROJECTIONS, generator=generator)
    directions /= directions.norm(dim=0)
    steps = (torch.arange(QUANTILES) + 0.5) / QUANTILES

    def quantiles(points):
        projected = (points @ directions).sort(dim=0).values
        places = steps * (len(projected) - 1)
        low = places.floor().long()
        share = (places - low)[:, None]
        return projected[low] * (1 - share) + projected[(low + 1).clamp(max=len(projected) - 1)] * share

    return float((quantiles(a) - quantiles(b)).abs().mean())


def style_distance(result, painting):
    scale = painting.square().mean().sqrt()
    return sliced_wasserstein(result.flatten(1).T / scale, painting.flatten(1).T / scale) * result.shape[0] ** 0.5


def self_similarity_distance(result, photo):
    channels, height, width = result.shape
    step = max(1, int(np.ceil((height * width / PLACES) ** 0.5)))

    def distances(features):
        points = features[:, ::step, ::step].flatten(1).T
        points = points / points.norm(dim=1, keepdim=True).clamp(min=1e-8)
        cosine = (1 - points @ points.T).clamp(min=0)
        return cosine / cosine.sum(dim=0, keepdim=True).clamp(min=1e-8)

    a, b = distances(result), distances(photo)
    return float((a - b).abs().mean() * len(a))


def oklab(picture):
    """[pixels][3] of [height][width][3] sRGB."""
    value = picture.reshape(-1, 3) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    lms = linear @ np.array(
        [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]]
    ).T
    return np.cbrt(lms) @ np.array(
        [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099], [0.0259040371, 0.7827717662, -0.8086757660]]
    ).T


def colour_distance(result, painting):
    return sliced_wasserstein(*(torch.from_numpy(oklab(p)).float() for p in (result, painting)))


def lightness(picture):
    return oklab(picture)[:, 0].reshape(picture.shape[:2])


def nyquist_energy(picture):
    """Of rows, columns and both: (x[i-1] - 2 x[i] + x[i+1]) / 4 is 1 for what alternates and 0 for what is smooth."""
    light = lightness(picture)
    across = (light[:, :-2] - 2 * light[:, 1:-1] + light[:, 2:]) / 4
    down = (light[:-2] - 2 * light[1:-1] + light[2:]) / 4
    return float((np.mean(across**2) + np.mean(down**2)) / (np.var(light) + 1e-9))


def border_energy(picture, band=8):
    light = lightness(picture)
    energy = np.zeros_like(light)
    energy[:, 1:] += np.diff(light, axis=1) ** 2
    energy[1:] += np.diff(light, axis=0) ** 2
    inside = np.zeros(light.shape, dtype=bool)
    inside[band:-band, band:-band] = True
    return float(energy[~inside].mean() / (energy[inside].mean() + 1e-9))
