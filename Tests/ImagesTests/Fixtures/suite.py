"""The kinds of picture that the PNG test suite of Willem van Schaik (PngSuite) has, made anew, under its names.

    python3 suite.py FOLDER

Kinds that are damaged on purpose begin with x, as there. Each of the others has NAME.ppm when make.py calls this.
"""

import struct
import sys
import zlib

import numpy as np

from common import ADAM7, chunk, path, scanlines

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGB_ALPHA: 4}
LETTER = {GREY: "g", RGB: "c", PALETTE: "p", GREY_ALPHA: "a", RGB_ALPHA: "a"}


def filtered(rows, kind, distance):
    """Rows of bytes by filter 0 to 4 (PNG specification, section 9); None: another for each row."""
    result, above = b"", bytes(len(rows[0]))
    for y, row in enumerate(rows):
        chosen = y % 5 if kind is None else kind
        left = bytes(distance) + row[:-distance] if distance < len(row) else bytes(len(row))
        corner = bytes(distance) + above[:-distance] if distance < len(row) else bytes(len(row))
        guess = [0] * len(row)
        for i in range(len(row)):
            a, b, c = left[i], above[i], corner[i]
            p = a + b - c
            nearest = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            guess[i] = (0, a, b, (a + b) // 2, nearest)[chosen]
        result += bytes([chosen]) + bytes((v - g) & 255 for v, g in zip(row, guess))
        above = row
    return result


class Suite:
    def __init__(self):
        self.rng = np.random.default_rng(7)
        self.names = []

    def samples(self, color, depth, size=(32, 32)):
        height, width = size
        y, x = np.mgrid[0:height, 0:width]
        top = 2**depth - 1
        planes = [(x + y) / max(1, width + height - 2), x / max(1, width - 1), y / max(1, height - 1), (x * y) % 7 / 6]
        shift = self.rng.random((height, width, 1)) * 0.2
        values = np.clip(np.stack(planes[: CHANNELS[color]], -1) * 0.8 + shift, 0, 1)
        return np.rint(values * top).astype(int)

    def write(self, name, color, depth, samples, before=b"", after=b"", interlaced=False, filter_kind=0, level=6, parts=1):
        height, width, _ = samples.shape
        if color == PALETTE and b"PLTE" not in before:
            before += chunk(b"PLTE", self.rng.integers(0, 256, (2**depth, 3)).astype(np.uint8).tobytes())
        distance = max(1, CHANNELS[color] * depth // 8)
        passes = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7] if interlaced else [samples]
        data = b""
        for part in passes:
            if part.size:
                flat = scanlines(part, depth)
                length = len(flat) // part.shape[0]
                rows = [flat[i * length + 1 : (i + 1) * length] for i in range(part.shape[0])]
                data += filtered(rows, filter_kind, distance)
        packed = zlib.compress(data, level)
        step = -(-len(packed) // parts)
        idat = b"".join(chunk(b"IDAT", packed[i : i + step]) for i in range(0, len(packed), step))
        head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced)))
        with open(path(name), "wb") as file:
            file.write(SIGNATURE + head + before + idat + after + chunk(b"IEND", b""))
        self.names.append(name)

    def basic(self):
        depths = {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8), GREY_ALPHA: (8, 16), RGB_ALPHA: (8, 16)}
        for color, choices in depths.items():
            for depth in choices:
                for letter, interlaced in (("n", False), ("i", True)):
                    name = f"bas{letter}{color}{LETTER[color]}{depth:02}.png"
                    self.write(name, color, depth, self.samples(color, depth), interlaced=interlaced)

    def sizes(self):
        for side in (*range(1, 10), *range(32, 41)):
            for letter, interlaced in (("n", False), ("i", True)):
                depth = 1 if side == 1 else 2 if side < 4 else 4
                self.write(f"s{side:02}{letter}3p{depth:02}.png", PALETTE, depth,
                           self.samples(PALETTE, depth, (side, side)), interlaced=interlaced)

    def filters(self):
        for kind in range(5):
            self.write(f"f{kind:02}n0g08.png", GREY, 8, self.samples(GREY, 8), filter_kind=kind)
            self.write(f"f{kind:02}n2c08.png", RGB, 8, self.samples(RGB, 8), filter_kind=kind)
        self.write("f99n0g04.png", GREY, 4, self.samples(GREY, 4), filter_kind=None)
        self.write("f99i2c16.png", RGB, 16, self.samples(RGB, 16), filter_kind=None, interlaced=True)

    def backgrounds(self):
        wide = {GREY: struct.pack(">H", 1), RGB: struct.pack(">3H", 1, 2, 3), PALETTE: b"\1"}
        for color, key in ((GREY_ALPHA, GREY), (RGB_ALPHA, RGB)):
            for depth in (8, 16):
                self.write(f"bg{LETTER[key]}n{color}a{depth:02}.png", color, depth, self.samples(color, depth),
                           chunk(b"bKGD", wide[key]))
        for color, depth in ((GREY, 4), (GREY, 16), (RGB, 8), (RGB, 16)):
            samples = self.samples(color, depth)
            self.write(f"tb{LETTER[color]}n{color}{LETTER[color]}{depth:02}.png", color, depth, samples,
                       chunk(b"tRNS", struct.pack(f">{CHANNELS[color]}H", *map(int, samples[3, 3]))) + chunk(b"bKGD", wide[color]))
        colours = chunk(b"PLTE", self.rng.integers(0, 256, (256, 3)).astype(np.uint8).tobytes())
        self.write("tp1n3p08.png", PALETTE, 8, self.samples(PALETTE, 8), colours + chunk(b"tRNS", bytes(range(0, 200, 2))))
        self.write("tm3n3p02.png", PALETTE, 2, self.samples(PALETTE, 2),
                   chunk(b"PLTE", bytes(range(12))) + chunk(b"tRNS", b"\0\x55\xaa\xff"))

    def gammas(self):
        for gamma in (0.35, 0.45, 0.55, 0.7, 1.0, 2.5):
            text = chunk(b"gAMA", struct.pack(">I", round(gamma * 100000)))
            for color, depth in ((GREY, 16), (RGB, 8), (PALETTE, 4)):
                self.write(f"g{round(gamma * 10 + 1e-9):02}n{color}{LETTER[color]}{depth:02}.png", color, depth,
                           self.samples(color, depth), text)

    def chunks(self):
        data = self.samples(RGB, 8)
        colours = self.rng.integers(0, 256, (64, 3)).astype(np.uint8).tobytes()
        kinds = {
            "cs3n2c16": (16, chunk(b"sBIT", b"\x0d\x0d\x0d")), "cs8n2c08": (8, chunk(b"sBIT", b"\x08\x08\x08")),
            "cdfn2c08": (8, chunk(b"pHYs", struct.pack(">IIB", 1, 4, 0))),
            "cdun2c08": (8, chunk(b"pHYs", struct.pack(">IIB", 1000, 1000, 1))),
            "ct1n2c08": (8, chunk(b"tEXt", b"Title\0PngSuite") + chunk(b"zTXt", b"Author\0\0" + zlib.compress(b"nobody"))),
            "cten2c08": (8, chunk(b"iTXt", "Title\0\0\0fi\0Otsikko\0kissa".encode())),
            "ctzn2c08": (8, chunk(b"iTXt", b"Title\0\1\0en\0\0" + zlib.compress(b"cat"))),
            "cm7n2c08": (8, chunk(b"tIME", struct.pack(">HBBBBB", 1970, 1, 1, 0, 0, 0))),
            "pp0n2c16": (16, chunk(b"PLTE", colours)),
            "ps1n2c16": (16, chunk(b"sPLT", b"six-cube\0\x08" + bytes(60))),
            "ps2n2c16": (16, chunk(b"sPLT", b"six-cube\0\x10" + bytes(100))),
            "exif2c08": (8, chunk(b"eXIf", b"II*\0\x08\0\0\0\0\0\0\0\0\0")),
        }
        for name, (depth, extra) in kinds.items():
            samples = data if depth == 8 else self.samples(RGB, 16)
            self.write(f"{name}.png", RGB, depth, samples, extra)
        self.write("ch1n3p04.png", PALETTE, 4, self.samples(PALETTE, 4),
                   chunk(b"PLTE", colours[:48]) + chunk(b"hIST", struct.pack(">16H", *range(16))))
        for parts in (1, 2, 4, 9999):
            self.write(f"oi{min(parts, 9)}n0g16.png", GREY, 16, self.samples(GREY, 16), parts=parts)
            self.write(f"oi{min(parts, 9)}n2c16.png", RGB, 16, self.samples(RGB, 16), parts=parts)
        for level in (0, 3, 6, 9):
            self.write(f"z{level:02}n2c08.png", RGB, 8, data, level=level)

    def damaged(self):
        """Not one of them is a picture; as in the suite, but for the two that PngSuite calls xs (a wrong signature)."""
        with open(path("basn2c08.png"), "rb") as file:
            good = file.read()

        def broken(name, data):
            with open(path(name), "wb") as file:
                file.write(data)

        def with_header(*values):
            return SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", *values)) + good[33:]

        broken("xs1n0g01.png", b"\x88" + good[1:])
        broken("xs2n0g01.png", good[:1] + b"QNG" + good[4:])
        broken("xs4n0g01.png", good[:3] + b"H" + good[4:])
        broken("xs7n0g01.png", good[:7] + b"\r" + good[8:])
        broken("xcrn0g04.png", good.replace(b"\n", b"\r"))
        broken("xlfn0g04.png", good.replace(b"\r\n", b"\n"))
        broken("xhdn0g08.png", good[:29] + b"\0\0\0\0" + good[33:])
        broken("xc1n0g08.png", with_header(32, 32, 8, 1, 0, 0, 0))
        broken("xc9n2c08.png", with_header(32, 32, 8, 9, 0, 0, 0))
        broken("xd0n2c08.png", with_header(32, 32, 0, 2, 0, 0, 0))
        broken("xd3n2c08.png", with_header(32, 32, 3, 2, 0, 0, 0))
        broken("xd9n2c08.png", with_header(32, 32, 99, 2, 0, 0, 0))
        broken("xdtn0g01.png", good[:33] + chunk(b"IEND", b""))
        middle = len(good) // 2
        broken("xcsn0g01.png", good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :])


def make():
    """Returns the names of the sound ones."""
    suite = Suite()
    for kind in (suite.basic, suite.sizes, suite.filters, suite.backgrounds, suite.gammas, suite.chunks, suite.damaged):
        kind()
    return suite.names


if __name__ == "__main__":
    print(len(make()), "sound pictures in", sys.argv[1])
