/// LongProc's score of how cities are put into an order. (Ye et al., LongProc, 2025; plans are read as those of Zheng et al., Natural Plan, 2024.)
enum TravelScores {
    private static let notice = "Output the plan in the required format:".codePoints
    private static let opening = "<Solving Procedure>".codePoints

    /// - Parameters:
    ///   - reference: the right search and plan, as `TravelSearch` writes them.
    ///   - stays: each city, and behind all of them the days of each.
    static func score(_ reply: String, reference: String, stays: [String]) -> StepScores {
        let reply = reply.codePoints, plan = TaggedText.inside("Plan", of: reply)
        let cities = stays.prefix(stays.count / 2).map(\.codePoints), days = stays.suffix(stays.count / 2).compactMap { Int($0) }
        let extraction = plan == nil ? 0.0 : 1
        if let plan, !cities.isEmpty,
            zip(cities, days).elementsEqual(visits(plan).prefix(cities.count), by: { $0.0 == $1.city && $0.1 == $1.days })
        {
            return StepScores(accuracy: 1, partial: 1, extraction: extraction)
        }
        return StepScores(accuracy: 0, partial: partial(reply, reference.codePoints), extraction: extraction)
    }

    /// The cities of a plan in their order with the days of each, from its flights and the last day that is named.
    private static func visits(_ plan: CodePoints) -> [(city: CodePoints, days: Int)] {
        var cities: [CodePoints] = [], days = [1], lastDay: Int?, total: Int?
        for line in plan.lines {
            if let count = number(behind: "European cities for ", before: " days", in: line) { total = count }
            if let range = firstRange(in: line) {
                lastDay = range
                if range == total { break }
            }
            guard let flight = flight(in: line) else { continue }
            if cities.isEmpty { cities.append(flight.from) }
            cities.append(flight.to)
            days.append(flight.day)
        }
        guard let lastDay, !cities.isEmpty else { return [] }
        days.append(lastDay)
        return zip(cities, zip(days, days.dropFirst())).map { (city: $0, days: $1.1 &- $1.0 &+ 1) }
    }

    /// The end of the first range of numbers, "5-9".
    private static func firstRange(in line: CodePoints) -> Int? {
        for place in line.indices where line[place] == "-" && place > 0 && line[place - 1].isDecimalDigit {
            let digits = line[(place + 1)...].prefix(while: \.isDecimalDigit)
            if !digits.isEmpty { return Int(String(digits)) }
        }
        return nil
    }

    private static func number(behind cue: String, before end: String, in line: CodePoints) -> Int? {
        var start = 0
        let cue = cue.codePoints
        while let place = line.find(cue, from: start) {
            let digits = line[(place + cue.count)...].prefix(while: \.isDecimalDigit)
            if !digits.isEmpty, line[digits.endIndex...].starts(with: end.unicodeScalars) { return Int(String(digits)) }
            start = place + 1
        }
        return nil
    }

    /// The last day of a line that is followed by words of a flight, and the last such words.
    private static func flight(in line: CodePoints) -> (day: Int, from: CodePoints, to: CodePoints)? {
        let day = "Day ".codePoints, from = "from ".codePoints, to = " to ".codePoints
        for start in line.indices.reversed() where line[start...].starts(with: day) {
            let digits = line[(start + day.count)...].prefix(while: \.isDecimalDigit)
            guard let number = Int(String(digits)) else { continue }
            for begin in line.indices[digits.endIndex...].reversed() where line[begin...].starts(with: from) {
                let first = line[(begin + from.count)...].prefix(while: \.isWordCharacter)
                guard !first.isEmpty, line[first.endIndex...].starts(with: to) else { continue }
                let second = line[(first.endIndex + to.count)...].prefix(while: \.isWordCharacter)
                if !second.isEmpty { return (number, CodePoints(first), CodePoints(second)) }
            }
        }
        return nil
    }

    /// The place of the last line that was compared, as a share of all lines. A line may say more than the right one.
    private static func partial(_ reply: CodePoints, _ reference: CodePoints) -> Double {
        let wanted = lines(of: reference), said = lines(of: reply)
        var last = -1
        for (line, wanted) in zip(said, wanted) {
            last += 1
            guard line.normalized().holds(wanted.normalized()) else { break }
        }
        return Double(max(0, last)) / Double(max(1, wanted.count))
    }

    private static func lines(of text: CodePoints) -> [CodePoints] {
        let parts = text.replacing(notice).split(at: opening)
        return (parts.count > 1 ? opening + parts[1] : parts[0]).stripped.lines.filter { !$0.stripped.isEmpty }
    }
}
