import Foundation

/// Where a person says with `--data` that a suite's records are: one folder, or several.
package struct PublishedFolder: Sendable {
    /// Looked through one after the other.
    private let paths: [String]
    package let segmenter: WordSegmenter?

    package init(path: String, segmenter: WordSegmenter?) { self.init(paths: [path], segmenter: segmenter) }

    init(paths: [String], segmenter: WordSegmenter?) {
        self.paths = paths
        self.segmenter = segmenter
    }

    /// For messages.
    package var path: String { paths.joined(separator: ", ") }

    /// A file by its name, in the folder itself or in one of the folders that its authors keep it in.
    /// - Throws: `EvaluationError.noPublishedFile` where it is in none.
    func file(_ name: String, in folders: [String] = []) throws(EvaluationError) -> String {
        let candidates = paths.flatMap { path in ([""] + folders.map { $0 + "/" }).map { "\(path)/\($0)\(name)" } }
        guard let found = candidates.first(where: FileManager.default.fileExists) else { throw .noPublishedFile(name, folder: path) }
        return found
    }

    /// The first file, by name, that begins and ends so.
    /// - Throws: `EvaluationError.noPublishedFile` where there is none.
    func file(beginning: String, ending: String, in folders: [String] = []) throws(EvaluationError) -> String {
        for folder in paths.flatMap({ path in [path] + folders.map { path + "/" + $0 } }) {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            if let name = names.filter({ $0.hasPrefix(beginning) && $0.hasSuffix(ending) }).min() { return folder + "/" + name }
        }
        throw .noPublishedFile(beginning + ending, folder: path)
    }
}

/// The folders of all suites, as `--data` names them: "LongBench", "leval=LEval/LEval-data", or one folder with a folder for each suite.
package struct PublishedFolders: Sendable {
    private let named: [(suite: String, path: String)]
    private let general: [String]
    let segmenter: WordSegmenter?

    /// - Parameter words: folders, those of one suite only behind its name and "=".
    package init(_ words: [String], segmenter: WordSegmenter?) {
        let suites = BenchmarkRegistry.published.map { BenchmarkRegistry.plain($0.name) }
        var named: [(suite: String, path: String)] = [], general: [String] = []
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, let suite = suites.first(where: { $0 == BenchmarkRegistry.plain(String(parts[0])) }) {
                named.append((suite, String(parts[1])))
            } else {
                general.append(word)
            }
        }
        (self.named, self.general, self.segmenter) = (named, general, segmenter)
    }

    /// Where a benchmark's records are: in the folders of its suite, and where there is none, in those of all.
    /// - Returns: nil where no folder is for it.
    package func folder(of benchmark: any Benchmark) -> PublishedFolder? {
        guard let suite = Self.records(of: benchmark) else { return nil }
        let own = named.filter { $0.suite == suite }.map(\.path)
        let paths = own.isEmpty ? general.map { Self.folder(of: suite, in: $0) } : own
        return paths.isEmpty ? nil : PublishedFolder(paths: paths, segmenter: segmenter)
    }

    /// What of `--data` serves none of some benchmarks: a folder of a suite that is not among them.
    package func unused(by benchmarks: [any Benchmark]) -> String? {
        let suites = Set(benchmarks.compactMap(Self.records))
        return named.first { !suites.contains($0.suite) }.map { "\($0.suite)=\($0.path)" } ?? (suites.isEmpty ? general.first : nil)
    }

    private static func records(of benchmark: any Benchmark) -> String? {
        (BenchmarkRegistry.suite(of: benchmark.name)?.records).map(BenchmarkRegistry.plain)
    }

    /// A suite's own folder in a folder of several; the folder itself where it has none.
    private static func folder(of suite: String, in path: String) -> String {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { BenchmarkRegistry.plain($0) == suite }.min().map { "\(path)/\($0)" } ?? path
    }
}
