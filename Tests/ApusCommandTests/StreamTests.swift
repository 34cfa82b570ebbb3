import Foundation
import Testing

@testable import ApusCommand

@Suite("Standard output and standard error")
struct StreamTests {
    /// What `body` writes into the writing end of a pipe.
    private func written(_ body: (FileDescriptor) throws -> Void) throws -> String {
        let pipe = Pipe()
        try body(FileDescriptor(number: pipe.fileHandleForWriting.fileDescriptor))
        try pipe.fileHandleForWriting.close()
        return try String(decoding: pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }

    @Test("A line gets one line end, and JSON a line of its own")
    func lines() throws {
        let text = try written { file in
            let output = StandardOutput(file: file)
            try output.write("a")
            try output.write(bytes: [0x62])
            try output.writeLine("c")
            try output.writeLine("d\n")
            try output.write(["e": 1])
        }
        #expect(text == "abc\nd\n{\"e\": 1}\n")
    }

    @Test("A full device is a failure to write", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
    func fullDevice() throws {
        let handle = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let error = #expect(throws: CommandFailure.self) {
            try StandardOutput(file: FileDescriptor(number: handle.fileDescriptor)).writeLine("text")
        }
        #expect(error?.kind == .cannotWrite)
        #expect(error?.description.contains("space") == true)
    }

    @Test("A note takes an open line of progress off first")
    func notesOverProgress() throws {
        let text = try written { file in
            let notes = Notes(isQuiet: false, file: file)
            notes.redraw("10%")
            notes.redraw("20%")
            notes.note("one\ntwo")
            notes.erase()
            notes.fail("bad", details: "Usage: …")
        }
        #expect(text == "\r\u{1B}[K10%\r\u{1B}[K20%\r\u{1B}[Kapus: one\\ntwo\napus: bad\nUsage: …\n")
    }

    @Test("Quiet leaves only failures")
    func quiet() throws {
        let text = try written { file in
            let notes = Notes(isQuiet: true, file: file)
            notes.note("a")
            notes.line("b")
            notes.redraw("c")
            notes.fail("d")
        }
        #expect(text == "apus: d\n")
    }

    @Test("The locale decides about block characters, its strongest variable first")
    func locale() {
        #expect(Environment.isUnicode(["LANG": "de_DE.UTF-8"]))
        #expect(Environment.isUnicode(["LANG": "C", "LC_CTYPE": "C.utf8"]))
        #expect(!Environment.isUnicode(["LANG": "de_DE.UTF-8", "LC_ALL": "C"]))
        #expect(Environment.isUnicode(["LANG": "de_DE.UTF-8", "LC_ALL": ""]))
        #expect(!Environment.isUnicode([:]))
    }
}
