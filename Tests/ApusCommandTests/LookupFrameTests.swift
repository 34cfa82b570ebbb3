import Testing
import Tokenizers

@testable import Generation
@testable import Training

/// What models are trained to answer must be what they are asked.
@Suite("Questions in training and in use")
struct LookupFrameTests {
    private let tokenizer: Tokenizer
    private let filler: Filler

    init() throws {
        let text = Array(HarbourLog(words: 8_000, seed: 2).text.utf8)
        var trainer = try BPETrainer(BPETrainer.Options(size: 800))
        trainer.add(text)
        tokenizer = try Tokenizer(vocabulary: trainer.train())
        filler = try Filler(TokenCorpus([CorpusText(name: "log", bytes: text)], tokenizer: tokenizer), tokenizer: tokenizer)
    }

    @Test("A prompt of `ask` is token by token what sequences for training hold, the next questions included")
    func sameTokens() throws {
        let (frame, note) = try ChosenFrame.choose(named: nil, for: tokenizer)
        #expect(frame.name == TemplateFrame.name && note == nil)
        let prompt = try DocumentPrompt(framing: frame)
        var options = LookupOptions.dense(length: 512)
        options.kinds = [.fact: 1, .lines: 1, .story: 1, .passkey: 1]
        let writer = try LookupWriter(options, tokenizer: tokenizer, filler: filler)
        var random = CorpusRandom(seed: 8)
        for _ in 0..<20 {
            let sequence = try writer.sequence(&random)
            let opening = try tokenizer.tokens(of: prompt.opening, beginning: prompt.marks)
            let text = tokenizer.decode(Array(sequence.tokens[sequence.text]))
            var tokens = opening + tokenizer.encode(text, continuesText: true)
            for (number, answer) in sequence.answers.enumerated() {
                // An answer's last token ends it; what comes next begins with that token again.
                if number > 0 { tokens.removeLast() }
                tokens += try tokenizer.tokens(of: number == 0 ? prompt.question(answer.question) : prompt.nextQuestion(answer.question))
                #expect(Array(sequence.prompt(of: answer)) == tokens)
                tokens += sequence.reply(answer)
            }
            #expect(sequence.tokens == tokens)
        }
    }

    @Test("The token that ends an answer ends generation")
    func ending() throws {
        let end = try #require(tokenizer.id(ofSpecial: QuestionFrame.end))
        #expect(tokenizer.endOfGeneration == [end])
    }
}
