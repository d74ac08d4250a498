internal import Files
internal import Glibc
internal import Images
internal import Jobs

/// The pictures of a new job, as they come, in a hidden folder of the inbox, which the daemon passes over; it is renamed when all is there.
///
/// Used by one task at a time.
struct OrderFiles: ~Copyable {
  enum Role: String, Sendable { case photo, painting }

  private struct Picture {
    var role: Role
    /// As the browser called it.
    var title: String
    var path: Path
    var format: ImageFormat
  }

  /// By which pictures are known.
  private static let headBytes = 64

  private let inbox: Path
  private let folder: Path
  private let limits: UploadLimits
  private let minFreeBytes: Int
  private var pictures: [Picture] = []
  private var bytes = 0
  private var isDone = false

  // The file that is being written.
  private var open: OpenFile?
  private var role = Role.photo
  private var title = ""
  private var head: [UInt8] = []
  private var fileBytes = 0

  /// - Throws: a `FileError` when the folder cannot be made.
  init(in inbox: Path, limits: UploadLimits, minFreeBytes: Int) throws(FileError) {
    (self.inbox, self.limits, self.minFreeBytes) = (inbox, limits, minFreeBytes)
    folder = TemporaryName.make(for: inbox.appending("upload"))
    // The group's: the daemon, another user, is to move it.
    try FileSystem.makeFolder(folder, mode: 0o770)
  }

  deinit { if !isDone { try? FileSystem.remove(folder) } }

  func count(_ role: Role) -> Int { pictures.count { $0.role == role } }

  /// - Throws: a `Refusal` when these are too many files; a `FileError`.
  mutating func begin(_ role: Role, _ title: String) throws {
    guard pictures.count < limits.files else {
      throw Refusal(.contentTooLarge, "These are more than \(limits.files) files; send fewer at a time.")
    }
    try checkRoom(for: 0)
    (self.role, self.title, head, fileBytes) = (role, title, [], 0)
    open = try OpenFile(place(pictures.count), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o660)
  }

  private func place(_ number: Int) -> Path { folder.appending(".\(number).part") }

  /// - Throws: a `Refusal` for what is too much, or no picture; a `FileError`.
  mutating func write(_ data: [UInt8]) throws {
    bytes += data.count
    fileBytes += data.count
    guard bytes <= limits.bytes else {
      throw Refusal(
        .contentTooLarge,
        "These files have more than \(ByteSize(bytes: limits.bytes).words) together; send fewer at a time.")
    }
    guard fileBytes <= ImageLimits().maximumBytes else {
      throw Refusal(.contentTooLarge, "\(title): has more than \(ByteSize(bytes: ImageLimits().maximumBytes).words).")
    }
    if head.count < Self.headBytes {
      head += data.prefix(Self.headBytes - head.count)
      if head.count == Self.headBytes { try checkFormat() }
    }
    try open?.write(data)
  }

  /// - Throws: as `write`.
  mutating func end() throws {
    open = nil
    // What is chosen in no field comes as an empty file without a name.
    guard fileBytes > 0 || !title.isEmpty else { return try FileSystem.remove(place(pictures.count)) }
    pictures.append(Picture(role: role, title: title, path: place(pictures.count), format: try checkFormat()))
  }

  @discardableResult
  private func checkFormat() throws -> ImageFormat {
    do throws(ImageError.Reason) { return try ImageDecoder.format(of: head) } catch {
      throw Refusal(.unprocessableContent, "\(title): \(error).")
    }
  }

  /// - Throws: a `Refusal` when so much more would leave the disk too full.
  func checkRoom(for bytes: Int) throws {
    guard let free = try? FileSystem.freeSpace(inbox).bytes, free < bytes + minFreeBytes else { return }
    throw Refusal(
      .init(code: 507, reasonPhrase: "Insufficient Storage"), "The disk is nearly full; nothing can be taken now.")
  }

  /// Takes a copy of a picture that lies elsewhere.
  ///
  /// - Throws: as `write`.
  mutating func copy(_ file: ServedFile, _ role: Role, _ title: String) throws {
    try begin(role, title)
    while case let piece = try file.piece(), !piece.isEmpty { try write(piece) }
    try end()
  }
}

// Into the inbox.
extension OrderFiles {
  /// Makes it a job's folder: pictures by their own names, settings that name them, all on the disk, and one rename.
  ///
  /// - Parameter isTaken: whether a name means something else in the inbox.
  /// - Returns: the folder's name.
  /// - Throws: `OrderText.Wrong`; a `FileError`, and nothing is in the inbox then.
  mutating func commit(_ text: OrderText, unless isTaken: (FileName) -> Bool) throws -> String {
    var names: Set<String> = ["settings.yaml"]
    var given: [Role: [String]] = [:]
    for picture in pictures {
      let name = Self.name(picture.title, picture.role, picture.format, unless: names)
      names.insert(name)
      given[picture.role, default: []].append(name)
      try FileSystem.rename(picture.path, folder.appending(name))
    }
    let yaml = try text.yaml(photos: given[.photo] ?? [], paintings: given[.painting] ?? [])
    try FileSystem.replace(folder.appending("settings.yaml"), with: Array(yaml.utf8), mode: 0o660)
    try FileSystem.synchronizeTree(folder)
    let name = try moveIn(
      Self.folderName(text, pictures.first { $0.role == .photo } ?? pictures.first), unless: isTaken)
    isDone = true
    try FileSystem.synchronizeFolder(inbox)
    return name
  }

  private func moveIn(_ name: String, unless isTaken: (FileName) -> Bool) throws -> String {
    for number in 1... {
      let numbered = FreeName.numbered(name, number)
      guard !isTaken(FileName(numbered)) else { continue }
      do throws(FileError) {
        try FileSystem.moveToFreeName(folder, inbox.appending(numbered))
        return numbered
      } catch {
        guard error.code == EEXIST || error.code == ENOTEMPTY else { throw error }
      }
    }
    preconditionFailure("numbers have no end")
  }

  /// The job's name: that which was asked for, or the photo's.
  private static func folderName(_ text: OrderText, _ photo: Picture?) -> String {
    let wanted = text.name.isEmpty ? photo.map { stem($0.title) } ?? "picture" : text.name
    let name = JobName(wanted).text
    // A name that the inbox passes over would never be taken.
    return IgnoreRules.ignores(FileName(name))
      ? JobName("picture-" + name.filter { $0.isLetter || $0.isNumber }).text : name
  }

  /// Of the file in the job's folder: as people called it, in a form that means nothing but itself.
  private static func name(_ title: String, _ role: Role, _ format: ImageFormat, unless taken: Set<String>) -> String {
    var stem = String(JobName(stem(title).replacing(".", with: "_")).text.prefix(120))
    if FileRole(FileName("\(stem).\(format.fileExtension)")) != .picture { stem = "\(role.rawValue)-\(stem)" }
    if IgnoreRules.ignores(FileName("\(stem).\(format.fileExtension)")) { stem = role.rawValue }
    return FreeName.first({ "\(FreeName.numbered(stem, $0)).\(format.fileExtension)" }) { taken.contains($0) }
  }

  /// `cat` for `cat.content.jpg`, `holiday` for `C:\pictures\holiday.jpg`.
  private static func stem(_ title: String) -> String {
    let last = title.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
    if case .input(_, let job, _) = FileRole(FileName(last)) { return job.isEmpty ? FileName(last).stem : job }
    return FileName(last).stem
  }
}
