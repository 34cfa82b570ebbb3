import KeyValues
import Tensors

/// What `attend` is asked for besides the outputs.
package struct AttentionRequest {
    /// Whether to return each span's own log-sum-exp.
    package var spanLogSumExp: Bool
    /// The kernels to use; nil: the fastest of the family that the computation runs on.
    package var kernels: AttentionKernelTable?

    package init(spanLogSumExp: Bool = false, kernels: AttentionKernelTable? = nil) {
        self.spanLogSumExp = spanLogSumExp
        self.kernels = kernels
    }
}

/// Outputs of attention, with what it takes to merge them with those over other keys.
package struct AttentionResult {
    /// `[tokens, queryHeads · valueDim]`. A row that sees nothing is 0.
    package let outputs: Tensor
    /// `[tokens, queryHeads]`: natural logarithm of the sum of exponentials of a row's scores; minus infinity if it sees nothing.
    package let logSumExp: Tensor
    /// On request, for each key/value head and span of its plan `[tokens, group]`: the share of attention that a span got is
    /// `exp(spanLogSumExp - logSumExp)`.
    package let spanLogSumExp: [[Tensor]]
    /// What the queries saw.
    package internal(set) var count = AttentionCount()

    package init(outputs: Tensor, logSumExp: Tensor, spanLogSumExp: [[Tensor]] = []) {
        self.outputs = outputs
        self.logSumExp = logSumExp
        self.spanLogSumExp = spanLogSumExp
    }
}
