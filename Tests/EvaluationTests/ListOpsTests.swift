import ApusTesting
import Foundation
import Testing
import Training

@testable import Evaluation

@Suite("ListOps")
struct ListOpsTests {
    @Test("Operations have the values that their names say")
    func values() {
        #expect(ListOps.Operation.minimum.value(of: [4, 2, 9]) == 2)
        #expect(ListOps.Operation.maximum.value(of: [4, 2, 9]) == 9)
        #expect(ListOps.Operation.median.value(of: [4, 2, 9]) == 4)
        #expect(ListOps.Operation.median.value(of: [9, 2, 4, 7]) == 5)
        #expect(ListOps.Operation.sum.value(of: [4, 2, 9]) == 5)
    }

    @Test("A tree is written as published files write it")
    func source() {
        let tree = ListOps.Tree.operation(.maximum, [.digit(4), .operation(.sum, [.digit(1), .digit(2)])])
        #expect(tree.source == "( ( ( [MAX 4 ) ( ( ( [SM 1 ) 2 ) ] ) ) ] )")
        #expect(tree.length == 7 && tree.value == 4)
    }

    private static let oracle = "benchmarks/lra/listops_oracle.tsv"

    @Test("Every row of the oracle has the value that it says", .enabled(if: ExternalData.exists(oracle), "needs the oracle"))
    func oracleRows() throws {
        let rows = try String(contentsOfFile: ExternalData.path(Self.oracle), encoding: .utf8).split(separator: "\n").dropFirst()
        #expect(rows.count == 42)
        for row in rows {
            let fields = row.split(separator: "\t"), tokens = try #require(ListOps.tokens(of: fields[0]))
            #expect(ListOps.value(of: tokens) == Int(fields[1]))
        }
    }

    @Test("Tokens of any tree have its value and its length")
    func agreement() throws {
        var random = CorpusRandom(seed: 5)
        for _ in 0..<200 {
            let tree = ListOps.tree(.init(shortest: 3, longest: 80), &random), tokens = try #require(ListOps.tokens(of: tree.source))
            #expect(ListOps.value(of: tokens) == tree.value && tree.tokens == tokens)
            #expect(tokens.count == tree.length && tree.length > 3 && tree.length < 80)
        }
    }

    @Test("Drawn trees have the lengths and the values that are known of them")
    func statistics() {
        var random = CorpusRandom(seed: 1), accepted = 0, drawn = 0, labels = [Int](repeating: 0, count: 10), lengths = 0
        while accepted < 1_000 {
            drawn += 1
            guard let tree = ListOps.drawn(.init(), &random), tree.length > 500 else { continue }
            accepted += 1
            labels[tree.value] += 1
            lengths += tree.length
        }
        let share = Double(accepted) / Double(drawn), mean = Double(lengths) / Double(accepted)
        #expect(abs(share - 0.09) < 0.02, "\(share)")
        #expect(abs(mean - 1_036) < 50, "\(mean)")
        #expect(abs(Double(labels[0]) / 1_000 - 0.18) < 0.04 && abs(Double(labels[9]) / 1_000 - 0.17) < 0.04, "\(labels)")
        #expect(labels.max() == max(labels[0], labels[9]))
    }

    @Test("What is no expression has no value")
    func damage() {
        #expect(ListOps.tokens(of: "[AVG 1 2 ]") == nil)
        for source in ["", "[MAX 1", "[MAX ]", "1 2", "]", "[MAX 1 ] 2", "[MAX [MIN ] ]"] {
            #expect(ListOps.tokens(of: source).flatMap(ListOps.value) == nil, "\(source)")
        }
        #expect(ListOps.value(of: [0]) == nil && ListOps.value(of: [99]) == nil && ListOps.value(of: [-1]) == nil)
    }
}
