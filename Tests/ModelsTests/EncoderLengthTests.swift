import ApusTesting
import Attention
import Diagnostics
import ModelFiles
import Models
import Positions
import Tensors
import Testing

@Suite("Encoders beyond the length they were trained for")
struct EncoderLengthTests {
    private static func source(_ name: String, in folder: TemporaryFolder, config change: (String) -> String = { $0 }) throws
        -> HuggingFaceSource
    {
        var checkpoint = try TinyCheckpoint(encoderNamed: name)
        checkpoint.config = change(checkpoint.config)
        try checkpoint.write(to: folder.path)
        return try #require(try HuggingFaceSource(encoder: HuggingFaceFolder(path: folder.path)))
    }

    /// States of texts, read as the options say.
    private static func states(
        _ source: any ModelSource, _ texts: [[Int32]], wanted: WantedRows = .all, _ set: (inout EncoderOptions) -> Void = { _ in }
    ) throws -> [[[Float]]] {
        var options = EncoderOptions()
        set(&options)
        let encoder = try TextEncoder(source: source, compute: Compute(pool: WorkerPool(threads: 2)), options: options)
        return try encoder.states(of: texts, wanted: wanted).map { states in (0..<states.rows).map { states.withRow($0, Array.init) } }
    }

    private static func text(_ count: Int) -> [Int32] {
        (0..<count).map { place -> Int32 in
            let number: Int = (place * 37 + place / 11) % 120
            return Int32(4 + number)
        }
    }

    private static func difference(_ one: [[Float]], _ other: [[Float]]) -> Float {
        guard one.count == other.count else { return .infinity }
        var most: Float = 0
        for (row, otherRow) in zip(one, other) {
            for (value, otherValue) in zip(row, otherRow) { most = max(most, abs(value - otherValue)) }
        }
        return most
    }

    /// A model as a GGUF file with some numbers changed.
    private static func changed(
        _ source: HuggingFaceSource, in folder: TemporaryFolder, contextLength: Int? = nil,
        _ change: (_ name: String, _ shape: [Int], _ values: [Float]) -> (shape: [Int], values: [Float])
    ) throws -> GGUFModel {
        var writer = GGUFWriter()
        for (key, value) in source.metadata.entries where !key.hasPrefix("apus.") { writer[key] = value }
        if let contextLength { writer["bert.context_length"] = .uint32(UInt32(contextLength)) }
        for tensor in source.tensors {
            let (shape, values) = change(tensor.name, tensor.shape, Tensor(decoding: try source.matrix(tensor.name)).array)
            try writer.add(tensor: tensor.name, shape: shape, type: .f32, bytes: values.withUnsafeBytes(Array.init))
        }
        let path = folder.file("changed.gguf")
        try writer.write(to: path)
        return try GGUFModel(path: path)
    }

    @Test(
        "A longer text reads a table as if the rows that the scheme stands for were there",
        arguments: ["linear:3", "grouped:2", "grouped", "recurrent"])
    func tables(scheme: String) throws {
        let folder = try TemporaryFolder(), source = try Self.source("bert", in: folder), tokens = 190
        let row: (Int) -> (Int, Float) = { position in
            switch scheme {
            case "linear:3": (min(95, position / 3), position >= 285 ? 0 : Float(position % 3) / 3)
            case "recurrent": (position % 96, 0)
            default: (position / 2, 0)
            }
        }
        let long = try Self.changed(source, in: folder, contextLength: tokens) { name, shape, values in
            guard name == "position_embd.weight" else { return (shape, values) }
            let table = (0..<tokens).flatMap { position -> [Float] in
                let (first, share) = row(position), next = min(95, first + 1)
                return (0..<32).map { column -> Float in
                    let own: Float = values[first * 32 + column], behind: Float = values[next * 32 + column]
                    return (1 - share) * own + share * behind
                }
            }
            return ([tokens, 32], table)
        }
        let texts = [Self.text(tokens), Self.text(20)]
        let found = try Self.states(source, texts) { ($0.positions, $0.contextLength) = (scheme, tokens) }
        let expected = try Self.states(long, [texts[0]])
        #expect(Self.difference(found[0], expected[0]) < 1e-5)
        #expect(try found[1] == Self.states(source, [texts[1]])[0], "texts that fit are read as always, to the last bit")
    }

    @Test("What changes nothing changes no bit", arguments: ["bert", "mpnet", "nomic-bert", "modernbert"])
    func nothing(name: String) throws {
        let folder = try TemporaryFolder(), source = try Self.source(name, in: folder), texts = [Self.text(60), Self.text(1)]
        let plain = try Self.states(source, texts)
        #expect(try Self.states(source, texts) { $0.temperatureScale = 1 } == plain)
        #expect(try Self.states(source, texts) { $0.positions = "model+log" } == plain)
        guard name.hasSuffix("bert"), name != "bert" else { return }
        #expect(try Self.states(source, texts) { $0.method = "selfextend:3:20" } == plain, "the texts fit the window")
        #expect(try Self.states(source, texts) { $0.positions = "ntk:1" } == plain)
    }

    @Test("A temperature scale of 2 is undone by queries of twice the length, and one token knows no temperature")
    func temperature() throws {
        let folder = try TemporaryFolder(), source = try Self.source("bert", in: folder), texts = [Self.text(70), Self.text(1)]
        let plain = try Self.states(source, texts)
        let doubled = try Self.changed(source, in: folder) { name, shape, values in
            (shape, name.contains("attn_q.") ? values.map { 2 * $0 } : values)
        }
        let undone = try Self.states(doubled, texts) { $0.temperatureScale = 2 }
        #expect(Self.difference(undone[0], plain[0]) < 1e-5)
        let warm = try Self.states(source, texts) { $0.temperatureScale = 0.5 }
        #expect(Self.difference(warm[0], plain[0]) > 1e-2 && warm[1] == plain[1])
    }

    @Test("With the logarithm, a long text's queries grow as the scale says")
    func logarithm() throws {
        let folder = try TemporaryFolder(), source = try Self.source("nomic-bert", in: folder), text = Self.text(300)
        let factor = QueryScale.logarithmic(beyond: 128).factor(at: 299)
        let scaled = try Self.states(source, [text]) { ($0.positions, $0.contextLength) = ("linear:3+log", 384) }
        let other = try Self.states(source, [text]) {
            ($0.positions, $0.contextLength, $0.temperatureScale) = ("linear:3", 384, 1 / factor)
        }
        #expect(factor > 1.1 && Self.difference(scaled[0], other[0]) < 1e-5)
    }

    @Test("Groups of one are no groups, and larger ones change long texts only where they are far")
    func selfExtend() throws {
        let folder = try TemporaryFolder(), source = try Self.source("nomic-bert", in: folder), text = Self.text(200)
        let plain = try Self.states(source, [text]) { $0.contextLength = 200 }[0]
        let ones = try Self.states(source, [text]) { ($0.method, $0.contextLength) = ("selfextend:1:20", 200) }[0]
        #expect(Self.difference(ones, plain) < 2e-5)
        let groups = try Self.states(source, [text]) { $0.method = "selfextend:4:20" }[0]
        #expect(Self.difference(groups, plain) > 1e-3)
        let encoder = try TextEncoder(
            source: source, compute: Compute(pool: WorkerPool(threads: 1)), options: options { $0.method = "selfextend:4:20" })
        #expect(encoder.window == (128 - 20) * 4 + 20)
    }

    private func options(_ set: (inout EncoderOptions) -> Void) -> EncoderOptions {
        var options = EncoderOptions()
        set(&options)
        return options
    }

    @Test(
        "What cannot serve a model is refused with the reason",
        arguments: [
            ("bert", "ntk:4", nil, nil, "learned"), ("bert", nil, "selfextend:2:8", nil, "rotates"), ("bert", nil, nil, 97, "--positions"),
            ("bert", nil, "sliding:8", nil, "selfextend"), ("nomic-bert", "grouped", nil, nil, "table"),
            ("nomic-bert", nil, "selfextend:2:128", nil, "window"), ("modernbert", "nonsense:2", nil, nil, "nonsense"),
            ("bert", "linear", nil, nil, "--context-length"),
        ] as [(String, String?, String?, Int?, String)])
    func refusals(name: String, positions: String?, method: String?, length: Int?, word: String) throws {
        let folder = try TemporaryFolder(), source = try Self.source(name, in: folder)
        #expect {
            _ = try Self.states(source, [[5]]) { ($0.positions, $0.method, $0.contextLength) = (positions, method, length) }
        } throws: { ($0 as? any Failure)?.kind == .usage && "\($0)".contains(word) }
    }

    @Test("Global tokens and temperatures that make no sense are refused")
    func senseless() throws {
        let folder = try TemporaryFolder(), source = try Self.source("bert", in: folder)
        #expect(throws: EncoderError.noGlobalTokens(architecture: "bert")) { try Self.states(source, [[5]]) { $0.globalTokens = 1 } }
        for scale in [0, -1, .nan, .infinity] {
            #expect(throws: EncoderError.self) { try Self.states(source, [[5]]) { $0.temperatureScale = scale } }
        }
    }
}

@Suite("Patterns of encoders")
struct EncoderPatternTests {
    private static func encoder(_ name: String, globals: Int = 0, _ change: (inout JSONObject) -> Void = { _ in }) throws -> TextEncoder {
        let checkpoint = try TinyCheckpoint(encoderNamed: name), folder = try TemporaryFolder()
        var settings = try #require(try JSONValue(parsing: Array(checkpoint.config.utf8), path: "config.json").object),
            options = EncoderOptions()
        change(&settings)
        options.globalTokens = globals
        return try withExtendedLifetime(folder) {
            try checkpoint.write(to: folder.path)
            _ = try folder.write(Array(JSONValue.object(settings).serialized().utf8), as: "config.json")
            let source = try #require(try HuggingFaceSource(encoder: HuggingFaceFolder(path: folder.path)))
            return try TextEncoder(source: source, compute: Compute(pool: WorkerPool(threads: 2)), options: options)
        }
    }

    private static func rows(_ encoder: TextEncoder, _ text: [Int32], _ wanted: WantedRows = .all) throws -> [[Float]] {
        let states = try encoder.states(of: [text], wanted: wanted)[0]
        return (0..<states.rows).map { states.withRow($0, Array.init) }
    }

    private static func text(_ count: Int) -> [Int32] { (0..<count).map { Int32(4 + $0 * 41 % 120) } }

    private static func differ(_ one: [Float], _ other: [Float]) -> Bool { zip(one, other).contains { abs($0 - $1) > 1e-6 } }

    @Test("A window that holds the whole text and no global token are full attention")
    func wideWindow() throws {
        let wide = try Self.encoder("longformer") { $0["attention_window"] = .integer(200) }
        let full = try Self.encoder("longformer") { $0["model_type"] = .string("roberta") }
        #expect(try Self.rows(wide, Self.text(90)) == Self.rows(full, Self.text(90)))
    }

    @Test("Without global tokens a token knows those within the windows of all layers, with one it knows all")
    func receptiveField() throws {
        // Windows of 16 and 8: 8 and 4 tokens on either side.
        let text = Self.text(90), encoder = try Self.encoder("longformer"), before = try Self.rows(encoder, text)
        var other = text
        other[45] = other[45] == 5 ? 6 : 5
        let after = try Self.rows(encoder, other)
        #expect((0..<90).filter { Self.differ(before[$0], after[$0]) } == Array(33...57))
        let global = try Self.encoder("longformer", globals: 1)
        #expect(zip(try Self.rows(global, text), try Self.rows(global, other)).allSatisfy(Self.differ))
    }

    @Test("BigBird sees short texts whole, and blocks of longer ones")
    func blocks() throws {
        let blocks = try Self.encoder("bigbird"), whole = try Self.encoder("bigbird") { $0["attention_type"] = .string("original_full") }
        #expect(try Self.rows(blocks, Self.text(42)) == Self.rows(whole, Self.text(42)))
        #expect(zip(try Self.rows(blocks, Self.text(43)), try Self.rows(whole, Self.text(43))).contains(where: Self.differ))
        // A token in the middle of a single layer: its neighbours' blocks, and the first and the last, see it.
        let one = try Self.encoder("bigbird") { $0["num_hidden_layers"] = .integer(1) }
        let text = Self.text(60), before = try Self.rows(one, text)
        var other = text
        other[27] = other[27] == 5 ? 6 : 5
        let after = try Self.rows(one, other)
        #expect((0..<60).filter { Self.differ(before[$0], after[$0]) } == Array(0..<6) + Array(18..<36) + Array(54..<60))
    }

    @Test("The first or the last state alone is that of all", arguments: TinyCheckpoint.encoderNames)
    func wanted(name: String) throws {
        let globals = try TinyCheckpoint(encoderNamed: name).globalTokens, encoder = try Self.encoder(name, globals: globals)
        let texts = [Self.text(70), Self.text(3), Self.text(33)], all = try encoder.states(of: texts)
        for wanted in [WantedRows.first, .last] {
            for (all, one) in zip(all, try encoder.states(of: texts, wanted: wanted)) {
                let row = all.withRow(wanted == .first ? 0 : all.rows - 1, Array.init)
                #expect(one.rows == 1 && zip(row, one.array).allSatisfy { abs($0 - $1) < 1e-5 })
            }
        }
    }
}
