import Foundation
import Tensors
import Testing

@Suite("Memory")
struct MemoryTests {
    @Test("Pages of a file that are forgotten are read again, and other memory keeps what it has")
    func forgetting() throws {
        let contents = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString)").path
        try Data(contents).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        for memory in [try Memory.map(path: path), try copy(contents), try copy(contents, byteCount: 5 << 20)] {
            memory.forget(10..<90_000)
            memory.forget(0..<0)
            #expect(Array(UnsafeRawBufferPointer(start: memory.base, count: contents.count)) == contents)
        }
    }

    private func copy(_ contents: [UInt8], byteCount: Int = 100_000) throws -> Memory {
        let memory = try Memory.allocate(byteCount: byteCount)
        memory.base.copyMemory(from: contents, byteCount: contents.count)
        return memory
    }

    private func temporaryPath() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("apus-memory-\(UUID().uuidString)").path
    }

    @Test("Allocated memory is zeroed and aligned, small or large", arguments: [0, 1, 4095, 5 << 20])
    func allocation(byteCount: Int) throws {
        let memory = try Memory.allocate(byteCount: byteCount)
        #expect(Int(bitPattern: memory.base).isMultiple(of: 64))
        #expect(memory.byteCount == byteCount)
        for place in stride(from: 0, to: byteCount, by: 997) { #expect(memory.base.load(fromByteOffset: place, as: UInt8.self) == 0) }
    }

    @Test("More memory than there can be is refused")
    func tooMuch() {
        #expect(throws: MemoryError.outOfMemory(byteCount: .max)) { try Memory.allocate(byteCount: .max) }
        #expect(throws: MemoryError.outOfMemory(byteCount: 1 << 60)) { try Memory.allocate(byteCount: 1 << 60) }
    }

    @Test("A mapped file shows its bytes")
    func mapping() throws {
        let path = temporaryPath()
        try Data([3, 1, 4]).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let memory = try Memory.map(path: path)
        #expect(Array(UnsafeRawBufferPointer(start: memory.base, count: memory.byteCount)) == [3, 1, 4])
    }

    @Test("An empty file maps to no bytes")
    func emptyFile() throws {
        let path = temporaryPath()
        try Data().write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try Memory.map(path: path).byteCount == 0)
    }

    @Test("A missing file and a folder are refused by name")
    func missing() throws {
        let path = temporaryPath()
        let error = try #require(throws: MemoryError.self) { try Memory.map(path: path) }
        #expect(error.kind == .missingInput && error.description.contains(path))
        #expect(throws: MemoryError.notAFile(path: "/")) { try Memory.map(path: "/") }
    }
}
