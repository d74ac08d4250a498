internal import Files
internal import Foundation
internal import Networks

#if EASEL_HDF5
  internal import CHDF5
#endif

/// The convolutions' tensors in a file that Keras has saved: HDF5, with kernels as height, width, input and output channels.
struct KerasWeights: WeightsReader {
  static let name = "Keras (HDF5)"

  static func recognises(_ head: [UInt8]) -> Bool { head.starts(with: [0x89] + Array("HDF\r\n".utf8)) }

  #if EASEL_HDF5
    private let path: Path
    private let file: HDF5File
    /// Paths of data sets by our names.
    private let dataSets: [String: String]

    init(_ data: Data, path: Path, network: Architecture) throws {
      self.path = path
      let file = try HDF5File(path)
      var dataSets: [String: String] = [:]
      for dataSet in try file.dataSets() {
        guard let own = TensorNames.keras(dataSet) else { continue }
        if let first = dataSets.updateValue(dataSet, forKey: own) {
          throw WeightsImportError(path: path, problem: .twoTensors(own, first: first, second: dataSet))
        }
      }
      self.file = file
      self.dataSets = dataSets
    }

    func floats(of name: String, shape: [Int]) throws -> [Float]? {
      guard let dataSet = dataSets[name] else { return nil }
      let expected = shape.count == 4 ? [shape[2], shape[3], shape[1], shape[0]] : shape
      let values = try file.floats(of: dataSet, shape: expected)
      return shape.count == 4 ? Self.outputsFirst(values, shape) : values
    }

    private static func outputsFirst(_ values: [Float], _ shape: [Int]) -> [Float] {
      let (outputs, inputs) = (shape[0], shape[1])
      return values.indices.map { index in
        let (output, input, tap) = (index / (inputs * 9), index / 9 % inputs, index % 9)
        return values[(tap * inputs + input) * outputs + output]
      }
    }
  #else
    init(_ data: Data, path: Path, network: Architecture) throws {
      throw WeightsImportError(path: path, problem: .withoutHDF5)
    }

    func floats(of name: String, shape: [Int]) throws -> [Float]? { nil }
  #endif
}

#if EASEL_HDF5
  /// An open HDF5 file. Nothing outside of it is read, whatever it says: neither links to other files, nor data sets that keep their
  /// numbers in others, nor filters from plug-ins.
  private final class HDF5File {
    private let path: Path
    private let handle: Int64

    init(_ path: Path) throws {
      self.path = path
      handle = easel_h5_open(path.text)
      if handle < 0 { throw Self.failure(path, "is no HDF5 file, or is damaged") }
    }

    deinit { easel_h5_close(handle) }

    fileprivate static func failure(_ path: Path, _ words: String) -> WeightsImportError {
      WeightsImportError(path: path, problem: .hdf5(words))
    }

    /// Their paths.
    func dataSets() throws -> [String] {
      final class Names { var all: [String] = [] }
      let names = Names()
      let status = easel_h5_each(
        handle,
        { name, context in
          Unmanaged<Names>.fromOpaque(context!).takeUnretainedValue().all.append(String(cString: name!))
        }, Unmanaged.passUnretained(names).toOpaque())
      if status < 0 { throw Self.failure(path, "its groups are damaged, or nested too deeply") }
      return names.all
    }

    /// In row-major order.
    func floats(of dataSet: String, shape: [Int]) throws -> [Float] {
      var found = [UInt64](repeating: 0, count: 8)
      let rank = easel_h5_shape(handle, dataSet, &found)
      if rank == -2 {
        throw Self.failure(
          path,
          "tensor \(dataSet): expected its numbers in one piece, as Keras writes them, found chunks; make such a file by "
            + "`h5repack -l CONTI -f NONE OLD.h5 NEW.h5`")
      }
      if rank < 0 {
        throw Self.failure(
          path, "tensor \(dataSet): expected floating-point numbers within the file, in at most 8 dimensions")
      }
      let extents = found.prefix(Int(rank)).map { Int(clamping: $0) }
      guard extents == shape else {
        throw WeightsImportError(path: path, problem: .wrongShape(tensor: dataSet, expected: shape, found: extents))
      }
      var values = [Float](repeating: 0, count: shape.reduce(1, *))
      if easel_h5_read(handle, dataSet, &values) < 0 { throw Self.failure(path, "tensor \(dataSet) cannot be read") }
      return values
    }
  }
#endif
