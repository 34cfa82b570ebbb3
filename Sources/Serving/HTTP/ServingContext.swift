import Hummingbird
import NIOCore

/// What is known of a request besides what it says.
struct ServingContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The connection that the request came by.
    let channel: any Channel
    /// By what logs and the client name the request.
    var requestID = ""
    /// What texts are shared and found within: one for each API key, "" where there are no keys.
    var partition = ""

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
