import Tensors
import Testing

@Suite("Storage types")
struct StorageTypeTests {
    @Test("Bytes are counted in whole blocks")
    func wholeBlocks() {
        #expect(StorageType.f32.byteCount(of: 7) == 28)
        #expect(StorageType.q8_0.byteCount(of: 64) == 68)
        #expect(StorageType.q4_0.byteCount(of: 0) == 0)
        #expect(StorageType.q8_0.byteCount(of: 33) == nil)
    }

    @Test("A count that is negative or whose bytes overflow is refused")
    func overflow() {
        for type in StorageType.all {
            #expect(type.byteCount(of: -type.blockLength) == nil)
            let huge = Int.max / type.blockLength * type.blockLength
            #expect((type.byteCount(of: huge) == nil) == (type.blockBytes > type.blockLength))
        }
    }

    @Test("Every identifier leads back to its type, unknown ones to none")
    func identifiers() {
        for type in StorageType.all { #expect(StorageType.with(identifier: type.identifier) == type) }
        #expect(StorageType.with(identifier: 4) == nil)
        #expect(StorageType.with(identifier: .max) == nil)
        #expect(StorageType.all.map(\.identifier) == StorageType.all.map(\.identifier).sorted())
    }

    @Test("Sixteen types can be computed with")
    func computable() {
        let names = [
            "F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS",
            "MXFP4",
        ]
        #expect(Set(StorageType.all.filter(\.isComputable).map(\.name)) == Set(names))
    }
}
