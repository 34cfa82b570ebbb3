import ArgumentParser

/// How a text or a conversation is presented to the model.
struct FrameArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How turns are marked: chatml, llama3 or plain. (default: as the model's vocabulary shows)", valueName: "name"))
    var frame: String?

    @Option(
        help: ArgumentHelp("Instructions that stand before everything else; \"\" for none.", valueName: "text"))
    var system: String?
}
