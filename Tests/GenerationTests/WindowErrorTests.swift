import Testing

@testable import Generation

@Suite("Texts that are too long")
struct WindowErrorTests {
    @Test("Only models whose positions are not a table are advised to take another method")
    func advice() {
        func text(learned: Int?) -> String {
            WindowError.tooLong(tokens: 900, reserved: 100, window: 512, method: "full", learned: learned).description
        }
        #expect(text(learned: nil).contains("--method auto"))
        #expect(!text(learned: 512).contains("--method") && text(learned: 512).contains("512 tokens"))
    }
}
