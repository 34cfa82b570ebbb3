import ApusTesting
import ArgumentParser
import Foundation
import Planning
import Testing

@testable import ApusCommand

@Suite("What plan tells")
struct PlanTests {
    private static let yi = "parameters=34e9,layers=60,heads=56,key-value-heads=8,head-dim=128"

    private func report(_ methods: [String] = ["full"], lengths: [Int] = [4000]) throws -> PlanReport {
        let planner = try Planner(ModelFigures(Self.yi).model, machine: .named("A100"), chunkTokens: 512)
        return try PlanReport(
            planner: planner, plans: lengths.flatMap { length in try methods.map { try planner.plan(length: length, method: $0) } })
    }

    @Test("The JSON form has the promised keys and exact numbers")
    func json() throws {
        let object = try #require(JSONSerialization.jsonObject(with: Data(report().json.text.utf8)) as? [String: Any])
        #expect(object["weights_bytes"] as? Int == 68_000_000_000 && object["balance_tokens"] as? Double == 156)
        let plan = try #require((object["plans"] as? [[String: Any]])?.first)
        #expect(plan["length"] as? Int == 4000 && plan["method"] as? String == "full" && plan["cache_type"] as? String == "bf16")
        #expect(plan["cache_bytes_per_token"] as? Double == 245_760 && plan["cache_bytes"] as? Double == 983_040_000)
        #expect(plan["concurrent_users"] as? Int == 12 && (plan["reasons"] as? [String])?.isEmpty == true)
        for key in ["peak_bytes", "prefill_seconds", "first_token_seconds", "decode_tokens_per_second", "switch_seconds"] {
            #expect(plan[key] is Double, "\(key)")
        }
        #expect(plan["prefill_bound"] as? String == "compute" && plan["decode_bound"] as? String == "memory")
        #expect(plan["compute_bound_users"] is NSNull)
    }

    @Test("The table has a line for each plan, marks what cannot be, and says why below")
    func table() throws {
        let text = try report(["full", "sliding:1024"], lengths: [4000, 50_000]).text
        #expect(text.contains("Machine  A100: 312.00 Top/s, 2.00 TB/s from memory"))
        #expect(
            text.contains("50,000 ! full") && text.contains("50,000 sliding:1024") && text.contains("\n! 50,000, full, bf16: it takes "))
        #expect(text.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") })
    }

    @Test(
        "Figures that are missing, unknown or none are named",
        arguments: [
            ("layers=3", "The figure parameters is missing; give all of parameters=N,layers=N,heads=N,key-value-heads=N,head-dim=N."),
            ("parameters=x,layers=1,heads=1,head-dim=8", "x cannot be the figure parameters: it must be a whole number."),
            ("parameters=1.5,layers=1,heads=1,head-dim=8", "1.5 cannot be the figure parameters: it must be a whole number."),
            ("depth=3", "\"depth\" is no figure of a model; there are parameters, layers, heads, key-value-heads, head-dim, active, type."),
            (
                "parameters=8,layers=1,heads=1,head-dim=8,type=q99",
                "q99 cannot be the figure type: it must be a storage type such as bf16 or q8_0."
            ),
            ("parameters=8,layers=1,heads=1,head-dim=8,active=9", "9 cannot be the figure active: it must be a whole number from 1 to 8."),
        ])
    func figures(text: String, message: String) {
        do throws(PlanningError) {
            _ = try ModelFigures(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.description == message)
        }
    }

    @Test("Figures of a machine replace those of its data sheet, and all four make one without a name")
    func machines() throws {
        let named = try MachineArguments.parse(["--machine", "a100", "--bandwidth", "2.039e12", "--memory", "80GiB"])
        #expect(!named.isOwn)
        let machine = try named.resolved(measured: nil)
        #expect(machine.bytesPerSecond == 2.039e12 && machine.operationsPerSecond == 312e12 && machine.memoryBytes == 80 * 0x1p30)
        let given = try MachineArguments.parse([
            "--flops", "1e12", "--bandwidth", "1e11", "--memory", "64GB", "--link", "1e10", "--devices", "2",
        ])
        #expect(try !given.isOwn && given.resolved(measured: nil).memoryBytes == 128e9)
        #expect(try MachineArguments.parse([]).isOwn && MachineArguments.parse(["--machine", "this"]).isOwn)
        #expect(throws: PlanningError.self) { try MachineArguments.parse(["--machine", "Z80"]).resolved(measured: nil) }
    }

    @Test(
        "Arguments that make no sense are refused",
        arguments: [
            ["--length", "0"], ["--flops", "-1"], ["--bandwidth", "nan"], ["--devices", "0"], ["model.gguf", "--shape", "layers=1"],
            ["--measure", "--machine", "A100"], ["--method", "full,"], ["--cache-type", "bf16,bf16"],
        ])
    func nonsense(arguments: [String]) {
        #expect(throws: (any Error).self) { try PlanCommand.parse(arguments) }
    }
}
