import Diagnostics
import Testing

@testable import Serving

@Suite("Keys and origins")
struct KeyTests {
    @Test(
        "SHA-256 gives the digests of the standard's examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (String(repeating: "a", count: 1000), "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"),
        ])
    func digests(text: String, digest: String) {
        #expect(SHA256Digest(of: Array(text.utf8)).description == digest)
    }

    @Test("A digest does not depend on the pieces that bytes come in")
    func pieces() {
        let bytes = (0..<1000).map { UInt8($0 % 251) }, whole = SHA256Digest(of: bytes)
        for size in [1, 55, 63, 64, 65, 127, 128, 500] {
            var stream = SHA256Stream()
            for start in stride(from: 0, to: bytes.count, by: size) { stream.add(bytes[start..<min(bytes.count, start + size)]) }
            #expect(stream.digest == whole, "\(size)")
        }
    }

    @Test("Only keys that are there have a partition, and it does not tell them")
    func partitions() {
        let keys = APIKeys(["one", "two"])
        #expect(keys.partition(of: "one") != nil)
        #expect(keys.partition(of: "one") != keys.partition(of: "two"))
        #expect(keys.partition(of: "three") == nil)
        #expect(keys.partition(of: "") == nil)
        #expect(keys.partition(of: "one")?.contains("one") == false)
    }

    @Test(
        "Names of this machine are told from others",
        arguments: [
            ("localhost", true), ("localhost:8080", true), ("127.0.0.1:80", true), ("127.9.9.9", true), ("[::1]:80", true), ("::1", true),
            ("a.localhost", true), ("LOCALHOST", true), ("example.org", false), ("127.0.0.1.example.org", false), ("0.0.0.0", false),
            ("localhost.example.org", false), ("[::2]:80", false), ("", false), ("1270.0.0.1", false),
        ])
    func loopback(name: String, isLoopback: Bool) {
        #expect(Origins.isLoopbackName(name) == isLoopback)
    }

    @Test(
        "Names of requests are taken where they are names",
        arguments: [
            ("abc-1_2.x", true), ("", false), ("a b", false), ("a\nb", false), (String(repeating: "a", count: 65), false), ("ä", false),
        ])
    func requestNames(name: String, isTaken: Bool) {
        #expect((RequestLog.identifier(proposed: name) == name) == isTaken)
    }
}
