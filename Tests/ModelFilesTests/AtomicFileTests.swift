import ApusTesting
import Diagnostics
import Foundation
import Testing

@testable import ModelFiles

@Suite("Files that appear whole or not at all")
struct AtomicFileTests {
    @Test("The old file stays until the new one is complete")
    func replacing() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([1, 2, 3], as: "data")
        let file = try AtomicFile(path: path)
        try file.write([4, 5])
        try file.write([6])
        #expect(file.byteCount == 3)
        #expect(try contents(of: path) == [1, 2, 3])
        try file.commit()
        #expect(try contents(of: path) == [4, 5, 6])
        #expect(try folder.names == ["data"])
        #expect(failure { try file.write([7]) }?.kind == .internal)
        #expect(failure { try file.commit() }?.kind == .internal)
    }

    @Test("Letting the file go leaves nothing")
    func abandoning() throws {
        let folder = try TemporaryFolder()
        do {
            let file = try AtomicFile(path: folder.file("data"))
            try file.write([1])
            #expect(try folder.names.count == 1)
        }
        #expect(try folder.names.isEmpty)
    }

    @Test("Folders that are missing or in the way are errors of the class cannot-write")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        let missing = failure { _ = try AtomicFile(path: folder.file("none/data")) }
        #expect(missing?.kind == .cannotWrite && missing?.path == folder.file("none/data"))
        #expect(failure { _ = try AtomicFile(path: folder.path) }?.kind == .cannotWrite)
        #expect(failure { try GGUFWriter().write(to: folder.file("none/model.gguf")) }?.kind == .cannotWrite)
    }

    @Test("A device keeps its name")
    func device() {
        #expect(failure { _ = try AtomicFile(path: "/dev/null") }?.description.contains("not a regular file") == true)
    }

    @Test("A folder without permission is an error of the class cannot-write", .enabled(if: geteuid() != 0, "root may write anywhere"))
    func forbidden() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
        #expect(failure { _ = try AtomicFile(path: folder.file("data")) }?.kind == .cannotWrite)
    }

    @Test(
        "A full disk is an error of the class cannot-write",
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
    func fullDisk() throws {
        let output = try OutputFile(existing: "/dev/full")
        let error = failure { try [UInt8](repeating: 1, count: 10).withUnsafeBytes { try output.write($0) } }
        #expect(error?.kind == .cannotWrite)
        #expect(error?.description.contains("No space left") == true)
    }
}
