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
