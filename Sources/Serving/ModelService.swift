import Foundation
import Generation
import ModelFiles
import Tokenizers

/// The model as the server offers it: what it is called, how conversations are written for it, and how requests become generations.
struct ModelService: Sendable {
    let model: Model
    let scheduler: Scheduler
    /// What requests call the model.
    let id: String
    let created = Int(Date.now.timeIntervalSince1970)
    /// How prompts are read unless a request says otherwise.
    let reading: ReadingOptions
    private let frame: ConversationFrame
    private let grammars: ReplyGrammars

    init(model: Model, scheduler: Scheduler, reading: ReadingOptions) throws {
        self.model = model
        self.scheduler = scheduler
        self.reading = reading
        id = Self.id(of: model.path)
        grammars = ReplyGrammars(tokenizer: model.decoder.tokenizer)
        frame = try ConversationFrame(named: reading.frame, for: model.decoder.tokenizer)
    }

    var tokenizer: Tokenizer { model.decoder.tokenizer }

    /// What a person should know about how conversations are written; a sentence, if there is one.
    var note: String? { frame.note }

    /// The name of the file or folder, without what tells its format.
    static func id(of path: String) -> String {
        let name = URL(fileURLWithPath: path).lastPathComponent
        return name.hasSuffix(".gguf") ? String(name.dropLast(5)) : name
    }

    /// Refuses requests to another model.
    func check(_ asked: String?) throws(APIError) {
        guard let asked, asked != id else { return }
        throw .notFound("There is no model '\(asked)' here; this server has '\(id)'.", parameter: "model", code: "model_not_found")
    }

    /// As `/v1/models` lists it.
    var json: JSONValue {
        [
            "id": .string(id), "object": "model", "created": .integer(created), "owned_by": "apus",
            "context_length": .integer(model.contextLength),
        ]
    }
}

// MARK: - Generations

extension ModelService {
    /// What a chat asks of the scheduler.
    /// - Parameter reading: the text that the last message is asked of.
    func generation(for chat: ChatRequest, about reading: Reading?, partition: String) async throws -> GenerationRequest {
        if reading != nil { try chat.checkForReading() }
        let prompt = try reading.map { RequestPrompt.question(try chat.question, about: $0) } ?? conversation(chat)
        var request = GenerationRequest(
            prompt, reading: chat.wishes.reading.completing(self.reading), options: options(chat.wishes, usualTokens: .max))
        request.options.sources = reading == nil ? 0 : chat.sources ?? ReadingAsk.usualSources
        request.options.stop += frame.stopStrings
        request.count = chat.wishes.count
        request.partition = partition
        request.endsOfTurn = frame.endsOfTurn
        request.trimsStart = true
        request.options.grammar = try await grammar(of: chat)
        request.options.alternatives = chat.logProbabilities
        return request
    }

    /// What one prompt of a continuation asks of the scheduler.
    func generation(for completion: CompletionRequest, prompt: RequestPrompt, partition: String) throws -> GenerationRequest {
        var request = GenerationRequest(
            prompt, reading: completion.wishes.reading.completing(reading),
            options: options(completion.wishes, usualTokens: CompletionRequest.usualMaxTokens))
        request.count = completion.wishes.count
        request.partition = partition
        request.options.alternatives = completion.logProbabilities
        return request
    }

    private func options(_ wishes: ReplyWishes, usualTokens: Int) -> GenerationOptions {
        GenerationOptions(sampling: wishes.sampling, maxTokens: wishes.maxTokens ?? usualTokens, stop: wishes.stop)
    }

    private func conversation(_ chat: ChatRequest) throws -> RequestPrompt {
        let tools = chat.tools.isActive ? chat.tools.tools.map(\.definition) : []
        let written = try frame.write(chat.messages.map(\.json), tools: tools)
        return .messages(written.segments, bringsBeginning: written.bringsBeginning)
    }

    /// What the reply must look like: a call of a tool where it must be one, otherwise the form that is wanted.
    private func grammar(of chat: ChatRequest) async throws -> ReplyGrammar? {
        let call = try chat.tools.callSchema()
        guard let schema = call ?? chat.form.schema else { return nil }
        do {
            return try await grammars.grammar(of: schema)
        } catch let error as GrammarError {
            throw APIError.invalid(
                error.description, parameter: call == nil ? "response_format" : "tools", code: "invalid_schema")
        }
    }
}

extension ChatRequest {
    /// Refuses what has no place in a question about a reading.
    fileprivate func checkForReading() throws(APIError) {
        guard wishes.reading.isEmpty else {
            throw .invalid(
                "A reading keeps what it was read with; leave out method, positions, cache_type and context_length.", parameter: "reading")
        }
        guard tools.tools.isEmpty else { throw .unsupported("tools", "questions about a reading are answered from its text") }
    }

    /// The last message, which must be a user's.
    var question: String {
        get throws(APIError) {
            guard let last = messages.last, last.role == .user, let text = last.text else {
                throw .invalid(
                    "With a 'reading' the last message must be the user's question.", parameter: "messages", code: "invalid_value")
            }
            return text
        }
    }
}
