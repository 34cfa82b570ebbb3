extension ChatFrame {
    /// ChatML, of Qwen, Yi, SmolLM and others: each turn between `<|im_start|>` and `<|im_end|>`.
    package static let chatML = ChatFrame(
        name: "chatml",
        beginningOfText: nil,
        customarySystem: "You are a helpful assistant.",
        stopStrings: [],
        beforeRole: [.special("<|im_start|>")],
        afterRole: [.text("\n")],
        roleNames: [.system: "system", .user: "user", .assistant: "assistant"],
        beforeText: "",
        trimsText: false,
        endOfTurn: [.special("<|im_end|>"), .text("\n")])

    /// Llama 3 and its successors up to 3.3: the role in a header of its own, texts trimmed, turns closed by `<|eot_id|>`. The dates that
    /// the templates from 3.1 on put into the system's text are left to the caller.
    package static let llama3 = ChatFrame(
        name: "llama3",
        beginningOfText: "<|begin_of_text|>",
        customarySystem: nil,
        stopStrings: [],
        beforeRole: [.special("<|start_header_id|>")],
        afterRole: [.special("<|end_header_id|>"), .text("\n\n")],
        roleNames: [.system: "system", .user: "user", .assistant: "assistant"],
        beforeText: "",
        trimsText: true,
        endOfTurn: [.special("<|eot_id|>")])

    /// For models that were taught no frame: a dialogue as one finds it in print. No control tokens.
    package static let plain = ChatFrame(
        name: "plain",
        beginningOfText: nil,
        customarySystem: nil,
        stopStrings: ["\n\nUser:", "\nUser:"],
        beforeRole: [],
        afterRole: [.text(":")],
        roleNames: [.user: "User", .assistant: "Assistant"],
        beforeText: " ",
        trimsText: true,
        endOfTurn: [.text("\n\n")])

    /// All frames, the first that a vocabulary can write being the one chosen for it.
    package static let known: [ChatFrame] = [.chatML, .llama3, .plain]

    /// The frame for a model.
    ///
    /// - Parameters:
    ///   - name: the frame asked for; nil takes the first of `known` whose special tokens the vocabulary has.
    ///   - hasSpecial: whether the vocabulary has a special token of this name.
    /// Throws `ChatFrameError` for a name that is none, or if the vocabulary lacks tokens of the frame asked for.
    package static func choose(named name: String?, hasSpecial: (String) -> Bool) throws(ChatFrameError) -> ChatFrame {
        guard let name else {
            return known.first { $0.specials.allSatisfy(hasSpecial) } ?? .plain
        }
        guard let frame = known.first(where: { $0.name == name }) else {
            throw .unknownFrame(name: name, known: known.map(\.name))
        }
        let missing = frame.specials.filter { !hasSpecial($0) }
        if !missing.isEmpty { throw .missingSpecials(frame: name, missing: missing) }
        return frame
    }
}
