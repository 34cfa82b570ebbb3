#if SQLite
import GRDB

/// A value of another kind than the tables have.
struct ForeignValue: Error {
    let column: String
}

extension Row {
    /// The value of a column. GRDB's own subscripts end the program where a damaged file has a value of another kind.
    /// - Throws: `ForeignValue`.
    func value<Value: DatabaseValueConvertible>(_ column: String) throws(ForeignValue) -> Value {
        guard let stored: DatabaseValue = self[column], let value = Value.fromDatabaseValue(stored) else {
            throw ForeignValue(column: column)
        }
        return value
    }
}
#endif
