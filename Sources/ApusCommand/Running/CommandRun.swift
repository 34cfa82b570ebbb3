import ArgumentParser
import Diagnostics

/// One run of the command line: parse, work, report.
struct CommandRun {
    let arguments: [String]
    var output = StandardOutput()
    var notes = Notes(isQuiet: false)

    init(arguments: [String]) {
        self.arguments = arguments
    }

    /// Whether `--json` is among the arguments. Looked up in the words themselves, since an error in parsing them must be told in
    /// the form that was asked for too.
    var wantsJSON: Bool {
        arguments.prefix { $0 != "--" }.contains("--json")
    }

    /// - Returns: the exit status.
    func perform() async -> Int32 {
        SystemSignals.ignoreFailingWrites()
        return report(await outcome()).exitStatus
    }

    private func outcome() async -> Outcome {
        do {
            var command = try await ApusCommand.asyncParseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return .done
        } catch {
            return Outcome(of: error)
        }
    }

    /// Tells how the command ended.
    ///
    /// - Returns: `outcome`, or what became of it because it could not be told.
    private func report(_ outcome: Outcome) -> Outcome {
        do {
            switch outcome {
            case .done, .status: break
            case .text(let text): try output.writeLine(text)
            case .failed(let kind, let message, let details):
                notes.fail(message, details: details)
                if wantsJSON {
                    try output.write(CommandRun.errorObject(kind, message: message))
                }
            }
            return outcome
        } catch {
            return reportUnwritable(error, after: outcome)
        }
    }

    /// Standard output failed while the end was being told. A failure that was told on standard error already keeps its status.
    private func reportUnwritable(_ error: CommandFailure, after outcome: Outcome) -> Outcome {
        let unwritable = Outcome(of: error)
        guard case .text = outcome else { return outcome }
        if case .failed(_, let message, let details) = unwritable { notes.fail(message, details: details) }
        return unwritable
    }

    /// What programs get on standard output instead of a result.
    static func errorObject(_ kind: FailureKind, message: String) -> JSON {
        ["error": ["kind": .string(kind.name), "message": .string(message)]]
    }
}
