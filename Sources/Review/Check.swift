public protocol Check: Sendable { init() }
public struct RulePage: Sendable { public init(path: String, text: String) {} }
