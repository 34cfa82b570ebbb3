/// Who speaks in a turn of a conversation.
public enum ChatRole: String, CaseIterable, Codable, Sendable {
    /// Instructions that hold for the whole conversation.
    case system
    case user
    case assistant
}

/// One turn of a conversation.
public struct ChatMessage: Hashable, Codable, Sendable {
    public var role: ChatRole
    public var text: String

    public init(_ role: ChatRole, _ text: String) {
        self.role = role
        self.text = text
    }
}
