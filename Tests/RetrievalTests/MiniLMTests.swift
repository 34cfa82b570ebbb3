import ApusTesting
import Foundation
import Retrieval
import Testing

@Suite("A real model, held to sentence-transformers")
struct MiniLMTests {
    /// Where all-MiniLM-L6-v2 lies: `Scripts/fetch-minilm.sh` makes the folder.
    static let folder = ProcessInfo.processInfo.environment["APUS_MINILM"]

    struct Case: Decodable {
        let text: String
        let vector: [Float]
    }

    /// What `Scripts/make-sentence-goldens.py` wrote.
    static func golden() throws -> [Case] {
        struct Golden: Decodable { let cases: [Case] }
        let url = URL(fileURLWithPath: ExternalData.fixture("encoders/minilm.json"))
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url)).cases
    }

    @Test(
        "all-MiniLM-L6-v2 makes the same vectors, of a text that it has to cut too",
        .enabled(if: folder != nil, "needs APUS_MINILM, the folder that Scripts/fetch-minilm.sh makes"))
    func agreement() async throws {
        let golden = try Self.golden()
        let embedder = try Embedder(at: try #require(Self.folder), threads: 2)
        let texts = try embedder.prepare(golden.map { Array($0.text.utf8) }, truncates: true)
        let vectors = try await embedder.embed(texts)
        #expect(texts.contains { $0.cutTokens > 0 })
        var farthest = 0.0
        for (golden, vector) in zip(golden, vectors) {
            #expect(vector.count == golden.vector.count)
            let cosine = zip(vector, golden.vector).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            farthest = max(farthest, 1 - cosine)
        }
        #expect(farthest < 1e-4, "the cosine is \(farthest) short of 1")
    }
}
