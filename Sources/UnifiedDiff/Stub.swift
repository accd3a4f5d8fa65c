extension Patch { public init(parsing text: [UInt8]) { self.init(text: text) } }
