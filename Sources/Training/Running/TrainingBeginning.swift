/// What to do with a training that lies in the folder already.
package enum TrainingBeginning: Hashable, Sendable {
    /// Refuse: there should be none.
    case fresh
    /// Go on with it; begin if there is none.
    case resume
    /// Remove it and begin anew.
    case restart

    /// Leaves in the folder what the training is to begin from. Only for who holds the lock.
    func prepare(_ folder: TrainingFolder) throws(TrainingError) {
        switch self {
        case .fresh:
            if let step = folder.trainedSteps { throw .alreadyThere(folder: folder.path, step: step) }
            folder.clear()
        case .resume: folder.removeRemains()
        case .restart: folder.clear()
        }
    }
}
