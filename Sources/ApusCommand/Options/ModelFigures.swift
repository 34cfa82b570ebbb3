import Planning
import Tensors

/// A model by its figures, as they are written on the command line: "parameters=34e9,layers=60,heads=56,key-value-heads=8,head-dim=128".
struct ModelFigures {
    static let usage = "parameters=N,layers=N,heads=N,key-value-heads=N,head-dim=N"
    private static let names = ["parameters", "layers", "heads", "key-value-heads", "head-dim", "active", "type"]

    let model: FigureModel

    /// - Throws: `PlanningError` naming the figure that is missing, unknown or none.
    init(_ text: String) throws(PlanningError) {
        var words: [String: String] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let name = pair.first, Self.names.contains(name) else { throw .unknownFigure(pair.first ?? "", known: Self.names) }
            words[name] = pair.count == 2 ? pair[1] : ""
        }
        func number(_ name: String) throws(PlanningError) -> Int? {
            try words[name].map { text throws(PlanningError) in try Self.whole(text, name) }
        }
        func needed(_ name: String) throws(PlanningError) -> Int {
            guard let value = try number(name) else { throw .missingFigure(name, usage: Self.usage) }
            return value
        }
        let type = try words["type"].map { text throws(PlanningError) in
            guard let type = StorageType.named(text) else {
                throw .badFigure(name: "type", value: text, expected: "a storage type such as bf16 or q8_0")
            }
            return type
        }
        model = try FigureModel(
            parameters: needed("parameters"), layers: needed("layers"), heads: needed("heads"), keyValueHeads: number("key-value-heads"),
            headDim: needed("head-dim"), type: type ?? .bf16, activeParameters: number("active"))
    }

    /// A whole number, also as "34e9".
    private static func whole(_ text: String, _ name: String) throws(PlanningError) -> Int {
        guard let value = Double(text), value.rounded() == value, value.magnitude < 0x1p60 else {
            throw .badFigure(name: name, value: text.isEmpty ? "nothing" : text, expected: "a whole number")
        }
        return Int(value)
    }
}
