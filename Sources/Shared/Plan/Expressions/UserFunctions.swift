import Columnar

/// The functions of the user's that the expressions of a job may call, by their names in lower case.
package struct UserFunctions: Hashable, Sendable {
  package struct Definition: Hashable, Sendable {
    package var function: PythonFunction
    /// Of what it gives.
    package var type: DataType

    package init(function: PythonFunction, type: DataType) {
      self.function = function
      self.type = type
    }
  }

  /// Of columns to a column.
  package var scalars: [String: Definition]
  /// Of the columns of a group to one value.
  package var aggregates: [String: Definition]
  /// Whether those of columns can be called where an expression stands: planning takes calls out of `select` and `where` alone.
  package private(set) var takesCalls = true

  package init(scalars: [String: Definition] = [:], aggregates: [String: Definition] = [:]) {
    self.scalars = scalars
    self.aggregates = aggregates
  }

  /// The same for expressions that planning takes no calls out of.
  package var withoutCalls: UserFunctions {
    var functions = self
    functions.takesCalls = false
    return functions
  }

  var names: [String] { scalars.keys.sorted() + aggregates.keys.sorted() }

  /// Whether SQL has a function or a word of this name, in lower case, so that none of the user's can have it.
  package static func isTaken(_ name: String) -> Bool {
    FunctionCatalogue.definitions[name] != nil || AggregateCatalogue.names.contains(name)
      || ExpressionParser.reserved.contains(name.uppercased()) || syntax.contains(name)
  }

  /// What the parser reads itself.
  private static let syntax: Set<String> = [
    "array", "cast", "extract", "interval", "null", "true", "false", "try_cast",
  ]
}
