import Diagnostics
import Generation

extension Field {
    /// What a service is looked up with.
    struct Probe {
        let length: Int
        /// Tokens that a question takes with all that stands around the text.
        let framing: Int
        let replyTokens: Int
    }

    /// All that could take a model as far as a length: what its registries of methods and position schemes hold.
    ///
    /// - Parameters:
    ///   - common: what all candidates share.
    ///   - courses: receives how each candidate that can serve goes over a text.
    init(
        of model: Model, _ probe: Probe, common: ReadingOptions, courses: (Candidate, MethodService.Course) -> Void
    ) throws {
        let isBeyond = probe.length > model.contextLength, stretched = isBeyond ? probe.length : nil
        func service(_ candidate: Candidate) throws -> Candidate {
            let service = try model.service(
                of: candidate.options(common), tokens: probe.length, framing: probe.framing, reserved: probe.replyTokens)
            var served = candidate
            served.scope = service.scope
            courses(served, service.course)
            return served
        }
        func add(_ candidate: Candidate, _ place: WritableKeyPath<Field, [Candidate]> = \.candidates) {
            do {
                self[keyPath: place].append(try service(candidate))
            } catch let failure as any Failure {
                refused.append((candidate, failure.description))
            } catch {
                refused.append((candidate, String(describing: error)))
            }
        }
        self.init()
        candidates = try [
            service(Candidate(method: "full", contextLength: stretched, isBaseline: true)),
            service(Candidate(method: "auto", isBaseline: true)),
        ]
        for method in model.methodTrials(length: probe.length) where method != "full" {
            do {
                candidates.append(try service(Candidate(method: method)))
            } catch is WindowError {
                add(Candidate(method: method, contextLength: stretched), \.riders)
            } catch {
                add(Candidate(method: method))
            }
        }
        guard isBeyond else { return }
        for scheme in model.positionTrials(length: probe.length) {
            add(Candidate(method: "full", positions: scheme, contextLength: stretched))
        }
    }
}
