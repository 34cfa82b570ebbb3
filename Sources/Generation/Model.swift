import Attention
import Diagnostics
import Documents
import Foundation
import KeyValues
import ModelFiles
import Models
import Tensors
import Tokenizers

/// A language model, opened from a file and ready to read and write.
///
///     let model = try Model(at: "qwen2.5-0.5b-q8_0.gguf")
///     let reading = try await model.read(text, method: .streaming(window: 4096))
///     for try await piece in reading.ask("Who keeps the key?") { print(piece.text, terminator: "") }
///
/// Work on one model is done one request after another, on a thread of its own; several models may live in one process.
public actor Model {
    /// The file or folder that the model came from.
    public nonisolated let path: String
    package nonisolated let decoder: Decoder
    package nonisolated let arena: PageArena
    private nonisolated let thread: ModelThread
    private var foundRetrievalHeads: RetrievalHeads?

    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Opens a GGUF file, or a folder in the layout of Hugging Face. The weights are mapped, not loaded: the first tokens bring
    /// them into memory.
    ///
    /// - Parameters:
    ///   - threads: how many threads compute; `nil` for all of the machine's cores.
    ///   - memoryLimit: bytes that keys and values of all that is read may take of the memory; what passes it lies in temporary files, of which
    ///     nothing remains, or in those of a saved reading. The weights, which are mapped, and the tables of pages (about 200 bytes a
    ///     page) are not counted. `nil`: no limit.
    /// - Throws: an error that says what is wrong with the files and where.
    public init(at path: String, threads: Int? = nil, memoryLimit: Int? = nil) throws {
        let files = try OpenedModel(path: path)
        let pool = WorkerPool(threads: threads ?? WorkerPool.machineThreads)
        decoder = try Decoder(files, compute: Compute(pool: pool, kernels: Kernels.chosen()))
        arena = PageArena(limit: memoryLimit)
        thread = ModelThread(label: "model \(path)")
        self.path = path
    }

    /// The window that the model was trained for, in tokens.
    public nonisolated var contextLength: Int { decoder.configuration.contextLength }

    /// How many threads compute.
    public nonisolated var threads: Int { decoder.compute.pool.threads }

    /// The heads that look things up, found at the first call by a copying test.
    func retrievalHeads() throws -> RetrievalHeads {
        if let foundRetrievalHeads { return foundRetrievalHeads }
        let heads = try RetrievalHeads.find(in: decoder, arena: arena)
        foundRetrievalHeads = heads
        return heads
    }

    /// Takes over what a saved reading knows about the model.
    func adopt(_ heads: RetrievalHeads, from folder: ReadingFolder) throws {
        guard heads.heads.allSatisfy({ decoder.hasHead($0) }) else {
            throw ReadingError.damaged(file: folder.manifestFile, reason: "it names heads that the model does not have")
        }
        if foundRetrievalHeads == nil { foundRetrievalHeads = heads }
    }
}

extension Models.Decoder {
    fileprivate func hasHead(_ head: RetrievalHeads.Head) -> Bool {
        (0..<configuration.layers).contains(head.layer) && (0..<configuration.heads).contains(head.head)
    }
}
