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
    /// Where the random numbers start; nil draws a seed, which the sampler then tells.
    public var seed: UInt64?

    public init(
        temperature: Double = 0, topK: Int? = nil, topP: Double = 1, minP: Double = 0, repetitionPenalty: Double = 1,
        repetitionWindow: Int = 64, seed: UInt64? = nil
    ) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.minP = minP
        self.repetitionPenalty = repetitionPenalty
        self.repetitionWindow = repetitionWindow
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
        seed = try fields.decodeIfPresent(UInt64.self, forKey: .seed)
        try validate()
    }
}
