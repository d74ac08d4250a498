internal import Foundation

/// Memory for numbers: aligned to pages, on huge pages where the system gives them, returned to the system when released.
package final class FloatBuffer: @unchecked Sendable {  // who writes which part is settled by who starts the threads
  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int

  /// From this size on, at least half of the memory is on a huge page, wherever it begins.
  static let hugePageBytes = 4 << 20

  /// All zero. Memory is taken from the system only when it is written to.
  package init(count: Int) {
    self.count = count
    let bytes = Self.bytes(count)
    let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let memory, memory != MAP_FAILED else {
      fatalError("mmap of \(bytes) bytes: \(String(cString: strerror(errno)))")
    }
    if bytes >= 2 << 20 { madvise(memory, bytes, MADV_HUGEPAGE) }
    pointer = memory.bindMemory(to: Float.self, capacity: count)
  }

  deinit { munmap(pointer, Self.bytes(count)) }

  private static func bytes(_ count: Int) -> Int { max(1, count) * MemoryLayout<Float>.stride }

  package var elements: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }
}

extension FloatBuffer {
  package convenience init(_ values: [Float]) {
    self.init(count: values.count)
    pointer.update(from: values, count: values.count)
  }
}
