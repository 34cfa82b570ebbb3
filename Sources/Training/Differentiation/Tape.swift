import Tensors

/// What is to run backwards: one record for each operation, in the order of the operations.
package final class Tape {
    private var records: [() throws -> Void] = []

    package init() {}

    package func record(_ backward: @escaping () throws -> Void) { records.append(backward) }

    /// Runs the records from the last to the first. Each is forgotten as soon as it has run, and with it the values that it kept.
    package func rewind() throws {
        while let backward = records.popLast() { try backward() }
    }
}
