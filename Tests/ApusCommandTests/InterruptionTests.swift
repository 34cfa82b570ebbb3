import Diagnostics
import Foundation
import Testing

@testable import ApusCommand

@Suite("Ctrl-C")
struct InterruptionTests {
    @Test("The first one requests a stop and leaves the process running", .timeLimit(.minutes(15)))
    func firstInterrupt() async throws {
        let pipe = Pipe()
        let notes = Notes(isQuiet: false, file: FileDescriptor(number: pipe.fileHandleForWriting.fileDescriptor))
        let interruption = Interruption(notes: notes)
        #expect(!interruption.cancellation.isCancelled)
        kill(getpid(), SIGINT)
        while !interruption.cancellation.isCancelled { try await Task.sleep(for: .milliseconds(5)) }
        #expect(throws: Interrupted.self) { try interruption.cancellation.check() }
        let told = pipe.fileHandleForReading.availableData
        #expect(String(decoding: told, as: UTF8.self).hasPrefix("apus: stopping"))
    }
}
