import ApusTesting
import ModelFiles
import Testing

@Suite("Damaged GGUF files are refused")
struct GGUFDamageTests {
    private func problem(_ raw: RawGGUF) -> ModelFileError.Problem? { error(raw)?.problem }

    private func error(_ raw: RawGGUF) -> ModelFileError? { failure { _ = try openGGUF(raw.bytes) } }

    /// One entry of the given type, written by `body`.
    private func entry(version: UInt32 = 3, type: UInt32, _ body: (inout RawGGUF) -> Void) -> RawGGUF {
        var raw = RawGGUF(version: version, tensors: 0, entries: 1)
        raw.key("some.key", type: type)
        body(&raw)
        return raw
    }

    /// One tensor "t" of 4 float32 with 16 bytes of data, varied by the arguments.
    private func oneTensor(dimensions: [UInt64] = [4], type: UInt32 = 0, offset: UInt64 = 0) -> RawGGUF {
        var raw = RawGGUF(tensors: 1, entries: 0)
        raw.tensor("t", dimensions: dimensions, type: type, offset: offset)
        raw.data(16)
        return raw
    }

    @Test("The undamaged pattern of these tests is accepted")
    func pattern() throws {
        let file = try openGGUF(oneTensor().bytes)
        #expect(file.tensors.map(\.shape) == [[4]])
        #expect(try openGGUF(oneTensor(dimensions: []).bytes).range(of: "t")?.count == 4)
        #expect(try openGGUF(RawGGUF(tensors: 0, entries: 0).bytes).tensors.isEmpty)
    }

    @Test("Unknown versions, and big-endian files")
    func versions() {
        #expect(problem(RawGGUF(version: 0, tensors: 0, entries: 0)) == .unsupportedVersion(0))
        #expect(problem(RawGGUF(version: 4, tensors: 0, entries: 0)) == .unsupportedVersion(4))
        #expect(problem(RawGGUF(version: UInt32(3).byteSwapped, tensors: 0, entries: 0)) == .bigEndian)
    }

    @Test("Counts that the file cannot hold", arguments: [UInt64(1), 1 << 20, 1 << 32, 1 << 63, .max])
    func counts(count: UInt64) {
        let reached: (ModelFileError.Problem?) -> Bool = { if case .impossibleCount(_, count, _) = $0 { true } else { false } }
        #expect(reached(problem(RawGGUF(tensors: count, entries: 0))))
        #expect(reached(problem(RawGGUF(tensors: 0, entries: count))))
        for elementType: UInt32 in [0, 4, 7, 8, 9, 12] {
            #expect(
                reached(
                    problem(
                        entry(type: 9) {
                            $0.number(elementType); $0.length(count)
                        })))
        }
    }

    @Test("Strings longer than the file", arguments: [UInt64(1), 1 << 32, 1 << 63, .max])
    func strings(length: UInt64) {
        let error = error(entry(type: 8) { $0.length(length) })
        #expect(error?.problem == .truncated(field: "the value", needed: length, available: 0))
        #expect(error?.subject == .key("some.key"))
        var key = RawGGUF(tensors: 0, entries: 1)
        key.length(length)
        key.bytes += [0, 0, 0, 0]
        #expect(failure { _ = try openGGUF(key.bytes) } != nil)
    }

    @Test("Unknown value types, truth values other than 0 and 1, names that are not UTF-8")
    func values() {
        #expect(problem(entry(type: 13) { $0.number(UInt64(0)) }) == .unknownValueType(13))
        #expect(
            problem(
                entry(type: 9) {
                    $0.number(UInt32(99)); $0.length(0)
                }) == .unknownValueType(99))
        let truth = error(entry(type: 7) { $0.number(UInt8(2)) })
        #expect(truth?.problem == .invalid(field: "the truth value", reason: "is 2 instead of 0 or 1"))
        #expect(truth?.offset == 24 + 8 + 8 + 4)
        var name = RawGGUF(tensors: 0, entries: 1)
        name.length(2)
        name.bytes += [0xC3, 0x28, 0, 0, 0, 0, 0]
        #expect(problem(name) == .invalid(field: "the key of metadata entry 0", reason: "is not valid UTF-8"))
    }

    @Test("Arrays of arrays down to eight levels are read, deeper ones refused")
    func nesting() throws {
        func nested(_ levels: Int) -> RawGGUF {
            entry(type: 9) { raw in
                for _ in 1..<levels {
                    raw.number(UInt32(9))
                    raw.length(1)
                }
                raw.number(UInt32(0))
                raw.length(0)
            }
        }
        #expect(try openGGUF(nested(8).bytes).metadata.array("some.key")?.count == 1)
        #expect(problem(nested(9)) == .nestedTooDeeply(limit: 8))
        #expect(problem(nested(10_000)) == .nestedTooDeeply(limit: 8))
    }

    @Test("Names that appear twice")
    func duplicates() {
        var keys = RawGGUF(tensors: 0, entries: 2)
        for _ in 0..<2 {
            keys.key("twice", type: 0)
            keys.number(UInt8(1))
        }
        #expect(error(keys)?.problem == .duplicate)
        #expect(error(keys)?.subject == .key("twice"))
        var tensors = RawGGUF(tensors: 2, entries: 0)
        tensors.tensor("same", dimensions: [4], offset: 0)
        tensors.tensor("same", dimensions: [4], offset: 32)
        tensors.data(64)
        #expect(error(tensors)?.problem == .duplicate)
        #expect(error(tensors)?.subject == .tensor("same"))
    }

    @Test("Tensors that overlap")
    func overlaps() {
        for offsets in [[0, 0], [32, 0], [0, 32]] as [[UInt64]] {
            var raw = RawGGUF(tensors: 2, entries: 0)
            raw.tensor("first", dimensions: [16], offset: offsets[0])
            raw.tensor("second", dimensions: [16], offset: offsets[1])
            raw.data(128)
            guard case .overlaps = problem(raw) else {
                Issue.record("offsets \(offsets) were accepted")
                continue
            }
        }
    }

    @Test("Offsets out of the file or out of line")
    func offsets() {
        for offset: UInt64 in [32, 1 << 40, 1 << 62, (1 << 63) - 32, 1 << 63, .max - 31] {
            guard case .outsideFile = problem(oneTensor(offset: offset)) else {
                Issue.record("offset \(offset) was accepted")
                continue
            }
        }
        #expect(
            problem(oneTensor(offset: 4)) == .invalid(field: "its offset", reason: "is 4, not a multiple of the alignment 32"))
    }

    @Test("Shapes that overflow, have nothing, or too many dimensions, and unknown types")
    func shapes() {
        for dimensions in [[1 << 32, 1 << 32], [1 << 21, 1 << 21, 1 << 21], [1 << 62], [0], [4, 0], [1 << 63], [1, 1, 1, 1, 4]]
            as [[UInt64]]
        {
            guard case .invalid = problem(oneTensor(dimensions: dimensions)) else {
                Issue.record("dimensions \(dimensions) were accepted")
                continue
            }
        }
        guard case .outsideFile = problem(oneTensor(dimensions: [1 << 40])) else {
            Issue.record("a tensor of 4 TiB was accepted")
            return
        }
        #expect(problem(oneTensor(type: 9_999)) == .unknownTensorType(9_999))
        guard case .invalid(field: "its shape", _) = problem(oneTensor(dimensions: [33], type: 8)) else {
            Issue.record("a row of 33 was accepted as Q8_0")
            return
        }
    }

    @Test("Alignments that are no power of two from 8 up", arguments: [0, 1, 3, 4, 24, 1 << 31, 1 << 40, 1 << 63] as [UInt64])
    func alignments(alignment: UInt64) {
        var raw = RawGGUF(tensors: 1, entries: 1)
        raw.key("general.alignment", type: 10)
        raw.number(alignment)
        raw.tensor("t", dimensions: [4], offset: 0)
        raw.data(4096)
        #expect(error(raw)?.subject == .key("general.alignment"))
    }

    @Test("A tiny file cut anywhere, and a real one at every hundredth")
    func truncation() throws {
        let folder = try TemporaryFolder()
        let tiny = TinyModel(layers: 1, width: 32, heads: 1, keyValueHeads: 1, headDim: 32, feedForward: 32, type: .q4_0)
        let whole = try contents(of: tiny.write(to: folder.file("tiny.gguf")))
        let lastData = try #require(openGGUF(whole).ranges.map(\.upperBound).max())
        for length in stride(from: 0, to: lastData, by: 61) {
            #expect(failure { _ = try openGGUF(Array(whole[..<length])) } != nil, "cut to \(length) bytes")
        }
        guard ExternalData.exists(GGUFReadingTests.story) else { return }
        let story = try contents(of: ExternalData.path(GGUFReadingTests.story))
        for hundredth in 0..<100 {
            let length = story.count * hundredth / 100
            #expect(failure { _ = try openGGUF(Array(story[..<length])) } != nil, "cut to \(hundredth)%")
        }
    }

    @Test("An error is one sentence that says what, where and what to do")
    func sentences() {
        let error = error(oneTensor(offset: 1 << 40))
        #expect(
            error?.description == """
                test.gguf: tensor "t" at byte 24: its data would end at byte 1099511627856 of a file of 80 bytes; \
                the file is cut short or damaged: download or copy it again.
                """)
    }
}
