import Models
import Tensors

/// The interpreter that runs a decoder's description on shapes alone: it counts what inference would do, and needs no weights.
struct CountingOperations: DecoderOperations {
    let weights: HeaderWeights
    let tokens: Int
    /// Rows that go on behind the last layer's attention.
    let wanted: Int
    let width: Int
    let attentionColumns: Int
    let pool = CountedPool()
    private(set) var count = StepCount()

    init(weights: HeaderWeights, configuration: DecoderConfiguration, tokens: Int, wanted: Int) {
        self.weights = weights
        self.tokens = tokens
        self.wanted = wanted
        width = configuration.width
        attentionColumns = configuration.heads * configuration.valueDim
    }

    /// What has been counted, with the memory that it takes.
    var total: StepCount {
        var total = count
        total.activationBytes = pool.residentBytes
        return total
    }

    private func tensor(rows: Int, columns: Int) -> CountedTensor { CountedTensor(rows: rows, columns: columns, pool: pool) }

    private mutating func goOver(_ x: CountedTensor) {
        count.elements += Double(x.count)
    }

    mutating func embed(_ table: Weight) -> CountedTensor {
        let x = tensor(rows: tokens, columns: width)
        goOver(x)
        return x
    }

    mutating func addPositions(_ table: Weight, to x: inout CountedTensor) { goOver(x) }

    mutating func norm(_ x: CountedTensor, _ norm: Norm) -> CountedTensor {
        let y = tensor(rows: x.rows, columns: x.columns)
        goOver(y)
        return y
    }

    mutating func project(_ x: CountedTensor, _ projections: [Projection]) -> [CountedTensor] {
        count.calls += 1
        count.largestArrangement = max(count.largestArrangement, x.count)
        var arranged: Set<StorageType> = []
        return projections.map { projection in
            let matrix = weights[projection.weight], output = tensor(rows: x.rows, columns: matrix.rows)
            add(matrix, tokens: Double(x.rows), arranges: arranged.insert(matrix.type).inserted)
            if projection.bias != nil { goOver(output) }
            return output
        }
    }

    private mutating func add(_ matrix: HeaderWeights.Matrix, tokens: Double, copies: Double = 1, arranges: Bool = true) {
        guard tokens > 0 else { return }
        count.products.append(
            StepCount.Product(
                type: matrix.type, rows: matrix.rows, columns: matrix.columns, tokens: tokens, copies: copies, arranges: arranges))
    }

    mutating func attend(query: CountedTensor, key: CountedTensor, value: CountedTensor, layer: Int) -> CountedTensor {
        count.attendingLayers.append(layer)
        return tensor(rows: query.rows, columns: attentionColumns)
    }

    mutating func activate(_ x: CountedTensor, _ activation: Activation) -> CountedTensor {
        count.activated += Double(x.count)
        return x
    }

    mutating func gate(_ gate: CountedTensor, _ up: CountedTensor, _ activation: GatedActivation) -> CountedTensor {
        count.activated += Double(gate.count)
        return gate
    }

    /// Each row goes to a few experts; how many of them a run of rows uses is what chance makes likeliest.
    mutating func experts(_ x: CountedTensor, _ layer: ExpertLayer) -> CountedTensor {
        let sum = tensor(rows: x.rows, columns: x.columns)
        _ = project(x, [layer.router])
        guard x.rows > 0 else { return sum }
        let gate = weights[layer.gate.weights], share = Double(layer.used) / Double(gate.count)
        let touched = Double(gate.count) * (1 - pow(1 - share, x.rows)), rows = Double(x.rows * layer.used) / touched
        for stack in [layer.gate, layer.up, layer.down] { add(weights[stack.weights], tokens: rows, copies: touched) }
        count.activated += Double(x.rows * layer.used * gate.rows)
        count.elements += Double(x.rows * layer.used * x.columns)
        count.calls += 3 * Int(touched.rounded(.up))
        return sum
    }

    /// A whole power.
    private func pow(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { power, _ in power * base } }

    mutating func scale(_ x: inout CountedTensor, by factor: Float) { goOver(x) }

    mutating func clamp(_ x: inout CountedTensor, to limit: Float) { goOver(x) }

    mutating func add(_ branch: CountedTensor, to residual: inout CountedTensor) { goOver(residual) }

    mutating func keepWantedRows(_ x: CountedTensor) -> CountedTensor {
        wanted >= x.rows ? x : tensor(rows: wanted, columns: x.columns)
    }

    /// The matrix that turns states into logits, and what is done to these.
    mutating func head(_ ends: DecoderEnds) {
        guard wanted > 0 else { return }
        let matrix = weights[ends.head], logits = tensor(rows: wanted, columns: matrix.rows)
        count.calls += 1
        add(matrix, tokens: Double(wanted))
        if ends.logitScale != 1 { goOver(logits) }
        if ends.logitCap != nil { goOver(logits) }
    }
}
