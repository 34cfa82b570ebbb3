import BuiltInModel
import Generation

/// Models to serve.
enum TestModel {
    static func builtIn() throws -> Model { try Model(at: BuiltInModel.path(), threads: 2) }
}
