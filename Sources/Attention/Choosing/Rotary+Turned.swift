import Positions

extension Rotary {
    /// A query in paired order as it meets a raw key at a distance, `[paddedKeyDim]`.
    func turned(_ query: [Float], by distance: Int) -> [Float] {
        let angles = angles(at: Double(distance)), gain = Float(gain * gain)
        var turned = query
        for pair in 0..<pairs {
            let (x, y, cosine, sine) = (query[2 * pair], query[2 * pair + 1], angles.cosines[pair], angles.sines[pair])
            turned[2 * pair] = gain * (x * cosine - y * sine)
            turned[2 * pair + 1] = gain * (x * sine + y * cosine)
        }
        return turned
    }
}
