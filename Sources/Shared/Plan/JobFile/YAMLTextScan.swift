extension YAMLComposer {
  /// Refuses texts that would harm the process before anybody can count their nodes: Yams goes down into lists
  /// and mappings by recursion, and it hashes keys with everything that stands in them, so that nested aliases
  /// in a key keep it busy for ever.
  ///
  /// The scan knows no YAML, only its bytes, and rather refuses too much (256 brackets that nothing closes, an
  /// alias together with `? ` or `]:`) than too little.
  static func refuseHarm(_ text: String) throws(Failure) {
    var nesting = NestingScan()
    var keys = AliasKeyScan()
    for byte in text.utf8 {
      nesting.take(byte)
      keys.take(byte)
    }
    keys.take(UInt8(ascii: "\n"))
    if let line = nesting.lineTooDeep {
      throw Failure(.tooDeep(maximum: maximumDepth), JobFileNode.Place(line: line, column: 1))
    }
    if keys.hasAlias, let line = keys.lineOfKey {
      throw Failure(.collectionAsKey, JobFileNode.Place(line: line, column: 1))
    }
  }
}

/// Finds nesting that is surely too deep: by brackets, or by indentation and dashes, since each level of a block
/// takes a column at least or begins at a dash.
private struct NestingScan {
  private static let maximum = 256

  private(set) var lineTooDeep: Int?
  private var line = 1
  private var openBrackets = 0
  private var indentation = 0
  private var isIndentation = true

  mutating func take(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "["), UInt8(ascii: "{"): openBrackets += 1
    case UInt8(ascii: "]"), UInt8(ascii: "}"): openBrackets = max(0, openBrackets - 1)
    default: break
    }
    if byte == UInt8(ascii: "\n") {
      line += 1
      indentation = 0
      isIndentation = true
    } else if isIndentation, " -?\t".utf8.contains(byte) {
      indentation += 1
    } else {
      isIndentation = false
    }
    if openBrackets > Self.maximum || indentation > Self.maximum {
      lineTooDeep = lineTooDeep ?? line
    }
  }
}

/// Looks for the signs of aliases and of keys that are not plain names.
private struct AliasKeyScan {
  private enum State {
    case text
    /// After `*` or `?` at the start of a token.
    case star, question
    case aliasName
    /// After an alias or a closing bracket: a colon would make it a key.
    case afterValue
  }

  private(set) var hasAlias = false
  private(set) var lineOfKey: Int?
  private var line = 1
  private var state = State.text
  private var startsToken = true

  mutating func take(_ byte: UInt8) {
    let isSpace = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    let isBreak = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    switch (state, byte) {
    case (.question, _) where isSpace || isBreak:
      lineOfKey = lineOfKey ?? line
      state = .text
    case (.star, _) where !isSpace && !isBreak:
      hasAlias = true
      state = .aliasName
    case (.aliasName, _) where !isSpace && !isBreak && !Self.endsName(byte):
      break
    case (.afterValue, UInt8(ascii: ":")), (.aliasName, UInt8(ascii: ":")):
      lineOfKey = lineOfKey ?? line
      state = .text
    case (.afterValue, _) where isSpace, (.aliasName, _) where isSpace:
      state = .afterValue
    case (_, UInt8(ascii: "]")), (_, UInt8(ascii: "}")):
      state = .afterValue
    case (_, UInt8(ascii: "*")) where startsToken:
      state = .star
    case (_, UInt8(ascii: "?")) where startsToken:
      state = .question
    default:
      state = .text
    }
    startsToken = isSpace || isBreak || "[{,-:?".utf8.contains(byte)
    if byte == UInt8(ascii: "\n") { line += 1 }
  }

  private static func endsName(_ byte: UInt8) -> Bool { ",[]{}:".utf8.contains(byte) }
}
