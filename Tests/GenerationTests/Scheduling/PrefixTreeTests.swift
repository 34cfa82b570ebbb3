import ApusTesting
import Testing

@testable import Generation

@Suite("The tree of prefixes")
struct PrefixTreeTests {
    /// What is kept for a run of tokens is the run itself.
    struct Run: PrefixValue, Equatable {
        let tokens: [Int32]
        var canBeCut = true

        func cut(to length: Int) -> Run? {
            if length == tokens.count { return self }
            return canBeCut && length < tokens.count ? Run(tokens: Array(tokens.prefix(length))) : nil
        }
    }

    private static func common(_ a: [Int32], _ b: [Int32]) -> Int { zip(a, b).prefix { $0 == $1 }.count }

    @Test("It finds the longest beginning that any run has, as comparing with all of them does", arguments: 0..<20)
    func longest(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let tree = PrefixTree<Run>()
        var kept: [[Int32]] = []
        for _ in 0..<200 {
            let tokens = (0..<Int.random(in: 1...9, using: &random)).map { _ in Int32.random(in: 0...2, using: &random) }
            let best = kept.map { Self.common($0, tokens) }.max() ?? 0
            #expect(tree.commonLength(with: tokens) == best)
            let found = tree.longestPrefix(of: tokens)
            #expect((found?.length ?? 0) == best)
            #expect(found?.value.tokens == (best > 0 ? Array(tokens.prefix(best)) : nil))
            if Bool.random(using: &random) {
                tree.insert(tokens, Run(tokens: tokens))
                kept.append(tokens)
            }
        }
        #expect(tree.count <= Set(kept).count)
    }

    @Test("Values that cannot be cut serve at their own ends alone")
    func uncut() {
        let tree = PrefixTree<Run>()
        tree.insert([1, 2, 3, 4], Run(tokens: [1, 2, 3, 4], canBeCut: false))
        tree.insert([1, 2], Run(tokens: [1, 2], canBeCut: false))
        #expect(tree.count == 2)
        #expect(tree.longestPrefix(of: [1, 2, 3])?.length == 2)
        #expect(tree.longestPrefix(of: [1, 2, 3, 4, 5])?.length == 4)
        #expect(tree.longestPrefix(of: [1]) == nil)
    }

    @Test("What was used least recently goes first, and a shared beginning stays while it is used")
    func eviction() {
        let tree = PrefixTree<Run>()
        tree.insert([1, 1, 1, 5], Run(tokens: [1, 1, 1, 5]))
        tree.insert([1, 1, 1, 6], Run(tokens: [1, 1, 1, 6]))
        tree.insert([2, 2], Run(tokens: [2, 2]))
        _ = tree.longestPrefix(of: [1, 1, 1, 7])
        #expect(tree.removeLeastRecent())
        #expect(tree.longestPrefix(of: [1, 1, 1, 5])?.length == 3)
        #expect(tree.removeLeastRecent() && tree.removeLeastRecent())
        #expect(tree.longestPrefix(of: [2, 2]) == nil)
        #expect(tree.longestPrefix(of: [1, 1, 1, 6])?.length == 3)
        #expect(tree.removeLeastRecent() && tree.count == 0)
        #expect(!tree.removeLeastRecent())
    }

    @Test("Whatever is put in and taken out, what is found is a beginning that was put in", arguments: 0..<10)
    func churn(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 100)
        let tree = PrefixTree<Run>()
        var kept: [[Int32]] = []
        for _ in 0..<500 {
            let tokens = (0..<Int.random(in: 1...12, using: &random)).map { _ in Int32.random(in: 0...1, using: &random) }
            switch Int.random(in: 0..<4, using: &random) {
            case 0: _ = tree.removeLeastRecent()
            case 1:
                guard let found = tree.longestPrefix(of: tokens) else { continue }
                #expect(found.value.tokens == Array(tokens.prefix(found.length)))
                #expect(kept.contains { $0.starts(with: found.value.tokens) })
            default:
                tree.insert(tokens, Run(tokens: tokens, canBeCut: Bool.random(using: &random)))
                kept.append(tokens)
            }
        }
        while tree.removeLeastRecent() {}
        #expect(tree.count == 0)
    }
}
