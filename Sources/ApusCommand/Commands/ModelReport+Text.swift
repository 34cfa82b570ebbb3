import ModelFiles

extension ModelReport {
    var text: String {
        [factLines, Table(storage: summary.types).text, metadataTable.text, tensorTable.text].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// A line for each fact that the file states.
    private var factLines: String {
        let facts: [(title: String, value: String?)] = [
            (summary.format == .gguf ? "File" : "Folder", summary.path),
            ("Format", "\(format), \(Formatting.bytes(summary.fileBytes))"),
            ("Name", summary.name),
            ("Architecture", summary.architecture),
            ("Parameters", summary.tensors.isEmpty ? "none; the file holds no weights" : parameters),
            ("Window", summary.contextLength.map { "\(Formatting.count($0)) tokens" }),
            ("Layers", summary.layers.map(Formatting.count)),
            ("Width", summary.width.map(Formatting.count)),
            ("Heads", heads),
            ("Vocabulary", summary.vocabulary.map { "\(Formatting.count($0)) pieces" }),
            ("Tokenizer", tokenizer),
            ("Chat template", summary.tokenizer.hasChatTemplate ? "yes" : "none"),
        ]
        let width = (facts.map(\.title.count).max() ?? 0) + 2
        return facts.compactMap { fact in
            fact.value.map { fact.title + String(repeating: " ", count: width - fact.title.count) + $0.onOneLine + "\n" }
        }.joined()
    }

    private var format: String {
        switch summary.format {
        case .gguf: "GGUF version \(summary.formatVersion ?? 0)"
        case .safetensors: "safetensors"
        }
    }

    private var parameters: String {
        "\(Formatting.short(summary.parameters)) (\(Formatting.count(summary.parameters)))"
    }

    private var heads: String? {
        guard let heads = summary.heads, let keyValueHeads = summary.keyValueHeads else { return nil }
        return heads == keyValueHeads ? "\(heads)" : "\(heads) for queries, \(keyValueHeads) for keys and values"
    }

    private var tokenizer: String? {
        guard let kind = summary.tokenizer.kind else { return nil }
        return summary.tokenizer.splitter.map { "\(kind), text cut as for \($0)" } ?? kind
    }

    private var tensorTable: Table {
        Table(
            headings: [.text("Tensor"), .number("Shape"), .text("Type"), .number("Size")],
            rows: summary.tensors.map { tensor in
                [tensor.name, tensor.shape.map(String.init).joined(separator: " × "), tensor.type, Formatting.bytes(tensor.bytes)]
            })
    }

    private var metadataTable: Table {
        Table(
            headings: [.text("Key"), .text("Type"), .text("Value")],
            rows: metadata == nil ? [] : summary.metadata.map { [$0.key, $0.type, $0.value] })
    }
}

extension Table {
    /// A line for each storage type of a model.
    init(storage shares: [ModelSummary.TypeShare]) {
        self.init(
            headings: [.text("Stored as"), .number("Tensors"), .number("Parameters"), .number("Size"), .number("Bits each")],
            rows: shares.map { share in
                [
                    share.type, Formatting.count(share.tensors), Formatting.count(share.parameters), Formatting.bytes(share.bytes),
                    Formatting.decimal(share.bitsPerParameter),
                ]
            })
    }
}
