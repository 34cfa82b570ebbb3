#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A run of bytes that lives as long as this object: allocated here, in a file that nobody else sees, or a file mapped read-only.
///
/// Sendable without a lock because the object itself never changes; who writes to the bytes must order that with the readers.
package final class Memory: @unchecked Sendable {
    /// The first byte, aligned to 64; a mapped file may not be written through it.
    package let base: UnsafeMutableRawPointer
    package let byteCount: Int

    private let release: Release
    enum Release {
        case heap
        case unmap(start: UnsafeMutableRawPointer, byteCount: Int)
        case unmapFile
    }

    init(base: UnsafeMutableRawPointer, byteCount: Int, release: Release) {
        self.base = base
        self.byteCount = byteCount
        self.release = release
    }

    deinit {
        switch release {
        case .heap: base.deallocate()
        case .unmap(let start, let byteCount): munmap(start, byteCount)
        case .unmapFile: munmap(base, byteCount)
        }
    }

    private static let alignment = 64
    private static let hugePage = 2 << 20

    /// Zeroed memory. Above 4 MB it comes in huge pages where the system has them: they raise the bandwidth by 5 to 20 percent.
    package static func allocate(byteCount: Int) throws(MemoryError) -> Memory {
        precondition(byteCount >= 0, "a negative number of bytes")
        if byteCount > 2 * hugePage { return try allocateLarge(byteCount: byteCount) }
        let size = max(byteCount, 1)
        let base = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: alignment)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        return Memory(base: base, byteCount: byteCount, release: .heap)
    }

    private static func allocateLarge(byteCount: Int) throws(MemoryError) -> Memory {
        let (size, overflow) = byteCount.addingReportingOverflow(hugePage)
        guard !overflow, let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0), start != MAP_FAILED else {
            throw .outOfMemory(byteCount: byteCount)
        }
        let base = start.alignedUp(toMultipleOf: hugePage)
        #if os(Linux)
        madvise(base, byteCount, Int32(MADV_HUGEPAGE))
        #endif
        return Memory(base: base, byteCount: byteCount, release: .unmap(start: start, byteCount: size))
    }

    /// Memory for what the program itself needs, such as activations and scratch: there is no way on without it.
    package static func required(byteCount: Int) -> Memory {
        do {
            return try allocate(byteCount: byteCount)
        } catch {
            fatalError(error.description)
        }
    }

    /// The whole of a file, read-only. The file must not be shortened while it is mapped.
    package static func map(path: String) throws(MemoryError) -> Memory {
        // Without waiting for who may write into a pipe; it is refused below.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .cannotOpen(path: path, reason: lastReason()) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .cannotOpen(path: path, reason: lastReason()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        let size = Int(status.st_size)
        if size == 0 { return try allocate(byteCount: 0) }
        guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0), base != MAP_FAILED else {
            throw .cannotMap(path: path, byteCount: size, reason: lastReason())
        }
        return Memory(base: base, byteCount: size, release: .unmapFile)
    }

    /// Lets go of the pages of a mapped file that lie within a range: they would be counted as this program's though nobody needs them now.
    /// What is used again comes from the file again, what was written included. Memory of other kinds keeps its pages.
    package func forget(_ range: Range<Int>) {
        guard case .unmapFile = release else { return }
        let pageBytes = Int(getpagesize())
        let start = (range.lowerBound + pageBytes - 1) / pageBytes * pageBytes, end = range.upperBound / pageBytes * pageBytes
        if start < end { madvise(base + start, end - start, MADV_DONTNEED) }
    }

    /// Lets go of all pages of a mapped file.
    package func forget() {
        guard case .unmapFile = release else { return }
        madvise(base, byteCount, MADV_DONTNEED)
    }

    static func lastReason() -> String { String(cString: strerror(errno)) }
}
