/// One part of a composition as it is written, `full:1/3@middle` or `streaming:4:508@0-3,7`: a method, and which layers it serves.
struct LayerPart {
    /// Where a share of the layers stands; the bottom is nearest to the input.
    enum Place: String, CaseIterable {
        case bottom, middle, top, every
    }

    /// Which layers a part serves.
    private enum Layers {
        case share(Int, of: Int, Place)
        case listed([ClosedRange<Int>])
        /// All that no other part serves.
        case rest
    }

    /// The method with its options.
    let method: String
    private let layers: Layers

    /// How the part is written behind its method's own name.
    var suffix: String {
        switch layers {
        case .share(let count, let total, let place): ":\(count)/\(total)@\(place.rawValue)"
        case .listed(let runs):
            "@" + runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
        case .rest: ""
        }
    }

    /// - Parameter whole: the composition, for messages.
    init(_ text: Substring, of whole: String) throws(AttentionError) {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        guard let first = halves.first, !first.isEmpty, halves.count <= 2 else {
            throw .badComposition(method: whole, reason: "\"\(text)\" is not a method with the layers that it serves")
        }
        var words = first.split(separator: ":", omittingEmptySubsequences: false)
        let share = words.last.flatMap(Self.share)
        if share != nil { words.removeLast() }
        method = words.joined(separator: ":")
        layers = try Self.layers(share: share, place: halves.count == 2 ? halves[1] : nil, of: whole)
    }

    private static func layers(
        share: (count: Int, total: Int)?, place: Substring?, of whole: String
    ) throws(AttentionError) -> Layers {
        switch (share, place) {
        case (nil, nil): return .rest
        case (let share?, nil): return .share(share.count, of: share.total, .middle)
        case (let share?, let place?):
            guard let place = Place(rawValue: String(place)) else {
                let known = Place.allCases.map(\.rawValue).joined(separator: ", ")
                throw .badComposition(method: whole, reason: "a share of the layers stands at one of \(known), not at \"\(place)\"")
            }
            return .share(share.count, of: share.total, place)
        case (nil, let place?):
            guard let runs = runs(place) else {
                throw .badComposition(method: whole, reason: "\"\(place)\" lists no layers, and there is no share such as :1/3 before it")
            }
            return .listed(runs)
        }
    }

    /// "1/3": from above nothing to all.
    private static func share(_ text: Substring) -> (count: Int, total: Int)? {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false)
        guard numbers.count == 2, let count = Int(numbers[0]), let total = Int(numbers[1]), count > 0, total >= count, total <= 1 << 20
        else {
            return nil
        }
        return (count, total)
    }

    /// "0-3,7"
    private static func runs(_ text: Substring) -> [ClosedRange<Int>]? {
        var runs: [ClosedRange<Int>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first >= 0, first <= last else {
                return nil
            }
            runs.append(first...last)
        }
        return runs
    }
}

// MARK: - Which part serves which layer

extension LayerPart {
    /// Lists first, then shares of what is free in their order, then the part that takes the rest.
    /// - Returns: for each layer the number of its part.
    static func assign(_ parts: [LayerPart], layers: Int, of whole: String) throws(AttentionError) -> [Int] {
        var owner = [Int?](repeating: nil, count: layers)
        for (index, part) in parts.enumerated() {
            guard case .listed(let runs) = part.layers else { continue }
            for run in runs {
                guard run.upperBound < layers else {
                    throw .badComposition(method: whole, reason: "the model has no layer \(run.upperBound), only 0 to \(layers - 1)")
                }
                for layer in run {
                    guard owner[layer] == nil else { throw .badComposition(method: whole, reason: "layer \(layer) is given away twice") }
                    owner[layer] = index
                }
            }
        }
        for (index, part) in parts.enumerated() {
            guard case .share(let share, let total, let place) = part.layers else { continue }
            let free = owner.indices.filter { owner[$0] == nil }, count = max(1, (2 * layers * share + total) / (2 * total))
            guard count <= free.count else {
                throw .badComposition(
                    method: whole, reason: "\(share)/\(total) of \(layers) layers are \(count), and only \(free.count) are left")
            }
            for layer in chosen(count, from: free, at: place) { owner[layer] = index }
        }
        return try giveRest(owner, parts: parts, of: whole)
    }

    private static func chosen(_ count: Int, from free: [Int], at place: Place) -> ArraySlice<Int> {
        switch place {
        case .bottom: free.prefix(count)
        case .middle: free.dropFirst((free.count - count) / 2).prefix(count)
        case .top: free.suffix(count)
        case .every: free.indices.filter { ($0 + 1) * count / free.count > $0 * count / free.count }.map { free[$0] }[...]
        }
    }

    private static func giveRest(_ owner: [Int?], parts: [LayerPart], of whole: String) throws(AttentionError) -> [Int] {
        let takers = parts.indices.filter { if case .rest = parts[$0].layers { true } else { false } }
        let left = owner.count { $0 == nil }
        guard takers.count <= 1 else {
            throw .badComposition(
                method: whole, reason: "both \(parts[takers[0]].method) and \(parts[takers[1]].method) are to take the remaining layers")
        }
        guard let taker = takers.first else {
            guard left == 0 else { throw .badComposition(method: whole, reason: "\(left) layers are left without a method") }
            return owner.compactMap(\.self)
        }
        guard left > 0 else { throw .badComposition(method: whole, reason: "no layer is left for \(parts[taker].method)") }
        return owner.map { $0 ?? taker }
    }
}
