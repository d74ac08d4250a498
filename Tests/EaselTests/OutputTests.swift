import Foundation
import Testing

import enum TestSupport.Python

/// The files that the built program writes, looked at with Pillow.
@Suite(.serialized) struct OutputTests {
  private static let quick = [
    "--set", "preset=lesson-transfer", "--set", "size=48", "--set", "iterations=4", "--set",
    "evaluations_per_iteration=3", "--threads", "2",
  ]

  /// A photo of a saturated gradient that calls itself Display P3 and has EXIF, and a painting.
  private static func folderWithPictures() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try Python.run(
      """
      import sys; from PIL import Image
      grey = Image.linear_gradient('L').resize((60, 40))
      photo = Image.merge('RGB', (grey, grey.rotate(180), grey.rotate(90).resize((60, 40))))
      exif = Image.Exif()
      exif[0x010F], exif[0x013B], exif[0x0112] = 'Camera', 'Anna', 1
      exif.get_ifd(0x8769)[0x9003] = '2024:05:06 07:08:09'
      photo.save(sys.argv[1] + '/photo.jpg', quality=95, exif=exif)
      Image.radial_gradient('L').resize((50, 50)).convert('RGB').save(sys.argv[1] + '/painting.jpg', quality=95)
      """, folder.path)
    return folder
  }

  private static func paint(_ folder: TemporaryFolder, _ name: String, _ settings: [String]) async throws {
    let run = try await RunningProgram.run(
      ["paint", "photo.jpg", "painting.jpg", "-o", name] + quick + settings.flatMap { ["--set", $0] }, in: folder.path)
    #expect(run.exitCode == 0, "\(run.errors)")
  }

  private static func report(_ folder: TemporaryFolder, _ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(filePath: "\(folder.path)/\(name)/photo/report.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private static func reused(_ folder: TemporaryFolder, _ name: String) throws -> String? {
    (try report(folder, name)["reused"] as? [String: Any])?["kind"] as? String
  }

  private static func bytes(_ folder: TemporaryFolder, _ path: String) -> Data? {
    FileManager.default.contents(atPath: "\(folder.path)/\(path)")
  }

  @Test func anotherFormatIsTheSamePictureWithoutAnotherSearch() async throws {
    let folder = try Self.folderWithPictures()
    try await Self.paint(folder, "png", [])
    for settings in [
      ["output=webp"], ["output=webp", "webp_quality=70"], ["output=jpeg"], ["output_depth=16"],
      ["output_profile=adobe-rgb"], ["metadata=keep"], ["animation=webp"], ["animation=apng"], ["side_by_side=true"],
      ["gif.every=2", "gif.bounce=true"],
    ] {
      let name = settings.joined(separator: " ")
      try await Self.paint(folder, name, settings)
      #expect(try Self.reused(folder, name) == "search", "\(name)")
      try await Self.paint(folder, "\(name) again", settings)
      #expect(try Self.reused(folder, "\(name) again") == "result", "\(name)")
      let files = try #require(try Self.report(folder, name)["files"] as? [String])
      for file in files {
        let bytes = Self.bytes(folder, "\(name)/photo/\(file)")
        #expect(bytes != nil && bytes == Self.bytes(folder, "\(name) again/photo/\(file)"), "\(name): \(file)")
      }
    }
    let seen = try Python.run(
      """
      import sys, numpy as np; from PIL import Image
      def read(name): return np.asarray(Image.open(sys.argv[1] + '/' + name).convert('RGB')).astype(int)
      png = read('png/photo/photo.png')
      webp = Image.open(sys.argv[1] + '/output=webp/photo/photo.webp')
      print(webp.format, (np.asarray(webp) == png).all())
      print(np.abs(read('output=webp webp_quality=70/photo/photo.webp') - png).mean() < 12)
      print(np.abs(read('output=jpeg/photo/photo.jpg') - png).mean() < 4)
      for path in ['animation=webp/photo/photo.animation.webp', 'animation=apng/photo/photo.animation.png']:
          image = Image.open(sys.argv[1] + '/' + path); image.seek(image.n_frames - 1); image.load()
          print(image.n_frames, image.info['duration'], (np.asarray(image.convert('RGB')) == png).all())
      gif = Image.open(sys.argv[1] + '/gif.every=2 gif.bounce=true/photo/photo.gif')
      durations = []
      for i in range(gif.n_frames): gif.seek(i); durations.append(gif.info['duration'])
      print(durations)
      """, folder.path)
    #expect(
      seen == """
        WEBP True
        True
        True
        5 2000 True
        6 2000.0 True
        [200, 200, 2000, 200]

        """)
  }

  @Test func sixteenBitsHaveTheLevelsBetween() async throws {
    let folder = try Self.folderWithPictures()
    try await Self.paint(folder, "8", ["gif=false"])
    try await Self.paint(folder, "16", ["gif=false", "output_depth=16"])
    let seen = try Python.run(
      """
      import sys, numpy as np; from PIL import Image
      data = open(sys.argv[1] + '/16/photo/photo.png', 'rb').read()
      print(data[24], data[25])
      # Pillow gives the upper bytes.
      deep, flat = (np.asarray(Image.open(sys.argv[1] + f'/{n}/photo/photo.png')).astype(int) for n in (16, 8))
      print(deep.shape, np.abs(deep - flat).max() <= 1)
      """, folder.path)
    #expect(seen == "16 2\n(32, 48, 3) True\n")
    let sizes = ["8", "16"].map { Self.bytes(folder, "\($0)/photo/photo.png")?.count ?? 0 }
    #expect(sizes[1] > 3 * sizes[0] / 2)
  }

  /// As Pillow's ImageCms converts the result back, it is the sRGB one.
  @Test(arguments: ["output=png", "output=jpeg", "output=webp", "output_depth=16"])
  func otherColoursAreConvertedAndTagged(format: String) async throws {
    let folder = try Self.folderWithPictures()
    let settings = ["gif=false", format, "jpeg_quality=100", "init=content"]
    try await Self.paint(folder, "srgb", settings)
    try await Self.paint(folder, "display-p3", settings + ["output_profile=display-p3"])
    try await Self.paint(folder, "adobe-rgb", settings + ["output_profile=adobe-rgb"])
    try Python.run(
      """
      import sys, io; from PIL import Image
      photo = Image.open(sys.argv[1] + '/photo.jpg')
      own = Image.open(next(__import__('pathlib').Path(sys.argv[1] + '/adobe-rgb/photo').glob('photo.*')))
      photo.save(sys.argv[1] + '/photo.jpg', quality=95, icc_profile=own.info['icc_profile'])
      """, folder.path)
    try await Self.paint(folder, "same", settings + ["output_profile=same"])
    try await Self.paint(folder, "own", settings)
    let seen = try Python.run(
      """
      import sys, io, pathlib, numpy as np; from PIL import Image, ImageCms
      def image(name): return Image.open(next(pathlib.Path(sys.argv[1] + f'/{name}/photo').glob('photo.*')))
      def pixels(image): return np.asarray(image.convert('RGB')).astype(int)
      print(image('srgb').info.get('icc_profile') is None)
      for name, plain in (('display-p3', 'srgb'), ('adobe-rgb', 'srgb'), ('same', 'own')):
          tagged = image(name)
          profile = ImageCms.ImageCmsProfile(io.BytesIO(tagged.info['icc_profile']))
          back = ImageCms.profileToProfile(tagged.convert('RGB'), profile, ImageCms.createProfile('sRGB'))
          away, raw = (np.abs(pixels(p) - pixels(image(plain))) for p in (back, tagged))
          # One level of another colour is more than one of sRGB where a channel is near 0.
          assert np.percentile(away, 95) <= int(sys.argv[2]) and away.mean() < 1.5, (np.percentile(away, 95), away.mean())
          print(ImageCms.getProfileDescription(profile).strip(), raw.max() > 8)
      """, folder.path, format == "output=jpeg" ? "4" : "2")
    #expect(seen == "True\nDisplay P3 True\nAdobe RGB True\nAdobe RGB True\n")
  }

  @Test func aPhotoWhoseProfileCannotBeWrittenInGivesSRGBAndANote() async throws {
    let folder = try Self.folderWithPictures()
    try await Self.paint(folder, "without", ["gif=false", "output_profile=same"])
    #expect(try Self.report(folder, "without")["notes"] == nil)
    try Python.run(
      """
      import sys; from PIL import Image, ImageCms
      lab = ImageCms.ImageCmsProfile(ImageCms.createProfile('LAB')).tobytes()
      Image.open(sys.argv[1] + '/photo.jpg').save(sys.argv[1] + '/photo.jpg', icc_profile=lab)
      """, folder.path)
    try await Self.paint(folder, "lab", ["gif=false", "output_profile=same"])
    let notes = try Self.report(folder, "lab")["notes"] as? [String]
    #expect(notes == ["output_profile: the photo's own profile cannot be written in, so the result is sRGB"])
  }

  @Test(arguments: ["png", "jpeg", "webp"])
  func metadataAreKeptOnlyWhenAskedFor(format: String) async throws {
    let folder = try Self.folderWithPictures()
    try await Self.paint(folder, "stripped", ["gif=false", "output=\(format)"])
    try await Self.paint(folder, "kept", ["gif=false", "output=\(format)", "metadata=keep"])
    let seen = try Python.run(
      """
      import sys, pathlib; from PIL import Image
      for name in ('stripped', 'kept'):
          image = Image.open(next(pathlib.Path(sys.argv[1] + f'/{name}/photo').glob('photo.*')))
          exif = image.getexif(); taken = exif.get_ifd(0x8769)
          print(exif.get(0x010F), exif.get(0x013B), exif.get(0x0112), taken.get(0x9003), image.info.get('Software'))
          xmp = image.info.get('xmp') or image.info.get('XML:com.adobe.xmp') or b''
          xmp = xmp if isinstance(xmp, str) else xmp.decode()
          print('<xmp:CreatorTool>Easel 0.1.0<' in xmp, 'size: 48' in xmp, 'iterations: 4' in xmp)
      """, folder.path)
    let software = format == "png" ? "Easel 0.1.0" : "None"
    #expect(
      seen == """
        None None None None None
        False False False
        Camera Anna None 2024:05:06 07:08:09 \(software)
        True True True

        """)
  }

  /// The digest of its pixels does not tell photos apart that differ in their EXIF only.
  @Test func anotherPhotosMetadataAreNotTakenFromTheCache() async throws {
    let folder = try Self.folderWithPictures()
    try await Self.paint(folder, "first", ["gif=false", "metadata=keep"])
    try Python.run(
      """
      import sys
      path = sys.argv[1] + '/photo.jpg'; data = open(path, 'rb').read()
      assert data.count(b'Anna') == 1
      open(path, 'wb').write(data.replace(b'Anna', b'Otto'))
      """, folder.path)
    try await Self.paint(folder, "second", ["gif=false", "metadata=keep"])
    #expect(try Self.reused(folder, "second") == "search")
    let seen = try Python.run(
      """
      import sys; from PIL import Image
      print(*[Image.open(sys.argv[1] + f'/{n}/photo/photo.png').getexif()[0x013B] for n in ('first', 'second')])
      """, folder.path)
    #expect(seen == "Anna Otto\n")
  }

  @Test func sideBySideHasPhotoPaintingAndResultInARow() async throws {
    let folder = try Self.folderWithPictures()
    try await Self.paint(folder, "row", ["side_by_side=true"])
    let seen = try Python.run(
      """
      import sys, numpy as np; from PIL import Image
      row = np.asarray(Image.open(sys.argv[1] + '/row/photo/photo.side-by-side.png')).astype(int)
      result = np.asarray(Image.open(sys.argv[1] + '/row/photo/photo.png')).astype(int)
      photo = np.asarray(Image.open(sys.argv[1] + '/photo.jpg').resize((48, 32))).astype(int)
      # 48 of the photo, 32 of the painting, 48 of the result, and twice 4 between them.
      print(row.shape, (row[:, -48:] == result).all(), np.abs(row[:, :48] - photo).mean() < 4, (row[:, 48:52] == 255).all())
      """, folder.path)
    #expect(seen == "(32, 136, 3) True True True\n")
  }

  /// On a ladder each has its stage's size; they are there after an interruption, and from the cache.
  @Test func framesAreThereAfterAnInterruptionAndFromTheCache() async throws {
    let folder = try Self.folderWithPictures()
    let long = [
      "paint", "photo.jpg", "painting.jpg", "--set", "size=64", "--set", "iterations=4", "--set",
      "evaluations_per_iteration=15", "--set", "scales=[48]", "--set", "frames=true", "--cache",
    ]
    let whole = try await RunningProgram.run(long + ["cache-1", "-o", "whole"], in: folder.path)
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let cut = try RunningProgram(long + ["cache-2", "-o", "cut"], in: folder.path)
    try await cut.wait(for: "64 px 1/4", limit: .seconds(60)) { cut.errors.contains("64 px 1/4") }
    cut.send(SIGINT)
    #expect(await cut.ending().exitCode == 130)
    let resumed = try await RunningProgram.run(long + ["cache-2", "-o", "cut"], in: folder.path)
    #expect(resumed.exitCode == 0, "\(resumed.errors)")
    let again = try await RunningProgram.run(long + ["cache-2", "-o", "again"], in: folder.path)
    #expect(again.exitCode == 0, "\(again.errors)")
    let seen = try Python.run(
      """
      import sys, os, numpy as np; from PIL import Image
      root = sys.argv[1]; names = sorted(os.listdir(root + '/whole/photo/frames'))
      print(names[0], names[-1], *[Image.open(f'{root}/whole/photo/frames/{n}').size[0] for n in names])
      read = lambda run, name: open(f'{root}/{run}/photo/frames/{name}', 'rb').read()
      print(all(read('whole', n) == read('cut', n) == read('again', n) for n in names))
      last, picture = (np.asarray(Image.open(f'{root}/whole/photo/{n}')) for n in ('frames/' + names[-1], 'photo.png'))
      print((last == picture).all())
      """, folder.path)
    #expect(seen == "0001.png 0008.png 48 48 48 48 64 64 64 64\nTrue\nTrue\n")
  }
}
