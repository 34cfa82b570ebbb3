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
}
