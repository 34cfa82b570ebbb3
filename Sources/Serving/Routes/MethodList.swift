import Generation
import ModelFiles

/// The ways to read a text, with a line each for people.
enum MethodList {
    private static let descriptions: [String: String] = [
        "full": "Every token sees all before it; as far as the model's window reaches.",
        "sliding": "Every token sees the last ones only.",
        "streaming": "The first tokens and the last ones: conversations without an end.",
        "selfextend": "Distances beyond the window are grouped, so that longer texts fit it.",
        "rerope": "Distances beyond a window are all the same to the model.",
        "lm-infinite": "The first tokens, the last ones, and far ones that are found again.",
        "infllm": "Looks up the blocks of the past that fit what is being read.",
        "longheads": "Each head looks into the chunks that fit it best.",
        "longheads-shared": "The heads of a group look into the same chunks.",
        "sirllm": "Keeps the tokens that were most surprising.",
        "landmark": "Looks up blocks by their landmarks; for models trained with them.",
        "lserve": "Reads faster: heads that stream, and pages chosen for each query.",
        "quest": "Reads faster: pages chosen for each query.",
        "hip": "Reads faster: keys found by halving, block by block.",
        "squeezed": "Answers faster: keys clustered by meaning.",
        "sink-window": "The first tokens and a window.", "block0": "Blocks that see themselves.",
        "block1": "Blocks that see themselves and the one before.", "strided": "A window and every so many tokens before.",
        "random-blocks": "A window, the first blocks and some at random, as in BigBird.",
        "masformer": "Full attention in some layers, a window in the others.", "longgen": "Full attention in the middle layers only.",
        "segments": "Puts the question to each part of the text, and answers from those that tell most.",
        "auto": "Chooses by the length of the text and the model's window.",
    ]

    static let all: [JSONValue] = AttentionMethod.names.map { name in
        ["id": .string(name), "object": "method", "description": .string(descriptions[name] ?? name)]
    }
}
