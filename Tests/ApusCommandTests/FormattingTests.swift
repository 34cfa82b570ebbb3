import Testing

@testable import ApusCommand

@Suite("Numbers for people")
struct FormattingTests {
    @Test(
        "Counts are grouped in threes",
        arguments: [
            (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (123_456, "123,456"), (1_234_567, "1,234,567"), (-1000, "-1,000"),
            (-100, "-100"), (Int.min, "-9,223,372,036,854,775,808"),
        ])
    func counts(value: Int, text: String) {
        #expect(Formatting.count(value) == text)
    }

    @Test(
        "Sizes have three digits in binary units, and no unit is skipped or rounded up to 1024 of itself",
        arguments: [
            (0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1.00 KiB"), (1536, "1.50 KiB"), (10_240, "10.0 KiB"),
            (1_047_552, "1023 KiB"), (1_048_064, "1.00 MiB"), (1_048_575, "1.00 MiB"), (1_048_576, "1.00 MiB"),
            (531_068_544, "506 MiB"), (Int.max, "8.00 EiB"),
        ])
    func sizes(value: Int, text: String) {
        #expect(Formatting.bytes(value) == text)
    }

    @Test(
        "Large counts are shortened to three digits",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1.00 K"), (9994, "9.99 K"), (9996, "10.0 K"), (99_949, "99.9 K"), (999_499, "999 K"),
            (999_500, "1.00 M"), (494_032_768, "494 M"), (7_615_616_512, "7.62 B"),
        ])
    func shortCounts(value: Int, text: String) {
        #expect(Formatting.short(value) == text)
    }

    @Test(
        "Time spans grow coarser as they grow longer",
        arguments: [
            (0, "0.00 s"), (0.42, "0.42 s"), (1, "1.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 00 s"),
            (185, "3 min 05 s"), (3599.7, "1 h 00 min"), (7620, "2 h 07 min"), (86_400 * 3 + 3600 * 4, "3 d 04 h"),
            (.infinity, "unknown"), (.nan, "unknown"), (-1, "unknown"), (1e300, "unknown"),
        ] as [(Double, String)])
    func durations(seconds: Double, text: String) {
        #expect(Formatting.duration(seconds: seconds) == text)
    }

    @Test(
        "Rates keep digits where they tell something",
        arguments: [
            (0, "0.00 tokens/s"), (0.523, "0.52 tokens/s"), (9.996, "10.0 tokens/s"), (31.44, "31.4 tokens/s"),
            (99.96, "100 tokens/s"), (12_345.4, "12,345 tokens/s"), (.infinity, "unknown"), (.nan, "unknown"), (1e300, "unknown"),
        ] as [(Double, String)])
    func rates(value: Double, text: String) {
        #expect(Formatting.rate(value, unit: "tokens") == text)
    }

    @Test("A share is 100% only when all is done", arguments: [(0, "0%"), (0.999, "99%"), (1, "100%"), (2, "100%"), (-1, "0%")])
    func percents(fraction: Double, text: String) {
        #expect(Formatting.percent(fraction) == text)
    }

    @Test("Control characters are written out and other characters left alone")
    func controlCharacters() {
        #expect("a\u{1B}[2Jb\nc".onOneLine == #"a\u{1B}[2Jb\nc"#)
        #expect("Übung 日本 🙂".onOneLine == "Übung 日本 🙂")
    }
}
