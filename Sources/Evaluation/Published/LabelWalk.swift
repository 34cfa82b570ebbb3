/// LongICLBench's ways of choosing examples so that every label has its turn.
enum LabelWalk {
    /// Goes over records once and takes the first of each label that this round has not had; a round ends with its last label.
    static func relations(_ records: [PublishedFields], rounds: Int, labels: Set<String>) throws -> [PublishedFields] {
        var chosen: [PublishedFields] = [], seen: Set<String> = [], round = 0
        for fields in records {
            let label = try fields.text("relation")
            if labels.contains(label), seen.insert(label).inserted { chosen.append(fields) }
            guard seen.count == labels.count else { continue }
            round += 1
            guard round < rounds else { break }
            seen = []
        }
        return chosen
    }

    /// The first so many records of each label, in their order.
    static func upTo(_ most: Int, of records: [PublishedFields], labels: Set<String>) throws -> [PublishedFields] {
        var counts: [String: Int] = [:]
        return try records.filter { fields in
            let label = try fields.text("relation")
            guard labels.contains(label), counts[label, default: 0] < most else { return false }
            counts[label, default: 0] += 1
            return true
        }
    }

    /// Round by round one record of every label, in the order in which labels come first. Where a label has none left, the next later one that
    /// has gives another.
    static func rounds<Record, Label: Hashable>(_ records: [Record], rounds: Int, label: (Record) -> Label) -> [Record] {
        var order: [Label] = [], groups: [Label: [Record]] = [:]
        for record in records {
            let label = label(record)
            if groups[label] == nil { order.append(label) }
            groups[label, default: []].append(record)
        }
        var lists = order.map { groups[$0]?[...] ?? [] }, chosen: [Record] = []
        for _ in 0..<rounds {
            for place in lists.indices {
                if let next = lists[place...].firstIndex(where: { !$0.isEmpty }) { chosen.append(lists[next].removeFirst()) }
            }
        }
        return chosen
    }

    /// The same of a long file, of which no more is read than is needed to know what is chosen.
    ///
    /// - Parameter classCount: how many labels there are.
    static func rounds<Record, Label: Hashable>(
        _ records: some Sequence<Result<Record, EvaluationError>>, rounds: Int, classCount: Int, label: (Record) -> Label
    ) throws(EvaluationError) -> [Record] {
        var read: [Record] = [], counts: [Label: Int] = [:], full = 0
        for record in records {
            let record = try record.get(), label = label(record)
            read.append(record)
            counts[label, default: 0] += 1
            if counts[label] == rounds { full += 1 }
            // Where every label has one for each round, no later record has its turn.
            if full == classCount { break }
        }
        return self.rounds(read, rounds: rounds, label: label)
    }

    /// The same records sorted by their labels.
    static func grouped<Record>(_ records: [Record], label: (Record) throws -> String) rethrows -> [Record] {
        let groups = try Dictionary(grouping: records, by: label)
        return groups.keys.sorted().flatMap { groups[$0] ?? [] }
    }
}
