import ApusTesting
import Foundation
import Testing

@testable import Documents

@Suite("Text out of PDF")
struct PDFTextTests {
    /// A folder with a program of that name in it.
    private func folder(script: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let program = try folder.write(Array("#!/bin/sh\n\(script)\n".utf8), as: "pdftotext")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        return folder
    }

    @Test("The program's pages are the text's")
    func pages() throws {
        let folder = try folder(script: #"printf 'one\n\f%s\n\f' "$4""#)
        let text = try PDFText(reading: "/book.pdf", searchPath: "/nowhere:\(folder.path)")
        #expect(String(decoding: text.bytes, as: UTF8.self) == "one\n\u{0C}/book.pdf\n\u{0C}")
        #expect(text.pageStarts == [5])
        let whole = ExtractedText(
            name: "book.pdf", format: .pdf, bytes: text.bytes, runs: [], headings: [], pageStarts: text.pageStarts, fingerprint: .init())
        #expect((0..<text.bytes.count).map { whole.page(of: $0) } == text.bytes.indices.map { $0 < 5 ? 1 : 2 })
    }

    @Test("A missing program, one that fails, and a file without text are told apart")
    func failures() throws {
        #expect(throws: DocumentError(.noPDFReader, name: "a.pdf")) { try PDFText(reading: "a.pdf", searchPath: "/nowhere") }
        let failing = try folder(script: "exit 3")
        #expect(throws: DocumentError(.damagedPDF(status: 3), name: "a.pdf")) { try PDFText(reading: "a.pdf", searchPath: failing.path) }
        let empty = try folder(script: #"printf '\f\f'"#)
        #expect(throws: DocumentError(.empty, name: "a.pdf")) { try PDFText(reading: "a.pdf", searchPath: empty.path) }
    }

    /// Made by hand: one page that says "Who keeps the key?".
    private static let file = """
        %PDF-1.4
        1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
        2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
        3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>> endobj
        4 0 obj <</Length 48>> stream
        BT /F 12 Tf 20 50 Td (Who keeps the key?) Tj ET 
        endstream endobj
        5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
        trailer <</Root 1 0 R/Size 6>>
        %%EOF
        """

    private static let isInstalled = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/pdftotext")
    }

    @Test("A real file is read", .enabled(if: isInstalled, "needs pdftotext, of poppler-utils"))
    func real() throws {
        let folder = try TemporaryFolder(), bytes = Array(Self.file.utf8), path = try folder.write(bytes, as: "a.pdf")
        let text = try ExtractedText(bytes, name: path, format: .pdf)
        #expect(String(decoding: text.bytes, as: UTF8.self).contains("Who keeps the key?"))
    }
}
