import Columnar
import Learning

/// A job as its file says it: every key is known and every expression is SQL, but no name of a table,
/// column, function or learner has been looked up yet.
package struct Job: Sendable {
  package var name: String
  /// The job file's name, for messages.
  package var fileName: String
  package var python = JobPython()
  /// The files and folders that travel to where functions run, by name.
  package var shippedPaths: [ShippedPath] = []
  package var functions: [JobFunction] = []
  /// In the order of the file.
  package var tables: [JobTable]
  /// In the order of the file.
  package var outputs: [JobOutput]
}

/// Something that a job file says, and the line that says it.
package struct Located<Value: Sendable>: Sendable {
  package var value: Value
  /// From 1.
  package var line: Int
  /// What was written, for messages.
  package var text: String

  init(_ value: Value, line: Int, text: String) {
    self.value = value
    self.line = line
    self.text = text
  }
}

extension Located: Equatable where Value: Equatable {}

extension Located: Hashable where Value: Hashable {}

extension Located where Value == String {
  init(_ text: String, line: Int) {
    self.init(text, line: line, text: text)
  }
}

/// One table of a job file.
package struct JobTable: Sendable {
  package enum Source: Sendable {
    case read(JobRead)
    /// `read: cached:NAME`.
    case cached(Located<String>)
    case from(Located<String>)
    case union([Located<String>])
    case predict(JobPrediction)
    case cogroup(JobCogroup)
  }

  package var name: String
  package var line: Int
  package var source: Source
  package var filter: Located<Expression>?
  package var select: [Located<SelectItem>]?
  package var groupBy: [Located<SelectItem>] = []
  package var aggregate: [Located<SelectItem>]?
  package var train: JobTraining?
  package var apply: JobTableFunction?
  /// In place of a grouping.
  package var map: JobTableFunction?
  package var orderBy: [Located<SortItem>] = []
  package var limit: Int?
  package var partitions: Located<Int>?
}

/// Files to read, whose format may only be known when they are listed.
package struct JobRead: Sendable {
  package var line: Int
  /// Absolute paths, globs or URIs, in the order of the file.
  package var paths: [String]
  /// What the job file or the names of the paths say; nil when they say nothing.
  package var format: FileFormat?
  package var declaredSchema: Schema?
  package var options: ReadOptions
  /// The options that the job file states, which must be ones of the format.
  package var statedOptions: [Located<ReadOption>]
  package var partitions: Int?
}

/// The options of `read`, by Spark's names.
package enum ReadOption: String, CaseIterable, Sendable {
  case header, delimiter, sep, quote, escape, nullValue, multiLine
}

/// The training of a table.
package struct JobTraining: Sendable {
  package struct Learner: Sendable {
    package var name: Located<String>
    package var parameters: [Located<Parameter>]
  }

  /// A parameter of a learner as text, whose type the learner knows.
  package struct Parameter: Sendable {
    package var name: String
    package var value: String
  }

  package var line: Int
  package var learners: [Learner]
  /// `params`, which hold for every learner that does not state its own.
  package var parameters: [Located<Parameter>]
  package var label: Located<Expression>?
  package var features: [Located<SelectItem>]
  package var weight: Located<Expression>?
  /// The names of those features that are categories.
  package var categorical: [Located<String>]
  package var imputation: FeaturePreparation.Imputation
  package var scaling: FeaturePreparation.Scaling
  package var testFraction: Double
  package var splitBy: Located<Expression>?
  package var folds: Located<Int>?
  package var seed: Int64
  /// nil takes the default ones of the learners' kind.
  package var metrics: [Located<String>]?
  package var keep: Keep
  /// The column of the result that decides which learner is best.
  package var by: Located<String>?
  package var tuning: JobTuning?
  package var explanations: [Explanation]
  package var forecast: JobForecast
  package var storesModel: Bool

  /// Which learners of a group stay.
  package enum Keep: String, CaseIterable, Sendable {
    case all, best
  }
}

/// `time`, `horizon`, `season` and `level` of a forecast.
package struct JobForecast: Sendable {
  package var time: Located<Expression>?
  /// Parameters that all learners of forecasts have.
  package var parameters: [Located<JobTraining.Parameter>]
}

/// `tune`: which parameters are searched, and how.
package struct JobTuning: Sendable {
  package struct Dimension: Sendable {
    package enum Values: Sendable {
      case choices([String])
      case range(from: String, to: String, isLogarithmic: Bool)
    }

    package var name: String
    package var values: Values
  }

  /// What has a choice of its own.
  package enum Scope: String, CaseIterable, Sendable {
    case group, table
  }

  package var line: Int
  package var space: [Located<Dimension>]
  package var search: Tuning.Search
  package var per: Scope
  package var trialCount: Int
  package var metric: Located<String>?
  package var earlyStopping: Tuning.EarlyStopping
}

/// A table of predictions.
package struct JobPrediction: Sendable {
  package var line: Int
  package var models: Located<String>
  package var rows: Located<String>
  /// The columns by which rows find their model; nil takes the keys of the models.
  package var on: [Located<String>]?
  /// Whether each prediction comes with its SHAP values.
  package var explainsByShap: Bool
}

/// One output of a table.
package struct JobOutput: Sendable {
  package var table: Located<String>
  package var action: AnalyzedOutput.Action
  package var line: Int
}
