import Columnar

/// Python functions: that what defines them is there, and that what they return makes a table.
extension Analyzer {
  mutating func userFunctions() -> UserFunctions {
    var functions = UserFunctions()
    for stated in job.functions {
      // One whose file is missing is called all the same: that would only be reported again.
      let definition = UserFunctions.Definition(
        function: pythonFunction(stated.function), type: stated.type)
      if stated.isAggregate {
        functions.aggregates[stated.name] = definition
      } else {
        functions.scalars[stated.name] = definition
      }
    }
    return functions
  }

  /// Nil when an error has been reported.
  mutating func tableFunction(_ stated: JobTableFunction) -> TableFunction? {
    let errorsBefore = errors.count
    var function = pythonFunction(stated.function)
    function.recordsErrors = stated.recordsErrors
    return errors.count == errorsBefore
      ? TableFunction(function: function, returned: stated.schema) : nil
  }

  /// Reports when the file that defines it does not travel with the job.
  private mutating func pythonFunction(_ stated: JobPythonFunction) -> PythonFunction {
    let function = PythonFunction(
      source: stated.source, name: stated.name, environment: environment, format: stated.format,
      memory: stated.memory, timeout: stated.timeout)
    let files = environment.files.map(\.name)
    if case .file(let name) = stated.source, !files.contains(name) {
      let nearest = nearestName(to: name, among: files)
      report(
        .python(.noFile(name, function: function.text, nearest: nearest)), line: stated.line)
    }
    return function
  }

  /// - Parameters:
  ///   - left: an analysed table, as `right`.
  mutating func cogroup(
    _ cogroup: JobCogroup, left: Int, right: Int
  ) -> (input: AnalyzedTable.Input, schema: Schema)? {
    var leftKeys: [NamedExpression] = []
    var rightKeys: [NamedExpression] = []
    for name in cogroup.on {
      do throws(SharedKeyFailure) {
        let keys = try sharedKey(name.value, tables[left].schema, tables[right].schema)
        leftKeys.append(NamedExpression(name: name.value, expression: keys.first))
        rightKeys.append(NamedExpression(name: name.value, expression: keys.second))
      } catch {
        switch error {
        case .missing(let fromLeft, let nearest):
          let table = fromLeft ? cogroup.left : cogroup.right
          report(.python(.noKey(name.value, table: table.value, nearest: nearest)), line: name.line)
        case .differ(let left, let right):
          report(.python(.keysDiffer(name.value, left: left, right: right)), line: name.line)
        }
      }
    }
    let function = tableFunction(cogroup.function)
    guard leftKeys.count == cogroup.on.count, let function,
      checkUnique(leftKeys.map(\.name), in: "`on`", line: cogroup.line),
      let schema = outputSchema(
        of: function, keys: leftKeys.map { Field($0.name, $0.expression.type) },
        in: "the result of `cogroup`", line: cogroup.line)
    else { return nil }
    return (
      .cogroup(
        Cogroup(
          left: left, leftKeys: leftKeys, right: right, rightKeys: rightKeys, function: function,
          partitions: cogroup.partitions)), schema
    )
  }

  /// The columns of the table that a function makes of groups.
  mutating func outputSchema(
    of function: TableFunction, keys: [Field], in place: String, line: Int
  ) -> Schema? {
    let errorsBefore = errors.count
    if function.function.recordsErrors {
      for key in keys {
        guard let index = function.returned.index(of: key.name) else { continue }
        let type = function.returned.fields[index].type
        if type != key.type {
          report(.python(.keyOfOtherType(key.name, key: key.type, returned: type)), line: line)
        }
      }
      if function.returned.index(of: PythonErrorColumn.field.name) != nil {
        report(.python(.returnsErrorColumn), line: line)
      }
    }
    guard errors.count == errorsBefore else { return nil }
    let schema = function.outputSchema(keys: keys)
    return checkUnique(schema.names, in: place, line: line) ? schema : nil
  }
}
