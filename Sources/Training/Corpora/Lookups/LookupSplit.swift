import Diagnostics

/// What is trained on, and what is kept back to test with.
package enum LookupSplit: String, CaseIterable, Codable, Sendable {
    case training
    case heldOut = "held-out"

    /// One value in so many is held out.
    private static let stride: UInt64 = 8

    /// Whether a value, a name or a key belongs to this part. Its text alone decides, so that nothing is ever in both.
    package func contains(_ text: String) -> Bool {
        let isHeldOut = Fingerprint(of: text.utf8).value >> 16 % Self.stride == 0
        return isHeldOut == (self == .heldOut)
    }

    /// Draws until the value belongs to this part.
    func draw(_ random: inout CorpusRandom, _ make: (inout CorpusRandom) -> String) -> String {
        while true {
            let value = make(&random)
            if contains(value) { return value }
        }
    }
}
