import Testing

@testable import Positions

@Suite("Names of position schemes")
struct PositionRegistryTests {
    private static let geometry = RotaryGeometry(headDim: 64, rotaryDim: 64, layout: .halves, base: 1e4, trainedLength: 2048)

    @Test("What is worth trying for a length is written as a person would, and serves every model that needs nothing besides")
    func trials() throws {
        let trials = PositionRegistry.trials(for: Stretch(window: 1024, length: 65_000))
        #expect(trials.contains("yarn:64") && trials.contains("dynamic-ntk") && Set(trials).count == trials.count)
        for text in trials where text != "longrope" { #expect(try choice(text, length: 65_000).scheme != nil) }
    }

    private func choice(_ text: String, own: any PositionScheme = ModelPositions(), length: Int? = nil) throws -> PositionRegistry.Choice {
        try PositionRegistry.choice(text, for: Self.geometry, own: own, length: length)
    }

    @Test(
        "Names and options make schemes, whose names say the same again",
        arguments: [
            "none", "linear:2", "ntk:4", "dynamic-ntk:2", "ntk-by-parts:8", "yarn:4", "yarn:2.5", "llama3:8", "truncated", "truncated:4096",
            "power:0.5", "abf:500000",
        ])
    func names(text: String) throws {
        #expect(try choice(text).scheme?.name == text)
        #expect(try choice(text + "+log").scheme?.name == text)
        #expect(try choice(text + "+log").scalesQueries)
    }

    @Test("What is left out comes from the wanted length, or is usual")
    func defaults() throws {
        #expect(try choice("model").scheme == nil)
        #expect(try choice("yarn", length: 8192).scheme?.name == "yarn:4")
        #expect(try choice("linear:2", length: 8192).scheme?.name == "linear:2")
        #expect(try choice("linear", length: 100).scheme?.name == "linear:1")
        #expect(try choice("llama3").scheme?.name == "llama3:8")
        #expect(try choice("dynamic-ntk").scheme?.name == "dynamic-ntk:2")
        let lists = LongRoPEPositions(shortFactors: [], longFactors: [], originalLength: 1024, stretch: 4)
        #expect(try choice("longrope", own: lists).scheme is LongRoPEPositions)
    }

    @Test(
        "What makes no sense is refused, and the error says what would",
        arguments: [
            ("yarm:4", "ntk-by-parts"), ("yarn", "--context-length"), ("yarn:", "yarn:FACTOR"), ("yarn:four", "yarn:FACTOR"),
            ("yarn:0.5", "from 1"), ("yarn:nan", "yarn:FACTOR"), ("none:3", "write none"), ("power", "power:EXPONENT"),
            ("abf:0", "abf:BASE"), ("truncated:2.5e12", "truncated[:TOKENS]"), ("longrope", "brings none"),
            ("model:2", "no position scheme"),
            ("clex", "clex:FILE"), ("clex:/nowhere/file", "/nowhere/file"),
        ])
    func refusals(text: String, expected: String) throws {
        #expect { try choice(text) } throws: { "\($0)".contains(expected) }
    }
}
