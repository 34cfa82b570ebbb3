#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Bytes that end exactly where the next page may not be read: a kernel that reads past its input stops the test.
final class GuardedBytes {
    let base: UnsafeMutableRawPointer
    private let start: UnsafeMutableRawPointer
    private let mapped: Int

    init?<Element>(_ elements: [Element]) {
        let page = Int(getpagesize())
        let count = elements.count * MemoryLayout<Element>.stride
        mapped = (count + page - 1) / page * page + page
        guard let start = mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0), start != MAP_FAILED,
            mprotect(start + mapped - page, page, PROT_NONE) == 0
        else { return nil }
        self.start = start
        base = start + mapped - page - count
        elements.withUnsafeBytes { bytes in if let first = bytes.baseAddress { base.copyMemory(from: first, byteCount: count) } }
    }

    deinit { munmap(start, mapped) }
}
