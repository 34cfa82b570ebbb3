import Diagnostics
import KeyValues

/// Why a plan or a method cannot be carried out.
package enum AttentionError: Failure, Hashable {
    case placementNeedsRawKeys(placement: String, frame: KeyFrame, layer: Int)
    case frameMissing(method: String, needed: KeyFrame, frame: KeyFrame)
    case dimensionsDiffer(method: String, keyDim: Int, valueDim: Int)
    case perQueryShiftsMissing(shifts: Int, queries: Int)
    case unknownMethod(String, known: [String])
    case badOption(method: String, option: String, usage: String)
    case tooManyOptions(method: String, usage: String)
    case windowUnknown(method: String, usage: String)
    case badComposition(method: String, reason: String)
    case framesDiffer(methods: [String])
    case textMissing(method: String)
    case distancesTakenOff(method: String)

    package var kind: FailureKind {
        switch self {
        case .perQueryShiftsMissing: .internal
        default: .usage
        }
    }

    package var description: String {
        switch self {
        case .placementNeedsRawKeys(let placement, let frame, let layer):
            "The method places keys of layer \(layer) by \"\(placement)\", which needs them unrotated, but they are cached in the frame "
                + "\"\(frame.rawValue)\"; read the text with the frame \"raw\"."
        case .frameMissing(let method, let needed, let frame):
            "The method \"\(method)\" needs keys that are cached in the frame \"\(needed.rawValue)\", and these are in \"\(frame.rawValue)\"; "
                + "read the text again with that method."
        case .dimensionsDiffer(let method, let keyDim, let valueDim):
            "The method \"\(method)\" looks for keys by values, which takes heads whose keys and values have as many dimensions, and this "
                + "model's have \(keyDim) and \(valueDim); choose another method."
        case .perQueryShiftsMissing(let shifts, let queries):
            "The method gave \(shifts) shifts for a block of \(queries) queries; it must give one for each."
        case .unknownMethod(let name, let known):
            "There is no method \"\(name)\"; choose one of \(known.joined(separator: ", "))."
        case .badOption(let method, let option, let usage):
            "\"\(option)\" is no option of the method \(method); write \(usage) with whole numbers of tokens from 1 to "
                + "\(PolicyRegistry.largestOption)."
        case .tooManyOptions(let method, let usage):
            "The method \(method) has fewer options than were given; write \(usage)."
        case .distancesTakenOff(let method):
            "The method \"\(method)\" compares keys by what they say, and this model's scores also depend on how far away they are (ALiBi); "
                + "choose full, sliding or streaming."
        case .textMissing(let method):
            "The method \"\(method)\" serves questions about a text that has been read before, and there is none here; use it with read and "
                + "ask."
        case .windowUnknown(let method, let usage):
            "The model does not say how long its window is, so the method \(method) needs one; write \(usage)."
        case .badComposition(let method, let reason):
            "\"\(method)\" composes no method: \(reason); write the parts with + between them and where each stands, such as "
                + "full:1/3@middle+sliding:512 or full@0-3,7+streaming."
        case .framesDiffer(let methods):
            "The methods \(methods.joined(separator: " and ")) want keys cached in different frames, so they cannot serve one model "
                + "together; choose others."
        }
    }
}
