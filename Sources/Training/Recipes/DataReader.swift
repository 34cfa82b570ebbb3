/// Reads what a recipe says about its data.
struct DataReader {
    let document: RecipeDocument

    /// - Parameter place: finds a file or a folder that must be there.
    func data(at place: (String, any AnyRecipeKey) throws(RecipeError) -> String) throws(RecipeError) -> TrainingRecipe.Data {
        var texts: [String] = []
        for path in try document.required(RecipeKeys.texts) { texts.append(try place(path, RecipeKeys.texts)) }
        let streams = try streams()
        return TrainingRecipe.Data(
            texts: texts, joinsLines: try document.value(RecipeKeys.joinsLines) ?? false,
            heldOutShare: try document.value(RecipeKeys.heldOut) ?? 0.02, streams: streams, weights: try weights(of: streams.count),
            phases: try phases(of: streams.count),
            batchesPerStep: try document.value(RecipeKeys.batchesPerStep) ?? 8)
    }

    private func streams() throws(RecipeError) -> [TrainingRecipe.Stream] {
        let count = document.count(ofList: "data.streams")
        guard count > 0 else { return [.texts(try textStream(RecipeKeys.onlyStream, nil))] }
        for key in RecipeKeys.onlyStream.ofTexts where document.line(of: key) != nil {
            throw contradiction("\"\(key.path)\" is for one stream alone; put it into the entries of data.streams", key)
        }
        var streams: [TrainingRecipe.Stream] = []
        for index in 0..<count { streams.append(try stream(at: index)) }
        return streams
    }

    private func weights(of streams: Int) throws(RecipeError) -> [Double] {
        guard document.count(ofList: "data.streams") > 0 else { return [1] }
        var weights: [Double] = []
        for index in 0..<streams { weights.append(try document.value(RecipeKeys.listedStream.weight, at: index) ?? 1) }
        return weights
    }

    private func stream(at index: Int) throws(RecipeError) -> TrainingRecipe.Stream {
        let keys = RecipeKeys.listedStream, kind = try document.value(keys.kind, at: index) ?? .texts
        let foreign = kind == .texts ? keys.lookups.all : [keys.packing, keys.shortest, keys.curriculum, keys.cycles]
        for key in foreign where document.line(of: key, at: index) != nil {
            throw contradiction("\"\(key.name)\" is not for streams of this kind", key, at: index)
        }
        return kind == .texts ? .texts(try textStream(keys, index)) : try lookups(keys, index, isDense: kind == .denseLookups)
    }

    private func textStream(_ keys: StreamKeys, _ index: Int?) throws(RecipeError) -> TrainingRecipe.TextStream {
        let shortest = try document.value(keys.shortest, at: index) ?? 64
        guard shortest.nonzeroBitCount == 1 else {
            throw contradiction("\"shortest\" is \(shortest), but it must be a power of two", keys.shortest, at: index)
        }
        return TrainingRecipe.TextStream(
            packing: try document.value(keys.packing, at: index) ?? .documents, length: try document.value(keys.length, at: index),
            shortest: shortest, curriculum: try document.value(keys.curriculum, at: index) ?? .growP2,
            cycles: try document.value(keys.cycles, at: index) ?? 8, offsets: try document.value(keys.offsets, at: index) ?? false)
    }

    private func lookups(_ keys: StreamKeys, _ index: Int, isDense: Bool) throws(RecipeError) -> TrainingRecipe.Stream {
        let length = try document.value(keys.length, at: index)
        var options = isDense ? LookupOptions.dense(length: length ?? 0) : LookupOptions(length: length ?? 0)
        var weights: [LookupKind: Double] = [:]
        for (kind, key) in keys.lookups.kinds { weights[kind] = try document.value(key, at: index) }
        if !weights.isEmpty { options.kinds = weights }
        options.fillerShare = try document.value(keys.lookups.filler, at: index) ?? options.fillerShare
        if let questions = try document.value(keys.lookups.questions, at: index) {
            options.questions = Int(questions.lowerBound)...Int(questions.upperBound)
        }
        options.refusalShare = try document.value(keys.lookups.refusals, at: index) ?? options.refusalShare
        options.textWeight = Float(try document.value(keys.lookups.textWeight, at: index) ?? Double(options.textWeight))
        options.earlyShare = try document.value(keys.lookups.early, at: index) ?? options.earlyShare
        options.valueFirstShare = try document.value(keys.lookups.valueFirst, at: index) ?? options.valueFirstShare
        options.echoWeight = Float(try document.value(keys.lookups.echo, at: index) ?? Double(options.echoWeight))
        return .lookups(options, length: length, offsets: try document.value(keys.offsets, at: index) ?? false)
    }

    private func phases(of streams: Int) throws(RecipeError) -> [TrainingRecipe.Phase] {
        var phases: [TrainingRecipe.Phase] = []
        for index in 0..<document.count(ofList: "data.phases") {
            let phase = TrainingRecipe.Phase(
                share: try document.required(RecipeKeys.phaseShare, at: index),
                streams: try document.required(RecipeKeys.phaseShares, at: index),
                finalStreams: try document.value(RecipeKeys.phaseFinalShares, at: index))
            for shares in [phase.streams, phase.finalStreams ?? phase.streams] where shares.count != streams || !isMixture(shares) {
                throw contradiction(
                    "a phase needs \(streams) numbers of at least 0, not all 0: one for each stream", RecipeKeys.phaseShares, at: index)
            }
            phases.append(phase)
        }
        return phases.isEmpty ? [TrainingRecipe.Phase(share: 1, streams: Array(repeating: 1, count: streams))] : phases
    }

    private func isMixture(_ shares: [Double]) -> Bool { shares.allSatisfy { $0 >= 0 } && shares.contains { $0 > 0 } }

    private func contradiction(_ reason: String, _ key: any AnyRecipeKey, at index: Int? = nil) -> RecipeError {
        RecipeError(.contradiction(reason), path: document.path, line: document.line(of: key, at: index))
    }
}
