/// Puts tables behind those that they read.
///
/// - Parameter inputs: for each table the indices of the tables that it reads.
/// - Returns: all indices; a table keeps its place of the file unless it reads one that stands below it.
/// - Throws: the indices along a cycle, the first repeated at the end.
///
/// A depth-first search with a stack of its own, since a job file may be a chain of thousands of tables. O(tables
/// and what they read).
func orderedTables(inputs: [[Int]]) throws(TableCycle) -> [Int] {
  enum State { case new, open, done }
  var states = Array(repeating: State.new, count: inputs.count)
  var order: [Int] = []
  order.reserveCapacity(inputs.count)
  for start in inputs.indices where states[start] == .new {
    var path = [(table: start, next: 0)]
    states[start] = .open
    while let (table, next) = path.last {
      guard next < inputs[table].count else {
        states[table] = .done
        order.append(table)
        path.removeLast()
        continue
      }
      path[path.count - 1].next += 1
      let input = inputs[table][next]
      switch states[input] {
      case .done: break
      case .new:
        states[input] = .open
        path.append((input, 0))
      case .open:
        let cycle = path.map(\.table).drop { $0 != input }
        throw TableCycle(tables: cycle + [input])
      }
    }
  }
  return order
}

struct TableCycle: Error {
  var tables: [Int]
}
