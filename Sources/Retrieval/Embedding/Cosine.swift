extension [Float] {
    /// The cosine of the angle between two vectors; 0 where one of them has no direction.
    package func cosine(to other: [Float]) -> Double {
        var (product, own, others) = (0.0, 0.0, 0.0)
        for (x, y) in zip(self, other) {
            product += Double(x) * Double(y)
            own += Double(x) * Double(x)
            others += Double(y) * Double(y)
        }
        return own > 0 && others > 0 ? product / (own * others).squareRoot() : 0
    }
}
