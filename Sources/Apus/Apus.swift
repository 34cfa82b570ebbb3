// The umbrella that a program imports:
//
//     import Apus
//
//     let model = try Model.builtIn()  // or Model(at: "model.gguf")
//     let reading = try await model.read(text, method: .streaming(window: 4096))
//     for try await piece in reading.ask("Who keeps the key?") { print(piece.text, terminator: "") }
//     try await reading.save(to: "book.reading")

@_exported import BuiltInModel
@_exported import Diagnostics
@_exported import Documents
@_exported import Generation
