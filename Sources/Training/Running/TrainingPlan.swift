/// What a training does beside learning from one batch after the other, and when.
package struct TrainingPlan: Sendable {
    package var schedule: LearningRateSchedule
    /// The longest gradient that is not shortened; nil: none is.
    package var clip: Double?
    /// Steps from one checkpoint to the next.
    package var checkpointInterval: Int
    /// Steps from one look at the held-out part to the next.
    package var evaluationInterval: Int
    /// The step from which on weights are averaged; nil: they are not.
    package var averagesFrom: Int?
    /// A step before the last after which this run ends, as if it had been interrupted.
    package var stopsAfter: Int?
    /// Tokens of a batch, about; progress is told by it.
    package var batchTokens: Int
    /// The settings that the result depends on, by their names in the recipe: a training goes on only with the same.
    package var settings: [String: String]

    package init(
        schedule: LearningRateSchedule, clip: Double? = nil, checkpointInterval: Int = 500, evaluationInterval: Int = 100,
        averagesFrom: Int? = nil, stopsAfter: Int? = nil, batchTokens: Int, settings: [String: String] = [:]
    ) {
        self.schedule = schedule
        self.clip = clip
        self.checkpointInterval = checkpointInterval
        self.evaluationInterval = evaluationInterval
        self.averagesFrom = averagesFrom
        self.stopsAfter = stopsAfter
        self.batchTokens = batchTokens
        self.settings = settings
    }

    /// The step after which this run ends.
    var end: Int { min(schedule.steps, stopsAfter ?? schedule.steps) }
}
