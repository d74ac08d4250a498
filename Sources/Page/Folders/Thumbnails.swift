internal import Files
internal import Foundation
internal import Images
internal import NIOPosix

/// Small pictures, each made once and kept under what the large one's file is: another file has another one.
struct Thumbnails: Sendable {
  /// Long sides in pixels.
  static let sizes = [480, 960, 1600]
  private static let quality = 85
  private static let budgetBytes = 512 << 20

  let folder: Path
  /// One thread, since each takes memory for the whole of a large picture.
  private let thread = NIOThreadPool(numberOfThreads: 1)

  init(in folder: Path) {
    self.folder = folder
    thread.start()
  }

  func stop() async { try? await thread.shutdownGracefully() }

  /// A JPEG.
  ///
  /// - Throws: a `FileError` or `ImageError.Reason` for what is no picture.
  func thumbnail(of file: ServedFile, longSide: Int) async throws -> [UInt8] {
    let place = place(file, longSide)
    if let known = Self.kept(place) { return known }
    return try await thread.runIfActive {
      // Another may have asked for the same.
      if let known = Self.kept(place) { return known }
      let bytes = try file.contents(limitBytes: ImageLimits().maximumBytes)
      let image = try ImageDecoder.decode(bytes, acceptingDamage: true).image.shrunk(longSide: longSide)
      let thumbnail = try JPEGEncoder.encode(image, quality: Self.quality)
      // What cannot be kept is made again.
      try? FileSystem.makeFolders(place.folder, mode: 0o750)
      try? FileSystem.replace(place, with: thumbnail, .volatile, mode: 0o640)
      return thumbnail
    }
  }

  private func place(_ file: ServedFile, _ longSide: Int) -> Path {
    let identity = file.identity
    let words = "\(longSide) \(identity.device) \(identity.inode) \(identity.sizeBytes) \(identity.modified)"
    let key = SHA256Digest.hexadecimal(of: Array(words.utf8))
    return folder.appending(String(key.prefix(2))).appending("\(key.prefix(40)).jpg")
  }

  private static func kept(_ place: Path) -> [UInt8]? {
    let contents = (try? FileSystem.contents(place)) ?? nil
    return contents?.isEmpty == false ? contents : nil
  }

  /// Removes the oldest ones, where all together take too much room.
  func prune() async {
    let folder = folder
    try? await thread.runIfActive {
      let files = ((try? folder.names()) ?? []).flatMap { shelf -> [(path: Path, identity: FileIdentity)] in
        let shelf = folder.appending(shelf)
        return ((try? shelf.names()) ?? []).compactMap { name in
          FileStatus(shelf.appending(name)).map { (shelf.appending(name), $0.identity) }
        }
      }
      var bytes = files.reduce(0) { $0 + Int($1.identity.sizeBytes) }
      for file in files.sorted(by: { $0.identity.modified < $1.identity.modified }) where bytes > Self.budgetBytes {
        try? FileSystem.remove(file.path)
        bytes -= Int(file.identity.sizeBytes)
      }
    }
  }
}
