import ArgumentParser
import Evaluation

/// A model that is not on this machine.
struct EndpointArguments: ParsableArguments {
    /// Where the key is looked for, so that it stands in no list of commands.
    static let keyVariable = "APUS_ENDPOINT_KEY"

    @Option(
        help: ArgumentHelp(
            "Test a model behind an address that completes chats by OpenAI's interface, such as http://host:8000/v1. A key is taken from the "
                + "environment variable \(keyVariable); lengths are counted by the tokenizer of --model.", valueName: "URL"))
    var endpoint: String?

    @Option(help: ArgumentHelp("What the endpoint calls the model.", valueName: "name"))
    var endpointModel: String?

    @Option(help: ArgumentHelp("Seconds after which a reply is not waited for any longer.", valueName: "seconds"))
    var endpointTimeout = 300

    func validate() throws {
        if endpoint != nil, endpointModel == nil {
            throw ValidationError("--endpoint needs --endpoint-model, the name of the model there.")
        }
        if endpoint == nil, endpointModel != nil { throw ValidationError("--endpoint-model needs --endpoint, the address of the model.") }
        if endpointTimeout < 1 { throw ValidationError("--endpoint-timeout must be at least 1, not \(endpointTimeout).") }
    }

    /// - Returns: nil where none is named.
    func chosen() throws(EndpointError) -> Endpoint? {
        guard let endpoint, let endpointModel else { return nil }
        return try Endpoint(
            url: endpoint, model: endpointModel, key: Environment.all[Self.keyVariable], timeout: .seconds(endpointTimeout))
    }
}

/// A model that judges replies.
struct JudgeArguments: ParsableArguments {
    /// Where its key is looked for; that of a tested model is for another host.
    static let keyVariable = "APUS_JUDGE_KEY"

    @Option(
        help: ArgumentHelp(
            "Have a model behind an address as of --endpoint judge replies: those to longsafety, and the quality of longbench-write. A key is "
                + "taken from the environment variable \(keyVariable).", valueName: "URL"))
    var judge: String?

    @Option(help: ArgumentHelp("What the address calls the judge.", valueName: "name"))
    var judgeModel: String?

    @Flag(
        help:
            "Hand LongSafety's judge the risks and the summary each in the other's place, as the released script does.")
    var judgeAsReleased = false

    func validate() throws {
        if judge != nil, judgeModel == nil { throw ValidationError("--judge needs --judge-model, the name of the model there.") }
        if judge == nil, judgeModel != nil { throw ValidationError("--judge-model needs --judge, the address of the model.") }
        if judge == nil, judgeAsReleased { throw ValidationError("--judge-as-released needs --judge, the address of a model.") }
    }

    /// - Returns: nil where none is named.
    func chosen(timeout: Int) throws(EndpointError) -> Judge? {
        guard let judge, let judgeModel else { return nil }
        let endpoint = try Endpoint(url: judge, model: judgeModel, key: Environment.all[Self.keyVariable], timeout: .seconds(timeout))
        return Judge(endpoint, swapsParts: judgeAsReleased)
    }

    func add(to words: inout CommandWords) {
        words.add("--judge", judge)
        words.add("--judge-model", judgeModel)
        if judgeAsReleased { words.add(flag: "--judge-as-released") }
    }
}
