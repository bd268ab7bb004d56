import Learning
import Testing

@Suite struct FoldsTests {
  @Test(arguments: [2, 3, 5, 7], [0, 1, 2, 6, 23])
  func crossValidationHoldsOutEachRowOnce(count: Int, rowCount: Int) {
    let folds = CrossValidationFolds(count: count)
    let all = Array(0..<rowCount)
    var heldOut: [Int] = []
    var rows: [Int] = []
    #expect(folds.usedCount(rowCount: rowCount) == min(count, rowCount))
    for fold in 0..<folds.usedCount(rowCount: rowCount) {
      let trainCount = folds.split(rowCount: rowCount, fold: fold, into: &rows)
      #expect(rows.sorted() == all)
      let part = rows[trainCount...]
      #expect(part.count >= rowCount / count && part.count <= rowCount / count + 1)
      #expect(part.allSatisfy { $0 % count == fold })
      #expect(Array(part) == part.sorted())
      #expect(Array(rows[..<trainCount]) == rows[..<trainCount].sorted())
      heldOut += part
    }
    #expect(heldOut.sorted() == all)
  }

  /// As scikit-learn's example of `TimeSeriesSplit`: of 12 rows in 3 folds.
  @Test func windowsFollowWhatTheyAreTrainedOn() {
    let folds = ExpandingWindows(count: 3)
    var rows: [Int] = []
    #expect(folds.usedCount(rowCount: 12) == 3)
    for (fold, trainCount) in [3, 6, 9].enumerated() {
      #expect(folds.split(rowCount: 12, fold: fold, into: &rows) == trainCount)
      #expect(rows == Array(0..<trainCount + 3))
    }
    // What does not go up goes to the first training.
    #expect(folds.split(rowCount: 15, fold: 0, into: &rows) == 6)
    #expect(folds.split(rowCount: 15, fold: 2, into: &rows) == 12)
    #expect(rows == Array(0..<15))
  }

  @Test func tooFewRowsHaveNoWindows() {
    let folds = ExpandingWindows(count: 3)
    #expect(folds.usedCount(rowCount: 0) == 0)
    #expect(folds.usedCount(rowCount: 3) == 0)
    #expect(folds.usedCount(rowCount: 4) == 3)
    #expect(ExpandingWindows(count: .max).usedCount(rowCount: 1000) == 0)
  }
}
