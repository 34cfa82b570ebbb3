import Attention
import Diagnostics
import KeyValues
import Models

/// A request whose prompt is known and which waits for room.
final class WaitingReply {
    let job: ReplyJob
    let method: ServedMethod
    let tokens: [Int32]
    /// The sequence that it goes on from, where it asks a reading.
    let reading: KeyValueCache?
    let partition: Int32?
    let evidence: Evidence?
    /// One that is reading what this one begins with.
    weak var leader: ScheduledSequence?

    init(
        _ job: ReplyJob, method: ServedMethod, tokens: [Int32], reading: KeyValueCache?, partition: Int32?, evidence: Evidence?
    ) {
        self.job = job
        self.method = method
        self.tokens = tokens
        self.reading = reading
        self.partition = partition
        self.evidence = evidence
    }
}

extension SchedulerCore {
    // MARK: Arrivals

    func take(_ arrival: Arrival, _ model: isolated Model) {
        switch arrival {
        case .text(let job): waiting.append(.text(job))
        case .request(let request, let channel):
            do {
                if let waiting = try prepare(request, channel, model) { self.waiting.append(.reply(waiting)) }
            } catch {
                statistics.failed += 1
                channel.finish(throwing: error)
            }
        }
    }

    /// - Returns: nil for a question that is not answered in steps.
    private func prepare(_ request: GenerationRequest, _ channel: ReplyChannel, _ model: isolated Model) throws -> WaitingReply? {
        var request = request
        let method: ServedMethod, reading: Reading?
        var tokens: [Int32]
        switch request.prompt {
        case .question(let question, let asked):
            if let segments = asked.resolved.segments {
                questions.append(
                    SegmentsQuestion(request: request, question: question, reading: asked, segments: segments, channel: channel))
                return nil
            }
            reading = asked
            method = ServedMethod(asked.resolved, number: 0, decoder: model.decoder, empty: asked.cache)
            tokens = try model.decoder.tokenizer.tokens(of: asked.resolved.prompt.question(question, beginning: ""))
            request.options.stop += asked.resolved.prompt.stopStrings
            request.endsOfTurn += asked.resolved.prompt.marks.endsOfTurn
            request.trimsStart = true
        case .text, .tokens, .messages:
            reading = nil
            tokens = try promptTokens(request.prompt, model)
            method = try served(request.reading, tokens: tokens.count, reserved: request.options.maxTokens, model)
        }
        let before = reading?.tokenCount ?? 0
        tokens = method.resolved.landmarks?.inserted(into: tokens, from: before) ?? tokens
        request.options.maxTokens = try method.mostTokens(prompt: before + tokens.count, wanted: request.options.maxTokens)
        let bytes = method.bytes(tokens: tokens.count + 1)
        guard bytes <= options.pageBudget else { throw tooLong(tokens: tokens.count, bytes: bytes) }
        // Wrong options are told before the prompt is read.
        _ = try Sampler(request.options.sampling)
        _ = try StopStrings(request.options.stop)
        let evidence = try reading.flatMap { reading in
            request.options.sources == 0
                ? nil : Evidence(decoder: model.decoder, heads: try model.retrievalHeads(), text: reading.text)
        }
        return WaitingReply(
            ReplyJob(request, channel: channel), method: method, tokens: tokens, reading: reading?.cache,
            partition: reading == nil ? partition(request.partition) : nil, evidence: evidence)
    }

    private func promptTokens(_ prompt: RequestPrompt, _ model: isolated Model) throws -> [Int32] {
        let tokens: [Int32]
        switch prompt {
        case .text(let bytes): tokens = try model.promptTokens(bytes)
        case .tokens(let ids): tokens = ids
        case .messages(let segments, let bringsBeginning):
            tokens = try model.decoder.tokenizer.tokens(of: segments, isBeginning: true, bringsBeginning: bringsBeginning)
        case .question: tokens = []
        }
        guard !tokens.isEmpty else { throw EmptyPrompt() }
        let vocabulary = model.decoder.configuration.vocabulary
        if let token = tokens.first(where: { !(0..<Int32(vocabulary)).contains($0) }) {
            throw ForeignToken(token: token, vocabulary: vocabulary)
        }
        return tokens
    }

    private func served(_ options: ReadingOptions, tokens: Int, reserved: Int, _ model: isolated Model) throws -> ServedMethod {
        let settled = try options.settled(
            tokens: tokens, reserved: reserved == .max ? 1 : reserved, decoder: model.decoder, arena: model.arena)
        let key = ServedMethod.Key(
            method: settled.method, positions: settled.positions, cacheType: settled.cacheType, contextLength: settled.contextLength)
        if let method = methods[key] { return method }
        let resolved = try ResolvedReading(settled, decoder: model.decoder)
        try resolved.checkServesWithoutText()
        let method = ServedMethod(
            resolved, number: methods.count + 1, decoder: model.decoder, empty: try resolved.makeCache(model.decoder, arena: model.arena))
        methods[key] = method
        return method
    }

    private func partition(_ name: String) -> Int32 {
        if let number = partitions[name] { return number }
        partitions[name] = Int32(partitions.count + 1)
        return Int32(partitions.count)
    }

    // MARK: Admission

    /// Begins with those that wait, in their order, as far as there is room.
    func admit(_ model: isolated Model) {
        var left: [Waiting] = [], isFull = false
        for entry in waiting {
            if isFull || sequences.count >= options.mostRunning {
                left.append(entry)
                continue
            }
            switch begin(entry, model) {
            case .begun: break
            case .follows: left.append(entry)
            case .noRoom:
                left.append(entry)
                isFull = true
            }
        }
        waiting = left
    }

    private enum Admission {
        case begun, noRoom
        /// Waits for another that reads what both begin with.
        case follows
    }

    private func begin(_ entry: Waiting, _ model: isolated Model) -> Admission {
        switch entry {
        case .text(let job):
            begin(job, model)
            return .begun
        case .paused(let sequence):
            guard makeRoom(for: sequence.newBytes(tokens: sequence.rest.count), model) || sequences.isEmpty else { return .noRoom }
            sequences.append(sequence)
            return .begun
        case .reply(let reply):
            return follows(reply) ? .follows : begin(reply, model)
        }
    }

    /// Whether the pages of so many bytes have room beside those that the running sequences will need for what they are reading; prefixes
    /// are let go for it.
    private func makeRoom(for bytes: Int, _ model: isolated Model) -> Bool {
        let promised = sequences.reduce(0) { $0 + ($1.method == nil ? 0 : $1.newBytes(tokens: $1.rest.count)) }
        repeat {
            if model.arena.bytesInUse + promised + bytes <= options.pageBudget { return true }
        } while prefixes.removeLeastRecent()
        return false
    }

    private func begin(_ job: TextJob, _ model: isolated Model) {
        do {
            let text = try job.begin(model)
            guard text.reading.resolved.segments == nil, !text.rest.isEmpty else {
                if text.reading.resolved.segments == nil { try text.end() }
                return job.finish(.success(text.reading))
            }
            text.begin()
            sequences.append(
                ScheduledSequence(
                    .text(job, text), method: nil, reader: text.reader, origin: text.reading.cache, cache: text.reading.cache,
                    tokens: text.reading.text.tokens, rest: text.rest, partition: nil))
        } catch {
            statistics.failed += 1
            job.finish(.failure(error))
        }
    }

    private func begin(_ reply: WaitingReply, _ model: isolated Model) -> Admission {
        let method = reply.method
        let shared = reply.partition.flatMap { partition in
            prefixes.longestPrefix(of: CachedPrefix.path(reply.tokens.dropLast(), method: method, partition: partition))
        }
        let origin = reply.reading ?? method.empty, cache = shared?.value.cache.fork() ?? origin.fork()
        let reused = reply.reading == nil ? cache.tokenCount : 0
        let reader = Reader(decoder: model.decoder, policy: method.policy, cancellation: reply.job.channel.cancellation)
        let sequence = ScheduledSequence(
            .prompt(reply.job), method: method, reader: reader, origin: origin, cache: cache, tokens: reply.tokens,
            rest: reply.tokens[reused...], partition: reply.partition)
        guard makeRoom(for: sequence.newBytes(tokens: sequence.rest.count), model) else {
            if sequences.isEmpty {
                end(
                    sequence,
                    throwing: tooLong(tokens: reply.tokens.count, bytes: model.arena.bytesInUse + method.bytes(tokens: reply.tokens.count)))
                return .begun
            }
            return .noRoom
        }
        sequence.evidence = reply.evidence
        sequence.report.tokens.reused = cache.tokenCount
        sequence.report.tokens.prompt = (reply.reading?.tokenCount ?? 0) + reply.tokens.count
        statistics.tokensReused += cache.tokenCount
        method.policy.beginRound(in: cache)
        sequences.append(sequence)
        return .begun
    }

    /// Whether another sequence is reading what this one begins with: then it waits and goes on from there.
    private func follows(_ reply: WaitingReply) -> Bool {
        if let leader = reply.leader { return leader.isPrompt && sequences.contains { $0 === leader } }
        guard let partition = reply.partition else { return false }
        let known = prefixes.commonLength(with: CachedPrefix.path(reply.tokens, method: reply.method, partition: partition))
        reply.leader = sequences.first { other in
            guard other.isPrompt, other.partition == partition, other.method?.number == reply.method.number else { return false }
            let common = zip(other.tokens, reply.tokens).prefix { $0 == $1 }.count
            return common >= known - CachedPrefix.pathTokens + CacheSpec.pageTokens
        }
        return reply.leader != nil
    }
}
