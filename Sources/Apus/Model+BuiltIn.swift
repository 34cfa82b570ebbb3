import BuiltInModel
import Generation

extension Model {
    /// The small model that comes with the package. It knows little of the world, but finds what a text says.
    ///
    /// - Parameter threads: how many threads compute; `nil` for all of the machine's cores.
    /// - Throws: `BuiltInModelError` where its file does not lie beside the program.
    public static func builtIn(threads: Int? = nil) throws -> Model {
        try Model(at: BuiltInModel.path(), threads: threads)
    }
}
