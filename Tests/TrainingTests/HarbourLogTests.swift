import ApusTesting
import Foundation
import Testing

@testable import Training

@Suite("The harbour master's log")
struct HarbourLogTests {
    @Test(
        "The examples are what the generator makes, byte for byte",
        arguments: [("harbour-log.txt", 100_000), ("harbour-log-page.txt", 380)])
    func examples(name: String, words: Int) throws {
        let file = ExternalData.packageFolder.appendingPathComponent("Examples/\(name)")
        #expect(try Data(contentsOf: file) == Data(HarbourLog(words: words).text.utf8))
    }

    @Test("What is worth asking for is said once, in the order of the plants", arguments: [500, 3_000, 100_000])
    func plants(words: Int) throws {
        let log = HarbourLog(words: words), count = log.text.split { $0 == " " || $0 == "\n" }.count
        #expect(count >= words && count < words + 400)
        #expect(log.plants.count == max(5, min(50, words / 2_000)))
        var rest = log.text[...]
        for plant in log.plants {
            #expect(plant.sentence.contains(plant.answer))
            rest = rest[(try #require(rest.range(of: plant.sentence), "\(plant.sentence)")).upperBound...]
            #expect(!rest.contains(plant.sentence))
        }
    }

    @Test("Days follow each other, leap years and weekdays included")
    func dates() {
        var date = LogDate(), texts: [String] = []
        for _ in 0..<800 {
            texts.append(date.text)
            date.advance()
        }
        #expect(texts[0] == "Sunday, 1 January 1871" && texts[365] == "Monday, 1 January 1872")
        #expect(texts[365 + 59] == "Thursday, 29 February 1872" && texts[365 + 366] == "Wednesday, 1 January 1873")
        #expect(Set(texts).count == 800)
    }

    @Test("Another seed is another log")
    func seeds() {
        #expect(HarbourLog(words: 300, seed: 1).text != HarbourLog(words: 300, seed: 2).text)
        #expect(HarbourLog(words: 300, seed: 1).text == HarbourLog(words: 300, seed: 1).text)
    }
}
