/// What the numbers of a group stand for.
struct GroupNames {
  let features: [String]
  /// Of each feature the categories in the order of their codes, nil for a number; empty where all are numbers.
  let categories: [[String]?]
  /// The classes of the rows for training, in the order of their codes.
  let classes: [String]
  /// Those, and behind them the classes that only rows held out have.
  let knownClasses: [String]
}
