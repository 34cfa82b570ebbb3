import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A server of a few lines on a port of its own, which answers requests as a test wants it and keeps what it was sent.
package final class TinyServer: Sendable {
    package enum Answer: Sendable {
        case status(Int, String, headers: [String] = [])
        /// The connection stays open, and nothing comes.
        case silence
        /// Less of a body than the head says.
        case brokenOff(String, length: Int)
        /// The connection ends without a word.
        case hangUp

        /// What a chat completion looks like.
        package static func completion(_ text: String?) -> Answer {
            let content = text.map { "\"\($0)\"" } ?? "null"
            return .status(
                200, #"{"choices": [{"message": {"role": "assistant", "content": \#(content)}}], "usage": {"prompt_tokens": 41}}"#)
        }
    }

    package let port: UInt16
    private let listener: Int32
    private let received = Mutex<[String]>([])
    private let answer: @Sendable (_ number: Int, _ request: String) -> Answer

    struct CannotListen: Error {}

    package init(_ answer: @escaping @Sendable (_ number: Int, _ request: String) -> Answer) throws {
        self.answer = answer
        listener = Self.makeSocket()
        port = try Self.listen(on: listener)
        let thread = Thread { [weak self, listener] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                let handler = Thread { [weak self] in self?.serve(connection) }
                handler.start()
            }
        }
        thread.start()
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// The requests so far, heads and bodies.
    package var requests: [String] { received.withLock { $0 } }

    package var url: String { "http://127.0.0.1:\(port)/v1" }

    private static func makeSocket() -> Int32 {
        #if canImport(Glibc)
        socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        socket(AF_INET, SOCK_STREAM, 0)
        #endif
    }

    private static func listen(on listener: Int32) throws -> UInt16 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && getsockname(listener, address, &size) == 0
            }
        }
        #if canImport(Glibc)
        let isListening = isBound && Glibc.listen(listener, 8) == 0
        #elseif canImport(Musl)
        let isListening = isBound && Musl.listen(listener, 8) == 0
        #else
        let isListening = isBound && Darwin.listen(listener, 8) == 0
        #endif
        guard isListening else { throw CannotListen() }
        return UInt16(bigEndian: address.sin_port)
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        guard let request = Self.request(from: connection) else { return }
        let number = received.withLock { received in
            received.append(request)
            return received.count - 1
        }
        switch answer(number, request) {
        case .hangUp: return
        case .silence: sleep(60)
        case .brokenOff(let body, let length): send(body, status: 200, length: length, headers: [], to: connection)
        case .status(let status, let body, let headers):
            send(body, status: status, length: body.utf8.count, headers: headers, to: connection)
        }
    }

    private func send(_ body: String, status: Int, length: Int, headers: [String], to connection: Int32) {
        let head = ["HTTP/1.1 \(status) Status", "Content-Length: \(length)", "Connection: close"] + headers
        var bytes = Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
        while !bytes.isEmpty {
            let sent = write(connection, bytes, bytes.count)
            guard sent > 0 else { return }
            bytes.removeFirst(sent)
        }
    }

    /// Reads one request to the end of its body.
    private static func request(from connection: Int32) -> String? {
        var bytes: [UInt8] = [], buffer = Array(repeating: UInt8(0), count: 1 << 16)
        while true {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { continue }
            let head = text[..<end.lowerBound].lowercased().components(separatedBy: "\r\n")
            let length = head.compactMap { line in
                line.hasPrefix("content-length:") ? Int(line.dropFirst(15).trimmingCharacters(in: .whitespaces)) : nil
            }.first
            if text[end.upperBound...].utf8.count >= length ?? 0 { return text }
        }
    }
}
