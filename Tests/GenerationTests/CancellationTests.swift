import Diagnostics
import Testing

@Suite("Cancellation") struct CancellationTests {
    @Test("Work goes on until somebody asks it to stop, from whatever thread")
    func cancel() async throws {
        let cancellation = Cancellation()
        try cancellation.check()
        await Task.detached { cancellation.cancel() }.value
        #expect(cancellation.isCancelled)
        #expect(throws: Interrupted(activity: "reading book.txt")) { try cancellation.check("reading book.txt") }
    }

    @Test("A cancellation within another ends with it, but does not end it")
    func within() {
        let outer = Cancellation(), one = Cancellation(within: outer), two = Cancellation(within: outer)
        one.cancel()
        #expect(one.isCancelled && !two.isCancelled && !outer.isCancelled)
        outer.cancel()
        #expect(two.isCancelled)
    }

    @Test("An interruption says what it interrupted and exits with 130")
    func interrupted() {
        #expect(
            Interrupted(activity: "reading book.txt").description == "interrupted while reading book.txt; what was finished before is kept")
        #expect(Interrupted().description == "interrupted; what was finished before is kept")
        #expect(Interrupted().kind.exitCode == 130)
    }
}
