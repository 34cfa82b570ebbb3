import Diagnostics
import Testing

@testable import ApusCommand

@Suite("Rate and time left")
struct ProgressMeterTests {
    /// A meter that was told of `rate(t)` units in each tenth of a second, for `seconds`.
    private func meter(total: Int?, resumed: Int = 0, seconds: Int, rate: (Double) -> Double) -> ProgressMeter {
        var meter = ProgressMeter()
        var completed = Double(resumed)
        for tick in 0...(seconds * 10) {
            let time = Double(tick) / 10
            meter.record(Progress("Reading", completed: Int(completed), total: total, resumed: resumed), at: time)
            completed += rate(time) / 10
        }
        return meter
    }

    @Test("A steady pace gives its rate, the share and the time left")
    func steady() throws {
        let meter = meter(total: 10_000, seconds: 40) { _ in 100 }
        #expect(try abs(#require(meter.rate) - 100) < 1)
        #expect(try abs(#require(meter.fraction) - 0.4) < 0.001)
        #expect(try abs(#require(meter.secondsLeft) - 60) < 1)
        #expect(try abs(#require(meter.overallRate) - 100) < 1)
    }

    @Test("When the pace drops, the rate follows within the window")
    func slowing() throws {
        let meter = meter(total: 10_000, seconds: 60) { $0 < 40 ? 200 : 50 }
        #expect(try abs(#require(meter.rate) - 50) < 2)
        #expect(try #require(meter.overallRate) > 140)
    }

    @Test("What an earlier run had done counts for the share and not for the rate")
    func resumed() throws {
        let meter = meter(total: 2000, resumed: 1000, seconds: 5) { _ in 100 }
        #expect(try abs(#require(meter.fraction) - 0.75) < 0.001)
        #expect(try abs(#require(meter.rate) - 100) < 1)
        #expect(try abs(#require(meter.overallRate) - 100) < 1)
    }

    @Test("The first report of a resumed run already gives a rate")
    func firstReport() throws {
        var meter = ProgressMeter()
        meter.record(Progress("Reading", completed: 1512, total: nil, resumed: 1000), at: 2)
        #expect(meter.rate == 256)
        #expect(meter.fraction == nil)
        #expect(meter.secondsLeft == nil)
    }

    @Test("Without any progress there is no rate")
    func nothingYet() {
        var meter = ProgressMeter()
        #expect(meter.rate == nil && meter.fraction == nil && meter.secondsLeft == nil)
        meter.record(Progress("Reading", completed: 0, total: 0), at: 0)
        meter.record(Progress("Reading", completed: 0, total: 0), at: 3)
        #expect(meter.rate == nil && meter.fraction == nil && meter.secondsLeft == nil && meter.overallRate == nil)
    }

    @Test("A new activity starts afresh where the one before ended")
    func newActivity() throws {
        var meter = ProgressMeter()
        meter.record(Progress("Loading", completed: 0, total: 5000, unit: "bytes"), at: 0)
        meter.record(Progress("Loading", completed: 5000, total: 5000, unit: "bytes"), at: 5)
        meter.record(Progress("Reading", completed: 30, total: 100), at: 8)
        #expect(try abs(#require(meter.rate) - 10) < 1e-9)
        #expect(try abs(#require(meter.secondsLeft) - 7) < 1e-9)
    }

    @Test("Counts that go back do not give a negative rate")
    func backwards() {
        var meter = ProgressMeter()
        meter.record(Progress("Reading", completed: 500, total: 1000), at: 1)
        meter.record(Progress("Reading", completed: 100, total: 1000), at: 2)
        #expect(meter.rate == nil)
        meter.record(Progress("Reading", completed: 150, total: 1000), at: 3)
        #expect(meter.rate == 50)
    }
}
