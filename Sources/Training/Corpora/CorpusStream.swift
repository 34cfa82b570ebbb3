/// Any of the streams, chosen while the program runs.
package enum CorpusStream: BatchStream {
    case concatenated(ConcatenatedStream)
    case decomposition(DecompositionStream)
    case lookups(LookupStream)
    case mixed(MixedStream)

    package enum State: Codable, Hashable, Sendable {
        case concatenated(ConcatenatedStream.State)
        case decomposition(DecompositionStream.State)
        case lookups(LookupStream.State)
        case mixed(MixedStream.State)
    }

    /// Where the stream stands. A state that does not `fit` changes nothing.
    package var state: State {
        get {
            switch self {
            case .concatenated(let stream): .concatenated(stream.state)
            case .decomposition(let stream): .decomposition(stream.state)
            case .lookups(let stream): .lookups(stream.state)
            case .mixed(let stream): .mixed(stream.state)
            }
        }
        set {
            switch (self, newValue) {
            case (.concatenated(var stream), .concatenated(let state)):
                stream.state = state
                self = .concatenated(stream)
            case (.decomposition(var stream), .decomposition(let state)):
                stream.state = state
                self = .decomposition(stream)
            case (.lookups(var stream), .lookups(let state)):
                stream.state = state
                self = .lookups(stream)
            case (.mixed(var stream), .mixed(let state)):
                stream.state = state
                self = .mixed(stream)
            default: break
            }
        }
    }

    /// Whether the state can be one of a stream made as this one: one read from a file must be asked first.
    package func fits(_ state: State) -> Bool {
        switch (self, state) {
        case (.concatenated(let stream), .concatenated(let state)): stream.fits(state)
        case (.decomposition(let stream), .decomposition(let state)): stream.fits(state)
        case (.lookups, .lookups): true
        case (.mixed(let stream), .mixed(let state)): stream.fits(state)
        default: false
        }
    }

    package func samples() throws -> [[PackedBatch]] {
        guard case .mixed(let stream) = self else { return [] }
        return try stream.samples()
    }

    package mutating func next() throws -> [PackedBatch] {
        switch self {
        case .concatenated(var stream):
            defer { self = .concatenated(stream) }
            return stream.next()
        case .decomposition(var stream):
            defer { self = .decomposition(stream) }
            return stream.next()
        case .lookups(var stream):
            defer { self = .lookups(stream) }
            return try stream.next()
        case .mixed(var stream):
            defer { self = .mixed(stream) }
            return try stream.next()
        }
    }
}
