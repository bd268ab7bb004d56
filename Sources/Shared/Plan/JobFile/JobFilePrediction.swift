/// `predict` and what stands in it.
extension JobFileReader {
  private enum Key: String, CaseIterable {
    case models, rows, on, explain
  }

  private enum PredictionExplanation: String, CaseIterable {
    case shap
  }

  mutating func prediction(_ entry: JobFileNode.Entry) -> JobPrediction? {
    guard let keys = keys(of: entry.value, Key.self, in: "`predict`") else { return nil }
    for key in [Key.models, .rows] where keys[key] == nil {
      report(.missing(key.rawValue, place: "`predict`"), at: entry.place)
    }
    guard let models = keys[.models].flatMap({ located($0) }),
      let rows = keys[.rows].flatMap({ located($0) })
    else { return nil }
    return JobPrediction(
      line: entry.place.line, models: models, rows: rows, on: keys[.on].flatMap { texts($0) },
      explainsByShap: keys[.explain].map { !choices($0, PredictionExplanation.self).isEmpty }
        ?? false)
  }

  mutating func located(_ entry: JobFileNode.Entry) -> Located<String>? {
    text(entry).map { Located($0, line: entry.value.place.line) }
  }

  /// The tables that read the files which predictions name instead of tables: a table of that name comes first.
  mutating func tablesOfPaths(_ tables: [JobTable]) -> [JobTable] {
    var names = Set(tables.map(\.name))
    var added: [JobTable] = []
    for table in tables {
      guard case .predict(let prediction) = table.source else { continue }
      for path in [prediction.models, prediction.rows]
      where path.value.contains(where: { "/.*".contains($0) }) {
        guard names.insert(path.value).inserted else { continue }
        let place = JobFileNode.Place(line: path.line, column: 1)
        guard let source = files([path], line: path.line, place) else { continue }
        added.append(JobTable(name: path.value, line: path.line, source: source))
      }
    }
    return added
  }
}
