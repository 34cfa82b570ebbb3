import Foundation
import ModelFiles

/// A text, or two, and its class.
struct ClassifiedText: Equatable, Sendable {
    let texts: [String]
    let label: String
}

/// How a public set of classified texts calls what it holds.
struct ClassifiedSet: Sendable {
    /// Folders that its files may stand in.
    let folders: [String]
    /// Fields of the texts, and those that a class may stand in, the first of which counts.
    let texts: [String]
    let labels: [String]
    /// What numbers of classes stand for.
    let names: [String]
    /// Columns of a file that does not name them; nil where it has to.
    var columns: [String]?
    /// Whether records may have several classes, with commas between them; those are left out.
    var hasSeveralClasses = false
}

/// The records of a public set in its own form (CSV or TSV) or as lines of JSON, one after the other and no more of them than are asked for: sets
/// have millions.
struct ClassifiedFile: Sequence {
    typealias Element = Result<ClassifiedText, EvaluationError>

    let path: String
    /// For messages.
    var source: String { URL(fileURLWithPath: path).lastPathComponent }
    private let set: ClassifiedSet
    private let bytes: Data

    private static let endings = ["jsonl", "json", "csv", "tsv"]
    private static let spaces: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]

    /// - Parameter name: "train" or "test".
    /// - Throws: `EvaluationError.noPublishedFile`.
    init(_ name: String, of set: ClassifiedSet, in folder: PublishedFolder) throws(EvaluationError) {
        let folders = set.folders.flatMap { [$0 + "/", $0 + "/data/"] }
        let names = folders.flatMap { folder in Self.endings.map { "\(folder)\(name).\($0)" } }
        guard let found = names.lazy.compactMap({ try? folder.file($0) }).first else {
            throw .noPublishedFile("\(set.folders[0])/\(name).jsonl (or .json, .csv, .tsv)", folder: folder.path)
        }
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: found), options: .mappedIfSafe) else { throw .noQuestionFile(found) }
        (path, self.set, self.bytes) = (found, set, bytes)
    }

    /// A record that cannot be used is a failure in its place.
    func makeIterator() -> AnyIterator<Element> {
        switch URL(fileURLWithPath: path).pathExtension {
        case "csv": separated(by: UInt8(ascii: ","))
        case "tsv": separated(by: UInt8(ascii: "\t"))
        default: bytes.first { !Self.spaces.contains($0) } == UInt8(ascii: "[") ? array() : lines()
        }
    }

    // MARK: - Forms

    private func array() -> AnyIterator<Element> {
        var left: ArraySlice<Element>
        do throws(EvaluationError) {
            left = try PublishedFile.records(path).compactMap(read)[...]
        } catch {
            left = [.failure(error)]
        }
        return AnyIterator { left.popFirst() }
    }

    private func lines() -> AnyIterator<Element> {
        var rest = bytes[...], number = 0
        return AnyIterator {
            while !rest.isEmpty {
                let line = rest.prefix { $0 != UInt8(ascii: "\n") }
                rest = rest.dropFirst(line.count + 1)
                number += 1
                guard !line.allSatisfy(Self.spaces.contains) else { continue }
                do throws(EvaluationError) {
                    if let result = read(try PublishedFile.fields(Array(line), of: path, place: "line \(number)")) { return result }
                } catch { return .failure(error) }
            }
            return nil
        }
    }

    private func separated(by separator: UInt8) -> AnyIterator<Element> {
        var rows = SeparatedRows(bytes, separator: separator), columns: [String]?
        return AnyIterator {
            while let row = rows.next() {
                if columns == nil {
                    let isHead = row.contains(set.texts[0])
                    guard let known = isHead ? row : set.columns else {
                        return .failure(failure("line 1", "it names no column \"\(set.texts[0])\""))
                    }
                    columns = known
                    if isHead { continue }
                }
                guard row.contains(where: { !$0.isEmpty }) else { continue }
                let fields = Dictionary(zip(columns ?? [], row)) { first, _ in first }
                if let result = read(at: "row \(rows.count)", { fields[$0] }) { return result }
            }
            return nil
        }
    }

    // MARK: - Records

    private func read(_ fields: PublishedFields) -> Element? {
        read(at: fields.place) { key in
            fields.object[key].flatMap(Self.text) ?? fields.object[key]?.array?.compactMap(Self.text).joined(separator: ",")
        }
    }

    private static func text(_ value: JSONValue) -> String? { value.string ?? value.integer.map { String($0) } }

    /// - Returns: nil for a record with several classes, or none.
    private func read(at place: String, _ field: (String) -> String?) -> Element? {
        let texts = set.texts.compactMap(field)
        guard texts.count == set.texts.count else {
            return .failure(failure(place, "it has no text \"\(set.texts.joined(separator: "\" or \""))\""))
        }
        guard let label = set.labels.lazy.compactMap(field).first else {
            return .failure(failure(place, "it has no class \"\(set.labels.joined(separator: "\" or \""))\""))
        }
        if set.hasSeveralClasses, label.contains(",") || label.isEmpty { return nil }
        guard let number = Int(label) else { return .success(ClassifiedText(texts: texts, label: label)) }
        guard set.names.indices.contains(number) else { return .failure(failure(place, "there is no class number \(number)")) }
        return .success(ClassifiedText(texts: texts, label: set.names[number]))
    }

    private func failure(_ place: String, _ reason: String) -> EvaluationError { .badRecord(file: path, place: place, reason: reason) }
}
