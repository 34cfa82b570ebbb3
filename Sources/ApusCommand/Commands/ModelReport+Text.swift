import ModelFiles

extension ModelReport {
    /// - Parameter metadata: the entries to list as well, if any.
    func text(metadata: GGUFMetadata?) -> String {
        [summary, storageTable.text, metadata.map { ModelReport.metadataTable($0).text } ?? "", tensorTable.text]
            .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// A line for each fact that the file states.
    private var summary: String {
        let facts: [(title: String, value: String?)] = [
            ("File", path),
            ("Format", "GGUF version \(formatVersion), \(Formatting.bytes(fileBytes))"),
            ("Name", name),
            ("Architecture", architecture),
            ("Parameters", tensors.isEmpty ? "none; the file holds no weights" : parameters),
            ("Window", contextLength.map { "\(Formatting.count($0)) tokens" }),
            ("Layers", layerCount.map(Formatting.count)),
            ("Width", width.map(Formatting.count)),
            ("Heads", headsText),
            ("Vocabulary", vocabularyCount.map { "\(Formatting.count($0)) pieces" }),
            ("Tokenizer", tokenizerText),
            ("Chat template", chatTemplate.map { "\(Formatting.count($0.count)) characters" } ?? "none"),
        ]
        let width = (facts.map(\.title.count).max() ?? 0) + 2
        return facts.compactMap { fact in
            fact.value.map { fact.title + String(repeating: " ", count: width - fact.title.count) + $0.onOneLine + "\n" }
        }.joined()
    }

    private var parameters: String {
        "\(Formatting.short(parameterCount)) (\(Formatting.count(parameterCount)))"
    }

    private var headsText: String? {
        guard let heads, let keyValueHeads else { return nil }
        return heads == keyValueHeads ? heads.text : "\(heads.text) for queries, \(keyValueHeads.text) for keys and values"
    }

    private var tokenizerText: String? {
        guard let tokenizer else { return nil }
        return preTokenizer.map { "\(tokenizer), text cut as for \($0)" } ?? tokenizer
    }

    private var storageTable: Table {
        Table(
            headings: [.text("Stored as"), .number("Tensors"), .number("Parameters"), .number("Size"), .number("Bits each")],
            rows: shares.map { share in
                [
                    share.type, Formatting.count(share.tensorCount), Formatting.count(share.parameterCount),
                    Formatting.bytes(share.byteCount), Formatting.decimal(share.bitsPerParameter),
                ]
            })
    }

    private var tensorTable: Table {
        Table(
            headings: [.text("Tensor"), .number("Shape"), .text("Type"), .number("Size")],
            rows: tensors.map { tensor in
                [
                    tensor.name, tensor.shape.map(String.init).joined(separator: " × "), tensor.type.name,
                    Formatting.bytes(tensor.byteCount),
                ]
            })
    }

    /// Values longer than this are cut in the table; the JSON form has them whole.
    private static let longestValue = 80

    private static func metadataTable(_ metadata: GGUFMetadata) -> Table {
        Table(
            headings: [.text("Key"), .text("Type"), .text("Value")],
            rows: metadata.entries.map { entry in
                let value = entry.value.summary
                let isShort = value.count <= longestValue
                return [entry.key, entry.value.type.description, isShort ? value : value.prefix(longestValue - 1) + "…"]
            })
    }
}
