import ArgumentParser

/// How a text or a conversation is presented to the model.
struct FrameArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How turns are marked: chatml, llama3, plain, or model for the template that the model brings. (default: model if that can be "
                + "used, otherwise as the vocabulary shows)", valueName: "name"))
    var frame: String?

    @Option(
        help: ArgumentHelp("Instructions that stand before everything else; \"\" for none.", valueName: "text"))
    var system: String?
}
