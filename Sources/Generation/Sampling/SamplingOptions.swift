/// How the next token is chosen from the model's logits.
///
/// Defaults are greedy: the most likely token, always. In JSON the keys are those of the fields in snake case, and a missing key
/// means its default.
public struct SamplingOptions: Hashable, Sendable {
    /// What logits are divided by. 0 takes the most likely token; 1 samples what the model learned; above 1 is flatter.
    public var temperature: Double
    /// Keeps this many of the most likely tokens; nil keeps all.
    public var topK: Int?
    /// Keeps the fewest of the most likely tokens that hold this share of the probability (nucleus sampling: Holtzman et al. 2019,
    /// arXiv:1904.09751); 1 keeps all.
    public var topP: Double
    /// Keeps tokens at least this share as likely as the most likely one (Nguyen et al. 2024, arXiv:2407.01082); 0 keeps all.
    public var minP: Double
    /// What the positive logits of recent tokens are divided by, and their negative ones multiplied (Keskar et al. 2019,
    /// arXiv:1909.05858); 1 changes nothing.
    public var repetitionPenalty: Double
    /// How many of the latest tokens count as recent.
    public var repetitionWindow: Int
    /// What is taken from the logits of tokens that the reply holds already; negative numbers favour them. From -2 to 2; 0 changes nothing.
    public var presencePenalty: Double
    /// What is taken from the logit of a token for each time that the reply holds it. From -2 to 2; 0 changes nothing.
    public var frequencyPenalty: Double
    /// What is added to the logits of single tokens, from -100, which all but forbids one, to 100, which all but forces one.
    public var logitBias: [Int32: Double]
    /// Where the random numbers start; nil draws a seed, which the sampler then tells.
    public var seed: UInt64?

    public init(
        temperature: Double = 0, topK: Int? = nil, topP: Double = 1, minP: Double = 0, repetitionPenalty: Double = 1,
        repetitionWindow: Int = 64, presencePenalty: Double = 0, frequencyPenalty: Double = 0, logitBias: [Int32: Double] = [:],
        seed: UInt64? = nil
    ) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.minP = minP
        self.repetitionPenalty = repetitionPenalty
        self.repetitionWindow = repetitionWindow
        self.presencePenalty = presencePenalty
        self.frequencyPenalty = frequencyPenalty
        self.logitBias = logitBias
        self.seed = seed
    }

    /// Always the most likely token.
    public static let greedy = SamplingOptions()

    /// Whether the most likely token is always taken, so that nothing is random.
    public var isGreedy: Bool { temperature == 0 }

    /// Refuses values out of range, all of them at once.
    public func validate() throws(SamplingError) {
        let reasons = reasonsAgainst
        if !reasons.isEmpty { throw .invalidOptions(reasons: reasons) }
    }

    /// Names of the options that were set and cannot change the text, because the temperature is 0.
    public var namesWithoutEffect: [String] {
        guard isGreedy else { return [] }
        let settings = [("top-k", topK != nil), ("top-p", topP != 1), ("min-p", minP != 0), ("seed", seed != nil)]
        return settings.filter(\.1).map(\.0)
    }

    private var reasonsAgainst: [String] {
        var reasons: [String] = []
        if !(temperature >= 0 && temperature.isFinite) {
            reasons.append("temperature is \(temperature) and must be 0 (greedy) or a positive number")
        }
        if let topK, topK < 1 {
            reasons.append("top-k is \(topK) and must be at least 1 (leave it out to keep all tokens)")
        }
        if !(topP > 0 && topP <= 1) {
            reasons.append("top-p is \(topP) and must be above 0 and at most 1")
        }
        if !(minP >= 0 && minP <= 1) {
            reasons.append("min-p is \(minP) and must be from 0 to 1")
        }
        if !(repetitionPenalty > 0 && repetitionPenalty.isFinite) {
            reasons.append("repetition penalty is \(repetitionPenalty) and must be a positive number (1 means none)")
        }
        if repetitionWindow < 1 {
            reasons.append("repetition window is \(repetitionWindow) and must be at least 1 token")
        }
        for (name, penalty) in [("presence", presencePenalty), ("frequency", frequencyPenalty)] where !(-2...2).contains(penalty) {
            reasons.append("\(name) penalty is \(penalty) and must be from -2 to 2 (0 means none)")
        }
        for (token, bias) in logitBias.sorted(by: { $0.key < $1.key }) where token < 0 || !(-100...100).contains(bias) {
            reasons.append("logit bias of token \(token) is \(bias): tokens are not negative, and biases from -100 to 100")
        }
        return reasons
    }
}

extension SamplingOptions: Codable {
    private enum CodingKeys: String, CodingKey {
        case temperature
        case topK = "top_k"
        case topP = "top_p"
        case minP = "min_p"
        case repetitionPenalty = "repetition_penalty"
        case repetitionWindow = "repetition_window"
        case presencePenalty = "presence_penalty"
        case frequencyPenalty = "frequency_penalty"
        case logitBias = "logit_bias"
        case seed
    }

    /// Throws `SamplingError` where a value is out of range.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        temperature = try fields.decodeIfPresent(Double.self, forKey: .temperature) ?? temperature
        topK = try fields.decodeIfPresent(Int.self, forKey: .topK)
        topP = try fields.decodeIfPresent(Double.self, forKey: .topP) ?? topP
        minP = try fields.decodeIfPresent(Double.self, forKey: .minP) ?? minP
        repetitionPenalty = try fields.decodeIfPresent(Double.self, forKey: .repetitionPenalty) ?? repetitionPenalty
        repetitionWindow = try fields.decodeIfPresent(Int.self, forKey: .repetitionWindow) ?? repetitionWindow
        presencePenalty = try fields.decodeIfPresent(Double.self, forKey: .presencePenalty) ?? presencePenalty
        frequencyPenalty = try fields.decodeIfPresent(Double.self, forKey: .frequencyPenalty) ?? frequencyPenalty
        logitBias = try fields.decodeIfPresent(TokenBiases.self, forKey: .logitBias)?.biases ?? logitBias
        seed = try fields.decodeIfPresent(UInt64.self, forKey: .seed)
        try validate()
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(temperature, forKey: .temperature)
        try fields.encodeIfPresent(topK, forKey: .topK)
        try fields.encode(topP, forKey: .topP)
        try fields.encode(minP, forKey: .minP)
        try fields.encode(repetitionPenalty, forKey: .repetitionPenalty)
        try fields.encode(repetitionWindow, forKey: .repetitionWindow)
        try fields.encode(presencePenalty, forKey: .presencePenalty)
        try fields.encode(frequencyPenalty, forKey: .frequencyPenalty)
        try fields.encode(TokenBiases(biases: logitBias), forKey: .logitBias)
        try fields.encodeIfPresent(seed, forKey: .seed)
    }

    /// Biases as an object whose keys are token ids, since only names and `Int` are keys in `Codable`.
    private struct TokenBiases: Codable {
        let biases: [Int32: Double]

        init(biases: [Int32: Double]) { self.biases = biases }

        init(from decoder: any Decoder) throws {
            var biases: [Int32: Double] = [:]
            for (token, bias) in try [Int: Double](from: decoder) {
                guard let token = Int32(exactly: token) else {
                    throw SamplingError.invalidOptions(reasons: ["logit bias names the token \(token), and no vocabulary is so large"])
                }
                biases[token] = bias
            }
            self.biases = biases
        }

        func encode(to encoder: any Encoder) throws {
            let pairs = biases.map { (Int($0.key), $0.value) }
            try Dictionary(pairs) { first, _ in first }.encode(to: encoder)
        }
    }
}
