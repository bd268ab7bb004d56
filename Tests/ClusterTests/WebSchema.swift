import Foundation

/// The part of JSON Schema that the API's description uses: what a value lacks, and what it has that it should not have.
struct WebSchema {
  let schemas: [String: Any]

  /// Empty when the value is as the schema says.
  func problems(of value: Any, against schema: [String: Any], at path: String = "$") -> [String] {
    if let reference = schema["$ref"] as? String {
      let name = reference.split(separator: "/").last.map { String($0) } ?? ""
      guard let schema = schemas[name] as? [String: Any] else {
        return ["\(path): no schema \(name)"]
      }
      return problems(of: value, against: schema, at: path)
    }
    var types = schema["type"] as? [String] ?? []
    if let type = schema["type"] as? String { types = [type] }
    let own = Self.types(of: value)
    guard types.contains(where: own.contains) else {
      return ["\(path): \(own.sorted()) is not \(types)"]
    }
    if let choices = schema["enum"] as? [String], let text = value as? String,
      !choices.contains(text)
    {
      return ["\(path): '\(text)' is not one of \(choices)"]
    }
    if schema["format"] as? String == "date-time", let text = value as? String,
      ISO8601DateFormatter().date(from: text) == nil
    {
      return ["\(path): '\(text)' is not a date and time"]
    }
    if let object = value as? [String: Any], let properties = schema["properties"] as? [String: Any]
    {
      return problems(of: object, properties, required: schema["required"] as? [String] ?? [], path)
    }
    if let list = value as? [Any], let items = schema["items"] as? [String: Any], !items.isEmpty {
      return list.enumerated().flatMap { problems(of: $1, against: items, at: "\(path)[\($0)]") }
    }
    return []
  }

  private func problems(
    of object: [String: Any], _ properties: [String: Any], required: [String], _ path: String
  ) -> [String] {
    let missing = required.filter { object[$0] == nil }.map { "\(path): no '\($0)'" }
    return missing
      + object.sorted { $0.key < $1.key }.flatMap { name, value -> [String] in
        guard let schema = properties[name] as? [String: Any] else {
          return ["\(path): '\(name)' is not described"]
        }
        return problems(of: value, against: schema, at: "\(path).\(name)")
      }
  }

  private static func types(of value: Any) -> Set<String> {
    switch value {
    case is NSNull: return ["null"]
    case is String: return ["string"]
    case is [Any]: return ["array"]
    case is [String: Any]: return ["object"]
    // Booleans of JSON are numbers whose type is that of a character.
    case let number as NSNumber where String(cString: number.objCType) == "c": return ["boolean"]
    case let number as NSNumber:
      let isWhole = number.doubleValue == number.doubleValue.rounded()
      return isWhole ? ["integer", "number"] : ["number"]
    default: return []
    }
  }
}
