import Diagnostics

extension ExtractedText {
    /// Takes the text out of a file's contents.
    ///
    /// - Parameters:
    ///   - contents: all bytes of the file.
    ///   - name: what errors and results call the file; for PDF also where it lies, for another program reads it.
    /// - Throws: `DocumentError` for bytes that are no text, or a PDF file where `pdftotext` is missing or fails.
    package init(_ contents: [UInt8], name: String, format: DocumentFormat) throws(DocumentError) {
        switch format {
        case .pdf: try self.init(pdf: contents, at: name)
        case .html: try self.init(html: PlainText(contents, name: name))
        case .plain, .markdown, .code:
            let plain = try PlainText(contents, name: name), source = plain.sourceOffset..<plain.sourceOffset + plain.bytes.count
            self.init(
                name: name, format: format, bytes: plain.bytes, runs: [Run(text: plain.bytes.indices, source: source)],
                headings: format == .markdown ? MarkdownHeadings.find(in: plain.bytes) : [], pageStarts: [],
                fingerprint: plain.fingerprint)
        }
    }

    private init(html plain: PlainText) throws(DocumentError) {
        let page = HTMLText(plain.bytes, sourceOffset: plain.sourceOffset)
        guard !page.bytes.isEmpty else { throw DocumentError(.empty, name: plain.name) }
        self.init(
            name: plain.name, format: .html, bytes: page.bytes, runs: page.runs, headings: page.headings, pageStarts: [],
            fingerprint: plain.fingerprint)
    }

    private init(pdf contents: [UInt8], at path: String) throws(DocumentError) {
        let text = try PDFText(reading: path)
        self.init(
            name: path, format: .pdf, bytes: text.bytes, runs: [], headings: [], pageStarts: text.pageStarts,
            fingerprint: Fingerprint(of: contents))
    }
}
