import Foundation
import ModelFiles
import Tensors

/// Memory that holds exactly these bytes, so that the address sanitizer sees a read beyond them.
func memory(_ bytes: [UInt8]) throws -> Memory {
    let memory = try Memory.allocate(byteCount: bytes.count)
    UnsafeMutableRawBufferPointer(start: memory.base, count: bytes.count).copyBytes(from: bytes)
    return memory
}

func openGGUF(_ bytes: [UInt8]) throws -> GGUFFile { try GGUFFile(memory: memory(bytes), path: "test.gguf") }

func openSafetensors(_ bytes: [UInt8]) throws -> SafetensorsFile {
    try SafetensorsFile(memory: memory(bytes), path: "test.safetensors")
}

func contents(of path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(fileURLWithPath: path))) }

/// The error that `body` throws; nil if it throws none or another.
func failure(_ body: () throws -> Void) -> ModelFileError? {
    do {
        try body()
        return nil
    } catch {
        return error as? ModelFileError
    }
}

/// GGUF bytes put together by hand, so that they can be wrong in any way.
struct RawGGUF {
    var bytes: [UInt8] = []
    let version: UInt32

    init(version: UInt32 = 3, tensors: UInt64, entries: UInt64) {
        self.version = version
        bytes = Array("GGUF".utf8)
        number(version)
        length(tensors)
        length(entries)
    }

    mutating func number<Integer: FixedWidthInteger>(_ value: Integer) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func length(_ value: UInt64) {
        if version == 1 { number(UInt32(truncatingIfNeeded: value)) } else { number(value) }
    }

    mutating func string(_ value: String) {
        length(UInt64(value.utf8.count))
        bytes += value.utf8
    }

    /// A key and the number of its value's type.
    mutating func key(_ key: String, type: UInt32) {
        string(key)
        number(type)
    }

    /// A tensor's description; `dimensions` as in the file, fastest first.
    mutating func tensor(_ name: String, dimensions: [UInt64], type: UInt32 = 0, offset: UInt64) {
        string(name)
        number(UInt32(dimensions.count))
        for dimension in dimensions { length(dimension) }
        number(type)
        number(offset)
    }

    /// Fills up to the data section and adds `count` bytes of data.
    mutating func data(_ count: Int, alignment: Int = 32) {
        bytes += [UInt8](repeating: 0, count: -bytes.count & (alignment - 1))
        bytes += (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    }
}
