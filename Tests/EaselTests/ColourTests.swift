import Foundation
import Testing

import enum TestSupport.Python

/// The built program keeps the photo's colours: `preserve_colors`.
@Suite(.serialized) struct ColourTests {
  private static let quick = [
    "--set", "size=48", "--set", "iterations=2", "--set", "evaluations_per_iteration=4", "--threads", "2",
  ]

  /// A photo of the result's size in one range of colours, and a painting in another one.
  private static func folderWithPictures() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try Python.run(
      """
      import sys, numpy as np; from PIL import Image
      random = np.random.default_rng(5)
      def save(size, centre, spread, name):
          height, width = size
          y, x = np.mgrid[0:height, 0:width]
          waves = np.stack([np.sin(x / 5 + 1), np.cos(y / 4), np.sin((x + y) / 3)], -1)
          pixels = centre + waves @ np.array(spread) + random.normal(0, 2, (height, width, 3))
          Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8)).save(sys.argv[1] + '/' + name)
      save((32, 48), [110, 125, 140], [[30, 35, 30], [-18, 0, 25], [10, -10, 4]], 'photo.png')
      save((40, 40), [140, 110, 90], [[30, 20, 12], [5, 18, -8], [-12, 2, 14]], 'painting.png')
      """, folder.path)
    return folder
  }

  private static func paint(_ folder: TemporaryFolder, _ name: String, _ settings: String...) async throws {
    let run = try await RunningProgram.run(
      ["paint", "photo.png", "painting.png", "-o", name] + quick + settings.flatMap { ["--set", $0] }, in: folder.path)
    #expect(run.exitCode == 0, "\(run.errors)")
  }

  private static func report(_ folder: TemporaryFolder, _ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(filePath: "\(folder.path)/\(name)/photo/report.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private static func reused(_ folder: TemporaryFolder, _ name: String) throws -> String? {
    (try report(folder, name)["reused"] as? [String: Any])?["kind"] as? String
  }

  @Test func luminanceHasThePaintedLumaAndThePhotosChroma() async throws {
    let folder = try Self.folderWithPictures()
    try await Self.paint(folder, "plain")
    try await Self.paint(folder, "kept", "preserve_colors=luminance")
    #expect(try Self.reused(folder, "kept") == "search", "the colours change no search")
    let losses = try ["plain", "kept"].map { try Self.report(folder, $0)["writtenLoss"] as? Double }
    #expect(losses[0] != nil && losses[0] == losses[1])
    let seen = try Python.run(
      """
      import sys, numpy as np; from PIL import Image
      def read(name): return np.asarray(Image.open(sys.argv[1] + '/' + name).convert('RGB')).astype(float)
      luma = lambda picture: picture @ [0.299, 0.587, 0.114]
      photo, plain, kept = read('photo.png'), read('plain/photo/photo.png'), read('kept/photo/photo.png')
      assert np.abs(luma(kept) - luma(plain)).max() < 1.01
      wanted, chroma = photo - luma(photo)[..., None], kept - luma(kept)[..., None]
      # Less chroma only where all of it leaves the range.
      whole = luma(plain)[..., None] + wanted
      fits = ((whole >= 1) & (whole <= 254)).all(-1)
      assert np.abs(chroma - wanted)[fits].max() < 1.6, np.abs(chroma - wanted)[fits].max()
      assert (np.abs(chroma) <= np.abs(wanted) + 1.6).all()
      print(fits.mean() > 0.5, np.abs(plain - luma(plain)[..., None] - wanted).mean() > 5)
      gif = Image.open(sys.argv[1] + '/kept/photo/photo.gif'); gif.seek(gif.n_frames - 1)
      print(np.abs(np.asarray(gif.convert('RGB')).astype(float) - kept).mean() < 12)
      """, folder.path)
    #expect(seen == "True True\nTrue\n")
  }

  @Test func matchAfterHasThePhotosMeanAndCovariance() async throws {
    let folder = try Self.folderWithPictures()
    try await Self.paint(folder, "matched", "preserve_colors=match_after")
    let seen = try Python.run(
      """
      import sys, numpy as np; from PIL import Image
      def read(name): return np.asarray(Image.open(sys.argv[1] + '/' + name).convert('RGB')).reshape(-1, 3).astype(float)
      photo, matched = read('photo.png'), read('matched/photo/photo.png')
      print(np.abs(photo.mean(0) - matched.mean(0)).max() < 1)
      a, b = np.cov(photo.T), np.cov(matched.T)
      print(np.abs(a - b).max() < 0.05 * np.abs(a).max())
      """, folder.path)
    #expect(seen == "True\nTrue\n")
  }

  /// The paper's symmetric map, in NumPy, on the painting's file.
  @Test func matchBeforeIsAPaintingThatWasRecolouredBefore() async throws {
    let folder = try Self.folderWithPictures()
    try await Self.paint(folder, "plain")
    try await Self.paint(folder, "before", "preserve_colors=match_before")
    #expect(try Self.reused(folder, "before") == nil)
    try Python.run(
      """
      import sys, numpy as np; from PIL import Image
      def read(name): return np.asarray(Image.open(sys.argv[1] + '/' + name).convert('RGB')).astype(float)
      photo, painting = read('photo.png'), read('painting.png')
      c, s = (np.cov(p.reshape(-1, 3).T, bias=True) for p in (photo, painting))
      assert np.linalg.eigvalsh(s).min() > 4
      def power(m, p): values, vectors = np.linalg.eigh(m); return vectors @ np.diag(values ** p) @ vectors.T
      root, inverse = power(s, .5), power(s, -.5)
      matched = (painting - painting.mean((0, 1))) @ (inverse @ power(root @ c @ root, .5) @ inverse) + photo.mean((0, 1))
      Image.fromarray(np.rint(np.clip(matched, 0, 255)).astype(np.uint8)).save(sys.argv[1] + '/painting.png')
      """, folder.path)
    try await Self.paint(folder, "recoloured")
    func picture(_ name: String) -> Data? {
      FileManager.default.contents(atPath: "\(folder.path)/\(name)/photo/photo.png")
    }
    #expect(picture("before") != nil && picture("before") == picture("recoloured"))
    #expect(picture("before") != picture("plain"))
  }

  @Test func greyPicturesAreMatchedWithoutTrouble() async throws {
    let folder = try Self.folderWithPictures()
    try Python.run(
      """
      import sys; from PIL import Image
      Image.open(sys.argv[1] + '/painting.png').convert('L').save(sys.argv[1] + '/painting.png')
      """, folder.path)
    try await Self.paint(folder, "grey painting", "preserve_colors=match_before")
    try Python.run(
      """
      import sys; from PIL import Image
      Image.open(sys.argv[1] + '/photo.png').convert('L').save(sys.argv[1] + '/photo.png')
      """, folder.path)
    try await Self.paint(folder, "grey photo", "preserve_colors=match_after")
    let seen = try Python.run(
      """
      import sys, numpy as np; from PIL import Image
      pixels = np.asarray(Image.open(sys.argv[1] + '/grey photo/photo/photo.png')).astype(int)
      print(np.ptp(pixels, axis=2).max() <= 1, pixels.std() > 5)
      """, folder.path)
    #expect(seen == "True True\n")
  }
}
