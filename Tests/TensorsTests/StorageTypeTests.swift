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

    @Test("Five types can be computed with")
    func computable() {
        #expect(Set(StorageType.all.filter(\.isComputable)) == Set(RandomWeights.types))
    }
}
