import Attention
import Diagnostics
import KeyValues
import Models
import Synchronization
import Tensors

extension SchedulerCore {
    /// Goes on where a sequence has been read to its end: replies say their next token, texts are done.
    func settle(_ behind: [Behind], _ model: isolated Model) {
        var choosing: [Choosing] = []
        for end in behind {
            switch end.sequence.work {
            case .text: self.end(end.sequence, throwing: nil)
            case .reply: choosing.append(Choosing(sequence: end.sequence, state: end.state))
            case .prompt(let job):
                do {
                    choosing += try beginReplies(end.sequence, job, model).map { Choosing(sequence: $0, state: end.state) }
                } catch {
                    self.end(end.sequence, throwing: error)
                }
            }
        }
        guard !choosing.isEmpty else { return }
        do {
            try choose(&choosing, model.decoder)
        } catch {
            for choice in choosing { end(choice.sequence, throwing: error) }
            return
        }
        for choice in choosing { say(choice, model.decoder) }
    }

    /// A reply that is about to say its next token.
    private struct Choosing {
        let sequence: ScheduledSequence
        let state: Tensor?
        var token: Result<Int32, any Error>?
    }

    /// The prompt has been read: it is kept for others, and each reply goes on from it by itself.
    private func beginReplies(_ sequence: ScheduledSequence, _ job: ReplyJob, _ model: isolated Model) throws -> [ScheduledSequence] {
        keep(sequence)
        sequence.report.timing.readSeconds = job.submitted.duration(to: .now).seconds
        let others = (1..<max(1, job.request.count)).map { choice in
            let other = ScheduledSequence(
                .reply(job, choice: choice), method: sequence.method, reader: sequence.reader, origin: sequence.origin,
                cache: sequence.cache.fork(), tokens: sequence.tokens, rest: [], partition: sequence.partition)
            other.report = sequence.report
            return other
        }
        sequence.work = .reply(job, choice: 0)
        let manner = Reply.Manner(trimsStart: job.request.trimsStart, endsOfTurn: job.request.endsOfTurn)
        for (choice, one) in ([sequence] + others).enumerated() {
            var options = job.request.options
            // Replies to one prompt with one seed would all be the same.
            options.sampling.seed = options.sampling.seed.map { $0 &+ UInt64(choice) }
            one.reply = try Reply(options, after: sequence.tokens, tokenizer: model.decoder.tokenizer, manner: manner)
        }
        sequences += others
        return [sequence] + others
    }

    /// Makes the logits of all of them at once, and lets threads choose for one reply after another.
    private func choose(_ choosing: inout [Choosing], _ decoder: Models.Decoder) throws {
        let width = decoder.configuration.width, states = decoder.makeTensor(rows: choosing.count, columns: width)
        for (row, choice) in choosing.enumerated() {
            guard let state = choice.state else { preconditionFailure("no state was wanted where a reply goes on") }
            state.copyRows(state.rows - 1..<state.rows, to: states, at: row)
        }
        let logits = SharedLogits(tensor: try decoder.logits(states))
        decoder.compute.pool.change(&choosing) { row, choice in
            choice.token = Result { try logits.tensor.withRow(row) { row in try choice.sequence.reply?.choose(row) ?? 0 } }
        }
    }

    /// Threads read rows of their own.
    private struct SharedLogits: @unchecked Sendable {
        let tensor: Tensor
    }

    /// Says the token that was chosen, and ends the reply or lets it be read in the next step.
    private func say(_ choice: Choosing, _ decoder: Models.Decoder) {
        let sequence = choice.sequence
        guard case .reply(let job, let number) = sequence.work, var reply = sequence.reply else { return }
        sequence.reply = nil
        do {
            guard let token = try choice.token?.get() else { return }
            if sequence.firstToken == nil { sequence.firstToken = .now }
            sequence.unsaid += reply.takeChosen()
            let emit = { (text: String) in
                job.channel.send(.piece(choice: number, text: text, tokens: sequence.unsaid))
                sequence.unsaid = []
            }
            reply.say(token, emit: emit)
            statistics.tokensGenerated += 1
            if reply.stopReason != nil {
                reply.finish(emit: emit)
                // What a stop string has swallowed is no part of the reply.
                if !sequence.unsaid.isEmpty, reply.stopReason != .stopString { emit("") }
                finish(sequence, reply, job, number, decoder)
            } else {
                sequence.rest = try sequence.reader.withLandmarks([token], from: sequence.cache.tokenCount)
                sequence.tokens += sequence.rest
                sequence.reply = reply
            }
        } catch {
            end(sequence, throwing: error)
        }
    }

    private func finish(_ sequence: ScheduledSequence, _ reply: Reply, _ job: ReplyJob, _ number: Int, _ decoder: Models.Decoder) {
        let first = sequence.firstToken ?? .now
        var report = sequence.report
        report.settle(reply, cache: sequence.cache, decoder: decoder)
        report.method = sequence.reader.policy.name
        report.positions = sequence.method?.resolved.positions.name ?? report.positions
        report.choice = sequence.method?.resolved.choice
        report.timing.settle(
            readUntil: job.submitted.duration(to: first), generating: first.duration(to: .now), reply: reply)
        report.sources = sequence.evidence?.passages(job.request.options.sources) ?? []
        job.channel.send(.finished(choice: number, report: report))
        keep(sequence)
        if job.openReplies == 1 { statistics.finished += 1 }
        end(sequence, throwing: nil)
    }
}
