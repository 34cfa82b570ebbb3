/// Documents end to end, cut into chunks of one length, in another random order in every epoch.
///
/// A document of n tokens gives n - 1 inputs, each with the next token as its target, so that no target crosses into another document. The
/// last chunk, if it is not full, is left out.
package struct ConcatenatedStream: BatchStream {
    package enum Packing: String, CaseIterable, Codable, Sendable {
        /// A chunk is one sequence: attention goes back over the borders of documents.
        case chunks
        /// A chunk is as many sequences as documents have parts in it: attention ends at their borders.
        case documents
    }

    package struct Options: Hashable, Sendable {
        /// Inputs of a chunk.
        package var length: Int
        package var step: StepSize
        package var packing = Packing.documents
        package var offsets = PositionOffsets()
        package var seed: UInt64 = 0

        package init(length: Int, step: StepSize) {
            self.length = length
            self.step = step
        }
    }

    package struct State: Codable, Hashable, Sendable {
        package var epoch = 0
        /// Chunks of this epoch that have been given.
        package var chunk = 0
    }

    package let options: Options
    package var state = State() {
        didSet { if oldValue.epoch != state.epoch { arrange() } }
    }

    private let corpus: TokenCorpus
    private let chunksPerStep: Int
    private let chunkCount: Int
    /// Of this epoch: documents, in the order in which they are joined, and the inputs before each.
    private var documents: [TokenCorpus.Document] = []
    private var starts: [Int] = []
    private var order: [Int32] = []

    /// - Throws: `CorpusError` where the corpus does not fill one step, or chunks do not fill a step exactly.
    package init(_ corpus: TokenCorpus, options: Options) throws(CorpusError) {
        self.corpus = corpus
        self.options = options
        chunksPerStep = try options.step.sequences(of: options.length)
        let inputs = corpus.documents.reduce(0) { $0 + max(0, $1.range.count - 1) }
        chunkCount = inputs / options.length
        guard chunkCount >= chunksPerStep else {
            throw .tooLittle(stream: "corpus", found: inputs, needed: options.step.tokens)
        }
        arrange()
    }

    /// Steps until the next epoch begins.
    package var stepsPerEpoch: Int { chunkCount / chunksPerStep }

    /// Whether the state can be one of this stream.
    package func fits(_ state: State) -> Bool { state.epoch >= 0 && (0...chunkCount).contains(state.chunk) }

    package mutating func next() -> [PackedBatch] {
        if state.chunk + chunksPerStep > chunkCount { state = State(epoch: state.epoch + 1) }
        let chunks = order[state.chunk..<state.chunk + chunksPerStep].map { Int($0) }
        state.chunk += chunksPerStep
        return options.step.parts(chunks, length: options.length, add)
    }

    private mutating func arrange() {
        var random = CorpusRandom(seed: options.seed, state.epoch)
        documents = corpus.documents.filter { $0.range.count > 1 }
        random.shuffle(&documents)
        starts = documents.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.range.count - 1) }
        order = random.order(of: chunkCount)
    }

    private func add(_ chunk: Int, to batch: inout PackedBatch) {
        let inputs = chunk * options.length..<(chunk + 1) * options.length
        let position = options.offsets.first(length: options.length, seed: options.seed, state.epoch, chunk)
        if options.packing == .chunks { batch.sequences.append(.init(count: options.length, firstPosition: position)) }
        var document = (starts.firstIndex { $0 > inputs.lowerBound } ?? 1) - 1
        while document < documents.count, starts[document] < inputs.upperBound {
            let part = (starts[document]..<starts[document + 1]).clamped(to: inputs)
            let first = documents[document].range.lowerBound + part.lowerBound - starts[document]
            batch.tokens += corpus.tokens[first..<first + part.count]
            batch.targets += corpus.tokens[first + 1..<first + 1 + part.count]
            batch.weights += Array(repeating: 1, count: part.count)
            if options.packing == .documents {
                batch.sequences.append(.init(count: part.count, firstPosition: position))
            }
            document += 1
        }
    }
}
