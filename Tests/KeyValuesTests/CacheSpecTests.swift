import Foundation
import KeyValues
import Testing

@Suite("Cache specifications")
struct CacheSpecTests {
    @Test("Prices are those of whole pages")
    func prices() throws {
        let spec = try CacheSpec(keyType: .bf16, valueType: .bf16, keyDim: 64, valueDim: 64, heads: 2)
        #expect(spec.keyPageBytes == 64 * 4 + 64 * 64 * 2)
        #expect(spec.valuePageBytes == 64 * 64 * 2)
        #expect(spec.bytes(tokens: 1) == spec.pageBytes && spec.bytes(tokens: 65) == 2 * spec.pageBytes && spec.bytes(tokens: 0) == 0)
        let small = try CacheSpec(keyType: .q8, valueType: .q4, keyDim: 8, valueDim: 8, heads: 1)
        #expect(small.keyPageBytes == 16 * 4 + 16 * 64 + 128, "dimensions are padded to 16")
        #expect(small.valuePageBytes == 16 * 32 + 128)
    }

    @Test("Impossible specifications are refused, also when they are decoded")
    func refusals() throws {
        #expect(throws: KeyValueError.unsupportedKeyType(.q4)) {
            try CacheSpec(keyType: .q4, valueType: .q4, keyDim: 64, valueDim: 64, heads: 1)
        }
        #expect(throws: KeyValueError.self) { try CacheSpec(keyType: .f32, valueType: .f32, keyDim: 0, valueDim: 64, heads: 1) }
        let json = #"{"keyType":"f32","valueType":"f32","keyDim":999999,"valueDim":64,"heads":1,"frame":"page"}"#
        #expect(throws: KeyValueError.self) { try JSONDecoder().decode(CacheSpec.self, from: Data(json.utf8)) }
        let spec = try CacheSpec(keyType: .q8, valueType: .q4, keyDim: 64, valueDim: 32, heads: 3, frame: .raw)
        #expect(try JSONDecoder().decode(CacheSpec.self, from: JSONEncoder().encode(spec)) == spec)
    }
}
