import Generation
import NIOCore
import Retrieval

/// How a server listens, what it may use, and how patient it is.
package struct ServerOptions: Sendable {
    /// A name or number of this machine.
    package var host = "127.0.0.1"
    /// 0 takes one that is free.
    package var port = 8080
    package var keys = APIKeys([])
    /// Whether a host beyond loopback may be listened to without keys.
    package var allowsNoKey = false
    /// Where readings are kept; nil keeps them in memory, as long as the server runs.
    package var dataFolder: String?
    /// How texts are read unless a request says otherwise.
    package var reading = ReadingOptions()
    package var scheduling: SchedulerOptions
    /// What makes vectors of texts; nil where nothing does.
    package var embedder: Embedder?
    /// Bytes of one request.
    package var mostBodyBytes = 64 << 20
    /// Connections that may be open.
    package var mostConnections = 4096
    /// Time for a whole request to come.
    package var requestTime = Duration.seconds(120)
    /// Time for the next part of a request to come, or for the next request.
    package var idleTime = Duration.seconds(60)
    /// Time for a client to take anything of a response.
    package var readingTime = Duration.seconds(30)
    /// Time for requests to end once the server is to stop.
    package var drainTime = Duration.seconds(30)
    /// Origins of other pages that may use the server; "*" for all.
    package var origins: [String] = []

    package init(scheduling: SchedulerOptions) {
        self.scheduling = scheduling
    }

    /// Whether nobody outside this machine can reach the server.
    var isLoopback: Bool { Origins.isLoopbackName(host) }

    var timeLimits: TimeLimits {
        TimeLimits(request: TimeAmount(requestTime), idle: TimeAmount(idleTime), reading: TimeAmount(readingTime))
    }
}
