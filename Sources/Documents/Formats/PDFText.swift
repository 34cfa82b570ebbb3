import Foundation

/// The text of a PDF file, by the program `pdftotext` of poppler (Debian's package poppler-utils).
struct PDFText {
    let bytes: [UInt8]
    /// Where the pages after the first begin.
    let pageStarts: [Int]

    private static let formFeed: UInt8 = 0x0C

    /// - Parameter searchPath: folders to look for the program in, separated by colons; nil for those of the environment.
    /// - Throws: `DocumentError` where the program is missing, fails, or finds no text.
    init(reading path: String, searchPath: String? = nil) throws(DocumentError) {
        let folders = searchPath ?? ProcessInfo.processInfo.environment["PATH"] ?? ""
        let candidates = folders.split(separator: ":").map { "\($0)/pdftotext" }
        guard let program = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw DocumentError(.noPDFReader, name: path)
        }
        let output = try Self.run(program, on: path)
        guard UTF8Validation.firstInvalidOffset(in: output) == nil else { throw DocumentError(.damagedPDF(status: 0), name: path) }
        guard output.contains(where: { !$0.isSpace }) else { throw DocumentError(.empty, name: path) }
        bytes = output
        // The program ends every page, the last one too, with a form feed.
        pageStarts = output.indices.filter { output[$0] == Self.formFeed && $0 + 1 < output.count }.map { $0 + 1 }
    }

    private static func run(_ program: String, on path: String) throws(DocumentError) -> [UInt8] {
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["-q", "-enc", "UTF-8", path.hasPrefix("-") ? "./" + path : path, "-"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        let output: Data
        do {
            try process.run()
            output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        } catch {
            throw DocumentError(.unreadable(reason: "pdftotext could not be run: \(error.localizedDescription)"), name: path)
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw DocumentError(.damagedPDF(status: process.terminationStatus), name: path) }
        return Array(output)
    }
}
